"""What can go wrong: on the grader's side, or in the student's code in one of several ways."""


class SandboxError(Exception):
    """The grader could not confine or start a worker."""


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


class NotAttempted(StudentError):
    """The stub is still there, or the function is missing."""

    state = "not attempted"


class Blocked(StudentError):
    """Its module, or one that it uses, could not be imported."""

    state = "blocked"


class TimedOut(StudentError):
    """It did not return in time."""

    state = "timed out"


class OutOfMemory(StudentError):
    """It wanted more memory than there is for a submission."""

    state = "out of memory"


class Crashed(StudentError):
    """The process that ran it ended, or stopped following the protocol."""

    state = "crashed"
