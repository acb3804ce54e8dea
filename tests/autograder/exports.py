"""What course sites give out, made small: the same folders, names and files, with the tiny assignment in them."""

import textwrap
import zipfile

from .conftest import REFERENCE

WRONG = "def cube(x): return x * x"
"""A module `use` that loses two of ten points."""


def modules(**changed):
    return {f"{name}.py": textwrap.dedent(source) for name, source in {**REFERENCE, **changed}.items()}


def put_folder(folder, files):
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def put_zip(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def metadata(number, at, *people):
    """One entry of Gradescope's submission_metadata.yml; people are (name, number, address)."""
    lines = [f"submission_{number}:", "  :submitters:"]
    for name, sid, email in people:
        lines += [f"  - :name: {name}", f"    :sid: '{sid}'", f"    :email: {email}"]
    lines += [f"  :created_at: {at}", "  :score: 3.0", "  :status: processed", "  :results:", "    tests: []"]
    return "\n".join([*lines, "  :history: []", ""])


def gradescope(folder, *entries, **submissions):
    """An export: `entries` of the metadata, and the files of every submission by its folder's name."""
    for name, files in submissions.items():
        put_folder(folder / name, files)
    (folder / "submission_metadata.yml").write_text("---\n" + "".join(entries), encoding="utf-8")
    return folder


AN = ("Nguyễn Văn An", "20215001", "an@hust.example")
BINH = ("Trần Thị Bình", "20215002", "binh@hust.example")
