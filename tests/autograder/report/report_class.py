"""Makes the results of a class, as a grading leaves them, from a seed and without grading anybody."""

import ast
import dataclasses
import random
from pathlib import Path

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.checks import Run
from autograder.grading.case_results import CaseResult
from autograder.grading.results import STORE
from autograder.records import Act
from autograder.records.acts import POINTS
from autograder.records.answers import digest_of
from autograder.records.gradings import Grading, Row, Setting
from autograder.records.store import Store
from autograder.submissions.written.answers import Answer

ASSIGNMENT = "linear_classifier"
UNIT = assignments.load(ASSIGNMENT).training.unit
SEED = 987654321987654321
SECRET = "the-secret-of-a-hidden-case"
STAFF_HINT = "the-hint-on-a-hidden-case"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Khánh",
    "Linh",
    "Minh",
    "Ngọc",
    "Phúc",
    "Quỳnh",
    "Sơn",
    "Thảo",
    "Yến",
)
SETTING = Setting("suite", "synthetic images", "images", SEED, "cpu", "bubblewrap", {"numpy": "2"})

ANSWERS = (
    "Adding the same number changes no difference $s_j - s_y$, so the SVM loss stays. In softmax the factor $e^c$ "
    "cancels.\n\nDoubling keeps the order of the scores. The SVM loss changes, since the margin does not grow with it.",
    "(a) nothing changes\n(b) the loss gets bigger",
    "Softmax can always gain by making W larger, and the SVM cannot once all margins are met. The regularisation holds "
    "it back: the penalty grows with the square.",
)


def cases_of_suite():
    """(question, case, points, hidden) of every case of the suite."""
    found = []
    for path in assignments.load(ASSIGNMENT).tests:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for call in getattr(node, "decorator_list", ()):
                told = {
                    word.arg: ast.literal_eval(word.value)
                    for word in call.keywords
                    if word.arg in ("name", "points", "hidden")
                }
                found.append((path.stem, told["name"], float(told["points"]), told.get("hidden", False)))
    return found


def record(case, **more):
    """A case's record, with fields that the grader may not know yet."""
    return {**dataclasses.asdict(case), **more}


def make(out: Path, count: int, *, names=(), text="", marked=True) -> Store:
    """A class of `count` submissions in `out`: the first ones with these names, and with `text` as all that they said."""
    rng = random.Random(4653)
    suite = cases_of_suite()
    variants = {}
    for variant in load_misconceptions(assignments.load(ASSIGNMENT).solutions):
        variants.setdefault(variant.function, []).append(variant)
    difficulty = {question: rng.uniform(-2.4, 0.4) for question, *_ in suite}
    store = Store(out / STORE, ASSIGNMENT)
    manual = assignments.load(ASSIGNMENT).manual
    for number in range(count):
        name = (
            names[number] if number < len(names) else f"{rng.choice(FAMILY)} {rng.choice(GIVEN)} {number:03}"
        )
        skill = rng.gauss(0.4, 1.1)
        says = text if number < max(1, len(names)) else ""
        wrong = {
            question: rng.random() > 1 / (1 + 2.718 ** (1.7 * (difficulty[question] - skill)))
            or bool(says and question == "svm_loss")
            for question in difficulty
        }
        status = "rejected" if number % 83 == 40 else "attention" if number % 97 == 50 else "graded"
        cases = [
            _case(rng, wrong[question], question, case, points, hidden, variants, says)
            for question, case, points, hidden in suite
        ]
        if any(case["state"] == "timed out" for case in cases) and status == "graded":
            status = "partial"
        if status == "rejected":
            cases = [
                {
                    **case,
                    "state": "blocked",
                    "points": 0.0,
                    "message": "❌ Blocked: damaged",
                    "hint": {},
                    "evidence": {},
                    "misconceptions": [],
                }
                for case in cases
            ]
        undecided = 0.0
        if status == "attention":
            for case in cases[-2:]:
                undecided += case["max_points"]
                case.update(state="undecided", points=0.0, message="⚠️ Undecided: …", hint={}, evidence={})
        questions = {
            question: sum(case["points"] for case in cases if case["question"] == question)
            for question in difficulty
        }
        trainings = [] if status == "rejected" else [_run(rng, name, skill) for name in ("softmax", "svm")]
        seconds = max(0.5, rng.lognormvariate(0.3, 0.5))
        reason = (
            "The submission is damaged or incomplete: zip the folder again and submit it again."
            if status == "rejected"
            else ""
        )
        row = Row(name, status, sum(questions.values()), 100.0, seconds, questions, reason, undecided)
        notes = (
            ["module notes.py is missing"] * (number % 7 == 3)
            + ["Models were trained and measured on synthetic images."]
            + ([says] if says else [])
        )
        extra = {"seed": SEED, "cases": cases, "notes": notes}
        extra["trainings"] = [dataclasses.asdict(run) for run in trainings]
        results = {"output": reason, "tests": [], "extra_data": extra}
        store.add(Grading(row, f"content {name}", SETTING, results, True))
        if status != "rejected":
            answers = {q: Answer(says or rng.choice(ANSWERS)) for q in manual}
            store.add_answers(name, answers)
            if marked and number % 3:
                for question in manual:
                    act = Act(
                        POINTS,
                        "Lan",
                        name,
                        question=question,
                        points=rng.choice((1, 2, 3, 3.5, 4)),
                        text=says or "Say why softmax never reaches 0.",
                        answer=digest_of(answers[question]),
                    )
                    store.acts.add(act)
    return store


