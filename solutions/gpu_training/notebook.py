# %% title [markdown] lang="en"
# # Training on a GPU: a ConvNet in PyTorch
#
# The same path as in the first assignment, losses, gradients, regularisation, SGD, now with PyTorch's tensors, and with
# a network at its end: a residual ConvNet that you train yourself, on Colab's GPU if you have one.
#
# **How to work.** You write the functions in the five modules beside this notebook: `loss.py`, `gradient.py`,
# `regularization.py`, `sgd.py` and `model.py`. Each docstring says exactly what its function takes and returns.
#
# 1. Open a module (in Colab: the folder icon at the left, then a double click), write one function, **save**.
# 2. Run its cell `grader.check("...")`. The notebook reads the saved module anew by itself: no restart is needed.
# 3. Run the cells below it: they draw what your functions compute. A cell that needs a function which does not pass
#    its check stops and says so in one sentence.
#
# One function is one question. The checks here are the public tests; grading runs these and others, on other inputs. Two
# more questions are only graded: `accuracy` (your `train` runs on the grader's machine) and `weights` (the network that
# you hand in, trained here).
#
# **Conventions, the same everywhere**
#
# | symbol | shape | meaning |
# | --- | --- | --- |
# | $s$ | $(N, C)$ | the scores (logits) of $N$ examples for $C$ classes |
# | $y$ | $(N,)$ | the true classes, $0 \ldots C-1$ |
# | images | $(N, 3, 32, 32)$ | raw pixels, 0 to 255 |
#
# A loss is the mean over the examples of the batch; logarithms are natural.

# %% [markdown] lang="vi"
# # Huấn luyện trên GPU: một ConvNet trong PyTorch
#
# Vẫn con đường của bài tập thứ nhất: hàm mất mát, gradient, điều chuẩn, SGD, nhưng lần này dùng tensor của PyTorch, và
# cuối con đường là một mạng nơ-ron: một ConvNet có khối phần dư do chính bạn huấn luyện, trên GPU của Colab nếu có.
#
# **Cách làm.** Bạn viết các hàm trong năm mô-đun nằm cạnh sổ tay này: `loss.py`, `gradient.py`, `regularization.py`,
# `sgd.py` và `model.py`. Docstring của mỗi hàm nói rõ hàm nhận gì và trả về gì.
#
# 1. Mở một mô-đun (trên Colab: biểu tượng thư mục ở bên trái, rồi nháy đúp), viết một hàm, **lưu lại**.
# 2. Chạy ô `grader.check("...")` của hàm đó. Sổ tay tự đọc lại mô-đun vừa lưu, không cần khởi động lại.
# 3. Chạy các ô phía dưới: chúng vẽ những gì các hàm của bạn tính ra. Ô nào cần một hàm chưa qua bài kiểm tra thì dừng lại
#    và cho biết điều đó bằng một câu.
#
# Mỗi hàm là một câu hỏi. Các bài kiểm tra ở đây là phần công khai; khi chấm điểm còn có những bài khác, với dữ liệu khác.
# Có thêm hai câu hỏi chỉ xuất hiện khi chấm điểm: `accuracy` (hàm `train` của bạn chạy trên máy chấm) và `weights` (mạng
# mà bạn nộp, được huấn luyện tại đây).
#
# **Quy ước dùng trong toàn bài**
#
# | ký hiệu | kích thước | ý nghĩa |
# | --- | --- | --- |
# | $s$ | $(N, C)$ | điểm số (logit) của $N$ mẫu cho $C$ lớp |
# | $y$ | $(N,)$ | lớp đúng, $0 \ldots C-1$ |
# | ảnh | $(N, 3, 32, 32)$ | điểm ảnh thô, từ 0 đến 255 |
#
# Mất mát là trung bình trên các mẫu của lô (batch); logarit là logarit tự nhiên.

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
# **In Colab** choose Runtime > Change runtime type > T4 GPU first. Everything runs on a CPU too, where the network at the end
# is smaller.
#
# Run the next cell first, and again in each new session. It finds the assignment's folder, or unpacks its zip, beside this
# notebook or on your Drive, which Colab asks you for. It prints what it found and what is left for you to do. The images are
# the course's `data.zip` (CIFAR-10): put it beside this notebook, in Colab into the folder on your Drive; without it,
# synthetic images stand in, and the cell says so.

# %% [markdown] lang="vi"
# ## 0. Chuẩn bị
#
# **Trên Colab**, trước hết hãy chọn Runtime > Change runtime type > T4 GPU. Mọi thứ cũng chạy được trên CPU, chỉ là mạng ở cuối
# bài nhỏ hơn.
#
# Hãy chạy ô dưới đây trước tiên, và chạy lại trong mỗi phiên mới. Ô này tìm thư mục của bài tập, hoặc giải nén tệp zip của nó,
# cạnh sổ tay này hay trên Drive của bạn (Colab sẽ xin quyền), rồi in ra những gì tìm thấy và việc bạn còn phải làm. Ảnh nằm
# trong `data.zip` của môn học (CIFAR-10): hãy đặt tệp đó cạnh sổ tay này, trên Colab thì vào thư mục của bài trên Drive; nếu
# không có, ảnh tổng hợp (synthetic) được dùng thay và ô này báo cho bạn biết.

# %% setup
# ruff: noqa: E402, F401  # IGNORE
import colab_setup

kit = colab_setup.setup("gpu_training")
grader, need = kit.grader, kit.grader.need

# %% about-imports [markdown] lang="en"
# The next cell imports your functions, and `plots`, which draws the figures: you need not read it. A module that you have
# saved is read anew before the next cell runs.

# %% [markdown] lang="vi"
# Ô tiếp theo nạp các hàm của bạn, cùng với `plots`, mô-đun vẽ hình mà bạn không cần đọc. Mỗi mô-đun bạn vừa lưu được đọc lại
# trước khi ô kế tiếp chạy.

# %% imports
import json
import time
import zlib
from pathlib import Path

import numpy as np
import plots
import torch
from gradient import CrossEntropy, MulticlassHinge
from loss import cross_entropy, multiclass_hinge
from model import ConvNet, build_model
from regularised import build_regularised
from regularization import batch_norm, dropout, fractional_max_pool2d, l1_l2_penalty, stochastic_depth
from sgd import SGD, augment, cosine_learning_rate, predict, sgd_step, step_learning_rate, train

from colab_setup.drawing import table


def seeded(number, device="cpu"):
    """A generator of random numbers that starts at the same place each time."""
    return torch.Generator(device).manual_seed(number)


# %% about-predict [markdown] lang="en" tags=["about:predictions"]
# ### Predict, then run
#
# As in the first assignment: before some cells put a letter in quotes or a number in place of the three dots, run the cell, and read
# why. Your **first** prediction counts ({points} points for all of them): half for having made it, the rest for being right.

# %% [markdown] lang="vi"
# ### Đoán trước, chạy sau
#
# Như trong bài tập thứ nhất: trước một số ô, hãy thay dấu ba chấm bằng một chữ cái trong ngoặc kép hoặc một con số, chạy ô đó rồi đọc
# lời giải thích. Lần đoán **đầu tiên** được tính ({points} điểm cho tất cả): một nửa cho việc đã đoán, phần còn lại cho đoán đúng.

# %% about-data [markdown] lang="en"
# ### The data
#
# Small colour images, 32 x 32 pixels, of ten classes. The network gets the raw bytes and normalises them itself, so that
# its weights are all that is needed to classify an image.
#
# A tenth of the training images is set aside as the **validation set**: by it alone you compare networks and settings. The test
# set is looked at once, at the end.

# %% [markdown] lang="vi"
# ### Dữ liệu
#
# Ảnh màu nhỏ, 32 x 32 điểm ảnh, thuộc mười lớp. Mạng nhận các byte thô và tự chuẩn hóa chúng, nhờ vậy chỉ cần bộ trọng số
# của mạng là đủ để phân loại một ảnh.
#
# Một phần mười số ảnh huấn luyện được để riêng làm **tập kiểm định**: chỉ dựa vào nó bạn mới so sánh các mạng và các thiết lập. Tập
# kiểm tra chỉ được dùng một lần, ở cuối bài.

# %% samples
num_val = len(kit.data.y_train) // 10
X_train, y_train = kit.data.X_train[:-num_val], np.array(kit.data.y_train[:-num_val])
X_val, y_val = kit.data.X_train[-num_val:], np.array(kit.data.y_train[-num_val:])
X_test, y_test = kit.data.X_test, np.array(kit.data.y_test)
table(["set", "images"], ["training", len(y_train)], ["validation", num_val], ["test", len(y_test)])
plots.draw_samples(X_train, y_train, kit.data.classes, kit.data.name)

