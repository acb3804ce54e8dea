"""Takes from a test file what students get: the public cases, and what only they need."""

import ast
import re

WORDS = ("name", "points", "hidden", "success_message", "failure_message")
"""What @test_case takes, in its order."""

OTTER_SETTINGS = frozenset({"OK_FORMAT", "name", "points", "all_or_nothing"})


def public_tests(source: str) -> str:
    """The student's copy of an Otter test file: its public cases, what they use, and Otter's settings.

    The text of what stays is unchanged. Hidden cases go, and so does everything that no public case reaches,
    with the comments that stand above it. Returns "" where no public case is left. Raises ValueError for a
    file whose parts cannot be told apart: it may hold imports, assignments, functions and classes only,
    `hidden` is a literal, and points belong to the cases.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    cases = [node for node in tree.body if _is_case(node)]
    public = [case for case in cases if not _is_hidden(case)]
    if not public:
        return ""
    kept = _reached(tree, [node for node in tree.body if node not in cases], public)
    text: list[str] = []
    end_of_previous = 0
    gap = 0
    for node in tree.body:
        start, end = _span(node, lines, end_of_previous)
        gap = max(gap, _longest_run_of_blank_lines(lines[end_of_previous:start]))
        if node in kept:
            text += [""] * (min(gap, 2) if text else 0)
            text += _narrowed(node, kept[node]) or lines[start:end]
            gap = 0
        end_of_previous = end
    return "\n".join(text) + "\n"


def case_decorator(node: ast.stmt) -> ast.Call | None:
    """The `@test_case(...)` above a function, also as `@test_files.test_case(...)`."""
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                called = decorator.func
                called_name = (
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
                )
                if called_name == "test_case":
                    return decorator
    return None


def case_words(decorator: ast.Call) -> dict[str, ast.expr]:
    """What `@test_case(...)` is given, by name; not what is unpacked into it."""
    words = dict(zip(WORDS, decorator.args, strict=False))
    return words | {word.arg: word.value for word in decorator.keywords if word.arg}


def _is_case(node: ast.stmt) -> bool:
    return case_decorator(node) is not None


def _is_hidden(node: ast.stmt) -> bool:
    decorator = case_decorator(node)
    assert decorator is not None
    hidden = case_words(decorator).get("hidden", ast.Constant(False))
    is_unpacked = any(keyword.arg is None for keyword in decorator.keywords)
    if is_unpacked or not (isinstance(hidden, ast.Constant) and isinstance(hidden.value, bool)):
        raise ValueError(
            f"Line {node.lineno}: write hidden=True or hidden=False out in the test_case decorator."
        )
    return hidden.value


def _reached(
    tree: ast.Module, others: list[ast.stmt], public: list[ast.stmt]
) -> dict[ast.stmt, frozenset[str]]:
    """The statements that stay, each with the names for whose sake it does."""
    defined: dict[ast.stmt, frozenset[str]] = {}
    for i, node in enumerate(tree.body):
        if node in others:
            before = tree.body[i - 1] if i else None
            if isinstance(before, ast.Assign | ast.AnnAssign) and _is_text(node):
                defined[node] = defined[before]  # what stands below a constant belongs to it
            else:
                defined[node] = _defined_names(node, is_first=i == 0)
    kept = {node: frozenset[str]() for node in public}
    wanted = set(OTTER_SETTINGS).union(*(_used_names(case) for case in public))
    while True:
        new = {
            node: names & wanted
            for node, names in defined.items()
            if (names & wanted or not names) and kept.get(node) != names & wanted
        }
        if not new:
            return kept
        kept |= new
        wanted = wanted.union(*(_used_names(node) for node in new))


def _defined_names(node: ast.stmt, is_first: bool) -> frozenset[str]:
    """What a module-level statement binds; nothing for the module's docstring."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset(_bound_name(alias) for alias in node.names)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return frozenset({node.name})
    if isinstance(node, ast.Assign | ast.AnnAssign):
        names = frozenset(
            child.id
            for child in ast.walk(node)
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
        )
        if "points" in names and isinstance(node.value, ast.List | ast.Tuple):
            raise ValueError(f"Line {node.lineno}: give points to each case instead of a list for the file.")
        if names:
            return names
    if is_first and _is_text(node):
        return frozenset()
    raise ValueError(
        f"Line {node.lineno}: a test file holds imports, assignments, functions and classes, nothing else."
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _bound_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _used_names(node: ast.stmt) -> set[str]:
    return {
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
    }


def _narrowed(node: ast.stmt, names: frozenset[str]) -> list[str]:
    """An import reduced to the names that are wanted; nothing where its own text can stay."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        wanted = [alias for alias in node.names if _bound_name(alias) in names]
        if wanted != node.names:
            node.names = wanted
            return [ast.unparse(node)]
    return []


def _span(node: ast.stmt, lines: list[str], floor: int) -> tuple[int, int]:
    """First and one past the last row of a statement, with its decorators and the comments above it."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    if start < floor:
        raise ValueError(f"Line {node.lineno}: one statement a line, please.")
    while start > floor and lines[start - 1].startswith("#"):
        start -= 1
    assert node.end_lineno is not None
    return start, node.end_lineno


def _longest_run_of_blank_lines(lines: list[str]) -> int:
    runs = re.findall(r"_+", "".join("#" if line.strip() else "_" for line in lines))
    return max((len(run) for run in runs), default=0)
