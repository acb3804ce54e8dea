"""What students get wrong in the linear classifier: each a wrong variant of one function, with a hint.

Every variant is the reference with one idea wrong, and it loses points in its own function's question, which
for train_linear_classifier is called accuracy. A hint is one sentence that says what to look at. See
autograder/variants.py.
"""

import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import softmax_loss, svm_loss
from regularization import l2, l2_gradient
from sgd import sgd

from autograder.variants import misconception


# loss.py
@misconception(module="loss", function="add_bias", hint="The new column holds ones, not zeros.")
def add_bias_of_zeros(X):
    return np.hstack([X, np.zeros((len(X), 1), X.dtype)])


@misconception(module="loss", function="add_bias", hint="The column of ones comes last, not first.")
def add_bias_first(X):
    return np.hstack([np.ones((len(X), 1), X.dtype), X])


@misconception(
    module="loss", function="add_bias", hint="Examples are rows: append a column of ones, not a row."
)
def add_bias_as_a_row(X):
    return np.vstack([X, np.ones((1, X.shape[1]), X.dtype)])


@misconception(
    module="loss",
    function="add_bias",
    hint="Append a column: yours overwrites the last feature, in the caller's own X.",
)
def add_bias_over_the_last_column(X):
    X[:, -1] = 1
    return X


@misconception(
    module="loss",
    function="linear_scores",
    hint="Scores are (N, C), one row an example; yours are transposed.",
)
def scores_transposed(W, X):
    return W.T @ X.T


@misconception(
    module="loss",
    function="linear_scores",
    hint="The last row of W, the bias, takes part in the scores like the others.",
)
def scores_without_the_bias_row(W, X):
    return X[:, :-1] @ W[:-1]


@misconception(
    module="loss", function="linear_scores", hint="X already has its bias column: add no further bias."
)
def scores_with_a_second_bias(W, X):
    return X @ W + W[-1]


@misconception(
    module="loss",
    function="linear_scores",
    hint="Examples are the rows of X, classes the columns of W: that is X @ W, not W @ X.",
)
def scores_with_the_factors_swapped(W, X):
    return W @ X


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="The sum leaves the true class out: its term is always delta.",
)
def svm_loss_naive_with_the_true_class(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            loss += max(0.0, scores[j] - scores[y[i]] + delta)
    return loss / len(X)


@misconception(
    module="loss", function="svm_loss_naive", hint="The loss is the mean over the batch: divide by N."
)
def svm_loss_naive_without_the_mean(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta)
    return loss


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="y is indexed by the example: the true class of example i is y[i], not y[j].",
)
def svm_loss_naive_with_the_label_of_j(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[j]] + delta)
    return loss / len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="Your loop returns after its first example: look at the indentation of the return.",
)
def svm_loss_naive_of_the_first_example(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta)
        return loss / len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="Divide by N once: yours is divided in the sum and again at the return.",
)
def svm_loss_naive_divided_twice(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta) / len(X)
    return loss / len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="// rounds the mean down to a whole number: divide by N with /.",
)
def svm_loss_naive_with_integer_division(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta)
    return loss // len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="A margin is the other class's score minus the true class's: yours has the sign swapped.",
)
def svm_loss_naive_with_the_sign_swapped(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[y[i]] - scores[j] + delta)
    return loss / len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="The loop over classes runs to C, W.shape[1]: X.shape[1] is D, the number of features.",
)
def svm_loss_naive_with_features_for_classes(W, X, y, delta=1.0):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(X.shape[1]):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta)
    return loss / len(X)


@misconception(
    module="loss",
    function="svm_loss_naive",
    hint="Set the loss to 0 once, before the loops: yours forgets all examples but the last.",
)
def svm_loss_naive_zeroed_for_every_example(W, X, y, delta=1.0):
    for i in range(len(X)):
        loss = 0.0
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i]:
                loss += max(0.0, scores[j] - scores[y[i]] + delta)
    return loss / len(X)


@misconception(
    module="loss", function="svm_loss", hint="The sum leaves the true class out: its term is always delta."
)
def svm_loss_with_the_true_class(W, X, y, delta=1.0):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta)
    return margins.sum() / len(y)


