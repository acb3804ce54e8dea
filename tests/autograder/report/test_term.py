"""A term of a class of sixty, once for each course site: from the first export to the file that its importer reads.

Gradings are recorded as the grader leaves them, without grading anybody; what a site's importer reads is done here as its
public source does it.
"""

import csv
import io
import zipfile
from datetime import datetime, timedelta

import pytest

from autograder.assignment import settings as assignments
from autograder.course import Book, Intake, Policy, keys_of
from autograder.course.export import export
from autograder.course.roster import read
from autograder.grading.results import Results
from autograder.records import Act
from autograder.records.acts import ASSIGN, DECIDE, LATE, OVERRIDE
from autograder.records.gradings import Grading, Row, Setting
from autograder.report import sending
from autograder.submissions.collection import collect
from autograder.submissions.written.answers import Answer

from ..exports import gradescope, metadata, modules, put_zip

POINTS = {"square": 4.0, "total": 4.0, "cube": 2.0}
SETTING = Setting("suite", "", "", 1, "cpu", "none", {})
AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
WRITTEN = """
[manual.why]
points = 2
title = { en = "Why?" }
rubric = "Because."

"""
DEADLINE = """
[deadline]
at = 2026-12-01T23:59:00+07:00
percent_per_day = 10
"""
LATE_ONE, AGAIN_SAME, AGAIN_OTHER, ORAL, UNDECIDED, STRAY, ABSENT = 10, 20, 21, 30, 40, 57, (58, 59, 60)


def name(number):
    return f"Nguyễn {'ABCĐ'[number % 4]}n {number:02}"


def sid(number):
    return f"2021{number:04}"


class Canvas:
    """Zips in one folder; the list is the gradebook."""

    form, roster_name = "canvas", "gradebook.csv"

    def hand_in(self, folder, number, attempt, files=None):
        late = "LATE_" if number == LATE_ONE else ""
        user = 999_999 if number == STRAY else 1000 + number
        put_zip(
            folder / f"nguyenan{number:02}_{late}{user}_{9000 + 100 * attempt + number}_hw.zip",
            files or modules(),
        )

    def finish(self, folder):
        pass

    def roster(self):
        head = "Student,ID,SIS User ID,SIS Login ID,Section,HW1 (4711),Final Score\n    Points Possible,,,,,10,(read only)\n"
        typed = {58: "7"}
        return head + "".join(
            f'"{name(n)}",{1000 + n},{sid(n)},u{n},K66-{1 + n % 2},{typed.get(n, "")},\n'
            for n in range(1, 61)
        )

    def imported(self, text):
        """What Canvas would change: a cell for each line whose ID it knows; an empty one erases."""
        lines = list(csv.DictReader(io.StringIO(text)))
        column = next(heading for heading in lines[0] if heading.startswith("HW1"))
        return {
            int(line["ID"]) - 1000: line[column]
            for line in lines
            if not line["Student"].startswith("Points Possible")
        }

    def reached(self, path):
        """Whom Canvas gives the pages to: the first number between underscores is the user, the second the file."""
        with zipfile.ZipFile(path) as archive:
            found = [
                [part for part in entry.split("_") if part.isdigit()][:2] for entry in archive.namelist()
            ]
        return {int(user) - 1000: int(file) for user, file in found}


class Moodle:
    """A folder a student; the list is the grading worksheet."""

    form, roster_name = "moodle", "worksheet.csv"
    head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n"

    def hand_in(self, folder, number, attempt, files=None):
        who = 999_999 if number == STRAY else 500 + number
        called = "Somebody" if number == STRAY else name(number)
        place = folder / f"{called}_{who}_assignsubmission_file_"
        place.mkdir(parents=True, exist_ok=True)
        put_zip(place / "hw.zip", files or modules())

    def finish(self, folder):
        pass

    def roster(self):
        def time(number):
            if number in ABSENT:
                return "-"
            return f"{'Wednesday, 2' if number == LATE_ONE else 'Tuesday, 1'} December 2026, 8:00 PM"

        return self.head + "".join(
            f'Participant {500 + n},{name(n)},s{n}@x,x,,10.00,Yes,"{time(n)}",-,\n' for n in range(1, 61)
        )

    def imported(self, text):
        """What Moodle would change: it cuts its word for a participant from the Identifier, and passes over empty grades
        and those above the maximum."""
        lines = list(csv.DictReader(io.StringIO(text)))
        assert {"Identifier", "Grade", "Last modified (grade)"} <= set(lines[0])
        found = {}
        for line in lines:
            who = line["Identifier"][len("Participant ") :]
            if who.isdigit() and line["Grade"] and float(line["Grade"]) <= 10:
                found[int(who) - 500] = line["Grade"]
        return found

    def reached(self, path):
        with zipfile.ZipFile(path) as archive:
            return {int(entry.split("_", 4)[1]) - 500: entry.split("/")[1] for entry in archive.namelist()}


