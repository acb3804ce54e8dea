# %% title [markdown] lang="en"
# # Linear regression
#
# Lecture 1 in code: a linear model, the mean squared error, its gradient, four ways to the best weights, and the question that
# matters most: how good is a model on what it has not seen? The data is real, and small enough for every picture to be drawn
# in seconds.
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
# Where a text says **Predict**, answer for yourself before you run the cell below it.
#
# **Conventions, the same everywhere**
#
# | symbol | shape | meaning |
# | --- | --- | --- |
# | $X$ | $(N, D)$ | $N$ examples, one in each row |
# | $w$ | $(D,)$ | the weights, one for each feature |
# | $Xw$ | $(N,)$ | the predictions |
# | $y$ | $(N,)$ | the targets |
#
# A loss is the mean over the examples, without one half; $R(w)=\sum_j w_j^2$ without one half; the bias is regularised like
# the rest.

# %% [markdown] lang="vi"
# # Hồi quy tuyến tính
#
# Bài giảng 1 viết thành chương trình: mô hình tuyến tính, sai số bình phương trung bình, gradient của nó, bốn cách tìm trọng số tốt nhất,
# và câu hỏi quan trọng nhất: mô hình tốt đến đâu trên dữ liệu nó chưa gặp? Dữ liệu là dữ liệu thật, và đủ nhỏ để mỗi hình
# được vẽ xong trong vài giây.
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
# Chỗ nào ghi **Thử đoán**, hãy tự trả lời trước khi chạy ô bên dưới.
#
# **Quy ước dùng trong toàn bài**
#
# | ký hiệu | kích thước | ý nghĩa |
# | --- | --- | --- |
# | $X$ | $(N, D)$ | $N$ mẫu, mỗi mẫu một hàng |
# | $w$ | $(D,)$ | trọng số, mỗi đặc trưng một số |
# | $Xw$ | $(N,)$ | các dự đoán |
# | $y$ | $(N,)$ | các giá trị đích |
#
# Mất mát là trung bình trên các mẫu, không có hệ số một phần hai; $R(w)=\sum_j w_j^2$, cũng không có một phần hai; bias được
# điều chuẩn như phần còn lại.

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
# notebook or on your Drive, which Colab asks you for. It prints what it found and what is left for you to do. No GPU and no
# data are needed.

# %% [markdown] lang="vi"
# ## 0. Chuẩn bị
#
# Hãy chạy ô dưới đây trước tiên, và chạy lại trong mỗi phiên mới. Ô này tìm thư mục của bài tập, hoặc giải nén tệp zip của nó,
# cạnh sổ tay này hay trên Drive của bạn (Colab sẽ xin quyền), rồi in ra những gì tìm thấy và việc bạn còn phải làm. Bài này
# không cần GPU hay dữ liệu nào.

# %% setup
# ruff: noqa: E402, F401  # IGNORE
import colab_setup

kit = colab_setup.setup("linear_regression")
grader, need = kit.grader, kit.grader.need

# %% about-imports [markdown] lang="en"
# The next cell imports your functions, and `plots`, which draws the figures and need not be read. A module that you have saved
# is read anew before the next cell runs.

# %% [markdown] lang="vi"
# Ô tiếp theo nạp các hàm của bạn, cùng với `plots`, mô-đun vẽ hình mà bạn không cần đọc. Mỗi mô-đun bạn vừa lưu được đọc lại
# trước khi ô kế tiếp chạy.

# %% imports
import time

import numpy as np
import plots
from gradient import mse_gradient, numerical_gradient
from loss import add_bias, mse_loss, mse_loss_matrix, polynomial_features, predict
from regularization import (
    elastic_net,
    elastic_net_gradient,
    l1,
    l1_gradient,
    l2,
    l2_gradient,
    ridge,
    soft_threshold,
)
from sgd import (
    bias_variance,
    gradient_descent,
    minibatch_sgd,
    normal_equations,
    train_linear_regression,
    train_test_split,
)

from colab_setup.drawing import table

# %% about-predictions [markdown] lang="en" tags=["about:predictions"]
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
# Of 442 people with diabetes ten numbers were measured, and a year later how far the disease had progressed, a number from 25
# to 346: that is the target (Efron, Hastie, Johnstone, Tibshirani, "Least Angle Regression", 2004; it comes with
# scikit-learn). Below is one of the ten features, the body mass index, against the target.
#
# **Predict**: if a straight line is put through this cloud, by how much will it be wrong about a single person?

# %% [markdown] lang="vi"
# ## 1. Dữ liệu
#
# Người ta đo mười chỉ số ở 442 người mắc bệnh tiểu đường, rồi một năm sau đo mức tiến triển của bệnh, là một số từ 25 đến 346:
# đó là giá trị đích (Efron, Hastie, Johnstone, Tibshirani, "Least Angle Regression", 2004; bộ dữ liệu đi kèm scikit-learn).
# Hình dưới vẽ giá trị đích theo một trong mười đặc trưng, chỉ số khối cơ thể (BMI).
#
# **Thử đoán**: nếu kẻ một đường thẳng qua đám điểm này, nó sẽ sai bao nhiêu đối với một người cụ thể?

# %% data
try:
    from sklearn.datasets import load_diabetes
except ModuleNotFoundError:
    raise colab_setup.SetupError(
        "The data comes with scikit-learn: run `%pip install scikit-learn`, then this cell again."
    ) from None

