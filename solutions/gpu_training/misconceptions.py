"""What students get wrong in the PyTorch assignment: each a wrong variant of one function or class, with a hint.

Every variant is the reference with one idea wrong, and it loses points in its own question; train, predict and
accuracy, which run everything together, may suffer from it. A hint is one sentence that says what to look at. See
autograder/variants.py.
"""

import math

import torch
from loss import cross_entropy
from model import ConvNet, Residual
from sgd import SGD, augment, cosine_learning_rate
from torch import nn

from autograder.variants import misconception


# loss.py
@misconception(
    module="loss",
    function="cross_entropy",
    hint="exp overflows for large logits: subtract each row's maximum first.",
)
def cross_entropy_without_the_maximum(logits, y, label_smoothing=0.0):
    shifted = logits
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()


@misconception(
    module="loss",
    function="cross_entropy",
    hint="Subtract each row's own maximum: with one for all, a row far below it sums to 0.",
)
def cross_entropy_with_the_maximum_of_all(logits, y, label_smoothing=0.0):
    shifted = logits - logits.max().detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()


@misconception(
    module="loss",
    function="cross_entropy",
    hint="A probability can round to 0, and its log is -infinity: subtract log(sum exp) instead.",
)
def cross_entropy_log_of_zero(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = torch.softmax(shifted, dim=1).log()
    return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()


@misconception(
    module="loss", function="cross_entropy", hint="The loss is the mean over the batch: divide by N."
)
def cross_entropy_without_the_mean(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return (
        -(1 - label_smoothing) * log_p.gather(1, y[:, None]).sum() - label_smoothing * log_p.mean(dim=1).sum()
    )


@misconception(
    module="loss",
    function="cross_entropy",
    hint="Divide once by N: what is summed over the classes is no mean over them.",
)
def cross_entropy_mean_over_classes_too(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return (
        -(1 - label_smoothing) * log_p.gather(1, y[:, None]).sum() / log_p.numel()
        - label_smoothing * log_p.mean() / log_p.shape[1]
    )


@misconception(
    module="loss",
    function="cross_entropy",
    hint="Every class gets e / C, the true one as well: its target is 1 - e + e / C.",
)
def cross_entropy_smoothing_the_others_only(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    true = log_p.gather(1, y[:, None])
    others = (log_p.sum(dim=1, keepdim=True) - true) / (log_p.shape[1] - 1)
    return -(1 - label_smoothing) * true.mean() - label_smoothing * others.mean()


@misconception(
    module="loss",
    function="cross_entropy",
    hint="label_smoothing is not used: the targets are no longer one-hot where it is above 0.",
)
def cross_entropy_without_smoothing(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -log_p.gather(1, y[:, None]).mean()


@misconception(
    module="loss",
    function="cross_entropy",
    hint="The log-sum-exp depends on the logits: do not detach it, its gradient is the softmax.",
)
def cross_entropy_with_a_detached_sum(logits, y, label_smoothing=0.0):
    shifted = logits - logits.amax(dim=1, keepdim=True).detach()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log().detach()
    return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()


@misconception(
    module="loss",
    function="multiclass_hinge",
    hint="The sum leaves the true class out: its term is always delta.",
)
def multiclass_hinge_with_the_true_class(scores, y, delta=1.0):
    margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta)
    return margins.sum(dim=1).mean()


@misconception(
    module="loss",
    function="multiclass_hinge",
    hint="Sum over the classes, and take the mean over the examples only.",
)
def multiclass_hinge_mean_over_classes(scores, y, delta=1.0):
    margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta)
    return margins.scatter(1, y[:, None], 0.0).mean()


@misconception(
    module="loss", function="multiclass_hinge", hint="The loss is the mean over the batch: divide by N."
)
def multiclass_hinge_without_the_mean(scores, y, delta=1.0):
    margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta)
    return margins.scatter(1, y[:, None], 0.0).sum()


@misconception(
    module="loss",
    function="multiclass_hinge",
    hint="The margin is the argument delta, which is not always 1.",
)
def multiclass_hinge_with_delta_one(scores, y, delta=1.0):
    margins = torch.relu(scores - scores.gather(1, y[:, None]) + 1)
    return margins.scatter(1, y[:, None], 0.0).sum(dim=1).mean()


@misconception(
    module="loss",
    function="multiclass_hinge",
    hint="A margin is the other class's score minus the true class's, and not the reverse.",
)
def multiclass_hinge_with_the_sign_swapped(scores, y, delta=1.0):
    margins = torch.relu(scores.gather(1, y[:, None]) - scores + delta)
    return margins.scatter(1, y[:, None], 0.0).sum(dim=1).mean()


# gradient.py
@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="Multiply by grad_output: the loss is seldom the last step of what is differentiated.",
)
class CrossEntropyWithoutGradOutput(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return (log_p.exp() - q) / len(y), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="The loss is a mean over the batch, so its gradient is divided by N.",
)
class CrossEntropyWithoutTheMean(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return grad_output * (log_p.exp() - q), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="The gradient is p - q: the loss falls where the true class's logit rises.",
)
class CrossEntropyWithTheSignSwapped(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return grad_output * (q - log_p.exp()) / len(y), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="The gradient is p - q, not p alone: subtract the targets.",
)
class CrossEntropyWithoutTheTrueClass(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        return grad_output * log_p.exp() / len(y), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="The smoothed labels belong into backward as well: q holds e / C and 1 - e on top.",
)
class CrossEntropyWithoutSmoothingBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, 0.0)
        q[torch.arange(len(y)), y] = 1.0
        return grad_output * (log_p.exp() - q) / len(y), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="exp overflows for large logits: subtract each row's maximum first.",
)
class CrossEntropyWithoutTheMaximum(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return grad_output * (log_p.exp() - q) / len(y), None, None


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="backward returns one value for each argument of forward: None for y and label_smoothing.",
)
class CrossEntropyWithOneGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return grad_output * (log_p.exp() - q) / len(y)