# %% about-cross-entropy [markdown] lang="en"
# ## 1. Losses: `loss.py`
#
# ### Cross-entropy from logits
#
# With the target distribution $q_i$ of example $i$ and $p_i$ the softmax of its logits:
#
# $$L = -\frac 1N \sum_i \sum_c q_{ic} \log p_{ic}$$
#
# $$\log p_{ic} = s_{ic} - \log \sum_k e^{s_{ik}}$$
#
# The last sum is *log-sum-exp*. With $m = \max_k s_k$ it cannot overflow:
#
# $$\log \sum_k e^{s_k} = m + \log \sum_k e^{s_k - m}$$
#
# **Label smoothing** takes the share $e$ from the true class and spreads it over all classes:
#
# $$q_{ic} = (1 - e)\,[\,c = y_i\,] + \frac eC$$

# %% [markdown] lang="vi"
# ## 1. Hàm mất mát: `loss.py`
#
# ### Entropy chéo tính từ logit
#
# Với phân phối đích $q_i$ của mẫu $i$ và $p_i$ là softmax của các logit của mẫu đó:
#
# $$L = -\frac 1N \sum_i \sum_c q_{ic} \log p_{ic}$$
#
# $$\log p_{ic} = s_{ic} - \log \sum_k e^{s_{ik}}$$
#
# Biểu thức cuối cùng gọi là *log-sum-exp*. Với $m = \max_k s_k$, nó không thể tràn số:
#
# $$\log \sum_k e^{s_k} = m + \log \sum_k e^{s_k - m}$$
#
# **Làm mượt nhãn** (label smoothing) lấy đi phần $e$ của lớp đúng và chia đều cho tất cả các lớp:
#
# $$q_{ic} = (1 - e)\,[\,c = y_i\,] + \frac eC$$

# %%
grader.check("cross_entropy")

# %% about-log-sum-exp [markdown] lang="en"
# ### What log-sum-exp saves
#
# The true class has the logit 0, as has a second one; the third has the logit $a$ and wins wrongly. The loss should
# grow like $a$.
#
# **Expect** two lines that lie on one another, until the formula without the maximum gives infinity, which no plot shows and no
# training survives. Your function goes on; at $a = 10000$ it says 10000.

# %% [markdown] lang="vi"
# ### Log-sum-exp cứu ta khỏi điều gì?
#
# Lớp đúng có logit 0, một lớp khác cũng vậy; lớp thứ ba có logit $a$ và thắng, dù sai. Mất mát phải tăng như $a$.
#
# **Kết quả mong đợi**: hai đường nằm chồng lên nhau, cho đến khi công thức không trừ giá trị lớn nhất cho kết quả vô cùng: không hình nào
# vẽ được và không cuộc huấn luyện nào chịu nổi. Hàm của bạn vẫn tiếp tục; tại $a = 10000$ nó cho 10000.

# %% ask-overflow [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a whole number): a float32 holds numbers up to about $3.4 \cdot 10^{38}$. From which $a$ on is $e^a$ more than that?

# %% [markdown] lang="vi"
# **Đoán trước** (một số nguyên): float32 chứa được các số đến khoảng $3.4 \cdot 10^{38}$. Kể từ $a$ nào thì $e^a$ vượt quá số ấy?

# %% predict-overflow tags=["about:predictions"]
kit.predict("overflow", ...)

# %% log-sum-exp
need("cross_entropy")


def naive_cross_entropy(logits, y):
    """The formula as it reads: exponentials first, then the logarithm."""
    exponentials = logits.exp()
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    return -probabilities.gather(1, y[:, None]).log().mean()


true_class, sizes = torch.tensor([0]), 10 ** torch.linspace(0, 4, 161)
ways = {"log-sum-exp": cross_entropy, "exponentials first": naive_cross_entropy}
losses = {
    name: [float(loss(torch.tensor([[0.0, 0.0, a]]), true_class)) for a in sizes]
    for name, loss in ways.items()
}
plots.draw_log_sum_exp(sizes, losses)
table(["a = 10000", "loss"], *[[name, f"{curve[-1]:g}"] for name, curve in losses.items()])

# %% about-smoothing [markdown] lang="en"
# ### What label smoothing asks for
#
# Ten classes; the nine wrong ones have the logit 0. Without smoothing the loss always falls with the true class's
# logit, so weights grow without end.

# %% [markdown] lang="vi"
# ### Làm mượt nhãn đòi hỏi điều gì?
#
# Có mười lớp; chín lớp sai có logit 0. Không làm mượt thì mất mát luôn giảm khi logit của lớp đúng tăng, nên trọng số cứ
# lớn mãi.

# %% ask-smooth [markdown] lang="en" tags=["about:predictions"]
# **Predict**: with label smoothing, as the logit of the true class grows, the loss
#
# - (a) falls as well, only more slowly
# - (b) falls to a lowest point and rises again
# - (c) stays the same

# %% [markdown] lang="vi"
# **Đoán trước**: khi có làm mượt nhãn và logit của lớp đúng tăng, mất mát
#
# - (a) cũng giảm, chỉ chậm hơn
# - (b) giảm đến một điểm thấp nhất rồi lại tăng
# - (c) giữ nguyên

# %% predict-smooth tags=["about:predictions"]
kit.predict("smooth", ...)

# %% about-smoothing-values [markdown] lang="en"
# **Expect** minima at 4.51 for $e = 0.1$ and at 2.97 for $e = 0.35$: where the softmax of the true class is
# $1 - e + e/10$.

# %% [markdown] lang="vi"
# **Kết quả mong đợi**: cực tiểu tại 4.51 với $e = 0.1$ và tại 2.97 với $e = 0.35$: nơi softmax của lớp đúng bằng
# $1 - e + e/10$.

# %% smoothing
need("cross_entropy")

values, losses = torch.linspace(-2, 12, 1401), {}
for e in (0.0, 0.1, 0.35):
    logits = [torch.cat([s.view(1, 1), torch.zeros(1, 9)], dim=1) for s in values]
    losses[e] = np.array([float(cross_entropy(row, true_class, e)) for row in logits])
plots.draw_smoothing(values, losses)
best = {e: int(curve.argmin()) for e, curve in losses.items() if e > 0}
rows = [[e, f"{values[i]:.2f}", f"{losses[e][i]:.3f}"] for e, i in best.items()]
table(["e", "best logit", "loss there"], *rows)

# %% about-hinge [markdown] lang="en"
# ### The multiclass SVM (hinge) loss
#
# As in the first assignment, in PyTorch:
#
# $$L = \frac 1N \sum_i \sum_{j \ne y_i} \max(0,\; s_{ij} - s_{i y_i} + \Delta)$$

# %% [markdown] lang="vi"
# ### Hàm mất mát SVM đa lớp (hinge)
#
# Như trong bài tập thứ nhất, nay viết bằng PyTorch:
#
# $$L = \frac 1N \sum_i \sum_{j \ne y_i} \max(0,\; s_{ij} - s_{i y_i} + \Delta)$$

# %%
grader.check("multiclass_hinge")

# %% about-by-hand [markdown] lang="en"
# ## 2. Gradients: `gradient.py`
#
# ### A network of two layers, backwards by hand
#
# Before autograd does it for you, once by hand. Forwards, for $N$ examples in rows:
#
# $$A = X W_1 + b_1, \qquad H = \max(0, A), \qquad S = H W_2 + b_2$$
#
# Backwards each step turns the gradient of what came out into the gradient of what went in; write $dS$ for
# $\partial L / \partial S$. For a linear layer $Y = X W + b$:
#
# $$dW = X^\top dY, \qquad db = \sum_i dY_i, \qquad dX = dY\, W^\top$$
#
# Check the shapes: each gradient has that of its own matrix. ReLU lets the gradient through where $A > 0$, and stops it elsewhere.
# The cross-entropy gives the start, $dS = (P - Q) / N$ with $Q$ one-hot.
#
# **Your code.** The six lines, from the last layer to the first. The cell compares each with autograd.

# %% [markdown] lang="vi"
# ## 2. Gradient: `gradient.py`
#
# ### Lan truyền ngược viết tay cho một mạng hai lớp
#
# Trước khi autograd làm thay bạn, hãy tự làm một lần. Lan truyền tiến (forward), với $N$ mẫu xếp theo hàng:
#
# $$A = X W_1 + b_1, \qquad H = \max(0, A), \qquad S = H W_2 + b_2$$
#
# Khi lan truyền ngược (backward), mỗi bước biến gradient của đầu ra thành gradient của đầu vào; viết $dS$ thay cho
# $\partial L / \partial S$. Với một lớp tuyến tính $Y = X W + b$:
#
# $$dW = X^\top dY, \qquad db = \sum_i dY_i, \qquad dX = dY\, W^\top$$
#
# Hãy kiểm tra kích thước: mỗi gradient có kích thước của chính ma trận ấy. ReLU cho gradient đi qua nơi $A > 0$, và chặn lại ở nơi khác.
# Entropy chéo cho điểm khởi đầu, $dS = (P - Q) / N$ với $Q$ là one-hot.
#
# **Phần của bạn.** Sáu dòng, từ lớp cuối đến lớp đầu. Ô này so từng dòng với autograd.

