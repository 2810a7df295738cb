"""Models: which there are, retraining on the decisions, comparing, promoting, going back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from suggester.web.models_view import comparison_view, job_view, models_view
from suggester.web.requests import TheOffice, ThePerson

router = APIRouter(tags=["models"])
_Name = Annotated[str, Path(pattern=r"^[^/\\\x00]{1,200}$", description="Name of a model.")]
_Number = Annotated[int, Path(ge=1, le=2_147_483_647)]


class ModelOut(BaseModel):
    """One model, its figures out of fold on what it was trained on."""

    name: str
    version: str
    created: str
    corpora: str
    metrics: dict[str, float]
    current: bool
    compared: bool


class ChangeOut(BaseModel):
    """Somebody promoted a model, or rolled one back."""

    at: str
    by: str
    what: str
    model: str
    before: str


class ModelsOut(BaseModel):
    """The models, and whether one can be retrained; ``why_not`` says what is missing.

    ``in_use`` is the model that is to suggest; ``trouble`` says why another one does instead.
    """

    in_use: str
    trouble: str
    models: list[ModelOut]
    history: list[ChangeOut]
    can_retrain: bool
    why_not: str
    can_roll_back: bool
    learn_from: int
    held_back: int
    job: int | None
    last_failure: str


class StartedOut(BaseModel):
    """A job that was started."""

    job: int


class JobOut(BaseModel):
    """A job: ``running``, ``done`` or ``failed``, and how far it is (0 to 1)."""

    id: int
    kind: str
    state: str
    by: str
    created_at: str
    progress: float
    step: str
    message: str
    model: str | None


class RowOut(BaseModel):
    """One metric of both models, each with bounds of 95%, and bounds of 95% on their difference."""

    metric: str
    label: str
    base: float
    base_bounds: list[float]
    other: float
    other_bounds: list[float]
    low: float
    high: float


class CodeOut(BaseModel):
    """A code the models differ in: in how many encounters which of them was right about it.

    ``found`` and ``missed`` count encounters that have the code and in which only the new model, only
    the old one was confident of it; ``avoided`` and ``false`` those that do not have it.
    """

    code: str
    kind: str
    description: str
    gold: int
    found: int
    missed: int
    avoided: int
    false: int


class ComparisonOut(BaseModel):
    """A retrained model beside the one that was in use, on encounters neither learned from.

    ``current`` tells whether that one is still in use.
    """

    base: str
    other: str
    encounters: int
    learned_from: int
    rows: list[RowOut]
    codes: list[CodeOut]
    verdict: str
    current: bool


class InUseOut(BaseModel):
    """The model in use."""

    model: str


@router.get("/models", response_model=ModelsOut)
def models(office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """List the models, and tell whether there are enough decisions to retrain on."""
    return models_view(office, person.may_administer)


@router.post("/models/retrain", status_code=202, response_model=StartedOut)
def retrain(office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Begin to retrain on the finished encounters; the model in use stays what it is."""
    return {"job": office.retraining.start(person)}


@router.post("/models/rollback", response_model=InUseOut)
def roll_back(office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Go back to the model used before."""
    return {"model": office.retraining.in_use.roll_back(person)}


@router.get("/models/{name}/comparison", response_model=ComparisonOut)
def comparison(name: _Name, office: TheOffice) -> dict[str, Any]:
    """Return how a retrained model did beside the one then in use."""
    return comparison_view(office, name)


@router.post("/models/{name}/promote", status_code=204)
def promote(name: _Name, office: TheOffice, person: ThePerson) -> Response:
    """Let a model suggest from now on; every process of the service changes to it."""
    office.retraining.in_use.promote(name, person)
    return Response(status_code=204)


@router.get("/jobs/{number}", response_model=JobOut)
def job(number: _Number, office: TheOffice) -> dict[str, Any]:
    """Return how far a job is."""
    return job_view(office.retraining.jobs.state(number))
