"""Right answers in the many ways in which students write them: each style gets full marks.

The functions and classes of one style together replace those of the reference and make one submission. See
autograder/assignment/variants.py; the tests hold every one of them against the reference.
"""

import math

import numpy as np
import torch
from loss import cross_entropy
from model import ConvNet, Residual
from sgd import SGD, augment, cosine_learning_rate
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from autograder.assignment.variants import style


# PyTorch's logarithms of softmax and sums, and its statistics.
@style("torch_functions", module="loss", function="cross_entropy")
def logsumexp_cross_entropy(logits, y, label_smoothing=0.0):
    normaliser = torch.logsumexp(logits, dim=1)
    true = logits[torch.arange(logits.shape[0]), y]
    smooth = normaliser - logits.mean(dim=1)
    return ((1 - label_smoothing) * (normaliser - true) + label_smoothing * smooth).mean()


@style(
    "torch_functions",
    module="loss",
    function="multiclass_hinge",
    imports=("from torch.nn import functional",),
)
def cloned_multiclass_hinge(scores, y, delta=1.0):
    rows = torch.arange(scores.shape[0])
    margins = functional.relu(scores - scores[rows, y].unsqueeze(1) + delta)
    margins = margins.clone()
    margins[rows, y] = 0
    return torch.sum(margins) / scores.shape[0]


@style("torch_functions", module="regularization", function="dropout")
def bernoulli_dropout(x, p, training, generator=None):
    if training and p > 0:
        mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
        return x * mask / (1 - p)
    return x.clone()


@style("torch_functions", module="regularization", function="batch_norm")
def var_mean_batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    dims, shape = ((0,), (1, -1)) if x.dim() == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if training:
        var, mean = torch.var_mean(x, dim=dims, unbiased=False, keepdim=True)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean.flatten())
            running_var.mul_(1 - momentum).add_(momentum * x.var(dim=dims, unbiased=True))
    else:
        mean, var = running_mean.reshape(shape), running_var.reshape(shape)
    return gamma.reshape(shape) * ((x - mean) * torch.rsqrt(var + eps)) + beta.reshape(shape)


@style("torch_functions", module="regularization", function="stochastic_depth")
def bernoulli_stochastic_depth(residual, p, training, generator=None):
    if not training or p == 0.0:
        return residual
    keep = torch.full((residual.size(0),), 1 - p, device=residual.device)
    keep = torch.bernoulli(keep, generator=generator).to(residual.dtype) / (1 - p)
    return residual * keep.view(-1, *[1] * (residual.dim() - 1))


@style("torch_functions", module="regularization", function="l1_l2_penalty")
def flattened_l1_l2_penalty(parameters, l1, l2):
    w = torch.cat([parameter.reshape(-1) for parameter in parameters])
    return l1 * w.norm(p=1) + l2 * torch.dot(w, w)