@misconception(module="loss", function="svm_loss", hint="The loss is the mean over the batch: divide by N.")
def svm_loss_without_the_mean(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.sum()


@misconception(
    module="loss", function="svm_loss", hint="Divide once by N: the sum over classes is no mean over classes."
)
def svm_loss_mean_over_classes_too(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.mean()


@misconception(
    module="loss",
    function="svm_loss",
    hint="Sum over the classes (axis 1) and take the mean over the examples, not the other way round.",
)
def svm_loss_with_axes_swapped(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.sum(axis=0).mean()


@misconception(
    module="loss",
    function="svm_loss",
    hint="A margin is the other class's score minus the true class's: yours has the sign swapped.",
)
def svm_loss_with_the_sign_swapped(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores[rows, y][:, None] - scores + delta)
    margins[rows, y] = 0
    return margins.sum() / len(y)


@misconception(
    module="loss", function="svm_loss", hint="The margin is the argument delta, which is not always 1."
)
def svm_loss_with_delta_one(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    return margins.sum() / len(y)


@misconception(
    module="loss",
    function="svm_loss",
    hint="Every class that violates the margin counts, not only the worst one.",
)
def svm_loss_of_the_worst_class(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.max(axis=1).mean()


@misconception(
    module="loss", function="svm_loss", hint="A class below the margin adds 0: take max(0, .) of each term."
)
def svm_loss_without_the_hinge(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = scores - scores[rows, y][:, None] + delta
    margins[rows, y] = 0
    return margins.sum() / len(y)


@misconception(module="loss", function="svm_loss", hint="The hinge is not squared.")
def svm_loss_squared(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return (margins**2).sum() / len(y)


@misconception(
    module="loss", function="svm_loss", hint="This is the data loss alone: regularisation is added elsewhere."
)
def svm_loss_with_regularisation(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.sum() / len(y) + np.sum(W * W)


@misconception(
    module="loss", function="svm_loss", hint="Labels count from 0: use y as it is, without subtracting 1."
)
def svm_loss_with_labels_from_one(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y - 1][:, None] + delta)
    margins[rows, y - 1] = 0
    return margins.sum() / len(y)


@misconception(
    module="loss", function="svm_loss", hint="Divide by N once: a mean over the examples is divided already."
)
def svm_loss_divided_twice(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    return margins.sum(axis=1).mean() / len(y)


@misconception(
    module="loss",
    function="svm_loss",
    hint="The margin is added: a class counts unless it lies delta below the true one.",
)
def svm_loss_minus_delta(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] - delta)
    margins[rows, y] = 0
    return margins.sum(axis=1).mean()


@misconception(
    module="loss",
    function="svm_loss",
    hint="scores[rows, y] is (N,), which lines up with the classes: make it (N, 1) with [:, None].",
)
def svm_loss_without_the_new_axis(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y] + delta)
    margins[rows, y] = 0
    return margins.sum(axis=1).mean()


@misconception(
    module="loss",
    function="softmax",
    hint="exp overflows for large scores: subtract each row's maximum first.",
)
def softmax_without_the_maximum(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@misconception(
    module="loss",
    function="softmax",
    hint="Subtract each row's own maximum: with one maximum for all, a row far below it becomes 0 / 0.",
)
def softmax_with_the_maximum_of_all(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@misconception(
    module="loss", function="softmax", hint="Each row is a distribution: sum over the classes, axis 1."
)
def softmax_of_columns(scores):
    exponentials = np.exp(scores - scores.max(axis=0))
    return exponentials / exponentials.sum(axis=0)


@misconception(
    module="loss",
    function="softmax",
    hint="Each row sums to one by itself: divide by its own sum, not by one of all.",
)
def softmax_of_all_at_once(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum()


@misconception(
    module="loss",
    function="softmax",
    hint="Subtract the maximum in the numerator and in the sum alike, or the rows do not sum to one.",
)
def softmax_with_the_maximum_above_only(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / np.exp(scores).sum(axis=1, keepdims=True)


@misconception(module="loss", function="softmax", hint="The base of the exponential is e, not 2.")
def softmax_to_base_two(scores):
    powers = 2.0 ** (scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    module="loss",
    function="softmax",
    hint="Without keepdims=True a row's maximum and sum are (N,), which lines up with the classes.",
)
def softmax_without_keepdims(scores):
    exponentials = np.exp(scores - scores.max(axis=1))
    return exponentials / exponentials.sum(axis=1)


@misconception(
    module="loss",
    function="softmax",
    hint="scores -= ... changes the caller's array: write scores = scores - ... instead.",
)
def softmax_in_place(scores):
    scores -= scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@misconception(
    module="loss", function="softmax_loss_naive", hint="The loss is the mean over the batch: divide by N."
)
def softmax_loss_naive_without_the_mean(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        loss += np.log(sum(np.exp(score) for score in scores)) - scores[y[i]]
    return loss


@misconception(
    module="loss", function="softmax_loss_naive", hint="Use the natural logarithm, np.log, not np.log10."
)
def softmax_loss_naive_with_log10(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        loss -= np.log10(np.exp(scores[y[i]]) / np.exp(scores).sum())
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="The true class's probability can round to 0: take log(sum exp) minus its score instead.",
)
def softmax_loss_naive_log_of_zero(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        loss -= np.log(exponentials[y[i]] / exponentials.sum())
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="exp overflows for large scores: subtract the row's maximum first.",
)
def softmax_loss_naive_without_the_maximum(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        loss += np.log(np.exp(scores).sum()) - scores[y[i]]
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="Divide by N once: yours is divided in the sum and again at the return.",
)
def softmax_loss_naive_divided_twice(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        total = 0.0
        for j in range(len(scores)):
            total += np.exp(scores[j])
        loss += (np.log(total) - scores[y[i]]) / len(X)
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="Clipping the probability caps the loss: take log(sum exp) minus the true class's score.",
)
def softmax_loss_naive_with_a_clipped_probability(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        total = 0.0
        for j in range(len(scores)):
            total += np.exp(scores[j])
        loss -= np.log(max(1e-8, np.exp(scores[y[i]]) / total))
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="Set the sum of exponentials back to 0 for each example: yours goes on growing.",
)
def softmax_loss_naive_without_zeroing_the_sum(W, X, y):
    loss = 0.0
    total = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        for j in range(len(scores)):
            total += np.exp(scores[j])
        loss += np.log(total) - scores[y[i]]
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="Unlike the SVM's, this sum runs over all classes, the true one among them.",
)
def softmax_loss_naive_without_the_true_class(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        total = 0.0
        for j in range(len(scores)):
            if j != y[i]:
                total += np.exp(scores[j])
        loss += np.log(total) - scores[y[i]]
    return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss_naive",
    hint="Your loop returns after its first example: look at the indentation of the return.",
)
def softmax_loss_naive_of_the_first_example(W, X, y):
    loss = 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        scores = scores - scores.max()
        total = 0.0
        for j in range(len(scores)):
            total += np.exp(scores[j])
        loss += np.log(total) - scores[y[i]]
        return loss / len(X)


@misconception(
    module="loss",
    function="softmax_loss",
    hint="exp overflows for large scores: subtract each row's maximum first.",
)
def softmax_loss_without_the_maximum(W, X, y):
    scores = X @ W
    log_sums = np.log(np.exp(scores).sum(axis=1))
    return (log_sums - scores[np.arange(len(y)), y]).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="The true class's probability can round to 0: take log(sum exp) minus its score instead.",
)
def softmax_loss_log_of_zero(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.log(probabilities[np.arange(len(y)), y]).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="A small number added inside the logarithm caps the loss: take log(sum exp) minus the score.",
)
def softmax_loss_with_an_epsilon(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.log(probabilities[np.arange(len(y)), y] + 1e-8).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Subtract each row's own maximum: with one maximum for all, a row far below it sums to 0.",
)
def softmax_loss_with_the_maximum_of_all(W, X, y):
    scores = X @ W
    scores = scores - scores.max()
    return (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]).mean()


@misconception(
    module="loss", function="softmax_loss", hint="The loss is the mean over the batch: divide by N."
)
def softmax_loss_without_the_mean(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]).sum()


@misconception(
    module="loss", function="softmax_loss", hint="Use the natural logarithm, np.log, not np.log10."
)
def softmax_loss_with_log10(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    return (np.log10(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y] / np.log(10)).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Take the logarithm of each probability and then the mean, not the logarithm of the mean.",
)
def softmax_loss_log_of_the_mean(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.log(probabilities[np.arange(len(y)), y].mean())


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Divide by N only: with a one-hot matrix, .mean() over all elements divides by C as well.",
)
def softmax_loss_mean_over_classes_too(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -(np.eye(scores.shape[1])[y] * log_probabilities).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Only the true class's probability enters the loss: pick element y_i of each row.",
)
def softmax_loss_of_all_classes(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -log_probabilities.sum(axis=1).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="probabilities[:, y] is an (N, N) table: pick one element a row with [np.arange(N), y].",
)
def softmax_loss_of_whole_columns(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -log_probabilities[:, y].mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="The loss is minus the log-probability: yours has the sign swapped.",
)
def softmax_loss_with_the_sign_swapped(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    return (scores[np.arange(len(y)), y] - np.log(np.exp(scores).sum(axis=1))).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Divide by N once: a mean over the examples is divided already.",
)
def softmax_loss_divided_twice(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scores).sum(axis=1))
    return (log_sums - scores[np.arange(len(y)), y]).mean() / len(y)


@misconception(
    module="loss",
    function="softmax_loss",
    hint="// rounds the mean down to a whole number: divide by N with /.",
)
def softmax_loss_with_integer_division(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scores).sum(axis=1))
    return (log_sums - scores[np.arange(len(y)), y]).sum() // len(y)


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Take maximum and sum over the classes (axis 1), not over the examples (axis 0).",
)
def softmax_loss_with_axes_swapped(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=0, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=0, keepdims=True))
    return -log_probabilities[np.arange(len(y)), y].mean()


@misconception(
    module="loss", function="softmax_loss", hint="Labels count from 0: use y as it is, without subtracting 1."
)
def softmax_loss_with_labels_from_one(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scores).sum(axis=1))
    return (log_sums - scores[np.arange(len(y)), y - 1]).mean()


@misconception(
    module="loss",
    function="softmax_loss",
    hint="The one-hot matrix is (N, C), and C is W.shape[1]: X.shape[1] is the number of features.",
)
def softmax_loss_with_features_for_classes(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -(np.eye(X.shape[1])[y] * log_probabilities).sum() / len(y)


@misconception(
    module="loss",
    function="softmax_loss",
    hint="Add no regularisation here, least of all to the sum that you then divide by N.",
)
def softmax_loss_with_regularisation_before_the_mean(W, X, y):
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scores).sum(axis=1))
    return ((log_sums - scores[np.arange(len(y)), y]).sum() + np.sum(W * W)) / len(y)


@misconception(
    module="loss",
    function="kl_divergence",
    hint="The divergence is not symmetric: p weighs the logarithms, not q.",
)
def kl_divergence_swapped(p, q):
    possible = q > 0
    return np.sum(q[possible] * np.log(q[possible] / np.maximum(p[possible], 1e-12)))


@misconception(
    module="loss", function="kl_divergence", hint="The quotient in the logarithm is p / q, not q / p."
)
def kl_divergence_with_the_sign_swapped(p, q):
    possible = p > 0
    return np.sum(p[possible] * np.log(q[possible] / p[possible]))


@misconception(
    module="loss", function="kl_divergence", hint="A term with p_c = 0 counts as 0; yours becomes nan there."
)
def kl_divergence_nan_at_zero(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q))


