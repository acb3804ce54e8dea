"""Điều chuẩn trọng số, và hai cách dùng nó không cần gradient (bài giảng 1: điều chuẩn).

w là mảng có kích thước bất kỳ, float32 hoặc float64; bias cũng được điều chuẩn như các phần tử khác. Số hạng phạt R(w) là tổng
trên mọi phần tử của w, không có hệ số một phần hai, không có cường độ `reg` (ai dùng nó thì nhân với
cường độ ấy) và không lấy trung bình: nó không phụ thuộc vào các mẫu. Gradient có kích thước và dtype của w. Không
hàm nào thay đổi đối số của mình.
Nguồn: bài giảng 1, điều chuẩn.
"""

import numpy as np


def l2(w):
    """Số hạng phạt L2 R(w) = tổng của w^2, một số vô hướng (không lấy căn, không có một phần hai)."""
    raise NotImplementedError("l2: not written yet")


def l2_gradient(w):
    """Gradient của l2 theo w: một mảng có kích thước của w."""
    raise NotImplementedError("l2_gradient: not written yet")


def l1(w):
    """Số hạng phạt L1 R(w) = tổng của |w|, một số vô hướng."""
    raise NotImplementedError("l1: not written yet")


def l1_gradient(w):
    """Một dưới gradient của l1 theo w: một mảng có kích thước của w, bằng 0 ở nơi phần tử của w bằng 0."""
    raise NotImplementedError("l1_gradient: not written yet")


def elastic_net(w, beta):
    """Số hạng phạt elastic net R(w) = tổng của (beta w^2 + |w|), một số vô hướng.

    beta: một số >= 0, tỉ trọng của các bình phương so với các giá trị tuyệt đối.
    """
    raise NotImplementedError("elastic_net: not written yet")


def elastic_net_gradient(w, beta):
    """Một dưới gradient của elastic_net theo w: một mảng có kích thước của w; |w| góp 0 ở nơi w bằng 0."""
    raise NotImplementedError("elastic_net_gradient: not written yet")


def soft_threshold(w, threshold):
    """Di chuyển mỗi phần tử của w về phía 0 một đoạn `threshold`, và về đúng 0 nếu nó sẽ vượt qua.

    threshold: một số >= 0. Trả về một mảng mới có kích thước và dtype của w với
        sign(w) max(|w| - threshold, 0).
    Đó là v làm cực tiểu 1/2 ||v - w||^2 + threshold * l1(v): sau mỗi bước trên một hàm mất mát trơn, nó làm cho
    các trọng số bằng đúng 0, điều mà dưới gradient của l1 hầu như không bao giờ làm được.
    Nguồn: bài giảng 1, điều chuẩn L1; Hastie, Tibshirani, Wainwright, "Statistical Learning with
    Sparsity", mục 2.4.
    """
    raise NotImplementedError("soft_threshold: not written yet")


def ridge(X, y, reg):
    """Hồi quy ridge ở dạng đóng: w duy nhất làm cực tiểu 1/N ||X w - y||^2 + reg * l2(w).

    X: (N, D), đã có cột bias nếu có, trọng số của cột này cũng được điều chuẩn như các cột khác; y: (N,); reg: một
    số > 0; X và y hữu hạn, cùng một dtype float32 hoặc float64. Trả về (D,). D có thể lớn hơn
    N, và các cột của X có thể bằng nhau: reg > 0 làm cho hệ phương trình giải được. Hãy cho gradient bằng 0, và nhớ
    rằng phần dữ liệu là trung bình còn số hạng phạt thì không.
    Nguồn: bài giảng 1, điều chuẩn L2; Hastie, Tibshirani, Friedman, "The Elements of Statistical
    Learning", mục 3.4.1.
    """
    raise NotImplementedError("ridge: not written yet")
