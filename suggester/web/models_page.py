"""The page of the models."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from suggester.web.models_view import LABELS, METRICS, models_view
from suggester.web.pages import render
from suggester.web.requests import TheOffice, ThePerson

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/models")
def models(request: Request, office: TheOffice, person: ThePerson) -> HTMLResponse:
    """Show the models, retraining, comparisons and who changed the model in use."""
    view = models_view(office, person.may_administer)
    for row in view["models"]:
        row["metrics"] = {name: f"{value:.3f}" for name, value in row["metrics"].items()}
    return render(
        request,
        person,
        "models.html",
        active="Models",
        metrics=[(name, LABELS[name]) for name in METRICS],
        may_change=person.may_administer,
        decisions_sentence=_sentence(view["learn_from"], view["held_back"]),
        **view,
    )


def _sentence(learn: int, held_back: int) -> str:
    finished = learn + held_back
    if not finished:
        return "No encounter is finished yet."
    return (
        f"{finished} finished {'encounter' if finished == 1 else 'encounters'}: {learn} to learn from, "
        f"{held_back} held back to measure on."
    )
