"""The second coding of an encounter, for its blind coder: the same as the first, apart from it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from suggester.review.trail import note_opened
from suggester.web.api import bodies, views
from suggester.web.history import told
from suggester.web.requests import SecondNumber, TheOffice, ThePerson
from suggester.web.second import decide_second, second_view

router = APIRouter(prefix="/encounters/{encounter}/codings/second", tags=["quality"])
_KIND = "second"


@router.get("", response_model=views.EncounterOut, response_model_exclude_unset=True)
def show(number: SecondNumber, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Return documents, suggestions and your own worksheet; nothing of the first coding."""
    view = second_view(office, number, person)
    note_opened(office.database, person, number)
    return view


@router.post("/decisions", response_model=views.CodingOut, response_model_exclude_unset=True)
def decide(
    number: SecondNumber, body: bodies.DecisionIn, office: TheOffice, person: ThePerson
) -> dict[str, Any]:
    """Save one decision, and return the worksheet and its checks."""
    return decide_second(office, number, body.version, body.model_dump(), person)


@router.post("/shown", status_code=204)
def shown(number: SecondNumber, body: bodies.ShownIn, office: TheOffice) -> Response:
    """Keep that the evidence of suggestions was shown."""
    office.codings.show(number, body.codes, _KIND)
    return Response(status_code=204)


@router.post("/lock", status_code=204)
def lock(number: SecondNumber, office: TheOffice, person: ThePerson) -> Response:
    """Hold the second coding, or hold it longer."""
    office.codings.take(number, person, _KIND)
    return Response(status_code=204)


@router.delete("/lock", status_code=204)
def unlock(number: SecondNumber, office: TheOffice, person: ThePerson) -> Response:
    """Give the second coding back."""
    office.codings.release(number, person, _KIND)
    return Response(status_code=204)


@router.get("/timeline", response_model=bodies.TimelineOut)
def timeline(number: SecondNumber, office: TheOffice) -> dict[str, Any]:
    """Return what you did when, with which model and code set."""
    return told(office, number, _KIND)
