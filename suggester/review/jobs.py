"""Long work in the background: one at a time, with its progress, and known to be dead when it is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from suggester.errors import SuggesterError
from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.tables import Job
from suggester.review.trail import note_down, now

RUNNING, DONE, FAILED = "running", "done", "failed"
#: How long a job may be silent before it is taken for dead, in seconds.
SILENCE = 60
_DIED = "The work stopped without a word, perhaps with the computer; start it again."
#: Number of the lock under which PostgreSQL lets jobs begin, one after the other.
_LOCK = 7_305_112_027


class BusyError(SuggesterError):
    """Work of this kind is being done already."""

    code = "busy"


class UnknownJobError(SuggesterError):
    """There is no such job."""

    code = "unknown_job"


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as it stands; ``outcome`` holds what it found, or ``message`` why it failed."""

    id: int
    kind: str
    state: str
    by: str
    created_at: datetime.datetime
    progress: float
    step: str
    outcome: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Why it failed, in one sentence."""
        return str(self.outcome.get("message", ""))


class Jobs:
    """Begin, follow and end jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, kind: str, person: Person) -> int:
        """Note down that a job begins, and return its number.

        Raises
        ------
        BusyError
            One of its kind is running.
        """
        with self._database.transaction() as session:
            if not self._database.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
            for job in session.scalars(
                select(Job).where(Job.kind == kind, Job.state == RUNNING).with_for_update()
            ):
                if not _bury(job):
                    raise BusyError(f"{job.by[:100]} started this already; wait until it is done.")
            moment = now()
            row = Job(
                kind=kind,
                state=RUNNING,
                by=person.name,
                created_at=moment,
                beat_at=moment,
                progress=0.0,
                step="starting",
                outcome={},
            )
            session.add(row)
            session.flush()
            note_down(session, person, f"{kind} started", job=row.id)
            return row.id

    def state(self, number: int) -> JobState:
        """Return a job as it stands; one that has been silent for too long has failed.

        Raises
        ------
        UnknownJobError
            There is none of that number.
        """
        with self._database.reading() as session:
            told = _told(_found(session, number))
            silent = _is_silent(_found(session, number))
        if not silent:
            return told
        with self._database.transaction() as session:
            row = _found(session, number)
            _bury(row)
            return _told(row)

    def running(self, kind: str) -> JobState | None:
        """Return the job of a kind that is running."""
        with self._database.reading() as session:
            numbers = session.scalars(
                select(Job.id).where(Job.kind == kind, Job.state == RUNNING)
            ).all()
        states = (self.state(number) for number in numbers)
        return next((job for job in states if job.state == RUNNING), None)

    def done(self, kind: str) -> list[JobState]:
        """Return the jobs of a kind that succeeded, the newest first."""
        query = select(Job).where(Job.kind == kind, Job.state == DONE).order_by(Job.id.desc())
        with self._database.reading() as session:
            return list(map(_told, session.scalars(query)))

    def last(self, kind: str) -> JobState | None:
        """Return the newest job of a kind."""
        with self._database.reading() as session:
            number = session.scalar(
                select(Job.id).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)
            )
        return None if number is None else self.state(number)

    def beat(self, number: int, progress: float | None = None, step: str | None = None) -> bool:
        """Tell that a job is alive, and how far; False where it is not wanted any more."""
        with self._database.transaction() as session:
            row = _found(session, number)
            if row.state != RUNNING:
                return False
            row.beat_at = now()
            row.progress = row.progress if progress is None else progress
            row.step = row.step if step is None else step[:200]
            return True

    def end(self, number: int, state: str, outcome: dict[str, Any]) -> None:
        """Tell that a job is done or has failed, and what came of it."""
        with self._database.transaction() as session:
            row = _found(session, number)
            if row.state == RUNNING:
                _end(row, state, outcome)


def _end(row: Job, state: str, outcome: dict[str, Any]) -> None:
    row.state, row.outcome, row.finished_at = state, outcome, now()
    if state == DONE:
        row.progress, row.step = 1.0, "done"


def _found(session: Session, number: int) -> Job:
    row = session.get(Job, number)
    if row is None:
        raise UnknownJobError(f"There is no job {number}.")
    return row


def _is_silent(row: Job) -> bool:
    return row.state == RUNNING and now() - row.beat_at > datetime.timedelta(seconds=SILENCE)


def _bury(row: Job) -> bool:
    if not _is_silent(row):
        return False
    _end(row, FAILED, {"message": _DIED})
    return True


def _told(row: Job) -> JobState:
    return JobState(
        row.id, row.kind, row.state, row.by, row.created_at, row.progress, row.step, row.outcome
    )
