"""The mutants of an assignment's functions, as programs, and what each of them answers.

They begin from every right way to write a function that the staff has written down: the reference, its twin (`f_naive` for
`f`, and the other way round), and the styles of both; and from its misconceptions, so that one of those and one further
change are known together. Only answers count: a change of the loops explains a function without any.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...assignment import Assignment, Variant, load_styles
from ...mutation import Change, mutants
from ..programs import Programs


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mutant that may explain a submission's function.

    Attributes:
        source: its text.
        changes: what was changed in a right form; empty for a misconception as it is.
        misconception: what the form makes wrong by itself; None for a right one.
        imports: lines that its module needs.
        form: what it was made of, for those who look for why something was said.
    """

    source: str
    changes: tuple[Change, ...]
    misconception: Variant | None
    imports: tuple[str, ...]
    form: str

    @property
    def is_single(self) -> bool:
        """Whether one thing alone is wrong."""
        return len(self.changes) + (self.misconception is not None) == 1

    @property
    def cost(self) -> int:
        """See `Change.cost`."""
        return sum(change.cost for change in self.changes)


class Mutants:
    """The mutants of an assignment.

    Args:
        assignment: its reference, styles and misconceptions.
        programs: the reference as functions.
    """

    def __init__(self, assignment: Assignment, programs: Programs) -> None:
        self.programs = programs
        self.styles: Sequence[Variant] = load_styles(assignment.solutions)

    @functools.lru_cache(maxsize=1000)  # noqa: B019  # one for each assignment lives as long as the grader
    def of(self, function: str) -> tuple[Candidate, ...]:
        """All mutants of a function, first those with one change of a right form."""
        found: dict[str, Candidate] = {}
        for name, source, misconception, imports in self._forms(function):
            for mutant in mutants(source):
                candidate = Candidate(mutant.source, mutant.changes, misconception, imports, name)
                known = found.get(mutant.source)
                if known is None or (candidate.is_single and not known.is_single):
                    found[mutant.source] = candidate
        for form in self.right(function):
            found.pop(form, None)
        return tuple(sorted(found.values(), key=lambda candidate: not candidate.is_single))

    def right(self, function: str) -> set[str]:
        """The texts of a function's right forms."""
        return {source for _, source, misconception, _ in self._forms(function) if misconception is None}

    def _forms(self, function: str) -> Iterator[tuple[str, str, Variant | None, tuple[str, ...]]]:
        names = [function, *self.programs.twins(function)]
        for name in names:
            yield name, _renamed(self.programs.source_of(name), name, function), None, ()
        for style in self.styles:
            if style.function in names:
                source = _renamed(style.source, style.function, function)
                if _ends(source):
                    yield f"{style.name} of {style.function}", source, None, style.imports
        for variant in self.programs.variants[function]:
            if _ends(variant.source):
                yield variant.name, _renamed(variant.source, function, function), variant, variant.imports

    def program(self, function: str, candidate: Candidate) -> Callable[..., Any]:
        """A mutant as a function that can be called.

        Raises:
            Exception: whatever its definition raises.
        """
        namespace = dict(self.programs.namespace(function))
        source = "\n".join((*candidate.imports, candidate.source))
        exec(compile(source, f"{function}.py", "exec"), namespace)  # noqa: S102  # the staff's own
        program: Callable[..., Any] = namespace[function]
        return program


def _renamed(source: str, old: str, new: str) -> str:
    """A definition under another name, as Python itself writes it, without docstrings."""
    tree = ast.parse(source)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    definition.name = new if definition.name == old else definition.name
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _ends(source: str) -> bool:
    """Whether its mutants end for certain: they may not where a loop waits for something."""
    return not any(isinstance(node, ast.While) for node in ast.walk(ast.parse(source)))