@style("torch_functions", module="sgd", function="augment", imports=("from torch.nn import functional",))
def unfolded_augment(images, generator):
    N = images.shape[0]
    padded = functional.pad(images.float(), (4, 4, 4, 4), mode="reflect")
    windows = padded.unfold(2, 32, 1).unfold(3, 32, 1)  # (N, 3, 9, 9, 32, 32), a view
    place = torch.randint(0, 81, (N,), generator=generator, device=images.device)
    crops = windows[torch.arange(N, device=images.device), :, place // 9, place % 9]
    flip = torch.randint(0, 2, (N,), generator=generator, device=images.device).bool()
    return torch.where(flip[:, None, None, None], crops.flip(-1), crops).to(images.dtype)


# Log-softmax, and its exponential.
@style("log_softmax", module="loss", function="cross_entropy", imports=("from torch.nn import functional",))
def log_softmax_cross_entropy(logits, y, label_smoothing=0.0):
    log_p = functional.log_softmax(logits, dim=-1)
    nll = -log_p.gather(dim=-1, index=y.unsqueeze(-1)).squeeze(-1)
    return torch.mean(nll * (1.0 - label_smoothing) - label_smoothing * log_p.mean(dim=-1))


@style(
    "log_softmax",
    module="gradient",
    function="CrossEntropy",
    imports=("from torch.autograd.function import once_differentiable",),
)
class LogSoftmaxCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        log_p = torch.log_softmax(logits, 1)
        n, c = logits.shape
        q = logits.new_full((n, c), label_smoothing / c)
        q[range(n), y] += 1 - label_smoothing
        ctx.save_for_backward(log_p, q)
        return -(q * log_p).sum() / n

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        log_p, q = ctx.saved_tensors
        return (torch.exp(log_p) - q).div(log_p.size(0)).mul(grad_output), None, None


# One-hot matrices instead of indices.
@style("one_hot", module="loss", function="cross_entropy", imports=("from torch.nn import functional",))
def one_hot_cross_entropy(logits, y, label_smoothing=0.0):
    C = logits.shape[1]
    target = functional.one_hot(y, C).to(logits.dtype) * (1 - label_smoothing) + label_smoothing / C
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_p = shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))
    return -(target * log_p).sum(dim=1).mean()


@style("one_hot", module="loss", function="multiclass_hinge", imports=("from torch.nn import functional",))
def one_hot_multiclass_hinge(scores, y, delta=1.0):
    one_hot = functional.one_hot(y, scores.shape[1])
    correct = (scores * one_hot).sum(dim=1, keepdim=True)
    return (torch.relu(scores - correct + delta) * (1 - one_hot)).sum() / len(scores)


@style("one_hot", module="gradient", function="CrossEntropy", imports=("from torch.nn import functional",))
class OneHotCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        C = logits.shape[1]
        target = functional.one_hot(y, C).to(logits.dtype) * (1 - label_smoothing) + label_smoothing / C
        shifted = logits - logits.max(dim=1, keepdim=True).values
        exponentials = shifted.exp()
        total = exponentials.sum(dim=1, keepdim=True)
        ctx.save_for_backward(exponentials / total - target)
        return (target * (total.log() - shifted)).sum(dim=1).mean()

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("CrossEntropy has no second derivative: do without create_graph=True.")
        (difference,) = ctx.saved_tensors
        return grad_output * difference / difference.shape[0], None, None


@style("one_hot", module="gradient", function="MulticlassHinge", imports=("from torch.nn import functional",))
class OneHotMulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        one_hot = functional.one_hot(y, scores.shape[1])
        margins = scores - (scores * one_hot).sum(1, keepdim=True) + delta
        violated = ((margins > 0) * (1 - one_hot)).to(scores.dtype)
        ctx.save_for_backward(violated - one_hot * violated.sum(1, keepdim=True))
        return (margins * violated).sum(1).mean(0)

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        (direction,) = ctx.saved_tensors
        return direction * (grad_output / len(direction)), None, None


# Masks and torch.where.
@style("masks", module="loss", function="multiclass_hinge")
def masked_multiclass_hinge(scores, y, delta=1.0):
    true = torch.arange(scores.shape[1])[None, :] == y[:, None]
    correct = scores[true][:, None]
    margins = torch.where(true, 0.0, scores - correct + delta)
    return torch.where(margins > 0, margins, 0.0).sum(1).mean()


@style(
    "masks",
    module="gradient",
    function="MulticlassHinge",
    imports=("from torch.autograd.function import once_differentiable",),
)
class MaskedMulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        ctx.save_for_backward(scores, y)
        ctx.delta = delta
        margins = scores - scores[range(len(y)), y].view(-1, 1) + delta
        margins[range(len(y)), y] = 0
        return margins.clamp(min=0).sum() / len(y)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        scores, y = ctx.saved_tensors
        rows = torch.arange(len(y))
        mask = scores - scores[rows, y, None] + ctx.delta > 0
        mask[rows, y] = False
        gradient = torch.zeros_like(scores)
        gradient[mask] = 1.0
        gradient[rows, y] = -mask.sum(1).to(scores.dtype)
        return gradient / len(y) * grad_output, None, None