# %% ask-dead [markdown] lang="en" tags=["about:predictions"]
# **Predict**: a hidden unit is negative before the ReLU for every example of the batch. The gradient of its weights in $W_1$ is
#
# - (a) as large as that of others
# - (b) negative
# - (c) zero

# %% [markdown] lang="vi"
# **Đoán trước**: một nút ẩn có giá trị âm trước ReLU với mọi mẫu của lô. Gradient của các trọng số của nó trong $W_1$
#
# - (a) lớn như của các nút khác
# - (b) âm
# - (c) bằng không

# %% predict-dead tags=["about:predictions"]
kit.predict("dead", ...)

# %% by-hand
need("cross_entropy")

source = seeded(0)
X, y = torch.randn((50, 6), generator=source), torch.arange(50) % 4
shapes = {"W1": (6, 8), "b1": (8,), "W2": (8, 4), "b2": (4,)}
W1, b1, W2, b2 = weights = [torch.randn(shape, generator=source) for shape in shapes.values()]
A = X @ W1 + b1
H = A.clamp(min=0)
S = H @ W2 + b2
dS = (S.softmax(dim=1) - torch.eye(4)[y]) / len(X)

dW2 = H.T @ dS  # SOLUTION
db2 = dS.sum(dim=0)  # SOLUTION
dH = dS @ W2.T  # SOLUTION
dA = dH * (A > 0)  # SOLUTION
dW1 = X.T @ dA  # SOLUTION
db1 = dA.sum(dim=0)  # SOLUTION

kit.written(dW2=dW2, db2=db2, dH=dH, dA=dA, dW1=dW1, db1=db1)
for w in weights:
    w.requires_grad_()
loss = cross_entropy((X @ W1 + b1).clamp(min=0) @ W2 + b2, y)
found = torch.autograd.grad(loss, weights)
rows = []
for name, own, automatic in zip(shapes, [dW1, db1, dW2, db2], found, strict=True):
    agrees = own.shape == automatic.shape and torch.allclose(own, automatic, atol=1e-6)
    rows.append([name, tuple(own.shape), "yes" if agrees else "not yet"])
table(["gradient of", "shape", "right"], *rows)

# %% about-gradients [markdown] lang="en"
# ### Operations of autograd
#
# Autograd goes through a whole network as you just did. Now you teach it: an operation of autograd is a class with a `forward` that
# computes, and a `backward` that multiplies the incoming gradient by its own. For the cross-entropy:
#
# $$\nabla_{s_i} L = \frac{p_i - q_i}{N}$$
#
# For the hinge loss, at each class with $s_{ij} - s_{i y_i} + \Delta > 0$ and $j \ne y_i$:
#
# $$\frac{\partial L}{\partial s_{ij}} = \frac 1N$$
#
# and at $y_i$ minus the sum of these.

# %% [markdown] lang="vi"
# ### Các phép toán của autograd
#
# Autograd đi qua cả một mạng đúng như bạn vừa làm. Bây giờ bạn dạy nó: một phép toán của autograd là một lớp (class) có
# `forward` để tính giá trị, và `backward` để nhân gradient truyền đến với gradient của chính nó. Với entropy chéo:
#
# $$\nabla_{s_i} L = \frac{p_i - q_i}{N}$$
#
# Với mất mát hinge, tại mỗi lớp có $s_{ij} - s_{i y_i} + \Delta > 0$ và $j \ne y_i$:
#
# $$\frac{\partial L}{\partial s_{ij}} = \frac 1N$$
#
# còn tại $y_i$ là trừ tổng của các giá trị ấy.

# %%
grader.check("CrossEntropy")

# %%
grader.check("MulticlassHinge")

# %% about-gradient-check [markdown] lang="en"
# ### Your formula, autograd, and differences
#
# Each loss on 50 random examples with ten classes, in float64. The middle column is the largest difference between your
# gradient and the one that autograd finds for the function in `loss.py`; the last one is what
# `torch.autograd.gradcheck` says, which compares with numerical differences.
#
# **Expect** differences below 1e-15, and True. A second derivative is an error: your `backward` is a formula that autograd
# does not see, and an error is better than a wrong number.

# %% [markdown] lang="vi"
# ### Công thức của bạn, autograd và sai phân
#
# Mỗi hàm mất mát được tính trên 50 mẫu ngẫu nhiên với mười lớp, bằng float64. Cột giữa là chênh lệch lớn nhất giữa
# gradient của bạn và gradient mà autograd tìm ra cho hàm trong `loss.py`; cột cuối là kết luận của
# `torch.autograd.gradcheck`, hàm so sánh với sai phân.
#
# **Kết quả mong đợi**: chênh lệch nhỏ hơn 1e-15, và True. Đòi đạo hàm bậc hai thì gặp lỗi: `backward` của bạn là một công
# thức mà autograd không nhìn thấy, và báo lỗi thì tốt hơn là cho một con số sai.

# %% gradient-check
need("cross_entropy", "multiclass_hinge", "CrossEntropy", "MulticlassHinge")

scores = torch.randn((50, 10), generator=seeded(0), dtype=torch.float64, requires_grad=True)
y = torch.arange(50) % 10
rows = []
for function, operation, setting in [
    (cross_entropy, CrossEntropy, 0.1),
    (multiclass_hinge, MulticlassHinge, 1.0),
]:
    (automatic,) = torch.autograd.grad(function(scores, y, setting), scores)
    (own,) = torch.autograd.grad(operation.apply(scores, y, setting), scores)
    agrees = torch.autograd.gradcheck(operation.apply, (scores, y, setting))
    rows.append([operation.__name__, f"{(own - automatic).abs().max():.0e}", agrees])
table(["operation", "difference", "gradcheck"], *rows)
try:
    torch.autograd.grad(CrossEntropy.apply(scores, y, 0.1), scores, create_graph=True)
    print("A second derivative came out: it cannot be right.")
except RuntimeError as error:
    print("Second derivative:", error)

# %% about-regularization [markdown] lang="en"
# ## 3. Regularisation: `regularization.py`
#
# ### Dropout
#
# In training each element is 0 with probability $p$; the others are divided by $1 - p$, so that the mean stays and
# nothing has to be changed at test time.

# %% [markdown] lang="vi"
# ## 3. Điều chuẩn: `regularization.py`
#
# ### Dropout
#
# Khi huấn luyện, mỗi phần tử bằng 0 với xác suất $p$; các phần tử khác được chia cho $1 - p$ để trung bình giữ nguyên,
# nhờ đó lúc kiểm tra không phải thay đổi gì.

# %%
grader.check("dropout")

# %% about-stochastic-depth [markdown] lang="en"
# ### Stochastic depth
#
# In a residual block $x + f(x)$ the branch $f(x)$ of a whole example is dropped with probability $p$: the network is
# shallower for that example.

# %% [markdown] lang="vi"
# ### Độ sâu ngẫu nhiên (stochastic depth)
#
# Trong một khối phần dư $x + f(x)$, nhánh $f(x)$ của cả một mẫu bị bỏ đi với xác suất $p$: đối với mẫu đó, mạng nông hơn.

# %%
grader.check("stochastic_depth")

# %% about-masks [markdown] lang="en"
# ### Elements or examples
#
# Both functions on a tensor of ones, with $p = 0.3$: 16 examples in rows with 32 features each.
#
# **Expect** single cells that are dark (dropout), and whole rows (stochastic depth). Over a million elements 30.0 % are 0, and the
# mean is 1.00, for dropout; a thousand whole examples make stochastic depth less exact: 25 % to 35 %.

# %% [markdown] lang="vi"
# ### Từng phần tử hay từng mẫu?
#
# Cả hai hàm áp dụng lên một tensor toàn số một, với $p = 0.3$: 16 mẫu xếp theo hàng, mỗi mẫu 32 đặc trưng.
#
# **Kết quả mong đợi**: từng ô riêng lẻ tối màu (dropout), và cả hàng tối màu (độ sâu ngẫu nhiên). Trên một triệu phần tử, với dropout
# có 30.0 % bằng 0 và trung bình là 1.00; độ sâu ngẫu nhiên chỉ chọn trong một nghìn mẫu nên kém chính xác hơn: từ 25 % đến 35 %.

