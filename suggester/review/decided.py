"""Decisions of a finished coding as pairs of code and verdict, with their places in the note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from suggester.encounter import Encounter
from suggester.review.codings import CodingState
from suggester.review.line_details import details
from suggester.review.worksheet import Line, effective

_Key = tuple[str, str]


class Placed:
    """Places of a coding in the joined text of its encounter."""

    def __init__(self, encounter: Encounter, result: dict[str, Any], state: CodingState) -> None:
        self._starts = {
            document.id: (start, end)
            for document, (start, end) in zip(encounter.documents, encounter.places(), strict=True)
        }
        self._only = encounter.documents[0].id
        self.suggested: dict[_Key, dict[str, Any]] = {}
        for row in result["suggestions"]:
            self.suggested.setdefault((row["system"], row["code"]), row)
        self.shown = state.shown
        self._sheet = state.sheet

    def offered(self, system: str, code: str) -> list[dict[str, int]]:
        """Return the places that a suggestion was shown with."""
        return self._joined(self.suggested.get((system, code), {}).get("evidence", ()))

    def of_line(self, line: Line) -> list[dict[str, int]]:
        """Return the places of an assigned code: the words selected for it, else those shown with it."""
        if line.evidence:
            return self._joined(line.evidence)
        own = self.offered(*line.key)
        return own or (self.offered(line.system, line.replaces) if line.replaces else [])

    def claim_line(self, line: Line) -> dict[str, Any]:
        """Return a procedure line as on a claim; what the coder did not set is as suggested."""
        row = details(line, self._sheet, self.suggested)
        return {
            "code": line.code,
            "modifiers": row["modifiers"],
            "units": row["units"],
            "diagnoses": row["pointers"],
        }

    def _joined(self, places: Iterable[dict[str, Any]]) -> list[dict[str, int]]:
        out = []
        for place in places:
            bounds = self._starts.get(place.get("document") or self._only)
            if bounds is None:
                continue
            start, end = bounds[0] + place["start"], bounds[0] + place["end"]
            # Words selected by hand may come from a program that counted otherwise.
            if end <= bounds[1]:
                out.append({"start": start, "end": end})
        return out


def decided(state: CodingState, placed: Placed) -> list[dict[str, Any]]:
    """Return every decision: assigned codes first, then what was not taken, in the order suggested.

    Each row has ``system``, ``code``, ``decision`` (``accepted``, ``added``, ``replaced``,
    ``rejected`` or ``left``), ``label`` (1 right, 0 wrong) and ``evidence``; a suggestion its ``rank``,
    ``confidence``, ``tier`` and whether it was ``shown``; a rejection its ``reason``, a replaced code
    the one ``with`` which it was, an added one its ``origin``.
    """
    return [*_assigned(state, placed), *_refused(state, placed)]


def _assigned(state: CodingState, placed: Placed) -> Iterator[dict[str, Any]]:
    for line in state.sheet.lines:
        taken = line.key in state.suggested
        yield {
            **_pair(line.key, "accepted" if taken else "added", placed),
            **({} if taken else {"origin": line.origin}),
            "evidence": placed.of_line(line),
        }


def _refused(state: CodingState, placed: Placed) -> Iterator[dict[str, Any]]:
    assigned = {line.key for line in state.sheet.lines}
    instead = _replaced(state)
    rejected = {(row.system, row.code): row.reason for row in state.sheet.rejected}
    removed = _removed(state)
    for key in (*placed.suggested, *sorted(state.suggested - set(placed.suggested))):
        if key in assigned:
            continue
        more: dict[str, Any] = {}
        if key in rejected:
            decision, more = "rejected", {"reason": rejected[key]}
        elif key in instead:
            decision, more = "replaced", {"with": instead[key]}
        elif key in removed:
            decision, more = "rejected", {"reason": "removed"}
        elif key in placed.suggested:
            decision = "left"
        else:  # Suggested before a document arrived, and not any more.
            continue
        yield {**_pair(key, decision, placed), **more, "evidence": placed.offered(*key)}


def _replaced(state: CodingState) -> dict[_Key, str]:
    out: dict[_Key, str] = {}
    for event in effective(state.events):
        if event.kind == "replace":
            out[event.code] = event.fields["with"]
        elif event.kind == "mend":
            mend = event.fields.get("mend", {}).get("replace", {})
            out |= {("icd10cm", old): new for old, new in mend.items()}
    return out


def _removed(state: CodingState) -> set[_Key]:
    out: set[_Key] = set()
    for event in effective(state.events):
        if event.kind == "remove":
            out.add(event.code)
        elif event.kind == "mend":
            out |= {("icd10cm", code) for code in event.fields.get("mend", {}).get("remove", ())}
    return out


def _pair(key: _Key, decision: str, placed: Placed) -> dict[str, Any]:
    offered = placed.suggested.get(key)
    row: dict[str, Any] = {
        "system": key[0],
        "code": key[1],
        "decision": decision,
        "label": int(decision in ("accepted", "added")),
    }
    if offered is not None:
        row |= {name: offered[name] for name in ("rank", "confidence", "tier")}
        row["shown"] = key in placed.shown
    return row