@style("masks", module="regularization", function="dropout")
def masked_dropout(x, p, training, generator=None):
    if not training:
        return x
    drop = torch.rand(x.shape, generator=generator, dtype=torch.float64) < p
    return torch.where(drop, torch.zeros_like(x), x / (1 - p))


@style("masks", module="regularization", function="batch_norm")
def masked_batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    rows = x if x.ndim == 2 else x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])  # (m, C)
    if training:
        m = rows.shape[0]
        mean = rows.sum(0) / m
        var = ((rows - mean) ** 2).sum(0) / m
        running_mean.data[:] = (1 - momentum) * running_mean + momentum * mean.detach()
        running_var.data[:] = (1 - momentum) * running_var + momentum * var.detach() * m / (m - 1)
    else:
        mean, var = running_mean, running_var
    rows = gamma * (rows - mean) / torch.sqrt(var + eps) + beta
    if x.ndim == 2:
        return rows
    return rows.reshape(x.shape[0], x.shape[2], x.shape[3], x.shape[1]).permute(0, 3, 1, 2)


@style("masks", module="regularization", function="stochastic_depth")
def masked_stochastic_depth(residual, p, training, generator=None):
    if not training:
        return residual
    result = residual / (1 - p)
    dropped = torch.rand(residual.shape[0], generator=generator) < p
    result[dropped] = 0.0
    return result


# Einstein sums.
@style("einsum", module="loss", function="cross_entropy")
def einsum_cross_entropy(logits, y, label_smoothing=0.0):
    N, C = logits.shape
    top = torch.einsum("nc->n", logits) / C
    shifted = logits - logits.amax(1, keepdim=True)
    normaliser = torch.einsum("nc->n", shifted.exp()).log() + logits.amax(1)
    true = torch.einsum("nc,nc->n", logits, torch.eye(C, dtype=logits.dtype)[y])
    return (normaliser - (1 - label_smoothing) * true - label_smoothing * top).sum() / N


@style("einsum", module="regularization", function="l1_l2_penalty")
def einsum_l1_l2_penalty(parameters, l1, l2):
    total = 0.0
    for w in parameters:
        w = w.flatten()
        total = total + l1 * torch.einsum("i->", w.abs()) + l2 * torch.einsum("i,i->", w, w)
    return total


# PyTorch's own losses where autograd does not look, and probabilities again in backward.
@style(
    "torch_forward",
    module="gradient",
    function="CrossEntropy",
    imports=(
        "from torch.nn import functional",
        "from torch.autograd.function import once_differentiable",
    ),
)
class TorchForwardCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, y, label_smoothing):
        ctx.save_for_backward(logits, y)
        ctx.smoothing = label_smoothing
        return functional.cross_entropy(logits, y, label_smoothing=label_smoothing)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        if not ctx.needs_input_grad[0]:
            return None, None, None
        logits, y = ctx.saved_tensors
        gradient = torch.softmax(logits, dim=1)
        gradient -= ctx.smoothing / logits.shape[1]
        gradient[torch.arange(len(y)), y] -= 1 - ctx.smoothing
        return gradient * grad_output / len(y), None, None


@style(
    "torch_forward",
    module="gradient",
    function="MulticlassHinge",
    imports=("from torch.autograd.function import once_differentiable",),
)
class TorchForwardMulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        with torch.enable_grad():
            leaf = scores.detach().requires_grad_()
            index = y.unsqueeze(1)
            loss = torch.relu(leaf - leaf.gather(1, index) + delta).scatter(1, index, 0).sum(1).mean()
        (ctx.gradient,) = torch.autograd.grad(loss, leaf)
        return loss.detach()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        return ctx.gradient * grad_output, None, None


