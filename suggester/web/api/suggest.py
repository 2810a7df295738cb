"""Suggestions for notes that are not kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from suggester.encounter import Encounter
from suggester.web.api import bodies, views
from suggester.web.requests import TheOffice

router = APIRouter(tags=["suggest"])
_MOST = 100


@router.post("/suggest", response_model=views.ResultOut, response_model_exclude_unset=True)
def suggest(body: bodies.EncounterIn, office: TheOffice) -> dict[str, Any]:
    """Suggest codes for one note or encounter; nothing of it is kept."""
    return office.desk.suggest(_checked(body, 1))


@router.post("/suggest/many", response_model=views.ResultsOut, response_model_exclude_unset=True)
def suggest_many(
    notes: Annotated[list[bodies.EncounterIn], Body(max_length=_MOST)], office: TheOffice
) -> dict[str, list[Any]]:
    """Suggest codes for up to 100 notes, in their order."""
    encounters = [_checked(body, number) for number, body in enumerate(notes, 1)]
    return {"results": [office.desk.suggest(encounter) for encounter in encounters]}


def _checked(body: bodies.EncounterIn, number: int) -> Encounter:
    encounter = Encounter.from_mapping(body.to_mapping(), f"note-{number}")
    encounter.check()
    return encounter
