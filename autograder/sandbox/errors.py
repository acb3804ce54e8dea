"""The error of this package that is never a student's fault."""


class SandboxError(Exception):
    """The grader could not confine or start a worker."""
