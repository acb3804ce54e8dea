"""Precision and recall of the diagnosis: misconceptions, two at once, garbage, and mutants of kinds that are left out."""

import argparse
import collections
import inspect
import itertools
import random

from autograder.assignment import Variant
from autograder.assignment import settings as assignments
from autograder.authoring.proving.suite_runs import Suite
from autograder.diagnosis.lookup.fitting import Fitter, differ
from autograder.mutation import mutants
from tests.benchmarks.garbage import garbage

PAIRS, ACROSS, GARBAGE, LEFT_OUT = 200, 100, 200, 200


def questions_of(suite, function):
    """Where a function's mistakes show."""
    return [function if function in suite.questions else "accuracy"]


def singles(suite):
    """(named, silent, wrong) of all misconceptions."""
    named, silent, wrong = [], [], []
    for variant in itertools.chain(*suite.programs.variants.values()):
        trial = suite.try_variants(variant.name, (variant,), variant.questions)
        target = named if trial.named == (variant.name,) else wrong if trial.named else silent
        target.append(variant.name)
    return named, silent, wrong


def pairs(suite, seed):
    """Two misconceptions of one function, where they lose points and answer as no single one does."""
    chosen = [
        (function, pair) for function in suite.programs.variants for pair in suite.programs.pairs(function)
    ]
    random.Random(seed).shuffle(chosen)
    both_named, one_named, silent, wrong, like_one = [], [], [], [], []
    for function, (one, two, both) in chosen:
        if len(both_named) + len(one_named) + len(silent) + len(wrong) >= PAIRS:
            break
        try:
            trial = suite.try_variants(both.name, (both,), questions_of(suite, function))
        except Exception:
            continue  # put together they cannot be imported
        expected, names = {one.name, two.name}, set(trial.named)
        if not trial.lost:
            continue  # they make each other right
        if len(names) == 1 and answers_like(suite, function, *names, trial):
            like_one.append((both.name, *names))
        elif names == expected:
            both_named.append(both.name)
        elif not names:
            silent.append(both.name)
        elif names < expected:
            one_named.append(both.name)
        else:
            wrong.append((both.name, *names))
    return both_named, one_named, silent, wrong, like_one


def answers_like(suite, function, name, trial):
    """Whether a single misconception fails the very cases that two at once failed."""
    for variant in suite.programs.variants[function]:
        if variant.name == name:
            alone = suite.try_variants("", (variant,), questions_of(suite, function))
            return alone.killers == trial.killers
    return False


def across(suite, seed):
    """Misconceptions of two functions in one submission: each function should get its own."""
    variants = [v for vs in suite.programs.variants.values() for v in vs if v.function in suite.questions]
    rng = random.Random(seed)
    both_named = one_named = silent = wrong = 0
    for _ in range(ACROSS):
        one, two = rng.sample(variants, 2)
        while one.function == two.function:
            one, two = rng.sample(variants, 2)
        trial = suite.try_variants("", (one, two), [one.function, two.function])
        names, expected = set(trial.named), {one.name, two.name}
        both_named += names == expected
        one_named += bool(names) and names < expected
        silent += not names
        wrong += not names <= expected
    return both_named, one_named, silent, wrong


def rubbish(suite):
    """What is named, and what is measured, of garbage."""
    functions = [
        f
        for f in suite.programs.variants
        if f in suite.questions and inspect.isfunction(suite.programs.function(f))
    ]
    named, hints, lost = [], [], 0
    for number in range(GARBAGE):
        variant = garbage(suite.programs, functions[number % len(functions)], number)
        trial = suite.try_variants(variant.name, (variant,), variant.questions)
        lost += bool(trial.lost)
        if trial.named:
            named.append((variant.function, variant.name, *trial.named))
        elif trial.hint:
            hints.append((variant.function, variant.name, trial.hint))
    return lost, named, hints


