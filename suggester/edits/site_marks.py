"""The words of a note that name a side, a digit, an eyelid or a coronary vessel: ``data/sites.tsv``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from suggester.edits.rule_tables import rule_rows

SIDE, DIGIT, LID, VESSEL = "side", "digit", "lid", "vessel"
RIGHT, LEFT, BOTH = "R", "L", "B"
_CASED = ("caps", "eye", "ear")
_EAR = re.compile(r"\b(?:ears?|tympan|canal|cerumen|wax|otitis|myringo)", re.IGNORECASE)
_NOT_LEFT = re.compile(
    r"\s+(?:in\b|alone|to\b|off\b|open\b|intact|undisturbed|out\b|behind|at\b|with|without|him|her\b|by\b|"
    r"the\b|as\b|untreated|untouched|home|ama\b|against|on\b|for\b|blank)",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"\b(?:was|were|is|are|been|be|being|has|had|he|she|they|pt|patient|not)\s+$", re.IGNORECASE
)
_NOT_RIGHT = re.compile(
    r"\s+(?:away|now|before|after|then|there|handed|hand dominant|heart|dominant)|-(?:handed|hand\b|sided heart)",
    re.IGNORECASE,
)
_NOT_LETTER_BEFORE = re.compile(r"(?:\d\s?|[-/.'’&]|\b(?:by|per)\s)$")
_NOT_LETTER_AFTER = re.compile(r"[-/.'’\d](?=\w)|\s*/")
_DIGIT_NOUN = re.compile(
    r"\s+(?:(?:trigger|mallet|hammer|claw)\s*)?(?:fingers?|digits?|toes?|hammertoe|toenail|fingernail|mtpj?|pipj?|dipj?|nail|"
    r"ray|right|left|rt|lt|r|l)\b",
    re.IGNORECASE,
)
_SIDE_BEFORE = re.compile(r"\b(?:right|left|rt|lt|r|l)\.?\s+$", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[,:;.)]|$)")
_JOINED = re.compile(
    r"\b(?:right|rt|R|left|lt|L|OD|OS)\b[^.;\n]{0,3}(?:\band\b|&|\+|then)\s*(?:the\s+)?(?:right|rt|R|left|lt|L|OD|OS)\b"
)


class Mark(NamedTuple):
    """A word that names a place of the body: where it stands, its kind and its value in ``sites.tsv``."""

    start: int
    end: int
    kind: str
    value: str


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    cased: dict[str, tuple[str, str]] = {}
    other: dict[str, tuple[str, str]] = {}
    for kind, value, word in rule_rows("sites"):
        (cased if kind in _CASED else other)[word] = (kind, value)
    longest = sorted({*cased, *other}, key=lambda word: -len(word))
    either = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<![\w/])(?:{either})(?!\w)", re.IGNORECASE), cased, other


def read_marks(text: str) -> list[Mark]:
    """Return the marks of a text in order."""
    pattern, cased, other = _words()
    ears = _EAR.search(text) is not None
    found = []
    for match in pattern.finditer(text):
        word = match.group()
        kind, value = cased.get(word) or other.get(word.lower()) or ("", "")
        if mark := _mark(text, match.start(), match.end(), kind, value, ears):
            found.append(mark)
    for match in _JOINED.finditer(text):
        sides = [m for m in found if match.start() <= m.start < match.end() and m.kind == SIDE]
        if {m.value for m in sides} == {RIGHT, LEFT}:
            found.append(Mark(match.start(), match.end(), SIDE, BOTH))
    return sorted(found)


def _mark(text: str, start: int, end: int, kind: str, value: str, ears: bool) -> Mark | None:
    if kind == "side":
        return Mark(start, end, SIDE, value) if _is_side(text, start, end) else None
    if kind == "caps":
        before = text[max(0, start - 4) : start]
        letter = not _NOT_LETTER_BEFORE.search(before) and not _NOT_LETTER_AFTER.match(text, end)
        return Mark(start, end, SIDE, value) if letter else None
    if kind == "eye" or (kind == "ear" and ears):
        return Mark(start, end, SIDE, value)
    if kind == "name":
        return Mark(start, end, DIGIT, value)
    if kind == "digit":
        named = _DIGIT_NOUN.match(text, end) is not None
        sided = _SIDE_BEFORE.search(text[max(0, start - 8) : start]) and _ENDS.match(text, end)
        return Mark(start, end, DIGIT, value) if named or sided else None
    if kind in {LID, VESSEL}:
        return Mark(start, end, kind, value)
    return None


def _is_side(text: str, start: int, end: int) -> bool:
    word = text[start:end].lower()
    if word == "left":
        return not (_NOT_LEFT.match(text, end) or _WAS.search(text[max(0, start - 10) : start]))
    if word == "right":
        return not _NOT_RIGHT.match(text, end)
    return True
