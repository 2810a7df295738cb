"""Retention: notes go after a time; what was decided about them, without their words, stays."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.intake import found
from suggester.review.people import Person
from suggester.review.reviewed import FINISHED
from suggester.review.tables import (
    STATES,
    Coding,
    DocumentRow,
    EncounterRow,
    EventRow,
    Reading,
    Words,
)
from suggester.review.trail import note_down, now
from suggester.review.wiping import PURGED, wipe


@dataclass(frozen=True, slots=True)
class Purged:
    """How many encounters lost their notes; ``wiped`` tells whether the file was cleaned at once."""

    encounters: int
    wiped: bool


def due(database: Database, days: int, states: Collection[str] = FINISHED) -> list[int]:
    """Return the encounters whose notes are to go: nothing was decided on them for ``days`` days.

    Raises
    ------
    InputError
        A state is unknown, or ``days`` is negative.
    """
    query = _due(days, states)
    with database.reading() as session:
        return list(session.scalars(query))


def purge(
    database: Database,
    days: int,
    person: Person,
    states: Collection[str] = FINISHED,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Purged:
    """Delete notes, what was suggested for them and the words of their coders.

    Events, codes and the audit trail stay: they hold no word of a note. The same note can come in
    again afterwards. Each encounter is purged whole or not at all, so that an interrupted purge is
    taken up by the next.

    Raises
    ------
    InputError
        As :func:`due`.
    """
    numbers = due(database, days, states)
    query = _due(days, states)
    done = 0
    for position, number in enumerate(numbers, 1):
        with database.transaction() as session:
            # Somebody may have taken it up since; their lock waits for this and the other way round.
            session.execute(
                select(Coding.id).where(Coding.encounter_id == number).with_for_update()
            )
            if session.scalar(query.where(EncounterRow.id == number)) is not None:
                _purge(session, number, person)
                done += 1
        progress(position, len(numbers))
    return Purged(done, wipe(database, person))


def _due(days: int, states: Collection[str]) -> Select[Any]:
    if days < 0:
        raise InputError("--older-than is a number of days, 0 or more.")
    if unknown := sorted(set(states) - set(STATES)):
        raise InputError(f"There is no state {unknown[0][:50]!r}; known: {', '.join(STATES)}.")
    before = now() - datetime.timedelta(days=min(days, 100_000))
    decided = (
        select(func.max(EventRow.at))
        .join(Coding, Coding.id == EventRow.coding_id)
        .where(Coding.encounter_id == EncounterRow.id)
        .scalar_subquery()
    )
    return (
        select(EncounterRow.id)
        .where(
            EncounterRow.purged_at.is_(None),
            EncounterRow.state.in_(tuple(states)),
            EncounterRow.created_at <= before,
            func.coalesce(decided, EncounterRow.created_at) <= before,
        )
        .order_by(EncounterRow.id)
    )


def _purge(session: Session, number: int, person: Person) -> None:
    row = found(session, number)
    events = (
        select(EventRow.id)
        .join(Coding, Coding.id == EventRow.coding_id)
        .where(Coding.encounter_id == number)
    )
    quiet = {"synchronize_session": False}
    session.execute(delete(Words).where(Words.event_id.in_(events)).execution_options(**quiet))
    session.execute(
        delete(DocumentRow).where(DocumentRow.encounter_id == number).execution_options(**quiet)
    )
    session.execute(
        update(Reading)
        .where(Reading.encounter_id == number)
        .values(sealed_result=None)
        .execution_options(**quiet)
    )
    row.digest = f"purged {number}"
    row.purged_at = now()
    note_down(session, person, PURGED, number, documents=row.documents)
