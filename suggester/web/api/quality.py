"""Quality: samples for second coding, agreement of coders, and settling what they differ in."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from suggester.review.adjudication import Choice
from suggester.review.comparison import compare
from suggester.review.finished import Period
from suggester.review.quality import need_auditor
from suggester.review.trail import note_opened
from suggester.web.api.bodies import System
from suggester.web.api.quality_views import AgreementOut, SettlingOut
from suggester.web.requests import AnyNumber, TheOffice, ThePerson
from suggester.web.settling import pair_to_settle, settle, settling_view
from suggester.web.view import name_of

router = APIRouter(tags=["quality"])
Since = Annotated[datetime.date | None, Query(description="First day of the period.")]
Until = Annotated[datetime.date | None, Query(description="Last day of the period.")]
Name = Annotated[str | None, Query(max_length=100)]


class SampleIn(BaseModel):
    """How finished encounters are drawn for a second coding."""

    rate: Annotated[float, Field(gt=0, le=1, description="Share of each coder's encounters.")]
    seed: Annotated[int, Field(ge=0, le=2**53, description="The same seed draws the same.")] = 0
    since: datetime.date | None = None
    until: datetime.date | None = None
    second_coders: Annotated[
        list[Annotated[str, Field(max_length=100)]] | None,
        Field(max_length=1000, description="Who codes again; everybody who can sign in otherwise."),
    ] = None


class DrawnOut(BaseModel):
    """An encounter that was drawn, and who codes it again."""

    encounter: str
    first_coder: str
    second_coder: str


class SampleOut(BaseModel):
    """What was given out; ``before`` counts those drawn that had a second coding already."""

    given: list[DrawnOut]
    before: int


class ChoiceIn(BaseModel):
    """What is taken for one difference; ``code`` where it is a third one."""

    took: Literal["first", "second", "both", "neither", "other"]
    code: tuple[System, Annotated[str, Field(min_length=1, max_length=10)]] | None = None


class SettleIn(BaseModel):
    """A choice for each difference, in their order, and why."""

    choices: Annotated[list[ChoiceIn], Field(max_length=500)]
    first_listed: Annotated[str, Field(max_length=10)] | None = None
    because: Annotated[str, Field(min_length=1, max_length=4000)]


class SecondOut(BaseModel):
    """A second coding on your list."""

    id: str
    title: str
    setting: str | None
    date_of_service: datetime.date | None
    state: str


class SecondsOut(BaseModel):
    """Your second codings, those not finished first."""

    encounters: list[SecondOut]


@router.post("/quality/samples", status_code=201, response_model=SampleOut)
def draw(body: SampleIn, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Draw a random share of every coder's finished encounters for a blind second coding."""
    period = Period(body.since, body.until)
    drawn = office.quality.draw(body.rate, body.seed, period, person, body.second_coders)
    given = [row.to_dict() | {"encounter": f"E{row.encounter}"} for row in drawn.given]
    return {"given": given, "before": drawn.before}


@router.get("/quality/seconds", response_model=SecondsOut)
def seconds(office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """List your second codings."""
    return {
        "encounters": [
            {
                "id": name_of(row.encounter),
                "title": row.title,
                "setting": row.setting,
                "date_of_service": row.date_of_service,
                "state": "coded" if row.finished else "in_review" if row.started else "new",
            }
            for row in office.quality.waiting(person)
        ]
    }


@router.get("/quality/agreement", response_model=AgreementOut)
def agreement(
    office: TheOffice,
    person: ThePerson,
    since: Since = None,
    until: Until = None,
    first_coder: Name = None,
    second_coder: Name = None,
) -> dict[str, Any]:
    """Return how far first and second coders agree, all in all and by pair."""
    need_auditor(person)
    found = compare(office.database, Period(since, until), first_coder, second_coder)
    return found.to_dict() | {"unfinished": sum(office.quality.unfinished().values())}


@router.get("/encounters/{encounter}/codings/adjudication", response_model=SettlingOut)
def compared(number: AnyNumber, office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Return both codings of an encounter side by side, and what is to be settled."""
    view = settling_view(office, pair_to_settle(office, number, person))
    note_opened(office.database, person, number)
    return view


@router.post(
    "/encounters/{encounter}/codings/adjudication", status_code=201, response_model=SettlingOut
)
def adjudicate(
    number: AnyNumber, body: SettleIn, office: TheOffice, person: ThePerson
) -> dict[str, Any]:
    """Settle what two coders differ in; the encounter is audited then."""
    choices = [
        Choice(row.took, None if row.code is None else (row.code[0], row.code[1].strip().upper()))
        for row in body.choices
    ]
    first = None if body.first_listed is None else body.first_listed.strip().upper()
    return settle(office, number, person, choices, first, body.because.strip())