# %% ask-kept [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): which value do the elements have that are not dropped?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): những phần tử không bị bỏ đi có giá trị bao nhiêu?

# %% predict-kept tags=["about:predictions"]
kit.predict("kept", ...)

# %% masks
need("dropout", "stochastic_depth")

noises = {"dropout": dropout, "stochastic_depth": stochastic_depth}
plots.draw_masks({name: noise(torch.ones(16, 32), 0.3, True, seeded(0)) for name, noise in noises.items()})
rows = []
for name, noise in noises.items():
    many = noise(torch.ones(1000, 1000), 0.3, True, seeded(0))
    rows.append([name, f"{100 * (many == 0).float().mean():.1f}", f"{many.mean():.2f}"])
table(["of a million", "per cent zero", "mean"], *rows)

# %% about-batch-norm [markdown] lang="en"
# ### Batch normalisation
#
# $$\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad y = \gamma \hat x + \beta$$
#
# In training $\mu$ and $\sigma^2$ are those of the batch, for each channel, and both take part in the gradient; the
# running statistics follow them: $r \leftarrow (1 - m)\, r + m\, b$. At test time the running statistics are used.

# %% [markdown] lang="vi"
# ### Chuẩn hóa theo lô (batch normalisation)
#
# $$\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad y = \gamma \hat x + \beta$$
#
# Khi huấn luyện, $\mu$ và $\sigma^2$ là của lô hiện tại, tính riêng cho từng kênh, và cả hai đều tham gia vào gradient;
# các thống kê tích lũy đi theo chúng: $r \leftarrow (1 - m)\, r + m\, b$. Lúc kiểm tra thì dùng các thống kê tích lũy ấy.

# %%
grader.check("batch_norm")

# %% about-before-after [markdown] lang="en"
# ### Before and after
#
# Three channels with means -4, 0, 5 and standard deviations 0.5, 1, 3, and $\gamma = 1$, $\beta = 0$.
#
# **Expect** three different hills above, and below three that are one: mean 0, standard deviation 1. The running mean
# of the third channel starts at 0 and goes to 5 as the batches pass, with $m = 0.1$.

# %% [markdown] lang="vi"
# ### Trước và sau
#
# Ba kênh có trung bình -4, 0, 5 và độ lệch chuẩn 0.5, 1, 3, với $\gamma = 1$, $\beta = 0$.
#
# **Kết quả mong đợi**: phía trên là ba ngọn đồi khác nhau, phía dưới ba ngọn đồi trùng làm một: trung bình 0, độ lệch
# chuẩn 1. Trung bình tích lũy của kênh thứ ba khởi đầu từ 0 và tiến đến 5 khi các lô đi qua, với $m = 0.1$.

# %% ask-running [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number, with a calculator): where is this running mean after 10 batches?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số, có thể dùng máy tính): trung bình tích lũy này bằng bao nhiêu sau 10 lô?

# %% predict-running tags=["about:predictions"]
kit.predict("running", ...)

# %% before-after
need("batch_norm")

source = seeded(0)
means, deviations = torch.tensor([-4.0, 0.0, 5.0]), torch.tensor([0.5, 1.0, 3.0])
ones, zeros = torch.ones(3), torch.zeros(3)
running_mean, running_var = torch.zeros(3), torch.ones(3)
rows = []
for k in range(1, 101):
    batch = means + deviations * torch.randn((512, 3), generator=source)
    normalised = batch_norm(batch, ones, zeros, running_mean, running_var, True)
    if k in (1, 10, 100):
        rows.append([k, f"{running_mean[2]:.1f}", f"{5 * (1 - 0.9**k):.1f}"])
plots.draw_before_after(batch, normalised)
table(["batches", "running mean", "5 (1 - 0.9^k)"], *rows)

# %% question-small-batches [markdown] lang="en" tags=["about:small_batches"]
# ### In words: batches that are small or lopsided
#
# *Written answer, {points} points. Write it into the cell below (a double click opens it); a person reads it.*
#
# A network with batch normalisation was trained well. (a) Somebody forgets `model.eval()` and predicts one image at a time.
# (b) Somebody predicts in training mode with batches that hold a single class each. (c) Somebody trains with batches of 2.
# Say for each what the normalisation computes then, and what this does to the accuracy. Which of the three is put right
# after the training, without training again, and how?

# %% [markdown] lang="vi"
# ### Tự luận: những lô quá nhỏ hoặc lệch
#
# *Câu hỏi tự luận, {points} điểm. Viết vào ô bên dưới (nháy đúp để mở); giảng viên sẽ đọc và chấm.*
#
# Một mạng có chuẩn hóa theo lô đã được huấn luyện tốt. (a) Có người quên `model.eval()` và dự đoán từng ảnh một. (b) Có
# người dự đoán ở chế độ huấn luyện với những lô mà mỗi lô chỉ chứa một lớp. (c) Có người huấn luyện với các lô gồm 2 ảnh.
# Trong mỗi trường hợp, phép chuẩn hóa tính ra gì, và độ chính xác bị ảnh hưởng thế nào? Trường hợp nào trong ba có thể sửa
# sau khi huấn luyện mà không phải huấn luyện lại, và sửa bằng cách nào?

# %% answer-small-batches [markdown] lang="en" tags=["answer:small_batches"]
# <!-- answer: small_batches -->
# *Write your answer here.*

# %% [markdown] lang="vi"
# <!-- answer: small_batches -->
# *Viết câu trả lời của bạn vào đây.*

# %% about-fractional [markdown] lang="en"
# ### Fractional max pooling
#
# Pooling by 2 halves an image each time. Windows of size $k$ at distances that change at random between whole
# numbers pool to any size $o$: with $\alpha = (n - k) / (o - 1)$ the windows start at
#
# $$a_i = \lfloor \alpha (i + u) \rfloor - \lfloor \alpha u \rfloor$$
#
# and the last one at $n - k$. Another random $u$ gives other windows: that is what regularises.

# %% [markdown] lang="vi"
# ### Gộp cực đại phân số (fractional max pooling)
#
# Mỗi lần gộp theo 2 thì ảnh nhỏ đi một nửa. Các cửa sổ kích thước $k$ đặt cách nhau những khoảng nguyên thay đổi ngẫu
# nhiên thì gộp được về kích thước $o$ bất kỳ: với $\alpha = (n - k) / (o - 1)$, các cửa sổ bắt đầu tại
#
# $$a_i = \lfloor \alpha (i + u) \rfloor - \lfloor \alpha u \rfloor$$
#
# và cửa sổ cuối cùng tại $n - k$. Một giá trị ngẫu nhiên $u$ khác cho những cửa sổ khác: chính điều đó có tác dụng điều
# chuẩn.

# %%
grader.check("fractional_max_pool2d")

# %% about-windows [markdown] lang="en"
# ### The windows
#
# A row of 12 pixels whose values are their own numbers, pooled to 7 with windows of 2: the maximum tells where each window
# ends. Each line of the picture is a $u$.
#
# **Expect** seven windows in each line; the first begins at pixel 0 and the last ends at pixel 11; in between they
# lie side by side, or overlap by one pixel, and where they overlap depends on $u$.

# %% [markdown] lang="vi"
# ### Các cửa sổ
#
# Một hàng gồm 12 điểm ảnh có giá trị là số thứ tự của chính nó, được gộp thành 7 bằng các cửa sổ 2 điểm ảnh: giá trị cực
# đại cho biết mỗi cửa sổ kết thúc ở đâu. Mỗi dòng trong hình ứng với một $u$.
#
# **Kết quả mong đợi**: mỗi dòng có bảy cửa sổ; cửa sổ đầu bắt đầu ở điểm ảnh 0 và cửa sổ cuối kết thúc ở điểm ảnh 11; ở
# giữa, chúng nằm sát nhau hoặc chồng lên nhau một điểm ảnh, và chồng ở đâu thì tùy vào $u$.

# %% windows
need("fractional_max_pool2d")

offsets = torch.tensor([0.0, 0.25, 0.5, 0.75, 0.95])
ramp = torch.arange(12.0).expand(1, len(offsets), 2, 12)  # one channel for each u, two equal rows of pixels
ends = fractional_max_pool2d(ramp, (2, 2), (1, 7), offsets.view(1, -1, 1).expand(1, -1, 2))[0, :, 0]
plots.draw_windows(offsets, ends)

# %% about-penalty [markdown] lang="en"
# ### Penalties on the weights
#
# $$R = \lambda_1 \sum |w| + \lambda_2 \sum w^2$$
#
# over all weights of all parameters, as autograd can differentiate it.

