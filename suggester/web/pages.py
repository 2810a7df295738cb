"""The pages: server-made frames that scripts of our own fill from the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from suggester.exchange.claim_sheet import claim_sheet
from suggester.review.access import check_seen
from suggester.review.intake import PurgedEncounterError, found
from suggester.review.people import Person
from suggester.review.trail import note_opened
from suggester.web.claims import claim_of_view
from suggester.web.requests import TheOffice, ThePerson
from suggester.web.shield import CSRF_COOKIE, token_of
from suggester.web.view import encounter_view, name_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
)
#: Pages that the header leads to.
PAGES = ["Worklist", "Audit", "Dashboard", "Models"]
_Number = Annotated[str, InPath(pattern=r"^E[0-9]{1,9}$")]


@router.get("/")
def worklist(request: Request, office: TheOffice, person: ThePerson) -> HTMLResponse:
    """Show the worklist; administrators give encounters to anybody, others take or give back theirs."""
    everybody = office.quality.coders()
    to = everybody if person.may_administer else [n for n in everybody if n == person.name]
    return render(request, person, "worklist.html", active="Worklist", coders=to)


@router.get("/encounters/{encounter}")
def review(request: Request, encounter: _Number, office: TheOffice, person: ThePerson) -> Response:
    """Show the review page of an encounter; whoever codes it again sees that page instead."""
    number = int(encounter[1:])
    if office.quality.is_blind(number, person):
        return RedirectResponse(f"/encounters/{encounter}/second", 303)
    with office.database.reading() as session:
        check_seen(session, number, person)
        row = found(session, number)
        if row.purged_at is not None:
            return _purged(request, person, number)
        shown = {"id": name_of(row.id), "title": row.external_id}
    return render(request, person, "review.html", encounter=shown)


@router.get("/encounters/{encounter}/sheet")
def sheet(
    request: Request, encounter: _Number, office: TheOffice, person: ThePerson
) -> HTMLResponse:
    """Show what is assigned as a sheet to print."""
    number = int(encounter[1:])
    with office.database.reading() as session:
        check_seen(session, number, person)
    try:
        view = encounter_view(office, number, person)
    except PurgedEncounterError:
        return _purged(request, person, number)
    note_opened(office.database, person, number)
    claim = claim_sheet(claim_of_view(office, number, view))
    return render(request, person, "sheet.html", view=view, claim=claim)


def _purged(request: Request, person: Person, number: int) -> HTMLResponse:
    message = str(PurgedEncounterError(number))
    title = "This note was deleted"
    return render(request, person, "error.html", 410, title=title, message=message)


def render(
    request: Request, person: Person | None, template: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page, with the token that its changes have to bring back."""
    token, is_new = token_of(request)
    page = _templates.get_template(template).render(
        csrf_token=token,
        user=person,
        signed_in=getattr(request.state.visitor, "signed_in", None),
        **{"active": "", "pages": PAGES, "api": "", "blind": False, **values},
    )
    response = HTMLResponse(page, status)
    if is_new:
        secure = request.app.state.reception.house.secure
        response.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return response
