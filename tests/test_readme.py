"""What the READMEs point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = sorted(
    path.relative_to(ROOT)
    for pattern in ("README.md", "INSIDE.md")
    for path in ROOT.rglob(pattern)
    if not {".venv", "build"} & set(path.parts)
)


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_links_and_pictures_lead_somewhere(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert ((ROOT / readme).parent / target).exists(), target


@pytest.mark.parametrize("room", ["assignments", "autograder"])
def test_every_picture_is_shown(room):
    text = (ROOT / room / "README.md").read_text(encoding="utf-8")
    pictures = [f"pictures/{picture.name}" for picture in sorted((ROOT / room / "pictures").glob("*"))]
    assert len(pictures) > 2
    assert [picture for picture in pictures if f"]({picture})" not in text] == []
