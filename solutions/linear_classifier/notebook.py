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
# Bài giảng 1 viết thành chương trình: điểm số, hai hàm mất mát, gradient của chúng, điều chuẩn và hạ gradient ngẫu nhiên (SGD). Cuối
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
# The next cell imports your functions, and `plots`, which draws the figures: you need not read it. A module that you have
# saved is read anew before the next cell runs.

# %% [markdown] lang="vi"
# Ô tiếp theo nạp các hàm của bạn, cùng với `plots`, mô-đun vẽ hình mà bạn không cần đọc. Mỗi mô-đun bạn vừa lưu được đọc lại
# trước khi ô kế tiếp chạy.

# %% imports
import time

import numpy as np
import plots
from gradient import (
    numerical_gradient,
    relative_error,
    softmax_gradient,
    softmax_gradient_naive,
    svm_gradient,
    svm_gradient_naive,
)
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

from colab_setup.drawing import table

# %% about-predict [markdown] lang="en" tags=["about:predictions"]
# ### Predict, then run
#
# Before some cells you are asked what you expect. Put a letter in quotes or a number in place of the three dots, run the cell, and
# read why. Your **first** prediction is noted and handed in ({points} points for all of them): half for having made it, the rest
# for being right. So think first, without help, and do not fear to be wrong: a surprise teaches most.

# %% [markdown] lang="vi"
# ### Đoán trước, chạy sau
#
# Trước một số ô, bạn được hỏi kết quả sẽ ra sao. Hãy thay dấu ba chấm bằng một chữ cái trong ngoặc kép hoặc một con số,
# chạy ô đó rồi đọc lời giải thích. Lần đoán **đầu tiên** được ghi lại và nộp cùng bài ({points} điểm cho tất cả): một nửa cho
# việc đã đoán, phần còn lại cho đoán đúng. Vậy hãy tự suy nghĩ trước và đừng ngại sai: điều bất ngờ dạy ta nhiều nhất.

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
plots.draw_samples(kit.data.X_train, kit.data.y_train, kit.data.classes, kit.data.name)

# %% about-add-bias [markdown] lang="en"
# ### Warm-up: five minutes for the whole way
#
# A linear classifier computes $f(x, W) = xW + b$. With a 1 appended to each $x$, the last row of $W$ is the bias $b$, and
# $f(x, W) = xW$ is all that remains: one matrix to learn.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$
#
# This first function is worked for you, mistake included. Open `loss.py` and find `add_bias`.
#
# **Write.** Put these lines in place of `raise NotImplementedError(...)`, and **save**:
#
# ```
# ones = np.ones((X.shape[0], 1))
# return np.concatenate((ones, X), axis=1)
# ```
#
# **Check.** Run the cell below. It tells the input, what came and what was expected: the 1 of each row is in front, and
# should come last. Swap `ones` and `X`, save, run it again: it passes.
#
# **Read the docstring once more.** It promises an array of the dtype of `X`, and `np.ones` makes float64 unless it is told otherwise:
# float32 would not come back as float32. Write `np.ones((X.shape[0], 1), X.dtype)`. What a docstring promises is graded, whether a
# check at home asks for it or not.
#
# **Hand in.** Run the very last cell of this notebook now. It makes `submission.zip` and says how many questions pass: one.
# Do this whenever you stop working.

# %% [markdown] lang="vi"
# ### Khởi động: năm phút cho cả quy trình
#
# Bộ phân loại tuyến tính tính $f(x, W) = xW + b$. Nếu nối thêm số 1 vào mỗi $x$ thì hàng cuối của $W$ chính là bias $b$, và chỉ
# còn lại $f(x, W) = xW$: chỉ phải học một ma trận.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$
#
# Hàm đầu tiên này được làm mẫu cho bạn, kể cả lỗi sai. Hãy mở `loss.py` và tìm `add_bias`.
#
# **Viết.** Thay dòng `raise NotImplementedError(...)` bằng các dòng sau, rồi **lưu lại**:
#
# ```
# ones = np.ones((X.shape[0], 1))
# return np.concatenate((ones, X), axis=1)
# ```
#
# **Kiểm tra.** Chạy ô bên dưới. Ô này cho biết đầu vào, kết quả nhận được và kết quả mong đợi: cột toàn số 1 đang đứng đầu, trong khi
# nó phải đứng cuối. Đổi chỗ `ones` và `X`, lưu, chạy lại: đạt.
#
# **Đọc lại docstring.** Docstring hứa trả về một mảng có kiểu của `X`, mà `np.ones` tạo ra float64 nếu không được dặn khác đi:
# float32 đưa vào sẽ không ra float32. Hãy viết `np.ones((X.shape[0], 1), X.dtype)`. Điều gì docstring đã hứa thì khi chấm sẽ
# được xét, dù bài kiểm tra ở đây có hỏi đến hay không.
#
# **Nộp thử.** Chạy ngay ô cuối cùng của sổ tay. Ô đó tạo `submission.zip` và cho biết bao nhiêu câu đã đạt: một. Hãy làm như vậy
# mỗi khi bạn dừng làm bài.

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
# | | CIFAR-10 | ảnh tổng hợp |
# | --- | --- | --- |
# | huấn luyện | (45000, 3073) | (4000, 3073) |
# | kiểm định | (5000, 3073) | (1000, 3073) |
# | kiểm tra | (10000, 3073) | (1000, 3073) |

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
# ### The algebraic viewpoint: a matrix times a vector
#
# $$s = f(x, W) = xW$$
#
# Each class has its score $s_j$; the highest one is the prediction. A linear classifier can be looked at in three ways. Here it is
# **algebra**: $s_j = \sum_d x_d W_{dj}$, each pixel times a weight of the class, all added up. In section 8 the columns of
# $W$ are pictures (the **visual** viewpoint), in section 9 lines in a space (the **geometric** one).
#
# An image of four pixels, a column of $W$ for each class, and the bias as the last row:
#
# | | $x$ | cat | car | frog |
# | --- | --- | --- | --- | --- |
# | pixel 1 | 2 | 1 | 0 | 2 |
# | pixel 2 | 0 | -2 | 3 | 1 |
# | pixel 3 | 1 | 0 | 1 | -3 |
# | pixel 4 | 3 | 1 | -1 | 0 |
# | bias | 1 | -1 | 2 | 1 |

