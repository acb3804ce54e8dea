"""What can go wrong: on the grader's side, or in the student's code in one of several ways."""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """The grader could not confine or start a worker, or a test asks of one what cannot be asked."""


class NotStarted(SandboxError):
    """A worker did not come up. Nothing of a submission had been read from it: it is never a submission's fault."""


class StudentError(Exception):
    """A call of a student's function that gave no value; the message is a sentence for the student.

    Attributes:
        state: the state of a test case that ends with this error.
        detail: what came from the student's own code: an exception's text. Not for hidden cases.
        exception: the name of the type of the exception that the student's code raised, if it did.
    """

    state = "failed"

    def __init__(self, message: str, detail: str = "", exception: str = "") -> None:
        super().__init__(f"{message} {detail}".strip())
        self.message = message
        self.detail = detail
        self.exception = exception


class Raised(StudentError):
    """The function raised an exception, or returned something that is no number or array."""


class Unusable(StudentError):
    """What came back cannot be graded; the message is the grader's own, and may be shown for hidden cases."""


class NotAttempted(StudentError):
    """The stub is still there, or the function is missing."""

    state = "not attempted"


class Blocked(StudentError):
    """Its module, or one that it uses, could not be imported."""

    state = "blocked"


class ObjectLost(StudentError):
    """It needs an object that a call before it returned, and the process that held it has ended since."""

    state = "blocked"


class TimedOut(StudentError):
    """It did not return in time."""

    state = "timed out"


class OutOfMemory(StudentError):
    """It wanted more memory than there is for a submission."""

    state = "out of memory"


class Killed(OutOfMemory):
    """The system has ended its process, or a person: it need not be the submission's doing, and may be tried again.

    Attributes:
        forgiven: whether it was from outside; see `confinement.FORGIVEN`. Others are tried a few times at most.
    """

    forgiven = False


class Crashed(StudentError):
    """The process that ran it ended, or stopped following the protocol."""

    state = "crashed"


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def changed_argument(function: str, path: str) -> str:
    """What there is to say of a function that has changed an argument which it must leave as it was.

    Args:
        function: its name.
        path: which argument, as in `encoding.items`.
    """
    place = path.partition(".")[0]
    which = f"argument {place}"
    if place.isdecimal() and int(place) < len(ORDINALS):
        which = f"{ORDINALS[int(place)]} argument"
    return f"{function} changes its {which}, which must stay as it was: compute with a copy of it."


def reported(name: str, error: Any) -> StudentError:
    """The exception for an error that a worker reports.

    Args:
        name: what was called, for the message.
        error: what the worker sent, of any type.
    """
    fields = {
        key: value if isinstance(error, dict) and isinstance(value := error.get(key), str) else ""
        for key in ("kind", "type", "text", "where")
    }
    kind, place = fields["kind"], f" at {fields['where']}" if fields["where"] else ""
    detail = f"{fields['type']}{place}: {fields['text']}"
    match kind:
        case "unfinished":
            # The stub names its own question; another name says which unfinished function was called.
            other = "" if fields["text"].startswith(name) else fields["text"]
            return NotAttempted(f"{name} is not written yet.", other)
        case "missing":
            return NotAttempted(f"{name} is not defined in its module.", fields["text"])
        case "blocked":
            return Blocked(f"{name} needs a module that could not be imported.", fields["text"])
        case "memory":
            return OutOfMemory(f"{name} needed more memory than a submission may use.")
        case "exit":
            return Crashed(f"{name} tried to end the process (sys.exit or exit).")
        case "value":
            return Raised(f"{name} returned something that is neither a number nor an array:", fields["text"])
        case _:
            return Raised(f"{name} raised an exception:", detail, fields["type"])