@misconception(
    module="gradient",
    function="CrossEntropy",
    hint="Keep the lines that refuse a second derivative: autograd would give a wrong one.",
)
class CrossEntropyWithoutItsGuard(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        shifted = logits - logits.amax(dim=1, keepdim=True)
        log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        ctx.save_for_backward(log_p, y)
        ctx.label_smoothing = label_smoothing
        return -(1 - label_smoothing) * log_p.gather(1, y[:, None]).mean() - label_smoothing * log_p.mean()

    @staticmethod
    def backward(ctx, grad_output):
        log_p, y = ctx.saved_tensors
        q = torch.full_like(log_p, ctx.label_smoothing / log_p.shape[1])
        q[torch.arange(len(y)), y] += 1 - ctx.label_smoothing
        return grad_output * (log_p.exp() - q) / len(y), None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="Multiply by grad_output: the loss is seldom the last step of what is differentiated.",
)
class MulticlassHingeWithoutGradOutput(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward(margins > 0, y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = -gradient.sum(dim=1)
        return gradient / len(y), None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="The loss is a mean over the batch, so its gradient is divided by N.",
)
class MulticlassHingeWithoutTheMean(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward(margins > 0, y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = -gradient.sum(dim=1)
        return grad_output * gradient, None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="The true class gets minus the number of violated classes, not minus 1.",
)
class MulticlassHingeMinusOne(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward(margins > 0, y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = -1.0
        return grad_output * gradient / len(y), None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="The true class's score is in every margin: its gradient is minus the count of violations.",
)
class MulticlassHingeWithoutTheTrueClass(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward(margins > 0, y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = 0.0
        return grad_output * gradient / len(y), None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="The derivative of max(0, m) is 1 where m > 0, and not m itself.",
)
class MulticlassHingeOfTheMargins(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = torch.relu(scores - scores.gather(1, y[:, None]) + delta).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward(margins, y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = -gradient.sum(dim=1)
        return grad_output * gradient / len(y), None, None


@misconception(
    module="gradient",
    function="MulticlassHinge",
    hint="A class whose margin is exactly 0 is not violated: compare with >, not with >=.",
)
class MulticlassHingeViolatedAtZero(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        differences = scores - scores.gather(1, y[:, None]) + delta
        margins = torch.relu(differences).scatter(1, y[:, None], 0.0)
        ctx.save_for_backward((differences >= 0).scatter(1, y[:, None], False), y)
        return margins.sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        violated, y = ctx.saved_tensors
        gradient = violated.to(grad_output.dtype)
        gradient[torch.arange(len(y)), y] = -gradient.sum(dim=1)
        return grad_output * gradient / len(y), None, None


# regularization.py
@misconception(
    module="regularization", function="dropout", hint="Divide what is kept by 1 - p, so that the mean stays."
)
def dropout_without_rescaling(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * kept


@misconception(
    module="regularization",
    function="dropout",
    hint="Divide what is kept by 1 - p, the probability of keeping, and not by p.",
)
def dropout_scaled_by_p(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * kept / p


@misconception(
    module="regularization",
    function="dropout",
    hint="p is the probability of a zero: an element stays with 1 - p.",
)
def dropout_keeping_with_p(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) < p
    return x * kept / p


@misconception(
    module="regularization",
    function="dropout",
    hint="Nothing is dropped in evaluation: look at the argument training.",
)
def dropout_in_evaluation(x, p, training, generator=None):
    if p == 0:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * kept / (1 - p)


@misconception(
    module="regularization",
    function="dropout",
    hint="Every element has its own draw: your mask is the same for all examples.",
)
def dropout_with_one_mask_for_the_batch(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape[1:], generator=generator, device=x.device) >= p
    return x * kept / (1 - p)


@misconception(
    module="regularization",
    function="dropout",
    hint="Draw from the generator that is passed in: torch.rand takes it as generator=.",
)
def dropout_from_the_global_generator(x, p, training, generator=None):
    if not training or p == 0:
        return x
    kept = torch.rand(x.shape, device=x.device) >= p
    return x * kept / (1 - p)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="The running variance takes the unbiased variance of the batch, over m - 1.",
)
def batch_norm_with_a_biased_running_variance(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others)
        var = x.var(dim=others, correction=0)
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach(), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="The batch is normalised by its biased variance, over m and not m - 1.",
)
def batch_norm_by_the_unbiased_variance(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others)
        var = x.var(dim=others, correction=1)
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach(), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="r becomes (1 - momentum) r + momentum b: the batch counts little, and not most.",
)
def batch_norm_with_momentum_the_other_way(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others)
        var = x.var(dim=others, correction=0)
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), 1 - momentum)
        running_var.lerp_(var.detach() * m / (m - 1), 1 - momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="eps is added to the variance, inside the square root.",
)
def batch_norm_with_eps_outside_the_root(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others)
        var = x.var(dim=others, correction=0)
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach() * m / (m - 1), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var.sqrt() + eps)
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="The running statistics must change in place: r = ... only gives a new tensor their name.",
)
def batch_norm_with_rebound_statistics(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others)
        var = x.var(dim=others, correction=0)
        m = x.numel() // x.shape[1]
        running_mean = running_mean.lerp(mean.detach(), momentum)
        running_var = running_var.lerp(var.detach() * m / (m - 1), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="In evaluation the running statistics are used, not those of the batch.",
)
def batch_norm_by_the_batch_in_evaluation(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    mean = x.mean(dim=others)
    var = x.var(dim=others, correction=0)
    if training:
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach() * m / (m - 1), momentum)
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="An image's channel has one mean: over the examples and over the pixels, not pixel by pixel.",
)
def batch_norm_over_the_examples_alone(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        whole = x.mean(dim=0, keepdim=True), x.var(dim=0, correction=0, keepdim=True)
        mean, var = x.mean(dim=others), x.var(dim=others, correction=0)
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach() * m / (m - 1), momentum)
    else:
        mean, var = running_mean, running_var
    if training:
        normal = (x - whole[0]) / (whole[1] + eps).sqrt()
        return normal * gamma.view(channels) + beta.view(channels)
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="batch_norm",
    hint="The batch's mean and variance depend on x: detach them for the running statistics only.",
)
def batch_norm_with_detached_statistics(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    others = [dimension for dimension in range(x.ndim) if dimension != 1]
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(dim=others).detach()
        var = x.var(dim=others, correction=0).detach()
        m = x.numel() // x.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(var.detach() * m / (m - 1), momentum)
    else:
        mean, var = running_mean, running_var
    scale = gamma / (var + eps).sqrt()
    return (x - mean.view(channels)) * scale.view(channels) + beta.view(channels)


@misconception(
    module="regularization",
    function="stochastic_depth",
    hint="An example is dropped as a whole: one draw for all of its elements, or it is dropout.",
)
def stochastic_depth_per_element(residual, p, training, generator=None):
    if not training or p == 0:
        return residual
    kept = torch.rand(residual.shape, generator=generator, device=residual.device) >= p
    return residual * kept / (1 - p)


@misconception(
    module="regularization",
    function="stochastic_depth",
    hint="Each example has its own draw: yours drops the whole batch or nothing.",
)
def stochastic_depth_of_the_whole_batch(residual, p, training, generator=None):
    if not training or p == 0:
        return residual
    kept = torch.rand((), generator=generator, device=residual.device) >= p
    return residual * kept / (1 - p)


@misconception(
    module="regularization",
    function="stochastic_depth",
    hint="Divide the examples that are kept by 1 - p, so that the mean stays.",
)
def stochastic_depth_without_rescaling(residual, p, training, generator=None):
    if not training or p == 0:
        return residual
    rows = (len(residual),) + (1,) * (residual.ndim - 1)
    kept = torch.rand(rows, generator=generator, device=residual.device) >= p
    return residual * kept


@misconception(
    module="regularization",
    function="stochastic_depth",
    hint="p is the probability of dropping: an example stays with 1 - p.",
)
def stochastic_depth_keeping_with_p(residual, p, training, generator=None):
    if not training or p == 0:
        return residual
    rows = (len(residual),) + (1,) * (residual.ndim - 1)
    kept = torch.rand(rows, generator=generator, device=residual.device) < p
    return residual * kept / p


@misconception(
    module="regularization",
    function="stochastic_depth",
    hint="Nothing is dropped in evaluation: look at the argument training.",
)
def stochastic_depth_in_evaluation(residual, p, training, generator=None):
    if p == 0:
        return residual
    rows = (len(residual),) + (1,) * (residual.ndim - 1)
    kept = torch.rand(rows, generator=generator, device=residual.device) >= p
    return residual * kept / (1 - p)


@misconception(
    module="regularization",
    function="fractional_max_pool2d",
    hint="The windows' distances follow from the samples: yours are the regular ones.",
)
def fractional_max_pool2d_with_regular_windows(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    def starts(n, k, o, u):
        last = torch.full_like(u[..., None], n - k)
        alpha = last / (o - 1)
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = (i * alpha).floor().expand(*u.shape, -1)
        return torch.cat([first, last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., 1])[..., None] + torch.arange(kH)
    columns = starts(W, kW, oW, samples[..., 0])[..., None] + torch.arange(kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values


@misconception(
    module="regularization",
    function="fractional_max_pool2d",
    hint="Element 0 of the samples is for the columns, and element 1 for the rows.",
)
def fractional_max_pool2d_with_samples_swapped(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    def starts(n, k, o, u):
        last = torch.full_like(u[..., None], n - k)
        alpha = last / (o - 1)
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = ((i + u[..., None]) * alpha).floor() - (u[..., None] * alpha).floor()
        return torch.cat([first, last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., -2])[..., None] + torch.arange(kH)
    columns = starts(W, kW, oW, samples[..., -1])[..., None] + torch.arange(kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values


@misconception(
    module="regularization",
    function="fractional_max_pool2d",
    hint="Subtract floor(alpha u) from each place, so that the first window starts at pixel 0.",
)
def fractional_max_pool2d_without_the_first_floor(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    def starts(n, k, o, u):
        last = torch.full_like(u[..., None], n - k)
        alpha = last / (o - 1)
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = ((i + u[..., None]) * alpha).floor()
        return torch.cat([first.clamp(max=n - k), last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., 1])[..., None] + torch.arange(kH)
    columns = starts(W, kW, oW, samples[..., 0])[..., None] + torch.arange(kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values


@misconception(
    module="regularization",
    function="fractional_max_pool2d",
    hint="Each channel of each example has its own samples: yours are all the first one's.",
)
def fractional_max_pool2d_with_one_sample_for_all(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    samples = samples[:1, :1].expand_as(samples)

    def starts(n, k, o, u):
        last = torch.full_like(u[..., None], n - k)
        alpha = last / (o - 1)
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = ((i + u[..., None]) * alpha).floor() - (u[..., None] * alpha).floor()
        return torch.cat([first, last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., 1])[..., None] + torch.arange(kH)
    columns = starts(W, kW, oW, samples[..., 0])[..., None] + torch.arange(kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values


@misconception(
    module="regularization",
    function="fractional_max_pool2d",
    hint="The last window has to end at the last pixel: alpha is (n - k) / (o - 1).",
)
def fractional_max_pool2d_without_the_kernel(x, kernel_size, output_size, samples):
    N, C, H, W = x.shape
    kH, kW = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    oH, oW = (output_size, output_size) if isinstance(output_size, int) else output_size

    def starts(n, k, o, u):
        last = torch.full_like(u[..., None], n - k)
        alpha = torch.full_like(last, n - 1) / o
        i = torch.arange(o - 1, dtype=u.dtype, device=u.device)
        first = ((i + u[..., None]) * alpha).floor() - (u[..., None] * alpha).floor()
        return torch.cat([first.clamp(max=n - k), last], dim=-1).long()

    rows = starts(H, kH, oH, samples[..., 1])[..., None] + torch.arange(kH)
    columns = starts(W, kW, oW, samples[..., 0])[..., None] + torch.arange(kW)
    pixels = rows[:, :, :, None, :, None] * W + columns[:, :, None, :, None, :]
    windows = x.flatten(2).gather(2, pixels.flatten(2)).view(N, C, oH, oW, kH * kW)
    return windows.max(dim=-1).values


@misconception(
    module="regularization",
    function="l1_l2_penalty",
    hint="There is no factor one half: the second term is l2 times the sum of w^2.",
)
def l1_l2_penalty_with_a_half(parameters, l1, l2):
    return sum(l1 * w.abs().sum() + 0.5 * l2 * w.square().sum() for w in parameters)


@misconception(
    module="regularization",
    function="l1_l2_penalty",
    hint="The second term is the sum of squares, not its square root, the norm.",
)
def l1_l2_penalty_unsquared(parameters, l1, l2):
    return sum(l1 * w.abs().sum() + l2 * w.norm() for w in parameters)


@misconception(
    module="regularization",
    function="l1_l2_penalty",
    hint="No parameter is left out: biases and other vectors count as well.",
)
def l1_l2_penalty_without_biases(parameters, l1, l2):
    return sum(l1 * w.abs().sum() + l2 * w.square().sum() for w in parameters if w.ndim > 1)


@misconception(
    module="regularization",
    function="l1_l2_penalty",
    hint="The penalty has to reach the weights by autograd: do not use .detach() or .data.",
)
def l1_l2_penalty_of_detached_weights(parameters, l1, l2):
    return sum(l1 * w.detach().abs().sum() + l2 * w.detach().square().sum() for w in parameters)


# sgd.py
@misconception(
    module="sgd",
    function="sgd_step",
    hint="Decoupled decay stays out of the velocity: shrink w by itself, and do not add to g.",
)
def sgd_step_with_coupled_decay(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            g = g + weight_decay * w
            v.mul_(momentum).add_(g)
            w.sub_(learning_rate * (g + momentum * v if nesterov else v))


@misconception(
    module="sgd",
    function="sgd_step",
    hint="Change v in place: v = ... leaves the caller's velocity at zero for the next step.",
)
def sgd_step_forgetting_the_velocity(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            w.mul_(1 - learning_rate * weight_decay)
            v = momentum * v + g
            w.sub_(learning_rate * (g + momentum * v if nesterov else v))


@misconception(
    module="sgd", function="sgd_step", hint="With nesterov the step goes by g + momentum * v, and not by v."
)
def sgd_step_without_nesterov(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            w.mul_(1 - learning_rate * weight_decay)
            v.mul_(momentum).add_(g)
            w.sub_(learning_rate * (v))


@misconception(
    module="sgd",
    function="sgd_step",
    hint="The gradient enters the velocity whole: v becomes momentum * v + g, no weighted mean.",
)
def sgd_step_with_dampening(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            w.mul_(1 - learning_rate * weight_decay)
            v.mul_(momentum).add_((1 - momentum) * g)
            w.sub_(learning_rate * (g + momentum * v if nesterov else v))


@misconception(module="sgd", function="sgd_step", hint="Go against the gradient: the step is subtracted.")
def sgd_step_uphill(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            w.mul_(1 - learning_rate * weight_decay)
            v.mul_(momentum).add_(g)
            w.add_(learning_rate * (g + momentum * v if nesterov else v))


@misconception(
    module="sgd",
    function="sgd_step",
    hint="Change w in place (w -= ... or w.sub_): w = w - ... only gives a new tensor the name.",
)
def sgd_step_of_new_parameters(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        for w, g, v in zip(parameters, gradients, velocities, strict=True):
            w = w * (1 - learning_rate * weight_decay)
            v.mul_(momentum).add_(g)
            w = w - learning_rate * (g + momentum * v if nesterov else v)


@misconception(
    module="sgd",
    function="step_learning_rate",
    hint="The rate falls at the milestone itself: count milestones m with m <= step.",
)
def step_learning_rate_one_step_late(step, *, learning_rate, milestones, gamma):
    return learning_rate * gamma ** sum(milestone < step for milestone in milestones)


@misconception(
    module="sgd",
    function="step_learning_rate",
    hint="Every milestone that was passed multiplies by gamma once more.",
)
def step_learning_rate_falling_once(step, *, learning_rate, milestones, gamma):
    return learning_rate * gamma ** any(milestone <= step for milestone in milestones)


@misconception(
    module="sgd",
    function="cosine_learning_rate",
    hint="The first step has learning_rate / warmup_steps, not 0, at which nothing is learnt.",
)
def cosine_learning_rate_from_zero(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * step / warmup_steps
    return learning_rate * (1 + math.cos(math.pi * (step - warmup_steps) / (num_steps - warmup_steps))) / 2


@misconception(
    module="sgd",
    function="cosine_learning_rate",
    hint="The cosine begins after the warm-up: subtract warmup_steps from both.",
)
def cosine_learning_rate_of_all_steps(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * (step + 1) / warmup_steps
    return learning_rate * (1 + math.cos(math.pi * step / num_steps)) / 2


@misconception(module="sgd", function="cosine_learning_rate", hint="1 + cos goes from 2 to 0: divide by 2.")
def cosine_learning_rate_without_the_half(step, *, learning_rate, num_steps, warmup_steps):
    if step < warmup_steps:
        return learning_rate * (step + 1) / warmup_steps
    return learning_rate * (1 + math.cos(math.pi * (step - warmup_steps) / (num_steps - warmup_steps)))


@misconception(
    module="sgd",
    function="cosine_learning_rate",
    hint="The first warmup_steps steps have a rate that rises in a line.",
)
def cosine_learning_rate_without_a_warm_up(step, *, learning_rate, num_steps, warmup_steps):
    return learning_rate * (1 + math.cos(math.pi * (step - warmup_steps) / (num_steps - warmup_steps))) / 2


@misconception(
    module="sgd",
    function="augment",
    hint="Each image has its own flip and shift: yours are one draw for the whole batch.",
)
def augment_the_batch_as_one(images, generator):
    N, device = len(images), images.device
    mirrored = (torch.rand((1, 1), generator=generator, device=device) < 0.5).expand(N, 1)
    shifts = torch.randint(-4, 5, (2, 1, 1), generator=generator, device=device).expand(2, N, 1)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = torch.where(mirrored, place.flip(0), place) + shifts[1]
    rows, columns = (31 - (31 - index.abs()).abs() for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(module="sgd", function="augment", hint="Half of the images are mirrored left to right.")
def augment_without_flips(images, generator):
    N, device = len(images), images.device
    shifts = torch.randint(-4, 5, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = place + shifts[1]
    rows, columns = (31 - (31 - index.abs()).abs() for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(
    module="sgd",
    function="augment",
    hint="Images are mirrored left to right, along the columns, and not upside down.",
)
def augment_upside_down(images, generator):
    N, device = len(images), images.device
    mirrored = torch.rand((N, 1), generator=generator, device=device) < 0.5
    shifts = torch.randint(-4, 5, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = torch.where(mirrored, place.flip(0), place) + shifts[0]
    columns = place + shifts[1]
    rows, columns = (31 - (31 - index.abs()).abs() for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(
    module="sgd", function="augment", hint="The padding is by reflection: pixels outside are not 0."
)
def augment_with_zero_padding(images, generator):
    N, device = len(images), images.device
    mirrored = torch.rand((N, 1), generator=generator, device=device) < 0.5
    shifts = torch.randint(-4, 5, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = torch.where(mirrored, place.flip(0), place) + shifts[1]
    inside = (rows % 32 == rows)[:, :, None] & (columns % 32 == columns)[:, None, :]
    rows, columns = rows.clamp(0, 31), columns.clamp(0, 31)
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    pixels = pixels * inside[..., None]
    return pixels.permute(0, 3, 1, 2)


@misconception(
    module="sgd", function="augment", hint="Reflect at the border: pixel -1 is pixel 1, not pixel 0 again."
)
def augment_with_repeated_borders(images, generator):
    N, device = len(images), images.device
    mirrored = torch.rand((N, 1), generator=generator, device=device) < 0.5
    shifts = torch.randint(-4, 5, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = torch.where(mirrored, place.flip(0), place) + shifts[1]
    rows, columns = (index.clamp(0, 31) for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(
    module="sgd", function="augment", hint="There are 9 places each way: randint leaves out its upper end."
)
def augment_without_the_last_place(images, generator):
    N, device = len(images), images.device
    mirrored = torch.rand((N, 1), generator=generator, device=device) < 0.5
    shifts = torch.randint(-4, 4, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = torch.where(mirrored, place.flip(0), place) + shifts[1]
    rows, columns = (31 - (31 - index.abs()).abs() for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(module="sgd", function="augment", hint="Rows and columns are shifted each by its own draw.")
def augment_along_the_diagonal(images, generator):
    N, device = len(images), images.device
    mirrored = torch.rand((N, 1), generator=generator, device=device) < 0.5
    shifts = torch.randint(-4, 5, (2, N, 1), generator=generator, device=device)
    place = torch.arange(32, device=device)
    rows = place + shifts[0]
    columns = torch.where(mirrored, place.flip(0), place) + shifts[0]
    rows, columns = (31 - (31 - index.abs()).abs() for index in (rows, columns))
    example = torch.arange(N, device=device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[example, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2)


@misconception(
    module="sgd",
    function="train",
    hint="Train in training mode: call model.train(), or batch normalisation learns no statistics.",
)
def train_in_evaluation_mode(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).eval()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="Draw a new random order at the start of each epoch.")
def train_without_shuffling(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.arange(len(images), device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="Pass every batch through augment: fresh flips and crops each time."
)
def train_without_augmentation(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(images[rows])
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="Draw a new order for each epoch: yours is the same in all of them."
)
def train_shuffled_once(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if step == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="backward adds to the gradients: zero them before each step."
)
def train_forgetting_to_zero_gradients(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd",
    function="train",
    hint="Zero the gradients before each step, not only at the start of an epoch.",
)
def train_zeroing_gradients_once_an_epoch(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
            optimizer.zero_grad()
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="The schedule counts steps, not epochs.")
def train_with_a_schedule_of_epochs(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step // steps_per_epoch, learning_rate=learning_rate, num_steps=epochs, warmup_steps=epochs // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd",
    function="train",
    hint="One optimiser lives as long as the training: a new one forgets the velocities.",
)
def train_with_a_new_optimizer_each_epoch(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
            optimizer = SGD(
                model.parameters(),
                learning_rate=learning_rate,
                momentum=momentum,
                nesterov=True,
                weight_decay=weight_decay,
            )
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="Set the learning rate of each step from cosine_learning_rate."
)
def train_at_a_constant_learning_rate(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="Fill model.mean and model.std with those of the training images."
)
def train_without_normalisation(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="label_smoothing is an argument of the loss: pass it on.")
def train_without_label_smoothing(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd",
    function="train",
    hint="A batch's labels are those of its images: index both with the same rows.",
)
def train_with_labels_of_other_images(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[: len(rows)], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="Pass the momentum on to the optimiser.")
def train_without_momentum(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="The optimiser's momentum is Nesterov's: nesterov=True.")
def train_without_nesterov(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(module="sgd", function="train", hint="Pass the weight decay on to the optimiser.")
def train_without_weight_decay(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
    )
    steps_per_epoch = len(images) // batch_size
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd", function="train", hint="The last N % batch_size examples of an epoch's order sit out."
)
def train_on_the_last_partial_batch(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    learning_rate,
    momentum=0.9,
    weight_decay=5e-4,
    label_smoothing=0.0,
    device="cpu",
    amp=False,
    generator=None,
    checkpoint=None,
):
    X, y = (data if isinstance(data, torch.Tensor) else torch.tensor(data) for data in (X, y))
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device, torch.int64)
    seed = torch.randint(2**62, (), generator=generator or torch.Generator().manual_seed(0))
    source = torch.Generator(device).manual_seed(int(seed))
    model.to(device, memory_format=torch.channels_last).train()
    model.mean.copy_(images.double().mean(dim=(0, 2, 3)).view(3, 1, 1))
    model.std.copy_(images.double().std(dim=(0, 2, 3), correction=0).view(3, 1, 1))
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    steps_per_epoch = -(-len(images) // batch_size)
    num_steps, losses = epochs * steps_per_epoch, []
    for step in range(num_steps):
        batch = step % steps_per_epoch
        if batch == 0:
            order = torch.randperm(len(images), generator=source, device=device)
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=amp):
            logits = model(augment(images[rows], source))
        loss = cross_entropy(logits.float(), labels[rows], label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["learning_rate"] = cosine_learning_rate(
            step, learning_rate=learning_rate, num_steps=num_steps, warmup_steps=num_steps // 5
        )
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).tolist()


@misconception(
    module="sgd",
    function="predict",
    hint="Predict in evaluation mode: in training mode an image's class depends on its batch.",
)
def predict_in_training_mode(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).permute(0, 3, 1, 2)
    was_training = model.training
    model.to(device).train()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device)).argmax(dim=1) for part in images.split(batch_size)])
    model.train(was_training)
    return classes.cpu()


@misconception(
    module="sgd", function="predict", hint="Put the model back into the mode that it was in before."
)
def predict_leaving_evaluation_mode(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).permute(0, 3, 1, 2)
    model.to(device).eval()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device)).argmax(dim=1) for part in images.split(batch_size)])
    return classes.cpu()


@misconception(
    module="sgd",
    function="predict",
    hint="Move the channels with permute: a view or reshape mixes pixels and channels up.",
)
def predict_of_a_view(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).reshape(len(X), 3, 32, 32)
    was_training = model.training
    model.to(device).eval()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device)).argmax(dim=1) for part in images.split(batch_size)])
    model.train(was_training)
    return classes.cpu()


@misconception(
    module="sgd",
    function="predict",
    hint="Take the argmax over the classes, dim=1: one class for each image.",
)
def predict_over_the_examples(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).permute(0, 3, 1, 2)
    was_training = model.training
    model.to(device).eval()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device)).argmax(dim=0) for part in images.split(batch_size)])
    model.train(was_training)
    return classes.cpu()


@misconception(
    module="sgd",
    function="predict",
    hint="The model takes pixel values 0 .. 255 and normalises them itself: do not divide.",
)
def predict_of_scaled_pixels(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).permute(0, 3, 1, 2)
    was_training = model.training
    model.to(device).eval()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device) / 255).argmax(dim=1) for part in images.split(batch_size)])
    model.train(was_training)
    return classes.cpu()


@misconception(module="sgd", function="predict", hint="Predict all batches, and join what they give.")
def predict_the_first_batch(model, X, *, device="cpu", batch_size=1000):
    images = (X if isinstance(X, torch.Tensor) else torch.tensor(X)).permute(0, 3, 1, 2)
    was_training = model.training
    model.to(device).eval()
    with torch.no_grad():
        classes = torch.cat([model(part.to(device)).argmax(dim=1) for part in images.split(batch_size)[:1]])
    model.train(was_training)
    return classes.cpu()


# model.py
@misconception(
    module="model", function="build_model", hint="The model returns logits: the softmax is part of the loss."
)
def build_model_with_a_softmax(width=16, classes=10):
    def convolution(before, after, size=3, stride=1):
        return nn.Sequential(
            nn.Conv2d(before, after, size, stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
        )

    return ConvNet(
        nn.Sequential(
            convolution(3, width, size=4, stride=2),
            convolution(width, 2 * width),
            Residual(convolution(2 * width, 2 * width)),
            nn.MaxPool2d(2),
            convolution(2 * width, 4 * width),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(4 * width, classes),
            nn.Softmax(dim=1),
        )
    )


@misconception(
    module="model",
    function="build_model",
    hint="Logits have either sign: no ReLU after the last linear layer.",
)
def build_model_with_a_relu_at_the_end(width=16, classes=10):
    def convolution(before, after, size=3, stride=1):
        return nn.Sequential(
            nn.Conv2d(before, after, size, stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
        )

    return ConvNet(
        nn.Sequential(
            convolution(3, width, size=4, stride=2),
            convolution(width, 2 * width),
            Residual(convolution(2 * width, 2 * width)),
            nn.MaxPool2d(2),
            convolution(2 * width, 4 * width),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(4 * width, classes),
            nn.ReLU(),
        )
    )


@misconception(
    module="model",
    function="build_model",
    hint="The last layer has as many outputs as there are classes, an argument.",
)
def build_model_of_ten_classes(width=16, classes=10):
    def convolution(before, after, size=3, stride=1):
        return nn.Sequential(
            nn.Conv2d(before, after, size, stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
        )

    return ConvNet(
        nn.Sequential(
            convolution(3, width, size=4, stride=2),
            convolution(width, 2 * width),
            Residual(convolution(2 * width, 2 * width)),
            nn.MaxPool2d(2),
            convolution(2 * width, 4 * width),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(4 * width, 10),
        )
    )


@misconception(
    module="model",
    function="build_model",
    hint="The last layer's inputs grow with the width, as the channels do.",
)
def build_model_of_fixed_width(width=16, classes=10):
    def convolution(before, after, size=3, stride=1):
        return nn.Sequential(
            nn.Conv2d(before, after, size, stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
        )

    return ConvNet(
        nn.Sequential(
            convolution(3, width, size=4, stride=2),
            convolution(width, 2 * width),
            Residual(convolution(2 * width, 2 * width)),
            nn.MaxPool2d(2),
            convolution(2 * width, 4 * width),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(64, classes),
        )
    )


@misconception(
    module="model",
    function="build_model",
    hint="One value a channel goes into the linear layer: flatten before it.",
)
def build_model_without_flattening(width=16, classes=10):
    def convolution(before, after, size=3, stride=1):
        return nn.Sequential(
            nn.Conv2d(before, after, size, stride, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
        )

    return ConvNet(
        nn.Sequential(
            convolution(3, width, size=4, stride=2),
            convolution(width, 2 * width),
            Residual(convolution(2 * width, 2 * width)),
            nn.MaxPool2d(2),
            convolution(2 * width, 4 * width),
            nn.AdaptiveMaxPool2d(1),
            nn.Linear(4 * width, classes),
        )
    )
