"""The pages: server-made frames that scripts of our own fill from the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from suggester.review.intake import found
from suggester.review.people import Person
from suggester.web.requests import TheOffice, ThePerson
from suggester.web.shield import CSRF_COOKIE, token_of
from suggester.web.view import encounter_view, name_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
)
_Number = Annotated[str, InPath(pattern=r"^E[0-9]{1,9}$")]


@router.get("/")
def worklist(request: Request, person: ThePerson) -> HTMLResponse:
    """Show the worklist."""
    return render(request, person, "worklist.html", active="Worklist")


@router.get("/encounters/{encounter}")
def review(
    request: Request, encounter: _Number, office: TheOffice, person: ThePerson
) -> HTMLResponse:
    """Show the review page of an encounter."""
    number = int(encounter[1:])
    with office.database.reading() as session:
        row = found(session, number)
        shown = {"id": name_of(row.id), "title": row.external_id}
    return render(request, person, "review.html", encounter=shown)


@router.get("/encounters/{encounter}/sheet")
def sheet(
    request: Request, encounter: _Number, office: TheOffice, person: ThePerson
) -> HTMLResponse:
    """Show what is assigned as a sheet to print."""
    view = encounter_view(office, int(encounter[1:]), person)
    return render(request, person, "sheet.html", view=view)


def render(
    request: Request, person: Person, template: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page, with the token that its changes have to bring back."""
    token, is_new = token_of(request)
    page = _templates.get_template(template).render(
        csrf_token=token,
        user=person,
        **{"active": "", "pages": ["Worklist"], "api": "", "blind": False, **values},
    )
    response = HTMLResponse(page, status)
    if is_new:
        response.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict")
    return response