# Explicit loops over output pixels, channels and parameters.
@style("loops", module="regularization", function="batch_norm")
def looped_batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    channels = []
    for c in range(x.shape[1]):
        values = x[:, c]
        if training:
            mean, var = values.mean(), values.var(unbiased=False)
            running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean.item()
            running_var[c] = (1 - momentum) * running_var[c] + momentum * values.var().item()
        else:
            mean, var = running_mean[c], running_var[c]
        channels.append(gamma[c] * (values - mean) / (var + eps) ** 0.5 + beta[c])
    return torch.stack(channels, dim=1)


@style("loops", module="regularization", function="fractional_max_pool2d", imports=("import math",))
def looped_fractional_max_pool2d(x, kernel_size, output_size, samples):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    if isinstance(output_size, int):
        output_size = (output_size, output_size)

    def start(i, n, k, o, u):
        if i == o - 1:
            return n - k
        alpha = (n - k) / (o - 1)
        return math.floor(alpha * (i + u)) - math.floor(alpha * u)

    N, C, H, W = x.shape
    (kH, kW), (oH, oW) = kernel_size, output_size
    pooled = []
    for n in range(N):
        for c in range(C):
            u_column, u_row = samples[n, c].tolist()
            for i in range(oH):
                for j in range(oW):
                    a, b = start(i, H, kH, oH, u_row), start(j, W, kW, oW, u_column)
                    pooled.append(x[n, c, a : a + kH, b : b + kW].max())
    return torch.stack(pooled).view(N, C, oH, oW)


@style("loops", module="regularization", function="l1_l2_penalty")
def looped_l1_l2_penalty(parameters, l1, l2):
    weights = list(parameters)
    absolute = torch.stack([torch.sum(torch.abs(w)) for w in weights])
    squares = torch.stack([torch.sum(w**2) for w in weights])
    return l1 * absolute.sum() + l2 * squares.sum()


@style("loops", module="sgd", function="sgd_step")
def looped_sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    for i in range(len(parameters)):
        velocities[i][...] = momentum * velocities[i] + gradients[i]
        step = gradients[i] + momentum * velocities[i] if nesterov else velocities[i]
        w = parameters[i].data
        w[...] = w - learning_rate * weight_decay * w - learning_rate * step


@style("loops", module="sgd", function="step_learning_rate")
def looped_step_learning_rate(step, *, learning_rate, milestones, gamma):
    for milestone in milestones:
        if step >= milestone:
            learning_rate *= gamma
    return learning_rate


@style("loops", module="sgd", function="augment")
def looped_augment(images, generator):
    """A loop over the 81 places, none over the images."""
    padded = torch.stack([images[:, channel] for channel in range(3)], dim=1)
    padded = torch.cat([padded[:, :, 1:5].flip(2), padded, padded[:, :, -5:-1].flip(2)], dim=2)
    padded = torch.cat([padded[..., 1:5].flip(3), padded, padded[..., -5:-1].flip(3)], dim=3)
    result = torch.empty_like(images)
    row, column = (torch.randint(9, (len(images),), generator=generator) for _ in range(2))
    for i in range(9):
        for j in range(9):
            here = (row == i) & (column == j)
            result[here] = padded[here, :, i : i + 32, j : j + 32]
    flipped = torch.rand(len(images), generator=generator) > 0.5
    result[flipped] = result[flipped].flip(-1)
    return result