class Gradescope:
    """A folder a submission with metadata; the list is its roster. Grades go back by number."""

    form, roster_name = "gradescope", "roster.csv"

    def __init__(self):
        self.entries, self.files = [], {}

    def hand_in(self, folder, number, attempt, files=None):
        at = AT + timedelta(hours=20 if number == LATE_ONE else attempt - 9)
        who = ("Somebody", "99", "who@y") if number == STRAY else (name(number), sid(number), f"s{number}@x")
        self.entries.append(metadata(1000 * attempt + number, at.strftime("%Y-%m-%d %H:%M:%S %z"), who))
        self.files[f"submission_{1000 * attempt + number}"] = files or modules()

    def finish(self, folder):
        gradescope(folder, *self.entries, **self.files)
        self.entries, self.files = [], {}

    def roster(self):
        head = "First Name,Last Name,SID,Email,Role,Section\n"
        return head + "".join(
            f"{name(n)[7:]},Nguyễn,{sid(n)},s{n}@x,Student,K66-{1 + n % 2}\n" for n in range(1, 61)
        )

    def imported(self, text):
        return {
            int(line["SID"][4:]): line["Total Score"]
            for line in csv.DictReader(io.StringIO(text))
            if line["Total Score"]
        }

    def reached(self, path):
        lines = csv.DictReader(io.StringIO((path / "pages.csv").read_text("utf-8-sig")))
        return {int(line["SID"][4:]): line["page"] for line in lines}


def graded(number, **changed):
    """The row and the answer of a student; some have lost two points."""
    questions = {**POINTS, **({"cube": 0.0} if number % 3 == 0 else {}), **changed}
    return questions, Answer(f"Since {number} is so.")