diabetes = load_diabetes(scaled=False)
X_raw, y = diabetes.data, diabetes.target
names = ["age", "sex", "BMI", "blood pressure", "cholesterol", "LDL", "HDL", "cholesterol / HDL"]
names += ["log triglycerides", "blood sugar"]
bmi = X_raw[:, 2]
plots.draw_people(bmi, y)

# %% about-model [markdown] lang="en"
# ## 2. Model and loss: `loss.py`
#
# ### The bias trick
#
# A linear model computes $f(x) = x w + b$. With a 1 appended to each $x$, the last weight is the bias $b$, and $f(x) = x w$
# is all that remains.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$

# %% [markdown] lang="vi"
# ## 2. Mô hình và hàm mất mát: `loss.py`
#
# ### Thủ thuật bias
#
# Mô hình tuyến tính tính $f(x) = x w + b$. Nếu nối thêm số 1 vào mỗi $x$ thì trọng số cuối chính là bias $b$, và chỉ còn lại
# $f(x) = x w$.
#
# $$X \to [\,X \;\; \mathbf 1\,], \qquad (N, D) \to (N, D+1)$$

# %%
grader.check("add_bias")

# %% bias-column
need("add_bias")

X_bmi = add_bias(bmi[:, None])  # (442, 2)
table(["person", "body mass index", "bias"], *[[i, *row] for i, row in enumerate(X_bmi[:3])])

# %% about-predict [markdown] lang="en"
# ### Predictions
#
# $$\hat y = X w$$
#
# One number for each example: the sum over the features of weight times feature.

# %% [markdown] lang="vi"
# ### Dự đoán
#
# $$\hat y = X w$$
#
# Mỗi mẫu một số: tổng theo các đặc trưng của trọng số nhân với đặc trưng.

# %%
grader.check("predict")

# %% about-mse-loss [markdown] lang="en"
# ### The mean squared error, as a sum and in matrix form
#
# $$L(w) = \frac 1N \sum_{i=1}^{N} \Bigl(\sum_{j=1}^{D} w_j x_{ij} - y_i\Bigr)^2$$
#
# $$L(w) = \frac 1N (Xw - y)^\top (Xw - y) = \frac 1N \lVert Xw - y \rVert^2$$
#
# The first form tells you what to compute, the second how: without loops. Write both.

# %% [markdown] lang="vi"
# ### Sai số bình phương trung bình, dạng tổng và dạng ma trận
#
# $$L(w) = \frac 1N \sum_{i=1}^{N} \Bigl(\sum_{j=1}^{D} w_j x_{ij} - y_i\Bigr)^2$$
#
# $$L(w) = \frac 1N (Xw - y)^\top (Xw - y) = \frac 1N \lVert Xw - y \rVert^2$$
#
# Dạng thứ nhất cho biết phải tính gì, dạng thứ hai cho biết tính thế nào: không dùng vòng lặp. Hãy viết cả hai.

# %%
grader.check("mse_loss")

# %%
grader.check("mse_loss_matrix")

# %% about-lines [markdown] lang="en"
# ### Three lines
#
# Three guesses at slope and bias.

# %% [markdown] lang="vi"
# ### Ba đường thẳng
#
# Ba cặp hệ số góc và bias do ta đoán.

# %% ask-lines [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which line has the least loss?
#
# - (a) the level one
# - (b) the one in between
# - (c) the steep one

# %% [markdown] lang="vi"
# **Đoán trước**: đường nào có mất mát nhỏ nhất?
#
# - (a) đường nằm ngang
# - (b) đường ở giữa
# - (c) đường dốc

# %% predict-lines tags=["about:predictions"]
kit.predict("lines", ...)

# %% lines
need("add_bias", "predict", "mse_loss_matrix")

ends = add_bias(np.array([[18.0], [42.0]]))
lines = {}
for slope, bias in [(0, 152), (10, -112), (25, -507)]:
    w = np.array([slope, bias], dtype=float)
    lines[f"w = ({slope}, {bias}): {mse_loss_matrix(w, X_bmi, y):,.0f}"] = predict(w, ends)
plots.draw_lines(bmi, y, ends[:, 0], lines)

# %% about-speed [markdown] lang="en"
# ### Loops against whole arrays
#
# **Expect** values that are equal, and a matrix form that is some hundred times as fast; it depends on the machine.

# %% [markdown] lang="vi"
# ### Vòng lặp và phép toán trên cả mảng
#
# **Kết quả mong đợi**: hai giá trị bằng nhau, và dạng ma trận nhanh gấp vài trăm lần, tùy máy.

# %% speed
need("mse_loss", "mse_loss_matrix")

rng = np.random.default_rng(0)
X_many, y_many, w_many = rng.standard_normal((5000, 10)), rng.standard_normal(5000), rng.standard_normal(10)
rows = []
for loss, repeats in [(mse_loss, 1), (mse_loss_matrix, 20)]:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        value = loss(w_many, X_many, y_many)
        times.append(1000 * (time.perf_counter() - start))
    rows.append([loss.__name__, f"{value:.6f}", f"{min(times):.3f}"])
table(["function", "value", "ms"], *rows)