class Within:
    """Looks mutants up in this process, without those of some kinds, and keeps what it found."""

    def __init__(self, suite, kinds):
        left_out = lambda candidate: any(change.operator in kinds for change in candidate.changes)  # noqa: E731
        self.fitter = Fitter(suite.assignment, suite.programs, left_out=left_out)
        self.found = None

    def begin(self):
        """See `LookupProcess.begin`."""

    def find(self, function, calls):
        """See `LookupProcess.find`."""
        self.found = self.fitter.find(function, calls)
        return self.found


def left_out(suite, seed):
    """Mutants of kinds that nobody looks for: (named, told by another mutant, measured, silent, false)."""
    rng = random.Random(seed)
    made = [
        (function, mutant)
        for function in suite.programs.owners
        if function in suite.questions
        for mutant in mutants(suite.programs.source_of(function))
    ]
    kinds = sorted({mutant.changes[0].operator for _, mutant in made})
    hidden = set(rng.sample(kinds, len(kinds) // 5))
    chosen = [pair for pair in made if pair[1].changes[0].operator in hidden]
    beside, suite.diagnostician.mutants = suite.diagnostician.mutants, Within(suite, hidden)
    counts, wrong = collections.Counter(), []
    for function, mutant in rng.sample(chosen, min(LEFT_OUT, len(chosen))):
        variant = Variant("mutant", suite.programs.owners[function], function, (function,), "", mutant.source)
        suite.diagnostician.mutants.found = None
        trial = suite.try_variants("", (variant,), (function,))
        found = suite.diagnostician.mutants.found
        if not trial.lost:
            continue
        told = trial.named or (found and found.source and "or something else" not in trial.hint)
        counts["named" if trial.named else "told" if found else "measured" if trial.hint else "silent"] += 1
        if told and not found_true(suite, function, variant, trial, found):
            counts["false"] += 1
            wrong.append((function, mutant.changes[0].clause.text(str), trial.hint))
    suite.diagnostician.mutants = beside
    return sorted(hidden), dict(counts), wrong


def found_true(suite, function, variant, trial, found):
    """Whether what was told answers as the mutant does on inputs that nobody asked about."""
    if trial.named:
        told = [v for v in suite.programs.variants[function] if v.name in trial.named]
        told = (
            told if len(told) == 1 else [p[2] for p in suite.programs.pairs(function) if {*p[:2]} == {*told}]
        )
    else:
        made = suite.diagnostician.mutants.fitter.mutants.of(function)
        imports = next(candidate.imports for candidate in made if candidate.source == found.source)
        told = [Variant("told", variant.module, function, (), "", found.source, imports)]
    calls = suite.calls(function, (function,))
    return bool(told) and not differ(suite.programs, variant, told[0], calls, dtypes=False)


def main():
    """Print the figures of one assignment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("assignment")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    settings = assignments.load(options.assignment)
    suite = Suite(settings, settings.seed + options.seed)
    named, silent, wrong = singles(suite)
    print(
        f"single misconceptions: {len(named) + len(silent) + len(wrong)}, named {len(named)}, wrong {len(wrong)}"
    )
    print("  silent:", ", ".join(silent), "wrong:", wrong)
    lost, claimed, hints = rubbish(suite)
    print(
        f"garbage: {GARBAGE}, losing points {lost}, misconceptions named {len(claimed)}, measured {len(hints)}"
    )
    print(*claimed, *hints, sep="\n")
    hidden, counts, wrong = left_out(suite, options.seed)
    print("mutants of kinds left out:", ", ".join(hidden), counts)
    print(*wrong, sep="\n")
    print("across functions (both, one, none, wrong):", across(suite, options.seed))
    both, one, nothing, wrong, like = pairs(suite, options.seed)
    count = len(both) + len(one) + len(nothing) + len(wrong)
    print(
        f"pairs: {count}, both named {len(both)}, one {len(one)}, none {len(nothing)}, wrong {len(wrong)}; like a single one {len(like)}"
    )
    if options.verbose:
        print(*nothing, *wrong, *one, *like, sep="\n")


if __name__ == "__main__":
    main()
