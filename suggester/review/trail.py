"""The audit trail: what was done, by whom and when; never a word of a note."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.tables import AuditRow, Coding, EventRow

#: A page that is looked at again within this time is no new entry in the trail.
_AT_IT = datetime.timedelta(minutes=30)


def now() -> datetime.datetime:
    """Return this moment in UTC."""
    return datetime.datetime.now(datetime.UTC)


def note_down(
    session: Session,
    person: Person,
    action: str,
    encounter: int | None = None,
    **detail: Any,
) -> None:
    """Add to the audit trail that someone did something, in the same transaction as the deed."""
    session.add(
        AuditRow(at=now(), who=person.name, action=action, encounter_id=encounter, detail=detail)
    )


def note_opened(database: Database, person: Person, encounter: int) -> None:
    """Add to the audit trail that someone looked at a record; once while they are at it."""
    known = select(AuditRow.id).where(
        AuditRow.encounter_id == encounter,
        AuditRow.action == "opened",
        AuditRow.who == person.name,
        AuditRow.at > now() - _AT_IT,
    )
    with database.reading() as session:
        if session.scalar(known.limit(1)) is not None:
            return
    with database.transaction() as session:
        note_down(session, person, "opened", encounter)


def chained(previous: str, row: EventRow) -> str:
    """Return the SHA-256 of an event that also covers the one before it in the same coding."""
    what = [
        previous,
        row.sequence,
        row.at.astimezone(datetime.UTC).isoformat(),
        row.who,
        row.kind,
        row.fields,
        row.model,
        row.code_set,
        row.shown,
        row.seconds,
    ]
    text = json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def broken_chains(session: Session) -> list[int]:
    """Return the ids of encounters whose events were changed, left out or put in between."""
    broken: list[int] = []
    for coding in session.scalars(select(Coding).order_by(Coding.id)):
        events = session.scalars(
            select(EventRow).where(EventRow.coding_id == coding.id).order_by(EventRow.sequence)
        ).all()
        if not _is_whole(events, coding.version):
            broken.append(coding.encounter_id)
    return broken


def _is_whole(events: Sequence[EventRow], version: int) -> bool:
    previous = ""
    for number, row in enumerate(events, 1):
        if row.sequence != number or row.digest != chained(previous, row):
            return False
        previous = row.digest
    return len(events) == version
