"""Diagnosis pointers: which diagnoses of the encounter justify each line of the claim.

``data/pointers.tsv`` says which diagnoses commonly justify which procedures, most telling first; the
note says which of them stand near the words of the line. A claim line has room for four pointers
(CMS-1500, item 24E).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from suggester.edits.code_groups import groups_of, numbered
from suggester.edits.lines import VISIT, Diagnosis, Line, ModifierHint
from suggester.edits.rule_tables import rule_rows
from suggester.edits.sites import SiteReader
from suggester.edits.surroundings import Surroundings

MOST_POINTERS = 4
#: Worth of a diagnosis in the sentence of the line, in its problem block, and in its section.
_SENTENCE, _BLOCK, _SECTION = 2.0, 1.2, 0.6
#: Worth of the place in the table's row: the first is this much more telling than the last.
_TELLING = 1.0
#: Diagnoses this much less worth than the best are left out.
_MARGIN = 1.6
#: What a visit addresses last: circumstances, not problems.
_STATUS = ("Z79", "Z85", "Z86", "Z87", "Z9", "Z3A", "Z68", "Z88", "Z80", "Z81", "Z82", "Z83", "Z84")
#: What no service is for: where and how it happened, and the vaccine given beside a visit.
_NEVER = ("V", "W", "X", "Y")
_VACCINE = "Z23"
#: The character of ICD-10-CM for the side of a site modifier, and where in a code it can stand first.
_SIDES = {
    **dict.fromkeys("RT F5 F6 F7 F8 F9 T5 T6 T7 T8 T9 E3 E4".split(), "1"),
    **dict.fromkeys("LT FA F1 F2 F3 F4 TA T1 T2 T3 T4 E1 E2".split(), "2"),
}
_FIRST_SIDE = 4


class PointerRow(NamedTuple):
    """Codes from ``low`` to ``high`` of one form, and the diagnoses that justify them."""

    low: int
    high: int
    patterns: tuple[str, ...]


def pointers(
    lines: Sequence[Line], diagnoses: Sequence[Diagnosis], sites: SiteReader
) -> list[tuple[str, ...]]:
    """Return for each line the codes of the diagnoses that justify it, the most telling first.

    Parameters
    ----------
    lines, diagnoses
        All of the encounter, the first-listed diagnosis first.
    sites
        The note, read for sites and what stands around them.
    """
    if not diagnoses:
        return [() for _ in lines]
    near = _Nearness(sites.view)
    named = sites.hints(lines)
    found: list[tuple[str, ...]] = [
        _visit(diagnoses)
        if line.kind == VISIT
        else _service(line, _of_its_side(hints, diagnoses), near)
        for line, hints in zip(lines, named, strict=True)
    ]
    for number, line in enumerate(lines):
        if "given_with" in groups_of(line.code):
            found[number] = _given(number, lines, found, near)
    first = _visit(diagnoses)[:1]
    return [found_here or first for found_here in found]


def _visit(diagnoses: Sequence[Diagnosis]) -> tuple[str, ...]:
    codes = [d.code for d in diagnoses if d.sure and not d.code.startswith((*_NEVER, _VACCINE))]
    codes.sort(key=lambda code: code.startswith(_STATUS))
    return tuple(codes[:MOST_POINTERS]) or (diagnoses[0].code,)


def _of_its_side(
    hints: Sequence[ModifierHint], diagnoses: Sequence[Diagnosis]
) -> Sequence[Diagnosis]:
    """Leave out the diagnoses of the other side, where both sides have one of the same condition."""
    sides = {_SIDES.get(hint.modifier, "") for hint in hints}
    if len(sides) != 1 or "" in sides:
        return diagnoses
    [mine] = sides
    other = "2" if mine == "1" else "1"
    codes = {diagnosis.code for diagnosis in diagnoses}
    return [
        diagnosis
        for diagnosis in diagnoses
        if not any(
            character == other and f"{diagnosis.code[:at]}{mine}{diagnosis.code[at + 1 :]}" in codes
            for at, character in enumerate(diagnosis.code)
            if at >= _FIRST_SIDE
        )
    ]


def _service(line: Line, diagnoses: Sequence[Diagnosis], near: _Nearness) -> tuple[str, ...]:
    """Return the diagnoses that the table and the note give a procedure, or none."""
    told = [d for d in diagnoses if not d.code.startswith(_NEVER)]
    for row in rows_for(line.code):
        worth = {
            d.code: _place(row.patterns, d.code) + near.worth(line, d)
            for d in told
            if _place(row.patterns, d.code) >= 0
        }
        if worth:
            return _best(worth)
    close = {d.code: near.worth(line, d) for d in told}
    nearest = max(close.values(), default=0.0)
    if nearest < _BLOCK:
        return ()
    return _best({code: worth for code, worth in close.items() if worth == nearest})


def _best(worth: dict[str, float]) -> tuple[str, ...]:
    if not worth:
        return ()
    least = max(worth.values()) - _MARGIN
    kept = sorted((code for code in worth if worth[code] >= least), key=lambda c: -worth[c])
    return tuple(kept[:MOST_POINTERS])


def _given(
    number: int, lines: Sequence[Line], found: Sequence[tuple[str, ...]], near: _Nearness
) -> tuple[str, ...]:
    """Return the pointers of a drug, implant or sedation: those of the procedure it belongs to.

    What the table gives a drug holds over the procedure, which may give several.
    """
    line, own = lines[number], found[number]
    procedures = [
        (near.distance(line, other), at)
        for at, other in enumerate(lines)
        if other.kind != VISIT
        and "given_with" not in groups_of(other.code)
        and not groups_of(other.code).isdisjoint(("gives", "surgery"))
    ]
    if not procedures:
        return own
    chosen = found[min(procedures)[1]]
    both = tuple(code for code in own if code in chosen)
    return chosen if len(procedures) == 1 else both or own or chosen


class _Nearness:
    """How near the words of a diagnosis stand to those of a line."""

    def __init__(self, view: Surroundings) -> None:
        self._view = view

    def worth(self, line: Line, diagnosis: Diagnosis) -> float:
        """Return the worth of the nearest places of the two, less where the sides differ."""
        best = 0.0
        for start, _ in line.places:
            for other, _ in diagnosis.places:
                if self._view.sentence(start) == self._view.sentence(other):
                    best = max(best, _SENTENCE)
                elif self._view.block(start) == self._view.block(other):
                    best = max(best, _BLOCK)
                elif self._view.section(start) == self._view.section(other):
                    best = max(best, _SECTION)
        return best

    def distance(self, line: Line, other: Line) -> int:
        """Return the characters between the nearest places of two lines."""
        gaps = [abs(a - b) for a, _ in line.places for b, _ in other.places]
        return min(gaps, default=len(self._view.text))


@lru_cache(maxsize=20_000)
def rows_for(code: str) -> tuple[PointerRow, ...]:
    """Return the rows of the table that hold for a code, the narrowest first."""
    form, number = numbered(code)
    rows = _table().get(form, [])
    start = bisect_right(rows, number, key=lambda row: row.low)
    holding = [row for row in rows[:start] if number <= row.high]
    return tuple(sorted(holding, key=lambda row: row.high - row.low))


@lru_cache(maxsize=1)
def _table() -> dict[str, list[PointerRow]]:
    found: dict[str, list[PointerRow]] = defaultdict(list)
    for spans, patterns in rule_rows("pointers"):
        for span in spans.split():
            first, _, last = span.partition("-")
            form, low = numbered(first)
            high = numbered(last)[1] if last else low
            found[form].append(PointerRow(low, high, tuple(patterns.split())))
    return {form: sorted(rows) for form, rows in found.items()}


def _place(patterns: Sequence[str], code: str) -> float:
    """Return how telling a diagnosis is for a row, from ``_TELLING`` down to 0; -1 for none."""
    for place, pattern in enumerate(patterns):
        low, _, high = pattern.partition("-")
        if (
            (low <= code[: len(low)] and code[: len(high)] <= high)
            if high
            else code.startswith(low)
        ):
            return _TELLING * (1 - place / len(patterns))
    return -1.0