def _run(rng, recipe, skill):
    tiers = {"low": 40.0, "high": 55.0 if recipe == "softmax" else 53.0}
    bad = rng.random() > 0.8 + 0.1 * skill
    accuracy = rng.uniform(8, 44) if bad else rng.gauss(57.2, 0.7)
    reached = [tier for tier, wanted in tiers.items() if accuracy >= wanted]
    start, end = (2.6, 1.28) if recipe == "softmax" else (9.4, 2.1)
    losses = tuple(round(end + (start - end) * 0.95**i + rng.gauss(0, 0.04), 4) for i in range(100))
    tier = reached[-1] if reached else ""
    return Run(recipe, "cpu", SEED, 1.2, accuracy, tier, tiers, losses, 300, unit=UNIT)


def _case(rng, is_wrong, question, name, points, hidden, variants, says):
    if not is_wrong:
        return record(
            CaseResult(question, name, hidden, "passed", points, points, "✅ Test case passed", 0.01)
        )
    state = rng.choices(("failed", "timed out", "not attempted"), (20, 1, 3))[0]
    known = variants.get(question) or variants.get("train_linear_classifier")
    variant = known[rng.randrange(len(known)) % 3]
    message = (
        SECRET
        if hidden
        else says
        or "Not equal to tolerance rtol=1e-07, atol=0\n\nMismatched elements: 1 / 1 (100%)\n ACTUAL: array(15.8)\n DESIRED: array(5.266667)"
    )
    evidence = {
        "call": f"{question}(W (3, 3), X (3, 3), y (3,))",
        "expected": "array (3, 3) float64\n[[ 0.13  -0.87  0.   ]\n [ 0.25  -0.5   0.25 ]\n [ 1.    0.   -1.   ]]",
        "got": "array (3, 3) float64\n[[ 0.39  -2.61  0.   ]\n [ 0.75  -1.5   0.75 ]\n [ 3.    0.   -3.   ]]",
        "difference": "first at [0, 0]: expected 0.13, got 0.39",
    }
    if hidden:
        evidence = dict.fromkeys(evidence, SECRET)
    if says:
        evidence = dict.fromkeys(evidence, says)
    hint = (
        {"en": variant.hint, "vi": "Giá trị của bạn lớn gấp $N$ lần kết quả mong đợi: hãy chia cho số mẫu."}
        if state == "failed"
        else {}
    )
    if hidden and hint:
        hint = {"en": STAFF_HINT, "vi": STAFF_HINT}
    case = CaseResult(
        question,
        name,
        hidden,
        state,
        0.0,
        points,
        f"❌ {state.capitalize()}: {message}",
        0.2,
        SECRET,
    )
    return record(
        case,
        hint=hint,
        evidence=evidence if state == "failed" else {},
        misconceptions=[variant.name] if state == "failed" else [],
    )
