"""Brings the tables of a store in step with this version, whatever the file holds."""

from __future__ import annotations

import sqlite3

from . import acts, answers
from .tables import EARLIER, LATER_COLUMNS, TABLES, VERSION


def prepare(database: sqlite3.Connection, assignment: str) -> dict[str, str]:
    """Make what is not there, and take over a file of the version before; in a transaction of the caller's.

    Args:
        database: the file, whose rows are told by name.
        assignment: whose it is from now on, if it is new.

    Returns:
        what the file says of itself.
    """
    for statement in (TABLES + answers.TABLES + acts.TABLES).split(";"):
        database.execute(statement)
    for table, later in (("gradings", LATER_COLUMNS), ("answers", answers.LATER_COLUMNS)):
        columns = database.execute(f"PRAGMA table_info({table})")
        for column in later.keys() - {row["name"] for row in columns}:
            database.execute(later[column])
    about = {"assignment": assignment, "version": str(VERSION)}
    database.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about.items())
    found = {row["name"]: row["value"] for row in database.execute("SELECT * FROM about")}
    if found["assignment"] == assignment and found["version"] == EARLIER:
        found["version"] = str(VERSION)
        answers.add_digests(database)
        acts.take_over(database)
        database.execute("UPDATE about SET value = ? WHERE name = 'version'", (found["version"],))
    return found
