# %% title [markdown] lang="en"
# # Linear classifiers: SVM and softmax
#
# Lecture 1 in code: scores, two losses, their gradients, regularisation, stochastic gradient descent. At the end a
# linear classifier that you wrote from nothing but numpy tells ten kinds of images apart.
#
# **How to work.** You write the functions in the four modules beside this notebook: `loss.py`, `gradient.py`,
# `regularization.py` and `sgd.py`. Each docstring says exactly what its function takes and returns.
#
# 1. Open a module (in Colab: the folder icon at the left, then a double click), write one function, **save**.
# 2. Run its cell `grader.check("...")`. The notebook reads the saved module anew by itself: no restart is needed.
# 3. Run the cells below it: they draw what your functions compute. A cell that needs a function which does not pass
#    its check stops and says so in one sentence.
#
# One function is one question. The checks here are the public tests; grading runs these and others, on other inputs.
#
# **Conventions, the same everywhere**
#
# | symbol | shape | meaning |
# | --- | --- | --- |
# | $X$ | $(N, D)$ | $N$ examples, one in each row |
# | $W$ | $(D, C)$ | the weights, one column for each of $C$ classes |
# | $XW$ | $(N, C)$ | the scores |
# | $y$ | $(N,)$ | the true classes, $0 \ldots C-1$ |
#
# A loss is the mean over the examples; logarithms are natural; $R(W)=\sum W^2$ without one half.

# %% [markdown] lang="vi"
# # Bộ phân loại tuyến tính: SVM và softmax
#
# Bài giảng 1 viết thành mã: điểm số, hai hàm mất mát, gradient của chúng, điều chuẩn và hạ gradient ngẫu nhiên (SGD). Cuối
# bài, một bộ phân loại tuyến tính do chính bạn viết, chỉ với numpy, sẽ phân biệt được mười loại ảnh.
#
# **Cách làm.** Bạn viết các hàm trong bốn mô-đun nằm cạnh sổ tay này: `loss.py`, `gradient.py`, `regularization.py` và
# `sgd.py`. Docstring của mỗi hàm nói rõ hàm nhận gì và trả về gì.
#
# 1. Mở một mô-đun (trên Colab: biểu tượng thư mục ở bên trái, rồi nháy đúp), viết một hàm, **lưu lại**.
# 2. Chạy ô `grader.check("...")` của hàm đó. Sổ tay tự đọc lại mô-đun vừa lưu, không cần khởi động lại.
# 3. Chạy các ô phía dưới: chúng vẽ những gì các hàm của bạn tính ra. Ô nào cần một hàm chưa qua bài kiểm tra thì dừng lại
#    và cho biết điều đó bằng một câu.
#
# Mỗi hàm là một câu hỏi. Các bài kiểm tra ở đây là phần công khai; khi chấm điểm còn có những bài khác, với dữ liệu khác.
#
# **Quy ước dùng trong toàn bài**
#
# | ký hiệu | kích thước | ý nghĩa |
# | --- | --- | --- |
# | $X$ | $(N, D)$ | $N$ mẫu, mỗi mẫu một hàng |
# | $W$ | $(D, C)$ | trọng số, mỗi lớp trong $C$ lớp một cột |
# | $XW$ | $(N, C)$ | điểm số |
# | $y$ | $(N,)$ | lớp đúng, $0 \ldots C-1$ |
#
# Mất mát là trung bình trên các mẫu; logarit là logarit tự nhiên; $R(W)=\sum W^2$, không có hệ số một phần hai.

# %% rules [markdown] lang="en"
# **What counts.** Each function is a question; hidden cases beside the public ones count too.
#
# {rules}

# %% [markdown] lang="vi"
# **Cách tính điểm.** Mỗi hàm là một câu hỏi; ngoài các trường hợp công khai, những trường hợp ẩn cũng được tính.
#
# {rules}

# %% about-setup [markdown] lang="en"
# ## 0. Getting ready
#
# Run the next cell first, and again in each new session. It finds the assignment's folder, or unpacks its zip, beside this
# notebook or on your Drive, which Colab asks you for. It prints what it found
# and what is left for you to do. No GPU is needed. The images are the course's `data.zip` (CIFAR-10): put it beside this
# notebook, in Colab into the folder on your Drive; without it, synthetic images stand in, and the cell says so.

# %% [markdown] lang="vi"
# ## 0. Chuẩn bị
#
# Hãy chạy ô dưới đây trước tiên, và chạy lại trong mỗi phiên mới. Ô này tìm thư mục của bài tập, hoặc giải nén tệp zip của nó,
# cạnh sổ tay này hay trên Drive của bạn (Colab sẽ xin quyền), rồi in ra những gì tìm thấy và việc bạn còn phải làm. Bài này
# không cần GPU. Ảnh nằm trong `data.zip` của môn học (CIFAR-10): hãy đặt tệp đó cạnh sổ tay này, trên Colab thì vào thư mục của
# bài trên Drive; nếu không có, ảnh tổng hợp (synthetic) được dùng thay và ô này báo cho bạn biết.

# %% setup
# ruff: noqa: E402, F401  # IGNORE
import colab_setup

kit = colab_setup.setup("linear_classifier")
grader, need = kit.grader, kit.grader.need

# %% about-imports [markdown] lang="en"
# The next cell imports your functions. A module that you have saved is read anew before the next cell runs.

# %% [markdown] lang="vi"
# Ô tiếp theo nạp các hàm của bạn. Mỗi mô-đun bạn vừa lưu được đọc lại trước khi ô kế tiếp chạy.

# %% imports
import time

import matplotlib.pyplot as plt
import numpy as np
from gradient import (
    numerical_gradient,
    relative_error,
    softmax_gradient,
    softmax_gradient_naive,
    svm_gradient,
    svm_gradient_naive,
)
from IPython.display import Markdown, display
from loss import (
    add_bias,
    kl_divergence,
    linear_scores,
    softmax,
    softmax_loss,
    softmax_loss_naive,
    svm_loss,
    svm_loss_naive,
)
from regularization import elastic_net, elastic_net_gradient, l1, l1_gradient, l2, l2_gradient
from sgd import predict, sample_batch, sgd, sgd_step, train_linear_classifier

# %% helpers
plt.rcParams.update(
    {
        "figure.figsize": (6, 4),
        "figure.dpi": 144,
        "figure.constrained_layout.use": True,
        "font.size": 12,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "lines.linewidth": 2,
        "legend.fontsize": 11,
    }
)


def table(*rows):
    """Show rows as a table; the first is its head."""
    head, *body = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    display(Markdown("\n".join([head, "|" + " --- |" * len(rows[0]), *body])))


def image_axes(ax):
    """Leave an image without grid and frame."""
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


# %% about-data [markdown] lang="en"
# ## 1. The data
#
# Small colour images, 32 x 32 pixels with red, green and blue, of ten classes. Each class has its row below. What could
# a classifier go by that only weighs pixels, without any notion of shape?

# %% [markdown] lang="vi"
# ## 1. Dữ liệu
#
# Ảnh màu nhỏ, 32 x 32 điểm ảnh với ba kênh đỏ, lục, lam, thuộc mười lớp; mỗi lớp là một hàng trong hình. Một bộ phân loại
# chỉ biết gán trọng số cho từng điểm ảnh, không có khái niệm nào về hình dạng, thì có thể dựa vào đâu?

