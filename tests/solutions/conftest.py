"""Modules with flat imports between them, loaded from text and forgotten again."""

import importlib
import importlib.abc
import importlib.util
import inspect
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.assignment import settings as assignments
from autograder.authoring.release import LANGUAGES
from tests.released import released as build
from tests.solutions.notebook_runs import on_laptop, run, unpack

pytest.register_assert_rewrite("tests.solutions.notebook_rules", "tests.solutions.probing")

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MODULES = ("loss", "gradient", "regularization", "sgd")


class SourceImporter(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports modules from a dictionary of their texts."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name in self.sources else None

    def get_source(self, name):
        return self.sources[name]


def load_functions(sources):
    """All functions and classes that these modules define; the modules import one another by their plain names."""
    importer = SourceImporter(sources)
    hidden = {name: sys.modules.pop(name) for name in sources if name in sys.modules}
    sys.meta_path.insert(0, importer)
    try:
        modules = [importlib.import_module(name) for name in sources]
    finally:
        sys.meta_path.remove(importer)
        for name in sources:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
    return SimpleNamespace(
        **{
            name: value
            for module in modules
            for name, value in vars(module).items()
            if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module.__name__
        }
    )


@pytest.fixture(scope="session")
def load():
    return load_functions


@pytest.fixture(scope="module")
def sources(request):
    """The reference modules of the assignment that the test module calls its own, by name."""
    folder = SOLUTIONS / getattr(request.module, "ASSIGNMENT", "linear_classifier")
    return {name: (folder / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}


@pytest.fixture(scope="module")
def reference(sources):
    return load_functions(sources)


@pytest.fixture(scope="module")
def released(request, tmp_path_factory):
    """The released zips of the file's ASSIGNMENT, by language."""
    name = request.module.ASSIGNMENT
    folders = {language: tmp_path_factory.mktemp(f"dist-{language}") for language in LANGUAGES}
    for language, folder in folders.items():
        build(assignments.load(name), folder, language)
    return {language: folder / f"{name}.zip" for language, folder in folders.items()}


@pytest.fixture(scope="module")
def finished(request, tmp_path_factory, released):
    """The notebook of a student who is done."""
    place = tmp_path_factory.mktemp("finished")
    return run(unpack(released["en"], place / request.module.ASSIGNMENT, solved=True), on_laptop(place))


@pytest.fixture(scope="module")
def begun(request, tmp_path_factory, released):
    """The Vietnamese notebook of a student who has not written anything."""
    place = tmp_path_factory.mktemp("begun")
    return run(unpack(released["vi"], place / request.module.ASSIGNMENT, solved=False), on_laptop(place))
