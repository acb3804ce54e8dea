"""Every text that students read of colab_setup is in the catalogue of each language, and comes out in the release's."""

import ast
import json
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from autograder.assignment.languages import LANGUAGES, compiled
from colab_setup.checking import explaining
from colab_setup.checking.importing import own_files
from tests.catalogues import looked_up

PACKAGE = Path(__file__).parents[2] / "colab_setup"
OTHERS = [language for language in LANGUAGES if language != "en"]


def catalogue(language):
    with (PACKAGE / f"locale/{language}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return {first(message.id): first(message.string) for message in messages}


def first(text):
    return text if isinstance(text, str) else text[0]


def fields(text):
    return sorted((name, form) for _, name, form, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_no_translation_is_of_a_text_that_is_gone(language):
    texts, translated = looked_up(PACKAGE), catalogue(language)
    assert [f"{place}: {text}" for text, place in texts.items() if not translated.get(text)] == []
    assert sorted(translated.keys() - texts) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_values_in_it_and_ends_alike(language):
    for text, translated in catalogue(language).items():
        if re.search(r"\{\w", text):
            assert fields(translated) == fields(text), text
        assert (translated[0] == " ", translated[-1] in ".: ,") == (text[0] == " ", text[-1] in ".: ,"), text


LETTERS = re.compile(r"[A-Za-z]{2,} .*[A-Za-z]{2,}")
NOT_SAID = {
    "__init__.py": "the errors of Python's own import system",
    "checking/importing/own_files.py": "shared with the grader's sandbox",
    "checking/importing/missing.py": "shared with the grader's sandbox",
    "checking/importing/guards.py": "shared with the grader's sandbox",
    "checking/importing/inert.py": "shared with the grader's sandbox",
}
"""Modules whose texts are no sentences of the kit's to students, and why."""

CODE = (
    r"python -m colab_setup|Colab Notebooks|Google Colab|Google Drive|Copy of \{name\}|Bản sao của .*|version https://git-lfs"
    r"|sign in|need access|request access|access denied|too many users|limit exceeded|virus scan|can't scan"
    r"|too large for google|download anyway|domain policy|timed out|not written|global generators|numpy generator"
    r"|python generator|torch generator|not an array of bytes|no state|persistent ids are not allowed|public test .*"
    r"|.* is not allowed|.*: not written yet|.* holds no plain tensors|(from torch )?import .*"
    r"|codec can't decode|No module named .*"
    r"|argument \(\?P<what>.*|unrecognized arguments.*|Mismatched elements.*|\(\?i:.*|<(img|p) .*"
)
"""Texts that are names, keys, or looked for in what others say."""


@pytest.mark.slow
def test_no_text_of_several_words_is_said_past_the_catalogue():
    past = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).as_posix() in NOT_SAID:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(part) for node in ast.walk(tree) if _is_told(node) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if id(node) in told or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            text = _text(node)
            if LETTERS.search(text) and not re.fullmatch(CODE, text, re.DOTALL):
                past.append(f"{path.relative_to(PACKAGE)}, line {node.lineno}: {text}")
    assert not past, "\n".join(past)


def _is_told(node):
    """A docstring, or a call that looks its text up."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "N_", "counted", "DecodeError")
    )


def _text(node):
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def test_what_is_said_of_files_that_are_no_modules_is_translated():
    contents = [*own_files._NO_TEXT, b'{"nbformat": 4}', bytes(8), "def é(): 'ế'\n".encode("utf-16-le")]
    said = set()
    for content in contents:
        with pytest.raises(SyntaxError) as caught:
            own_files.as_utf8(content, "loss.py")
        said.add(caught.value.msg)
    assert said == set(explaining.NO_MODULES)


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory):
    """A student's folder of a Vietnamese release, so far as colab_setup goes."""
    folder = tmp_path_factory.mktemp("vi")
    shutil.copytree(PACKAGE, folder / "colab_setup", ignore=shutil.ignore_patterns("__pycache__", "*.po"))
    (folder / "colab_setup/locale").mkdir(exist_ok=True)
    (folder / "colab_setup/locale/vi.mo").write_bytes(compiled(PACKAGE / "locale/vi.po", "vi"))
    told = {"assignment": "tiny", "modules": ["loss"], "questions": ["mean"], "language": "vi"}
    (folder / "assignment.json").write_text(json.dumps(told))
    (folder / "tests").mkdir()
    (folder / "tests/mean.py").write_text(
        "from otter.test_files import test_case\nname = 'mean'\n\n\n@test_case(name='mean: hai số')\n"
        "def two(mean):\n    assert mean([1, 3]) == 2, 'trung bình sai'\n"
    )
    return folder


def said(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "colab_setup", *arguments], cwd=folder, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_command_line_speaks_the_releases_language(vietnamese):
    (vietnamese / "loss.py").write_text("def mean(values):\n    return sum(values)\n")
    told = said(vietnamese, "check")
    assert "SAI  mean: hai số\n    trung bình sai\n    lời gọi:   mean(values=[1, 3])\n" in told
    assert "0 trên 1 trường hợp công khai đạt." in told
    (vietnamese / "loss.py").write_text("def mean(values)\n")
    assert "HỎNG  loss.py không nạp được: SyntaxError: expected ':'" in said(vietnamese, "check")
    (vietnamese / "loss.py").write_text('{"nbformat": 4}')
    assert "SyntaxError: tệp này là một sổ tay: mô-đun chỉ chứa các hàm" in said(vietnamese, "check")
    assert "Không dùng được như vậy: 'chek' không thuộc setup|check|submit\n" in said(vietnamese, "chek")
    assert "Chưa tạo được tệp zip vì không có sổ tay trong" in said(vietnamese, "submit")


@pytest.mark.slow
def test_without_a_catalogue_or_a_language_texts_stay_english(vietnamese, tmp_path):
    folder = shutil.copytree(vietnamese, tmp_path / "copy")
    (folder / "colab_setup/locale/vi.mo").write_bytes(b"damaged")
    assert "public case" in said(folder, "check")
    (folder / "assignment.json").write_text('{"assignment": "tiny", "modules": [], "language": "../vi"}')
    assert "There are no" not in said(folder, "check")
