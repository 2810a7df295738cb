"""The worksheet of an encounter: what its decisions, one after the other, have made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from suggester.edits.coding.alerts import Mend, apply
from suggester.errors import InputError
from suggester.review.events import Event

DIAGNOSIS = "icd10cm"
#: Events that later ones cannot take back.
FINAL = ("finish", "reopen")
#: Events that change nothing an undo could bring back.
_NOT_UNDONE = ("undo", *FINAL)


@dataclass(frozen=True, slots=True)
class Line:
    """One assigned code.

    ``origin`` is ``suggestion``, ``alternative``, ``typed``, ``selection``, ``rule`` or ``not_coded``;
    ``replaces`` is the code it stands for instead. ``units``, ``modifiers`` and ``pointers`` are those of
    a procedure line; None where the coder has not set them, so that the suggested ones hold.
    """

    system: str
    code: str
    origin: str
    replaces: str | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    rule: str | None = None
    units: int | None = None
    modifiers: tuple[str, ...] | None = None
    pointers: tuple[str, ...] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """System and code."""
        return self.system, self.code


@dataclass(frozen=True, slots=True)
class Rejected:
    """A suggestion that was not taken, and why."""

    system: str
    code: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The state of an encounter after some decisions; diagnoses and procedures in claim order."""

    diagnoses: tuple[Line, ...] = ()
    procedures: tuple[Line, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    acknowledged: dict[str, str] = field(default_factory=dict)
    queries: tuple[dict[str, Any], ...] = ()
    pending: str | None = None
    finished: bool = False
    can_undo: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything assigned, diagnoses first."""
        return self.diagnoses + self.procedures

    def line(self, system: str, code: str) -> Line | None:
        """Return the assigned line of a code."""
        return next((line for line in self.lines if line.key == (system, code)), None)

    def pointed(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the assigned diagnoses that codes stand for: themselves, or what replaced them."""
        assigned = {line.code for line in self.diagnoses}
        instead = {line.replaces: line.code for line in self.diagnoses if line.replaces}
        now = (code if code in assigned else instead.get(code) for code in codes)
        return tuple(dict.fromkeys(code for code in now if code is not None))


def fold(events: Iterable[Event], suggested: frozenset[tuple[str, str]]) -> Worksheet:
    """Return what the decisions made of an encounter, those taken back left out.

    ``suggested`` are the codes that were offered as suggestions, as system and code.
    """
    standing = effective(events)
    sheet = Worksheet()
    for event in standing:
        sheet = _apply(sheet, event, suggested)
    undoable = bool(standing) and standing[-1].kind not in FINAL
    return replace(sheet, can_undo=undoable and not sheet.finished)


def effective(events: Iterable[Event]) -> list[Event]:
    """Return the decisions that stand, in order: without undos and what they took back."""
    standing: list[Event] = []
    for event in events:
        if event.kind == "undo":
            standing.pop()
        else:
            standing.append(event)
    return standing


def check_event(event: Event, before: Worksheet, suggested: frozenset[tuple[str, str]]) -> None:
    """Refuse a decision that makes no sense on a worksheet.

    Raises
    ------
    InputError
        It undoes nothing, takes off what is not assigned, assigns a code twice, or the encounter is
        finished.
    """
    if before.finished and event.kind != "reopen":
        raise InputError("The encounter is finished; reopen it to change it.")
    if event.kind == "reopen" and not before.finished:
        raise InputError("The encounter is not finished.")
    if event.kind == "undo" and not before.can_undo:
        raise InputError("There is nothing to undo.")
    if event.kind == "resume" and before.pending is None:
        raise InputError("The encounter is not pending.")
    if event.kind in ("accept", "reject"):
        _need(event.code in suggested, "was not suggested", event.code)
    if event.kind == "accept_many":
        for pair in event.fields["codes"]:
            _need(tuple(pair) in suggested, "was not suggested", tuple(pair))
    if event.kind in ("remove", "move", "line"):
        _need(before.line(*event.code) is not None, "is not assigned", event.code)
    if event.kind in ("accept", "add"):
        _need(before.line(*event.code) is None, "is assigned already", event.code)
    if event.kind == "replace":
        known = before.line(*event.code) is not None or event.code in suggested
        _need(known, "is neither assigned nor suggested", event.code)
        new = (event.fields["with_system"], event.fields["with"])
        _need(before.line(*new) is None, "is assigned already", new)


def _need(holds: bool, otherwise: str, code: tuple[Any, ...]) -> None:
    if not holds:
        raise InputError(f"{code[1]} {otherwise}.")


def _apply(sheet: Worksheet, event: Event, suggested: frozenset[tuple[str, str]]) -> Worksheet:
    fields = event.fields
    match event.kind:
        case "accept":
            return _assign(sheet, Line(*event.code, origin="suggestion"))
        case "accept_many":
            for system, code in fields["codes"]:
                if sheet.line(system, code) is None:
                    sheet = _assign(sheet, Line(system, code, origin="suggestion"))
            return sheet
        case "replace":
            return _exchange(sheet, event, suggested)
        case "reject":
            sheet = _take_off(sheet, event.code)
            rejected = Rejected(*event.code, fields["reason"], fields.get("note", ""))
            return replace(sheet, rejected=(*sheet.rejected, rejected))
        case "add":
            origin = "suggestion" if event.code in suggested else fields["origin"]
            evidence = tuple(fields.get("evidence", ()))
            line = Line(*event.code, origin, evidence=evidence, rule=fields.get("rule"))
            return _assign(sheet, line)
        case "remove":
            return _take_off(sheet, event.code)
        case "move":
            return _move(sheet, event.code, fields["position"])
        case "line":
            return _detail(sheet, event.code, fields)
        case "mend":
            return _mend(sheet, fields.get("mend", {}), fields.get("rule"))
        case "acknowledge":
            return replace(
                sheet, acknowledged=sheet.acknowledged | {fields["alert"]: fields.get("word", "")}
            )
        case "query":
            return replace(sheet, queries=(*sheet.queries, dict(fields)))
        case "pend":
            return replace(sheet, pending=fields.get("reason", ""))
        case "resume":
            return replace(sheet, pending=None)
        case "finish":
            return replace(sheet, finished=True, pending=None)
        case "reopen":
            return replace(sheet, finished=False)
    raise InputError(f"A decision of kind {event.kind!r} is not known.")


def _group(system: str) -> str:
    return "diagnoses" if system == DIAGNOSIS else "procedures"


def _with(sheet: Worksheet, group: str, lines: Iterable[Line]) -> Worksheet:
    kept = tuple(lines)
    return (
        replace(sheet, diagnoses=kept) if group == "diagnoses" else replace(sheet, procedures=kept)
    )


def _assign(sheet: Worksheet, line: Line, position: int | None = None) -> Worksheet:
    group = _group(line.system)
    lines = list(getattr(sheet, group))
    lines.insert(len(lines) if position is None else position, line)
    sheet = _with(sheet, group, lines)
    kept = tuple(row for row in sheet.rejected if (row.system, row.code) != line.key)
    return replace(sheet, rejected=kept)


def _take_off(sheet: Worksheet, code: tuple[str, str]) -> Worksheet:
    group = _group(code[0])
    return _with(sheet, group, (line for line in getattr(sheet, group) if line.key != code))


def _place(sheet: Worksheet, code: tuple[str, str]) -> int | None:
    for position, line in enumerate(getattr(sheet, _group(code[0]))):
        if line.key == code:
            return position
    return None


def _exchange(sheet: Worksheet, event: Event, suggested: frozenset[tuple[str, str]]) -> Worksheet:
    fields = event.fields
    old = sheet.line(*event.code)
    place = _place(sheet, event.code)
    evidence = () if old is None else old.evidence
    # Replaced twice, it still stands for the suggestion it was at first.
    first = old.replaces if old is not None and event.code not in suggested else None
    new = Line(
        fields["with_system"], fields["with"], "alternative", first or fields["code"], evidence
    )
    sheet = _take_off(sheet, event.code)
    return _assign(sheet, new, place if fields["with_system"] == fields["system"] else None)


def _move(sheet: Worksheet, code: tuple[str, str], position: int) -> Worksheet:
    line = sheet.line(*code)
    if line is None:
        return sheet
    return _assign(_take_off(sheet, code), line, position)


def _detail(sheet: Worksheet, code: tuple[str, str], fields: Mapping[str, Any]) -> Worksheet:
    def changed(line: Line) -> Line:
        if line.key != code:
            return line
        modifiers, pointers = fields.get("modifiers"), fields.get("pointers")
        return replace(
            line,
            units=fields.get("units", line.units),
            modifiers=line.modifiers if modifiers is None else tuple(modifiers),
            pointers=line.pointers if pointers is None else tuple(pointers),
        )

    return _with(sheet, "procedures", (changed(line) for line in sheet.procedures))


def _mend(sheet: Worksheet, row: Mapping[str, Any], rule: str | None) -> Worksheet:
    mend = Mend.from_dict(row)
    old = {new: code for code, new in mend.replace.items()}
    lines = {line.code: line for line in sheet.diagnoses}
    wanted = apply([line.code for line in sheet.diagnoses], mend)
    mended = (
        lines.get(code) or Line(DIAGNOSIS, code, "rule", old.get(code), rule=rule)
        for code in wanted
    )
    return replace(sheet, diagnoses=tuple(mended))
