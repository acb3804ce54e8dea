"""What is said of functions that somebody wrote who had seen neither the catalogues nor the operators; see `strangers/`."""

import argparse
import ast
import collections
import resource
from pathlib import Path

from autograder.assignment import Variant
from autograder.assignment import settings as assignments
from autograder.authoring.proving.suite_runs import Suite
from autograder.diagnosis.lookup.fitting import Fitter

STRANGERS = Path(__file__).parent / "strangers"


class Within:
    """Looks mutants up in this process and keeps what it found."""

    def __init__(self, suite):
        self.fitter = Fitter(suite.assignment, suite.programs)
        self.found = None

    def begin(self):
        """See `LookupProcess.begin`."""

    def find(self, function, calls):
        """See `LookupProcess.find`."""
        self.found = self.fitter.find(function, calls)
        return self.found


def variant_of(path, owners):
    """The function of a file as a variant: what it imports apart, its helpers behind it."""
    text = path.read_text(encoding="utf-8")
    function = path.stem.split("_", 1)[1]
    imports, own, helpers = [], "", []
    for node in ast.parse(text).body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        source = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(source)
        elif getattr(node, "name", "") == function:
            own = source
        else:
            helpers.append(source)
    return Variant(
        path.stem, owners[function], function, (function,), "", "\n\n".join([own, *helpers]), tuple(imports)
    )


def limit_memory(settings):
    """Allow this process what a submission may have on top of what it begins with: strangers' functions run in here."""
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    most = used + (settings.limits.memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main():
    """Print, for each file of an assignment, what is wrong with it and what is said."""
    parser = argparse.ArgumentParser()
    parser.add_argument("assignment")
    parser.add_argument(
        "--set", choices=("second", "third", "fourth"), default="", help="a later set than the first"
    )
    options = parser.parse_args()
    strangers = STRANGERS / options.set
    settings = assignments.load(options.assignment)
    suite = Suite(settings, settings.seed)
    suite.diagnostician.mutants = beside = Within(suite)
    limit_memory(settings)
    for kind in ("wrong", "right"):
        counts = collections.Counter()
        for path in sorted((strangers / kind / options.assignment).glob("*.py")):
            variant = variant_of(path, suite.programs.owners)
            asked = (
                (variant.function,)
                if variant.function in suite.questions
                else suite.reached_from(variant.function)
            )
            beside.found = None
            trial = suite.try_variants(path.stem, (variant,), asked)
            told = (
                "named"
                if trial.named
                else "mutant"
                if beside.found
                else "measured"
                if trial.hint
                else "silent"
            )
            ended = told if trial.lost else "loses nothing"
            counts[ended] += 1
            comment = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            print(
                f"{path.stem}: {ended}\n    {comment}\n    -> {' '.join(trial.named)} {trial.hint}",
                flush=True,
            )
        print(options.assignment, kind, dict(counts))


if __name__ == "__main__":
    main()