@misconception(module="loss", function="kl_divergence", hint="Use the natural logarithm, not base 2.")
def kl_divergence_in_bits(p, q):
    possible = p > 0
    return np.sum(p[possible] * np.log2(p[possible] / q[possible]))


@misconception(
    module="loss", function="kl_divergence", hint="The divergence is a sum over classes, not a mean."
)
def kl_divergence_as_a_mean(p, q):
    possible = p > 0
    return np.sum(p[possible] * np.log(p[possible] / q[possible])) / len(p)


@misconception(
    module="loss",
    function="kl_divergence",
    hint="This is the cross-entropy, -sum p log q: the term with log p is missing.",
)
def kl_divergence_as_cross_entropy(p, q):
    possible = p > 0
    return -np.sum(p[possible] * np.log(q[possible]))


@misconception(
    module="loss",
    function="kl_divergence",
    hint="You write into the caller's p and q: select the terms with p_c > 0, or work on copies.",
)
def kl_divergence_in_place(p, q):
    impossible = p == 0
    p[impossible] = q[impossible] = 1
    return np.sum(p * np.log(p / q))


# gradient.py
@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="Take the central difference, f(W + h) - f(W - h): one-sided ones are less accurate.",
)
def numerical_gradient_one_sided(f, W, h=1e-5):
    W = np.array(W, dtype=np.float64)
    gradient = np.zeros_like(W)
    before = f(W)
    for k in np.ndindex(W.shape):
        centre = W[k]
        W[k] = centre + h
        gradient[k] = (f(W) - before) / h
        W[k] = centre
    return gradient


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="The two points are 2h apart: divide by 2h, not by h.",
)
def numerical_gradient_divided_by_h(f, W, h=1e-5):
    W = np.array(W, dtype=np.float64)
    gradient = np.zeros_like(W)
    for k in np.ndindex(W.shape):
        centre = W[k]
        W[k] = centre + h
        above = f(W)
        W[k] = centre - h
        below = f(W)
        W[k] = centre
        gradient[k] = (above - below) / h
    return gradient


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="Mind the precedence: (above - below) / 2 * h multiplies by h; write / (2 * h).",
)
def numerical_gradient_times_h(f, W, h=1e-5):
    W = np.array(W, dtype=np.float64)
    gradient = np.zeros_like(W)
    for k in np.ndindex(W.shape):
        centre = W[k]
        W[k] = centre + h
        above = f(W)
        W[k] = centre - h
        below = f(W)
        W[k] = centre
        gradient[k] = (above - below) / 2 * h
    return gradient


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="Set each element back before you go on to the next one, and leave W with its old values.",
)
def numerical_gradient_without_restoring(f, W, h=1e-5):
    gradient = np.zeros(W.shape)
    for k in np.ndindex(W.shape):
        W[k] += h
        above = f(W)
        W[k] -= 2 * h
        below = f(W)
        gradient[k] = (above - below) / (2 * h)
    return gradient


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="With a step of 1e-13 the difference drowns in rounding: use the h that is given.",
)
def numerical_gradient_with_h_too_small(f, W, h=1e-5):
    h = 1e-13
    W = np.array(W, dtype=np.float64)
    gradient = np.zeros_like(W)
    for k in np.ndindex(W.shape):
        centre = W[k]
        W[k] = centre + h
        above = f(W)
        W[k] = centre - h
        below = f(W)
        W[k] = centre
        gradient[k] = (above - below) / (2 * h)
    return gradient


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="Move one element at a time: moving all of W gives one slope, not a gradient.",
)
def numerical_gradient_all_at_once(f, W, h=1e-5):
    return np.ones(W.shape) * (f(W + h) - f(W - h)) / (2 * h)


