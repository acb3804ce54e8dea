"""`python -m colab_setup [setup|check|submit]`: what the notebook's cells do, from a terminal.

Exit code 0 where all went well, 1 where a check fails or no zip could be made, 2 for unusable arguments.
"""

from __future__ import annotations

import argparse
import io
import re
import runpy
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

if not __package__:  # started by its path, as `python colab_setup check`
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    runpy.run_module("colab_setup", run_name="__main__", alter_sys=True)  # ends Python

from . import folder, report
from .checking import checks as checking
from .checking import report as checking_report
from .language import N_, ToldError, _


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except folder.FolderError as error:
        print(error, file=sys.stderr)
        return 2
    except (ToldError, checking.CheckError) as error:
        print(error, file=sys.stderr)
        return 1


class _Parser(argparse.ArgumentParser):
    """One that says its own words in the student's language too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "add_help": False, "formatter_class": _Help})
        self._positionals.title, self._optionals.title = _("what"), _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this and end"))

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        for pattern, said in _FAULTS.items():
            if found := re.match(pattern, message):
                message = _(said, **found.groupdict())
        self.exit(2, _("This cannot be used: {message}", message=message) + "\n")


_FAULTS = {
    r"argument (?P<what>\S+): invalid choice: (?P<value>'[^']*')": N_("{value} is none of {what}"),
    r"argument (?P<what>\S+): expected one argument": N_("{what} needs a value"),
    r"argument (?P<what>\S+): invalid \w+ value: (?P<value>.*)": N_("{value} is no value of {what}"),
    r"unrecognized arguments: (?P<value>.*)": N_("there is no {value}"),
}
"""What Python's parser says, in English alone, and how it is said here."""


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m colab_setup",
        description=_("Set up the runtime, check the modules, make the zip to hand in."),
    )
    parser.set_defaults(run=_setup, folder=Path("."), data=None, gpu_required=False)
    commands: Any = parser.add_subparsers(metavar="setup|check|submit")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--folder", type=Path, default=Path("."), help=_("the assignment's folder (default: this one)")
    )
    setting = commands.add_parser(
        "setup", parents=[shared], help=_("say what this machine has: GPU, Drive, data")
    )
    setting.add_argument("--data", type=Path, help=_("the data set's zip or folder"))
    setting.add_argument("--gpu-required", action="store_true", help=_("fail where torch cannot use a GPU"))
    setting.set_defaults(run=_setup)
    checks = commands.add_parser("check", parents=[shared], help=_("run the public tests on the modules"))
    checks.add_argument(
        "questions", nargs="*", metavar="QUESTION", help=_("the questions to check (default: all)")
    )
    checks.add_argument(
        "--limit", type=float, default=checking.LIMIT_SECONDS, help=_("seconds that a test case may take")
    )
    checks.set_defaults(run=_check)
    submits = commands.add_parser("submit", parents=[shared], help=_("make the zip to hand in"))
    submits.add_argument(
        "--out", type=Path, help=_("the zip to make (default: submission.zip in the folder)")
    )
    submits.set_defaults(run=_submit)
    return parser


def _setup(options: argparse.Namespace) -> int:
    from .session import setup

    name = folder.read(options.folder.resolve()).name
    setup(name, data=options.data, gpu_required=options.gpu_required)
    return 0


def _check(options: argparse.Namespace) -> int:
    assignment = folder.read(options.folder.resolve())
    checked = checking.check(
        assignment.folder,
        assignment.modules,
        questions=assignment.questions,
        only=options.questions,
        limit=options.limit,
    )
    now = time.time()
    rows = [
        (file.name, folder.changed(file, now))
        for file in (assignment.folder / f"{module}.py" for module in assignment.modules)
        if file.is_file()
    ]
    print(
        report.table(_("Checked in {folder}", folder=assignment.folder), rows),
        checking_report.text(checked),
        sep="\n\n",
    )
    return 0 if checked.passed else 1


def _submit(options: argparse.Namespace) -> int:
    from .handing_in import submit

    submit(options.folder, out=options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