# %% [markdown] lang="vi"
# ### Số hạng phạt trên trọng số
#
# $$R = \lambda_1 \sum |w| + \lambda_2 \sum w^2$$
#
# tính trên mọi trọng số của mọi tham số, sao cho autograd lấy được đạo hàm.

# %%
grader.check("l1_l2_penalty")

# %% about-penalty-values [markdown] lang="en"
# The two sets of weights of the first assignment: both give the score 1 for $x = (1, 1, 1, 1)$.
#
# **Expect** 1 and 1 (L1), 1 and 0.25 (L2), 2 and 1.25 (both). L2 would rather have the second one; L1 does not mind.

# %% [markdown] lang="vi"
# Hai bộ trọng số của bài tập thứ nhất: cả hai đều cho điểm số 1 với $x = (1, 1, 1, 1)$.
#
# **Kết quả mong đợi**: 1 và 1 (L1), 1 và 0.25 (L2), 2 và 1.25 (cả hai). L2 ưu tiên bộ thứ hai; L1 coi hai bộ như nhau.

# %% penalty-values
need("l1_l2_penalty")

w_1, w_2 = torch.tensor([1.0, 0.0, 0.0, 0.0]), torch.full((4,), 0.25)
table(
    ["penalty", "(1, 0, 0, 0)", "(1, 1, 1, 1) / 4"],
    *[
        [name, *[f"{l1_l2_penalty([w], l1, l2):g}" for w in (w_1, w_2)]]
        for name, l1, l2 in [("L1", 1.0, 0.0), ("L2", 0.0, 1.0), ("both", 1.0, 1.0)]
    ],
)

# %% about-sgd [markdown] lang="en"
# ## 4. Training: `sgd.py` and `model.py`
#
# ### SGD with momentum
#
# The velocity $v$ remembers earlier gradients; Nesterov's variant looks one step ahead. Weight decay is *decoupled*: it
# shrinks the weights directly and does not go through the velocity.
#
# $$w \leftarrow w - \eta \lambda w$$
#
# $$v \leftarrow \mu v + g$$
#
# $$w \leftarrow w - \eta\, v$$
#
# or, with Nesterov's variant,
#
# $$w \leftarrow w - \eta\,(g + \mu v)$$

# %% [markdown] lang="vi"
# ## 4. Huấn luyện: `sgd.py` và `model.py`
#
# ### SGD với động lượng (momentum)
#
# Vận tốc $v$ ghi nhớ các gradient trước đó; biến thể của Nesterov nhìn trước một bước. Suy giảm trọng số (weight decay)
# được *tách riêng*: nó làm trọng số nhỏ đi một cách trực tiếp, không đi qua vận tốc.
#
# $$w \leftarrow w - \eta \lambda w$$
#
# $$v \leftarrow \mu v + g$$
#
# $$w \leftarrow w - \eta\, v$$
#
# hoặc, với biến thể của Nesterov,
#
# $$w \leftarrow w - \eta\,(g + \mu v)$$

# %%
grader.check("sgd_step")

# %% about-valley [markdown] lang="en"
# ### In a valley
#
# $f(w) = (w_1^2 + 30\, w_2^2)/2$ is a valley, 30 times as steep across as along. All start at $(-4, 1)$ with the learning
# rate 0.03 and take 40 steps.
#
# **Expect** plain SGD to fall to the bottom at once and then to crawl: after 40 steps it is 1.183 away from the lowest
# point. With momentum 0.8 the distance is 0.03, after swinging from side to side; with Nesterov's it is below 0.01, and
# it hardly swings.

# %% [markdown] lang="vi"
# ### Trong một thung lũng
#
# $f(w) = (w_1^2 + 30\, w_2^2)/2$ là một thung lũng, theo chiều ngang dốc gấp 30 lần theo chiều dọc. Tất cả xuất phát từ
# $(-4, 1)$ với tốc độ học 0.03 và đi 40 bước.
#
# **Kết quả mong đợi**: SGD thuần túy rơi ngay xuống đáy rồi bò chậm chạp: sau 40 bước vẫn cách điểm thấp nhất 1.183. Với
# động lượng 0.8, khoảng cách là 0.03, sau khi đã lắc qua lắc lại; với Nesterov khoảng cách nhỏ hơn 0.01 và gần như không
# lắc.

# %% ask-velocity [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): along the valley the gradient $g$ hardly changes from step to step. To how many times $g$ does the velocity
# grow with $\mu = 0.8$?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): dọc theo thung lũng, gradient $g$ hầu như không đổi từ bước này sang bước khác. Với $\mu = 0.8$, vận tốc
# lớn dần đến bao nhiêu lần $g$?

# %% predict-velocity tags=["about:predictions"]
kit.predict("velocity", ...)

# %% valley
need("sgd_step")

paths = {}
for name, momentum, nesterov in [("plain", 0.0, False), ("momentum", 0.8, False), ("Nesterov", 0.8, True)]:
    w, velocity = torch.tensor([-4.0, 1.0]), torch.zeros(2)
    path = [w.clone()]
    for _ in range(40):
        gradient = w * torch.tensor([1.0, 30.0])
        sgd_step([w], [gradient], [velocity], learning_rate=0.03, momentum=momentum, nesterov=nesterov)
        path.append(w.clone())
    paths[name] = torch.stack(path)
plots.draw_valley(paths)
rows = [[name, f"{path[-1].norm():.3f}"] for name, path in paths.items()]
table(["method", "distance after 40 steps"], *rows)

# %% about-schedules [markdown] lang="en"
# ### Learning rates that change
#
# High at first, to get far; low at the end, to settle. A warm-up at the start keeps fresh weights from being thrown about.

# %% [markdown] lang="vi"
# ### Tốc độ học thay đổi
#
# Lúc đầu cao để đi xa; lúc cuối thấp để ổn định. Giai đoạn khởi động (warm-up) giữ cho các trọng số vừa khởi tạo khỏi bị hất đi quá xa.

# %%
grader.check("step_learning_rate")

# %%
grader.check("cosine_learning_rate")

# %% about-schedule-curves [markdown] lang="en"
# **Expect** stairs at steps 50 and 75, each down to a tenth; and a straight line up to 0.1 at step 20, then half a
# cosine, 0.05 at step 60 and nearly 0 at the end.

# %% [markdown] lang="vi"
# **Kết quả mong đợi**: bậc thang tại các bước 50 và 75, mỗi bậc xuống còn một phần mười; và một đường thẳng đi lên 0.1
# tại bước 20, rồi nửa đường cosin, 0.05 tại bước 60 và gần 0 khi kết thúc.

# %% schedule-curves
need("step_learning_rate", "cosine_learning_rate")

steps = range(100)
stairs = [step_learning_rate(step, learning_rate=0.1, milestones=[50, 75], gamma=0.1) for step in steps]
cosine = [cosine_learning_rate(step, learning_rate=0.1, num_steps=100, warmup_steps=20) for step in steps]
plots.draw_schedules(steps, stairs, cosine)

# %% about-augment [markdown] lang="en"
# ### More images from those at hand
#
# A mirrored or slightly shifted image shows the same thing. `augment` draws a flip and a shift of up to four pixels for each
# image of a batch, with no loop, on the device where the images are.

# %% [markdown] lang="vi"
# ### Thêm ảnh từ những ảnh có sẵn
#
# Một ảnh lật ngang hoặc dịch đi một chút vẫn cho thấy cùng một vật. Với mỗi ảnh của lô, `augment` chọn ngẫu nhiên có lật
# hay không và độ dịch tối đa bốn điểm ảnh, không dùng vòng lặp, ngay trên thiết bị chứa các ảnh.

# %%
grader.check("augment")

# %% about-augmented [markdown] lang="en"
# One training image, and eleven times what `augment` makes of it.
#
# **Expect** about half of them mirrored, none shifted by more than four pixels, and at the border the reflected image
# instead of black.

# %% [markdown] lang="vi"
# Một ảnh huấn luyện, và mười một kết quả mà `augment` tạo ra từ ảnh đó.
#
# **Kết quả mong đợi**: khoảng một nửa bị lật ngang, không ảnh nào dịch quá bốn điểm ảnh, và ở mép là phần ảnh phản chiếu
# chứ không phải màu đen.

# %% augmented
need("augment")

picture = torch.tensor(X_train[np.flatnonzero(y_train == 8)[0]]).permute(2, 0, 1)
images = [picture, *augment(picture.expand(11, 3, 32, 32), seeded(0))]
title = f"Augmented: {kit.data.classes[8]}"
plots.draw_augmented([image.permute(1, 2, 0).numpy() for image in images], title)

# %% about-model [markdown] lang="en"
# ### The network
#
# Convolutions with batch normalisation and ReLU, at least one residual block $x + f(x)$, pooling, and a linear layer at the
# end. `width` scales the number of channels everywhere.

