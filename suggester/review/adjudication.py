"""Where two coders differ: what an auditor may choose, and the coding that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from suggester.errors import InputError
from suggester.review.agreement import Code
from suggester.review.comparison import Pair
from suggester.review.events import Event
from suggester.review.worksheet import DIAGNOSIS, Line

Took = Literal["first", "second", "both", "neither", "other"]
TOOK: tuple[Took, ...] = get_args(Took)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two codes for one condition, or a code that only one of the coders assigned."""

    first: Code | None
    second: Code | None

    @property
    def choices(self) -> tuple[Took, ...]:
        """What may be taken: for a single code, leaving it off is taking the other coder's side."""
        return TOOK if self.first and self.second else ("first", "second", "other")


@dataclass(frozen=True, slots=True)
class Choice:
    """What an auditor took for one difference; ``code`` where it is a third one."""

    took: Took
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """All that is to be settled in one encounter; ``first_listed`` are both first-listed diagnoses."""

    codes: tuple[Difference, ...]
    first_listed: tuple[Code | None, Code | None] | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "codes": [
                {"first": row.first, "second": row.second, "choices": row.choices}
                for row in self.codes
            ],
            "first_listed": self.first_listed,
        }


def differences(pair: Pair) -> Differences:
    """Return what is to be settled: conditions coded in other detail first, then codes of one coder."""
    found = pair.disagreement
    if found is None:
        return Differences((), None)
    rows = [Difference(first, second) for first, second in found.details]
    rows += [Difference(code, None) for code in found.only_first]
    rows += [Difference(None, code) for code in found.only_second]
    return Differences(tuple(rows), found.first_listed)


def settled_lines(
    pair: Pair, choices: Sequence[Choice], first_listed: str | None = None
) -> tuple[Line, ...]:
    """Return the lines that choices lead to, in the first coder's order.

    Parameters
    ----------
    choices
        One for each of :func:`differences`, in that order.
    first_listed
        The diagnosis to be listed first.

    Raises
    ------
    InputError
        Choices and differences differ in number, a choice cannot be made there, nothing would be
        assigned, or the first-listed diagnosis is not among what is.
    """
    rows = differences(pair).codes
    if len(choices) != len(rows):
        raise InputError(f"Each of the {len(rows)} differences needs a choice.")
    ours = {line.key: line for line in pair.first.lines}
    theirs = {line.key: line for line in pair.second.lines}
    lines: dict[Code, Line] = {}
    instead: dict[Code, list[Line]] = {}
    after: list[Line] = []
    for row, choice in zip(rows, choices, strict=True):
        taken = list(_taken(row, choice, ours, theirs))
        if row.first is None:
            after += taken
        else:
            instead[row.first] = taken
    for key, line in ours.items():
        for kept in instead.get(key, [line]):
            lines.setdefault(kept.key, kept)
    for line in after:
        lines.setdefault(line.key, line)
    if not lines:
        raise InputError("Nothing would be assigned; take at least one code.")
    return _ordered(tuple(lines.values()), first_listed)


def events_for(
    lines: Sequence[Line], before: Sequence[Line], suggested: frozenset[Code]
) -> Iterator[Event]:
    """Yield the decisions that make a worksheet of ``lines`` from one that has those ``before``."""
    for line in before:
        yield Event("remove", {"system": line.system, "code": line.code})
    for line in lines:
        named = {"system": line.system, "code": line.code}
        if line.key in suggested and not line.evidence:
            yield Event("accept", named)
        else:
            evidence = {"evidence": list(line.evidence)} if line.evidence else {}
            yield Event("add", {**named, "origin": "typed", **evidence})
        details = {
            "units": line.units,
            "modifiers": None if line.modifiers is None else list(line.modifiers),
            "pointers": None if line.pointers is None else list(line.pointers),
        }
        if given := {key: value for key, value in details.items() if value is not None}:
            yield Event("line", named | given)


def closing(rows: Sequence[Difference], choices: Sequence[Choice], because: str) -> Event:
    """Return the decision that finishes an adjudication; it keeps the choices, and why, in own words."""
    made = [
        {"first": row.first, "second": row.second, "took": choice.took, "code": choice.code}
        for row, choice in zip(rows, choices, strict=True)
    ]
    return Event("finish", {"choices": made, "note": because})


def _taken(
    row: Difference, choice: Choice, ours: dict[Code, Line], theirs: dict[Code, Line]
) -> Iterator[Line]:
    if choice.took not in row.choices:
        raise InputError(f"For this difference, choose one of: {', '.join(row.choices)}.")
    if choice.took == "other":
        if choice.code is None:
            raise InputError("Name the third code that is to be taken.")
        yield Line(*choice.code, origin="typed")
    if choice.took in ("first", "both") and row.first is not None:
        yield ours[row.first]
    if choice.took in ("second", "both") and row.second is not None:
        yield theirs[row.second]


def _ordered(lines: tuple[Line, ...], first_listed: str | None) -> tuple[Line, ...]:
    diagnoses = [line for line in lines if line.system == DIAGNOSIS]
    codes = {line.code for line in diagnoses}
    if first_listed is not None:
        if first_listed not in codes:
            raise InputError(f"{first_listed[:10]} is not among the codes that were taken.")
        diagnoses.sort(key=lambda line: line.code != first_listed)
    procedures = (
        replace(line, pointers=tuple(code for code in line.pointers if code in codes))
        if line.pointers
        else line
        for line in lines
        if line.system != DIAGNOSIS
    )
    return (*diagnoses, *procedures)
