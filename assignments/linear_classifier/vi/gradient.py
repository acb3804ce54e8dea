"""Gradient của các hàm mất mát theo W, và cách kiểm tra chúng bằng số (bài giảng 1: hạ gradient).

Trong mọi hàm
    X có kích thước (N, D), một lô N mẫu theo hàng (cột bias, nếu có, đã nằm trong X),
    W có kích thước (D, C), mỗi lớp một cột trọng số, nên điểm số là X @ W, (N, C),
    y có kích thước (N,), các lớp đúng: số nguyên trong 0 .. C - 1, thuộc mọi kiểu số nguyên trừ uint64 (với kiểu này
    numpy biến các vị trí tính được thành số thực).
Bạn có thể giả sử N >= 1, D >= 1 và C >= 2, và X, W hữu hạn, cùng một dtype float32 hoặc float64.
Gradient có kích thước của W, và dtype của W hoặc float64. Không hàm nào thay đổi đối số của mình. Mất mát, và do đó gradient,
là trung bình trên lô.
"""

import numpy as np


def numerical_gradient(f, W, h=1e-5):
    """Gradient của một hàm vô hướng bằng sai phân trung tâm, mỗi lần một phần tử của W.

    f: hàm nhận một mảng có kích thước của W và trả về một số vô hướng; W: mảng có kích thước bất kỳ, float32 hoặc
    float64; h: bước. Trả về một mảng có kích thước của W với

        g_k = (f(W + h e_k) - f(W - h e_k)) / 2h,

    trong đó e_k bằng 1 ở phần tử k và bằng 0 ở chỗ khác. Hãy gọi f với mảng float64, kể cả khi W là float32 (phép làm tròn
    của kiểu này nuốt mất bước 1e-5). Khi hàm trả về, W giữ các giá trị cũ.
    Nguồn: bài giảng 1, hạ gradient; ghi chú CS231n, "Optimization", tính gradient bằng số.
    """
    raise NotImplementedError("numerical_gradient: not written yet")


def relative_error(a, b):
    """Hai mảng cách nhau bao xa, so với độ lớn của chúng.

    a, b: hai mảng cùng kích thước (hoặc hai số). Trả về một số vô hướng, giá trị lớn nhất trên mọi phần tử của

        |a - b| / max(1e-8, |a| + |b|),

    bằng 0 khi cả hai bằng 0, và không quá 1. Thông thường, gradient tính bằng float64 là đúng khi giá trị này nhỏ hơn
    1e-6.
    Nguồn: ghi chú CS231n, "Neural networks 3", kiểm tra gradient.
    """
    raise NotImplementedError("relative_error: not written yet")


def svm_gradient_naive(W, X, y, delta=1.0):
    """Gradient của hàm mất mát SVM đa lớp, với vòng lặp tường minh qua các mẫu và các lớp.

    W: (D, C), X: (N, D), y: (N,), delta: khoảng biên. Trả về (D, C), trung bình trên lô của các gradient của
    L_i = tổng theo j != y_i của max(0, s_j - s_{y_i} + delta), s = x_i W: với mỗi lớp j != y_i mà
    s_j - s_{y_i} + delta > 0

        cột j được cộng x_i, và cột y_i bị trừ x_i.

    Nguồn: ghi chú CS231n, "Optimization", tính gradient bằng giải tích.
    """
    raise NotImplementedError("svm_gradient_naive: not written yet")


def svm_gradient(W, X, y, delta=1.0):
    """Gradient của hàm mất mát SVM đa lớp, dạng vectơ hóa: không lặp qua các mẫu hay các lớp.

    Cùng đối số và giá trị như svm_gradient_naive, (D, C). Hãy làm việc với mảng (N, C): quy tắc chuỗi là X^T @
    (gradient theo điểm số), mà hàng i bằng 1 ở mỗi lớp vi phạm, và bằng trừ số lớp ấy ở
    y_i.
    """
    raise NotImplementedError("svm_gradient: not written yet")


def softmax_gradient_naive(W, X, y):
    """Gradient của hàm mất mát softmax, với vòng lặp tường minh qua các mẫu và các lớp.

    W: (D, C), X: (N, D), y: (N,). Trả về (D, C), trung bình trên lô của các gradient của
    L_i = log(tổng theo j của exp(s_j)) - s_{y_i}, s = x_i W. Với các xác suất p = softmax(s),

        cột j được cộng (p_j - 1) x_i khi j = y_i, và p_j x_i ở các cột khác.

    Kết quả phải hữu hạn với mọi điểm số hữu hạn, chẳng hạn +-10,000.
    Nguồn: bài giảng 1, hạ gradient; ghi chú CS231n, "Neural networks case study", phần gradient.
    """
    raise NotImplementedError("softmax_gradient_naive: not written yet")


def softmax_gradient(W, X, y):
    """Gradient của hàm mất mát softmax, dạng vectơ hóa: không lặp qua các mẫu hay các lớp.

    Cùng đối số và giá trị như softmax_gradient_naive, (D, C), hữu hạn với mọi điểm số hữu hạn, chẳng hạn
    +-10,000. Quy tắc chuỗi là X^T @ (gradient theo điểm số), mà hàng i là p, trừ 1 ở
    y_i.
    """
    raise NotImplementedError("softmax_gradient: not written yet")