@misconception(
    module="gradient",
    function="numerical_gradient",
    hint="The difference is f(W + h) minus f(W - h): yours has the sign swapped.",
)
def numerical_gradient_with_the_sign_swapped(f, W, h=1e-5):
    W = np.array(W, dtype=np.float64)
    gradient = np.zeros_like(W)
    for k in np.ndindex(W.shape):
        centre = W[k]
        W[k] = centre + h
        above = f(W)
        W[k] = centre - h
        below = f(W)
        W[k] = centre
        gradient[k] = (below - above) / (2 * h)
    return gradient


@misconception(
    module="gradient", function="relative_error", hint="The result is the largest error, not the mean."
)
def relative_error_mean(a, b):
    return np.mean(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@misconception(
    module="gradient", function="relative_error", hint="Take the absolute value of the difference a - b."
)
def relative_error_signed(a, b):
    return np.max((a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@misconception(
    module="gradient",
    function="relative_error",
    hint="Where a and b are both 0 you divide by 0: the denominator is at least 1e-8.",
)
def relative_error_nan_at_zero(a, b):
    with np.errstate(all="ignore"):
        return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@misconception(
    module="gradient",
    function="relative_error",
    hint="The denominator is |a| + |b|: in |a + b| opposite signs cancel.",
)
def relative_error_of_the_sum(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a + b)))


@misconception(
    module="gradient", function="relative_error", hint="The error is relative: divide by |a| + |b|."
)
def relative_error_absolute(a, b):
    return np.max(np.abs(a - b))


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="The gradient is a mean over the batch, as the loss is: divide by N.",
)
def svm_gradient_naive_without_the_mean(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, j] += X[i]
                gradient[:, y[i]] -= X[i]
    return gradient


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="Each violated class also pulls at the true class: column y_i loses x_i.",
)
def svm_gradient_naive_without_the_true_class(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, j] += X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="Divide by N once: yours is divided in the sum and again at the return.",
)
def svm_gradient_naive_divided_twice(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, j] += X[i] / len(X)
                gradient[:, y[i]] -= X[i] / len(X)
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="Each violated class also pulls at its own column: column j gains x_i.",
)
def svm_gradient_naive_of_the_true_class_alone(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, y[i]] -= X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="Column y_i loses x_i for every violated class, not once an example: look at the indentation.",
)
def svm_gradient_naive_counting_once_an_example(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, j] += X[i]
        gradient[:, y[i]] -= X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="y is indexed by the example: the true class of example i is y[i], not y[j].",
)
def svm_gradient_naive_with_the_label_of_j(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[j]] + delta > 0:
                gradient[:, j] += X[i]
                gradient[:, y[i]] -= X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="A class is violated where s_j - s_y + delta > 0: you compare the scores the wrong way round.",
)
def svm_gradient_naive_compared_the_wrong_way_round(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[y[i]] - scores[j] + delta > 0:
                gradient[:, j] += X[i]
                gradient[:, y[i]] -= X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="A class is a column of W: write gradient[:, j], since gradient[j] is a row.",
)
def svm_gradient_naive_in_rows(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[j] += X[i]
                gradient[y[i]] -= X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient_naive",
    hint="Your loop returns after its first example: look at the indentation of the return.",
)
def svm_gradient_naive_of_the_first_example(W, X, y, delta=1.0):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(len(scores)):
            if j != y[i] and scores[j] - scores[y[i]] + delta > 0:
                gradient[:, j] += X[i]
                gradient[:, y[i]] -= X[i]
        return gradient / len(X)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="The gradient is a mean over the batch, as the loss is: divide by N.",
)
def svm_gradient_without_the_mean(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated


@misconception(
    module="gradient", function="svm_gradient", hint="Divide by N once: your gradient is N times too small."
)
def svm_gradient_divided_twice(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ (violated / len(y)) / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="At the true class stands minus the number of violated classes, not -1.",
)
def svm_gradient_minus_one(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = -1
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="The true class itself is in your count of violated classes: set it to 0 before you sum.",
)
def svm_gradient_counting_the_true_class(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="The derivative of max(0, m) is 1 or 0: use whether the margin is violated, not by how much.",
)
def svm_gradient_of_margins(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    margins[rows, y] = -margins.sum(axis=1)
    return X.T @ margins / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="A class counts as soon as s_j - s_y + delta > 0: the comparison needs delta.",
)
def svm_gradient_without_delta(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores > scores[rows, y][:, None]).astype(scores.dtype)
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="The margin is the argument delta, which is not always 1.",
)
def svm_gradient_with_delta_one(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + 1 > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="The gradient has W's shape, (D, C): yours is transposed.",
)
def svm_gradient_transposed(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return violated.T @ X / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="Your gradient points downhill: violated classes count +1, the true class minus their number.",
)
def svm_gradient_with_the_sign_swapped(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = -(scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="This is the gradient of the data loss alone: regularisation is added elsewhere.",
)
def svm_gradient_with_regularisation(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y) + 2 * W


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="Count the classes whose margin is above 0: you count those that keep their distance.",
)
def svm_gradient_of_classes_below_the_margin(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta < 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="After max(0, .) every margin is >= 0: count those that are > 0.",
)
def svm_gradient_of_all_margins_from_zero(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    violated = (margins >= 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated / len(y)


@misconception(
    module="gradient",
    function="svm_gradient",
    hint="// rounds every element down to a whole number: divide by N with /.",
)
def svm_gradient_with_integer_division(W, X, y, delta=1.0):
    scores = X @ W
    rows = np.arange(len(y))
    violated = (scores - scores[rows, y][:, None] + delta > 0).astype(scores.dtype)
    violated[rows, y] = 0
    violated[rows, y] = -violated.sum(axis=1)
    return X.T @ violated // len(y)


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="The gradient is a mean over the batch, as the loss is: divide by N.",
)
def softmax_gradient_naive_without_the_mean(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        for j in range(len(scores)):
            gradient[:, j] += (exponentials[j] / exponentials.sum() - (j == y[i])) * X[i]
    return gradient


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="The true class's column gains (p - 1) x_i: the minus 1 is missing.",
)
def softmax_gradient_naive_without_minus_one(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        for j in range(len(scores)):
            gradient[:, j] += exponentials[j] / exponentials.sum() * X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="exp overflows for large scores: subtract the row's maximum first.",
)
def softmax_gradient_naive_without_the_maximum(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        exponentials = np.exp(X[i] @ W)
        for j in range(len(exponentials)):
            gradient[:, j] += (exponentials[j] / exponentials.sum() - (j == y[i])) * X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="Divide by N once: yours is divided in the sum and again at the return.",
)
def softmax_gradient_naive_divided_twice(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        for j in range(len(scores)):
            probability = exponentials[j] / exponentials.sum()
            gradient[:, j] += (probability - (j == y[i])) * X[i] / len(X)
    return gradient / len(X)


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="y is indexed by the example: the true class of example i is y[i], not y[j].",
)
def softmax_gradient_naive_with_the_label_of_j(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        for j in range(len(scores)):
            probability = exponentials[j] / exponentials.sum()
            gradient[:, j] += (probability - (j == y[j])) * X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="softmax_gradient_naive",
    hint="Every class's column gains p_j x_i: yours moves the true class's column alone.",
)
def softmax_gradient_naive_of_the_true_class_alone(W, X, y):
    gradient = np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        exponentials = np.exp(scores - scores.max())
        probability = exponentials[y[i]] / exponentials.sum()
        gradient[:, y[i]] += (probability - 1) * X[i]
    return gradient / len(X)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="The gradient is a mean over the batch, as the loss is: divide by N.",
)
def softmax_gradient_without_the_mean(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ probabilities


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="The gradient with respect to the scores is p minus 1 at the true class: the minus 1 is missing.",
)
def softmax_gradient_without_minus_one(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Subtract 1 before you divide by N, or divide both.",
)
def softmax_gradient_minus_one_after_the_mean(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True) / len(y)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ probabilities


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Subtract 1 at the true class of each row only: probabilities[:, y] takes whole columns.",
)
def softmax_gradient_minus_one_in_whole_columns(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[:, y] -= 1
    return X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Your gradient points downhill: it is probabilities minus one-hot labels, not the reverse.",
)
def softmax_gradient_with_the_sign_swapped(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return -X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="exp overflows for large scores: subtract each row's maximum first.",
)
def softmax_gradient_without_the_maximum(W, X, y):
    exponentials = np.exp(X @ W)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="The gradient has W's shape, (D, C): yours is transposed.",
)
def softmax_gradient_transposed(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return probabilities.T @ X / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Divide by N once: your gradient is N times too small.",
)
def softmax_gradient_divided_twice(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ (probabilities / len(y)) / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Subtract each row's own maximum: with one maximum for all, a row far below it becomes 0 / 0.",
)
def softmax_gradient_with_the_maximum_of_all(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max())
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="Each row of probabilities sums to one: take maximum and sum over the classes, axis 1.",
)
def softmax_gradient_with_axes_swapped(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=0, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=0, keepdims=True)
    probabilities[np.arange(len(y)), y] -= 1
    return X.T @ probabilities / len(y)


