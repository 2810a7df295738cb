"""The audit trail: all that was done to one encounter, or in a period as CSV."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from suggester.review.access import check_seen
from suggester.review.finished import Period
from suggester.review.people import Person
from suggester.review.trail_entries import Entry, entries, note_export, write_trail
from suggester.web.office import Office
from suggester.web.requests import TheNumber, TheOffice, ThePerson

router = APIRouter(tags=["quality"])
CSV = "text/csv"
_AT_ONCE = 500


class EntryOut(BaseModel):
    """One thing that was done; for a decision also with what the coder had been shown."""

    at: str
    who: str
    action: str
    what: str
    encounter: str | None
    encounter_name: str
    coding: str | None
    number: int | None
    model: str | None
    code_set: str | None
    evidence_shown: list[tuple[str, str]]
    seconds: float | None
    digest: str | None


class TrailOut(BaseModel):
    """What was done to one encounter, the earliest first."""

    entries: list[EntryOut]


@router.get("/encounters/{encounter}/trail", response_model=TrailOut)
def of_encounter(number: TheNumber, office: TheOffice, person: ThePerson) -> dict[str, object]:
    """Return all that was done to an encounter: each coding of it, and everything around them."""
    return {"entries": [entry.to_dict() for entry in trail_of(office, number, person)]}


@router.get(
    "/trail",
    response_class=StreamingResponse,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
def of_period(
    office: TheOffice,
    person: ThePerson,
    since: Annotated[datetime.date | None, Query(description="First day.")] = None,
    until: Annotated[datetime.date | None, Query(description="Last day.")] = None,
) -> StreamingResponse:
    """Return the audit trail of a period as CSV, without a word of any note.

    Encounters that you have yet to code a second time are left out until you have.
    """
    period = Period(since, until)
    note_export(office.database, person, period)
    headers = {"Content-Disposition": 'attachment; filename="trail.csv"'}
    return StreamingResponse(_written(office, period, person), media_type=CSV, headers=headers)


def trail_of(office: Office, number: int, person: Person) -> list[Entry]:
    """Return all that was done to an encounter; raises UnknownEncounterError."""
    office.quality.check_first(number, person)
    with office.database.reading() as session:
        check_seen(session, number, person)
        return list(entries(session, encounter=number))


def _written(office: Office, period: Period, person: Person) -> Iterator[bytes]:
    with office.database.reading() as session:
        found = entries(session, period, reader=person)
        headings = True
        while True:
            part = list(islice(found, _AT_ONCE))
            if not part and not headings:
                return
            out = io.StringIO()
            write_trail(out, part, headings)
            headings = False
            yield out.getvalue().encode("utf-8")