# %% about-polynomial-features [markdown] lang="en"
# ### Powers as features
#
# "Linear" means linear in $w$. If the features are the powers of one number $x$, the same model fits a polynomial:
#
# $$f(x) = w_0 + w_1 x + w_2 x^2 + \dots + w_k x^k$$

# %% [markdown] lang="vi"
# ### Lũy thừa làm đặc trưng
#
# "Tuyến tính" nghĩa là tuyến tính theo $w$. Nếu các đặc trưng là lũy thừa của một số $x$, cũng mô hình ấy khớp một đa thức:
#
# $$f(x) = w_0 + w_1 x + w_2 x^2 + \dots + w_k x^k$$

# %%
grader.check("polynomial_features")

# %% about-gradient [markdown] lang="en"
# ## 3. The gradient: `gradient.py`
#
# $$\nabla L(w) = \frac 2N X^\top (Xw - y)$$
#
# Differentiate the sum by one $w_j$, and see the matrix form come out. The numerical gradient, by central differences, is
# slow and knows nothing of the formula: that is what makes it a check.
#
# $$\frac{\partial f}{\partial w_k} \approx \frac{f(w + h e_k) - f(w - h e_k)}{2h}$$

# %% [markdown] lang="vi"
# ## 3. Gradient: `gradient.py`
#
# $$\nabla L(w) = \frac 2N X^\top (Xw - y)$$
#
# Hãy lấy đạo hàm của tổng theo một $w_j$, rồi nhận ra dạng ma trận. Gradient số, tính bằng sai phân trung tâm, thì chậm và không
# biết gì về công thức: chính vì thế nó dùng được để kiểm tra.
#
# $$\frac{\partial f}{\partial w_k} \approx \frac{f(w + h e_k) - f(w - h e_k)}{2h}$$

# %%
grader.check("mse_gradient")

# %%
grader.check("numerical_gradient")

# %% about-gradient-check [markdown] lang="en"
# ### The gradient checked
#
# The features in units of their standard deviation, so that no weight is huge or tiny, and a bias column. **Expect** a largest
# relative difference below 1e-6.

# %% [markdown] lang="vi"
# ### Kiểm tra gradient
#
# Các đặc trưng được tính theo đơn vị độ lệch chuẩn của chúng, để không trọng số nào quá lớn hay quá nhỏ, cùng một cột bias.
# **Kết quả mong đợi**: chênh lệch tương đối lớn nhất dưới 1e-6.

# %% gradient-check
need("add_bias", "mse_loss_matrix", "mse_gradient", "numerical_gradient")

X_all = add_bias((X_raw - X_raw.mean(axis=0)) / X_raw.std(axis=0))  # (442, 11)
w_some = np.random.default_rng(0).standard_normal(11)
analytic = mse_gradient(w_some, X_all, y)
numerical = numerical_gradient(lambda w: mse_loss_matrix(w, X_all, y), w_some)
rows = [
    [name, f"{a:.4f}", f"{b:.4f}"] for name, a, b in zip([*names, "bias"], analytic, numerical, strict=True)
]
difference = np.max(np.abs(analytic - numerical) / (np.abs(analytic) + np.abs(numerical)))
table(["weight", "analytic", "numerical"], *rows, ["largest relative difference", f"{difference:.0e}", ""])

# %% about-normal-equations [markdown] lang="en"
# ## 4. The best weights: `sgd.py`
#
# ### In closed form
#
# Where the gradient is zero, the loss is least:
#
# $$X^\top X w = X^\top y$$
#
# These are the normal equations. They look as if one should solve them as they stand; but $X^\top X$ squares the ratio of the
# largest to the smallest singular value, and with it the loss of digits. Where columns of $X$ depend on one another,
# $X^\top X$ has no inverse at all. Use a method that works on $X$ itself.

# %% [markdown] lang="vi"
# ## 4. Trọng số tốt nhất: `sgd.py`
#
# ### Bằng công thức đóng
#
# Nơi gradient bằng không thì mất mát nhỏ nhất:
#
# $$X^\top X w = X^\top y$$
#
# Đó là hệ phương trình chuẩn. Tưởng như chỉ cần giải thẳng hệ này; nhưng ở $X^\top X$, tỉ số giữa giá trị kỳ dị lớn nhất và nhỏ
# nhất bị bình phương, nên số chữ số bị mất cũng tăng gấp đôi. Khi các cột của $X$ phụ thuộc tuyến tính, $X^\top X$ thậm chí
# không khả nghịch. Hãy dùng một phương pháp làm việc trực tiếp trên $X$.

# %%
grader.check("normal_equations")

# %% about-digits [markdown] lang="en"
# ### Digits lost
#
# Polynomials of rising degree through points that lie on such a polynomial exactly: every true weight is 1.

# %% [markdown] lang="vi"
# ### Những chữ số bị mất
#
# Các đa thức bậc tăng dần được khớp với những điểm nằm đúng trên một đa thức cùng bậc: mọi trọng số thật đều bằng 1.

# %% ask-digits [markdown] lang="en" tags=["about:predictions"]
# **Predict**: at about what degree has the textbook formula no right digit left?
#
# - (a) about 3
# - (b) about 11
# - (c) never: the formula is exact

# %% [markdown] lang="vi"
# **Đoán trước**: từ khoảng bậc nào thì công thức sách giáo khoa không còn chữ số nào đúng?
#
# - (a) khoảng bậc 3
# - (b) khoảng bậc 11
# - (c) không bao giờ: công thức là chính xác