# %% samples
per_class = 8
rows = [
    np.hstack(kit.data.X_train[np.flatnonzero(kit.data.y_train == label)[:per_class]])
    for label in range(len(kit.data.classes))
]
fig, ax = plt.subplots(figsize=(6, 7))
ax.imshow(np.vstack(rows))
ax.set_yticks(32 * np.arange(len(rows)) + 16, kit.data.classes)
ax.set_xticks(32 * np.arange(per_class) + 16, np.arange(1, per_class + 1))
ax.set(xlabel="example", ylabel="class", title=f"{kit.data.name}: training images")
image_axes(ax)
plt.show()

# %% about-add-bias [markdown] lang="en"
# ### The bias trick
#
# A linear classifier computes $f(x, W) = xW + b$. With a 1 appended to each $x$, the last row of $W$ is the bias $b$, and
# $f(x, W) = xW$ is all that remains: one matrix to learn.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$

# %% [markdown] lang="vi"
# ### Thủ thuật bias
#
# Bộ phân loại tuyến tính tính $f(x, W) = xW + b$. Nếu nối thêm số 1 vào mỗi $x$ thì hàng cuối của $W$ chính là bias $b$, và chỉ
# còn lại $f(x, W) = xW$: chỉ phải học một ma trận.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$

# %%
grader.check("add_bias")

# %% about-split [markdown] lang="en"
# ### Training, validation, test
#
# - **Training set**: what the weights are fitted to.
# - **Validation set**: what the hyperparameters are chosen by.
# - **Test set**: looked at once, at the very end.
#
# Each image becomes a row of 3072 numbers, less the mean training image, and a 1 for the bias.
#
# | | CIFAR-10 | synthetic |
# | --- | --- | --- |
# | training | (45000, 3073) | (4000, 3073) |
# | validation | (5000, 3073) | (1000, 3073) |
# | test | (10000, 3073) | (1000, 3073) |

# %% [markdown] lang="vi"
# ### Tập huấn luyện, tập kiểm định, tập kiểm tra
#
# - **Tập huấn luyện** (training): để khớp trọng số.
# - **Tập kiểm định** (validation): để chọn siêu tham số.
# - **Tập kiểm tra** (test): chỉ dùng một lần, ở cuối bài.
#
# Mỗi ảnh thành một hàng gồm 3072 số, đã trừ đi ảnh trung bình của tập huấn luyện, cùng một số 1 cho bias.
#
# | | CIFAR-10 | synthetic |
# | --- | --- | --- |
# | training | (45000, 3073) | (4000, 3073) |
# | validation | (5000, 3073) | (1000, 3073) |
# | test | (10000, 3073) | (1000, 3073) |

# %% split
need("add_bias")


def prepare(images):
    """(N, 32, 32, 3) bytes -> (N, 3073) float32: the mean image subtracted, the bias column appended."""
    return add_bias(images.reshape(len(images), -1).astype(np.float32) - mean_image)


