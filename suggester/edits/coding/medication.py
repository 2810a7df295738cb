"""Drugs that a note names: their status code and their place in the Table of Drugs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from suggester.edits.coding.tables import Row, rule_table

_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
#: Most words of a drug's name.
_LONGEST = 4
_NOT_TAKEN = re.compile(
    r"(?:allerg\w*|intoleran\w*|stopped|discontinued?|held|holding|\boff|no longer (?:on|takes?|taking)|never|avoid|declin\w+|refus\w+|"
    r"not (?:on|taking)|(?:switched|changed|transitioned) from|d/c(?:'?d)?|hold|without|consider\w*|failed)[^.;\n]{0,30}$"
)
_STOPPED_AFTER = re.compile(
    r"^[^.;,\n]{0,20}\b(?:stopped|discontinued|held|refused|declined|was stopped|d/c)\b"
)


@dataclass(frozen=True, slots=True)
class NamedDrug:
    """A drug at a place of the note, in small letters with single blanks."""

    row: Row
    start: int
    end: int

    @property
    def statuses(self) -> tuple[str, ...]:
        """The Z79 codes of its long-term use: two for some drugs of two substances, none for others."""
        return tuple(self.row["status"].split())

    def poisoning(self, intent: str) -> str:
        """Return its code of the Table of Drugs for an intent, without the 7th character.

        ``intent`` is 1 to 4 for a poisoning, 5 for an adverse effect, 6 for underdosing.
        """
        stem = self.row["adverse_effect"].rstrip("-")
        return stem[:-1] + intent if stem else ""


def named_drugs(low: str) -> list[NamedDrug]:
    """Return the drugs that a text in small letters names, the longest name at each place."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(low)]
    names, first, found, at = _names(), _first_words(), [], 0
    while at < len(words):
        if low[slice(*words[at])] not in first:
            at += 1
            continue
        for length in range(_LONGEST, 0, -1):
            if at + length > len(words):
                continue
            start, end = words[at][0], words[at + length - 1][1]
            row = names.get(low[start:end])
            if row is not None:
                found.append(NamedDrug(row, start, end))
                at += length - 1
                break
        at += 1
    return found


def is_taken(low: str, drug: NamedDrug) -> bool:
    """Tell whether the words around a drug leave it one that the patient takes."""
    return not _NOT_TAKEN.search(
        low[max(0, drug.start - 50) : drug.start]
    ) and not _STOPPED_AFTER.search(low[drug.end : drug.end + 40])


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    found = (_WORD.match(name) for name in _names())
    return frozenset(match.group() for match in found if match)


@lru_cache(maxsize=1)
def _names() -> dict[str, Row]:
    return {row["name"]: row for row in rule_table("drugs")}
