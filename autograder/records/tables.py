"""The tables of the store, and the statements that are asked of them."""

from __future__ import annotations

VERSION = 3
"""Of the tables; a file with another version is left alone."""

EARLIER = "2"
"""The version in which points of people had a table of their own; a file of it is taken over."""


TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gradings (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    content TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    graded_at TEXT NOT NULL DEFAULT (datetime('now')),
    suite TEXT NOT NULL,
    data TEXT NOT NULL,
    images TEXT NOT NULL,
    seed TEXT NOT NULL,
    device TEXT NOT NULL,
    sandbox TEXT NOT NULL,
    versions TEXT NOT NULL,
    status TEXT NOT NULL,
    score REAL NOT NULL,
    max_score REAL NOT NULL,
    seconds REAL NOT NULL,
    questions TEXT NOT NULL,
    reason TEXT NOT NULL,
    results TEXT NOT NULL,
    undecided REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS gradings_of_a_submission ON gradings (submission, id);
CREATE VIEW IF NOT EXISTS last_gradings AS
SELECT * FROM gradings WHERE id IN (SELECT max(id) FROM gradings GROUP BY submission);
CREATE TABLE IF NOT EXISTS cases (
    grading INTEGER NOT NULL REFERENCES gradings (id),
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    state TEXT NOT NULL,
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    message TEXT NOT NULL,
    staff_message TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS ended_cases (
    submission TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (submission, fingerprint, question, name)
);
"""


LATER_COLUMNS = {"undecided": "ALTER TABLE gradings ADD COLUMN undecided REAL NOT NULL DEFAULT 0"}
"""Columns of `gradings` that a file of this version may lack: it was made before there were any, and gets them."""


ADD_GRADING = """
INSERT INTO gradings (
    submission, content, fingerprint, suite, data, images, seed, device, sandbox, versions,
    status, score, max_score, seconds, questions, reason, results, undecided
) VALUES (
    :submission, :content, :fingerprint, :suite, :data, :images, :seed, :device, :sandbox, :versions,
    :status, :score, :max_score, :seconds, :questions, :reason, :results, :undecided
)
"""


ADD_CASE = """
INSERT INTO cases VALUES
(:grading, :question, :name, :hidden, :state, :points, :max_points, :message, :staff_message, :seconds)
"""


LAST_ROWS = """
SELECT submission, status, score, max_score, seconds, questions, reason, undecided FROM last_gradings ORDER BY submission
"""


ALL_ROWS = """
SELECT submission, status, score, max_score, seconds, questions, reason, undecided
FROM gradings WHERE submission = ? ORDER BY id
"""


NOTES = """
SELECT id, submission, json_extract(results, '$.extra_data.notes') FROM gradings WHERE id > ? ORDER BY id
"""


LAST_SETTINGS = """
SELECT submission, suite, data, images, seed, device, sandbox, versions FROM last_gradings WHERE status != 'rejected'
ORDER BY submission
"""
