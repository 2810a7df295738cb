"""The dashboard, the audit page, and the pages of second coding and adjudication."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from suggester.review.adjudication import differences
from suggester.review.agreement import Agreement
from suggester.review.comparison import compare
from suggester.review.finished import Period
from suggester.review.intake import UnknownEncounterError, found
from suggester.review.overview import choices
from suggester.review.people import ForbiddenError, Person
from suggester.review.trail import note_opened, now
from suggester.web.api.quality import Name
from suggester.web.figures import chosen_by, figures, percent, tiles
from suggester.web.pages import render
from suggester.web.requests import AnyNumber, TheOffice, ThePerson
from suggester.web.settling import described, pair_to_settle, settling_view
from suggester.web.view import name_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_MEASURES: tuple[tuple[str, Callable[[Agreement], str]], ...] = (
    ("Encounters", lambda row: f"{row.encounters:,}"),
    ("Same codes", lambda row: percent(row.exact_match)),
    ("F1 of all codes", lambda row: percent(row.micro_f1)),
    ("F1 of categories", lambda row: percent(row.category_agreement)),
    ("Same first-listed", lambda row: percent(row.first_listed)),
    ("Cohen’s kappa", lambda row: _number(row.decisions.kappa)),
)


@router.get("/dashboard")
def dashboard(
    request: Request,
    office: TheOffice,
    person: ThePerson,
    since: str = "",
    until: str = "",
    coder: Name = None,
    model: Name = None,
) -> HTMLResponse:
    """Show what was done with suggestions, how fast, and what drifts."""
    first, last, wrong = _days(since, until)
    chosen = chosen_by(person, first, last, coder, model)
    numbers = office.overviews.get(chosen)
    return render(
        request,
        person,
        "dashboard.html",
        active="Dashboard",
        chosen=chosen,
        wrong=wrong,
        choices=choices(office.database, None if person.may_audit else person.name),
        tiles=tiles(numbers) if numbers.encounters else [],
        figures=figures(numbers, office.title) if numbers.encounters else [],
    )


@router.get("/audit")
def audit(
    request: Request, office: TheOffice, person: ThePerson, since: str = "", until: str = ""
) -> HTMLResponse:
    """Show second codings; to auditors also the agreement of coders and what is to be settled."""
    first, last, wrong = _days(since, until)
    values: dict[str, Any] = {"agreement": None}
    period = Period.recent(first, last)
    if person.may_audit:
        compared = compare(office.database, period)
        rows = [("All", compared.all)] + [
            (f"{one} / {other}", agreed) for one, other, agreed in compared.by_pair
        ]
        values = {
            "agreement": _table(rows) if compared.all.encounters else None,
            "coders": office.quality.coders(),
            "differences": [
                {
                    "id": name_of(pair.encounter),
                    "title": pair.title,
                    "coders": f"{pair.first_coder} / {pair.second_coder}",
                    "count": len(differences(pair).codes),
                    "at": pair.at.date().isoformat(),
                }
                for pair in compared.to_settle
            ],
            "unfinished": office.quality.unfinished(),
            "settled": [
                {"id": name_of(pair.encounter), "title": pair.title} for pair in compared.settled
            ],
        }
    return render(
        request,
        person,
        "audit.html",
        active="Audit",
        period=period,
        wrong=wrong,
        queue=office.quality.waiting(person),
        may_audit=person.may_audit,
        **values,
    )


@router.get("/encounters/{encounter}/second")
def second(
    request: Request, number: AnyNumber, office: TheOffice, person: ThePerson
) -> HTMLResponse:
    """Show the review page for the blind second coding of an encounter."""
    try:
        office.quality.check_second(number, person)
    except (ForbiddenError, UnknownEncounterError) as error:
        return _refused(request, person, error)
    with office.database.reading() as session:
        shown = {"id": name_of(number), "title": found(session, number).external_id}
    address = f"/api/v1/encounters/{name_of(number)}/codings/second"
    return render(
        request, person, "review.html", encounter=shown, api=address, blind=True, active="Audit"
    )


@router.get("/encounters/{encounter}/adjudication")
def adjudication(
    request: Request, number: AnyNumber, office: TheOffice, person: ThePerson
) -> HTMLResponse:
    """Show both codings of an encounter side by side, and let an auditor take one or the other."""
    try:
        pair = pair_to_settle(office, number, person)
    except (ForbiddenError, UnknownEncounterError) as error:
        return _refused(request, person, error)
    _, encounter = office.encounter(number)
    note_opened(office.database, person, number)
    rows = differences(pair)
    return render(
        request,
        person,
        "adjudication.html",
        active="Audit",
        view=settling_view(office, pair),
        documents=encounter.documents,
        differences=[described(office, row) for row in rows.codes],
        first_listed=rows.first_listed,
    )


def _refused(request: Request, person: Person, error: Exception) -> HTMLResponse:
    status = 404 if isinstance(error, UnknownEncounterError) else 403
    return render(
        request,
        person,
        "error.html",
        status,
        title="This is not for you to open",
        message=str(error),
    )


def _days(since: str, until: str) -> tuple[datetime.date | None, datetime.date | None, str]:
    """Return the days of a form, and what is wrong with them; an empty field is no day."""
    try:
        first, last = (datetime.date.fromisoformat(day) if day else None for day in (since, until))
    except ValueError:
        return None, None, "A day is written as 2026-11-22; the usual period is shown."
    if first and first > (last or now().date()):
        return None, None, "The period ends before it begins; the usual period is shown."
    return first, last, ""


def _table(rows: list[tuple[str, Agreement]]) -> dict[str, Any]:
    return {
        "columns": [name for name, _ in _MEASURES],
        "rows": [
            {"name": name, "values": [measure(agreed) for _, measure in _MEASURES]}
            for name, agreed in rows
        ],
    }


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
