"""Khớp một mô hình tuyến tính: ở dạng đóng, bằng hạ gradient và bằng SGD; cách đánh giá nó (bài giảng 1).

Trong mọi hàm
    X có kích thước (N, D), N mẫu theo hàng; cột bias, nếu có (xem loss.add_bias), đã nằm trong X,
    w có kích thước (D,), mỗi đặc trưng một trọng số,
    y có kích thước (N,), các giá trị đích,
    rng là một numpy.random.Generator, nguồn ngẫu nhiên duy nhất: cùng trạng thái rng cho cùng kết quả.

Mọi mảng là float64 và hữu hạn. Không hàm nào thay đổi đối số của mình (việc rút từ rng làm rng tiến lên).
"""

import numpy as np
from gradient import mse_gradient
from regularization import l1_gradient, l2_gradient


def normal_equations(X, y):
    """Bình phương tối thiểu: w có sai số bình phương trung bình nhỏ nhất, bằng một phương pháp ổn định.

    X: (N, D), y: (N,). Trả về (D,), một w mà tại đó ||X w - y||^2 nhỏ nhất, và do đó X^T X w = X^T y (phương trình
    chuẩn). Khi các cột của X phụ thuộc tuyến tính, hoặc D > N, nhiều w tốt như nhau: hãy trả về w ngắn nhất,
    w có tổng bình phương nhỏ nhất.

    Các cột có thể gần như phụ thuộc (như các lũy thừa cao của một đặc trưng) hoặc có độ lớn rất khác nhau: các giá trị
    kỳ dị của X xuống đến 1e-10 lần giá trị lớn nhất vẫn được tính, những giá trị dưới 1e-13 lần là do làm tròn. X^T X bình phương
    tỉ số ấy, và không còn chữ số nào của w đúng: hãy giải w bằng một phương pháp làm việc trên chính X.
    Nguồn: bài giảng 1, phương trình chuẩn; Golub, Van Loan, "Matrix Computations", chương 5.
    """
    raise NotImplementedError("normal_equations: not written yet")


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    """Cực tiểu hóa một hàm bằng hạ gradient với bước cố định, cho đến khi nó phẳng.

    gradient_fn: hàm của w trả về một mảng có kích thước của w; w: (D,), điểm bắt đầu; learning_rate:
    một số > 0; max_steps: số nguyên >= 0; tolerance: một số >= 0. Trước mỗi bước, gradient tại w
    hiện tại được tính: khi chuẩn Euclid của nó không lớn hơn tolerance, hoặc đã đi max_steps bước,
    w là kết quả và không di chuyển nữa. Nếu không, w di chuyển -learning_rate nhân gradient đó.

    Trả về path, (T + 1, D), với T <= max_steps bước đã đi: path[0] là w được truyền
    vào, path[t] là trọng số sau t bước, path[-1] là kết quả.
    Nguồn: bài giảng 1, hạ gradient.
    """
    raise NotImplementedError("gradient_descent: not written yet")


def minibatch_sgd(gradient_fn, w, X, y, *, learning_rate, batch_size, num_epochs, rng):
    """Cực tiểu hóa một hàm mất mát bằng hạ gradient ngẫu nhiên trên các lô nhỏ, theo các epoch đã xáo trộn.

    gradient_fn: hàm của (w, X_batch, y_batch) trả về một mảng có kích thước của w; w: (D,), điểm
    bắt đầu; X: (N, D), y: (N,): tập huấn luyện; batch_size: số nguyên trong 1 .. N; num_epochs: số nguyên >=
    0. Mỗi epoch xếp các mẫu theo một thứ tự ngẫu nhiên mới, mọi thứ tự có cơ hội như nhau, rồi cắt chúng
    thành các lô cỡ batch_size, lô cuối có thể nhỏ hơn: mỗi mẫu được dùng đúng một lần trong một
    epoch. Mỗi lô lần lượt di chuyển w đi -learning_rate nhân gradient_fn của w hiện tại và lô đó.

    Trả về path, (T + 1, D), với T = num_epochs * ceil(N / batch_size) bước: path[0] là w được
    truyền vào, path[t] là trọng số sau t bước, path[-1] là kết quả.
    Nguồn: bài giảng 1, hạ gradient ngẫu nhiên.
    """
    raise NotImplementedError("minibatch_sgd: not written yet")


def train_test_split(X, y, num_test, rng):
    """Để riêng một số mẫu một cách ngẫu nhiên: những gì mô hình chưa thấy cho biết nó tốt đến đâu.

    X: (N, D), y: (N,), num_test: số nguyên trong 1 .. N - 1, rng: một Generator của numpy. Trả về (X_train,
    y_train, X_test, y_test) với N - num_test và num_test hàng: mỗi mẫu, cùng giá trị đích, nằm trong một
    trong hai phần và chỉ một lần. Mọi cách chọn num_test mẫu có cơ hội như nhau; thứ tự của chúng không
    quan trọng.
    Nguồn: bài giảng 1, tập huấn luyện và tập kiểm tra.
    """
    raise NotImplementedError("train_test_split: not written yet")


def bias_variance(degrees, draw, num_sets, x, truth):
    """Độ chệch và phương sai của hồi quy đa thức, trên các tập huấn luyện được rút lại từ đầu.

    degrees: danh sách các số nguyên >= 0; draw: hàm không có đối số, trả về một tập huấn luyện mới
    (x_train, y_train), mỗi thứ (N,) với N > max(degrees) và các x_train khác nhau; num_sets: số nguyên >= 1; x:
    (M,), nơi đánh giá; truth: (M,), các giá trị thật ở đó, không có nhiễu. Hãy gọi draw tổng cộng num_sets lần:
    mọi bậc được khớp với cùng các tập. Đường khớp bậc k là đa thức bậc đó có sai số bình phương
    nhỏ nhất trên tập huấn luyện của nó, và dự đoán của nó là giá trị của đa thức ấy tại x.

    Trả về (bias_squared, variance), hai mảng hoặc danh sách gồm len(degrees) số: với mỗi bậc là trung bình
    trên x của
        (trung bình trên các tập của dự đoán - truth)^2   và
        trung bình trên các tập của (dự đoán - trung bình trên các tập của dự đoán)^2,
    cả hai trung bình đều chia cho num_sets.
    Nguồn: bài giảng 1, độ chệch và phương sai; Hastie, Tibshirani, Friedman, "The Elements of Statistical
    Learning", mục 7.3.
    """
    raise NotImplementedError("bias_variance: not written yet")


def train_linear_regression(X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng):
    """Khớp một mô hình tuyến tính bằng SGD trên sai số bình phương trung bình + reg * số hạng phạt.

    X: (N, D), đã có cột bias; y: (N,); penalty: "l2" hoặc "l1", bất cứ tên nào khác gây ra
    ValueError; reg: cường độ của số hạng phạt, một số >= 0 (bias cũng được điều chuẩn như các phần tử khác);
    learning_rate, batch_size, num_epochs và rng như ở minibatch_sgd. w bắt đầu bằng các số không, và mỗi bước
    đi ngược gradient của sai số bình phương trung bình của lô cộng reg nhân (dưới) gradient của
    số hạng phạt.

    Trả về w, (D,), trọng số sau bước cuối. Hàm này có thể, và nên, dùng những gì bạn đã viết:
    mse_gradient, l2_gradient, l1_gradient và minibatch_sgd.
    """
    raise NotImplementedError("train_linear_regression: not written yet")
