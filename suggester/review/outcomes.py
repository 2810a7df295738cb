"""What became of every suggested and every assigned code of a finished coding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from suggester.review.events import Event
from suggester.review.finished import Finished
from suggester.review.pace import TimedEncounter
from suggester.review.statistics import DecidedCode, Outcome, week_of
from suggester.review.worksheet import DIAGNOSIS

_Code = tuple[str, str]


def decided_codes(done: Finished) -> list[DecidedCode]:
    """Return a row for every code that was suggested or assigned, suggestions first.

    The last decision about a code counts. A mend of the coding rules, and a code added from one, counts
    by what it did: a suggested code that it assigned is accepted, one it took off rejected, one it
    exchanged edited. So is a suggestion rejected that the coder took off again. A suggestion is
    ``typed_although_suggested`` where the coder searched for it, marked its words or put it in place
    of another code, instead of accepting it.
    """
    assigned, last = _follow(done.events)
    week, encounter = week_of(done.at.date()), str(done.encounter)
    rows = []
    for key in (*done.suggested, *(code for code in assigned if code not in done.suggested)):
        outcome: Outcome
        if key not in done.suggested:
            outcome = "added"
        elif key in assigned:
            outcome = "accepted" if last[key] == "accepted" else "typed_although_suggested"
        else:
            outcome = last.get(key, "left")
        rows.append(
            DecidedCode(encounter, *key, week, done.coder, done.model, outcome, _rounded(done, key))
        )
    return rows


def _rounded(done: Finished, key: _Code) -> float | None:
    # A thousand different confidences are enough for every curve, however many encounters there are.
    confidence = done.suggested.get(key)
    return None if confidence is None else round(confidence, 3)


def timed(done: Finished) -> TimedEncounter:
    """Return how long the coding took."""
    week = week_of(done.at.date())
    return TimedEncounter(str(done.encounter), done.coder, week, done.seconds, done.characters)


def _follow(events: Iterable[Event]) -> tuple[dict[_Code, None], dict[_Code, Outcome]]:
    """Return what is assigned in the end, and the last that was done to each code."""
    assigned: dict[_Code, None] = {}
    last: dict[_Code, Outcome] = {}

    def put(code: _Code, how: Outcome) -> None:
        assigned[code] = None
        last[code] = how

    def take_off(code: _Code, how: Outcome) -> None:
        assigned.pop(code, None)
        last[code] = how

    for event in events:
        fields = event.fields
        match event.kind:
            case "accept":
                put(event.code, "accepted")
            case "accept_many":
                for system, code in fields["codes"]:
                    if (system, code) not in assigned:
                        put((system, code), "accepted")
            case "add":
                by_rule = fields["origin"] == "rule"
                put(event.code, "accepted" if by_rule else "typed_although_suggested")
            case "replace":
                take_off(event.code, "edited")
                put((fields["with_system"], fields["with"]), "typed_although_suggested")
            case "reject" | "remove":
                take_off(event.code, "rejected")
            case "mend":
                _mend(fields.get("mend", {}), assigned, put, take_off)
    return assigned, last


def _mend(mend: Mapping[str, Any], assigned: Mapping[_Code, None], put: Any, take_off: Any) -> None:
    # What is not assigned cannot be taken off or exchanged, and what is there is not put there again.
    for code in mend.get("remove", ()):
        if (DIAGNOSIS, code) in assigned:
            take_off((DIAGNOSIS, code), "rejected")
    for old, new in mend.get("replace", {}).items():
        if (DIAGNOSIS, old) in assigned:
            take_off((DIAGNOSIS, old), "edited")
            if (DIAGNOSIS, new) not in assigned:
                put((DIAGNOSIS, new), "accepted")
    for code in mend.get("add", ()):
        if (DIAGNOSIS, code) not in assigned:
            put((DIAGNOSIS, code), "accepted")
