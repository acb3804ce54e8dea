"""Stand-ins of this process for what the sandbox gives cases: functions that fail as a student's do, a check without a clock."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..checks import Check, Mismatch
from ..diagnosis import Recorder
from ..sandbox import NotAttempted, Raised, StudentError, call, refused_answer, refused_argument


class UntimedCheck(Check):
    """Looks at the value of a speed case alone, and notes how many tolerances wide the widest mismatch was."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.excess = 0.0

    def same(self, *args: Any, **kwargs: Any) -> None:
        """See `Check.same`."""
        try:
            super().same(*args, **kwargs)
        except Mismatch as mismatch:
            self.excess = max(self.excess, mismatch.excess)
            raise

    def speed(
        self, student_fn: Any, loops_fn: Any, make_args: Any, times: float = 10, **options: Any
    ) -> None:
        """Two calls with other arguments must be right."""
        for turn in range(2):
            args = make_args(turn)
            expected = options["reference_fn"](*args)  # before, since a function may write into its arguments
            self.same(student_fn(*args), expected)


@dataclass(frozen=True)
class LocalFunction:
    """A function of this process that fails as one in the sandbox does, and whose calls are noted.

    Attributes:
        name: of the function.
        target: the function itself.
        recorder: notes the calls.
        torch: whether it is about tensors: what no message can carry then stays in the sandbox, and is no mistake.
    """

    name: str
    target: Callable[..., Any]
    recorder: Recorder
    torch: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        random = _torch_state()
        for arg in (*args, *kwargs.values()):
            if not self.torch and (why := refused_argument(arg)):
                raise AssertionError(f"A test passes an argument that cannot be sent: {why}.")
        return self.recorder.call(self.name, self._guarded(self.target), args, kwargs, lambda: random)

    def apply(self, *args: Any) -> Any:
        """For a `torch.autograd.Function`."""
        target = self._guarded(self.target.apply)  # type: ignore[attr-defined]
        return self.recorder.call(self.name, target, args, {}, bytes)

    def _guarded(self, target: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                value = call(target, args, kwargs)
                if not self.torch and (why := refused_answer(value)):
                    raise Raised(
                        f"{self.name} returned something that is neither a number nor an array:", why
                    )
                if hasattr(value, "forward"):  # a model, which shall fail in the same way
                    kind = type(value)
                    value.__class__ = type(kind.__name__, (kind,), {"forward": self._guarded(kind.forward)})
                return value
            except (AssertionError, StudentError):
                raise  # a callback of the check's
            except NotImplementedError as error:
                raise NotAttempted(f"{self.name} is not written yet.") from error
            except (Exception, SystemExit) as error:
                text = f"{type(error).__name__}: {error}"
                raise Raised(f"{self.name} raised an exception:", text, type(error).__name__) from error

        return guarded


def _torch_state() -> bytes:
    """Of torch's own generator, where torch is used."""
    torch = sys.modules.get("torch")
    return torch.get_rng_state().numpy().tobytes() if torch else b""


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without prints and warnings, and with torch's own generator as a fresh worker has it."""
    torch = sys.modules.get("torch")
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        torch.random.fork_rng() if torch else contextlib.nullcontext(),
    ):
        warnings.simplefilter("ignore")
        if torch:
            torch.manual_seed(0)
        yield