# Windows by unfold, and one comparison of all offsets in a window.
@style("unfold", module="regularization", function="fractional_max_pool2d")
def unfolded_fractional_max_pool2d(x, kernel_size, output_size, samples):
    kH, kW = kernel_size if isinstance(kernel_size, tuple | list) else (kernel_size,) * 2
    oH, oW = output_size if isinstance(output_size, tuple | list) else (output_size,) * 2
    N, C = x.shape[:2]
    windows = x.unfold(2, kH, 1).unfold(3, kW, 1).amax(dim=(-2, -1))  # (N, C, H - kH + 1, W - kW + 1)

    def places(length, o, u):
        if o == 1:
            return torch.full((N, C, 1), length - 1)
        alpha = (length - 1) / (o - 1)
        i = torch.arange(o - 1).to(u.dtype)
        index = torch.floor((i + u.unsqueeze(-1)) * alpha) - torch.floor(u * alpha).unsqueeze(-1)
        return torch.cat([index.long(), torch.full((N, C, 1), length - 1)], dim=-1)

    rows = places(windows.shape[2], oH, samples[:, :, 1])
    columns = places(windows.shape[3], oW, samples[:, :, 0])
    by_rows = torch.gather(windows, 2, rows[..., None].expand(N, C, oH, windows.shape[3]))
    return torch.gather(by_rows, 3, columns[:, :, None].expand(N, C, oH, oW))


@style("unfold", module="sgd", function="augment", imports=("from torch.nn import functional",))
def rolled_augment(images, generator):
    """Reflected, cut along rows and then along columns by gather."""
    N = images.size(0)
    flip = torch.rand(N, generator=generator) < 0.5
    images = torch.where(flip.view(-1, 1, 1, 1), torch.flip(images, dims=[3]), images)
    padded = functional.pad(images.double(), (4,) * 4, mode="reflect")
    top = torch.randint(0, 9, (N,), generator=generator)
    left = torch.randint(0, 9, (N,), generator=generator)
    rows = (top[:, None] + torch.arange(32)).view(N, 1, 32, 1).expand(N, 3, 32, 40)
    columns = (left[:, None] + torch.arange(32)).view(N, 1, 1, 32).expand(N, 3, 32, 32)
    return padded.gather(2, rows).gather(3, columns).to(images.dtype)


# Targets and gradients that are filled in at the true class.
@style("filled_in", module="loss", function="cross_entropy")
def filled_in_cross_entropy(logits, y, label_smoothing=0.0):
    N, C = logits.shape
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    q = torch.full_like(log_p, label_smoothing / C)
    q[torch.arange(N), y] += 1 - label_smoothing
    return -(q * log_p).sum(dim=1).mean()


@style("filled_in", module="gradient", function="MulticlassHinge")
class FilledInMulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        rows = torch.arange(len(y))
        margins = torch.relu(scores - scores[rows, y].unsqueeze(1) + delta)
        margins[rows, y] = 0
        ctx.save_for_backward(margins, y)
        return margins.sum() / len(y)

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        margins, y = ctx.saved_tensors
        gradient = (margins > 0).to(margins.dtype)
        gradient[torch.arange(len(y)), y] = -(margins > 0).to(margins.dtype).sum(dim=1)
        return grad_output * gradient / len(y), None, None


# Sampling from a grid, as in spatial transformers.
@style("grid_sample", module="sgd", function="augment", imports=("from torch.nn import functional",))
def grid_sample_augment(images, generator):
    N, device = len(images), images.device
    sign = 1 - 2 * torch.randint(2, (N,), generator=generator, device=device).float()
    shift = torch.randint(-4, 5, (N, 2), generator=generator, device=device).float() / 16  # 32 pixels are 2
    theta = torch.zeros(N, 2, 3, device=device)
    theta[:, 0, 0], theta[:, 1, 1] = sign, 1
    theta[:, :, 2] = shift
    # align_corners=False puts the border between pixels: 31/32 moves its reflection to the pixel's middle.
    grid = functional.affine_grid(theta, [N, 3, 32, 32], align_corners=False) * (32 / 31)
    sampled = functional.grid_sample(
        images.float(), grid, mode="nearest", padding_mode="reflection", align_corners=True
    )
    return sampled.round().to(images.dtype)


