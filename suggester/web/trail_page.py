"""The page on which an auditor reads the trail of one encounter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from suggester.review.finished import Period
from suggester.review.intake import UnknownEncounterError
from suggester.review.people import ForbiddenError
from suggester.review.tables import EncounterRow
from suggester.review.trail_entries import Entry
from suggester.web.api.trail import trail_of
from suggester.web.office import Office
from suggester.web.pages import render
from suggester.web.requests import TheOffice, ThePerson
from suggester.web.view import name_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_NUMBER = re.compile(r"E?([0-9]{1,9})\Z", re.IGNORECASE)
_MOST = 20
_CODINGS = {"first": "first", "second": "second", "adjudication": "settling"}


@router.get("/audit/trail")
def trail(
    request: Request,
    office: TheOffice,
    person: ThePerson,
    encounter: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show who did what to an encounter when, on which suggestions and after seeing which evidence."""
    asked = encounter.strip()
    numbers = _found(office, asked) if asked else []
    rows: list[dict[str, Any]] = []
    wrong = "" if numbers or not asked else "There is no encounter of that name or number."
    if len(numbers) == 1:
        try:
            rows = list(_told(trail_of(office, numbers[0][0], person)))
        except (ForbiddenError, UnknownEncounterError) as error:
            wrong = str(error)
    return render(
        request,
        person,
        "trail.html",
        active="Audit",
        asked=asked,
        period=Period.recent(),
        wrong=wrong,
        found=[{"id": name_of(number), "title": title} for number, title in numbers],
        rows=rows,
    )


def _found(office: Office, asked: str) -> list[tuple[int, str]]:
    """Return the encounters of a name, or else the one of a number."""
    query = select(EncounterRow.id, EncounterRow.external_id).order_by(EncounterRow.id)
    with office.database.reading() as session:
        named = session.execute(query.where(EncounterRow.external_id == asked).limit(_MOST)).all()
        number = _NUMBER.match(asked)
        if not named and number is not None:
            named = session.execute(query.where(EncounterRow.id == int(number[1]))).all()
    return [(row.id, row.external_id) for row in named]


def _told(found: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    seen: dict[str, set[tuple[str, str]]] = {}
    for entry in found:
        known = seen.setdefault(entry.coding, set())
        fresh = [code for system, code in entry.evidence_shown if (system, code) not in known]
        known.update(entry.evidence_shown)
        yield {
            "at": f"{entry.at:%Y-%m-%d %H:%M:%S}",
            "iso": entry.at.isoformat(),
            "who": entry.who,
            "what": entry.what,
            "coding": _CODINGS.get(entry.coding, ""),
            "suggested_by": " · ".join(filter(None, (entry.model, entry.code_set))),
            "shown": ", ".join(fresh),
            "seconds": "" if entry.seconds is None else f"{entry.seconds:.0f}",
        }
