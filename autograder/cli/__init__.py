"""The command `autograder`: what is typed and what is printed. It decides nothing; each command calls a room below."""

from __future__ import annotations

import typer

from .authors import calibrate, check, release, stubs, validate
from .grading import grade
from .machine import doctor
from .making import course, new, schema
from .plain_help import PlainCommand
from .results import desk, export, feedback, report, similar

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Grades deep-learning coursework with Otter, student code confined.",
)
COMMANDS = (
    grade, desk, report, export, feedback, similar, course, release, check, doctor, new, stubs, validate, calibrate,
    schema,
)  # fmt: skip
for command in COMMANDS:
    # Without the short help the list of commands has no more than fits the line.
    app.command(cls=PlainCommand, short_help=(command.__doc__ or "").partition("\n")[0])(command)


def main() -> None:
    """Entry point of the command."""
    app(prog_name="autograder")
