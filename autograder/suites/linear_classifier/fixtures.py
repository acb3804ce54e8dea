"""What the hidden cases of this suite may ask for beside `reference` and `check`."""

from autograder.checks import Check, fixture
from autograder.suites.classification import Classification


@fixture
def classification(check: Check) -> Classification:
    """Draws classification problems."""
    return Classification(check)
