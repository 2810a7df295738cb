"""The second coding of an encounter, as its blind coder sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suggester.errors import InputError
from suggester.review.comparison import pair_of
from suggester.review.people import Person
from suggester.web.office import Office
from suggester.web.view import coding_view, encounter_view, name_of

_KIND = "second"
_OWN = (
    "You coded this encounter first yourself: this tells how steadily you code, not how far two coders "
    "agree."
)


def second_view(office: Office, number: int, person: Person) -> dict[str, Any]:
    """Return note, suggestions and the person's own decisions; nothing of the first coding."""
    view = encounter_view(office, number, person, _KIND)
    if office.quality.check_second(number, person):
        result = view["result"]
        view["result"] = result | {"notices": [_OWN, *result.get("notices", ())]}
    return _blind(view, office, person)


def decide_second(
    office: Office, number: int, version: int, row: Mapping[str, Any], person: Person
) -> dict[str, Any]:
    """Save one decision; when it finishes a coding that is the same as the first, it is audited.

    Raises
    ------
    InputError
        It is to be reopened: whoever finished has seen, or could have seen, the first coding.
    """
    if row.get("kind") == "reopen":
        raise InputError("A second coding is finished once; an auditor settles what differs.")
    encounter, state = office.decide(number, version, row, person, _KIND)
    if state.sheet.finished:
        pair = pair_of(office.database, number)
        if pair is not None and pair.disagreement is None:
            mark_audited(office, number, person)
    return _blind(coding_view(office, number, encounter, state, person), office, person)


def mark_audited(office: Office, number: int, person: Person) -> None:
    """Move a coded encounter on to ``audited``; one that was exported already stays so."""
    row, _ = office.encounter(number)
    if row.state == "coded":
        office.worklist.mark(number, "audited", person)


def _blind(view: dict[str, Any], office: Office, person: Person) -> dict[str, Any]:
    finished = view["worksheet"]["finished"]
    following = office.quality.next(person) if finished else None
    started = "in_review" if view["version"] else "new"
    return view | {
        "state": "coded" if finished else started,
        "next": None if following is None else name_of(following),
    }
