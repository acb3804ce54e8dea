"""The reference with misconceptions in it, as functions that can be called.

They run in a judge's process: the reference and its variants are the course staff's own code. What students wrote
must never come here.
"""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..assignment import Assignment, Variant, apply, load_misconceptions, read_text, without_markers
from .merging import merged

FORMS = ("_naive", "_matrix", "_loops", "_vectorized")
"""What names end with that tell how a function is written, beside the name of its twin."""

MAX_PROGRAMS = 4096
"""Most programs that are kept."""


@dataclass(frozen=True, eq=False)
class Programs:
    """What an assignment's functions may look like.

    Attributes:
        modules: module names, in the order of their import.
        owners: the module of every function.
        sources: the reference modules.
        variants: the misconceptions of every function.
    """

    modules: tuple[str, ...]
    owners: Mapping[str, str]
    sources: Mapping[str, str]
    variants: Mapping[str, tuple[Variant, ...]]

    @classmethod
    def of(cls, assignment: Assignment) -> Programs:
        """Those of an assignment; without misconceptions there is the reference alone."""
        variants = load_misconceptions(assignment.solutions)
        return cls(
            modules=assignment.modules,
            owners=assignment.owners,
            sources={name: read_text(assignment.solutions / f"{name}.py") for name in assignment.modules},
            variants={
                function: tuple(variant for variant in variants if variant.function == function)
                for function in assignment.owners
            },
        )

    @functools.lru_cache(maxsize=MAX_PROGRAMS)  # noqa: B019  # one for each assignment lives as long as the grader
    def function(self, name: str, variants: tuple[Variant, ...] = ()) -> Callable[..., Any]:
        """The function of this name in a reference with these variants.

        Raises:
            Exception: whatever importing such a module raises.
        """
        needed = self.modules[: self.modules.index(self.owners[name]) + 1]
        modules = self._imported(needed, tuple(v for v in variants if v.module in needed))
        function: Callable[..., Any] = getattr(modules[-1], name)
        return function

    def twins(self, function: str) -> list[str]:
        """The same function in loops, or without them: its name with one of `FORMS` at its end, or without."""
        plain = next((function.removesuffix(form) for form in FORMS if function.endswith(form)), function)
        names = [plain, *(plain + form for form in FORMS)]
        return [name for name in names if name in self.owners and name != function]

    def namespace(self, function: str) -> dict[str, Any]:
        """What a reference function finds by name."""
        needed = self.modules[: self.modules.index(self.owners[function]) + 1]
        return vars(self._imported(needed, ())[-1])

    @functools.lru_cache(maxsize=MAX_PROGRAMS)  # noqa: B019
    def _imported(
        self, needed: tuple[str, ...], variants: tuple[Variant, ...]
    ) -> tuple[types.ModuleType, ...]:
        """Modules of a program; they share with the reference's those before the first that differs."""
        if not needed:
            return ()
        before = needed[:-1]
        modules = self._imported(before, tuple(v for v in variants if v.module in before))
        known = dict(zip(before, modules, strict=True))
        name = needed[-1]

        def import_module(
            wanted: str, where: Any = None, local: Any = None, names: Any = (), level: int = 0
        ) -> Any:
            return known[wanted] if wanted in known else __import__(wanted, where, local, names, level)

        source = apply([v for v in variants if v.module == name], {name: self.sources[name]})[name]
        module = types.ModuleType(name)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_module}
        exec(compile(source, f"{name}.py", "exec"), module.__dict__)  # noqa: S102  # the staff's own
        return (*modules, module)

    @functools.lru_cache(maxsize=1000)  # noqa: B019
    def pairs(self, function: str) -> tuple[tuple[Variant, Variant, Variant], ...]:
        """Two misconceptions and the function that makes both, for any two that can be made at once."""
        original = self.source_of(function)
        found = []
        for one, two in itertools.combinations(self.variants[function], 2):
            source = merged(original, one.source, two.source)
            if source is not None:
                imports = tuple(dict.fromkeys((*one.imports, *two.imports)))
                name = f"{one.name} and {two.name}"
                both = Variant(name, one.module, function, one.questions, "", source, imports)
                found.append((one, two, both))
        return tuple(found)

    @functools.lru_cache(maxsize=1000)  # noqa: B019
    def source_of(self, function: str) -> str:
        """The reference's text of a function or class."""
        source = without_markers(self.sources[self.owners[function]])
        node = next(
            node
            for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function
        )
        return ast.unparse(node)

    @functools.lru_cache(maxsize=1000)  # noqa: B019
    def uses(self, function: str) -> frozenset[str]:
        """The other functions of the assignment that it calls, and those that they call."""
        named = self._named_in(self.owners[function], function)
        direct = {name for name in named if name in self.owners} - {function}
        return frozenset(direct.union(*(self.uses(other) for other in direct)))

    def rests_on(self, function: str, definition: str) -> bool:
        """Whether a graded function is a definition of the modules, or calls it, also by way of others."""
        called = {function, *self.uses(function)}
        return definition in called or any(
            definition in self._named_in(self.owners[name], name) for name in called
        )

    def _named_in(self, module: str, definition: str) -> set[str]:
        """The names in a definition, and in those of its module that it names and nobody fills in."""
        nodes = {
            node.name: node
            for node in ast.parse(self.sources[module]).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        found: set[str] = set()
        waiting = [definition]
        while waiting:
            names = {node.id for node in ast.walk(nodes[waiting.pop()]) if isinstance(node, ast.Name)} - found
            found |= names
            waiting += [name for name in names if name in nodes and name not in self.owners]
        return found

    @functools.lru_cache(maxsize=1000)  # noqa: B019
    def draws_from(self, function: str) -> str:
        """The argument that is its generator, "rng" for numpy's and "generator" for torch's; "" where it has none.

        Where it has one, right functions may return different values.
        """
        node = ast.parse(self.source_of(function)).body[0]
        names = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
        return next((name for name in ("rng", "generator") if name in names), "")
