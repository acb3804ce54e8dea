"""Dự đoán, sai số bình phương trung bình và đặc trưng đa thức (bài giảng 1: hồi quy tuyến tính).

Trong mọi hàm
    X có kích thước (N, D), N mẫu theo hàng (cột bias, nếu có, đã nằm trong X),
    w có kích thước (D,), mỗi đặc trưng một trọng số, nên dự đoán là X @ w, (N,),
    y có kích thước (N,), các giá trị đích.

Bạn có thể giả sử N >= 1 và D >= 1, và mọi mảng của một lần gọi hữu hạn, cùng một dtype float32 hoặc float64.
Mảng trả về giữ dtype đó: vào float32, ra float32 (mất mát cũng có thể là một float của Python). Không
hàm nào thay đổi đối số của mình. Mất mát là trung bình trên các mẫu, không có hệ số một phần hai, và chỉ của
phần dữ liệu; điều chuẩn là một mô-đun riêng.
"""

import numpy as np


def add_bias(X):
    """Nối một cột toàn số 1 vào X: thủ thuật bias, nhờ đó phần tử cuối của w trở thành bias.

    X: (N, D). Trả về một mảng mới (N, D + 1) có dtype của X, với cột cuối bằng 1.
    Nguồn: bài giảng 1, hồi quy tuyến tính.
    """
    raise NotImplementedError("add_bias: not written yet")


def predict(w, X):
    """Dự đoán cho mọi mẫu.

    w: (D,), X: (N, D). Trả về (N,): phần tử i là f(x_i) = tổng theo j của w_j x_ij. X đã có cột bias,
    nên không thêm gì.
    Nguồn: bài giảng 1, hồi quy tuyến tính.
    """
    raise NotImplementedError("predict: not written yet")


def mse_loss(w, X, y):
    """Sai số bình phương trung bình viết thành tổng, với vòng lặp tường minh qua các mẫu và các đặc trưng.

    w: (D,), X: (N, D), y: (N,). Trả về một số vô hướng,
        L = 1/N tổng theo i của (tổng theo j của w_j x_ij - y_i)^2.
    Hãy viết đúng như công thức, mỗi lần một mẫu và một đặc trưng: bạn sẽ dùng hàm này để
    kiểm tra dạng ma trận.
    Nguồn: bài giảng 1, hàm mất mát của hồi quy tuyến tính viết thành tổng.
    """
    raise NotImplementedError("mse_loss: not written yet")


def mse_loss_matrix(w, X, y):
    """Sai số bình phương trung bình ở dạng ma trận: không lặp qua các mẫu hay các đặc trưng.

    Cùng đối số và giá trị như mse_loss, một số vô hướng:
        L = 1/N (X w - y)^T (X w - y) = 1/N ||X w - y||^2.
    Hãy làm việc với mảng N phần tử; mảng kích thước (N, N) quá lớn với dữ liệu thật.
    Nguồn: bài giảng 1, hàm mất mát của hồi quy tuyến tính ở dạng ma trận.
    """
    raise NotImplementedError("mse_loss_matrix: not written yet")


def polynomial_features(x, degree):
    """Các lũy thừa của một đặc trưng: nhờ chúng, mô hình tuyến tính theo w khớp một đa thức theo x.

    x: (N,), degree: số nguyên >= 0. Trả về (N, degree + 1) với dtype của x: cột k là x^k, từ cột 0 gồm
    các số một (kể cả khi x bằng 0), tức là bias, đến cột `degree`.
    Nguồn: bài giảng 1, hồi quy đa thức.
    """
    raise NotImplementedError("polynomial_features: not written yet")
