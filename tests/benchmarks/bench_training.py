"""Where a training step's time goes, with the reference of gpu_training: data, forward, backward, optimiser.

    python -m tests.benchmarks.bench_training [--device cuda] [--width 64] [--batch-size 512] [--amp] [--threads N]
                                              [--curve cifar10.zip --epochs 6]

The images are random, since their content takes no time. The table's steps wait for the device after each part, so
that a part's time is its own; `train` itself does not, and the last line is its speed, without any clock in it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch
from rich.console import Console
from rich.table import Table

from colab_setup.data.loading import Dataset, load
from tests.solutions.conftest import load_functions

FOLDER = Path(__file__).parents[2] / "solutions" / "gpu_training"
MODULES = ("loss", "gradient", "regularization", "sgd", "model")
PARTS = ("data", "forward", "backward", "optimiser")
WARM_UP = 3
"""Steps that do not count: the first ones choose kernels and allocate memory."""


def parts(
    reference: SimpleNamespace, device: torch.device, width: int, batch_size: int, amp: bool, num_steps: int
) -> dict[str, float]:
    """Seconds of each part, summed over num_steps steps that are those of `train`."""
    model = reference.build_model(width=width).to(device, memory_format=torch.channels_last).train()
    optimizer = reference.SGD(model.parameters(), learning_rate=0.01, momentum=0.9, nesterov=True)
    X, y = random_images(10 * batch_size)
    images, labels = X.to(device).permute(0, 3, 1, 2), y.to(device)
    source = torch.Generator(device).manual_seed(0)
    spent = dict.fromkeys(PARTS, 0.0)

    def timed(part: str, action: Callable[[], object], counts: bool) -> object:
        start = time.perf_counter()
        result = action()
        synchronize(device)
        if counts:
            spent[part] += time.perf_counter() - start
        return result

    def make_batch() -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.randperm(len(images), generator=source, device=device)[:batch_size]
        return reference.augment(images[rows], source), labels[rows]

    for step in range(WARM_UP + num_steps):
        counts = step >= WARM_UP
        batch, classes = timed("data", make_batch, counts)

        def forward(batch: torch.Tensor = batch, classes: torch.Tensor = classes) -> torch.Tensor:
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=amp):
                logits = model(batch)
            return reference.cross_entropy(logits.float(), classes, 0.1)

        loss = timed("forward", forward, counts)
        optimizer.zero_grad()
        timed("backward", loss.backward, counts)
        timed("optimiser", optimizer.step, counts)
    return spent


def images_per_second(
    reference: SimpleNamespace, device: torch.device, width: int, batch_size: int, amp: bool, num_steps: int
) -> float:
    """The speed of `train` between its steps WARM_UP and WARM_UP + num_steps."""

    class Clock:
        def resume(self, **targets: object) -> None:
            return None

        def step(self, step: int, **state: object) -> None:
            if step == WARM_UP:
                synchronize(device)
                self.start = time.perf_counter()
            elif step == WARM_UP + num_steps:
                synchronize(device)
                self.seconds = time.perf_counter() - self.start

    clock = Clock()
    X, y = random_images((WARM_UP + num_steps) * batch_size)
    options = {"batch_size": batch_size, "device": device, "amp": amp, "checkpoint": clock}
    reference.train(reference.build_model(width=width), X, y, epochs=1, learning_rate=0.01, **options)
    return num_steps * batch_size / clock.seconds


@dataclass(frozen=True)
class Epoch:
    """Where a training stood after an epoch: mean loss over it, per cent of the test images, seconds of training."""

    number: int
    loss: float
    accuracy: float
    seconds: float


def curve(
    reference: SimpleNamespace,
    data: Dataset,
    device: torch.device,
    width: int,
    amp: bool,
    epochs: int,
    batch_size: int,
    told: Callable[[Epoch], None],
) -> None:
    """Train once on a data set and tell of each epoch when it ends; predicting does not count."""
    steps = len(data.X_train) // batch_size

    class Epochs:
        def resume(self, **targets: object) -> None:
            self.spent, self.last = 0.0, time.perf_counter()

        def step(self, step: int, *, model: torch.nn.Module, losses: torch.Tensor, **state: object) -> None:
            if step % steps == 0:
                synchronize(device)
                self.spent += time.perf_counter() - self.last
                right = reference.predict(model, data.X_test, device=device).numpy() == data.y_test
                loss = losses[step - steps : step].mean().item()
                told(Epoch(step // steps, loss, 100 * float(right.mean()), self.spent))
                model.train()
                self.last = time.perf_counter()

    options = {"label_smoothing": 0.1, "device": device, "amp": amp, "checkpoint": Epochs()}
    torch.manual_seed(0)
    reference.train(
        reference.build_model(width=width), data.X_train, data.y_train, epochs=epochs, batch_size=batch_size,
        learning_rate=0.2, **options,
    )  # fmt: skip


def load_reference() -> SimpleNamespace:
    """The functions of gpu_training's reference."""
    return load_functions({name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in MODULES})


def _print(epoch: Epoch) -> None:
    print(
        f"epoch {epoch.number}: loss {epoch.loss:.3f}, test {epoch.accuracy:.2f} %, {epoch.seconds:.1f} s",
        flush=True,
    )


def random_images(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randint(256, (n, 32, 32, 3), dtype=torch.uint8), torch.randint(10, (n,))


def synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--width", type=int, help="of the model; 64 on a GPU, 16 on the CPU")
    parser.add_argument("--batch-size", type=int, help="512 on a GPU, 256 on the CPU")
    parser.add_argument("--steps", type=int, help="200 on a GPU, 20 on the CPU")
    parser.add_argument(
        "--amp", action=argparse.BooleanOptionalAction, help="bfloat16; on a GPU unless --no-amp"
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--curve", type=Path, help="a data set to train on in addition, epoch by epoch")
    parser.add_argument("--epochs", type=int, help="of it; 20 on a GPU, 6 on the CPU")
    arguments = parser.parse_args(argv)
    device = torch.device(arguments.device)
    gpu = device.type == "cuda"
    if gpu and not torch.cuda.is_available():
        print("There is no CUDA device here: use --device cpu.")
        return 2
    torch.set_num_threads(arguments.threads)
    width = arguments.width or (64 if gpu else 16)
    batch_size = arguments.batch_size or (512 if gpu else 256)
    num_steps = arguments.steps or (200 if gpu else 20)
    amp = gpu if arguments.amp is None else arguments.amp

    reference = load_reference()
    spent = parts(reference, device, width, batch_size, amp, num_steps)
    speed = images_per_second(reference, device, width, batch_size, amp, num_steps)

    named = (
        torch.cuda.get_device_name(device)
        if gpu
        else f"{platform.machine()} CPU, {arguments.threads} threads"
    )
    table = Table()
    for column in ("part", "ms a step", "share"):
        table.add_column(column, justify="left" if column == "part" else "right")
    total = sum(spent.values())
    for part, seconds in spent.items():
        table.add_row(part, f"{1000 * seconds / num_steps:.2f}", f"{seconds / total:.1%}")
    table.add_row("all", f"{1000 * total / num_steps:.2f}", f"{num_steps * batch_size / total:,.0f} images/s")
    print(f"{named}: width {width}, batches of {batch_size}, {'bfloat16' if amp else 'float32'}")
    Console().print(table)
    print(f"train, without clocks: {speed:,.0f} images/s (load {os.getloadavg()[0]:.1f})")
    if arguments.curve is not None:
        epochs = arguments.epochs or (20 if gpu else 6)
        curve(reference, load(arguments.curve), device, width, amp, epochs, batch_size, _print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
