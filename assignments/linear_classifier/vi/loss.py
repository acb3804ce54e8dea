"""Điểm số, mất mát và xác suất của bộ phân loại tuyến tính (bài giảng 1: mô hình tuyến tính, hàm mất mát).

Trong mọi hàm
    X có kích thước (N, D), một lô N mẫu theo hàng (cột bias, nếu có, đã nằm trong X),
    W có kích thước (D, C), mỗi lớp một cột trọng số, nên điểm số là X @ W, (N, C),
    y có kích thước (N,), các lớp đúng: số nguyên trong 0 .. C - 1, thuộc mọi kiểu số nguyên trừ uint64 (với kiểu này
    numpy biến các vị trí tính được thành số thực).
Bạn có thể giả sử N >= 1, D >= 1 và C >= 2, và X, W hữu hạn, cùng một dtype float32 hoặc float64.
Mảng trả về giữ dtype đó: vào float32, ra float32. Mất mát là một số thuộc kiểu bất kỳ. Không hàm nào
thay đổi đối số của mình. Mất mát là trung bình trên lô của riêng phần dữ liệu; điều chuẩn là một mô-đun
riêng. Logarit là logarit tự nhiên.
"""

import numpy as np


def add_bias(X):
    """Nối một cột toàn số 1 vào X: thủ thuật bias, nhờ đó hàng cuối của W trở thành bias.

    X: (N, D). Trả về một mảng mới (N, D + 1) có dtype của X, với cột cuối bằng 1.
    Nguồn: ghi chú CS231n, "Linear classification", thủ thuật bias.
    """
    raise NotImplementedError("add_bias: not written yet")


def linear_scores(W, X):
    """Điểm số của mọi lớp cho mọi mẫu.

    W: (D, C), X: (N, D). Trả về (N, C): hàng i chứa điểm số f(x_i) = x_i W của mẫu i.
    Nguồn: bài giảng 1, mô hình tuyến tính.
    """
    raise NotImplementedError("linear_scores: not written yet")


def svm_loss_naive(W, X, y, delta=1.0):
    """Hàm mất mát SVM đa lớp (hinge), với vòng lặp tường minh qua các mẫu và các lớp.

    W: (D, C), X: (N, D), y: (N,), delta: khoảng biên, một số >= 0. Trả về một số vô hướng, trung bình trên
    lô của

        L_i = tổng theo j != y_i của max(0, s_j - s_{y_i} + delta),   s = x_i W.

    Lớp đúng không nằm trong tổng. Hãy viết đúng như công thức, mỗi lần một mẫu và một lớp: bạn sẽ dùng hàm này để
    kiểm tra hàm vectơ hóa.
    Nguồn: bài giảng 1, hàm mất mát; ghi chú CS231n, "Linear classification", hàm mất mát SVM đa lớp.
    """
    raise NotImplementedError("svm_loss_naive: not written yet")


def svm_loss(W, X, y, delta=1.0):
    """Hàm mất mát SVM đa lớp (hinge), dạng vectơ hóa: không lặp qua các mẫu hay các lớp.

    Cùng đối số và giá trị như svm_loss_naive: trung bình trên lô của

        L_i = tổng theo j != y_i của max(0, s_j - s_{y_i} + delta),   s = x_i W.

    Hãy làm việc với mảng (N, C); mảng kích thước (N, D, C) quá lớn với dữ liệu thật.
    """
    raise NotImplementedError("svm_loss: not written yet")


def softmax(scores):
    """Biến mỗi hàng điểm số thành các xác suất.

    scores: (N, C). Trả về (N, C) cùng dtype: p_ij = exp(s_ij) / tổng theo k của exp(s_ik), nên mỗi
    hàng có tổng bằng một. Kết quả phải hữu hạn với mọi điểm số hữu hạn, chẳng hạn +-10,000: exp(1000)
    bị tràn, nhưng trừ cả hàng cho giá trị lớn nhất của nó không làm thay đổi xác suất nào.
    Nguồn: bài giảng 1, bộ phân loại softmax; ghi chú CS231n, "Practical issues: numeric stability".
    """
    raise NotImplementedError("softmax: not written yet")


def softmax_loss_naive(W, X, y):
    """Hàm mất mát softmax (entropy chéo), với vòng lặp tường minh qua các mẫu và các lớp.

    W: (D, C), X: (N, D), y: (N,). Trả về một số vô hướng, trung bình trên lô của

        L_i = -log(exp(s_{y_i}) / tổng theo j của exp(s_j)) = log(tổng theo j của exp(s_j)) - s_{y_i},  s = x_i W.

    Kết quả phải hữu hạn với mọi điểm số hữu hạn, chẳng hạn +-10,000. Trước hết hãy trừ giá trị lớn nhất của hàng,
    và nên dùng dạng thứ hai: ở dạng thứ nhất thương có thể thành 0, mà log 0 là -vô cùng.
    Nguồn: bài giảng 1, bộ phân loại softmax; ghi chú CS231n, "Linear classification".
    """
    raise NotImplementedError("softmax_loss_naive: not written yet")


def softmax_loss(W, X, y):
    """Hàm mất mát softmax (entropy chéo), dạng vectơ hóa: không lặp qua các mẫu hay các lớp.

    Cùng đối số và giá trị như softmax_loss_naive: trung bình trên lô của

        L_i = log(tổng theo j của exp(s_j)) - s_{y_i},   s = x_i W,

    hữu hạn với mọi điểm số hữu hạn, chẳng hạn +-10,000.
    """
    raise NotImplementedError("softmax_loss: not written yet")


def kl_divergence(p, q):
    """Độ phân kỳ Kullback-Leibler của hai phân phối trên C lớp.

    p, q: (C,), không âm, mỗi phân phối có tổng bằng một; q_c > 0 ở mọi nơi p_c > 0. Trả về một số vô hướng,

        D(p || q) = tổng theo c của p_c log(p_c / q_c),

    trong đó số hạng có p_c = 0 tính là 0, với mọi q_c. Lưu ý rằng nó không đối xứng. Với p dạng one-hot,
    nó chính là mất mát entropy chéo -log q_y.
    Nguồn: bài giảng 1, hàm mất mát.
    """
    raise NotImplementedError("kl_divergence: not written yet")
