"""Điều chuẩn trọng số (bài giảng 1: điều chuẩn).

W là mảng có kích thước bất kỳ, float32 hoặc float64; hàng bias cũng được điều chuẩn như các hàng khác. Số hạng phạt R(W)
là tổng trên mọi phần tử của W, không có hệ số một phần hai, không có cường độ `reg` (ai dùng nó thì
nhân với cường độ ấy) và không lấy trung bình: nó không phụ thuộc vào các mẫu. Gradient có kích thước của
W; gradient của l2 cũng giữ dtype của W, những gradient khác có thể là float64. Không hàm nào thay đổi W.
Nguồn: bài giảng 1, điều chuẩn; ghi chú CS231n, "Linear classification".
"""

import numpy as np


def l2(W):
    """Số hạng phạt L2 R(W) = tổng của W^2, một số vô hướng (không lấy căn, không có một phần hai)."""
    raise NotImplementedError("l2: not written yet")


def l2_gradient(W):
    """Gradient của l2 theo W: một mảng có kích thước của W."""
    raise NotImplementedError("l2_gradient: not written yet")


def l1(W):
    """Số hạng phạt L1 R(W) = tổng của |W|, một số vô hướng."""
    raise NotImplementedError("l1: not written yet")


def l1_gradient(W):
    """Gradient của l1 theo W: một mảng có kích thước của W, bằng 0 ở nơi phần tử của W bằng 0."""
    raise NotImplementedError("l1_gradient: not written yet")


def elastic_net(W, beta):
    """Số hạng phạt elastic net R(W) = tổng của (beta W^2 + |W|), một số vô hướng.

    beta: một số >= 0, tỉ trọng của các bình phương so với các giá trị tuyệt đối.
    """
    raise NotImplementedError("elastic_net: not written yet")


def elastic_net_gradient(W, beta):
    """Gradient của elastic_net theo W: một mảng có kích thước của W; |W| góp 0 ở nơi W bằng 0."""
    raise NotImplementedError("elastic_net_gradient: not written yet")