# %% [markdown] lang="vi"
# ## 2. Điểm số và hàm mất mát: `loss.py`
#
# ### Góc nhìn đại số: một ma trận nhân một vectơ
#
# $$s = f(x, W) = xW$$
#
# Mỗi lớp có một điểm số $s_j$; lớp có điểm cao nhất là lớp được dự đoán. Có ba cách nhìn một bộ phân loại tuyến tính. Ở đây là
# **đại số**: $s_j = \sum_d x_d W_{dj}$, mỗi điểm ảnh nhân với một trọng số của lớp, rồi cộng tất cả lại. Ở phần 8 các cột của
# $W$ là những bức ảnh (góc nhìn **trực quan**), ở phần 9 là những đường thẳng trong một không gian (góc nhìn **hình học**).
#
# Một ảnh gồm bốn điểm ảnh, mỗi lớp một cột của $W$, và bias là hàng cuối:
#
# | | $x$ | mèo | ô tô | ếch |
# | --- | --- | --- | --- | --- |
# | điểm ảnh 1 | 2 | 1 | 0 | 2 |
# | điểm ảnh 2 | 0 | -2 | 3 | 1 |
# | điểm ảnh 3 | 1 | 0 | 1 | -3 |
# | điểm ảnh 4 | 3 | 1 | -1 | 0 |
# | bias | 1 | -1 | 2 | 1 |

# %%
grader.check("linear_scores")

# %% ask-weights [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): the images are 32 x 32 pixels with three colours, there are ten classes, and the bias is one more row of
# $W$. How many numbers does $W$ have?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): ảnh có 32 x 32 điểm ảnh với ba màu, có mười lớp, và bias là một hàng nữa của $W$. $W$ có bao nhiêu
# số?

# %% predict-weights tags=["about:predictions"]
kit.predict("weights", ...)

# %% ask-tiny-score [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number), with pencil and paper: what is the cat's score?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số), bằng giấy và bút: điểm số của lớp mèo là bao nhiêu?

# %% predict-tiny-score tags=["about:predictions"]
kit.predict("tiny_score", ...)

# %% algebraic
need("linear_scores")

x_tiny = np.array([[2.0, 0.0, 1.0, 3.0, 1.0]])
W_tiny = np.array([[1, 0, 2], [-2, 3, 1], [0, 1, -3], [1, -1, 0], [-1, 2, 1]], dtype=float)
table(["class", "cat", "car", "frog"], ["score", *linear_scores(W_tiny, x_tiny)[0]])

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
# The scores of car and frog stay at 5.1 and -1.7; that of the cat, the true class, varies.
#
# **Expect** at the dotted line, the lecture's 3.2: 2.90 (SVM) and 2.04 (softmax). Left of -0.7 the SVM loss falls by 2 for each
# unit of score, since two classes are too close; right of it by 1.

# %% [markdown] lang="vi"
# ### Mỗi hàm mất mát đòi hỏi điều gì?
#
# Điểm số của ô tô và ếch giữ nguyên ở 5.1 và -1.7; điểm số của mèo, lớp đúng, thay đổi.
#
# **Kết quả mong đợi** tại đường chấm, tức 3.2 như trong bài giảng: 2.90 (SVM) và 2.04 (softmax). Bên trái -0.7, mất mát SVM giảm 2
# cho mỗi đơn vị điểm số, vì có hai lớp ở quá gần; bên phải thì giảm 1.

# %% ask-content [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): from which score of the cat on is the SVM loss 0?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): kể từ điểm số nào của mèo thì mất mát SVM bằng 0?

# %% predict-content tags=["about:predictions"]
kit.predict("content", ...)

# %% loss-shapes
need("svm_loss", "softmax_loss")

cat_scores, losses = np.linspace(-4, 12, 161), {"SVM": svm_loss, "softmax": softmax_loss}
of_cat = {
    name: [loss(np.eye(3), np.array([[cat, 5.1, -1.7]]), np.array([0])) for cat in cat_scores]
    for name, loss in losses.items()
}
at = {name: loss(np.eye(3), np.array([[3.2, 5.1, -1.7]]), np.array([0])) for name, loss in losses.items()}
plots.draw_losses(cat_scores, of_cat, at)

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
# ### Tự luận: điểm số có thể thay đổi ra sao
#
# *Câu hỏi tự luận, {points} điểm. Viết vào ô bên dưới (nháy đúp để mở); giảng viên sẽ đọc và chấm.*
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

# %% [markdown] lang="vi"
# ### Vòng lặp và phép toán trên cả mảng
#
# Cùng một giá trị, một lần dùng vòng lặp và một lần không, trên 2000 mẫu ngẫu nhiên có 10 đặc trưng.

# %% ask-loops [markdown] lang="en" tags=["about:predictions"]
# **Predict**: how much faster is the vectorised function?
#
# - (a) hardly: both do the same arithmetic
# - (b) two to five times
# - (c) more than ten times

# %% [markdown] lang="vi"
# **Đoán trước**: hàm vectơ hóa nhanh hơn bao nhiêu?
#
# - (a) hầu như không: hai hàm tính cùng những phép tính
# - (b) hai đến năm lần
# - (c) hơn mười lần

# %% predict-loops tags=["about:predictions"]
kit.predict("loops", ...)

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
# $$\text{sai số tương đối} = \max \frac{|a - b|}{\max(10^{-8},\, |a| + |b|)}$$

# %%
grader.check("numerical_gradient")

# %%
grader.check("relative_error")

# %% about-analytic [markdown] lang="en"
# ### The analytic gradients: the chain rule in matrices
#
# $S = XW$ holds the scores, $(N, C)$. A weight $W_{dj}$ moves only the scores of class $j$, and that of example $i$ by
# $\partial S_{ij} / \partial W_{dj} = X_{id}$. With $G_{ij} = \partial L_i / \partial S_{ij}$ the chain rule gives
#
# $$\frac{\partial L}{\partial W_{dj}} = \frac 1N \sum_i X_{id}\, G_{ij}$$
#
# $$\nabla_W L = \frac 1N X^\top G$$
#
# Look at the shapes: $(D, N)$ times $(N, C)$ is $(D, C)$, that of $W$. This is the same for every loss. What is left is $G$, $(N, C)$,
# and its last line is yours, once for each loss.

# %% [markdown] lang="vi"
# ### Gradient giải tích: quy tắc chuỗi viết bằng ma trận
#
# $S = XW$ chứa các điểm số, $(N, C)$. Trọng số $W_{dj}$ chỉ làm thay đổi điểm số của lớp $j$, và với mẫu $i$ thì thay đổi theo
# $\partial S_{ij} / \partial W_{dj} = X_{id}$. Với $G_{ij} = \partial L_i / \partial S_{ij}$, quy tắc chuỗi cho
#
# $$\frac{\partial L}{\partial W_{dj}} = \frac 1N \sum_i X_{id}\, G_{ij}$$
#
# $$\nabla_W L = \frac 1N X^\top G$$
#
# Hãy nhìn kích thước: $(D, N)$ nhân $(N, C)$ được $(D, C)$, đúng kích thước của $W$. Điều này như nhau với mọi hàm mất mát. Chỉ còn phải
# tìm $G$, $(N, C)$, và dòng cuối là của bạn, mỗi hàm mất mát một lần.

