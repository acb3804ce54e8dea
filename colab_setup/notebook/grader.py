"""What a notebook checks questions with: the command line's report of one question, from the saved files.

    grader = kit.grader
    grader.check("svm_loss")
    need = grader.need

A check runs in a process of its own with a limit of time, so that an endless loop hangs no cell and prints do not land in
the notebook. Here nothing of the student's is imported.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import weakref
from dataclasses import replace
from pathlib import Path

from .. import folder as folders
from ..checking import checks, elsewhere, report
from ..checking.libraries import needed
from ..checking.runner import Waiting
from ..language import _
from ..machine import SetupError

_MAX_SHOWN = 20_000
"""Characters of a report that land in the notebook."""


class NotYetError(SetupError):
    """Why a cell goes no further: it needs functions that do not pass their checks; one sentence."""


class Result:
    """How a check went; a notebook shows the report.

    Attributes:
        checked: every case.
        passed_all: whether every module can be imported and every case passes.
    """

    def __init__(self, checked: checks.Checked) -> None:
        self.checked, self.passed_all = checked, checked.passed

    def __repr__(self) -> str:
        said = report.text(self.checked)
        return said if len(said) <= _MAX_SHOWN else f"{said[:_MAX_SHOWN]} ..."


class Grader:
    """Checks the questions of the assignment in a folder; each once, until a file changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = ""
        self._known: dict[str, checks.Checked] = {}
        self._waiting = Waiting()
        weakref.finalize(self, self._waiting.stop)

    def prepare(self) -> None:
        """Let a process load torch, where it is used, while the student reads on: it takes seconds."""
        with contextlib.suppress(folders.FolderError, OSError):
            libraries = needed(folders.read(self.folder).modules, self.folder)
            if "torch" in libraries:
                self._waiting.prepare(libraries)

    def check(self, *questions: str) -> Result:
        """Check questions, by default all, on the modules as they are saved.

        Raises SetupError, which a notebook shows as one sentence, where there is no such question or the folder is
        damaged.
        """
        for question in questions:
            if not isinstance(question, str):
                name = getattr(question, "__name__", "...")
                raise SetupError(_('Write the question in quotes: "{name}".', name=name))
        if (state := self._files()) != self._state:
            self._state, self._known = state, {}
        try:
            assignment = folders.read(self.folder)
            wanted = questions or assignment.questions
            if not wanted:
                raise checks.CheckError(_("This assignment has no questions with public tests."))
            if new := [question for question in wanted if question not in self._known]:
                self._learn(assignment, new)
                self.prepare()
        except (folders.FolderError, checks.CheckError) as error:
            raise SetupError(str(error)) from error
        found = [self._known[question] for question in wanted]
        remarks = [remark for each in found for remark in each.remarks]
        return Result(
            checks.Checked(
                tuple(case for each in found for case in each.cases),
                found[-1].broken,
                tuple(dict.fromkeys([*remarks, *elsewhere.in_a_cell(self.folder.resolve(), wanted)])),
            )
        )

    def _learn(self, assignment: folders.Assignment, new: list[str]) -> None:
        """Check questions, in one process: who asks for a second one on the same files is told of all at once.

        A process begins with seconds of importing where torch is used; a student who saves and checks one question
        waits for that one alone, and a notebook that is run from its top for two processes.
        """
        rest = [question for question in assignment.questions if question not in (*self._known, *new)]
        for questions in ([*new, *rest] if self._known and rest else new, new):
            try:
                checked = checks.check(
                    assignment.folder,
                    assignment.modules,
                    questions=assignment.questions,
                    only=questions,
                    waiting=self._waiting,
                )
            except checks.CheckError:
                if questions == new:
                    raise
                continue  # the tests of another question are not whole
            for question in questions:
                cases = tuple(case for case in checked.cases if case.question == question)
                self._known[question] = replace(checked, cases=cases)
            return

    def need(self, *questions: str) -> None:
        """Go on where these questions pass their public tests; raises NotYetError, one sentence, where not."""
        checked = self.check(*questions).checked
        for broken in checked.broken:
            raise NotYetError(
                f"{broken.why}{f' ({broken.line})' if broken.line else ''}. "
                + _("This cell needs modules that can be imported: correct it, save, and run the cell again.")
            )
        lacking = {name: state for name, state in checked.questions().items() if state != checks.PASSED}
        if lacking:
            raise NotYetError(
                _(
                    "This cell needs functions that do not pass their checks yet: {functions}. Write, save, check again.",
                    functions=", ".join(
                        f"{self._where(name)}: {_(state)}" for name, state in lacking.items()
                    ),
                )
            )

    def _where(self, question: str) -> str:
        """A question's name, with the module that holds its function."""
        for path in sorted(self.folder.glob("*.py")):
            if re.search(rf"^(?:def|class) {question}\b", path.read_text("utf-8", "replace"), re.MULTILINE):
                return f"{question} ({path.name})"
        return question

    def _files(self) -> str:
        """A sum of all that a check depends on."""
        digest = hashlib.sha256()
        for path in sorted([*self.folder.glob("*.py"), *self.folder.glob("tests/*.py")]):
            if path.is_file():
                digest.update(f"{path}\0".encode(errors="surrogateescape") + path.read_bytes() + b"\0")
        return digest.hexdigest()
