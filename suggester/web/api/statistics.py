"""Statistics: what was done with suggestions, how fast, and what drifts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from suggester.review.overview import choices
from suggester.web.api.quality import Name, Since, Until
from suggester.web.api.statistics_views import StatisticsOut
from suggester.web.figures import chosen_by
from suggester.web.requests import TheOffice, ThePerson

router = APIRouter(tags=["statistics"])


@router.get("/statistics", response_model=StatisticsOut, response_model_exclude_unset=True)
def statistics(
    office: TheOffice,
    person: ThePerson,
    since: Since = None,
    until: Until = None,
    coder: Name = None,
    model: Name = None,
) -> dict[str, Any]:
    """Return the figures over finished first codings; a coder gets those of their own."""
    chosen = chosen_by(person, since, until, coder, model)
    return office.overviews.get(chosen).to_dict() | {
        "choices": choices(office.database, None if person.may_audit else person.name)
    }
