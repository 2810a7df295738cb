"""The review database: SQLite in WAL mode, or PostgreSQL by its URL."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from suggester.errors import InputError, SuggesterError
from suggester.review.sealing import Sealer
from suggester.review.turns import Turns

#: How long a write waits for another one, in seconds.
_PATIENCE = 15
_MIGRATIONS = Path(__file__).with_name("migrations")
#: Number of the lock that PostgreSQL holds while a database is brought up to date.
_MIGRATION_LOCK = 7_305_112_026
#: Alembic keeps what it does in one place for the whole process.
_upgrading = threading.Lock()


class DatabaseError(SuggesterError):
    """The review database cannot be reached or is not what it should be."""

    code = "database"


class Database:
    """The review database behind a URL, and the keys of what it seals.

    Raises
    ------
    InputError
        The URL is not one of SQLite or PostgreSQL.
    """

    def __init__(self, url: str, sealer: Sealer | None = None) -> None:
        self.url = _parsed(url)
        self.sealer = sealer or Sealer()
        self.engine = _engine(self.url)
        self._turn = Turns()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(
            self.engine.execution_options(reading=True), expire_on_commit=False
        )

    @property
    def is_sqlite(self) -> bool:
        """Tell whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session whose work is committed at the end, or not at all.

        Raises
        ------
        DatabaseError
            The database does not answer.
        """
        # SQLite lets one write at a time, and has the others ask again and again after ever longer
        # pauses: within the process they queue here instead.
        turn = self._turn if self.is_sqlite else contextlib.nullcontext()
        with _in_sentences(), turn, self._sessions.begin() as session:
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads, and sees one state of the database; it waits for no writer.

        Raises
        ------
        DatabaseError
            The database does not answer.
        """
        with _in_sentences(), self._readers() as session:
            yield session

    def upgrade(self) -> None:
        """Bring the tables up to date; only one process does so at a time, the others wait.

        Raises
        ------
        DatabaseError
            The database cannot be reached, or was made by a newer version.
        """
        from alembic import command
        from alembic.script.revision import ResolutionError
        from alembic.util.exc import CommandError

        try:
            with _upgrading, _in_sentences(), self.engine.connect() as connection:
                self._wait_alone(connection)
                command.upgrade(_configuration(connection), "head")
                connection.commit()
        except (CommandError, ResolutionError):
            raise DatabaseError(
                "The review database was made by a newer version of Suggester; install that version."
            ) from None

    def check(self) -> None:
        """Make sure that the database answers.

        Raises
        ------
        DatabaseError
            It does not.
        """
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _wait_alone(self, connection: Connection) -> None:
        # SQLite: every writing transaction begins with BEGIN IMMEDIATE, which lets in one at a time.
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


@contextlib.contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DatabaseError(_sentence(error)) from None
    except (DataError, UnicodeEncodeError):
        # PostgreSQL takes no NUL, and no database half a character.
        raise InputError("What was sent holds a character that cannot be kept.") from None
    except DBAPIError as error:
        if type(error.orig) is not sqlite3.DatabaseError:
            raise
        raise DatabaseError(
            "The file of the review database is no SQLite database, or is damaged; it was left alone."
        ) from None


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InputError(
            "The database is given as a URL: sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from None
    name = parsed.get_backend_name()
    if name == "sqlite":
        return parsed.set(drivername="sqlite")
    if name in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise InputError(
        "The review database is SQLite or PostgreSQL: sqlite:///FILE or postgresql://USER@HOST/NAME."
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            connect_args={"timeout": _PATIENCE, "check_same_thread": False},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True
    )


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    del record
    # pysqlite's own transactions begin too late: BEGIN IMMEDIATE is sent by hand.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # What is deleted is overwritten, not only given free.
    connection.execute("PRAGMA secure_delete=ON")
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    # Changing the mode of a new file does not wait for other processes that do the same.
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _configuration(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _sentence(error: DBAPIError) -> str:
    if "locked" in str(error.orig).lower():
        return "The review database is busy; try again in a moment."
    return "The review database does not answer; check its URL and that it runs."
