"""What leaves the repository: the students' zip holds nothing secret, autograder.zip all that grading needs."""

import ast
import base64
import csv
import dataclasses
import fnmatch
import hashlib
import importlib.resources
import io
import json
import re
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from autograder.assignment import read_course
from autograder.assignment import settings as assignments
from autograder.authoring import release
from autograder.authoring.new import write_course
from autograder.grading.container.shipped import shipped
from tests.released import released

pytestmark = pytest.mark.slow


ASSIGNMENT = assignments.load("linear_classifier")


@pytest.fixture(scope="module")
def zips(tmp_path_factory):
    """Both zips, students' first."""
    return release.build(ASSIGNMENT, tmp_path_factory.mktemp("release"))


@pytest.fixture
def known_wheel(monkeypatch, grader):
    """The wheel is the one that was built before."""
    (name,) = (name for name in grader if name.endswith(".whl"))
    monkeypatch.setattr(release, "wheel", lambda: (name.removeprefix("requirements."), grader[name]))


@pytest.fixture(scope="module")
def student(zips):
    """The students' files by name."""
    return read(zips[0])


@pytest.fixture(scope="module")
def grader(zips):
    """The files of autograder.zip by name."""
    return read(zips[1])


@pytest.fixture(scope="module")
def wheel(grader):
    """The wheel, under a name that pip accepts once the first word is gone, as the set-up script takes it off."""
    (name,) = (name for name in grader if name.endswith(".whl"))
    assert re.fullmatch(r"requirements\.deep_learning_coursework-[\d.]+-py3-none-any\.whl", name)
    return zipfile.ZipFile(io.BytesIO(grader[name]))