# %% predict-digits tags=["about:predictions"]
kit.predict("digits", ...)

# %% digits
need("polynomial_features", "normal_equations")

x_even = np.linspace(0, 1, 40)
degrees = np.arange(1, 13)
errors = {"(X^T X)^-1 X^T y": [], "normal_equations": []}
for degree in degrees:
    X = polynomial_features(x_even, degree)
    target = X @ np.ones(degree + 1)
    errors["(X^T X)^-1 X^T y"].append(np.abs(np.linalg.inv(X.T @ X) @ X.T @ target - 1).max())
    errors["normal_equations"].append(np.abs(normal_equations(X, target) - 1).max())
plots.draw_digits(degrees, errors)

# %% about-gradient-descent [markdown] lang="en"
# ### Downhill
#
# $$w \leftarrow w - \eta \, \nabla L(w)$$
#
# until the gradient's norm is at most `tolerance`, or the steps are used up. For ten features the closed form is quicker; for
# millions of weights, or any loss that is not a square, this is all there is.

# %% [markdown] lang="vi"
# ### Xuống dốc
#
# $$w \leftarrow w - \eta \, \nabla L(w)$$
#
# cho đến khi chuẩn của gradient không lớn hơn dung sai (`tolerance`), hoặc đã đi hết số bước. Với mười đặc trưng thì công thức đóng nhanh
# hơn; với hàng triệu trọng số, hoặc với mọi hàm mất mát không phải bình phương, chỉ còn cách này.

# %%
grader.check("gradient_descent")

# %% about-surface [markdown] lang="en"
# ### The surface of the loss, and paths on it
#
# Two features that say nearly the same, cholesterol and LDL (their correlation is 0.90), make a long narrow valley. The
# learning rate $\eta$ is bounded by the steepest direction, the time by the flattest.

# %% [markdown] lang="vi"
# ### Mặt của hàm mất mát và các đường đi trên đó
#
# Hai đặc trưng nói gần như cùng một điều, cholesterol và LDL (hệ số tương quan 0.90), tạo ra một thung lũng dài và hẹp. Tốc độ
# học $\eta$ bị giới hạn bởi hướng dốc nhất, còn thời gian thì do hướng phẳng nhất quyết định.

# %% ask-surface [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which of the three learning rates, 0.02, 0.25 and 0.5, zigzags?
#
# - (a) 0.02
# - (b) 0.25
# - (c) 0.5

# %% [markdown] lang="vi"
# **Đoán trước**: trong ba tốc độ học 0.02, 0.25 và 0.5, tốc độ nào đi ngoằn ngoèo?
#
# - (a) 0.02
# - (b) 0.25
# - (c) 0.5

# %% predict-surface tags=["about:predictions"]
kit.predict("surface", ...)

# %% surface
need("mse_loss_matrix", "mse_gradient", "normal_equations", "gradient_descent")

X_two = X_all[:, [4, 5]]  # cholesterol and LDL
y_centred = (y - y.mean()) / y.std()
best = normal_equations(X_two, y_centred)
least = mse_loss_matrix(best, X_two, y_centred)
start = np.array([-0.5, 1.3])
ticks = np.linspace(-1.6, 1.6, 81)
losses = [[mse_loss_matrix(np.array([a, b]), X_two, y_centred) for a in ticks] for b in ticks]
surface = (ticks, losses, best, least)
paths = {}
for learning_rate in [0.02, 0.25, 0.5]:
    paths[learning_rate] = gradient_descent(
        lambda w: mse_gradient(w, X_two, y_centred),
        start,
        learning_rate=learning_rate,
        max_steps=60,
        tolerance=0.0,
    )
plots.draw_descents(surface, paths)

# %% about-divergence [markdown] lang="en"
# ### Too large a step
#
# In a direction in which the gradient grows by $\lambda$ for each unit, a step multiplies the distance to the bottom by
# $1 - \eta\lambda$. It shrinks as long as $\eta < 2/\lambda$. The steepest direction here has $\lambda = 3.79$, so the limit is
# 0.53.

# %% [markdown] lang="vi"
# ### Bước quá dài
#
# Theo một hướng mà gradient tăng $\lambda$ cho mỗi đơn vị, mỗi bước nhân khoảng cách đến đáy với $1 - \eta\lambda$. Khoảng cách
# ấy giảm chừng nào $\eta < 2/\lambda$. Hướng dốc nhất ở đây có $\lambda = 3.79$, nên giới hạn là 0.53.

# %% ask-divergence [markdown] lang="en" tags=["about:predictions"]
# **Predict**: what does the loss do at 0.55, just above the limit?
#
# - (a) it falls, a little more slowly than at 0.5
# - (b) it stays where it is
# - (c) it grows without end

# %% [markdown] lang="vi"
# **Đoán trước**: mất mát sẽ ra sao ở 0.55, ngay trên giới hạn?
#
# - (a) giảm, chậm hơn ở 0.5 một chút
# - (b) đứng yên
# - (c) tăng mãi

# %% predict-divergence tags=["about:predictions"]
kit.predict("divergence", ...)

# %% divergence
need("mse_loss_matrix", "mse_gradient", "normal_equations", "gradient_descent")