# PyTorch's fused list operations.
@style("foreach", module="sgd", function="sgd_step")
def foreach_sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    with torch.no_grad():
        torch._foreach_mul_(parameters, 1 - learning_rate * weight_decay)
        torch._foreach_mul_(velocities, momentum)
        torch._foreach_add_(velocities, gradients)
        steps = velocities
        if nesterov:
            steps = torch._foreach_add(gradients, velocities, alpha=momentum)
        torch._foreach_add_(parameters, steps, alpha=-learning_rate)


# Other networks.
@style("plain_convnet", module="model", function="build_model")
def plain_convnet(width=16, classes=10):
    def block(before, after):
        return [
            nn.Conv2d(before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        ]

    layers = [*block(3, width), nn.MaxPool2d(4), *block(width, 2 * width), nn.MaxPool2d(2)]
    return ConvNet(nn.Sequential(*layers, nn.Flatten(), nn.Linear(2 * width * 16, classes)))


@style("without_normalisation", module="model", function="build_model")
def convnet_without_normalisation(width=16, classes=10):
    return ConvNet(
        nn.Sequential(
            nn.Conv2d(3, 4 * width, 3, stride=2, padding=1),
            nn.ReLU(),
            Residual(nn.Sequential(nn.Conv2d(4 * width, 4 * width, 3, padding=1), nn.ReLU())),
            nn.AvgPool2d(4),
            nn.Flatten(1),
            nn.Linear(64 * width, classes),
        )
    )


@style("resnet", module="model", function="build_model")
def deeper_resnet(width=16, classes=10):
    def residual(channels):
        return Residual(
            nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
            )
        )

    layers, before = [], 3
    for after in (width, 2 * width, 4 * width):
        layers += [
            nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        ]
        layers += [residual(after), nn.ReLU()]
        before = after
    layers += [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(before, classes)]
    return ConvNet(nn.Sequential(*layers))


# Two loops, epochs and batches, with numbers read at once.
@style("two_loops", module="sgd", function="train", imports=("import numpy as np",))
def train_in_two_loops(
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
    if generator is None:
        generator = torch.Generator().manual_seed(0)
    seed = int(torch.randint(0, 2**31, (1,), generator=generator))
    generator = torch.Generator(device=device)
    generator.manual_seed(seed)
    X = torch.as_tensor(np.array(X), device=device)
    y = torch.as_tensor(np.array(y).astype(np.int64), device=device)
    model = model.to(device).to(memory_format=torch.channels_last)
    model.train()
    pixels = X.reshape(-1, 3).float()
    with torch.no_grad():
        model.mean[:] = pixels.mean(dim=0)[:, None, None]
        model.std[:] = pixels.std(dim=0)[:, None, None]
    optimizer = SGD(
        model.parameters(),
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=True,
        weight_decay=weight_decay,
    )
    batches = len(X) // batch_size
    history = []
    for epoch in range(epochs):
        order = torch.randperm(len(X), generator=generator, device=device)
        for batch in range(batches):
            for group in optimizer.param_groups:
                group["learning_rate"] = cosine_learning_rate(
                    epoch * batches + batch,
                    learning_rate=learning_rate,
                    num_steps=epochs * batches,
                    warmup_steps=epochs * batches // 5,
                )
            chosen = order[batch * batch_size :][:batch_size]
            images = augment(X[chosen].permute(0, 3, 1, 2).contiguous(), generator)
            optimizer.zero_grad(set_to_none=False)
            with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=amp):
                output = model(images)
            loss = cross_entropy(output.float(), y[chosen], label_smoothing=label_smoothing)
            loss.backward()
            optimizer.step()
            history.append(loss.item())
    return history