# %% about-softmax-line [markdown] lang="en"
# ### Softmax, step by step
#
# The loss of one example has two terms:
#
# $$L_i = \log \sum_k e^{s_k} \;-\; s_{y_i}$$
#
# The first one: the derivative of the logarithm is one over what stands in it, times the derivative of that.
#
# $$\frac{\partial}{\partial s_j} \log \sum_k e^{s_k} = \frac{e^{s_j}}{\sum_k e^{s_k}} = p_j$$
#
# The second one is $-1$ for the score $s_{y_i}$ itself, and 0 for all others:
#
# $$\frac{\partial}{\partial s_j} (-s_{y_i}) = -[\,j = y_i\,]$$
#
# **Your line.** $P$ is $(N, C)$ and holds the probabilities; `hit` is $(N, C)$ with a 1 at the true class of each row. Write $G$
# with them, for all examples at once. The cell compares it with differences.

# %% [markdown] lang="vi"
# ### Softmax, từng bước một
#
# Mất mát của một mẫu có hai số hạng:
#
# $$L_i = \log \sum_k e^{s_k} \;-\; s_{y_i}$$
#
# Số hạng thứ nhất: đạo hàm của logarit bằng một chia cho biểu thức bên trong, nhân với đạo hàm của biểu thức ấy.
#
# $$\frac{\partial}{\partial s_j} \log \sum_k e^{s_k} = \frac{e^{s_j}}{\sum_k e^{s_k}} = p_j$$
#
# Số hạng thứ hai có đạo hàm $-1$ theo chính $s_{y_i}$, và 0 theo mọi điểm số khác:
#
# $$\frac{\partial}{\partial s_j} (-s_{y_i}) = -[\,j = y_i\,]$$
#
# **Dòng của bạn.** $P$ có kích thước $(N, C)$ và chứa các xác suất; `hit` có kích thước $(N, C)$ với số 1 tại lớp đúng của mỗi hàng. Hãy
# viết $G$ theo chúng, cho mọi mẫu cùng một lúc. Ô này so kết quả với sai phân.

# %% softmax-line
need("softmax", "softmax_loss", "numerical_gradient", "relative_error")

rng = np.random.default_rng(0)
X_few, y_few = rng.standard_normal((20, 6)), rng.integers(4, size=20)
W_small, hit = rng.standard_normal((6, 4)), np.eye(4)[y_few]
P = softmax(X_few @ W_small)

G = P - hit  # SOLUTION

kit.written(G=G)
differences = numerical_gradient(lambda W: softmax_loss(W, X_few, y_few), W_small)
error = relative_error(differences, X_few.T @ G / len(X_few))
table(["your line", "error", "right"], ["softmax", f"{error:.0e}", "yes" if error < 1e-6 else "not yet"])

# %% about-svm-line [markdown] lang="en"
# ### Hinge, step by step
#
# One term of the sum, for a class $j \ne y_i$:
#
# $$m_j = \max(0,\; s_j - s_{y_i} + \Delta)$$
#
# Where the margin is violated, $m_j > 0$, it is a straight line: $\partial m_j / \partial s_j = 1$ and
# $\partial m_j / \partial s_{y_i} = -1$. Elsewhere it is constant, and both are 0. So with $V_{ij} = 1$ for every violated class and 0
# elsewhere, the true class included:
#
# $$G_{ij} = V_{ij} \quad \text{for } j \ne y_i$$
#
# **Your line.** What stands at the true class? It is in each of the violated terms. Write $G$ with $V$ and `hit`, for all
# examples at once.

# %% [markdown] lang="vi"
# ### Hinge, từng bước một
#
# Một số hạng của tổng, với lớp $j \ne y_i$:
#
# $$m_j = \max(0,\; s_j - s_{y_i} + \Delta)$$
#
# Nơi khoảng biên bị vi phạm, $m_j > 0$, đó là một đường thẳng: $\partial m_j / \partial s_j = 1$ và
# $\partial m_j / \partial s_{y_i} = -1$. Ở nơi khác nó là hằng số, và cả hai đạo hàm bằng 0. Vậy với $V_{ij} = 1$ cho mỗi lớp vi phạm và 0
# ở mọi chỗ khác, kể cả lớp đúng:
#
# $$G_{ij} = V_{ij} \quad \text{với } j \ne y_i$$
#
# **Dòng của bạn.** Tại lớp đúng là bao nhiêu? Lớp ấy có mặt trong từng số hạng bị vi phạm. Hãy viết $G$ theo $V$ và `hit`, cho mọi mẫu
# cùng một lúc.

# %% svm-line
need("svm_loss", "numerical_gradient", "relative_error")

S = X_few @ W_small
V = (S - (S * hit).sum(axis=1, keepdims=True) + 1 > 0) * (1 - hit)

G = V - hit * V.sum(axis=1, keepdims=True)  # SOLUTION

kit.written(G=G)
differences = numerical_gradient(lambda W: svm_loss(W, X_few, y_few), W_small)
error = relative_error(differences, X_few.T @ G / len(X_few))
table(["your line", "error", "right"], ["SVM", f"{error:.0e}", "yes" if error < 1e-6 else "not yet"])

# %% about-modules [markdown] lang="en"
# ### Into the module
#
# The same in `gradient.py`: first with loops over examples and classes, then as $X^\top G / N$.

# %% [markdown] lang="vi"
# ### Đưa vào mô-đun
#
# Nay viết những điều ấy trong `gradient.py`: trước hết bằng vòng lặp qua các mẫu và các lớp, sau đó dưới dạng $X^\top G / N$.

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
# mistake in the formula; a wrong sign or a missing part gives exactly 1.

# %% [markdown] lang="vi"
# ### Kiểm tra gradient
#
# **Kết quả mong đợi**: sai số tương đối nhỏ hơn 1e-6 ở mọi hàng (ở đây từ 1e-10 đến 1e-8). Sai số cỡ 1 nghĩa là công thức sai; sai
# dấu hoặc thiếu một phần thì được đúng 1.

# %% ask-factor [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): somebody's gradient is everywhere twice the right one. Which relative error does the check show?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): gradient của một bạn ở mọi chỗ đều gấp đôi gradient đúng. Bài kiểm tra cho thấy sai số tương đối bao
# nhiêu?

