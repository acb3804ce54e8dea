"""Hạ gradient ngẫu nhiên, và bộ phân loại tuyến tính được huấn luyện bằng nó (bài giảng 1: hạ gradient, SGD).

Trong mọi hàm
    X có kích thước (N, D), N mẫu theo hàng; cột bias, nếu có (xem loss.add_bias), đã nằm trong X,
    W có kích thước (D, C), mỗi lớp một cột trọng số,
    y có kích thước (N,), các lớp đúng: số nguyên trong 0 .. C - 1, thuộc mọi kiểu số nguyên trừ uint64,
    rng là một numpy.random.Generator, nguồn ngẫu nhiên duy nhất: cùng trạng thái rng cho cùng kết quả.
X và W cùng một dtype, float32 hoặc float64, và trọng số giữ dtype đó hoặc là float64. Không hàm nào thay đổi đối số của mình
(việc rút từ rng làm rng tiến lên).
"""

import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import softmax_loss, svm_loss
from regularization import l2, l2_gradient


def sample_batch(X, y, batch_size, rng):
    """Rút ngẫu nhiên một lô mẫu cùng nhãn của chúng.

    X: (N, D), y: (N,), batch_size: số nguyên trong 1 .. N, rng: một Generator của numpy. Trả về (X_batch, y_batch)
    có kích thước (batch_size, D) và (batch_size,): các hàng của X và nhãn thuộc về chúng. Mọi mẫu
    có cơ hội như nhau, và mỗi lần gọi rút lại từ đầu. Hãy rút có hoàn lại; rút không hoàn lại trong phạm vi một
    lô cũng đúng.
    Nguồn: bài giảng 1, hạ gradient ngẫu nhiên.
    """
    raise NotImplementedError("sample_batch: not written yet")


def sgd_step(W, grad, learning_rate):
    """Một bước hạ gradient: W trừ learning_rate nhân grad.

    W, grad: hai mảng cùng kích thước, learning_rate: một số. Trả về W mới dưới dạng một mảng mới; chính W giữ
    nguyên giá trị.
    Nguồn: bài giảng 1, hạ gradient.
    """
    raise NotImplementedError("sgd_step: not written yet")


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    """Cực tiểu hóa một hàm mất mát bằng hạ gradient ngẫu nhiên: vòng lặp của bài giảng, cho mọi hàm mất mát.

    loss_fn, gradient_fn: các hàm của (W, X_batch, y_batch); hàm thứ nhất trả về một số vô hướng, hàm thứ hai trả về
    một mảng có kích thước của W; W: trọng số ban đầu; X, y: tập huấn luyện; batch_size: số nguyên trong 1 ..
    N; num_steps: số nguyên >= 0. Mỗi bước trong num_steps bước rút một lô như sample_batch,
    tính mất mát và gradient trên lô đó tại W hiện tại, rồi di chuyển W đi -learning_rate nhân
    gradient.

    Trả về (W, history): trọng số sau bước cuối, và một danh sách (hoặc mảng) gồm num_steps số, trong đó
    history[t] là loss_fn của lô ở bước t trước khi cập nhật. W được truyền vào giữ nguyên
    giá trị.
    Nguồn: bài giảng 1, hạ gradient ngẫu nhiên.
    """
    raise NotImplementedError("sgd: not written yet")


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    """Huấn luyện một bộ phân loại tuyến tính bằng SGD trên mất mát dữ liệu + reg * l2(W).

    X: (N, D), đã có cột bias; y: (N,); loss: "svm" (với delta = 1) hoặc "softmax", bất cứ tên nào
    khác gây ra ValueError; reg: cường độ của số hạng phạt L2, một số >= 0 (hàng bias cũng được điều chuẩn
    như các hàng khác); learning_rate, batch_size, num_steps và rng như ở sgd. C là y.max() + 1, và W bắt đầu
    bằng 1e-4 * rng.standard_normal((D, C)) với dtype của X.

    Trả về (W, history): trọng số (D, C) đã huấn luyện, và num_steps mất mát có điều chuẩn, mỗi giá trị của
    lô ở bước đó trước khi cập nhật. Hàm này có thể, và nên, dùng những gì bạn đã viết: các hàm mất mát,
    gradient của chúng, l2, l2_gradient và sgd.
    """
    raise NotImplementedError("train_linear_classifier: not written yet")


def predict(W, X):
    """Lớp của mỗi mẫu: lớp có điểm số cao nhất (lớp đầu tiên nếu nhiều lớp bằng nhau).

    W: (D, C), X: (N, D). Trả về (N,) số nguyên trong 0 .. C - 1.
    """
    raise NotImplementedError("predict: not written yet")
