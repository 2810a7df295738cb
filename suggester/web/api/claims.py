"""Claims: a finished encounter, or many at once, in the form that a billing system takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from suggester.exchange.claim import CodedClaim, claim_problems
from suggester.exchange.claim_csv import claims_csv
from suggester.exchange.claim_sheet import claim_sheet
from suggester.exchange.fhir_claim import Use, fhir_claim
from suggester.review.access import check_seen, visible
from suggester.review.people import Person
from suggester.review.quality import not_blind
from suggester.review.tables import EncounterRow
from suggester.review.trail import note_opened
from suggester.web.api.bodies import Number
from suggester.web.claims import coded_claim
from suggester.web.office import Office
from suggester.web.requests import TheNumber, TheOffice, ThePerson
from suggester.web.view import name_of

router = APIRouter(tags=["claims"])
FHIR, NDJSON, CSV = "application/fhir+json", "application/fhir+ndjson", "text/csv"
_MOST = 500
_ONE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The claim, in the form asked for.",
        "content": {
            FHIR: {"schema": {"type": "object", "required": ["resourceType"]}},
            CSV: {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object", "required": ["problems"]}},
        },
    }
}
_MANY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The claims, one after the other.",
        "content": {
            CSV: {"schema": {"type": "string"}},
            NDJSON: {"schema": {"type": "string"}},
        },
    }
}


class ExportedOut(BaseModel):
    """An encounter that was marked as exported, and what a claim form cannot hold of it."""

    id: str
    state: Literal["exported"]
    problems: list[str]


class ExportsIn(BaseModel):
    """Which encounters to export; when none are named, all you see that are finished and not exported."""

    encounters: Annotated[list[Number], Field(max_length=_MOST)] | None = None
    format: Literal["csv", "ndjson"] = "csv"
    use: Use = "claim"


@router.get("/encounters/{encounter}/claim", response_class=Response, responses=_ONE)
def claim(
    number: TheNumber,
    office: TheOffice,
    person: ThePerson,
    form: Annotated[Literal["fhir", "csv", "sheet"], Query(alias="format")] = "fhir",
    use: Annotated[Use, Query(description="What a FHIR Claim is for.")] = "claim",
) -> Response:
    """Return a finished encounter as FHIR Claim, CSV or the parts of a claim sheet; it stays as it is."""
    coded = coded_claim(office, number, person)
    note_opened(office.database, person, number)
    if form == "csv":
        return _file(claims_csv([coded]), CSV, f"{name_of(number)}.csv")
    if form == "sheet":
        return _file(_json(claim_sheet(coded)), "application/json", f"{name_of(number)}.json")
    return _file(_json(fhir_claim(coded, use=use)), FHIR, f"{name_of(number)}.json")


@router.post("/encounters/{encounter}/exported", response_model=ExportedOut)
def mark_exported(number: TheNumber, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Mark a finished encounter as exported, and say what a claim form cannot hold of it."""
    coded = coded_claim(office, number, person)
    office.worklist.mark(number, "exported", person)
    return {"id": name_of(number), "state": "exported", "problems": list(claim_problems(coded))}


@router.post("/exports", response_class=Response, responses=_MANY)
def export(body: ExportsIn, office: TheOffice, person: ThePerson) -> Response:
    """Export many finished encounters as CSV or as FHIR Claims, one a line, and mark them exported.

    Without a list, all that the account sees. All of them or none: when one is not finished, nothing is
    marked. At most 500 at once; what is left is exported by the next request.
    """
    numbers = _asked(office, body, person)
    claims = [coded_claim(office, number, person) for number in numbers]
    office.worklist.mark_all(numbers, "exported", person)
    if body.format == "csv":
        return _file(claims_csv(claims), CSV, "claims.csv")
    return _file(_lines(claims, body.use), NDJSON, "claims.ndjson")


def _asked(office: Office, body: ExportsIn, person: Person) -> list[int]:
    if body.encounters is not None:
        named = list(dict.fromkeys(int(name[1:]) for name in body.encounters))
        for number in named:
            office.quality.check_first(number, person)
            with office.database.reading() as session:
                check_seen(session, number, person)
        return named
    query = (
        select(EncounterRow.id)
        .where(
            EncounterRow.state.in_(("coded", "audited")),
            EncounterRow.purged_at.is_(None),
            visible(person),
            not_blind(person),
        )
        .order_by(EncounterRow.waiting_since, EncounterRow.id)
        .limit(_MOST)
    )
    with office.database.reading() as session:
        found = list(session.scalars(query))
    # What somebody still has to code blindly is not shown to them as a claim either.
    return [number for number in found if not office.quality.is_blind(number, person)]


def _lines(claims: Sequence[CodedClaim], use: Use) -> str:
    return "".join(_json(fhir_claim(one, use=use)) + "\n" for one in claims)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _file(text: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8"), media_type=media_type, headers=headers)