num_val = min(len(kit.data.y_train) // 5, 5000)
mean_image = np.mean(kit.data.X_train[:-num_val], axis=0, dtype=np.float64).ravel().astype(np.float32)
X_train, y_train = prepare(kit.data.X_train[:-num_val]), np.array(kit.data.y_train[:-num_val])
X_val, y_val = prepare(kit.data.X_train[-num_val:]), np.array(kit.data.y_train[-num_val:])
X_test, y_test = prepare(kit.data.X_test), np.array(kit.data.y_test)

table(
    ["set", "X", "y"],
    *[
        [name, X.shape, y.shape]
        for name, X, y in [
            ("training", X_train, y_train),
            ("validation", X_val, y_val),
            ("test", X_test, y_test),
        ]
    ],
)

# %% about-scores [markdown] lang="en"
# ## 2. Scores and losses: `loss.py`
#
# ### Linear scores
#
# $$s = f(x, W) = xW$$
#
# Each class has its score $s_j$; the highest one is the prediction.

# %% [markdown] lang="vi"
# ## 2. Điểm số và hàm mất mát: `loss.py`
#
# ### Điểm số tuyến tính
#
# $$s = f(x, W) = xW$$
#
# Mỗi lớp có một điểm số $s_j$; lớp có điểm cao nhất là lớp được dự đoán.

# %%
grader.check("linear_scores")

# %% about-svm-loss [markdown] lang="en"
# ### The multiclass SVM loss
#
# The true class should win by a margin $\Delta$ (here $\Delta = 1$); every class that comes closer is paid for:
#
# $$L_i = \sum_{j \ne y_i} \max(0,\; s_j - s_{y_i} + \Delta)$$
#
# $$L = \frac 1N \sum_i L_i$$
#
# The lecture's example, with $L = (2.9 + 0 + 12.9) / 3 = 5.27$:
#
# | scores | cat | car | frog | $L_i$ |
# | --- | --- | --- | --- | --- |
# | of the cat | **3.2** | 5.1 | -1.7 | 2.9 |
# | of the car | 1.3 | **4.9** | 2.0 | 0 |
# | of the frog | 2.2 | 2.5 | **-3.1** | 12.9 |
#
# First with loops, as the formula reads; then without loops over examples or classes.

# %% [markdown] lang="vi"
# ### Hàm mất mát SVM đa lớp
#
# Lớp đúng phải hơn các lớp khác ít nhất một khoảng biên (margin) $\Delta$ (ở đây $\Delta = 1$); lớp nào đến gần hơn thế thì bị phạt:
#
# $$L_i = \sum_{j \ne y_i} \max(0,\; s_j - s_{y_i} + \Delta)$$
#
# $$L = \frac 1N \sum_i L_i$$
#
# Ví dụ trong bài giảng, với $L = (2.9 + 0 + 12.9) / 3 = 5.27$:
#
# | điểm số | mèo | ô tô | ếch | $L_i$ |
# | --- | --- | --- | --- | --- |
# | của ảnh mèo | **3.2** | 5.1 | -1.7 | 2.9 |
# | của ảnh ô tô | 1.3 | **4.9** | 2.0 | 0 |
# | của ảnh ếch | 2.2 | 2.5 | **-3.1** | 12.9 |
#
# Trước hết viết bằng vòng lặp, đúng như công thức; sau đó viết lại mà không lặp qua các mẫu hay các lớp.

# %%
grader.check("svm_loss_naive")

# %%
grader.check("svm_loss")

# %% about-softmax [markdown] lang="en"
# ### Softmax and the cross-entropy loss
#
# Softmax makes probabilities of scores; the loss is the negative logarithm of the true class's probability:
#
# $$p_j = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
#
# $$L_i = -\log p_{y_i} = \log \sum_k e^{s_k} - s_{y_i}$$
#
# $e^{1000}$ is more than a computer can hold. But $e^{s_j - m} / \sum_k e^{s_k - m}$ is the same for every $m$; with
# $m = \max_k s_k$ no exponent is above 0. The lecture's cat has $p = (0.13, 0.87, 0.00)$ and the loss
# $-\log 0.13 = 2.04$.

# %% [markdown] lang="vi"
# ### Softmax và hàm mất mát entropy chéo
#
# Softmax biến điểm số thành xác suất; mất mát là trừ logarit xác suất của lớp đúng:
#
# $$p_j = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
#
# $$L_i = -\log p_{y_i} = \log \sum_k e^{s_k} - s_{y_i}$$
#
# $e^{1000}$ lớn hơn mọi số mà máy tính biểu diễn được. Nhưng $e^{s_j - m} / \sum_k e^{s_k - m}$ như nhau với mọi $m$; chọn
# $m = \max_k s_k$ thì không số mũ nào lớn hơn 0. Ảnh mèo trong bài giảng có $p = (0.13, 0.87, 0.00)$ và mất mát
# $-\log 0.13 = 2.04$.

# %%
grader.check("softmax")

# %%
grader.check("softmax_loss_naive")

# %%
grader.check("softmax_loss")

# %% about-loss-shapes [markdown] lang="en"
# ### What each loss asks for
#
# The scores of car and frog stay at 5.1 and -1.7; that of the cat, the true class, varies. The SVM is content once the
# cat leads by the margin; softmax never is.
#
# **Expect** at the dotted line, the lecture's 3.2: 2.90 (SVM) and 2.04 (softmax). The SVM loss is 0 from 6.1 on; left
# of -0.7 it falls by 2 for each unit of score, between -0.7 and 6.1 by 1.

# %% [markdown] lang="vi"
# ### Mỗi hàm mất mát đòi hỏi điều gì?
#
# Điểm số của ô tô và ếch giữ nguyên ở 5.1 và -1.7; điểm số của mèo, lớp đúng, thay đổi. SVM hài lòng ngay khi mèo hơn các lớp
# khác đủ khoảng biên; softmax thì không bao giờ.
#
# **Kết quả mong đợi** tại đường chấm, tức 3.2 như trong bài giảng: 2.90 (SVM) và 2.04 (softmax). Mất mát SVM bằng 0 kể từ 6.1;
# bên trái -0.7 nó giảm 2 cho mỗi đơn vị điểm số, giữa -0.7 và 6.1 thì giảm 1.

# %% loss-shapes
need("svm_loss", "softmax_loss")

cat_scores = np.linspace(-4, 12, 161)
fig, ax = plt.subplots()
for name, loss in [("SVM", svm_loss), ("softmax", softmax_loss)]:
    ax.plot(
        cat_scores,
        [loss(np.eye(3), np.array([[cat, 5.1, -1.7]]), np.array([0])) for cat in cat_scores],
        label=f"{name}: {loss(np.eye(3), np.array([[3.2, 5.1, -1.7]]), np.array([0])):.2f} at 3.2",
    )
ax.axvline(3.2, color="black", linestyle=":", linewidth=1.5)
ax.set(xlabel="score of the true class", ylabel="loss", title="The lecture's cat")
ax.legend()
plt.show()

# %% question-shifted-scores [markdown] lang="en" tags=["about:shifted_scores"]
# ### In words: what the scores may do
#
# *Written answer, {points} points. Write it into the cell below (a double click opens it); a person reads it.*
#
# All scores of one example are (a) raised by the same number, (b) multiplied by 2. What happens in each case to its
# SVM loss, to its softmax loss, and to the predicted class? Give a reason for each, one or two lines or a small example.
# Suppose an example is classified correctly by every margin: what could training still gain by making $W$ larger, with
# each of the two losses, and what keeps it from doing so?

# %% [markdown] lang="vi"
# ### Bằng lời: điểm số có thể thay đổi ra sao
#
# *Câu trả lời viết, {points} điểm. Viết vào ô bên dưới (nhấp đúp để mở); giảng viên sẽ đọc và chấm.*
#
# Mọi điểm số của một mẫu (a) cùng được cộng thêm một số, (b) cùng được nhân với 2. Trong mỗi trường hợp, mất mát SVM, mất mát
# softmax và lớp được dự đoán thay đổi thế nào? Nêu lý do cho từng ý, một hai dòng hoặc một ví dụ nhỏ. Giả sử một mẫu đã
# được phân loại đúng với đủ mọi khoảng biên: khi làm $W$ lớn hơn, huấn luyện còn được lợi gì với mỗi hàm mất mát, và điều
# gì ngăn cản việc đó?

# %% answer-shifted-scores [markdown] lang="en" tags=["answer:shifted_scores"]
# <!-- answer: shifted_scores -->
# *Write your answer here.*

# %% [markdown] lang="vi"
# <!-- answer: shifted_scores -->
# *Viết câu trả lời của bạn vào đây.*

# %% about-speed [markdown] lang="en"
# ### Loops against whole arrays
#
# The same value, once with loops and once without, on 2000 random examples with 10 features.
#
# **Expect** values that are equal, and vectorised functions that are 30 to 400 times as fast; it depends on the machine.

# %% [markdown] lang="vi"
# ### Vòng lặp và phép toán trên cả mảng
#
# Cùng một giá trị, một lần dùng vòng lặp và một lần không, trên 2000 mẫu ngẫu nhiên có 10 đặc trưng.
#
# **Kết quả mong đợi**: hai giá trị bằng nhau, và hàm vector hóa nhanh gấp 30 đến 400 lần, tùy máy.

# %% speed
need("svm_loss_naive", "svm_loss", "softmax_loss_naive", "softmax_loss")


def best_of(repeats, function, *arguments):
    """The value of a call, and the shortest of several times that it takes, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        value = function(*arguments)
        times.append(1000 * (time.perf_counter() - start))
    return value, min(times)


rng = np.random.default_rng(0)
X, y, W = rng.standard_normal((2000, 10)), rng.integers(10, size=2000), rng.standard_normal((10, 10))
rows = []
for naive, vectorised in [(svm_loss_naive, svm_loss), (softmax_loss_naive, softmax_loss)]:
    slow_value, slow = best_of(2, naive, W, X, y)
    fast_value, fast = best_of(10, vectorised, W, X, y)
    rows += [
        [naive.__name__, f"{slow_value:.5f}", f"{slow:.1f}", ""],
        [vectorised.__name__, f"{fast_value:.5f}", f"{fast:.1f}", f"{slow / fast:.0f}x"],
    ]
table(["function", "value", "ms", "speed-up"], *rows)

# %% about-kl [markdown] lang="en"
# ### Kullback-Leibler divergence
#
# How far a distribution $q$ is from $p$:
#
# $$D(p \,\|\, q) = \sum_c p_c \log \frac{p_c}{q_c}$$
#
# It is 0 only where $p = q$, and it is not symmetric. For a one-hot $p$ all terms but one vanish and
# $D(p \,\|\, q) = -\log q_y$: the cross-entropy loss.

# %% [markdown] lang="vi"
# ### Phân kỳ Kullback-Leibler
#
# Phân phối $q$ cách phân phối $p$ bao xa:
#
# $$D(p \,\|\, q) = \sum_c p_c \log \frac{p_c}{q_c}$$
#
# Đại lượng này chỉ bằng 0 khi $p = q$, và không đối xứng. Khi $p$ là one-hot, mọi số hạng trừ một số hạng đều mất đi và
# $D(p \,\|\, q) = -\log q_y$: đó chính là mất mát entropy chéo.

# %%
grader.check("kl_divergence")

# %% about-kl-values [markdown] lang="en"
# **Expect** 2.0404 twice, then 0.7047 and 1.9417: it matters which distribution comes first.

# %% [markdown] lang="vi"
# **Kết quả mong đợi**: hai lần 2.0404, rồi 0.7047 và 1.9417: phân phối nào đứng trước là điều quan trọng.

# %% kl-values
need("softmax", "softmax_loss", "kl_divergence")

cat_row = np.array([[3.2, 5.1, -1.7]])
q, cat, uniform = softmax(cat_row)[0], np.array([1.0, 0.0, 0.0]), np.full(3, 1 / 3)
table(
    ["quantity", "value"],
    ["D(one-hot cat, softmax)", f"{kl_divergence(cat, q):.4f}"],
    ["softmax loss of the cat", f"{softmax_loss(np.eye(3), cat_row, np.array([0])):.4f}"],
    ["D(softmax, uniform)", f"{kl_divergence(q, uniform):.4f}"],
    ["D(uniform, softmax)", f"{kl_divergence(uniform, q):.4f}"],
)

# %% about-gradients [markdown] lang="en"
# ## 3. Gradients: `gradient.py`
#
# ### The numerical gradient
#
# $$\frac{\partial f}{\partial W_k} \approx \frac{f(W + h\,e_k) - f(W - h\,e_k)}{2h}$$
#
# Slow, approximate, and easy to write: what the analytic gradient is checked against. How far two gradients are apart:
#
# $$\text{relative error} = \max \frac{|a - b|}{\max(10^{-8},\, |a| + |b|)}$$

# %% [markdown] lang="vi"
# ## 3. Gradient: `gradient.py`
#
# ### Gradient số
#
# $$\frac{\partial f}{\partial W_k} \approx \frac{f(W + h\,e_k) - f(W - h\,e_k)}{2h}$$
#
# Chậm, gần đúng nhưng dễ viết: dùng để kiểm tra gradient giải tích. Hai gradient khác nhau đến mức nào được đo bằng:
#
# $$\text{relative error} = \max \frac{|a - b|}{\max(10^{-8},\, |a| + |b|)}$$

# %%
grader.check("numerical_gradient")

# %%
grader.check("relative_error")

# %% about-analytic [markdown] lang="en"
# ### The analytic gradients
#
# SVM: for every class $j \ne y_i$ inside the margin ($s_j - s_{y_i} + \Delta > 0$),
#
# $$\nabla_{w_j} L_i \mathrel{+}= x_i, \qquad \nabla_{w_{y_i}} L_i \mathrel{-}= x_i$$
#
# Softmax, with $p$ the probabilities:
#
# $$\nabla_{w_j} L_i = (p_j - [\,j = y_i\,])\, x_i$$
#
# Both are means over the batch. Vectorised, the chain rule reads $\nabla_W L = \frac 1N X^\top G$, where row $i$ of $G$
# is the gradient of $L_i$ with respect to the scores.

# %% [markdown] lang="vi"
# ### Gradient giải tích
#
# SVM: với mỗi lớp $j \ne y_i$ nằm trong khoảng biên ($s_j - s_{y_i} + \Delta > 0$),
#
# $$\nabla_{w_j} L_i \mathrel{+}= x_i, \qquad \nabla_{w_{y_i}} L_i \mathrel{-}= x_i$$
#
# Softmax, với $p$ là các xác suất:
#
# $$\nabla_{w_j} L_i = (p_j - [\,j = y_i\,])\, x_i$$
#
# Cả hai đều lấy trung bình trên lô (batch). Ở dạng vector hóa, quy tắc chuỗi cho $\nabla_W L = \frac 1N X^\top G$, trong đó hàng $i$
# của $G$ là gradient của $L_i$ theo các điểm số.

# %%
grader.check("svm_gradient_naive")

# %%
grader.check("svm_gradient")

# %%
grader.check("softmax_gradient_naive")

# %%
grader.check("softmax_gradient")

# %% about-gradient-check [markdown] lang="en"
# ### Gradient check
#
# **Expect** relative errors below 1e-6 in every row (here between 1e-10 and 1e-8). One of order 1 is a
# mistake in the formula; exactly 0.33 says a factor of 2, and 1 a wrong sign or a missing part.

# %% [markdown] lang="vi"
# ### Kiểm tra gradient
#
# **Kết quả mong đợi**: sai số tương đối nhỏ hơn 1e-6 ở mọi hàng (ở đây từ 1e-10 đến 1e-8). Sai số cỡ 1 nghĩa là công thức sai; đúng
# 0.33 cho thấy lệch một thừa số 2, còn 1 là sai dấu hoặc thiếu một phần.

# %% gradient-check
need("numerical_gradient", "relative_error", "svm_loss", "svm_gradient_naive", "svm_gradient")
need("softmax_loss", "softmax_gradient_naive", "softmax_gradient")

rng = np.random.default_rng(0)
X_few, y_few = rng.standard_normal((20, 6)), rng.integers(4, size=20)
W_small = rng.standard_normal((6, 4))
rows = []
for name, loss, gradient in [
    ("SVM, loops", svm_loss, svm_gradient_naive),
    ("SVM, vectorised", svm_loss, svm_gradient),
    ("softmax, loops", softmax_loss, softmax_gradient_naive),
    ("softmax, vectorised", softmax_loss, softmax_gradient),
]:
    numerical = numerical_gradient(lambda W, loss=loss: loss(W, X_few, y_few), W_small)
    analytic = gradient(W_small, X_few, y_few)
    error = relative_error(numerical, analytic)
    rows.append([name, f"{numerical[0, 0]:.4f}", f"{analytic[0, 0]:.4f}", f"{error:.0e}"])
table(["gradient", "numerical", "analytic", "error"], *rows)

# %% about-step-size [markdown] lang="en"
# ### Why $h = 10^{-5}$?
#
# A large step misses the curve, a small one drowns in rounding.
#
# **Expect** for softmax a valley, lowest near $h = 10^{-5}$ with an error of about $10^{-9}$. To the right it rises
# 100 times for each factor of 10, since the error of a central difference is of order $h^2$; to the left, rounding
# grows 10 times. The SVM loss is piecewise linear, so that only rounding is left, until a large step crosses a kink of
# the hinge: at $h = 0.1$ the result is plainly wrong.

# %% [markdown] lang="vi"
# ### Vì sao chọn $h = 10^{-5}$?
#
# Bước lớn thì bỏ qua độ cong của hàm, bước nhỏ thì chìm trong sai số làm tròn.
#
# **Kết quả mong đợi** với softmax là một thung lũng, thấp nhất ở gần $h = 10^{-5}$ với sai số khoảng $10^{-9}$. Sang phải, sai số
# tăng 100 lần mỗi khi bước tăng 10 lần, vì sai số của sai phân trung tâm có bậc $h^2$; sang trái, sai số làm tròn tăng
# 10 lần. Mất mát SVM tuyến tính từng khúc nên chỉ còn sai số làm tròn, cho đến khi một bước lớn vượt qua điểm gãy của hàm
# hinge: tại $h = 0.1$ kết quả sai hẳn.

# %% step-size
need("numerical_gradient", "relative_error", "svm_loss", "svm_gradient", "softmax_loss", "softmax_gradient")

steps = 10.0 ** np.arange(-11, 0)
fig, ax = plt.subplots()
for name, loss, gradient in [("SVM", svm_loss, svm_gradient), ("softmax", softmax_loss, softmax_gradient)]:
    errors = [
        relative_error(
            numerical_gradient(lambda W, loss=loss: loss(W, X_few, y_few), W_small, h),
            gradient(W_small, X_few, y_few),
        )
        for h in steps
    ]
    ax.loglog(steps, errors, marker="o", label=name)
ax.set(xlabel="step h", ylabel="relative error", title="Numerical against analytic gradient")
ax.legend()
plt.show()

# %% about-regularization [markdown] lang="en"
# ## 4. Regularisation: `regularization.py`
#
# Many $W$ fit the training set equally well. A penalty prefers the simpler ones:
#
# $$L(W) = \frac 1N \sum_i L_i(W) + \lambda R(W)$$
#
# | | $R(W)$ | gradient |
# | --- | --- | --- |
# | L2 | $\sum W^2$ | $2W$ |
# | L1 | $\sum \lvert W \rvert$ | $\operatorname{sign} W$ |
# | elastic net | $\sum (\beta W^2 + \lvert W \rvert)$ | $2 \beta W + \operatorname{sign} W$ |
#
# In the code $\lambda$ is `reg`. The penalties leave it to their callers.

# %% [markdown] lang="vi"
# ## 4. Điều chuẩn: `regularization.py`
#
# Có nhiều $W$ khớp với tập huấn luyện tốt như nhau. Số hạng phạt ưu tiên những bộ trọng số đơn giản hơn:
#
# $$L(W) = \frac 1N \sum_i L_i(W) + \lambda R(W)$$
#
# | | $R(W)$ | gradient |
# | --- | --- | --- |
# | L2 | $\sum W^2$ | $2W$ |
# | L1 | $\sum \lvert W \rvert$ | $\operatorname{sign} W$ |
# | elastic net | $\sum (\beta W^2 + \lvert W \rvert)$ | $2 \beta W + \operatorname{sign} W$ |
#
# Trong mã, $\lambda$ là `reg`. Các hàm phạt không nhân với nó: đó là việc của nơi gọi chúng.

# %%
grader.check("l2")

# %%
grader.check("l2_gradient")

# %%
grader.check("l1")

# %%
grader.check("l1_gradient")

# %%
grader.check("elastic_net")

# %%
grader.check("elastic_net_gradient")

# %% about-penalties [markdown] lang="en"
# ### Which weights does a penalty prefer?
#
# For $x = (1, 1, 1, 1)$ two sets of weights give the same score, 1: $w_1 = (1, 0, 0, 0)$ and
# $w_2 = (\frac14, \frac14, \frac14, \frac14)$. L2 spreads the weights; L1 does not mind, and its corners lie on the
# axes, where weights are exactly zero.
#
# **Expect** L2: 1 and 0.25. L1: 1 and 1. Elastic net with $\beta = 1$: 2 and 1.25. In the picture, L2 is a circle, L1 a
# square on its corner, and the elastic net lies between the two in shape and inside both.

# %% [markdown] lang="vi"
# ### Số hạng phạt ưu tiên trọng số nào?
#
# Với $x = (1, 1, 1, 1)$, hai bộ trọng số sau cho cùng điểm số 1: $w_1 = (1, 0, 0, 0)$ và
# $w_2 = (\frac14, \frac14, \frac14, \frac14)$. L2 trải đều trọng số; L1 coi hai bộ như nhau, và các đỉnh của nó nằm trên
# các trục, nơi có trọng số đúng bằng không.
#
# **Kết quả mong đợi** với L2: 1 và 0.25. L1: 1 và 1. Elastic net với $\beta = 1$: 2 và 1.25. Trong hình, L2 là đường tròn, L1 là
# hình vuông đứng trên đỉnh, còn elastic net có dạng ở giữa hai hình và nằm bên trong cả hai.

# %% penalties
need("l2", "l1", "elastic_net")

penalties = [("L2", l2), ("L1", l1), ("elastic net, beta = 1", lambda W: elastic_net(W, 1.0))]
w_1, w_2 = np.array([1.0, 0, 0, 0]), np.full(4, 0.25)
table(["penalty", "w_1", "w_2"], *[[name, f"{R(w_1):g}", f"{R(w_2):g}"] for name, R in penalties])

values = np.linspace(-1.4, 1.4, 113)
fig, ax = plt.subplots(figsize=(6, 6))
for number, (name, R) in enumerate(penalties):
    heights = [[R(np.array([a, b])) for a in values] for b in values]
    ax.contour(values, values, heights, levels=[1], colors=[f"C{number}"], linewidths=2)
    ax.plot([], [], color=f"C{number}", label=name)
ax.set(xlabel="first weight", ylabel="second weight", title="All weights with R(W) = 1", aspect="equal")
fig.legend(loc="outside lower center", ncols=3)
plt.show()

# %% about-sgd [markdown] lang="en"
# ## 5. Training: `sgd.py`
#
# ### Stochastic gradient descent
#
# $$W \leftarrow W - \eta\, \nabla_W L$$
#
# $\eta$ is the learning rate. The gradient over all examples is costly, and one over a random batch points nearly the
# same way:
#
# ```
# repeat num_steps times:
#     draw a batch of examples
#     loss and gradient of this batch, at the current weights
#     move the weights against the gradient
# ```

# %% [markdown] lang="vi"
# ## 5. Huấn luyện: `sgd.py`
#
# ### Hạ gradient ngẫu nhiên (SGD)
#
# $$W \leftarrow W - \eta\, \nabla_W L$$
#
# $\eta$ là tốc độ học (learning rate). Gradient trên toàn bộ mẫu rất tốn kém, trong khi gradient trên một lô ngẫu nhiên chỉ về gần
# như cùng một hướng:
#
# ```
# lặp lại num_steps lần:
#     lấy một lô mẫu ngẫu nhiên
#     tính mất mát và gradient của lô này tại trọng số hiện tại
#     dịch trọng số ngược hướng gradient
# ```

# %%
grader.check("sample_batch")

# %%
grader.check("sgd_step")

# %%
grader.check("sgd")

# %%
grader.check("predict")

# %% about-accuracy [markdown] lang="en"
# ### Everything together
#
# `train_linear_classifier` minimises data loss + `reg` * `l2(W)` with what you wrote. Its question is called `accuracy`:
# when graded, it is trained on a whole set of images and has to reach an accuracy.

# %% [markdown] lang="vi"
# ### Ghép tất cả lại
#
# `train_linear_classifier` cực tiểu hóa mất mát dữ liệu + `reg` * `l2(W)` bằng những hàm bạn đã viết. Câu hỏi của hàm này tên là
# `accuracy`: khi chấm điểm, nó được huấn luyện trên cả một tập ảnh và phải đạt một độ chính xác nhất định.

# %%
grader.check("accuracy")

# %% about-loss-curves [markdown] lang="en"
# ### Loss curves
#
# The loss of each batch is noisy; the thick line is its moving average over 20 steps.
#
# **Expect** a start at 8.4 to 10.1 for the SVM and at 2.5 to 2.7 for softmax: with weights near zero all scores are
# nearly equal, and the losses are about $C - 1 = 9$ and $\log C = 2.30$, with $\lambda R(W) = 0.31$ on top. At the end
# (the mean loss of the last 20 steps, then per cent right):
#
# | | loss | training | validation |
# | --- | --- | --- | --- |
# | CIFAR-10, SVM | 4.6 | 40 | 38 |
# | CIFAR-10, softmax | 1.83 | 40 | 39 |
# | synthetic, SVM | 2.1 | 61 | 56 |
# | synthetic, softmax | 1.28 | 62 | 56 |
#
# All accuracies in this notebook were measured with the staff's solution. Other random batches move them by 1 or 2
# points.

# %% [markdown] lang="vi"
# ### Đường cong mất mát
#
# Mất mát của từng lô dao động mạnh; đường đậm là trung bình trượt trên 20 bước.
#
# **Kết quả mong đợi**: khởi đầu từ 8.4 đến 10.1 với SVM và từ 2.5 đến 2.7 với softmax: khi trọng số gần bằng không, mọi điểm số gần
# như bằng nhau, nên mất mát vào khoảng $C - 1 = 9$ và $\log C = 2.30$, cộng thêm $\lambda R(W) = 0.31$. Khi kết thúc (mất mát trung bình
# của 20 bước cuối, sau đó là số phần trăm đúng):
#
# | | mất mát | training | validation |
# | --- | --- | --- | --- |
# | CIFAR-10, SVM | 4.6 | 40 | 38 |
# | CIFAR-10, softmax | 1.83 | 40 | 39 |
# | synthetic, SVM | 2.1 | 61 | 56 |
# | synthetic, softmax | 1.28 | 62 | 56 |
#
# Mọi độ chính xác trong sổ tay này được đo với lời giải của giảng viên. Các lô ngẫu nhiên khác làm chúng thay đổi 1 đến 2 điểm
# phần trăm.

# %% loss-curves
need("accuracy", "predict")

STEPS = 1500 if kit.data.name == "cifar10" else 300


def fit(X, y, **settings):
    """Train with this notebook's settings, or with others where they are given."""
    usual = {"loss": "softmax", "reg": 1e3, "learning_rate": 1e-6, "batch_size": 200, "num_steps": STEPS}
    return train_linear_classifier(X, y, rng=np.random.default_rng(0), **(usual | settings))


def percent_right(W, X, y):
    """How many of the examples are classified correctly, in per cent."""
    return 100 * np.mean(predict(W, X) == y)


def moving_average(history, window=20):
    """The mean of each `window` values in a row."""
    return np.convolve(history, np.ones(window) / window, mode="valid")


fig, axes = plt.subplots(2, figsize=(6, 6), sharex=True)
rows = []
for ax, name, learning_rate in zip(axes, ["svm", "softmax"], [1e-7, 1e-6], strict=True):
    W, history = fit(X_train, y_train, loss=name, learning_rate=learning_rate)
    ax.plot(history, alpha=0.35, linewidth=1, label="each batch")
    ax.plot(np.arange(len(history) - 19) + 10, moving_average(history), color="C0", label="moving average")
    ax.set(ylabel=f"{name} loss")
    ax.legend()
    scores = [percent_right(W, X_train, y_train), percent_right(W, X_val, y_val)]
    rows.append([name, f"{np.mean(history[-20:]):.2f}", *[f"{score:.1f}" for score in scores]])
axes[-1].set(xlabel="step")
axes[0].set_title("Training with reg = 1e3")
plt.show()
table(["", "loss", "training", "validation"], *rows)

# %% about-learning-rates [markdown] lang="en"
# ### The learning rate
#
# Too low, and training takes for ever; too high, and the loss jumps about, or grows.
#
# **Expect** as validation accuracy, in per cent:
#
# | learning rate | 1e-8 | 1e-7 | 1e-6 | 1e-5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 29 | 37 | 39 | 25 |
# | synthetic | 23 | 48 | 56 | 50 |
#
# With 1e-5 the loss falls fastest at first on the synthetic set, and then stays above that of 1e-6; on CIFAR-10 it is
# larger than at the start, all the way.

# %% [markdown] lang="vi"
# ### Tốc độ học
#
# Quá thấp thì huấn luyện mãi không xong; quá cao thì mất mát nhảy lung tung, thậm chí tăng lên.
#
# **Kết quả mong đợi** cho độ chính xác trên tập kiểm định, tính theo phần trăm:
#
# | learning rate | 1e-8 | 1e-7 | 1e-6 | 1e-5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 29 | 37 | 39 | 25 |
# | synthetic | 23 | 48 | 56 | 50 |
#
# Với 1e-5, trên tập tổng hợp mất mát ban đầu giảm nhanh nhất, nhưng rồi dừng ở trên mức của 1e-6; trên CIFAR-10 nó luôn lớn hơn
# lúc khởi đầu.

# %% learning-rates
need("accuracy", "predict")

fig, ax = plt.subplots(figsize=(6, 5))
for learning_rate in [1e-8, 1e-7, 1e-6, 1e-5]:
    W, history = fit(X_train, y_train, learning_rate=learning_rate)
    ax.plot(
        np.arange(len(history) - 19) + 10,
        moving_average(history),
        label=f"{learning_rate:.0e}: {percent_right(W, X_val, y_val):.1f} %",
    )
ax.set(xlabel="step", ylabel="loss (moving average)", title="Softmax, reg = 1e3")
fig.legend(title="learning rate: validation", loc="outside lower center", ncols=2)
plt.show()

# %% about-geometric [markdown] lang="en"
# ## 6. What a linear classifier is
#
# ### The geometric viewpoint
#
# An image is a point in a space of 3072 dimensions; here are points in two. Each class has a line on which its score is
# 0; the arrow, the class's weights, points to where the score grows. The colour of the ground is the prediction.
#
# **Expect** 100 % right; three regions that meet in one point, divided by straight lines. (Between two regions the
# two classes' scores are equal: that border is in general neither of their lines.)

# %% [markdown] lang="vi"
# ## 6. Bộ phân loại tuyến tính là gì?
#
# ### Góc nhìn hình học
#
# Một ảnh là một điểm trong không gian 3072 chiều; ở đây ta vẽ các điểm trong không gian hai chiều. Mỗi lớp có một đường thẳng
# mà trên đó điểm số của lớp bằng 0; mũi tên, tức trọng số của lớp, chỉ về phía điểm số tăng. Màu nền là lớp được dự đoán.
#
# **Kết quả mong đợi**: đúng 100 %; ba vùng gặp nhau tại một điểm và được ngăn cách bởi các đường thẳng. (Trên ranh giới giữa hai
# vùng, điểm số của hai lớp bằng nhau: nói chung đó không phải là đường thẳng của lớp nào trong hai lớp ấy.)

# %% geometric
need("add_bias", "linear_scores", "accuracy", "predict")

rng = np.random.default_rng(1)
centres = np.array([[3.0, 0.5], [-2.0, 2.5], [-0.5, -2.5]])
y = np.arange(120) % 3
points = centres[y] + 0.6 * rng.standard_normal((120, 2))
W, _ = train_linear_classifier(
    add_bias(points), y, loss="svm", reg=0.01, learning_rate=0.05, batch_size=30, num_steps=500, rng=rng
)
ticks = np.linspace(-5, 5, 201)
ground = add_bias(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2))
regions = predict(W, ground).reshape(201, 201)
scores = linear_scores(W, ground).reshape(201, 201, 3)