@misconception(
    module="gradient",
    function="softmax_gradient",
    hint="C is W.shape[1], not y.max() + 1: the last class may have no example in the batch.",
)
def softmax_gradient_with_the_classes_of_the_batch(W, X, y):
    scores = X @ W
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    probabilities -= np.eye(y.max() + 1)[y]
    return X.T @ probabilities / len(y)


# regularization.py
@misconception(
    module="regularization", function="l2", hint="R(W) is the sum of squares itself, without the square root."
)
def l2_as_a_norm(W):
    return np.sqrt(np.sum(W * W))


@misconception(module="regularization", function="l2", hint="Our R(W) has no factor of one half.")
def l2_halved(W):
    return 0.5 * np.sum(W * W)


@misconception(
    module="regularization", function="l2", hint="R(W) is a sum over the elements of W, not a mean."
)
def l2_as_a_mean(W):
    return np.mean(W * W)


@misconception(
    module="regularization", function="l2", hint="The bias row, the last of W, is regularised like the rest."
)
def l2_without_the_bias_row(W):
    return np.sum(W[:-1] * W[:-1])


@misconception(
    module="regularization",
    function="l2_gradient",
    hint="The derivative of W^2 is 2 W: the factor 2 is missing.",
)
def l2_gradient_without_the_two(W):
    return W.copy()


