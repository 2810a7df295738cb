"""Codes that an instructional note names in parentheses: ``(E08-E13, T36-T50 with … character 5)``."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_NAMED = re.compile(rf"\b({_CODE})(?:\.?-{{1,2}})?(?:\s*-\s*({_CODE})(?:\.?-)?)?(?=[\s,;)]|$)")
_TO = re.compile(rf"\b({_CODE})--({_CODE})(?:\.?-)?")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_CHARACTER = re.compile(
    r"(?:fifth|sixth|5th|6th)[\w\s/]*characters?\s+(\d)(?:\s*-\s*(\d))?", re.IGNORECASE
)


class Named(NamedTuple):
    """Codes from ``first`` to ``last``, everything below both included.

    ``intents`` are the fifth or sixth characters that the note asks for, empty where it asks for none.
    """

    first: str
    last: str
    intents: str = ""

    def covers(self, code: str) -> bool:
        """Tell whether a code is one of those named."""
        first, last = self.first, self.last
        if not first <= code[: len(first)] or not code[: len(last)] <= last:
            return False
        return not self.intents or intent_of(code) in self.intents


def intent_of(code: str) -> str:
    """Return the character of a poisoning code that says how it came about; empty without one.

    >>> intent_of("T38.3X5A"), intent_of("T36.0X1D"), intent_of("T43.595S"), intent_of("I10")
    ('5', '1', '5', '')
    """
    if code[0] != "T" or not "36" <= code[1:3] <= "65" or len(code) < len("T36.0X1"):
        return ""
    return code[6]


def named_in(note: str) -> tuple[Named, ...]:
    """Return the codes that an instructional note names, in order.

    >>> named_in("diabetes mellitus (E08-E13)")
    (Named(first='E08', last='E13', intents=''),)
    """
    found = []
    for part in _IN_PARENTHESES.findall(note):
        match = _CHARACTER.search(part)
        intents = ""
        if match is not None:
            intents = "".join(map(str, range(int(match[1]), int(match[2] or match[1]) + 1)))
        for named in _NAMED.finditer(_TO.sub(r"\1-\2", part)):
            found.append(Named(named[1], named[2] or named[1], intents))
    return tuple(dict.fromkeys(found))