losses = {}
for learning_rate in [0.02, 0.1, 0.25, 0.5, 0.55]:
    path = gradient_descent(
        lambda w: mse_gradient(w, X_two, y_centred),
        start,
        learning_rate=learning_rate,
        max_steps=60,
        tolerance=0.0,
    )
    losses[learning_rate] = [mse_loss_matrix(w, X_two, y_centred) - least for w in path]
plots.draw_divergence(losses)

# %% about-minibatch-sgd [markdown] lang="en"
# ### Mini-batches
#
# The gradient is a mean over the examples; the mean over a few of them, drawn at random, points the same way on average
# and costs a fraction. An **epoch** shuffles the examples and takes them batch after batch, each of them once.

# %% [markdown] lang="vi"
# ### Lô nhỏ (mini-batch)
#
# Gradient là trung bình trên các mẫu; còn trung bình trên một **lô** (batch), tức vài mẫu rút ngẫu nhiên, thì về trung bình vẫn
# cùng hướng mà chi phí chỉ bằng một phần nhỏ. Một **epoch** xáo trộn các mẫu rồi lấy hết lô này đến lô khác, mỗi mẫu đúng một
# lần.

# %%
grader.check("minibatch_sgd")

# %% about-batch-sizes [markdown] lang="en"
# ### The noise of small batches
#
# The same start, the same learning rate, 160 steps each, with batches of 1, 32, 64, 128 and 256 of the 442 examples, and
# with all of them. **Predict** how much quieter a batch of 64 is than a single example.
#
# **Expect** a cloud around the valley for 1, and paths that come ever closer to that of all examples: the noise falls
# with the square root of the batch size, so 64 is 8 times as quiet as 1, at 64 times the cost of a step.

# %% [markdown] lang="vi"
# ### Nhiễu của các lô nhỏ
#
# Cùng điểm xuất phát, cùng tốc độ học, mỗi lần 160 bước, với lô gồm 1, 32, 64, 128 và 256 trong số 442 mẫu, và với tất cả các
# mẫu. **Thử đoán** lô 64 mẫu êm hơn lô một mẫu bao nhiêu lần.
#
# **Kết quả mong đợi**: với lô 1 mẫu là một đám mây quanh thung lũng, rồi các đường đi ngày càng sát với đường của tất cả các mẫu: nhiễu
# giảm theo căn bậc hai của kích thước lô, nên 64 êm gấp 8 lần so với 1, với chi phí mỗi bước gấp 64 lần.

# %% batch-sizes
need("mse_loss_matrix", "mse_gradient", "normal_equations", "minibatch_sgd")