@misconception(
    module="regularization",
    function="l2_gradient",
    hint="The gradient of a penalty points to larger weights: yours has the sign swapped.",
)
def l2_gradient_with_the_sign_swapped(W):
    return -2 * W


@misconception(
    module="regularization",
    function="l2_gradient",
    hint="The gradient has W's shape: one derivative for each element, not their sum.",
)
def l2_gradient_summed(W):
    return 2 * np.sum(W)


@misconception(
    module="regularization",
    function="l2_gradient",
    hint="The bias row, the last of W, is regularised like the rest.",
)
def l2_gradient_without_the_bias_row(W):
    gradient = 2 * W
    gradient[-1] = 0
    return gradient


@misconception(
    module="regularization",
    function="l2_gradient",
    hint="W *= 2 changes the caller's array: return a new one instead.",
)
def l2_gradient_in_place(W):
    W *= 2
    return W


@misconception(
    module="regularization", function="l1", hint="Take the absolute value of each element before the sum."
)
def l1_signed(W):
    return np.sum(W)


@misconception(
    module="regularization",
    function="l1",
    hint="Take absolute values before you sum: signs cancel otherwise.",
)
def l1_of_the_sum(W):
    return np.abs(np.sum(W))


@misconception(
    module="regularization",
    function="l1",
    hint="R(W) sums all elements; np.linalg.norm(W, 1) of a matrix is its largest column sum.",
)
def l1_matrix_norm(W):
    return np.linalg.norm(np.atleast_2d(W), 1)


@misconception(
    module="regularization",
    function="l1_gradient",
    hint="The derivative of |w| is the sign of w, not 1 everywhere.",
)
def l1_gradient_of_ones(W):
    return np.ones_like(W)


@misconception(
    module="regularization",
    function="l1_gradient",
    hint="The derivative of |w| is the sign of w, not |w| or w.",
)
def l1_gradient_as_the_value(W):
    return np.abs(W)


@misconception(
    module="regularization", function="l1_gradient", hint="Where w = 0 the result is 0: W / |W| is nan there."
)
def l1_gradient_nan_at_zero(W):
    with np.errstate(all="ignore"):
        return W / np.abs(W)


@misconception(
    module="regularization", function="l1_gradient", hint="Where w = 0 the result is 0, neither 1 nor -1."
)
def l1_gradient_one_at_zero(W):
    return np.where(W >= 0, 1.0, -1.0).astype(W.dtype)


@misconception(
    module="regularization",
    function="l1_gradient",
    hint="The gradient of a penalty points to larger weights: yours has the sign swapped.",
)
def l1_gradient_with_the_sign_swapped(W):
    return -np.sign(W)


@misconception(
    module="regularization",
    function="l1_gradient",
    hint="You write the signs into the caller's W: put them into a new array.",
)
def l1_gradient_in_place(W):
    W[W > 0] = 1
    W[W < 0] = -1
    return W


@misconception(
    module="regularization", function="elastic_net", hint="beta weighs the squares, not the absolute values."
)
def elastic_net_with_beta_on_the_wrong_term(W, beta):
    return np.sum(W * W + beta * np.abs(W))


@misconception(
    module="regularization",
    function="elastic_net",
    hint="beta weighs the squares only: |W| has the weight 1.",
)
def elastic_net_with_beta_on_both(W, beta):
    return beta * np.sum(W * W + np.abs(W))


@misconception(module="regularization", function="elastic_net", hint="|W| has the weight 1, not 1 - beta.")
def elastic_net_mixed(W, beta):
    return np.sum(beta * W * W + (1 - beta) * np.abs(W))


@misconception(module="regularization", function="elastic_net", hint="The squares have the weight beta.")
def elastic_net_without_beta(W, beta):
    return np.sum(W * W + np.abs(W))


@misconception(
    module="regularization", function="elastic_net", hint="Take the absolute value of W in the second term."
)
def elastic_net_signed(W, beta):
    return np.sum(beta * W * W + W)


