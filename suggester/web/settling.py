"""Adjudication: what two coders differ in, and what an auditor takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select

from suggester.errors import InputError
from suggester.review.adjudication import (
    Choice,
    Difference,
    closing,
    differences,
    events_for,
    settled_lines,
)
from suggester.review.comparison import Pair, pair_of
from suggester.review.events import Event
from suggester.review.intake import UnknownEncounterError
from suggester.review.people import ADMIN, AUDITOR, ForbiddenError, Person
from suggester.review.quality import need_auditor
from suggester.review.settled import settled
from suggester.review.tables import Account, AuditRow, Coding
from suggester.review.trail import note_down
from suggester.review.worksheet import Line
from suggester.web.office import Office
from suggester.web.second import mark_audited
from suggester.web.view import name_of

_KIND = "adjudication"


def pair_to_settle(office: Office, number: int, person: Person) -> Pair:
    """Return both codings of an encounter for an auditor who made neither.

    An auditor who made one may settle only where nobody else can.

    Raises
    ------
    ForbiddenError
        The person may not audit, or made one of the codings.
    UnknownEncounterError
        The encounter has not two finished codings.
    """
    need_auditor(person)
    pair = pair_of(office.database, number)
    if pair is None:
        raise UnknownEncounterError(f"Encounter E{number} has not two finished codings.")
    if person.name in (pair.first_coder, pair.second_coder) and _others(office, person):
        raise ForbiddenError("You made one of these codings; another auditor has to settle them.")
    return pair


def settling_view(office: Office, pair: Pair) -> dict[str, Any]:
    """Return both codings side by side, and what is to be settled."""
    found = differences(pair)
    apart = {code for row in found.codes for code in (row.first, row.second)}
    return {
        "id": name_of(pair.encounter),
        "title": pair.title,
        "settled": pair.settled,
        "result": _result(office, pair.encounter) if pair.settled else None,
        "first": {"coder": pair.first_coder, "lines": _lines(office, pair.first.lines, apart)},
        "second": {"coder": pair.second_coder, "lines": _lines(office, pair.second.lines, apart)},
        "differences": found.to_dict(),
    }


def settle(
    office: Office,
    number: int,
    person: Person,
    choices: Sequence[Choice],
    first_listed: str | None,
    because: str,
) -> dict[str, Any]:
    """Keep what an auditor took as the third coding of an encounter, which is audited then.

    Raises
    ------
    InputError
        A choice cannot be made, a code does not exist, a rule stands against what was taken, or it was
        settled before.
    """
    pair = pair_to_settle(office, number, person)
    if pair.settled:
        raise InputError("The differences of this encounter are settled already.")
    if pair.disagreement is None:
        raise InputError("The two codings of this encounter are the same.")
    rows = differences(pair).codes
    for choice in choices:
        if choice.took == "other" and choice.code is not None:
            office.need_code(*choice.code)
    lines = settled_lines(pair, choices, first_listed)
    _check(office, number, lines)
    _write(office, number, person, lines, closing(rows, choices, because))
    mark_audited(office, number, person)
    return settling_view(office, pair_to_settle(office, number, person))


def _result(office: Office, number: int) -> dict[str, Any] | None:
    """Return what was settled, by whom and why, and whether the claim went out before."""
    state = office.codings.state(number, _KIND)
    with office.database.reading() as session:
        last = settled(session, number)
        exports = select(func.max(AuditRow.at)).where(
            AuditRow.encounter_id == number, AuditRow.action == "exported"
        )
        exported = session.scalar(exports)
    if last is None:
        return None
    return {
        "by": last.by,
        "at": last.at.isoformat(),
        "because": state.events[-1].fields.get("note", ""),
        "lines": _lines(office, state.sheet.lines, ()),
        "exported_before": exported is not None and exported < last.at,
    }


def described(office: Office, row: Difference) -> list[dict[str, str]]:
    """Return what may be taken for a difference, each with its words."""
    words = {
        "first": _said(office, row.first, "the first coder’s"),
        "second": _said(office, row.second, "the second coder’s"),
        "both": "both codes",
        "neither": "neither code",
        "other": "another code",
    }
    return [{"took": took, "words": words[took]} for took in row.choices]


def _said(office: Office, code: tuple[str, str] | None, whose: str) -> str:
    if code is None:
        return f"{whose}: no code"
    return f"{whose}: {code[1]} {office.title(*code)}".strip()


def _check(office: Office, number: int, lines: Sequence[Line]) -> None:
    codes = tuple(line.code for line in lines if line.system == "icd10cm")
    if not codes:
        return
    checked = office.desk.check(office.encounter(number)[1], codes)
    if checked.errors:
        message = checked.alerts[checked.errors[0]].message
        raise InputError(f"These codes cannot stand together: {message}")


def _write(office: Office, number: int, person: Person, lines: Sequence[Line], last: Event) -> None:
    with office.database.transaction() as session:
        kept = session.scalar(
            select(Coding).where(Coding.encounter_id == number, Coding.kind == _KIND)
        )
        if kept is None:
            session.add(
                Coding(encounter_id=number, kind=_KIND, coder_id=person.id, version=0, seconds=0.0)
            )
        note_down(session, person, "adjudication", number)
    state = office.codings.state(number, _KIND)
    if state.sheet.finished:
        # The first coding was changed since it was settled the last time.
        again = Event("reopen", {"reason": "the first coding changed"})
        state = office.codings.decide(number, state.version, again, person, kind=_KIND)
    for event in (*events_for(lines, state.sheet.lines, state.suggested), last):
        state = office.codings.decide(number, state.version, event, person, kind=_KIND)


def _others(office: Office, person: Person) -> bool:
    query = select(func.count()).where(
        Account.role.in_((AUDITOR, ADMIN)),
        Account.active,
        Account.password.is_not(None),
        Account.name != person.name,
    )
    with office.database.reading() as session:
        return bool(session.scalar(query))


def _lines(office: Office, lines: Sequence[Line], apart: Collection[Any]) -> list[dict[str, Any]]:
    return [
        {
            "system": line.system,
            "code": line.code,
            "description": office.title(line.system, line.code),
            "units": line.units,
            "modifiers": line.modifiers,
            "differs": line.key in apart,
        }
        for line in lines
    ]
