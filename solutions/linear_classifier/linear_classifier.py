# %% [markdown]
# # Linear classifier
#
# Lecture 1 in code: scores, the SVM and the softmax loss, their gradients, regularisation and the training
# loop. You write the functions in the four modules beside this notebook: `loss.py`, `gradient.py`,
# `regularization.py` and `sgd.py`. Each docstring says exactly what its function does.
#
# A question is one function, and its check runs the public tests on it; grading runs these and others.
# When you have saved a module, run the check again: there is no need to restart the notebook.
#
# The question `accuracy` is about `train_linear_classifier`, that is, about everything that you wrote at once.
#
# To hand in, zip the four modules together with this notebook.

# %%
# ruff: noqa: F401  # IGNORE
# %load_ext autoreload
# %autoreload 2

import otter
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

grader = otter.Notebook("linear_classifier.ipynb", tests_dir="./tests")

# %% [markdown]
# ## Scores and losses: `loss.py`

# %%
grader.check("add_bias")

# %%
grader.check("linear_scores")

# %%
grader.check("svm_loss_naive")

# %%
grader.check("svm_loss")

# %%
grader.check("softmax")

# %%
grader.check("softmax_loss_naive")

# %%
grader.check("softmax_loss")

# %%
grader.check("kl_divergence")

# %% [markdown]
# ## Gradients: `gradient.py`

# %%
grader.check("numerical_gradient")

# %%
grader.check("relative_error")

# %%
grader.check("svm_gradient_naive")

# %%
grader.check("svm_gradient")

# %%
grader.check("softmax_gradient_naive")

# %%
grader.check("softmax_gradient")

# %% [markdown]
# ## Regularisation: `regularization.py`

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

# %% [markdown]
# ## Training: `sgd.py`

# %%
grader.check("sample_batch")

# %%
grader.check("sgd_step")

# %%
grader.check("sgd")

# %%
grader.check("predict")

# %%
grader.check("accuracy")