def read(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_building_again_gives_the_same_bytes(zips, tmp_path):
    again = release.build(ASSIGNMENT, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in zips]


def test_students_get_the_modules_one_notebook_and_the_tools_at_the_top(student):
    top = {name for name in student if "/" not in name}
    assert {f"{module}.py" for module in ASSIGNMENT.modules} <= top
    assert [name for name in student if name.endswith(".ipynb")] == ["linear_classifier.ipynb"]
    assert {name.split("/")[0] for name in student if "/" in name} == {"colab_setup", "tests"}
    assert "colab_setup/data/loading.py" in student


def test_students_get_no_hidden_case_and_nothing_that_only_one_uses(student):
    suite = {path.name: path.read_text(encoding="utf-8") for path in ASSIGNMENT.tests}
    hidden = 0
    for name, source in suite.items():
        released = student.get(f"tests/{name}", b"").decode()
        for node in ast.parse(source).body:
            if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
                continue
            keywords = {key.arg: ast.literal_eval(key.value) for key in node.decorator_list[0].keywords}
            words = [f'"{keywords["name"]}"', f"def {node.name}("]
            if keywords.get("hidden"):
                hidden += 1
                assert [word for word in words if word in released] == []
            else:
                assert [word for word in words if word not in released] == []
    assert hidden > 25
    tests = b"".join(content for name, content in student.items() if name.startswith("tests/"))
    for word in (b"hidden", b"reference", b"check.", b"accuracy.reaches"):
        assert word not in tests


def test_students_get_no_solution_seed_or_threshold(student):
    everything = b"\n".join(student.values()).decode()
    for module in ASSIGNMENT.modules:
        solution = (ASSIGNMENT.solutions / f"{module}.py").read_text(encoding="utf-8")
        bodies = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", solution, re.DOTALL)
        assert bodies
        assert not [body for body in bodies if body.strip() in everything]
    assert str(ASSIGNMENT.seed) not in everything
    assert "BEGIN SOLUTION" not in everything
    settings = ("tiers", "call_seconds")
    assert not [word for word in settings if word in everything]
    assert not [name for name in student if name.endswith((".toml", ".pyc")) or "solution" in name]


@pytest.fixture
def copied(tmp_path):
    """The assignment with a copy of the students' room."""
    room = shutil.copytree(ASSIGNMENT.rooms.handout, tmp_path / ASSIGNMENT.name)
    return dataclasses.replace(ASSIGNMENT, rooms=dataclasses.replace(ASSIGNMENT.rooms, handout=room))


@pytest.mark.parametrize(
    "name", ["grades.csv", "loss.py~", "helper.py", "tests/own.py", "vi/notes.py", "en/a.json"]
)
def test_a_file_that_lies_about_in_the_students_folder_stops_the_release_by_its_name(copied, tmp_path, name):
    (copied.rooms.handout / name).parent.mkdir(exist_ok=True)
    (copied.rooms.handout / name).write_text("{}")
    with pytest.raises(release.ReleaseError, match=rf"(?m)^{re.escape(name)} is not on the list$") as caught:
        release.build(copied, tmp_path / "dist")
    assert str(caught.value).count("not on the list") == 1
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("name", ["loss.py", "tests/l1.py", "assignment.json", "vi/linear_classifier.ipynb"])
def test_a_generated_file_that_is_missing_stops_the_release_by_its_name(copied, tmp_path, name):
    (copied.rooms.handout / name).unlink()
    with pytest.raises(release.ReleaseError, match=rf"(?m)^{re.escape(name)} is missing$"):
        release.build(copied, tmp_path / "dist")


def test_the_litter_of_python_and_of_the_system_is_no_part_of_the_zip(copied, student):
    for name in ("tests/__pycache__/l1.py", ".DS_Store"):
        (copied.rooms.handout / name).parent.mkdir(exist_ok=True)
        (copied.rooms.handout / name).write_text("left here")
    assert release.collect(copied, "en") == student


def test_a_notebook_that_is_no_json_stops_the_release_in_a_sentence(copied, tmp_path):
    (copied.rooms.handout / "linear_classifier.ipynb").write_text("{")
    with pytest.raises(
        release.ReleaseError, match=r"linear_classifier\.ipynb, line 1, holds what is no notebook"
    ):
        release.build(copied, tmp_path / "dist")


def test_a_language_without_a_notebook_is_told(copied, tmp_path):
    with pytest.raises(release.ReleaseError, match=r"There is no notebook of linear_classifier in 'xx'"):
        release.build(copied, tmp_path / "dist", "xx")


def test_otter_runs_the_plugin_on_the_suite(grader):
    assert json.loads(grader["otter_config.json"]) == {
        "plugins": [
            {
                "autograder.grading.otter_plugin.SandboxedGrading": {
                    "assignment": "linear_classifier",
                    "limit_seconds": 600.0,
                }
            }
        ]
    }
    tests = {name.removeprefix("tests/"): text for name, text in grader.items() if name.startswith("tests/")}
    assert tests == {path.name: path.read_bytes() for path in ASSIGNMENT.tests}


def test_the_image_gets_what_the_grader_imports_in_tested_versions(grader):
    names = {re.split(r"[<>=\[]", line)[0] for line in grader["requirements.txt"].decode().splitlines()}
    assert {"otter-grader", "numpy", "msgpack", "pyseccomp", "pillow"} <= names
    assert "torch" not in names
    assert grader["requirements.constraints.txt"] == (release.ROOT / "constraints.txt").read_bytes()
    assert b"-c requirements.constraints.txt -r requirements.txt" in grader["setup.sh"]


def test_torch_goes_into_the_image_of_an_assignment_that_uses_it(tmp_path):
    grader = read(released(assignments.load("gpu_training"), tmp_path)[1])
    names = {re.split(r"[<>=\[]", line)[0] for line in grader["requirements.txt"].decode().splitlines()}
    assert {"torch", "safetensors"} <= names


def test_what_otters_dockerfile_asks_for_is_there(grader):
    dockerfile = (importlib.resources.files("otter.grade") / "Dockerfile").read_text()
    asked = [
        name for line in re.findall(r"^ADD (.*) \S+$", dockerfile, re.MULTILINE) for name in line.split()
    ]
    assert len(asked) > 5
    for name in asked:
        there = [file for file in grader if fnmatch.fnmatch(file.split("/")[0], name)]
        assert there or "*" in name, name
    # Only these are there when it runs the set-up script, which needs no others.
    before = {name for name in grader if name.startswith("requirements.")}
    assert set(re.findall(r"requirements\.[a-z*][\w.*]*", grader["setup.sh"].decode())) == {
        "requirements.txt", "requirements.constraints.txt", "requirements.*.whl", "requirements.*.zip", "requirements.the",
    }  # fmt: skip
    assert {"requirements.txt", "requirements.constraints.txt"} < before


@pytest.mark.usefixtures("known_wheel")
def test_the_courses_data_goes_along_and_the_plugin_is_told(tmp_path):
    data = tmp_path / "data.zip"
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("train/cat/1.jpg", "no image")
    grader = read(release.build(ASSIGNMENT, tmp_path / "dist", data=data)[1])
    assert grader["requirements.data.zip"] == data.read_bytes()
    ((options,),) = (plugin.values() for plugin in json.loads(grader["otter_config.json"])["plugins"])
    assert options["data"] == "requirements.data.zip"


@pytest.mark.usefixtures("known_wheel")
def test_a_courses_own_file_goes_along_with_the_grader_alone(tmp_path):
    file = write_course(ASSIGNMENT.name, tmp_path / "course.toml", [])
    course = read_course(file)
    student, grader = map(read, release.build(assignments.load("", course), tmp_path / "dist", course=course))
    options = json.loads(grader["otter_config.json"])["plugins"][0].popitem()[1]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / options["course"]).write_bytes(grader[options["course"]])
    assert shipped(options, tmp_path / "source").seed == course.settings.seed != ASSIGNMENT.seed
    assert str(course.settings.seed).encode() not in b"".join(student.values())


def test_data_that_is_no_zip_stops_the_release(tmp_path):
    (tmp_path / "cifar.tar.gz").write_text("packed otherwise")
    with pytest.raises(release.ReleaseError, match=r"cifar\.tar\.gz is no zip"):
        release.build(ASSIGNMENT, tmp_path / "dist", data=tmp_path / "cifar.tar.gz")
    assert not (tmp_path / "dist").exists()