@pytest.mark.slow
@pytest.mark.parametrize("site", [Canvas, Moodle, Gradescope], ids=lambda site: site.form)
def test_a_term_of_a_class_of_sixty(site, tmp_path, tiny):
    site, out = site(), tmp_path / "out"
    with tiny.settings_file.open("a") as file:
        file.write(WRITTEN + DEADLINE)
    settings = assignments.load("tiny")
    roster = tmp_path / site.roster_name
    roster.write_text(site.roster(), encoding="utf-8")
    students = read(roster, AT.tzinfo)

    def grade(export_folder, answers=None, stop=10**6, changed=None, **options):
        """One run of the grader, without grading: gives what it has changed, and the names of the submissions by number."""
        staging = tmp_path / f"staging-{export_folder.name}-{stop}-{len(options)}"
        staging.mkdir()
        collection = collect(export_folder, settings.modules, staging, out)
        intake = Intake(collection.hand_ins, students.students, "last", students.sheet)
        results = Results(out, "tiny", POINTS, intake=intake, policy=Policy.of(settings), **options)
        rows, names = [], {}
        for one in sorted(results.roll.to_grade):
            member = results.roll.whose[one][0]
            number = (
                int(member.id[4:] or 0) if member.line and member.id else int(member.participant or 0) - 500
            )
            number = number if member.line else STRAY
            names[number] = one
            questions, answer = graded(number, **(changed or {}).get(number, {}))
            undecided = 4.0 if number == UNDECIDED else 0.0
            if undecided:
                questions["total"] = 0.0
            status = "attention" if undecided else "graded"
            row = Row(one, status, sum(questions.values()), 10.0, 0.1, questions, "", undecided)
            if len(rows) < stop:
                results.store.add_answers(one, {"why": (answers or {}).get(number, answer)})
                results.store.add(
                    Grading(row, f"content {number}", SETTING, {"extra_data": {"cases": []}}, True)
                )
                rows.append(row)
        results.show()
        changes = results.changes(rows)
        results.store.close()
        return changes, names

    first = tmp_path / "first"
    for number in range(1, 61):
        if number not in ABSENT:
            site.hand_in(first, number, 1)
    site.finish(first)
    grade(first, stop=30)  # cut off in the middle
    _, names = grade(first)
    assert len(names) == 57

    # Marked; then two hand in again, one of them with another answer.
    store = Results(out, "tiny", POINTS).store
    book = Book.read(store, settings)
    assert [one.submission for one in book.roll.unmatched] == [names[STRAY]]
    nothing = [number for number, one in enumerate(book.standings, 1) if one.row is None]
    assert nothing == [STRAY, *ABSENT]
    for submission in names.values():
        store.acts.add(book.points_act(submission, "why", 1.0, "Say more.", "Lan"))
    store.close()
    again = tmp_path / "again"
    for number in range(1, 61):
        if number not in ABSENT:
            site.hand_in(again, number, 1)
    for number in (AGAIN_SAME, AGAIN_OTHER):
        site.hand_in(again, number, 2)
    site.finish(again)
    _, names = grade(again, {AGAIN_OTHER: Answer("I see it now.")})
    store = Results(out, "tiny", POINTS).store
    keys = {number: keys_of(student) for number, student in enumerate(students.students, 1)}
    store.acts.add(Act(OVERRIDE, "Minh", student=keys[ORAL], points=9.5, text="An oral exam."))
    store.acts.add(Act(ASSIGN, "Minh", names[STRAY], keys[STRAY]))

    done = export(out, store, settings, site.form, "HW1" if site.form == "canvas" else "")
    told = "\n".join(done.notes)
    grades = site.imported(done.path.read_text("utf-8-sig"))
    # What nobody has decided is in no file, and named.
    waits = {UNDECIDED, AGAIN_OTHER} | ({LATE_ONE} if site.form == "canvas" else set())
    assert not waits & {number for number, grade in grades.items() if grade}
    for number in waits:
        assert students.students[number - 1].name in told
    assert "another answer to why was handed in since 1 points were given for it" in told

    # A test was mended; the grader tells whose points it has changed.
    store.close()
    changes, names = grade(
        again,
        {AGAIN_OTHER: Answer("I see it now.")},
        changed={3: {"cube": 2.0}},
        regrade=["cube"],
    )
    assert [(one.submission, one.question, one.before, one.after) for one in changes] == [
        (names[3], "cube", 0.0, 2.0)
    ]
    store = Results(out, "tiny", POINTS).store
    book = Book.read(store, settings)
    store.acts.add(book.points_act(names[AGAIN_OTHER], "why", 2.0, "", "Lan"))
    store.acts.add(Act(DECIDE, "Minh", names[UNDECIDED], points=3.0, text="Read by hand."))
    if site.form == "canvas":
        store.acts.add(Act(LATE, "Minh", names[LATE_ONE], points=1.0))

    def expected(number):
        points = {3: 10.0, UNDECIDED: 9.0}.get(number, 8.0 if number % 3 == 0 else 10.0)
        points += 2.0 if number == AGAIN_OTHER else 1.0
        return 9.5 if number == ORAL else points - (1.0 if number == LATE_ONE else 0.0)

    done = export(out, store, settings, site.form, "HW1" if site.form == "canvas" else "")
    told = "\n".join(done.notes)
    grades = {
        number: float(grade) for number, grade in site.imported(done.path.read_text("utf-8-sig")).items()
    }
    handed_in = {number: expected(number) for number in range(1, 58)}
    if site.form == "moodle":  # it takes none above the maximum, and the file says so
        above = {number for number, points in handed_in.items() if points > 10}
        assert f"{len(above)} grades are above the maximum" in told
        assert grades == {number: points for number, points in handed_in.items() if number not in above}
    elif site.form == "canvas":  # whoever has a grade there keeps it, the others who handed in nothing get 0
        assert grades == handed_in | {59: 0.0, 60: 0.0}
        assert name(58) in told
    else:
        assert grades == handed_in
    final = dict(enumerate((one.points for one in Book.read(store, settings).standings), 1))
    assert final == handed_in | dict.fromkeys(ABSENT)
    store.close()

    sent = sending.send(out, site.form)
    reached = site.reached(sent.path)
    stray = {STRAY} if site.form == "gradescope" else set()
    assert set(range(1, 57)) | stray <= set(reached) <= set(range(1, 58)) | {999_999 - 1000, 999_999 - 500}
    if site.form == "canvas":
        assert reached[AGAIN_SAME] == 9200 + AGAIN_SAME
