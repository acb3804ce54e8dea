"""What all tests share."""

from pathlib import Path

import pytest

CIFAR10 = Path(__file__).resolve().parents[2] / "shared" / "data" / "cifar10.zip"


@pytest.fixture(scope="session")
def cifar10_zip() -> Path:
    """The real CIFAR-10, where a developer has it beside the checkout."""
    if not CIFAR10.exists():
        pytest.skip("needs CIFAR-10 as ../shared/data/cifar10.zip beside the checkout")
    return CIFAR10
