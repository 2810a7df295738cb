"""Sides written as one capital: "R knee", "Baker's cyst L", "trigger thumb (L)"."""

from __future__ import annotations

import re

LONE_SIDES = {"R": "right", "L": "left"}

#: What stands before a side that closes its phrase: a word, no number ("2 L") and no lone letter.
_BEFORE_LAST = re.compile(r"(?:[A-Za-z][a-z'’]*[a-z]|[A-Z]{2,}|\d(?:st|nd|rd|th))(?:,? |,? ?\()$")
_CLOSES = re.compile(r"\s*(?:$|[.,;:)\n]|[x×] ?\d|\d{1,3}(?:\.\d)?\s?(?:%|mm|cm)(?!\w))")
_NAMES = re.compile(
    r"\s(?:(?!(?:spine|wave|waves|on|or)\b)[A-Za-z]|[1-5](?:st|nd|rd|th)\b)", re.IGNORECASE
)
#: Litres, and insulins whose names end in the letter.
_LITRES = re.compile(
    r"\s*(?:/|(?:of|NC|O2|home|oxygen|nasal|via|per|fluids?|saline|NS|LR|bolus|IV|by|supplemental|drained|removed|output)\b)",
    re.IGNORECASE,
)
#: Both sides: "R and L knee", "knee pain R>L".
_PAIR = re.compile(
    r"(?<![\w.])(?:R\s?(?:and|&|\+|/|>+|<+|=)\s?L|L\s?(?:and|&|\+|/|>+|<+|=)\s?R)(?!\w)"
)
_NUMBER = re.compile(r"\d ?$")
_INSULIN = re.compile(r"(?:hum|nov)[ou]lin\s$", re.IGNORECASE)


def lone_side(text: str, start: int, end: int) -> str | None:
    """Return the side that the capital at this place names, or None."""
    side = LONE_SIDES.get(text[start:end])
    if side is None or text[max(0, start - 2) : start].lower() == "b/":
        return None
    before = text[max(0, start - 24) : start]
    if _INSULIN.search(before) or (_NUMBER.search(before) and _LITRES.match(text, end)):
        return None
    after = text[end : end + 8]
    if any(m.start() <= start < m.end() for m in _PAIR.finditer(text, max(0, start - 8), end + 8)):
        return "bilateral"
    if _NAMES.match(after) or (_BEFORE_LAST.search(before) and _CLOSES.match(after)):
        return side
    return None


#: What a relative has or had: "his brother had both shoulders replaced". What one saw is the patient's.
_OF_A_RELATIVE = re.compile(
    r"\b(?:brother|sister|mother|father|mom|dad|uncle|aunt|cousin|grandmother|grandfather|husband|wife|"
    r"friend|neighbor|coworker|co-worker)(?: also| once| just| recently)? "
    r"(?:(?:had|has)(?! (?:her|him|noticed|seen|been|given|brought|observed|felt|noted|found|tried|put|ear|pain))|underwent|"
    r"needed|needs|required)\b[^.;:\n]*$",
    re.IGNORECASE,
)
#: How far before a side a relative is looked for, in characters.
_BEFORE = 70


def of_a_relative(text: str, place: int) -> bool:
    """Whether the side that a word names is that of somebody else.

    >>> of_a_relative("His brother had both shoulders replaced.", 16)
    True
    >>> of_a_relative("Her mother has noticed redness of the left eye.", 38)
    False
    """
    return _OF_A_RELATIVE.search(text, max(0, place - _BEFORE), place) is not None
