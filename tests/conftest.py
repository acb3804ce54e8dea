"""What all tests share."""

import gc
import os
import signal
from pathlib import Path

import pytest

from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

# Several tests run at a time, and threads that wait for one another take for ever on a machine that is busy. Before
# numpy and torch are imported, and passed on to the processes that tests start.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# A shell has what it starts in the background ignore Ctrl-C, and so would everything that tests start and stop by it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is imported while tests are collected stays, and is a lot: each look through it for garbage takes half a second.
gc.disable()

CIFAR10 = Path(__file__).resolve().parents[2] / "shared" / "data" / "cifar10.zip"


@pytest.fixture(scope="session")
def cifar10_zip() -> Path:
    """The real CIFAR-10, where a developer has it beside the checkout."""
    if not CIFAR10.exists():
        pytest.skip("needs CIFAR-10 as ../shared/data/cifar10.zip beside the checkout")
    return CIFAR10


ALL_SLOW = "\npytestmark = pytest.mark.slow\n"


def pytest_ignore_collect(collection_path, config):
    """Where slow tests are left out, files of them alone are not imported: torch, Otter and the suites take seconds."""
    left_out = "not slow" in config.option.markexpr and collection_path.suffix == ".py"
    return True if left_out and ALL_SLOW in collection_path.read_text(encoding="utf-8") else None


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items):
    """The files of notebooks come first: few tests, each of them long. Begun last, they are waited for alone."""
    items.sort(key=lambda item: "solutions" not in item.path.parts)