# %% predict-factor tags=["about:predictions"]
kit.predict("factor", ...)

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
# 100 times for each factor of 10, since the error of a central difference is of order $h^2$. The SVM loss is piecewise linear,
# so that only rounding is left, until a large step crosses a kink of the hinge: at $h = 0.1$ the result is plainly wrong.

# %% [markdown] lang="vi"
# ### Vì sao chọn $h = 10^{-5}$?
#
# Bước lớn thì bỏ qua độ cong của hàm, bước nhỏ thì chìm trong sai số làm tròn.
#
# **Kết quả mong đợi** với softmax là một thung lũng, thấp nhất ở gần $h = 10^{-5}$ với sai số khoảng $10^{-9}$. Sang phải, sai số
# tăng 100 lần mỗi khi bước tăng 10 lần, vì sai số của sai phân trung tâm có bậc $h^2$. Mất mát SVM tuyến tính từng khúc nên chỉ
# còn sai số làm tròn, cho đến khi một bước lớn vượt qua điểm gãy của hàm hinge: tại $h = 0.1$ kết quả sai hẳn.

# %% ask-tiny-step [markdown] lang="en" tags=["about:predictions"]
# **Predict**: from $h = 10^{-5}$ the step is made ten times smaller. The error of the softmax gradient becomes
#
# - (a) 100 times smaller, as everywhere to the right
# - (b) ten times larger
# - (c) no other: it is as small as it gets

# %% [markdown] lang="vi"
# **Đoán trước**: từ $h = 10^{-5}$, bước được giảm đi mười lần. Sai số của gradient softmax
#
# - (a) giảm 100 lần, như ở mọi nơi bên phải
# - (b) tăng mười lần
# - (c) giữ nguyên: nó đã nhỏ hết mức

# %% predict-tiny-step tags=["about:predictions"]
kit.predict("tiny_step", ...)

# %% step-size
need("numerical_gradient", "relative_error", "svm_loss", "svm_gradient", "softmax_loss", "softmax_gradient")

steps = 10.0 ** np.arange(-11, 0)
errors = {
    name: [
        relative_error(
            numerical_gradient(lambda W, loss=loss: loss(W, X_few, y_few), W_small, h),
            gradient(W_small, X_few, y_few),
        )
        for h in steps
    ]
    for name, loss, gradient in [
        ("SVM", svm_loss, svm_gradient),
        ("softmax", softmax_loss, softmax_gradient),
    ]
}
plots.draw_step_sizes(steps, errors)

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
# $w_2 = (\frac14, \frac14, \frac14, \frac14)$.

# %% [markdown] lang="vi"
# ### Số hạng phạt ưu tiên trọng số nào?
#
# Với $x = (1, 1, 1, 1)$, hai bộ trọng số sau cho cùng điểm số 1: $w_1 = (1, 0, 0, 0)$ và
# $w_2 = (\frac14, \frac14, \frac14, \frac14)$.

# %% ask-preferred [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which of the two does L1 prefer?
#
# - (a) $w_1$
# - (b) $w_2$
# - (c) neither

# %% [markdown] lang="vi"
# **Đoán trước**: L1 ưu tiên bộ nào?
#
# - (a) $w_1$
# - (b) $w_2$
# - (c) không bộ nào

# %% predict-preferred tags=["about:predictions"]
kit.predict("preferred", ...)

# %% about-penalty-values [markdown] lang="en"
# **Expect** L2: 1 and 0.25, so it spreads the weights. Elastic net with $\beta = 1$: 2 and 1.25. In the picture, L2 is a circle, L1
# a square on its corner, and the elastic net lies between the two in shape and inside both. The corners of L1 lie on
# the axes, where weights are exactly zero.

# %% [markdown] lang="vi"
# **Kết quả mong đợi** với L2: 1 và 0.25, tức là L2 trải đều trọng số. Elastic net với $\beta = 1$: 2 và 1.25. Trong hình, L2 là đường
# tròn, L1 là hình vuông đứng trên đỉnh, còn elastic net có dạng ở giữa hai hình và nằm bên trong cả hai. Các đỉnh của L1 nằm
# trên các trục, nơi có trọng số đúng bằng không.

# %% penalties
need("l2", "l1", "elastic_net")

penalties = {"L2": l2, "L1": l1, "elastic net, beta = 1": lambda W: elastic_net(W, 1.0)}
w_1, w_2 = np.array([1.0, 0, 0, 0]), np.full(4, 0.25)
table(["penalty", "w_1", "w_2"], *[[name, f"{R(w_1):g}", f"{R(w_2):g}"] for name, R in penalties.items()])
plots.draw_penalties(penalties)

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
# $\eta$ là tốc độ học (learning rate). Gradient trên toàn bộ mẫu rất tốn kém, trong khi gradient trên một lô (batch) ngẫu nhiên chỉ về gần
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
# The loss of each batch is noisy; the thick line is its moving average over 20 steps. Before the first step the weights are nearly
# zero, so that all ten scores are nearly equal. The penalty adds $\lambda R(W) = 0.31$ there.

# %% [markdown] lang="vi"
# ### Đường cong mất mát
#
# Mất mát của từng lô dao động mạnh; đường đậm là trung bình trượt trên 20 bước. Trước bước đầu tiên, trọng số gần bằng không nên cả
# mười điểm số gần như bằng nhau. Ở đó số hạng phạt cộng thêm $\lambda R(W) = 0.31$.

# %% ask-first-loss [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): how large is the **SVM** loss of the first batch, without the penalty? That of softmax is about
# $\log 10 = 2.30$.

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): mất mát **SVM** của lô đầu tiên là bao nhiêu, không kể số hạng phạt? Với softmax, nó vào khoảng
# $\log 10 = 2.30$.

# %% predict-first-loss tags=["about:predictions"]
kit.predict("first_loss", ...)

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


histories, rows = {}, []
for loss, learning_rate in [("svm", 1e-7), ("softmax", 1e-6)]:
    W, history = fit(X_train, y_train, loss=loss, learning_rate=learning_rate)
    histories[loss] = history
    scores = [percent_right(W, X_train, y_train), percent_right(W, X_val, y_val)]
    rows.append([loss, f"{np.mean(history[-20:]):.2f}", *[f"{score:.1f}" for score in scores]])
plots.draw_histories(histories, "Training with reg = 1e3")
table(["", "loss", "training", "validation"], *rows)

