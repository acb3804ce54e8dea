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


@pytest.mark.parametrize("page", ["autograder/INSIDE.md", "colab_setup/README.md"])
def test_every_module_that_a_table_of_rooms_names_is_there(page):
    """In the row's room or below it; some are what an author writes, and lie with every suite or solution."""
    home = (ROOT / page).parent
    rows = [line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = [(row, name) for row in rows for name in re.findall(r"`((?:\w+/)*\w+\.py)`", row)]
    assert len(named) > 10
    for row, name in named:
        room = re.match(r"\| `(\w+/)`", row)
        places = (home / (room[1] if room else ""), ROOT / "autograder/suites", ROOT / "solutions")
        assert any(list(place.rglob(name)) for place in places), f"{name} in {row[:60]}"
