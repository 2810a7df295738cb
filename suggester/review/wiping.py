"""What was deleted is made to be gone from the files of the database, too."""

from __future__ import annotations

import sqlite3

from sqlalchemy import select, text

from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.tables import AuditRow, Base
from suggester.review.trail import note_down

#: What the trail says of deleting and of sealing anew, and of the wiping that follows.
PURGED, SEALED_ANEW, _WIPED = "purged", "sealed anew", "wiped"

#: Columns of what may quote a note, by table.
SEALED = {
    table.name: tuple(column.name for column in table.columns if column.name.startswith("sealed"))
    for table in Base.metadata.sorted_tables
    if any(column.name.startswith("sealed") for column in table.columns)
}
#: How long SQLite waits for other processes that read or write, in milliseconds.
_PATIENCE_MS = 2_000


def is_clean(database: Database) -> bool:
    """Tell whether all that was deleted or sealed anew was wiped, too; not so after an interruption."""
    query = (
        select(AuditRow.action)
        .where(AuditRow.action.in_((PURGED, SEALED_ANEW, _WIPED)))
        .order_by(AuditRow.id.desc())
        .limit(1)
    )
    with database.reading() as session:
        return session.scalar(query) in (None, _WIPED)


def wipe(database: Database, person: Person) -> bool:
    """Write the tables of sealed text anew, without what was deleted or replaced in them.

    SQLite's file and its write-ahead log hold none of it afterwards; of PostgreSQL, the tables.
    Returns False where another process was reading an older state, so that the log of SQLite still
    holds it: it goes with the next call, or when the last process closes the database.
    """
    done = _wiped(database)
    if done:
        with database.transaction() as session:
            note_down(session, person, _WIPED)
    return done


def _wiped(database: Database) -> bool:
    if not database.is_sqlite:
        with database.engine.connect() as fresh:
            connection = fresh.execution_options(isolation_level="AUTOCOMMIT")
            for table in SEALED:
                connection.execute(text(f'VACUUM (FULL) "{table}"'))
        return True
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        [[patience]] = cursor.execute("PRAGMA busy_timeout").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            # The log is emptied first, else pages of before would stay in its unused tail.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            [[busy, *_]] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:  # Another process writes.
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")
        return not busy
    finally:
        raw.close()