# %% about-loss-values [markdown] lang="en"
# **Expect** at the end (the mean loss of the last 20 steps, then per cent right):
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
# **Kết quả mong đợi** khi kết thúc (mất mát trung bình của 20 bước cuối, sau đó là số phần trăm đúng):
#
# | | mất mát | huấn luyện | kiểm định |
# | --- | --- | --- | --- |
# | CIFAR-10, SVM | 4.6 | 40 | 38 |
# | CIFAR-10, softmax | 1.83 | 40 | 39 |
# | ảnh tổng hợp, SVM | 2.1 | 61 | 56 |
# | ảnh tổng hợp, softmax | 1.28 | 62 | 56 |
#
# Mọi độ chính xác trong sổ tay này được đo với lời giải của giảng viên. Các lô ngẫu nhiên khác làm chúng thay đổi 1 đến 2 điểm
# phần trăm.

# %% about-fifty [markdown] lang="en"
# ### Overfit fifty images, on purpose
#
# Before a long training, find out in a second whether the code can learn at all: any working classifier with so many weights
# learns fifty images by heart. One that cannot has a mistake, or settings that are far off.

# %% [markdown] lang="vi"
# ### Cố ý quá khớp năm mươi ảnh
#
# Trước một lần huấn luyện dài, chỉ cần một giây để biết chương trình có học được hay không: bộ phân loại nào chạy đúng và có nhiều trọng
# số như vậy đều học thuộc lòng được năm mươi ảnh. Nếu không thuộc được thì chương trình có lỗi, hoặc các thiết lập lệch quá xa.

# %% ask-fifty [markdown] lang="en" tags=["about:predictions"]
# **Predict**: all fifty are right in the end. How many images of the **validation** set are right?
#
# - (a) nearly all, too
# - (b) far fewer, but more than guessing gives (10 %)
# - (c) no more than guessing gives

# %% [markdown] lang="vi"
# **Đoán trước**: cuối cùng cả năm mươi ảnh đều đúng. Bao nhiêu ảnh của tập **kiểm định** đúng?
#
# - (a) cũng gần như tất cả
# - (b) ít hơn nhiều, nhưng hơn đoán bừa (10 %)
# - (c) không hơn đoán bừa

# %% predict-fifty tags=["about:predictions"]
kit.predict("fifty", ...)

# %% about-fifty-code [markdown] lang="en"
# **Your code.** Train on the first fifty training images until all of them are right. `fit` takes settings by name: `reg`,
# `learning_rate`, `batch_size` (fifty at most), `num_steps`. Which `reg` helps here?

# %% [markdown] lang="vi"
# **Phần của bạn.** Huấn luyện trên năm mươi ảnh huấn luyện đầu tiên cho đến khi tất cả đều đúng. `fit` nhận các thiết lập theo tên: `reg`,
# `learning_rate`, `batch_size` (nhiều nhất là năm mươi), `num_steps`. Ở đây `reg` nào có lợi?

# %% fifty
need("accuracy", "predict")

X_fifty, y_fifty = X_train[:50], y_train[:50]
W_fifty, history = ..., ...
# BEGIN SOLUTION NO PROMPT
W_fifty, history = fit(X_fifty, y_fifty, reg=0.0, learning_rate=1e-6, batch_size=50, num_steps=300)
# END SOLUTION

kit.written(W_fifty=W_fifty)
right = percent_right(W_fifty, X_fifty, y_fifty)
table(
    ["set", "per cent right", "reached"],
    ["the fifty", f"{right:.0f}", "yes" if right == 100 else "not yet: 100"],
    ["validation", f"{percent_right(W_fifty, X_val, y_val):.0f}", ""],
)

# %% about-learning-rates [markdown] lang="en"
# ### The learning rate
#
# Four trainings that differ in the learning rate alone: 1e-8, 1e-7, 1e-6 and 1e-5.

# %% [markdown] lang="vi"
# ### Tốc độ học
#
# Bốn lần huấn luyện chỉ khác nhau ở tốc độ học: 1e-8, 1e-7, 1e-6 và 1e-5.

# %% ask-rates [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which one has the lowest loss in the end?
#
# - (a) the highest, 1e-5: it gets farthest
# - (b) 1e-6
# - (c) the lowest, 1e-8: it is the most exact

# %% [markdown] lang="vi"
# **Đoán trước**: tốc độ nào cho mất mát thấp nhất khi kết thúc?
#
# - (a) cao nhất, 1e-5: nó đi được xa nhất
# - (b) 1e-6
# - (c) thấp nhất, 1e-8: nó chính xác nhất

# %% predict-rates tags=["about:predictions"]
kit.predict("rates", ...)

# %% learning-rates
need("accuracy", "predict")

histories = {}
for learning_rate in kit.progress([1e-8, 1e-7, 1e-6, 1e-5], "training"):
    W, history = fit(X_train, y_train, learning_rate=learning_rate)
    histories[f"{learning_rate:.0e}: {percent_right(W, X_val, y_val):.1f} %"] = history
plots.draw_learning_rates(histories, "Softmax, reg = 1e3")

# %% about-rate-values [markdown] lang="en"
# **Expect** as validation accuracy, in per cent:
#
# | learning rate | 1e-8 | 1e-7 | 1e-6 | 1e-5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 29 | 37 | 39 | 25 |
# | synthetic | 23 | 48 | 56 | 50 |

# %% [markdown] lang="vi"
# **Kết quả mong đợi** cho độ chính xác trên tập kiểm định, tính theo phần trăm:
#
# | tốc độ học | 1e-8 | 1e-7 | 1e-6 | 1e-5 |
# | --- | --- | --- | --- | --- |
# | CIFAR-10 | 29 | 37 | 39 | 25 |
# | ảnh tổng hợp | 23 | 48 | 56 | 50 |

# %% about-surface [markdown] lang="en"
# ### The empty loss surface
#
# Every $W$ is a point, and the loss is a height above it: a surface over a space of thousands of dimensions. Drawn without any
# training on it, the surface is **empty**: it belongs to the data and the loss alone, before anybody has taken a step. The picture
# shows it over one plane, through the start and two points of a training. The training itself never sees it: it knows
# the height and the slope of one batch, at the place where it stands.

# %% [markdown] lang="vi"
# ### Mặt mất mát khi còn trống
#
# Mỗi $W$ là một điểm, và mất mát là độ cao ở phía trên điểm đó: một mặt trên không gian hàng nghìn chiều. Khi chưa vẽ lần huấn luyện nào
# lên, mặt này còn **trống**: nó chỉ thuộc về dữ liệu và hàm mất mát, trước khi có ai đi một bước nào. Hình vẽ cho thấy mặt này trên một
# mặt phẳng đi qua điểm xuất phát và hai điểm của một lần huấn luyện. Bản thân việc huấn luyện không bao giờ nhìn thấy nó: tại
# chỗ đang đứng, nó chỉ biết độ cao và độ dốc của một lô.