fig, ax = plt.subplots(figsize=(6, 6.6))
ax.contourf(ticks, ticks, regions, levels=[-0.5, 0.5, 1.5, 2.5], colors=["C0", "C1", "C2"], alpha=0.2)
for label in range(3):
    colour = f"C{label}"
    ax.scatter(*points[y == label].T, s=18, color=colour, label=f"class {label}")
    ax.contour(ticks, ticks, scores[..., label], levels=[0], colors=colour, linewidths=2)
    length = np.linalg.norm(W[:2, label])
    direction = W[:2, label] / length
    middle = points[y == label].mean(axis=0)
    foot = (
        middle - (middle @ W[:2, label] + W[2, label]) / length * direction
    )  # the middle's shadow on the line
    ax.annotate("", foot + 1.2 * direction, foot, arrowprops={"color": colour, "width": 2, "headwidth": 9})
ax.plot([], [], color="grey", label="score = 0")
ax.set(xlabel="first feature", ylabel="second feature", xlim=(-5, 5), ylim=(-5, 5), aspect="equal")
ax.set_title(f"{percent_right(W, add_bias(points), y):.0f} % right")
fig.legend(loc="outside lower center", ncols=2)
plt.show()

# %% about-grid [markdown] lang="en"
# ### Choosing the hyperparameters
#
# Learning rate and regularisation strength are chosen by the **validation** accuracy (the lower heat map), not by the training
# accuracy (the upper one), and never by the test set. The frame is around the best.
#
# **Expect** the best validation accuracy near 40 % on CIFAR-10 (learning rate 1e-6, `reg` 10 or 100) and between 56 % and
# 58 % on the synthetic set (3e-6, `reg` 10 to 1000). Its neighbours are within 1 point, which is chance. At `reg` 1e5,
# raising the learning rate makes things worse: 20 % and 35 % at 3e-6.

