"""Encounters: the worklist, one encounter, and the decisions about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from suggester.encounter import Document, Encounter
from suggester.review.trail import note_opened, now
from suggester.web.api import bodies, views
from suggester.web.history import told
from suggester.web.requests import AnyNumber, FedNumber, OwnNumber, TheNumber, TheOffice, ThePerson
from suggester.web.view import coding_view, encounter_view, item_view, name_of

router = APIRouter(prefix="/encounters", tags=["encounters"])


@router.get("", response_model=bodies.WorklistOut)
def worklist(
    office: TheOffice,
    person: ThePerson,
    state: Annotated[str | None, Query(description="Only those in this state.")] = None,
    assigned: Annotated[
        str | None, Query(description="Name of an account, or me, or none for nobody's.")
    ] = None,
    q: Annotated[str | None, Query(max_length=200, description="Part of the name.")] = None,
    order: Literal["age", "confidence"] = "age",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """List what waits and what is done, the longest waiting or the least sure first."""
    who = {"me": person.name, "none": "-"}.get(assigned or "", assigned)
    found = office.worklist.items(
        state=state, assigned=who, words=q, order=order, limit=limit, offset=offset, person=person
    )
    return {"encounters": list(map(item_view, found)), "counts": office.worklist.counts(person)}


@router.post(
    "", status_code=201, response_model=views.EncounterOut, response_model_exclude_unset=True
)
def add(body: bodies.EncounterIn, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Put an encounter into the worklist and suggest codes for it."""
    row = body.to_mapping()
    named = row.setdefault("id", f"pasted {now():%Y-%m-%d %H:%M:%S.%f}"[:-3])
    arrival = office.take_in(Encounter.from_mapping(row, named), person)
    return encounter_view(office, arrival.id, person)


@router.post("/claim-next", response_model=bodies.NumberOut, responses={204: {"model": None}})
def claim_next(
    office: TheOffice, person: ThePerson, order: Literal["age", "confidence"] = "age"
) -> Any:
    """Take the next encounter that waits; no content when nothing does."""
    number = office.worklist.claim_next(person, order)
    return Response(status_code=204) if number is None else {"id": name_of(number)}


@router.get("/{encounter}", response_model=views.EncounterOut, response_model_exclude_unset=True)
def show(number: TheNumber, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Return an encounter: documents, suggestions, worksheet and checks."""
    view = encounter_view(office, number, person)
    note_opened(office.database, person, number)
    return view


@router.post(
    "/{encounter}/documents",
    status_code=201,
    response_model=views.EncounterOut,
    response_model_exclude_unset=True,
)
def add_document(
    number: FedNumber, body: bodies.DocumentIn, office: TheOffice, person: ThePerson
) -> dict[str, Any]:
    """Add a document that arrived later; what was decided stays."""
    name = body.id or f"added {now():%Y-%m-%d %H:%M:%S.%f}"[:-3]
    office.intake.add_document(number, Document(name, body.text, body.type), person)
    return encounter_view(office, number, person)


@router.post(
    "/{encounter}/decisions", response_model=views.CodingOut, response_model_exclude_unset=True
)
def decide(
    number: OwnNumber, body: bodies.DecisionIn, office: TheOffice, person: ThePerson
) -> dict[str, Any]:
    """Save one decision, and return the worksheet and its checks."""
    encounter, state = office.decide(number, body.version, body.model_dump(), person)
    return coding_view(office, number, encounter, state, person)


@router.post("/{encounter}/shown", status_code=204)
def shown(
    number: OwnNumber, body: bodies.ShownIn, office: TheOffice, person: ThePerson
) -> Response:
    """Keep that the evidence of suggestions was shown."""
    del person
    office.codings.show(number, body.codes)
    return Response(status_code=204)


@router.post("/{encounter}/lock", status_code=204)
def lock(number: OwnNumber, office: TheOffice, person: ThePerson) -> Response:
    """Hold an encounter, or hold it longer."""
    office.codings.take(number, person)
    return Response(status_code=204)


@router.delete("/{encounter}/lock", status_code=204)
def unlock(number: OwnNumber, office: TheOffice, person: ThePerson) -> Response:
    """Give an encounter back."""
    office.codings.release(number, person)
    return Response(status_code=204)


@router.post("/{encounter}/assign", status_code=204)
def assign(
    number: AnyNumber, body: bodies.AssignIn, office: TheOffice, person: ThePerson
) -> Response:
    """Give an encounter to somebody."""
    office.worklist.assign(number, body.to, person)
    return Response(status_code=204)


@router.get("/{encounter}/timeline", response_model=bodies.TimelineOut)
def timeline(number: TheNumber, office: TheOffice) -> dict[str, Any]:
    """Return who did what when, with which model and code set."""
    return told(office, number)