# %% ask-surface [markdown] lang="en" tags=["about:predictions"]
# **Predict**: how many separate valleys does the softmax loss of a linear classifier have?
#
# - (a) one, whatever the data
# - (b) one for each class
# - (c) many, and it depends on the start which one is found

# %% [markdown] lang="vi"
# **Đoán trước**: mất mát softmax của một bộ phân loại tuyến tính có bao nhiêu thung lũng riêng biệt?
#
# - (a) một, với dữ liệu bất kỳ
# - (b) mỗi lớp một thung lũng
# - (c) nhiều, và tìm thấy thung lũng nào là tùy điểm xuất phát

# %% predict-surface tags=["about:predictions"]
kit.predict("surface", ...)

# %% surface
need("softmax_loss", "accuracy")

walk = [fit(X_train, y_train, reg=0.0, num_steps=k)[0] for k in (0, 1, 2, 4, 8, 15, 30, 60, 120, 250)]
along, across = walk[-1] - walk[0], walk[4] - walk[0]
across = across - np.sum(across * along) / np.sum(along**2) * along  # at right angles to the first
across *= np.linalg.norm(along) / np.linalg.norm(across)
path = [[np.sum((W - walk[0]) * side) / np.sum(side**2) for side in (along, across)] for W in walk]
a, b = np.linspace(-0.6, 1.6, 34), np.linspace(-1.0, 1.0, 31)
S_0, S_a, S_b = (X_train[:500] @ W for W in (walk[0], along, across))
heights = [[softmax_loss(np.eye(10), S_0 + i * S_a + j * S_b, y_train[:500]) for i in a] for j in b]
plots.draw_surface(a, b, np.array(heights), path)

# %% about-grid [markdown] lang="en"
# ## 6. Choosing the hyperparameters
#
# ### A search
#
# Learning rate and regularisation strength are chosen by the **validation** accuracy (the lower heat map), not by the training
# accuracy (the upper one), and never by the test set. A search takes short trainings, and only the best pair is trained to the end.
#
# **Your code.** Complete `search`: for every pair a training of `TRIAL_STEPS` steps on the training set, then its accuracy on
# training and validation set. `for rate in kit.progress(rates, "search"):` says how far a loop is. The rest of the cell tries
# your function on a grid of six pairs; the frame is around the best.

# %% [markdown] lang="vi"
# ## 6. Chọn siêu tham số
#
# ### Một cuộc tìm kiếm
#
# Tốc độ học và hệ số điều chuẩn được chọn theo độ chính xác trên **tập kiểm định** (bản đồ nhiệt phía dưới), không phải theo
# tập huấn luyện (bản đồ nhiệt phía trên), và tuyệt đối không theo tập kiểm tra. Khi tìm kiếm ta huấn luyện ngắn, và chỉ cặp tốt
# nhất mới được huấn luyện đến cùng.
#
# **Phần của bạn.** Hoàn thành `search`: với mỗi cặp, huấn luyện `TRIAL_STEPS` bước trên tập huấn luyện, rồi đo độ chính xác trên tập huấn
# luyện và tập kiểm định. `for rate in kit.progress(rates, "tìm kiếm"):` cho biết vòng lặp đã chạy đến đâu. Phần còn lại của ô thử hàm của
# bạn trên một lưới gồm sáu cặp; khung đỏ đánh dấu cặp tốt nhất.

# %% grid
need("accuracy", "predict")

TRIAL_STEPS = STEPS // 5


def search(learning_rates, strengths):
    """Try every pair: {(learning_rate, reg): (training accuracy, validation accuracy)}, in per cent."""
    results = {}
    # BEGIN SOLUTION
    for learning_rate in kit.progress(learning_rates, "search"):
        for reg in strengths:
            W, _ = fit(X_train, y_train, learning_rate=learning_rate, reg=reg, num_steps=TRIAL_STEPS)
            scores = percent_right(W, X_train, y_train), percent_right(W, X_val, y_val)
            results[learning_rate, reg] = scores
    # END SOLUTION
    return results


coarse = search([3e-8, 1e-7], [1e3, 1e4, 1e5])
kit.written(search=coarse or ...)
plots.draw_grid(coarse, "A first search")

# %% ask-edge [markdown] lang="en" tags=["about:predictions"]
# **Predict**: the best pair stands at the right edge of the grid. What follows?
#
# - (a) the best learning rate is found
# - (b) better ones probably lie outside
# - (c) more steps are needed before anything can be said

# %% [markdown] lang="vi"
# **Đoán trước**: cặp tốt nhất nằm ở mép phải của lưới. Từ đó suy ra điều gì?
#
# - (a) đã tìm được tốc độ học tốt nhất
# - (b) có lẽ những tốc độ tốt hơn nằm ngoài lưới
# - (c) phải chạy thêm nhiều bước mới nói được điều gì

# %% predict-edge tags=["about:predictions"]
kit.predict("edge", ...)

# %% about-wider [markdown] lang="en"
# ### A wider grid
#
# **Your code.** Extend the grid until the best learning rate has a lower and a higher one beside it that are both worse, and the
# best pair, trained to the end, reaches on the validation set **38 %** on CIFAR-10 or **54 %** on the synthetic set.
# A learning rate is looked for on a logarithmic scale: factors of 3 or 10, not sums. A grid of 20 pairs is enough.

# %% [markdown] lang="vi"
# ### Một lưới rộng hơn
#
# **Phần của bạn.** Mở rộng lưới cho đến khi tốc độ học tốt nhất có một tốc độ thấp hơn và một tốc độ cao hơn ở hai bên, cả hai đều kém
# hơn, và cặp tốt nhất, khi được huấn luyện đến cùng, đạt trên tập kiểm định **38 %** với CIFAR-10 hoặc **54 %** với ảnh tổng hợp.
# Tốc độ học được tìm trên thang logarit: nhân với 3 hoặc 10, không cộng. Một lưới gồm 20 cặp là đủ.

# %% wider
need("accuracy", "predict")

learning_rates = ...
strengths = ...
# BEGIN SOLUTION NO PROMPT
learning_rates, strengths = [1e-7, 3e-7, 1e-6, 3e-6, 1e-5], [1e1, 1e2, 1e3, 1e4]
# END SOLUTION