# %% [markdown] lang="vi"
# ### Chọn siêu tham số
#
# Tốc độ học và hệ số điều chuẩn được chọn theo độ chính xác trên **tập kiểm định** (bản đồ nhiệt phía dưới), không phải theo tập huấn luyện
# (bản đồ nhiệt phía trên), và tuyệt đối không theo tập kiểm tra. Khung đỏ đánh dấu ô tốt nhất.
#
# **Kết quả mong đợi**: độ chính xác kiểm định cao nhất gần 40 % trên CIFAR-10 (tốc độ học 1e-6, `reg` 10 hoặc 100) và từ 56 % đến
# 58 % trên tập tổng hợp (3e-6, `reg` từ 10 đến 1000). Các ô bên cạnh chỉ kém không quá 1 điểm, chênh lệch như vậy là ngẫu nhiên.
# Với `reg` 1e5, tăng tốc độ học làm kết quả xấu đi: 20 % và 35 % tại 3e-6.

# %% grid
need("accuracy", "predict")

learning_rates, strengths = [3e-8, 1e-7, 3e-7, 1e-6, 3e-6], [1e1, 1e2, 1e3, 1e4, 1e5]
weights = {
    (reg, learning_rate): fit(X_train, y_train, reg=reg, learning_rate=learning_rate)[0]
    for reg in strengths
    for learning_rate in learning_rates
}
fig, axes = plt.subplots(2, figsize=(6, 8.5), sharex=True)
for ax, name, X, y in zip(axes, ["training", "validation"], [X_train, X_val], [y_train, y_val], strict=True):
    percents = np.array([percent_right(W, X, y) for W in weights.values()]).reshape(len(strengths), -1)
    picture = ax.imshow(percents, cmap="viridis", aspect="auto")
    middle = (percents.min() + percents.max()) / 2
    for row, column in np.ndindex(percents.shape):
        shade = "black" if percents[row, column] > middle else "white"
        ax.text(column, row, f"{percents[row, column]:.1f}", ha="center", va="center", color=shade)
    best = np.unravel_index(percents.argmax(), percents.shape)
    ax.add_patch(plt.Rectangle((best[1] - 0.5, best[0] - 0.5), 1, 1, fill=False, color="red", linewidth=3))
    ax.set_yticks(range(len(strengths)), [f"{reg:g}" for reg in strengths])
    ax.set(ylabel="reg", title=f"Accuracy on the {name} set")
    image_axes(ax)
    fig.colorbar(picture, ax=ax, label="per cent right")
