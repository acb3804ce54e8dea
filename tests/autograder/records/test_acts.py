"""What people decide is added and never changed, can be undone, and two who decide the same hear of one another."""

import sqlite3
from contextlib import closing

import pytest

from autograder.records import Act, Conflict
from autograder.records.acts import COMMENT, OVERRIDE, POINTS, UNDO
from autograder.records.answers import digest_of
from autograder.records.store import Store
from autograder.submissions.written.answers import Answer


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "grades.sqlite", "tiny")
    yield opened
    opened.close()


def test_an_act_says_who_when_what_about_and_why_and_an_earlier_one_stays(store):
    first = store.acts.add(
        Act(OVERRIDE, "Lan", student=("id 1", "name an"), points=9.5, text="An illness; see the letter.")
    )
    store.acts.add(Act(OVERRIDE, "Minh", student=("id 1",), points=8.0))
    found = store.acts.all()
    assert found[0] == first
    assert (found[0].who, found[0].student, found[0].points) == ("Lan", ("id 1", "name an"), 9.5)
    assert len(found[0].at) == len("2026-12-01 23:59:00")
    assert [act.points for act in found] == [9.5, 8.0]
    assert [act.id for act in store.acts.all(since=first.id)] == [found[1].id]


def test_an_undoing_is_an_act_and_can_be_undone(store):
    given = store.acts.add(Act(POINTS, "Lan", "a", question="why", points=2.0))
    other = store.acts.add(Act(COMMENT, "Lan", "a", question="why", text="Good."))
    undone = store.acts.undo(given.id, "Minh")
    assert (undone.kind, undone.ref, undone.submission, undone.question) == (UNDO, given.id, "a", "why")
    assert store.acts.standing() == [other]
    store.acts.undo(undone.id, "Lan")
    assert store.acts.standing() == [given, other]
    assert len(store.acts.all()) == 4
    with pytest.raises(KeyError):
        store.acts.undo(99, "Lan")


def test_two_people_who_decide_the_same_hear_of_one_another(store):
    def give(who, points, after, question="why"):
        return store.acts.add(Act(POINTS, who, "a", question=question, points=points), after)

    first = give("Lan", 2.0, 0)
    with pytest.raises(Conflict, match="Lan has decided this at ") as told:
        give("Minh", 3.0, 0)
    assert told.value.act == first
    assert store.acts.all() == [first]
    give("Minh", 1.0, 0, question="how")
    second = give("Lan", 2.5, 0)  # one's own
    give("Minh", 3.0, second.id)
    undone = store.acts.undo(first.id, "Hoa")
    with pytest.raises(Conflict, match="Hoa has decided"):
        give("Lan", 4.0, second.id)
    assert store.acts.all()[-1] == undone


def test_answers_differ_by_words_and_pictures_and_not_by_spaces():
    one = digest_of(Answer("Since the sum\n is 1."))
    assert digest_of(Answer("Since  the sum is 1.\n", "a reason")) == one
    assert digest_of(Answer("Since the sum is 2.")) != one
    assert digest_of(Answer("Since the sum is 1.", "", ("picture",))) != one


def test_points_of_a_store_from_before_there_were_acts_are_taken_over(store):
    for text in ("First.", "Second."):
        store.add_answers("a", {"why": Answer(text)})
    store.close()
    with closing(sqlite3.connect(store.path)) as database, database:
        # As it was made then.
        database.executescript(
            """
            DROP TABLE acts;
            ALTER TABLE answers DROP COLUMN digest;
            UPDATE about SET value = '2' WHERE name = 'version';
            CREATE TABLE manual (id INTEGER PRIMARY KEY, submission TEXT, question TEXT, points REAL, comment TEXT,
                answer INTEGER, given_at TEXT DEFAULT (datetime('now')));
            INSERT INTO manual VALUES (1, 'a', 'why', 2.5, 'Say more.', 1, '2026-11-01 10:00:00');
            INSERT INTO manual VALUES (2, 'a', 'why', 3.0, '', 2, '2026-11-02 10:00:00');
            INSERT INTO manual VALUES (3, 'b', 'why', 0.0, '', 0, '2026-11-02 10:00:00');
            """
        )
    for _ in range(2):
        again = Store(store.path, "tiny")
        found = again.acts.standing()
        assert [(act.submission, act.points, act.text, act.at[8:10]) for act in found] == [
            ("a", 2.5, "Say more.", "01"),
            ("a", 3.0, "", "02"),
            ("b", 0.0, "", "02"),
        ]
        assert [act.answer for act in found] == [
            digest_of(Answer(text)) for text in ("First.", "Second.", "")
        ]
        assert again.digests() == {"a": {"why": digest_of(Answer("Second."))}}
        again.close()
