"""Training: SGD with momentum, learning rates that change, and a loop that keeps a GPU busy (lecture 1: SGD).

Images are kept as uint8 on the device that trains, and batches are made there: nothing is copied to it, and no
number is read back from it, from one step to the next. A torch.Generator is the only source of randomness of a
function that has one: the same state gives the same result.
"""

import math

import torch
from loss import cross_entropy


def sgd_step(
    parameters, gradients, velocities, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0
):
    """One step of SGD with momentum and decoupled weight decay, in place.

    parameters, gradients, velocities: lists of as many tensors, of equal shapes; learning_rate, momentum,
    weight_decay: numbers >= 0; nesterov: a bool. For each parameter w with its gradient g and velocity v, in this
    order,

        w <- w - learning_rate * weight_decay * w
        v <- momentum * v + g
        w <- w - learning_rate * (g + momentum * v if nesterov else v).

    Changes the parameters and the velocities (which are zeros before the first step) in place, leaves the gradients
    alone, and returns None. The parameters may require gradients: work under torch.no_grad().
    Source: lecture 1, SGD; Sutskever et al. 2013, "On the importance of initialization and momentum"; Loshchilov
    and Hutter 2019, "Decoupled weight decay regularization".
    """
    raise NotImplementedError("sgd_step: not written yet")


class SGD(torch.optim.Optimizer):
    """Given: sgd_step as an optimiser, so that it has zero_grad, state_dict and load_state_dict.

    The learning rate of the next step is `group["learning_rate"]` for each group of `param_groups`.
    """

    def __init__(self, parameters, *, learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
        settings = {"learning_rate": learning_rate, "momentum": momentum}
        super().__init__(parameters, settings | {"nesterov": nesterov, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every parameter that has a gradient; returns closure(), or None without one."""
        with torch.enable_grad():
            loss = None if closure is None else closure()
        for group in self.param_groups:
            moved = [w for w in group["params"] if w.grad is not None]
            for w in moved:
                if "velocity" not in self.state[w]:
                    self.state[w]["velocity"] = torch.zeros_like(w)
            sgd_step(
                moved,
                [w.grad for w in moved],
                [self.state[w]["velocity"] for w in moved],
                learning_rate=group["learning_rate"],
                momentum=group["momentum"],
                nesterov=group["nesterov"],
                weight_decay=group["weight_decay"],
            )
        return loss


def step_learning_rate(step, *, learning_rate, milestones, gamma):
    """The learning rate of a step where it falls at milestones.

    step: an integer, 0 for the first; learning_rate: that of the start; milestones: a list of steps; gamma: a number.
    Returns a float, learning_rate * gamma^k, where k is the number of milestones m with m <= step.
    """
    raise NotImplementedError("step_learning_rate: not written yet")


def cosine_learning_rate(step, *, learning_rate, num_steps, warmup_steps):
    """The learning rate of a step: a linear warm-up to learning_rate, then half a cosine to 0.

    step: an integer in 0 .. num_steps; learning_rate: the highest; warmup_steps: an integer in 0 .. num_steps - 1.
    Returns a float,

        learning_rate * (step + 1) / warmup_steps                                             for step < warmup_steps,
        learning_rate * (1 + cos(pi (step - warmup_steps) / (num_steps - warmup_steps))) / 2   otherwise.

    Source: Loshchilov and Hutter 2017, "SGDR", without the restarts.
    """
    raise NotImplementedError("cosine_learning_rate: not written yet")


def augment(images, generator):
    """Each image flipped at random, and shifted at random by up to four pixels.

    images: (N, 3, 32, 32), uint8 or float, on any device; generator: a torch.Generator on that device. Returns new
    images of the same shape, dtype and device. For each image on its own, and uniformly: it is mirrored left to
    right with probability one half, and it is the 32 x 32 crop at one of the 9 x 9 places in the image padded by
    4 pixels on each side by reflection (pixel -1 is pixel 1, pixel 32 is pixel 30). No loop over the images.
    Source: He et al. 2016, "Deep residual learning", section 4.2 (there the padding is 0).
    """
    raise NotImplementedError("augment: not written yet")


def train(
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
    """Train the model by SGD, in place, on images and their classes.

    model: takes (N, 3, 32, 32) pixel values 0 .. 255 and returns logits (N, C), such as model.build_model makes; X:
    uint8 images (N, 32, 32, 3), y: (N,) integer classes, numpy arrays or tensors, possibly read-only; epochs: an
    integer >= 1; batch_size: an integer in 1 .. N. The model goes to the device (and stays there), in channels_last
    memory format and in training mode; X and y are moved there once, X as uint8.

    First model.mean and model.std, both (3, 1, 1), are filled with mean and standard deviation of each channel over
    all of X. Then each epoch goes through the examples in a new random order, in batches of batch_size; the last
    N % batch_size of the order sit out. A step augments its batch, computes cross_entropy with label_smoothing,
    and moves the weights by SGD with momentum (Nesterov's) and weight_decay, at the cosine_learning_rate of all the
    run's steps, of which the first fifth (rounded down) is the warm-up. With amp the model runs under
    torch.autocast in bfloat16; the loss is computed in float32.

    generator: a torch.Generator on the CPU (None: one seeded with 0). It gives a single number, the seed of a
    generator on the device that makes everything random here.

    checkpoint: a colab_setup.Checkpointer or None. Its step(steps_done, **state) is called after every step with all
    that the rest of the run depends on; found = checkpoint.resume(**targets) at the start sets the targets to what was
    saved and returns it (found.step, found[name]), or None if there is nothing. A run that is cut off and started
    again, with the same arguments, ends with exactly the weights and the history of one that was not.

    Returns the history: a list with the loss, a float, of each step's batch before that step. No loss is read from
    the device before the end, since that would make the GPU wait for the CPU in every step.
    """
    raise NotImplementedError("train: not written yet")


def predict(model, X, *, device="cpu", batch_size=1000):
    """The class of each image: the one with the highest logit (the first of them where several are equal).

    model: as for train, X: uint8 images (N, 32, 32, 3), a numpy array or a tensor, N >= 1; batch_size: how many images
    the model gets at once. The model goes to the device, and predicts in evaluation mode and without recording
    gradients. Returns (N,), an int64 tensor on the CPU. The model is afterwards in the mode, training or
    evaluation, that it was in before.
    """
    raise NotImplementedError("predict: not written yet")
