"""Which of two codes that may not stand together says what the encounter documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.codes.instructions import Instruction
    from suggester.edits.coding.case import Case

_VAGUE = re.compile(r"\bunspecified\b|\bnot otherwise\b|\bnot specified\b")
#: Confidence by which the note must favour one code for that alone to decide.
_CLEAR = 0.25
_NOS = re.compile(r"\bNOS\b|\bunspecified\b")
_STATUS = ("Z72", "Z73", "Z79", "Z8", "Z9", "Z3", "Z68")


def weaker(case: Case, one: str, other: str, note: Instruction | None = None) -> str:
    """Return which of two codes gives way.

    A sign gives way to a disease and a vague code to a precise one (I.B.2, I.B.5), a status or history to
    what is there now; else the one that the note of the encounter speaks less for; else the code
    that the note of the Tabular List is printed under, unless that note names the other ``NOS``.
    """
    for test in (_sign, _status, _vague):
        first, second = test(case, one), test(case, other)
        if first != second:
            return one if first else other
    if case.facts is not None:
        lead = case.facts.confidence(one) - case.facts.confidence(other)
        if abs(lead) >= _CLEAR:
            return other if lead > 0 else one
    if note is not None:
        return other if _NOS.search(note.text) else one
    return other


def is_tie(case: Case, one: str, other: str) -> bool:
    """Tell whether nothing of the two codes or of the note says which is right."""
    if any(test(case, one) != test(case, other) for test in (_sign, _status, _vague)):
        return False
    if case.facts is None:
        return True
    first, second = case.facts.confidence(one), case.facts.confidence(other)
    return abs(first - second) < _CLEAR


def _sign(_: Case, code: str) -> bool:
    return code[0] == "R" and code[:3] != "R65"


def _status(_: Case, code: str) -> bool:
    return code.startswith(_STATUS)


def _vague(case: Case, code: str) -> bool:
    title = case.book.low_title(code)
    return bool(_VAGUE.search(title))