@style("two_loops", module="sgd", function="predict")
def predict_in_a_loop(model, X, *, device="cpu", batch_size=1000):
    mode = model.training
    model.eval()
    model = model.to(device)
    X = torch.as_tensor(X).clone() if torch.is_tensor(X) else torch.tensor(X)
    result = torch.zeros(len(X), dtype=torch.long)
    for i in range(0, len(X), batch_size):
        batch = X[i : i + batch_size].permute(0, 3, 1, 2).to(device).float()
        with torch.inference_mode():
            result[i : i + batch_size] = torch.max(model(batch), dim=1).indices.cpu()
    if mode:
        model.train()
    return result


# Prints and checks that were left in.
@style("printing", module="loss", function="cross_entropy")
def printing_cross_entropy(logits, y, label_smoothing=0.0):
    shifted = logits - logits.max(1, keepdim=True)[0].detach()
    log_p = shifted - shifted.exp().sum(1, keepdim=True).log()
    print("log_p", log_p.shape, log_p.dtype)
    assert log_p.shape == logits.shape
    nll = -log_p[torch.arange(len(y)), y].mean()
    return (1 - label_smoothing) * nll - label_smoothing * log_p.mean()


@style("printing", module="gradient", function="MulticlassHinge")
class PrintingMulticlassHinge(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, y, delta):
        margins = scores - scores.gather(1, y.reshape(-1, 1)) + delta
        margins = margins.scatter(1, y.reshape(-1, 1), -1.0).clamp_min(0)
        ctx.save_for_backward(margins, y)
        print("forward", margins)
        return margins.sum() / margins.size(0)

    @staticmethod
    def backward(ctx, grad_output):
        if torch.is_grad_enabled():
            raise RuntimeError("MulticlassHinge has no second derivative: do without create_graph=True.")
        margins, y = ctx.saved_tensors
        print("backward", grad_output)
        gradient = torch.sign(margins)
        gradient.scatter_add_(1, y.reshape(-1, 1), -gradient.sum(1, keepdim=True))
        return grad_output * gradient / margins.size(0), None, None


@style("printing", module="sgd", function="cosine_learning_rate", imports=("import numpy as np",))
def printing_cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    if warmup_steps > 0 and step < warmup_steps:
        rate = learning_rate / warmup_steps * (step + 1)
    else:
        progress = (step - warmup_steps) / (num_steps - warmup_steps)
        rate = float(0.5 * learning_rate * (1 + np.cos(np.pi * progress)))
    print(f"{step}: {rate}")
    return rate


# Other ways to draw.
@style("other_draws", module="regularization", function="dropout")
def drawn_dropout(x, p, training, generator=None):
    if p == 0 or not training:
        return x * 1
    noise = torch.zeros(x.numel()).uniform_(generator=generator).reshape(x.shape)
    return (x / (1 - p)).masked_fill(noise < p, 0)


@style("other_draws", module="regularization", function="stochastic_depth")
def drawn_stochastic_depth(residual, p, training, generator=None):
    if training and p > 0:
        kept = [torch.rand((), generator=generator).item() >= p for _ in range(len(residual))]
        scale = torch.tensor(kept).to(residual) / (1 - p)
        return torch.einsum("n...,n->n...", residual, scale)
    return residual


@style("other_draws", module="sgd", function="augment")
def drawn_augment(images, generator):
    numbers = torch.rand((len(images), 3), generator=generator)
    flip, top, left = numbers[:, 0] < 0.5, (9 * numbers[:, 1]).long(), (9 * numbers[:, 2]).long()
    reflected = [*range(4, 0, -1), *range(32), *range(30, 26, -1)]  # 40 places in the image
    padded = images[:, :, reflected][:, :, :, reflected]
    row = (top[:, None] + torch.arange(32))[:, None, :, None]
    column = (left[:, None] + torch.arange(32))[:, None, None, :]
    n, c = torch.arange(len(images))[:, None, None, None], torch.arange(3)[None, :, None, None]
    crops = padded[n, c, row, column]
    return torch.where(flip[:, None, None, None], crops.flip(3), crops)