STEPS = 160
paths = {}
for batch_size in [1, 32, 64, 128, 256, 442]:
    paths[batch_size] = minibatch_sgd(
        mse_gradient,
        start,
        X_two,
        y_centred,
        learning_rate=0.1,
        batch_size=batch_size,
        num_epochs=-(-STEPS // -(-442 // batch_size)),
        rng=np.random.default_rng(0),
    )[: STEPS + 1]
plots.draw_batch_sizes(surface, paths)

# %% about-batch-noise [markdown] lang="en"
# ### What a pass over the data buys
#
# 30 epochs, drawn against the passes over the data: that is the cost.

# %% [markdown] lang="vi"
# ### Mỗi lượt qua dữ liệu được lợi bao nhiêu
#
# 30 epoch, vẽ theo số lượt qua dữ liệu, tức là theo chi phí.

# %% ask-batch-noise [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which batch size is lowest after the 30 passes?
#
# - (a) 1
# - (b) 32
# - (c) all 442 examples

# %% [markdown] lang="vi"
# **Đoán trước**: sau 30 lượt, kích thước lô nào xuống thấp nhất?
#
# - (a) 1
# - (b) 32
# - (c) cả 442 mẫu

# %% predict-batch-noise tags=["about:predictions"]
kit.predict("batch_noise", ...)

# %% batch-noise
need("mse_loss_matrix", "mse_gradient", "normal_equations", "minibatch_sgd")

EPOCHS = 30
LEARNING_RATE = 0.04
losses = {}
for batch_size in [1, 32, 64, 128, 256, 442]:
    path = minibatch_sgd(
        mse_gradient,
        start,
        X_two,
        y_centred,
        learning_rate=LEARNING_RATE,
        batch_size=batch_size,
        num_epochs=EPOCHS,
        rng=np.random.default_rng(0),
    )
    each = -(-442 // batch_size)  # steps of an epoch
    losses[batch_size] = [mse_loss_matrix(w, X_two, y_centred) - least for w in path[::each]]
plots.draw_batch_noise(losses, LEARNING_RATE)

# %% about-split [markdown] lang="en"
# ## 5. On what it has not seen
#
# ### Training set and test set
#
# Weights that fit the examples at hand need not fit new ones. So some examples are put aside, at random and before
# anything else, and are looked at only to judge.

# %% [markdown] lang="vi"
# ## 5. Trên dữ liệu chưa gặp
#
# ### Tập huấn luyện và tập kiểm tra
#
# Trọng số khớp với các mẫu đang có chưa chắc khớp với mẫu mới. Vì vậy một số mẫu được để riêng, chọn ngẫu nhiên và trước mọi việc
# khác, và chỉ dùng đến khi đánh giá.

# %%
grader.check("train_test_split")

# %% about-fits [markdown] lang="en"
# ### Underfitting and overfitting
#
# 30 people to learn from, the others to judge by, and polynomials in the body mass index, from 20 to 34. **Predict** how each
# of the three degrees will look: 0, 1 and 9.
#
# **Expect** that degree 0 misses what there is to see, and that degree 9 runs after the noise: it swings between the points,
# and most where there are few of them.

# %% [markdown] lang="vi"
# ### Chưa khớp (underfitting) và quá khớp (overfitting)
#
# 30 người để học, những người còn lại để đánh giá, và các đa thức theo chỉ số khối cơ thể, từ 20 đến 34. **Thử đoán** ba bậc 0, 1
# và 9 sẽ trông ra sao.
#
# **Kết quả mong đợi**: bậc 0 bỏ lỡ điều lẽ ra thấy được; bậc 9 chạy theo nhiễu: nó dao động giữa các điểm, mạnh nhất ở nơi có ít
# điểm.

# %% fits
need("train_test_split", "polynomial_features", "predict", "normal_equations")


inside = (bmi >= 20) & (bmi <= 34)
people, progression = bmi[inside][:, None], y[inside]


def split(seed):
    """Thirty people to learn from, and the others: the body mass index scaled to -1 .. 1, whose powers stay small."""
    rng = np.random.default_rng(seed)
    X_few, y_few, X_rest, y_rest = train_test_split(people, progression, len(people) - 30, rng)
    return (X_few[:, 0] - 27) / 7, y_few, (X_rest[:, 0] - 27) / 7, y_rest


x_few, y_few, x_rest, y_rest = split(seed=0)
x_line = np.linspace(-1, 1, 201)
fits = {}
for degree in [0, 1, 9]:
    w = normal_equations(polynomial_features(x_few, degree), y_few)
    fits[degree] = predict(w, polynomial_features(x_line, degree))
plots.draw_fits((27 + 7 * x_few, y_few), (27 + 7 * x_rest, y_rest), 27 + 7 * x_line, fits)

# %% about-errors [markdown] lang="en"
# ### Training and test error by degree
#
# One split is a matter of luck: here are the medians over 50 of them.

# %% [markdown] lang="vi"
# ### Sai số huấn luyện và sai số kiểm tra theo bậc
#
# Một lần chia là chuyện may rủi: dưới đây là trung vị của 50 lần chia.

# %% ask-errors [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which of the two curves can only fall?
#
# - (a) the training error
# - (b) the test error
# - (c) both

# %% [markdown] lang="vi"
# **Đoán trước**: đường nào trong hai đường chỉ có thể giảm?
#
# - (a) sai số huấn luyện
# - (b) sai số kiểm tra
# - (c) cả hai

# %% predict-errors tags=["about:predictions"]
kit.predict("errors", ...)

# %% errors
need("train_test_split", "polynomial_features", "mse_loss_matrix", "normal_equations")

degrees = np.arange(10)
errors = np.zeros((2, 50, len(degrees)))  # training and test, split, degree
for seed in range(50):
    x_seen, y_seen, x_new, y_new = split(seed)
    for k, degree in enumerate(degrees):
        w = normal_equations(polynomial_features(x_seen, degree), y_seen)
        errors[0, seed, k] = mse_loss_matrix(w, polynomial_features(x_seen, degree), y_seen)
        errors[1, seed, k] = mse_loss_matrix(w, polynomial_features(x_new, degree), y_new)
plots.draw_errors(degrees, np.median(errors, axis=1))

# %% about-bias-variance [markdown] lang="en"
# ### Bias and variance
#
# Why does the test error fall and rise? Imagine many training sets, and the fit to each. **Bias** is how far the mean of these
# fits lies from the truth, **variance** how far the single fits lie from their mean:
#
# $$\text{bias}^2 = (\overline{f}(x) - f(x))^2$$
#
# $$\text{variance} = \frac 1S \sum_{s=1}^{S} (f_s(x) - \overline{f}(x))^2$$
#
# Their sum, and the noise that nobody can predict, is the expected error. To compute it one has to know the truth, and to draw
# training sets anew: so this one figure is of made-up data.

# %% [markdown] lang="vi"
# ### Độ chệch và phương sai
#
# Vì sao sai số kiểm tra giảm rồi tăng? Hãy hình dung nhiều tập huấn luyện, và lần khớp với mỗi tập. **Độ chệch** (bias) cho biết
# trung bình của các lần khớp cách giá trị thật bao xa, **phương sai** (variance) cho biết từng lần khớp cách trung bình ấy bao xa:
#
# $$\text{độ chệch}^2 = (\overline{f}(x) - f(x))^2$$
#
# $$\text{phương sai} = \frac 1S \sum_{s=1}^{S} (f_s(x) - \overline{f}(x))^2$$
#
# Tổng của chúng, cộng với phần nhiễu mà không ai dự đoán được, là sai số kỳ vọng. Để tính được, phải biết giá trị thật và rút
# lại các tập huấn luyện: vì thế riêng hình này dùng dữ liệu tự tạo.

# %%
grader.check("bias_variance")

# %% about-trade-off [markdown] lang="en"
# ### The trade-off
#
# The truth is one period of a sine, the noise has a standard deviation of 0.5, and 300 training sets are drawn, each of 20 points
# at even distances.

# %% [markdown] lang="vi"
# ### Sự đánh đổi
#
# Giá trị thật là một chu kỳ của hàm sin, nhiễu có độ lệch chuẩn 0.5, và 300 tập huấn luyện được rút, mỗi tập 20 điểm cách đều.

# %% ask-trade-off [markdown] lang="en" tags=["about:predictions"]
# **Predict** (a number) at which degree is the sum least?

# %% [markdown] lang="vi"
# **Đoán trước** (một con số): tổng nhỏ nhất ở bậc nào?

# %% predict-trade-off tags=["about:predictions"]
kit.predict("trade_off", ...)

# %% trade-off
need("bias_variance")

rng = np.random.default_rng(0)
x_even = np.linspace(-1, 1, 20)


def draw():
    """Noisy points of the curve."""
    return x_even, np.sin(np.pi * x_even) + 0.5 * rng.standard_normal(20)


degrees = list(range(10))
bias_squared, variance = map(np.array, bias_variance(degrees, draw, 300, x_even, np.sin(np.pi * x_even)))
plots.draw_trade_off(degrees, bias_squared, variance)

# %% about-regularization [markdown] lang="en"
# ## 6. Regularisation: `regularization.py`
#
# Large weights are what overfitting looks like. So they are paid for: the loss becomes $L(w) + \lambda R(w)$.
#
# | | $R(w)$ | what it does |
# | --- | --- | --- |
# | L2 | $\sum_j w_j^2$ | makes all weights smaller |
# | L1 | $\sum_j \lvert w_j \rvert$ | makes some of them exactly 0 |
# | elastic net | $\sum_j \bigl(\beta w_j^2 + \lvert w_j \rvert\bigr)$ | both |

# %% [markdown] lang="vi"
# ## 6. Điều chuẩn: `regularization.py`
#
# Quá khớp lộ ra ở những trọng số lớn. Vì thế trọng số lớn bị phạt: mất mát trở thành $L(w) + \lambda R(w)$.
#
# | | $R(w)$ | tác dụng |
# | --- | --- | --- |
# | L2 | $\sum_j w_j^2$ | làm mọi trọng số nhỏ đi |
# | L1 | $\sum_j \lvert w_j \rvert$ | làm một số trọng số đúng bằng 0 |
# | elastic net | $\sum_j \bigl(\beta w_j^2 + \lvert w_j \rvert\bigr)$ | cả hai |

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

# %% about-ridge [markdown] lang="en"
# ### Ridge, and the lasso's step
#
# With L2 there is a closed form again, **ridge regression**. With L1 there is none, and its subgradient jumps at 0, so
# that plain steps hover around 0 without ever staying there. The remedy: take a step on $L$ alone, then move every weight
# towards 0 by $\eta\lambda$ and stop at 0. That is the **soft threshold**, and the result is the **lasso**.

# %% [markdown] lang="vi"
# ### Ridge, và bước của lasso
#
# Với L2 lại có công thức đóng, gọi là **hồi quy ridge**. Với L1 thì không, và dưới gradient của nó nhảy tại 0, nên các bước thông
# thường cứ lởn vởn quanh 0 mà không dừng ở đó. Cách khắc phục: đi một bước chỉ theo $L$, rồi dịch mọi trọng số về phía 0 một đoạn
# $\eta\lambda$ và dừng ở 0. Đó là **ngưỡng mềm** (soft threshold), và kết quả là **lasso**.

# %%
grader.check("ridge")

# %%
grader.check("soft_threshold")

# %% about-tamed [markdown] lang="en"
# ### A tamed polynomial
#
# Degree 9 again, on the same 50 splits, now with a penalty.

# %% [markdown] lang="vi"
# ### Thuần hóa một đa thức
#
# Lại là bậc 9, trên cùng 50 lần chia, nay có số hạng phạt.

# %% ask-tamed [markdown] lang="en" tags=["about:predictions"]
# **Predict**: as the penalty grows, the training error
#
# - (a) only rises
# - (b) only falls
# - (c) falls, then rises

# %% [markdown] lang="vi"
# **Đoán trước**: khi số hạng phạt tăng, sai số huấn luyện
#
# - (a) chỉ tăng
# - (b) chỉ giảm
# - (c) giảm rồi tăng

# %% predict-tamed tags=["about:predictions"]
kit.predict("tamed", ...)

# %% tamed
need("ridge", "polynomial_features", "mse_loss_matrix", "train_test_split")

strengths = 10.0 ** np.linspace(-8, 2, 41)
errors = np.zeros((2, 50, len(strengths)))  # training and test, split, strength
for seed in range(50):
    x_seen, y_seen, x_new, y_new = split(seed)
    features, features_new = polynomial_features(x_seen, 9), polynomial_features(x_new, 9)
    for k, reg in enumerate(strengths):
        w = ridge(features, y_seen, reg)
        errors[:, seed, k] = mse_loss_matrix(w, features, y_seen), mse_loss_matrix(w, features_new, y_new)
plots.draw_tamed(strengths, np.median(errors, axis=1))

# %% about-paths [markdown] lang="en"
# ### The paths of ridge and lasso
#
# All ten features, in units of their standard deviation, and the ten weights while the penalty grows.

# %% [markdown] lang="vi"
# ### Đường đi của ridge và lasso
#
# Cả mười đặc trưng, tính theo đơn vị độ lệch chuẩn, và mười trọng số khi số hạng phạt tăng dần.

# %% ask-paths [markdown] lang="en" tags=["about:predictions"]
# **Predict**: which of the two sets weights to exactly 0, one after the other?
#
# - (a) ridge
# - (b) the lasso
# - (c) both

# %% [markdown] lang="vi"
# **Đoán trước**: phép nào đưa các trọng số về đúng 0, hết trọng số này đến trọng số khác?
#
# - (a) ridge
# - (b) lasso
# - (c) cả hai

# %% predict-paths tags=["about:predictions"]
kit.predict("paths", ...)

# %% paths
need("ridge", "soft_threshold", "mse_gradient")

X_ten, y_mean_free = X_all[:, :10], y - y.mean()


def lasso(w, reg, steps=1000, learning_rate=0.2):
    """Weights of least loss + reg * l1, from w on: a step on the loss, then the soft threshold."""
    for _ in range(steps):
        w = soft_threshold(w - learning_rate * mse_gradient(w, X_ten, y_mean_free), learning_rate * reg)
    return w


ridge_strengths, lasso_strengths = 10.0 ** np.linspace(-4, 3, 50), 10.0 ** np.linspace(-1, 2, 50)
ridge_path = np.array([ridge(X_ten, y_mean_free, reg) for reg in ridge_strengths])
lasso_path, w = [], np.zeros(10)
for reg in lasso_strengths[::-1]:  # from the strongest, each from where the one before has ended
    w = lasso(w, reg)
    lasso_path.append(w)
plots.draw_weight_paths(names, (ridge_strengths, ridge_path), (lasso_strengths, np.array(lasso_path[::-1])))
kept = [np.count_nonzero(lasso(np.zeros(10), reg)) for reg in (0.1, 3.0, 30.0)]
table(["strength", "weights that the lasso keeps"], [0.1, kept[0]], [3, kept[1]], [30, kept[2]])

# %% about-together [markdown] lang="en"
# ## 7. Everything together
#
# `train_linear_regression` is the lecture's loop, with the gradient of the loss and of a penalty: what you wrote, in one
# function. The hidden cases of its question measure its error on examples that it has not seen.

# %% [markdown] lang="vi"
# ## 7. Ghép tất cả lại
#
# `train_linear_regression` là vòng lặp trong bài giảng, với gradient của hàm mất mát và của một số hạng phạt: những gì bạn đã viết,
# trong một hàm. Các trường hợp ẩn của câu hỏi này đo sai số của nó trên những mẫu mà nó chưa gặp.

# %%
grader.check("held_out_error")

# %% about-last [markdown] lang="en"
# ### Ten features, three ways
#
# 332 people to learn from, 110 to judge by. The features are scaled by mean and standard deviation of the *training* set:
# whoever uses all 442 has looked at the test set. $R^2$ is the share of the targets' variance that the predictions explain.
#
# **Predict** how much better ten features are than the body mass index alone.
#
# **Expect** three errors of about 3,000 that lie close together, an $R^2$ of about 0.5, and about 0.3 for the body mass index alone.
# The error is then about 55 for a single person: look back at your first prediction.

# %% [markdown] lang="vi"
# ### Mười đặc trưng, ba cách
#
# 332 người để học, 110 người để đánh giá. Các đặc trưng được chuẩn hóa theo trung bình và độ lệch chuẩn của tập *huấn luyện*: ai
# dùng cả 442 người là đã nhìn vào tập kiểm tra. $R^2$ là phần phương sai của giá trị đích mà các dự đoán giải thích được.
#
# **Thử đoán** mười đặc trưng tốt hơn riêng chỉ số khối cơ thể bao nhiêu.
#
# **Kết quả mong đợi**: ba sai số khoảng 3,000 và gần nhau, $R^2$ khoảng 0.5, còn riêng chỉ số khối cơ thể khoảng 0.3. Khi ấy sai số
# với một người cụ thể là khoảng 55: hãy xem lại dự đoán đầu tiên của bạn.

# %% last
need(
    "add_bias",
    "predict",
    "mse_loss_matrix",
    "train_test_split",
    "normal_equations",
    "ridge",
    "held_out_error",
)

X_train, y_train, X_test, y_test = train_test_split(X_raw, y, 110, np.random.default_rng(1))
mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
A_train, A_test = (add_bias((part - mean) / deviation) for part in (X_train, X_test))
w_sgd = train_linear_regression(
    A_train,
    y_train,
    penalty="l2",
    reg=0.001,
    learning_rate=0.02,
    batch_size=32,
    num_epochs=200,
    rng=np.random.default_rng(2),
)
one = [2, 10]  # the body mass index and the bias
fits = {
    "body mass index alone": (normal_equations(A_train[:, one], y_train), one),
    "normal_equations": (normal_equations(A_train, y_train), slice(None)),
    "ridge": (ridge(A_train, y_train, 0.001), slice(None)),
    "train_linear_regression": (w_sgd, slice(None)),
}
rows = []
for name, (w, columns) in fits.items():
    training = mse_loss_matrix(w, A_train[:, columns], y_train)
    test = mse_loss_matrix(w, A_test[:, columns], y_test)
    rows.append(
        [name, f"{training:,.0f}", f"{test:,.0f}", f"{1 - test / y_test.var():.2f}", f"{np.sqrt(test):.0f}"]
    )
table(["fit", "training error", "test error", "R^2", "root of the test error"], *rows)
plots.draw_predictions(y_test, predict(w_sgd, A_test))

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
