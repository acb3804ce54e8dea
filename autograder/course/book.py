"""The grade book: where every student stands, from gradings, acts of people and the list of students.

It reads rows and acts and no results, so that a class of hundreds is there at once. What people decided is kept by
student: points follow an unchanged answer from attempt to attempt, and wait where the answer is another one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ..assignment import Assignment, Lateness, lateness
from ..records import NO_ANSWER, Act, Row, Store
from ..records import acts as kinds
from ..submissions import HandIn
from .matching import keys_of
from .roll import LAST, Roll, load
from .roster import Student
from .sums import Given, Line, Policy, Standing, Wait, total


class Book:
    """The grades of one assignment as they are now.

    Args:
        roll: submissions and students.
        rows: the gradings.
        policy: what the course has chosen.
        acts: what people decided, as far as it stands; the last one last.
        answers: digests of the written answers, by submission and question.
        contents: hashes of what was handed in, by submission.
    """

    def __init__(
        self,
        roll: Roll,
        rows: Iterable[Row],
        policy: Policy,
        acts: Sequence[Act] = (),
        answers: Mapping[str, Mapping[str, str]] | None = None,
        contents: Mapping[str, str] | None = None,
    ) -> None:
        self.roll, self.policy, self.acts = roll, policy, acts
        self.rows = {row.submission: row for row in rows}
        self._answers, self._contents = answers or {}, contents or {}
        self._of_submission: dict[str, list[Act]] = {}
        self._of_student: dict[int, list[Act]] = {}
        self.strays: list[Act] = []
        for act in acts:
            if act.submission:
                self._of_submission.setdefault(act.submission, []).append(act)
            if act.student and act.kind != kinds.ASSIGN:
                one = roll.known.find(act.student)
                if one is None:
                    self.strays.append(act)
                else:
                    self._of_student.setdefault(one, []).append(act)
        self._theirs: dict[int, set[str]] = {}
        for name, members in roll.owners.items():
            for one in members:
                self._theirs.setdefault(one, set()).add(name)

    @classmethod
    def read(cls, store: Store, assignment: Assignment, roll: Roll | None = None) -> Book:
        """The book of a store.

        Args:
            store: all that is kept.
            assignment: its settings as they are now.
            roll: where it was read already.
        """
        return cls(
            roll or load(store),
            store.rows(),
            Policy.of(assignment),
            store.acts.standing(),
            store.digests(),
            store.contents(),
        )

    @cached_property
    def possible(self) -> float:
        """Points possible; the one number that percentages are of."""
        return self.policy.possible(max((row.max_score for row in self.rows.values()), default=0.0))

    @cached_property
    def standings(self) -> list[Standing]:
        """Where everyone stands, first those on the list, in its order."""
        return [self._standing(one) for one in range(len(self.roll.members))]

    @cached_property
    def by_submission(self) -> Mapping[str, tuple[Standing, ...]]:
        """Those for whom a submission counts."""
        found: dict[str, list[Standing]] = {}
        for standing in self.standings:
            if standing.hand_in:
                found.setdefault(standing.hand_in.submission, []).append(standing)
        return {name: tuple(those) for name, those in found.items()}

    @property
    def counting(self) -> list[Row]:
        """The rows without the attempts that count for nobody."""
        if self.roll.to_grade == set(self.roll.hand_ins) and self.roll.attempts == LAST:
            return list(self.rows.values())
        return [
            row
            for name, row in self.rows.items()
            if name in self.by_submission or name not in self.roll.hand_ins
        ]

    def find(self, key: str) -> Standing | None:
        """Where the student of a key stands."""
        one = self.roll.known.find([key])
        return None if one is None else self.standings[one]

    def given(self, submission: str) -> dict[str, Given]:
        """What people gave a submission, by question, or gave an earlier one of the same students with the same answer."""
        members = self.roll.owners.get(submission, ())
        names = {submission}.union(*(self._theirs[one] for one in members))
        acts = [act for name in names for act in self._of_submission.get(name, ())]
        found: dict[str, Given] = {}
        for act in sorted(acts, key=lambda act: act.id):
            if act.kind == kinds.POINTS:
                fits = act.answer == self.digest(submission, act.question)
                before = found.get(act.question)
                if fits or before is None or not before.counts:
                    found[act.question] = Given(act.points, act.text, act, outdated=not fits)
            elif act.kind == kinds.COMMENT:
                before = found.get(act.question) or Given(None, "", act)
                found[act.question] = replace(before, comment=act.text)
        return found

    def digest(self, submission: str, question: str) -> str:
        """What tells the answer or the code to which points are given from another."""
        if question in self.policy.written:
            return self._answers.get(submission, {}).get(question, NO_ANSWER)
        return self._contents.get(submission, "")

    def points_act(self, submission: str, question: str, points: float, comment: str, who: str) -> Act:
        """The act that gives points for what is there now."""
        return Act(
            kinds.POINTS,
            who,
            submission,
            question=question,
            points=points,
            text=comment,
            answer=self.digest(submission, question),
        )

    def _standing(self, one: int) -> Standing:
        student, handed = self.roll.members[one]
        options = [self._of(student, hand_in) for hand_in in self.roll.candidates(handed)]
        nothing = Standing(student, (), possible=self.possible)
        return self._decided(one, max(options, key=lambda option: option.most, default=nothing), handed)

    def _of(self, student: Student, hand_in: HandIn) -> Standing:
        """What a submission is worth to a student, before the whole grade is overridden."""
        row = self.rows.get(hand_in.submission)
        if row is None:
            return Standing(student, (), hand_in, possible=self.possible, waits=(Wait("not graded"),))
        given = self.given(hand_in.submission)
        late = self._lateness(hand_in)
        lines, waits, points = total(
            row, self.policy, given, late, self._last(hand_in.submission, kinds.DECIDE)
        )
        possible = self.policy.possible(row.max_score)
        return Standing(student, (), hand_in, row, given, late, possible, lines, waits, points)

    def _decided(self, one: int, standing: Standing, handed: tuple[HandIn, ...]) -> Standing:
        """The same with what was decided about the student, whatever was handed in."""
        acts = list(self._of_student.get(one, ()))
        acts += [act for name in self._theirs.get(one, ()) for act in self._of_submission.get(name, ())]
        acts = sorted({act.id: act for act in acts}.values(), key=lambda act: act.id)
        last = {act.kind: act for act in acts if not act.question}
        lines, waits, points = standing.lines, standing.waits, standing.points
        override = last.get(kinds.OVERRIDE)
        if override is not None and override.points is not None:
            lines, waits, points = (
                (*lines, Line("override", override.points, act=override)),
                (),
                override.points,
            )
        answers = {act.ref: act for act in acts if act.kind == kinds.ANSWER}
        requests = [act for act in acts if act.kind == kinds.REQUEST]
        return replace(
            standing,
            keys=keys_of(standing.student),
            lines=lines,
            waits=waits,
            points=points,
            attempts=handed,
            copied=last.get(kinds.COPIED),
            requests=tuple(act for act in requests if act.id not in answers),
            answered=tuple((act, answers[act.id]) for act in requests if act.id in answers),
        )

    def _lateness(self, hand_in: HandIn) -> Lateness:
        deadline = self.policy.deadline
        decided = self._last(hand_in.submission, kinds.LATE)
        if decided is not None and decided.points is not None and deadline is not None:
            days, last = int(decided.points), deadline.drop_dead_days
            return Lateness(days, last is not None and days > math.ceil(last))
        students = self.roll.whose[hand_in.submission]
        told = [student.submitted for student in students if student.submitted is not None]
        at = hand_in.at or max(told, default=None)
        return lateness(deadline, [student.extension for student in students], at, hand_in.marked_late)

    def _last(self, submission: str, kind: str) -> Act | None:
        found = [act for act in self._of_submission.get(submission, ()) if act.kind == kind]
        return found[-1] if found else None