kit.written(learning_rates=learning_rates, strengths=strengths)
results = search(learning_rates, strengths)
plots.draw_grid(results, "A wider search")
best_learning_rate, best_reg = max(results, key=lambda pair: results[pair][1])
W_best, _ = fit(X_train, y_train, learning_rate=best_learning_rate, reg=best_reg)
inside = min(learning_rates) < best_learning_rate < max(learning_rates)
reached, wanted = percent_right(W_best, X_val, y_val), 38 if kit.data.name == "cifar10" else 54
table(
    ["the best", "value", "reached"],
    ["learning rate", f"{best_learning_rate:g}", "yes" if inside else "not yet: it is at the edge"],
    ["reg", f"{best_reg:g}", ""],
    ["validation, %", f"{reached:.1f}", "yes" if reached >= wanted else f"not yet: {wanted}"],
)

# %% about-data-size [markdown] lang="en"
# ## 7. Bias and variance
#
# ### Overfitting: too few examples
#
# A classifier with so many weights learns a few hundred images by heart. The gap between the curves is overfitting.

# %% [markdown] lang="vi"
# ## 7. Độ chệch và phương sai
#
# ### Quá khớp (overfitting): quá ít mẫu
#
# Bộ phân loại với nhiều trọng số như vậy học thuộc lòng được vài trăm ảnh. Khoảng cách giữa hai đường cong chính là sự quá khớp.

# %% ask-more-data [markdown] lang="en" tags=["about:predictions"]
# **Predict**: with more and more training images, the accuracy on the **training** set
#
# - (a) rises: the classifier learns more
# - (b) falls
# - (c) stays at 100 %

# %% [markdown] lang="vi"
# **Đoán trước**: khi có càng nhiều ảnh huấn luyện, độ chính xác trên tập **huấn luyện**
#
# - (a) tăng: bộ phân loại học được nhiều hơn
# - (b) giảm
# - (c) giữ ở 100 %

# %% predict-more-data tags=["about:predictions"]
kit.predict("more_data", ...)

# %% data-size
need("accuracy", "predict")

sizes = [size for size in (50, 100, 300, 1000, 3000, 10000) if size < len(y_train)] + [len(y_train)]
in_training, in_validation = [], []
for size in kit.progress(sizes, "training"):
    W, _ = fit(X_train[:size], y_train[:size], reg=1e2, batch_size=min(200, size))
    in_training.append(percent_right(W, X_train[:size], y_train[:size]))
    in_validation.append(percent_right(W, X_val, y_val))
curves = {"training": in_training, "validation": in_validation}
plots.draw_accuracies(sizes, curves, "training examples", "Softmax, reg = 1e2")

# %% about-size-values [markdown] lang="en"
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
# **Kết quả mong đợi**, tính theo phần trăm (huấn luyện / kiểm định):
#
# | số mẫu | CIFAR-10 | ảnh tổng hợp |
# | --- | --- | --- |
# | 50 | 100 / 24 | 100 / 35 |
# | 300 | 100 / 27 | 98 / 45 |
# | 1000 | 82 / 30 | 77 / 52 |
# | 3000 | 55 / 34 | 64 / 56 |
# | 10000 | 45 / 38 | |
# | tất cả | 42 / 40 | 62 / 56 |

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
# | ảnh tổng hợp | 77 / 52 | 76 / 53 | 69 / 52 | 43 / 33 |

# %% reg-curve
need("accuracy", "predict")

strengths = [1, 100, 1e3, 1e4, 3e4, 1e5, 3e5]
in_training, in_validation = [], []
for reg in kit.progress(strengths, "training"):
    W, _ = fit(X_train[:1000], y_train[:1000], reg=reg)
    in_training.append(percent_right(W, X_train[:1000], y_train[:1000]))
    in_validation.append(percent_right(W, X_val, y_val))
curves = {"training": in_training, "validation": in_validation}
plots.draw_accuracies(strengths, curves, "reg", "Softmax, 1000 training examples")

# %% about-bias-variance [markdown] lang="en"
# ### The two parts of the error
#
# Train five classifiers, each on other images, and let them vote on each validation image. Where even the **vote** is wrong,
# they err together: this is **bias**, what a linear classifier of this kind cannot get right. How often a single one departs from
# the vote is **variance**: so much of what it says hangs on the images that it happened to get.
#
# Overfitting is error by variance, underfitting is error by bias.

# %% [markdown] lang="vi"
# ### Hai phần của sai số
#
# Huấn luyện năm bộ phân loại, mỗi bộ trên những ảnh khác nhau, rồi cho chúng bỏ phiếu với từng ảnh kiểm định. Ở đâu ngay cả **kết quả bỏ
# phiếu** cũng sai thì chúng cùng sai: đó là **độ chệch** (bias), phần mà một bộ phân loại tuyến tính loại này không làm đúng được. Một
# bộ phân loại lệch khỏi kết quả bỏ phiếu thường đến mức nào chính là **phương sai** (variance): bấy nhiêu phần câu trả lời của nó
# tùy thuộc vào những ảnh mà nó tình cờ nhận được.
#
# Quá khớp là sai số do phương sai, chưa khớp là sai số do độ chệch.

# %% ask-variance [markdown] lang="en" tags=["about:predictions"]
# **Predict**: each of the five gets 800 images instead of 200. What falls more?
#
# - (a) the bias
# - (b) the variance
# - (c) neither: the classifier is the same

# %% [markdown] lang="vi"
# **Đoán trước**: mỗi bộ trong năm bộ được 800 ảnh thay vì 200. Phần nào giảm nhiều hơn?
#
# - (a) độ chệch
# - (b) phương sai
# - (c) không phần nào: vẫn là bộ phân loại ấy

# %% predict-variance tags=["about:predictions"]
kit.predict("variance", ...)

# %% bias-variance
need("accuracy", "predict")

sizes, bias, variance = [50, 100, 200, 400, 800], [], []
for size in kit.progress(sizes, "training"):
    parts = [slice(size * k, size * (k + 1)) for k in range(5)]
    fits = [fit(X_train[part], y_train[part], batch_size=50, num_steps=150)[0] for part in parts]
    votes = np.array([predict(W, X_val) for W in fits])
    vote = np.array([np.bincount(column, minlength=10).argmax() for column in votes.T])
    bias.append(100 * np.mean(vote != y_val))
    variance.append(100 * np.mean(votes != vote))
plots.draw_bias_variance(sizes, bias, variance)