def test_the_scripts_are_shell(grader, tmp_path):
    for name in ("setup.sh", "run_autograder"):
        (tmp_path / name).write_bytes(grader[name])
        result = subprocess.run(["bash", "-n", tmp_path / name], capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, "")
        assert grader[name].startswith(b"#!")
        assert b"\r" not in grader[name]


def test_what_is_the_staffs_is_closed_to_other_users_of_the_image(grader, tmp_path):
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin/python").write_text(f"#!/bin/sh\necho {tmp_path}/packages\n")
    (home / "bin/python").chmod(0o755)
    kit = [tmp_path / "packages" / name for name in ("autograder", "colab_setup")]
    for folder in (*kit, tmp_path / "packages/numpy"):
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    tmp_path.chmod(0o755)
    setup = grader["setup.sh"].decode().split("# Where neither bubblewrap nor Landlock")[1].split("\n\n")[0]
    run = grader["run_autograder"].decode().replace("/autograder/.", f"{tmp_path}/.")
    lines = [f"home={home}", f"#{setup}", *(line for line in run.splitlines() if "chmod" in line)]
    subprocess.run(["bash", "-e", "-c", "\n".join(lines)], check=True)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (*kit, tmp_path)] == [0o700] * 3
    assert stat.S_IMODE((tmp_path / "packages/numpy").stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({"python3": 12, "python3.13": 13}, "python3"),
        ({"python3": 10, "python3.11": 11}, "python3.11"),
        ({"python3": 14, "python3.13": 13, "python3.11": 11}, "python3.13"),
        ({"python3": 10}, None),
    ],
)
def test_the_set_up_takes_a_python_that_the_kit_knows(grader, tmp_path, has, expected):
    for name, minor in has.items():
        (tmp_path / name).write_text(
            f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, {minor}); $2"\n'
        )
        (tmp_path / name).chmod(0o755)
    packages = " ".join(f"{name}|{name}-venv" for name in has)
    (tmp_path / "apt-get").write_text(
        f'#!/bin/sh\nfor last; do :; done\ncase "{packages} libseccomp2 update -qq" in *"$last"*) exit 0;; esac\nexit 100\n'
    )
    (tmp_path / "apt-get").chmod(0o755)
    script = grader["setup.sh"].decode().split('"$found" -m venv')[0] + 'echo "$found"\n'
    (tmp_path / "setup.sh").write_text(script)
    result = subprocess.run(
        ["/bin/bash", tmp_path / "setup.sh"],
        env={"PATH": f"{tmp_path}:{only(tmp_path, 'dirname')}"},
        capture_output=True,
        text=True,
    )
    if expected is None:
        assert result.returncode == 1
        assert result.stderr.strip().endswith("choose a newer base image, such as Ubuntu 24.04.")
    else:
        assert result.stdout.strip() == expected, result.stderr


def only(folder, *commands):
    """A folder for PATH with these commands of the machine's and no others."""
    place = folder / "only"
    place.mkdir()
    for command in commands:
        (place / command).symlink_to(shutil.which(command))
    return place


def test_the_wheel_is_whole(wheel):
    assert wheel.testzip() is None
    names = set(wheel.namelist())
    (record,) = (name for name in names if name.endswith(".dist-info/RECORD"))
    rows = list(csv.reader(wheel.read(record).decode().splitlines()))
    assert {row[0] for row in rows} == names
    for name, digest, size in rows:
        if name != record:
            content = wheel.read(name)
            got = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            assert (digest, int(size)) == (f"sha256={got}", len(content))
    (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
    assert b"autograder = autograder.cli:main" in wheel.read(entry_points)


def test_the_wheel_holds_what_the_checkout_holds(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in names} == {"autograder", "colab_setup"}
    places = {"autograder": "autograder", "colab_setup": "colab_setup"}
    places |= {room: f"autograder/{room}" for room in ("solutions", "assignments")}
    for package, place in places.items():
        for pattern in ("*.py", "*.toml", "*.json", "*.ipynb", "*.md", "*.template"):
            for path in (release.ROOT / package).rglob(pattern):
                name = f"{place}/{path.relative_to(release.ROOT / package).as_posix()}"
                assert wheel.read(name) == path.read_bytes(), name
    assert not [name for name in names if name.endswith((".png", ".pyc")) and "assignments" in name]


def test_the_wheel_finds_its_own_assignments_and_needs_no_torch(wheel, tmp_path):
    """From the unpacked wheel alone, as in the image."""
    wheel.extractall(tmp_path / "installed")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['torch'] = None\n"
        "from autograder.assignment import settings as assignment\n"
        "from autograder.grading import otter_plugin, scoring\n"
        "from pathlib import Path\n"
        "found = assignment.load('linear_classifier')\n"
        "assert Path(assignment.__file__).is_relative_to(sys.argv[1])\n"
        "print(len(found.tests), len(vars(assignment.load_reference(found))))\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "installed"], capture_output=True, text=True, cwd=tmp_path
    )
    assert result.stdout == f"{len(ASSIGNMENT.tests)} {len(ASSIGNMENT.owners)}\n", result.stderr