# %% [markdown] lang="vi"
# ### Mạng
#
# Các lớp tích chập kèm chuẩn hóa theo lô và ReLU, ít nhất một khối phần dư $x + f(x)$, các lớp gộp, và cuối cùng một lớp
# tuyến tính. `width` quyết định số kênh ở mọi nơi.

# %%
grader.check("build_model")

# %% about-sizes [markdown] lang="en"
# **Expect** less than a million parameters with `width` 16. The staff's network has 48,698 with 8; yours may have others.

# %% [markdown] lang="vi"
# **Kết quả mong đợi**: ít hơn một triệu tham số với `width` 16. Mạng của giảng viên có 48,698 tham số với 8; mạng của bạn có thể
# khác.

# %% ask-quadruple [markdown] lang="en" tags=["about:predictions"]
# **Predict**: `width` twice as large gives about
#
# - (a) twice as many parameters
# - (b) four times as many
# - (c) nine times as many, since kernels are 3 x 3

# %% [markdown] lang="vi"
# **Đoán trước**: `width` lớn gấp đôi thì số tham số
#
# - (a) gấp khoảng hai lần
# - (b) gấp khoảng bốn lần
# - (c) gấp khoảng chín lần, vì nhân tích chập là 3 x 3

# %% predict-quadruple tags=["about:predictions"]
kit.predict("quadruple", ...)

# %% sizes
need("build_model")

table(
    ["width", "parameters"],
    *[
        [width, f"{sum(w.numel() for w in build_model(width=width).parameters()):,}"]
        for width in (8, 16, 32, 64)
    ],
)

# %% about-train [markdown] lang="en"
# ### The training loop
#
# What keeps a GPU busy:
#
# - The images go to the device **once**, as bytes; batches, flips and crops are made there. Nothing waits for data.
# - The loss is **not read** in each step. Reading a number, with `float(loss)` or `print(loss)`, makes the CPU wait until
#   the GPU has done everything before it.
# - `channels_last` and, with `amp`, bfloat16 let the GPU use its fastest units.

# %% [markdown] lang="vi"
# ### Vòng lặp huấn luyện
#
# Điều gì giữ cho GPU luôn bận:
#
# - Ảnh được chuyển sang thiết bị **một lần**, dưới dạng byte; lô, phép lật và phép cắt được làm ngay tại đó. Không bước nào
#   phải chờ dữ liệu.
# - Mất mát **không được đọc ra** ở mỗi bước. Đọc một con số, bằng `float(loss)` hay `print(loss)`, buộc CPU phải chờ cho đến khi GPU
#   làm xong mọi việc trước đó.
# - `channels_last` và, cùng với `amp`, kiểu bfloat16 cho phép GPU dùng những đơn vị tính nhanh nhất.

# %%
grader.check("predict")

# %%
grader.check("train")

# %% about-resume [markdown] lang="en"
# ### Cut off, and on again
#
# Colab ends sessions that are idle or last too long, and there is no trick against that: what helps is to have the run's
# state on Drive. A `Checkpointer` saves weights, velocities, generators and history every so often; `train` starts from the newest
# checkpoint it finds. Here 200 images, on the CPU: once without interruption; once cut off after step 7, and started again from
# the checkpoint of step 5.

# %% [markdown] lang="vi"
# ### Bị ngắt, rồi chạy tiếp
#
# Colab kết thúc những phiên không hoạt động hoặc kéo dài quá lâu, và không có mẹo nào chống lại điều đó: điều giúp được bạn là
# giữ trạng thái của cuộc huấn luyện trên Drive. `Checkpointer` định kỳ lưu trọng số, vận tốc, các bộ sinh số ngẫu nhiên
# và lịch sử; `train` bắt đầu từ điểm lưu (checkpoint) mới nhất mà nó tìm thấy. Ở đây dùng 200 ảnh, trên CPU: một lần
# không gián đoạn; một lần bị ngắt sau bước 7 rồi chạy lại từ điểm lưu của bước 5.

# %% ask-resumed [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number): what is the largest difference between the weights of the two runs?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): chênh lệch lớn nhất giữa trọng số của hai lần chạy là bao nhiêu?

# %% predict-resumed tags=["about:predictions"]
kit.predict("resumed", ...)

# %% resume
need("build_model", "train")


class CutOff(Exception):
    """What Colab does."""


class Fragile(colab_setup.Checkpointer):
    """A Checkpointer whose session ends after step 7."""

    def step(self, step, **state):
        super().step(step, **state)
        if step == 7:
            raise CutOff


def short_run(checkpoint):
    """A training of a few steps from the same start; its weights and history."""
    torch.manual_seed(0)
    model = build_model(width=4)
    history = train(
        model,
        X_train[:200],
        y_train[:200],
        epochs=3,
        batch_size=50,
        learning_rate=0.05,
        generator=seeded(0),
        checkpoint=checkpoint,
    )
    return torch.cat([w.detach().flatten() for w in model.parameters()]), torch.tensor(history)


trial = kit.checkpoints / "resume"
colab_setup.Checkpointer(trial).clear()
whole = short_run(None)
try:
    short_run(Fragile(trial, every_steps=5))
except CutOff:
    print("Cut off after step 7; the last checkpoint is that of step 5.")
again = short_run(colab_setup.Checkpointer(trial, every_steps=5))
colab_setup.Checkpointer(trial).clear()
table(
    ["after all steps", "largest difference"],
    *[
        [name, f"{(a - b).abs().max():g}"]
        for name, a, b in zip(["weights", "history"], whole, again, strict=True)
    ],
)

# %% about-regularised [markdown] lang="en"
# ### What each regulariser does
#
# So far your regularisers worked on toy tensors. `regularised.py` (given, short, worth reading) makes layers of them: your `batch_norm`
# after each convolution, your `stochastic_depth` on the branch of each residual block, your `fractional_max_pool2d` in place of
# pooling by 2, your `dropout` before the last layer. The same small network is trained by your `train` on 500 images, for 8 epochs:
# without any of them, with batch normalisation, and with each of the others added to that. Only the validation set tells which helps.
#
# Look at two things: how high the **validation** bar is, and how far the **training** bar is ahead of it.

# %% [markdown] lang="vi"
# ### Mỗi phép điều chuẩn làm được gì?
#
# Cho đến đây các phép điều chuẩn của bạn chỉ chạy trên những tensor nhỏ. `regularised.py` (cho sẵn, ngắn, đáng đọc) biến chúng thành các
# lớp của mạng: `batch_norm` của bạn sau mỗi lớp tích chập, `stochastic_depth` của bạn trên nhánh của mỗi khối phần dư,
# `fractional_max_pool2d` của bạn thay cho phép gộp theo 2, `dropout` của bạn trước lớp cuối. Cùng một mạng nhỏ được `train` của bạn
# huấn luyện trên 500 ảnh, trong 8 epoch: không có phép nào, có chuẩn hóa theo lô, rồi thêm vào đó từng phép còn lại. Chỉ tập kiểm định mới
# cho biết phép nào có ích.
#
# Hãy nhìn hai điều: thanh **kiểm định** cao đến đâu, và thanh **huấn luyện** vượt nó bao xa.

# %% ask-helped [markdown] lang="en" tags=["about:predictions"]
# **Predict**: adding which one raises the validation accuracy most in so short a training?
#
# - (a) dropout
# - (b) stochastic depth
# - (c) batch normalisation

# %% [markdown] lang="vi"
# **Đoán trước**: với lần huấn luyện ngắn như vậy, thêm phép nào thì độ chính xác kiểm định tăng nhiều nhất?
#
# - (a) dropout
# - (b) độ sâu ngẫu nhiên
# - (c) chuẩn hóa theo lô

# %% predict-helped tags=["about:predictions"]
kit.predict("helped", ...)

# %% regularised
need("batch_norm", "dropout", "stochastic_depth", "fractional_max_pool2d", "build_model", "predict", "train")

networks = {
    "none": {},
    "batch norm": {"norm": True},
    "and dropout": {"norm": True, "drop": 0.5},
    "and depth": {"norm": True, "depth": 0.3},
    "and fractional": {"norm": True, "fractional": True},
}
few, accuracies = slice(500), {}
for name, chosen in kit.progress(networks.items(), "training"):
    torch.manual_seed(0)
    small = build_regularised(8, **chosen)
    settings = {"epochs": 8, "batch_size": 50, "learning_rate": 0.05, "generator": seeded(0)}
    train(small, X_train[few], y_train[few], device=kit.device, **settings)
    accuracies[name] = [
        100 * float(np.mean(predict(small, X, device=kit.device).numpy() == y))
        for X, y in [(X_train[few], y_train[few]), (X_val, y_val)]
    ]