axes[1].set_xticks(range(len(learning_rates)), [f"{rate:.0e}" for rate in learning_rates])
axes[1].set(xlabel="learning rate")
plt.show()
best_reg, best_learning_rate = strengths[best[0]], learning_rates[best[1]]
W_best = weights[best_reg, best_learning_rate]
table(["chosen", "value"], ["reg", f"{best_reg:g}"], ["learning rate", f"{best_learning_rate:g}"])

# %% about-data-size [markdown] lang="en"
# ### Overfitting: too few examples
#
# A classifier with 30730 weights learns a few hundred images by heart. The gap between the curves is overfitting; more
# data closes it.
#
# **Expect**, in per cent (training / validation):
#
# | examples | CIFAR-10 | synthetic |
# | --- | --- | --- |
# | 50 | 100 / 24 | 100 / 35 |
# | 300 | 100 / 27 | 98 / 45 |
# | 1000 | 82 / 30 | 77 / 52 |
# | 3000 | 55 / 34 | 64 / 56 |
# | 10000 | 45 / 38 | |
# | all | 42 / 40 | 62 / 56 |

# %% [markdown] lang="vi"
# ### Quá khớp (overfitting): quá ít mẫu
#
# Bộ phân loại với 30730 trọng số học thuộc lòng được vài trăm ảnh. Khoảng cách giữa hai đường cong chính là sự quá khớp; thêm dữ
# liệu thì khoảng cách ấy thu hẹp.
#
# **Kết quả mong đợi**, tính theo phần trăm (huấn luyện / kiểm định):
#
# | số mẫu | CIFAR-10 | synthetic |
# | --- | --- | --- |
# | 50 | 100 / 24 | 100 / 35 |
# | 300 | 100 / 27 | 98 / 45 |
# | 1000 | 82 / 30 | 77 / 52 |
# | 3000 | 55 / 34 | 64 / 56 |
# | 10000 | 45 / 38 | |
# | tất cả | 42 / 40 | 62 / 56 |