@misconception(
    module="regularization",
    function="elastic_net_gradient",
    hint="The derivative of beta W^2 is 2 beta W: the factor 2 is missing.",
)
def elastic_net_gradient_without_the_two(W, beta):
    return beta * W + np.sign(W)


@misconception(
    module="regularization",
    function="elastic_net_gradient",
    hint="beta weighs the squares, not the absolute values.",
)
def elastic_net_gradient_with_beta_on_the_wrong_term(W, beta):
    return 2 * W + beta * np.sign(W)


@misconception(
    module="regularization",
    function="elastic_net_gradient",
    hint="The derivative of |W| is its sign, not W itself.",
)
def elastic_net_gradient_without_the_sign(W, beta):
    return 2 * beta * W + np.abs(W)


@misconception(
    module="regularization",
    function="elastic_net_gradient",
    hint="beta weighs the squares only: the sign of W has the weight 1.",
)
def elastic_net_gradient_with_beta_on_both(W, beta):
    return beta * (2 * W + np.sign(W))


# sgd.py
@misconception(
    module="sgd",
    function="sample_batch",
    hint="Draw the rows once and use them for X and y both: your labels belong to other examples.",
)
def sample_batch_images_and_labels_apart(X, y, batch_size, rng):
    return X[rng.integers(len(X), size=batch_size)], y[rng.integers(len(y), size=batch_size)]


@misconception(
    module="sgd", function="sample_batch", hint="Draw rows at random: you always take the first ones."
)
def sample_batch_first_rows(X, y, batch_size, rng):
    return X[:batch_size], y[:batch_size]


@misconception(
    module="sgd",
    function="sample_batch",
    hint="Use the rng that is given: one made anew with a fixed seed draws the same batch every time.",
)
def sample_batch_with_a_seed_of_its_own(X, y, batch_size, rng):
    rows = np.random.default_rng(0).integers(len(X), size=batch_size)
    return X[rows], y[rows]


@misconception(
    module="sgd",
    function="sample_batch",
    hint="Draw from all N rows: yours come from the first batch_size ones only.",
)
def sample_batch_from_the_first_rows(X, y, batch_size, rng):
    rows = rng.integers(batch_size, size=batch_size)
    return X[rows], y[rows]


@misconception(
    module="sgd",
    function="sample_batch",
    hint="Draw an index for each example of the batch, not one for all.",
)
def sample_batch_of_one_example(X, y, batch_size, rng):
    rows = np.full(batch_size, rng.integers(len(X)))
    return X[rows], y[rows]


@misconception(
    module="sgd",
    function="sample_batch",
    hint="Shuffle indices, not the caller's arrays: X and y must not be modified.",
)
def sample_batch_shuffling_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return X[:batch_size].copy(), y[:batch_size].copy()


@misconception(
    module="sgd",
    function="sample_batch",
    hint="Draw every row by itself: yours are neighbours, in the order of the training set.",
)
def sample_batch_of_neighbours(X, y, batch_size, rng):
    start = rng.integers(len(X) - batch_size + 1)
    return X[start : start + batch_size], y[start : start + batch_size]


@misconception(module="sgd", function="sgd_step", hint="Descent goes against the gradient: subtract it.")
def sgd_step_uphill(W, grad, learning_rate):
    return W + learning_rate * grad


@misconception(module="sgd", function="sgd_step", hint="Multiply the gradient by the learning rate.")
def sgd_step_without_the_learning_rate(W, grad, learning_rate):
    return W - grad


@misconception(
    module="sgd", function="sgd_step", hint="W -= ... changes the caller's array: return a new one instead."
)
def sgd_step_in_place(W, grad, learning_rate):
    W -= learning_rate * grad
    return W


@misconception(
    module="sgd", function="sgd_step", hint="Return the new weights, W minus the step, not the step alone."
)
def sgd_step_alone(W, grad, learning_rate):
    return -learning_rate * grad


@misconception(
    module="sgd",
    function="sgd_step",
    hint="grad *= ... changes the caller's gradient: return W - learning_rate * grad.",
)
def sgd_step_scaling_the_gradient_in_place(W, grad, learning_rate):
    grad *= learning_rate
    return W - grad


@misconception(module="sgd", function="sgd", hint="Descent goes against the gradient: subtract it.")
def sgd_uphill(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W + learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd", function="sgd", hint="history[t] is the loss before step t's update: compute it first."
)
def sgd_with_the_loss_after_the_update(
    loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng
):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
        history.append(float(loss_fn(W, X[rows], y[rows])))
    return W, history


@misconception(
    module="sgd", function="sgd", hint="history has num_steps numbers, one a step: yours has one more."
)
def sgd_with_one_loss_more(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = [float(loss_fn(W, X[:batch_size], y[:batch_size]))]
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd", function="sgd", hint="Draw a new batch in every step: yours is drawn once, before the loop."
)
def sgd_with_one_batch_for_all(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    rows = rng.integers(len(X), size=batch_size)
    for _ in range(num_steps):
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="Each step uses a batch of batch_size examples, not the whole training set.",
)
def sgd_with_the_whole_training_set(
    loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng
):
    history = []
    for _ in range(num_steps):
        history.append(float(loss_fn(W, X, y)))
        W = W - learning_rate * gradient_fn(W, X, y)
    return W, history