plots.draw_regularised(accuracies)
rows = [[name, *[f"{percent:.0f}" for percent in pair]] for name, pair in accuracies.items()]
table(["network", "training", "validation"], *rows)

# %% about-regularised-values [markdown] lang="en"
# **Expect** on the synthetic set, in per cent of the validation images: about 23 without any, 63 with batch normalisation, then 42
# with dropout added, 48 with stochastic depth, 66 with fractional pooling. Other random numbers move these by several points.

# %% [markdown] lang="vi"
# **Kết quả mong đợi** trên ảnh tổng hợp, tính theo phần trăm ảnh kiểm định: khoảng 23 khi không có phép nào, 63 với chuẩn hóa theo lô, rồi
# 42 khi thêm dropout, 48 với độ sâu ngẫu nhiên, 66 với gộp phân số. Các số ngẫu nhiên khác làm chúng thay đổi vài điểm.

# %% about-recipe [markdown] lang="en"
# ## 5. The real training
#
# The settings depend on what this runtime has. On a GPU: a network of `width` 64, many epochs, `amp`. On a CPU: `width` 16
# and few epochs; with the synthetic images there are even fewer, enough to see everything work.
#
# The checkpoints are on your Drive (on a laptop in `checkpoints/`), one a minute. **Cut off? Run the notebook again from the
# top**: the training goes on where it was. That is the answer to Colab's time limit: what is saved outlives the session,
# and no minute counts twice. The training starts anew where the settings, `loss.py`, `sgd.py` or `model.py` have changed.

# %% [markdown] lang="vi"
# ## 5. Huấn luyện thật
#
# Các thiết lập tùy thuộc vào máy đang chạy. Trên GPU: mạng có `width` 64, nhiều epoch, `amp`. Trên CPU: `width` 16 và ít epoch;
# với ảnh tổng hợp còn ít hơn nữa, vừa đủ để thấy mọi thứ hoạt động.
#
# Các điểm lưu nằm trên Drive của bạn (trên máy cá nhân thì trong `checkpoints/`), mỗi phút một điểm. **Bị ngắt? Hãy chạy
# lại sổ tay từ đầu**: cuộc huấn luyện tiếp tục từ chỗ đang dở. Đó là câu trả lời cho giới hạn thời gian của Colab: những
# gì đã lưu tồn tại lâu hơn phiên làm việc, và không phút nào phải tính hai lần. Huấn luyện bắt đầu lại từ đầu nếu các
# thiết lập, `loss.py`, `sgd.py` hoặc `model.py` đã thay đổi.

# %% recipe
need("cross_entropy", "sgd_step", "cosine_learning_rate", "augment", "build_model", "train")

if kit.device == "cuda":
    width, recipe = 64, {"epochs": 20, "batch_size": 512, "learning_rate": 0.2, "amp": True}
elif kit.data.name == "cifar10":
    width, recipe = 16, {"epochs": 5, "batch_size": 256, "learning_rate": 0.1}
else:
    width, recipe = 16, {"epochs": 3, "batch_size": 64, "learning_rate": 0.1}
recipe["label_smoothing"] = 0.1
num_steps = recipe["epochs"] * (len(y_train) // recipe["batch_size"])


class Run(colab_setup.Checkpointer):
    """A Checkpointer that says how far the training is, and adds up its seconds over all sessions."""

    def resume(self, **targets):
        found = super().resume(**targets)
        self.start = time.perf_counter() - (found["seconds"] if found else 0.0)
        return found

    def step(self, step, **state):
        if step * 5 // num_steps > (step - 1) * 5 // num_steps:
            print(f"step {step} of {num_steps}")
        return super().step(step, seconds=time.perf_counter() - self.start, **state)


code = zlib.crc32(b"".join(Path(f"{name}.py").read_bytes() for name in ("loss", "sgd", "model")))
run = Run(
    kit.checkpoints / "gpu_training",
    every_minutes=1,
    settings={"width": width, "data": kit.data.name, "code": code, **recipe},
)
torch.manual_seed(0)
model = build_model(width=width)
run.start = time.perf_counter()
history = train(model, X_train, y_train, device=kit.device, generator=seeded(0), checkpoint=run, **recipe)
seconds = time.perf_counter() - run.start
table(
    ["training", ""],
    ["device", kit.device],
    ["width", width],
    ["steps", len(history)],
    ["images a second", f"{len(history) * recipe['batch_size'] / seconds:.0f}"],
)

# %% about-loss-curve [markdown] lang="en"
# ### The loss curve
#
# The loss of each batch, and its moving average. With label smoothing of 0.1 and ten classes it cannot go below 0.50: the
# entropy of the smoothed target.
#
# **Expect** a start somewhat above $\log 10 = 2.30$, since fresh weights are not quite fair to all classes: 2.5 to 2.9
# with the staff's network. On the synthetic set its loss is 0.53 to 0.58 at the end.

# %% [markdown] lang="vi"
# ### Đường cong mất mát
#
# Mất mát của từng lô, và trung bình trượt của nó. Với độ làm mượt nhãn 0.1 và mười lớp, nó không thể xuống dưới 0.50:
# entropy của phân phối đích đã làm mượt.
#
# **Kết quả mong đợi**: lúc đầu cao hơn $\log 10 = 2.30$ một chút, vì các trọng số vừa khởi tạo chưa coi mọi lớp như nhau:
# từ 2.5 đến 2.9 với mạng của giảng viên. Trên tập tổng hợp, mất mát của mạng này khi kết thúc là 0.53 đến 0.58.

# %% loss-curve
need("predict")

plots.draw_history(history, f"{kit.data.name}, width {width}, on {kit.device}")

# %% about-accuracy [markdown] lang="en"
# ### Training, validation and test accuracy
#
# The training accuracy is that of the images as they are, without flips and shifts. If you want to change the settings above, do so
# by the **validation** accuracy; then run the cells from there on. The test accuracy is read once, in the end. The mean cross-entropy
# over all images that you were given for training, without smoothing, goes into the log that you hand in.
#
# **Expect** on the synthetic set 98 % to 100 % right, on all three, with the staff's network; the linear classifiers of the
# first assignment reach 55 % to 58 % there.

# %% [markdown] lang="vi"
# ### Độ chính xác trên tập huấn luyện, tập kiểm định và tập kiểm tra
#
# Độ chính xác huấn luyện được đo trên các ảnh nguyên gốc, không lật hay dịch. Nếu muốn đổi các thiết lập ở trên, hãy dựa vào độ
# chính xác **kiểm định**, rồi chạy lại các ô từ đó. Độ chính xác trên tập kiểm tra chỉ đọc một lần, ở cuối. Entropy chéo trung
# bình trên mọi ảnh được phát để huấn luyện, không làm mượt nhãn, được ghi vào nhật ký mà bạn nộp.
#
# **Kết quả mong đợi** trên tập tổng hợp: đúng từ 98 % đến 100 % ở cả ba tập, với mạng của giảng viên; các bộ phân loại
# tuyến tính của bài tập thứ nhất đạt từ 55 % đến 58 % trên tập này.

# %% accuracy
need("cross_entropy", "predict")


def logits_of(X):
    """The model's logits (N, C) for images, on the CPU; in evaluation mode, a thousand images at once."""
    model.eval()
    with torch.no_grad():
        parts = torch.tensor(X).permute(0, 3, 1, 2).split(1000)
        return torch.cat([model(part.to(kit.device)).float().cpu() for part in parts])


given_logits = logits_of(kit.data.X_train)  # the training images, then those of validation
train_loss = float(cross_entropy(given_logits, torch.tensor(kit.data.y_train, dtype=torch.int64)))
right = given_logits.argmax(dim=1).numpy() == kit.data.y_train
predictions = predict(model, X_test, device=kit.device).numpy()
test_accuracy = 100 * float(np.mean(predictions == y_test))
table(
    ["measure", "value"],
    ["loss", f"{train_loss:.3f}"],
    ["training accuracy", f"{100 * right[:-num_val].mean():.1f} %"],
    ["validation accuracy", f"{100 * right[-num_val:].mean():.1f} %"],
    ["test accuracy", f"{test_accuracy:.1f} %"],
)

# %% about-confusion [markdown] lang="en"
# ### Which class is taken for which?
#
# Each row is a true class and adds up to 100 %.
#
# **Expect** a dark diagonal. What lies beside it are classes that look alike to the network.

# %% [markdown] lang="vi"
# ### Lớp nào bị nhầm với lớp nào?
#
# Mỗi hàng là một lớp đúng và có tổng bằng 100 %.
#
# **Kết quả mong đợi**: một đường chéo đậm màu. Nằm ngoài đường chéo là những lớp mà mạng thấy giống nhau.

# %% confusion
need("predict")

plots.draw_confusion(predictions, y_test, kit.data.classes, f"Test set: {test_accuracy:.1f} % right")

# %% about-hardest [markdown] lang="en"
# ### The hardest images
#
# The test images to whose true class the network gives the least probability. Above each stand the true class, what it
# was taken for (in red where that is wrong), and the probability of the true class. Which would you get wrong yourself?

# %% [markdown] lang="vi"
# ### Những ảnh khó nhất
#
# Các ảnh kiểm tra mà mạng cho lớp đúng xác suất thấp nhất: phía trên mỗi ảnh là lớp đúng, lớp được dự đoán (màu đỏ nếu
# sai) và xác suất của lớp đúng. Bản thân bạn sẽ nhầm ảnh nào?

# %% hardest
need("predict")

probabilities = logits_of(X_test).softmax(dim=1).numpy()[np.arange(len(y_test)), y_test]
hardest = probabilities.argsort()[:9]
truths, taken = ([kit.data.classes[labels[i]] for i in hardest] for labels in (y_test, predictions))
plots.draw_hardest(X_test[hardest], truths, taken, probabilities[hardest])

# %% about-time [markdown] lang="en"
# ### Where the time of a step goes
#
# A GPU works on its own: a call such as `model(batch)` only puts work in its queue and returns. So a clock that is read
# right after it measures nothing, unless `torch.cuda.synchronize()` waits for the queue to be empty. This cell does so
# after each part, which `train` never does. *Data* is everything that makes a batch: drawing it, flips and crops.

# %% [markdown] lang="vi"
# ### Thời gian của một bước trôi đi đâu?
#
# GPU làm việc độc lập: một lời gọi như `model(batch)` chỉ xếp việc vào hàng đợi của GPU rồi trở về ngay. Vì thế, xem đồng
# hồ ngay sau lời gọi chẳng đo được gì, trừ khi `torch.cuda.synchronize()` chờ cho hàng đợi trống. Ô này chờ như vậy sau
# mỗi phần, điều mà `train` không bao giờ làm. *Dữ liệu* là tất cả những gì tạo nên một lô: chọn mẫu, lật và cắt.

# %% ask-slowest [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which part of a step takes longest on the CPU?
#
# - (a) data and forward: they are the work, the rest only follows
# - (b) backward
# - (c) the optimiser: it touches every weight

# %% [markdown] lang="vi"
# **Đoán trước**: trên CPU, phần nào của một bước tốn nhiều thời gian nhất?
#
# - (a) dữ liệu và lan truyền tiến: đó là phần việc chính, còn lại chỉ là hệ quả
# - (b) lan truyền ngược
# - (c) bộ tối ưu: nó động đến mọi trọng số

# %% predict-slowest tags=["about:predictions"]
kit.predict("slowest", ...)

# %% time
need("cross_entropy", "sgd_step", "augment", "build_model")

device = torch.device(kit.device)
timed_model = build_model(width=width).to(device, memory_format=torch.channels_last)
optimizer = SGD(timed_model.parameters(), learning_rate=0.01, momentum=0.9, nesterov=True)
images = torch.tensor(X_train[:5000]).to(device).permute(0, 3, 1, 2)
labels = torch.tensor(y_train[:5000]).to(device)
source = seeded(0, device)
spent = {"data": 0.0, "forward": 0.0, "backward": 0.0, "optimiser": 0.0}


def timed(part, action):
    """The result of an action, whose seconds, until the device is done with it, are added to a part's."""
    start = time.perf_counter()
    result = action()
    if device.type == "cuda":
        torch.cuda.synchronize()
    spent[part] += time.perf_counter() - start
    return result


def make_batch():
    """What a step trains on, made on the device."""
    rows = torch.randperm(len(images), generator=source, device=device)[: recipe["batch_size"]]
    return augment(images[rows], source), labels[rows]


def loss_of(batch, y):
    """Forward: the model and the loss."""
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled="amp" in recipe):
        logits = timed_model(batch)
    return cross_entropy(logits.float(), y)