# %% data-size
need("accuracy", "predict")

sizes = [size for size in (50, 100, 300, 1000, 3000, 10000, 30000) if size < len(y_train)] + [len(y_train)]
percents = []
for size in sizes:
    W, _ = fit(X_train[:size], y_train[:size], reg=1e2, batch_size=min(200, size))
    percents.append([percent_right(W, X_train[:size], y_train[:size]), percent_right(W, X_val, y_val)])
fig, ax = plt.subplots()
for name, curve in zip(["training", "validation"], np.transpose(percents), strict=True):
    ax.semilogx(sizes, curve, marker="o", label=name)
ax.axhline(10, color="grey", linestyle=":", label="guessing")
ax.set(xlabel="training examples", ylabel="per cent right", ylim=(0, 105), title="Softmax, reg = 1e2")
ax.legend()
plt.show()

# %% about-reg-curve [markdown] lang="en"
# ### Underfitting: too much regularisation
#
# The same with 1000 examples, where `reg` varies. At the left the classifier overfits; at the right it may hardly use
# the images at all, and both curves fall: underfitting. The best validation accuracy lies between.
#
# **Expect**, in per cent (training / validation):
#
# | `reg` | 1 | 1e3 | 1e4 | 1e5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 83 / 30 | 67 / 32 | 44 / 31 | 32 / 25 |
# | synthetic | 77 / 52 | 76 / 53 | 69 / 52 | 43 / 33 |

# %% [markdown] lang="vi"
# ### Chưa khớp (underfitting): điều chuẩn quá mạnh
#
# Vẫn như trên nhưng với 1000 mẫu, và `reg` thay đổi. Ở bên trái bộ phân loại quá khớp; ở bên phải nó hầu như không được dùng đến ảnh
# nữa và cả hai đường cong đều đi xuống: chưa khớp. Độ chính xác kiểm định cao nhất nằm ở khoảng giữa.
#
# **Kết quả mong đợi**, tính theo phần trăm (huấn luyện / kiểm định):
#
# | `reg` | 1 | 1e3 | 1e4 | 1e5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 83 / 30 | 67 / 32 | 44 / 31 | 32 / 25 |
# | synthetic | 77 / 52 | 76 / 53 | 69 / 52 | 43 / 33 |

# %% reg-curve
need("accuracy", "predict")

strengths = [10 ** (exponent / 2) for exponent in range(12)]
percents = []
for reg in strengths:
    W, _ = fit(X_train[:1000], y_train[:1000], reg=reg)
    percents.append([percent_right(W, X_train[:1000], y_train[:1000]), percent_right(W, X_val, y_val)])
fig, ax = plt.subplots()
for name, curve in zip(["training", "validation"], np.transpose(percents), strict=True):
    ax.semilogx(strengths, curve, marker="o", label=name)
ax.axhline(10, color="grey", linestyle=":", label="guessing")
ax.set(xlabel="reg", ylabel="per cent right", ylim=(0, 105), title="Softmax, 1000 training examples")
ax.legend()
plt.show()