@misconception(
    module="sgd", function="sgd", hint="Loss and gradient of a step use the same batch: draw it once a step."
)
def sgd_with_two_batches_a_step(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        rows = rng.integers(len(X), size=batch_size)
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="W -= ... changes the array that was passed in: make a new one, or work on a copy.",
)
def sgd_in_place(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W -= learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="The gradient is a mean already: do not divide the learning rate by the batch size.",
)
def sgd_with_the_learning_rate_divided(
    loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng
):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate / batch_size * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="The loop returns after its first step: look at the indentation of the return.",
)
def sgd_of_one_step(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
        return W, history
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="Compute the gradient at the current W: yours is taken at the first W in every step.",
)
def sgd_with_the_gradient_at_the_start(
    loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng
):
    history = []
    start = W
    for _ in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(start, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="Draw each batch with rng: yours are consecutive rows, in the order of the training set.",
)
def sgd_in_the_order_of_the_data(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for t in range(num_steps):
        rows = np.arange(t * batch_size, (t + 1) * batch_size) % len(X)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="Draw the rows once a step for X and y both: your labels belong to other examples.",
)
def sgd_images_and_labels_apart(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(num_steps):
        X_batch = X[rng.integers(len(X), size=batch_size)]
        y_batch = y[rng.integers(len(y), size=batch_size)]
        history.append(float(loss_fn(W, X_batch, y_batch)))
        W = W - learning_rate * gradient_fn(W, X_batch, y_batch)
    return W, history


@misconception(
    module="sgd",
    function="sgd",
    hint="Take num_steps steps and note as many losses: range(1, num_steps) is one short.",
)
def sgd_with_one_step_less(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for _ in range(1, num_steps):
        rows = rng.integers(len(X), size=batch_size)
        history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(module="sgd", function="sgd", hint="history has a number for every step, not for every epoch.")
def sgd_with_losses_of_epochs(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = []
    for t in range(num_steps):
        rows = rng.integers(len(X), size=batch_size)
        if t % (len(X) // batch_size) == 0:
            history.append(float(loss_fn(W, X[rows], y[rows])))
        W = W - learning_rate * gradient_fn(W, X[rows], y[rows])
    return W, history


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="The gradient needs the penalty's too: add reg * l2_gradient(W).",
)
def train_without_the_penalty_in_the_gradient(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    settings = {"learning_rate": learning_rate, "batch_size": batch_size, "num_steps": num_steps, "rng": rng}
    return sgd(lambda W, X, y: data_loss(W, X, y) + reg * l2(W), gradient, W, X, y, **settings)


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="The history is the regularised loss: add reg * l2(W) to the data loss.",
)
def train_without_the_penalty_in_the_history(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    settings = {"learning_rate": learning_rate, "batch_size": batch_size, "num_steps": num_steps, "rng": rng}
    return sgd(data_loss, lambda W, X, y: gradient(W, X, y) + reg * l2_gradient(W), W, X, y, **settings)


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="The penalty is multiplied by reg, in the loss and in the gradient.",
)
def train_without_the_strength(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + l2(W),
        lambda W, X, y: gradient(W, X, y) + l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="The penalty's gradient is added to the data gradient, not subtracted from it.",
)
def train_with_the_penalty_subtracted(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: gradient(W, X, y) - reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint='The argument loss chooses between "svm" and "softmax": yours is always softmax.',
)
def train_always_softmax(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: softmax_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: softmax_gradient(W, X, y) + reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="W starts near zero: multiply the normal numbers by 1e-4.",
)
def train_from_large_weights(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = rng.standard_normal((X.shape[1], int(y.max()) + 1)).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: gradient(W, X, y) + reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="Only the data loss is a mean: reg * l2(W) is added after the division by N.",
)
def train_with_the_penalty_divided_by_n(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W) / len(y),
        lambda W, X, y: gradient(W, X, y) + reg * l2_gradient(W) / len(y),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="Labels count from 0, so C is y.max() + 1: W has one column too few.",
)
def train_with_one_class_too_few(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max())))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: gradient(W, X, y) + reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd",
    function="train_linear_classifier",
    questions=("accuracy",),
    hint="X has its bias column already: add no second one, or W has a row too many.",
)
def train_with_a_second_bias_column(
    X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng
):
    if loss not in ("svm", "softmax"):
        raise ValueError(f'loss is "svm" or "softmax", not {loss!r}')
    data_loss, gradient = (svm_loss, svm_gradient) if loss == "svm" else (softmax_loss, softmax_gradient)
    X = np.hstack([X, np.ones((len(X), 1), X.dtype)])
    W = (1e-4 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(X.dtype)
    return sgd(
        lambda W, X, y: data_loss(W, X, y) + reg * l2(W),
        lambda W, X, y: gradient(W, X, y) + reg * l2_gradient(W),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )


@misconception(
    module="sgd", function="predict", hint="Take the argmax over the classes, axis 1: one label an example."
)
def predict_over_the_examples(W, X):
    return np.argmax(X @ W, axis=0)


@misconception(
    module="sgd", function="predict", hint="Return the class itself (argmax), not its score (max)."
)
def predict_the_score(W, X):
    return np.max(X @ W, axis=1)


@misconception(module="sgd", function="predict", hint="Classes count from 0: do not add 1.")
def predict_from_one(W, X):
    return np.argmax(X @ W, axis=1) + 1


@misconception(module="sgd", function="predict", hint="The prediction is the highest score, not the lowest.")
def predict_the_lowest(W, X):
    return np.argmin(X @ W, axis=1)


@misconception(
    module="sgd",
    function="predict",
    hint="Each example has its own argmax: without axis=1 yours is one number for all.",
)
def predict_of_all_at_once(W, X):
    return np.argmax(X @ W)


@misconception(
    module="sgd",
    function="predict",
    hint="The last row of W, the bias, takes part in the scores like the others.",
)
def predict_without_the_bias_row(W, X):
    return np.argmax(X[:, :-1] @ W[:-1], axis=1)