for step in range(13):
    if step == 3:  # the first steps choose kernels and allocate memory
        spent = dict.fromkeys(spent, 0.0)
    batch, y = timed("data", make_batch)
    loss = timed("forward", lambda batch=batch, y=y: loss_of(batch, y))
    optimizer.zero_grad()
    timed("backward", loss.backward)
    timed("optimiser", optimizer.step)

milliseconds = {part: 1000 * total / 10 for part, total in spent.items()}
plots.draw_times(milliseconds, f"One step of {recipe['batch_size']} images")

# %% question-faster-device [markdown] lang="en" tags=["about:faster_device"]
# ### In words: a device ten times as fast
#
# *Written answer, {points} points. Write it into the cell below (a double click opens it); a person reads it.*
#
# Suppose a device does the forward and the backward pass 10 times as fast, and all else as fast as yours. By what factor does
# a step get faster, by the shares that you have just measured, and what is the most that any device could gain in this way?
# What would you work on next, and how would you find out whether it was worth it? Name one line that, put into the training loop,
# would make it slower on a GPU and hardly on a CPU, and say why.

# %% [markdown] lang="vi"
# ### Tự luận: một thiết bị nhanh gấp mười
#
# *Câu hỏi tự luận, {points} điểm. Viết vào ô bên dưới (nháy đúp để mở); giảng viên sẽ đọc và chấm.*
#
# Giả sử một thiết bị chạy lan truyền tiến và lan truyền ngược nhanh gấp 10 lần, mọi thứ khác vẫn như máy của bạn. Theo các tỉ
# lệ mà bạn vừa đo, một bước nhanh lên bao nhiêu lần, và bằng cách này một thiết bị bất kỳ có thể giúp nhiều nhất là bao nhiêu?
# Tiếp theo bạn sẽ cải thiện phần nào, và làm sao biết việc đó có đáng hay không? Hãy nêu một dòng lệnh mà nếu đặt vào vòng lặp
# huấn luyện sẽ làm nó chậm đi trên GPU nhưng hầu như không trên CPU, và giải thích vì sao.

# %% answer-faster-device [markdown] lang="en" tags=["answer:faster_device"]
# <!-- answer: faster_device -->
# *Write your answer here.*

# %% [markdown] lang="vi"
# <!-- answer: faster_device -->
# *Viết câu trả lời của bạn vào đây.*

# %% about-handing-in [markdown] lang="en"
# ## 6. Handing in

# %% [markdown] lang="vi"
# ## 6. Nộp bài

# %% about-save [markdown] lang="en" tags=["about:weights"]
# First the network itself: `weights.pt` holds the weights and the normalisation, and `training_log.json` says how they
# came about. The grader predicts with the weights on images that you do not have, and holds what it finds against the log.

# %% [markdown] lang="vi"
# Trước hết là chính mạng đã huấn luyện: `weights.pt` chứa trọng số và các hằng số chuẩn hóa, còn `training_log.json` cho
# biết chúng được tạo ra như thế nào. Khi chấm, trọng số này được dùng để dự đoán trên những ảnh mà bạn không có, và kết
# quả được đối chiếu với nhật ký.

# %% save tags=["about:weights"]
need("build_model", "train", "predict")

torch.save({name: value.cpu() for name, value in model.state_dict().items()}, kit.folder / "weights.pt")
log = {
    "model": {"width": width},
    "data": kit.data.name,
    "device": kit.device,
    "seconds": round(seconds, 1),
    "history": history,
    "train_loss": train_loss,
    "test_accuracy": test_accuracy,
}
(kit.folder / "training_log.json").write_text(json.dumps(log) + "\n")
table(
    ["file", "kB"],
    *[[n, f"{(kit.folder / n).stat().st_size / 1000:.0f}"] for n in ("weights.pt", "training_log.json")],
)

# %% about-submit [markdown] lang="en"
# Save the notebook (Ctrl-S), then run the next cell. It makes `submission.zip` of your five modules, this notebook, and the
# network where it was saved, checks it as the grader will, and says which modules it found and when each was last changed:
# look at these times. Hand in that file.

# %% [markdown] lang="vi"
# Lưu sổ tay (Ctrl-S) rồi chạy ô dưới đây. Ô này tạo `submission.zip` gồm năm mô-đun của bạn, sổ tay này và mạng đã huấn luyện
# nếu nó đã được lưu, kiểm tra tệp như khi chấm bài, cho biết đã tìm thấy những mô-đun nào và mỗi mô-đun được sửa lần cuối khi
# nào: hãy xem kỹ các thời điểm ấy. Hãy nộp tệp đó.

# %% submit
colab_setup.submit()
