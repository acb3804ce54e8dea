"""What the READMEs point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = sorted(
    path.relative_to(ROOT) for path in ROOT.rglob("README.md") if not {".venv", "build"} & set(path.parts)
)


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_links_and_pictures_lead_somewhere(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert ((ROOT / readme).parent / target).exists(), target


def test_every_picture_is_shown():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = [
        picture.relative_to(ROOT).as_posix()
        for room in ("assignments", "autograder")
        for picture in sorted((ROOT / room / "pictures").glob("*"))
    ]
    assert len(pictures) > 3
    assert [picture for picture in pictures if picture not in text] == []
