"""Gradient của sai số bình phương trung bình, và cách kiểm tra nó bằng số (bài giảng 1: hạ gradient).

Trong mọi hàm
    X có kích thước (N, D), N mẫu theo hàng (cột bias, nếu có, đã nằm trong X),
    w có kích thước (D,), mỗi đặc trưng một trọng số, nên dự đoán là X @ w, (N,),
    y có kích thước (N,), các giá trị đích.

Bạn có thể giả sử N >= 1 và D >= 1, và X, w, y hữu hạn, cùng một dtype float32 hoặc float64. Không
hàm nào thay đổi đối số của mình.
"""

import numpy as np


def mse_gradient(w, X, y):
    """Gradient theo w của sai số bình phương trung bình L = 1/N ||X w - y||^2, không dùng vòng lặp.

    w: (D,), X: (N, D), y: (N,). Trả về (D,) với dtype của w. Phần tử j là
        2/N tổng theo i của (x_i w - y_i) x_ij,
    trung bình trên các mẫu với hệ số 2 đến từ bình phương. Ở dạng ma trận nó là X^T nhân với
    một thứ có kích thước (N,); hãy làm việc với dạng đó, vì mảng (N, N) quá lớn với dữ liệu thật.
    Nguồn: bài giảng 1, gradient của hàm mất mát hồi quy tuyến tính.
    """
    raise NotImplementedError("mse_gradient: not written yet")


def numerical_gradient(f, w, h=1e-5):
    """Gradient của một hàm vô hướng bằng sai phân trung tâm, mỗi lần một phần tử của w.

    f: hàm nhận một mảng có kích thước của w và trả về một số vô hướng; w: mảng có kích thước bất kỳ, float32 hoặc
    float64; h: bước. Trả về một mảng có kích thước của w với
        g_k = (f(w + h e_k) - f(w - h e_k)) / 2h,
    trong đó e_k bằng 1 ở phần tử k và bằng 0 ở chỗ khác. Hãy gọi f với mảng float64, kể cả khi w là float32 (phép làm tròn
    của kiểu này nuốt mất bước 1e-5). Khi hàm trả về, w giữ các giá trị cũ.
    Nguồn: bài giảng 1, hạ gradient.
    """
    raise NotImplementedError("numerical_gradient: not written yet")
