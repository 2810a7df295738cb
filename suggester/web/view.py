"""What the page and the API show of an encounter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from suggester.edits.coding.alerts import Alert
from suggester.encounter import Encounter
from suggester.review.codings import CodingState
from suggester.review.desk import Checked
from suggester.review.line_details import details, offered
from suggester.review.people import Person
from suggester.review.settled import Settled, settled
from suggester.review.tables import EncounterRow
from suggester.review.worklist import Item
from suggester.review.worksheet import Worksheet
from suggester.web.office import Office


def encounter_view(
    office: Office, number: int, person: Person, kind: str = "first"
) -> dict[str, Any]:
    """Return all of an encounter: documents, suggestions, worksheet and checks.

    Where two coders differed and an auditor settled it, the assigned codes are the settled ones.

    Raises
    ------
    ForbiddenError
        It is the first coding, and the person has yet to finish the second.
    """
    if kind == "first":
        office.quality.check_first(number, person)
    row, encounter = office.encounter(number)
    result = office.result(number, encounter)
    state = office.codings.state(number, kind)
    standing = _standing(office, row, encounter, state, person, result)
    if kind == "first" and (last := settled_of(office, number)) is not None:
        final = office.codings.state(number, "adjudication")
        standing |= _settled(standing, _standing(office, row, encounter, final, person, result))
        result = result | {"notices": [_told(last), *result.get("notices", ())]}
    return {
        "documents": [
            {"id": document.id, "type": document.type, "text": document.text}
            for document in encounter.documents
        ],
        "result": result,
        **standing,
    }


def settled_of(office: Office, number: int) -> Settled | None:
    """Return who settled what two coders differed in, where that is what counts."""
    with office.database.reading() as session:
        return settled(session, number)


def _told(last: Settled) -> str:
    return (
        f"Two coders differed; {last.by} settled it on {last.at.date().isoformat()}. "
        "The codes are those that were taken then."
    )


def _settled(first: dict[str, Any], final: dict[str, Any]) -> dict[str, Any]:
    # Decisions are taken on the first coding, so its version stays.
    return {
        "worksheet": first["worksheet"] | {"lines": final["worksheet"]["lines"]},
        "alerts": final["alerts"],
        "first_because": final["first_because"],
    }


def coding_view(
    office: Office, number: int, encounter: Encounter, state: CodingState, person: Person
) -> dict[str, Any]:
    """Return what a decision may have changed: worksheet and checks."""
    row, _ = office.encounter(number)
    result = office.result(number, encounter)
    return _standing(office, row, encounter, state, person, result)


def item_view(item: Item) -> dict[str, Any]:
    """Return one row of the worklist."""
    return {
        "id": name_of(item.id),
        "title": item.title,
        "state": item.state,
        "age": item.age,
        "sex": item.sex,
        "date_of_service": item.date_of_service and item.date_of_service.isoformat(),
        "setting": item.setting,
        "assigned": item.assigned,
        "locked_by": item.locked_by,
        "waiting_since": item.waiting_since.isoformat(),
        "documents": item.documents,
        "suggestions": item.suggestions,
        "least_confidence": item.least_confidence,
    }


def name_of(number: int) -> str:
    """Return how an encounter is named in addresses and on pages."""
    return f"E{number}"


def _standing(
    office: Office,
    row: EncounterRow,
    encounter: Encounter,
    state: CodingState,
    person: Person,
    result: dict[str, Any],
) -> dict[str, Any]:
    checked = office.rules(encounter, state, result)
    sheet = state.sheet
    return {
        "id": name_of(row.id),
        "title": row.external_id,
        "state": row.state,
        "version": state.version,
        "age": row.age,
        "sex": row.sex,
        "date_of_service": row.date_of_service and row.date_of_service.isoformat(),
        "setting": result["setting"],
        "worksheet": {
            "lines": list(_lines(office, encounter, sheet, result)),
            "rejected": [
                {"system": r.system, "code": r.code, "reason": r.reason, "note": r.note}
                for r in sheet.rejected
            ],
            "acknowledged": [
                {"alert": key, "word": word} for key, word in sheet.acknowledged.items()
            ],
            "queries": list(sheet.queries),
            "pending": None if sheet.pending is None else {"reason": sheet.pending},
            "finished": sheet.finished,
            "can_undo": sheet.can_undo,
        },
        "shown": sorted(map(list, state.shown)),
        "alerts": _alerts(checked, sheet.acknowledged),
        "first_because": checked.first_because,
        "lock": _lock(state, person),
        "next": _next(office, person) if sheet.finished else None,
    }


def _lines(
    office: Office, encounter: Encounter, sheet: Worksheet, result: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    texts = {document.id: document.text for document in encounter.documents}
    only = encounter.documents[0].id
    suggested = {(s["system"], s["code"]): s for s in result["suggestions"]}
    for line in sheet.lines:
        known = offered(line, suggested)
        evidence = [
            {**place, "text": texts.get(place["document"], "")[place["start"] : place["end"]]}
            for place in line.evidence
        ] or [{"document": only, **place} for place in known.get("evidence", ())]
        row: dict[str, Any] = {
            "system": line.system,
            "code": line.code,
            "description": office.title(line.system, line.code) or known.get("description", ""),
            "origin": line.origin,
            "from": line.replaces,
            "evidence": evidence,
        }
        if line.rule:
            row["rule"] = line.rule
        if line.system != "icd10cm":
            row |= details(line, sheet, suggested)
        yield row


def _alerts(checked: Checked, acknowledged: dict[str, str]) -> list[dict[str, Any]]:
    return [
        _alert(key, alert) | {"acknowledged": key in acknowledged}
        for key, alert in checked.alerts.items()
    ]


def _alert(key: str, alert: Alert) -> dict[str, Any]:
    return {
        "key": key,
        "rule": alert.id,
        "severity": alert.severity,
        "codes": list(alert.codes),
        "message": alert.message,
        "source": alert.source,
        "mend": alert.mend.to_dict(),
    }


def _lock(state: CodingState, person: Person) -> dict[str, Any] | None:
    if state.lock is None:
        return None
    return {
        "by": state.lock.name,
        "mine": state.lock.account == person.id,
        "until": state.lock.until.isoformat(),
    }


def _next(office: Office, person: Person) -> str | None:
    number = office.worklist.peek_next(person)
    return None if number is None else name_of(number)
