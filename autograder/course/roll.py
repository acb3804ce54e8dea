"""Who handed in what: matches submissions with the list of students, and says which attempt counts for whom.

Kept in the store beside the gradings, so that the grades for a course site need nothing else. It must never lose a
submission or a student: what matches nobody stays under its own name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..records import Store
from ..records.acts import ASSIGN
from ..submissions import HandIn, Person
from .matching import Known, Matcher, key_of
from .roster import Student
from .sheets import Sheet

LAST, BEST = "last", "best"

TABLES = (
    "CREATE TABLE IF NOT EXISTS hand_ins (submission TEXT PRIMARY KEY, record TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS students (line INTEGER PRIMARY KEY, record TEXT NOT NULL)",
)


@dataclass(frozen=True)
class Intake:
    """What one run of the grader brings.

    Attributes:
        hand_ins: the submissions that it found.
        students: the list of students; None to keep the one from an earlier run.
        attempts: which of several attempts counts, "last" or "best".
        sheet: the file that the list was read from.
    """

    hand_ins: tuple[HandIn, ...]
    students: tuple[Student, ...] | None
    attempts: str
    sheet: Sheet | None = None


def record(store: Store, intake: Intake) -> Roll:
    """Add what a run has found to the store, and give all that is there."""
    with store.changing() as database:
        for statement in TABLES:
            database.execute(statement)
        written = [(one.submission, json.dumps(one.record(), ensure_ascii=False)) for one in intake.hand_ins]
        database.executemany("INSERT OR REPLACE INTO hand_ins VALUES (?, ?)", written)
        if intake.students is not None:
            database.execute("DELETE FROM students")
            lines = [(one.line, json.dumps(one.record(), ensure_ascii=False)) for one in intake.students]
            database.executemany("INSERT INTO students VALUES (?, ?)", lines)
            sheet = json.dumps(intake.sheet.record() if intake.sheet else None, ensure_ascii=False)
            database.execute("INSERT OR REPLACE INTO about VALUES ('sheet', ?)", (sheet,))
        database.execute("INSERT OR REPLACE INTO about VALUES ('attempts', ?)", (intake.attempts,))
    return load(store)


def load(store: Store) -> Roll:
    """All hand-ins and students that the store knows."""
    with store.changing() as database:
        for statement in TABLES:
            database.execute(statement)
        hand_ins = [
            json.loads(found[0])
            for found in database.execute("SELECT record FROM hand_ins ORDER BY submission")
        ]
        students = [
            json.loads(found[0]) for found in database.execute("SELECT record FROM students ORDER BY line")
        ]
        attempts = database.execute("SELECT value FROM about WHERE name = 'attempts'").fetchone()
        sheet = database.execute("SELECT value FROM about WHERE name = 'sheet'").fetchone()
        graded = [found[0] for found in database.execute("SELECT DISTINCT submission FROM gradings")]
    known = {one["submission"]: HandIn.from_record(one) for one in hand_ins}
    for name in graded:
        known.setdefault(name, HandIn(name, "folder", (Person(name=name),)))
    listed = tuple(map(Student.from_record, students))
    told = json.loads(sheet[0]) if sheet else None
    return Roll(
        tuple(known.values()),
        listed,
        attempts[0] if attempts else LAST,
        Sheet.from_record(told) if told else None,
        {act.submission: act.student for act in store.acts.standing() if act.kind == ASSIGN},
    )


class Roll:
    """Submissions and the students who handed them in.

    Args:
        hand_ins: all submissions.
        students: the list of students, empty where there is none.
        attempts: which of several attempts of a student counts.
        sheet: the file that the list was read from, where there is one.
        assigned: keys of the student whose a submission is, where a person has said so.
    """

    def __init__(
        self,
        hand_ins: Sequence[HandIn],
        students: Sequence[Student],
        attempts: str,
        sheet: Sheet | None = None,
        assigned: Mapping[str, Sequence[str]] = {},
    ) -> None:
        self.sheet = sheet
        self.hand_ins = {one.submission: one for one in hand_ins}
        self.students = tuple(students)
        self.listed = bool(students)
        self.attempts = attempts
        self._assigned = assigned
        self.notes: list[str] = []
        people = list(students)
        known = Known(students)
        places = {name: one for name, keys in assigned.items() if (one := known.find(keys)) is not None}
        matcher = Matcher(students)
        whose = matcher.match_all(hand_ins, people, places)
        self._doubts = matcher.doubts
        self.unmatched = [
            self.hand_ins[name]
            for name, members in whose.items()
            if all(one >= len(students) for one in members)
        ]
        self._learn_numbers(people, whose)
        self._share_in_groups(students, whose)
        self.people = people
        self.owners = whose
        self.known = Known(people)
        self.whose = {name: tuple(people[one] for one in members) for name, members in whose.items()}
        theirs: list[list[HandIn]] = [[] for _ in people]
        for name, members in whose.items():
            for one in members:
                theirs[one].append(self.hand_ins[name])
        self.members = [(student, tuple(handed)) for student, handed in zip(people, theirs, strict=True)]

    def _learn_numbers(self, people: list[Student], whose: Mapping[str, tuple[int, ...]]) -> None:
        """Take a site's own number of a student from what was handed in, where the list does not have it."""
        for source, column in (("moodle", "participant"), ("canvas", "canvas")):
            told: dict[int, set[str]] = {}
            for name, members in whose.items():
                hand_in = self.hand_ins[name]
                if (
                    hand_in.source == source
                    and len(hand_in.people) == len(members) == 1
                    and hand_in.people[0].id
                ):
                    told.setdefault(members[0], set()).add(hand_in.people[0].id)
            used = {getattr(student, column) for student in people}
            for one, numbers in told.items():
                number = min(numbers)
                if len(numbers) == 1 and number not in used and not getattr(people[one], column):
                    moodle = column == "participant"
                    people[one] = (
                        replace(people[one], participant=number)
                        if moodle
                        else replace(people[one], canvas=number)
                    )

    def _share_in_groups(self, students: Sequence[Student], whose: dict[str, tuple[int, ...]]) -> None:
        """Let what one member of a group has handed in count for all of them."""
        groups: dict[str, set[int]] = {}
        for one, student in enumerate(students):
            if student.group:
                groups.setdefault(key_of(student.group), set()).add(one)
        for members in groups.values():
            theirs = {name: one for name, one in whose.items() if members & set(one)}
            without = members - {one for found in theirs.values() for one in found}
            if without and len({frozenset(found) for found in theirs.values()}) > 1:
                names = ", ".join(sorted(students[one].name or students[one].id for one in without))
                group = students[min(members)].group
                self.notes.append(
                    f"Several members of group {group} handed in on their own, so that none of it counts for {names}."
                )
            elif without:
                for name, found in theirs.items():
                    whose[name] = tuple(sorted({*found, *members}))

    def joined(self, hand_ins: Sequence[HandIn]) -> Roll:
        """The same with submissions beside those that are in it."""
        new = [one for one in hand_ins if one.submission not in self.hand_ins]
        everything = (*self.hand_ins.values(), *new)
        return Roll(everything, self.students, self.attempts, self.sheet, self._assigned) if new else self

    def name_of(self, submission: str) -> str:
        """Whose a submission is, as the list has it; its own name where nobody is known."""
        return ", ".join(student.name or student.id or submission for student in self.whose[submission])

    def why_unmatched(self, submission: str) -> str:
        """Why no student on the list has handed it in, as the end of a sentence."""
        if several := self._doubts.get(submission):
            found = [self.people[one] for one in sorted(several)]
            names = [one.name or one.id for one in found]
            if len(set(names)) < len(names):
                names = [f"{one.name} ({one.id or one.email or one.login})" for one in found]
            return f"{len(names)} fit it ({', '.join(names[:3])})"
        if self.hand_ins[submission].source == "folder":
            return "its name holds no number, address, login or whole name of one on the list"
        return "the list has nobody of that number, address or name"

    @cached_property
    def to_grade(self) -> frozenset[str]:
        """The submissions that may count for someone."""
        return frozenset(one.submission for _, handed in self.members for one in self.candidates(handed))

    def candidates(self, handed: tuple[HandIn, ...]) -> tuple[HandIn, ...]:
        """The attempts of which the better one counts: all, or the last; several where nothing tells the last one."""
        if self.attempts == BEST or len(handed) < 2:
            return handed
        timed = all(one.at is not None for one in handed)
        keys = [(one.at.timestamp() if timed and one.at else 0.0, one.order) for one in handed]
        return tuple(one for one, key in zip(handed, keys, strict=True) if key == max(keys))