# %% about-visual [markdown] lang="en"
# ### The visual viewpoint
#
# A column of $W$ without its bias has as many numbers as an image, so it can be shown as one: the **template** that a class
# compares each image with. The upper ten are those of the weights that you chose; the lower ten are more regularised
# and therefore smoother.
#
# **Expect** on CIFAR-10, in the lower ten: blue around airplane and ship, a green ground around the deer, a windscreen
# over the body of a car. The upper ten show the same under noise. On the synthetic set there are smooth patches of
# colour and hardly a trace of the patterns: these lie elsewhere in each image, dark or light, and cancel out.

# %% [markdown] lang="vi"
# ### Góc nhìn trực quan
#
# Một cột của $W$, bỏ đi bias, có số phần tử đúng bằng một ảnh nên có thể vẽ ra như một ảnh: đó là **khuôn mẫu** (template) mà lớp ấy
# đem so với mọi ảnh. Mười hình trên là của bộ trọng số bạn đã chọn; mười hình dưới được điều chuẩn mạnh hơn nên mịn hơn.
#
# **Kết quả mong đợi** trên CIFAR-10, ở mười hình dưới: nền xanh lam quanh máy bay và tàu thủy, nền xanh lá quanh con hươu, kính chắn gió
# phía trên thân ô tô. Mười hình trên cũng vậy nhưng đầy nhiễu. Trên tập tổng hợp chỉ thấy các mảng màu mịn và hầu như không có
# dấu vết của các họa tiết: trong mỗi ảnh chúng nằm một chỗ khác, lúc tối lúc sáng, nên triệt tiêu lẫn nhau.

# %% visual
need("accuracy", "predict")


def template_mosaic(W):
    """The columns of W as two rows of five images, each stretched to the full range of brightness."""
    images = W[:-1].T.reshape(10, -1)
    images = (images - images.min(axis=1, keepdims=True)) / np.ptp(images, axis=1, keepdims=True)
    return images.reshape(2, 5, 32, 32, 3)


W_smooth, _ = fit(X_train, y_train, reg=3e4)
fig, axes = plt.subplots(4, 5, figsize=(6, 5.8))
for number, (ax, image) in enumerate(
    zip(
        axes.flat,
        np.concatenate([template_mosaic(W_best), template_mosaic(W_smooth)]).reshape(20, 32, 32, 3),
        strict=True,
    )
):
    ax.imshow(image)
    ax.set_title(kit.data.classes[number % 10], fontsize=11)
    ax.set(xticks=[], yticks=[])
    image_axes(ax)
fig.supxlabel("column of pixels")
fig.supylabel("row of pixels")
fig.suptitle(f"reg = {best_reg:g} above, 3e4 below")
plt.show()

# %% question-templates [markdown] lang="en" tags=["about:templates"]
# ### In words: reading the templates
#
# *Written answer, {points} points. Write it into the cell below (a double click opens it); a person reads it.*
#
# Choose two classes and describe what their templates show. Why do they come to look like this: what does one step of
# gradient descent add to a class's template, and what does it subtract? Then describe an image of one of the two classes that
# your classifier will surely get wrong, and say why no other $W$ could put this right without spoiling others.

# %% [markdown] lang="vi"
# ### Bằng lời: đọc các khuôn mẫu
#
# *Câu trả lời viết, {points} điểm. Viết vào ô bên dưới (nhấp đúp để mở); giảng viên sẽ đọc và chấm.*
#
# Chọn hai lớp và mô tả những gì khuôn mẫu của chúng cho thấy. Vì sao chúng có hình dạng ấy: một bước hạ gradient cộng gì vào
# khuôn mẫu của một lớp, và trừ đi gì? Sau đó hãy mô tả một ảnh thuộc một trong hai lớp mà bộ phân loại của bạn chắc chắn
# đoán sai, và cho biết vì sao không có $W$ nào khác sửa được lỗi này mà không làm hỏng những ảnh khác.

# %% answer-templates [markdown] lang="en" tags=["answer:templates"]
# <!-- answer: templates -->
# *Write your answer here.*

# %% [markdown] lang="vi"
# <!-- answer: templates -->
# *Viết câu trả lời của bạn vào đây.*

# %% about-test [markdown] lang="en"
# ## 7. The test set, once
#
# Which class is taken for which? Each row is a true class and adds up to 100 %.
#
# **Expect** a test accuracy of 40 % on CIFAR-10 and 55 % to 58 % on the synthetic set, where guessing gives 10 %. On
# CIFAR-10 ship and airplane are the easiest (54 % and 50 %) and bird is the hardest (20 %); airplane and ship,
# automobile and truck, cat and dog are often mixed up. On the synthetic set the first five classes are hardly ever taken
# for the last five, whose backgrounds are quite different.

# %% [markdown] lang="vi"
# ## 7. Tập kiểm tra, một lần duy nhất
#
# Lớp nào bị nhầm với lớp nào? Mỗi hàng là một lớp đúng và có tổng bằng 100 %.
#
# **Kết quả mong đợi**: độ chính xác trên tập kiểm tra là 40 % với CIFAR-10 và từ 55 % đến 58 % với tập tổng hợp, trong khi đoán bừa chỉ
# đúng 10 %. Trên CIFAR-10, tàu thủy và máy bay dễ nhất (54 % và 50 %), chim khó nhất (20 %); máy bay và tàu thủy, ô tô và xe
# tải, mèo và chó thường bị lẫn với nhau. Trên tập tổng hợp, năm lớp đầu hầu như không bao giờ bị nhầm với năm lớp cuối, vì nền của
# chúng khác hẳn nhau.

# %% confusion
need("predict")

predictions = predict(W_best, X_test)
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_test, predictions), 1)
percents = 100 * counts / counts.sum(axis=1, keepdims=True)

fig, ax = plt.subplots(figsize=(6, 5.6))
picture = ax.imshow(percents, cmap="Blues", vmin=0, vmax=100)
for row, column in np.ndindex(percents.shape):
    shade = "white" if percents[row, column] > 50 else "black"
    ax.text(column, row, f"{percents[row, column]:.0f}", ha="center", va="center", color=shade, fontsize=11)
ax.set_xticks(range(10), kit.data.classes, rotation=60, ha="right", rotation_mode="anchor")
ax.set_yticks(range(10), kit.data.classes)
ax.set(xlabel="predicted class", ylabel="true class")
ax.set_title(f"Test set: {100 * np.mean(predictions == y_test):.1f} % right")
image_axes(ax)
fig.colorbar(picture, ax=ax, label="per cent of the true class", shrink=0.8)
plt.show()
table(
    ["set", "per cent right"],
    *[
        [name, f"{percent_right(W_best, X, y):.1f}"]
        for name, X, y in [
            ("training", X_train, y_train),
            ("validation", X_val, y_val),
            ("test", X_test, y_test),
        ]
    ],
)

# %% about-submit [markdown] lang="en"
# ## 8. Handing in
#
# Save the notebook (Ctrl-S), then run the next cell. It makes `submission.zip` of your four modules and this notebook,
# checks it as the grader will, and says which modules it found and when each was last changed: look at these times.
# Hand in that file.

# %% [markdown] lang="vi"
# ## 8. Nộp bài
#
# Lưu sổ tay (Ctrl-S) rồi chạy ô dưới đây. Ô này tạo `submission.zip` gồm bốn mô-đun của bạn và sổ tay này, kiểm tra tệp như khi chấm
# bài, cho biết đã tìm thấy những mô-đun nào và mỗi mô-đun được sửa lần cuối khi nào: hãy xem kỹ các thời điểm ấy. Hãy nộp tệp đó.

# %% submit
colab_setup.submit()
