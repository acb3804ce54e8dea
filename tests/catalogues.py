"""What stands in Python code as a text that is looked up in a catalogue."""

import ast
from pathlib import Path

LOOKED_UP = {"_": 0, "N_": 0, "counted": 0, "DecodeError": 1}
"""Functions, and which argument of theirs is the text; `counted` has its two forms first."""


def looked_up(folder: Path) -> dict[str, str]:
    """The texts of all modules in a folder -> where the first of each stands."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in LOOKED_UP and len(node.args) > LOOKED_UP[name]:
                text = node.args[LOOKED_UP[name]]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found.setdefault(text.value, f"{path.relative_to(folder)}, line {node.lineno}")
    return found