# %% about-visual [markdown] lang="en"
# ## 8. The visual viewpoint
#
# A column of $W$ without its bias has as many numbers as an image, so it can be shown as one: the **template** that a class
# compares each image with. The upper ten are those of the weights that you chose; the lower ten are more regularised
# and therefore smoother.
#
# **Expect** on CIFAR-10, in the lower ten: blue around airplane and ship, a green ground around the deer, a windscreen
# over the body of a car. The upper ten show the same under noise. On the synthetic set there are smooth patches of
# colour and hardly a trace of the patterns: these lie elsewhere in each image, dark or light, and cancel out.

# %% [markdown] lang="vi"
# ## 8. Góc nhìn trực quan
#
# Một cột của $W$, bỏ đi bias, có số phần tử đúng bằng một ảnh nên có thể vẽ ra như một ảnh: đó là **khuôn mẫu** (template) mà lớp ấy
# đem so với mọi ảnh. Mười hình trên là của bộ trọng số bạn đã chọn; mười hình dưới được điều chuẩn mạnh hơn nên mịn hơn.
#
# **Kết quả mong đợi** trên CIFAR-10, ở mười hình dưới: nền xanh lam quanh máy bay và tàu thủy, nền xanh lá quanh con hươu, kính chắn gió
# phía trên thân ô tô. Mười hình trên cũng vậy nhưng đầy nhiễu. Trên tập tổng hợp chỉ thấy các mảng màu mịn và hầu như không có
# dấu vết của các họa tiết: trong mỗi ảnh chúng nằm một chỗ khác, lúc tối lúc sáng, nên triệt tiêu lẫn nhau.

# %% visual
need("accuracy", "predict")

W_smooth, _ = fit(X_train, y_train, reg=3e4)
plots.draw_templates({f"reg = {best_reg:g}": W_best, "reg = 3e4": W_smooth}, kit.data.classes)

# %% question-templates [markdown] lang="en" tags=["about:templates"]
# ### In words: reading the templates
#
# *Written answer, {points} points. Write it into the cell below (a double click opens it); a person reads it.*
#
# Choose two classes and describe what their templates show. Why do they come to look like this: what does one step of
# gradient descent add to a class's template, and what does it subtract? Then describe an image of one of the two classes that
# your classifier will surely get wrong, and say why no other $W$ could put this right without spoiling others.

# %% [markdown] lang="vi"
# ### Tự luận: đọc các khuôn mẫu
#
# *Câu hỏi tự luận, {points} điểm. Viết vào ô bên dưới (nháy đúp để mở); giảng viên sẽ đọc và chấm.*
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

# %% about-geometric [markdown] lang="en"
# ## 9. The geometric viewpoint
#
# An image is a point in a space of 3072 dimensions; here are points in two. Each class has a line on which its score is
# 0; the arrow, the class's weights, points to where the score grows. The colour of the ground is the prediction.
#
# **Expect** 100 % right; three regions that meet in one point, divided by straight lines.

# %% [markdown] lang="vi"
# ## 9. Góc nhìn hình học
#
# Một ảnh là một điểm trong không gian 3072 chiều; ở đây ta vẽ các điểm trong không gian hai chiều. Mỗi lớp có một đường thẳng
# mà trên đó điểm số của lớp bằng 0; mũi tên, tức trọng số của lớp, chỉ về phía điểm số tăng. Màu nền là lớp được dự đoán.
#
# **Kết quả mong đợi**: đúng 100 %; ba vùng gặp nhau tại một điểm và được ngăn cách bởi các đường thẳng.

# %% ask-border [markdown] lang="en" tags=["about:predictions"]
# **Predict**: the border between the regions of two classes is
#
# - (a) the line on which one of the two scores is 0
# - (b) the line on which the two scores are equal
# - (c) half-way between the two groups of points

# %% [markdown] lang="vi"
# **Đoán trước**: ranh giới giữa hai vùng của hai lớp là
#
# - (a) đường thẳng mà trên đó một trong hai điểm số bằng 0
# - (b) đường thẳng mà trên đó hai điểm số bằng nhau
# - (c) đường chính giữa hai nhóm điểm

# %% predict-border tags=["about:predictions"]
kit.predict("border", ...)

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
regions, scores = predict(W, ground).reshape(201, 201), linear_scores(W, ground).reshape(201, 201, 3)
title = f"{percent_right(W, add_bias(points), y):.0f} % right"
plots.draw_regions(points, y, W, ticks, regions, scores, title)

# %% about-test [markdown] lang="en"
# ## 10. The test set, once
#
# Which class is taken for which? Each row is a true class and adds up to 100 %.
#
# **Expect** a test accuracy of 39 % to 40 % on CIFAR-10 and 55 % to 58 % on the synthetic set, where guessing gives 10 %. On
# CIFAR-10 ship and airplane are the easiest and bird is the hardest; airplane and ship, automobile and truck, cat and dog are often
# mixed up. On the synthetic set the first five classes are hardly ever taken for the last five, whose backgrounds are quite different.

# %% [markdown] lang="vi"
# ## 10. Tập kiểm tra, một lần duy nhất
#
# Lớp nào bị nhầm với lớp nào? Mỗi hàng là một lớp đúng và có tổng bằng 100 %.
#
# **Kết quả mong đợi**: độ chính xác trên tập kiểm tra là 39 % đến 40 % với CIFAR-10 và từ 55 % đến 58 % với tập tổng hợp, trong
# khi đoán bừa chỉ đúng 10 %. Trên CIFAR-10, tàu thủy và máy bay dễ nhất, chim khó nhất; máy bay và tàu thủy, ô tô và xe tải,
# mèo và chó thường bị lẫn với nhau. Trên tập tổng hợp, năm lớp đầu hầu như không bao giờ bị nhầm với năm lớp cuối, vì nền của
# chúng khác hẳn nhau.

# %% confusion
need("predict")

predictions = predict(W_best, X_test)
title = f"Test set: {100 * np.mean(predictions == y_test):.1f} % right"
plots.draw_confusion(predictions, y_test, kit.data.classes, title)
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
# ## 11. Handing in
#
# Save the notebook (Ctrl-S), then run the next cell. It makes `submission.zip` of your four modules and this notebook,
# checks it as the grader will, and says which modules it found and when each was last changed: look at these times.
# Hand in that file.

# %% [markdown] lang="vi"
# ## 11. Nộp bài
#
# Lưu sổ tay (Ctrl-S) rồi chạy ô dưới đây. Ô này tạo `submission.zip` gồm bốn mô-đun của bạn và sổ tay này, kiểm tra tệp như khi chấm
# bài, cho biết đã tìm thấy những mô-đun nào và mỗi mô-đun được sửa lần cuối khi nào: hãy xem kỹ các thời điểm ấy. Hãy nộp tệp đó.

# %% submit
colab_setup.submit()
