"""Named variants of reference functions: misconceptions (wrong) and styles (right, written another way).

`misconceptions.py` reads the wrong ones. A right one is an ordinary function, or a class for a class, in
`solutions/<a>/styles.py` under `@style(...)`. That file is read, never run: `load_styles` takes it apart as a syntax tree.
`apply` splices variants into the reference modules, which makes a submission that looks like a student's.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .schema import read_text

Function = TypeVar("Function", bound=Callable[..., object])

_MARKER = re.compile(r"\s*# (BEGIN|END) (SOLUTION|PROMPT|IGNORE)( NO PROMPT)?\s*$")
_SUFFIX = re.compile(r"\s*# (SOLUTION|IGNORE)( NO PROMPT)?\s*$")


@dataclass(frozen=True)
class Variant:
    """One function, or class, written in another way.

    name: what the variant is called; a style may have several variants of one name, one a function.
    module, function: which function or class of which module (without `.py`) it stands for.
    questions: those in which it must lose points; empty for a style.
    hint: one sentence for the student, in English; empty for a style.
    source: its text, already under the name `function`, without decorators.
    imports: lines that its module needs in addition.
    translations: the hint by language.
    only_hidden: why no public case catches it; empty where one has to.
    """

    name: str
    module: str
    function: str
    questions: tuple[str, ...]
    hint: str
    source: str
    imports: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict, hash=False)
    only_hidden: str = ""

    def hint_in(self, language: str) -> str:
        """The hint in a language; the English one where it has no other."""
        return self.translations.get(language, self.hint)


def style(
    name: str, *, module: str, function: str, imports: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Marks a correct variant of `function`; the variants of one `name` together make one submission."""
    return _unchanged


def _unchanged(function: Function) -> Function:
    return function


def load_styles(solutions: Path) -> list[Variant]:
    """The variants of an assignment's styles, in their order; none where it has no file of styles.

    Raises ValueError, naming file and line, for a variant that is not written out in literals or comes twice.
    """
    path = solutions / "styles.py"
    if not path.exists():
        return []
    source = read_text(path)
    variants: list[Variant] = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if not node.decorator_list:
            raise ValueError(
                f'{path.name}, line {node.lineno}: {node.name} is no variant: write @style("name", module=..., function=...) '
                "above it."
            )
        for decorator in node.decorator_list:
            try:
                variant = _read_style(decorator, node, source)
            except (ValueError, TypeError) as error:
                reason = "the arguments of @style are literals." if "malformed node" in str(error) else error
                raise ValueError(f"{path.name}, line {node.lineno}: {node.name}: {reason}") from error
            if any((other.name, other.function) == (variant.name, variant.function) for other in variants):
                raise ValueError(f"{path.name}, line {node.lineno}: {variant.name} comes twice.")
            variants.append(variant)
    return variants


def _read_style(decorator: ast.expr, node: ast.FunctionDef | ast.ClassDef, source: str) -> Variant:
    if not (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "style"
    ):
        raise ValueError("only @style(...) may decorate a variant.")
    positional = [ast.literal_eval(argument) for argument in decorator.args]
    arguments = {str(given.arg): ast.literal_eval(given.value) for given in decorator.keywords}
    style(*positional, **arguments)
    named = {**dict(zip(("name",), positional, strict=False)), **arguments}
    for argument in ("name", "module", "function"):
        if not isinstance(named[argument], str):
            raise ValueError(f"{argument} of @style is a text, and is {named[argument]!r}.")
    keyword = "class" if isinstance(node, ast.ClassDef) else "def"
    # ast.get_source_segment splits the whole file anew each time, which takes seconds for a long file.
    lines = source.split("\n")[node.lineno - 1 : node.end_lineno]
    lines[-1] = lines[-1].encode()[: node.end_col_offset].decode()
    return Variant(
        name=(positional or [arguments.get("name")])[0],
        module=arguments["module"],
        function=arguments["function"],
        questions=(),
        hint="",
        source="\n".join(lines).replace(f"{keyword} {node.name}(", f"{keyword} {arguments['function']}(", 1),
        imports=arguments.get("imports", ()),
    )


def apply(variants: Iterable[Variant], module_sources: dict[str, str]) -> dict[str, str]:
    """A submission: the reference modules without solution markers, the variants' functions in their places.

    module_sources: module name (without `.py`) -> reference text. Raises ValueError for a function or class that the
    module does not define, and for two variants of one function.
    """
    submission = {module: without_markers(source) for module, source in module_sources.items()}
    replaced: set[tuple[str, str]] = set()
    for variant in variants:
        place = (variant.module, variant.function)
        if place in replaced:
            raise ValueError(f"{variant.name}: {variant.function} already has another variant.")
        replaced.add(place)
        submission[variant.module] = _spliced(submission.get(variant.module, ""), variant)
    return submission


def _spliced(source: str, variant: Variant) -> str:
    lines = source.splitlines()
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == variant.function:
            assert node.end_lineno is not None
            lines[node.lineno - 1 : node.end_lineno] = variant.source.splitlines()
            # Where the first import stands; a module without any gets its first below the docstring.
            row = next(
                (other.lineno - 1 for other in tree.body if isinstance(other, ast.Import | ast.ImportFrom)),
                (tree.body[0].end_lineno or 0) if ast.get_docstring(tree) is not None else 0,
            )
            lines[row:row] = [line for line in variant.imports if line not in lines]
            return "\n".join(lines) + "\n"
    raise ValueError(f"{variant.name}: {variant.module}.py has no function {variant.function}.")


def without_markers(source: str) -> str:
    """A reference module as its author would hand it in: without Otter Assign's markers."""
    lines = [_SUFFIX.sub("", line) for line in source.splitlines() if not _MARKER.match(line)]
    return "\n".join(lines) + "\n"
