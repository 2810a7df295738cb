"""Codes that do not stand beside another: by an Excludes1 note, or because the other says more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.codes import CodeSet

Span = tuple[str, str]

_CODE = r"[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_NAMED = re.compile(rf"\b({_CODE})(?:\.?-)?(?:\s*-\s*({_CODE})(?:\.?-)?)?(?=[\s,;)]|$)")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
#: Titles that ask for no detail which a sibling's title names.
_VAGUE = re.compile(r"\bunspecified\b|\bwithout complications?\b|\buncomplicated\b", re.IGNORECASE)


def spans(note: str) -> tuple[Span, ...]:
    """Return the codes that an instructional note names in parentheses, as first and last.

    >>> spans("diabetes mellitus (E08-E13)")
    (('E08', 'E13'),)
    """
    named = (match for part in _IN_PARENTHESES.findall(note) for match in _NAMED.finditer(part))
    return tuple((match[1], match[2] or match[1]) for match in named)


def covers(found: Iterable[Span], code: str) -> bool:
    """Whether a code lies in one of the spans."""
    return any(first <= code[: len(first)] and code[: len(last)] <= last for first, last in found)


@lru_cache(maxsize=1)
def _generic() -> dict[str, tuple[str, ...]]:
    """Read the table of codes that say less than codes of other categories."""
    text = files("suggester.candidates").joinpath("data/vaguer.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {code: tuple(more.split()) for code, more in rows}


_SIDE = re.compile(r"\b(?:right|left)\b", re.IGNORECASE)
_BOTH = 2


def _sides(title: str) -> list[str]:
    return [side.lower() for side in _SIDE.findall(title)]


class Exclusions:
    """Which codes of one code set do not stand beside which others."""

    def __init__(self, codes: CodeSet) -> None:
        self._codes = codes
        self._spans = lru_cache(maxsize=50_000)(self._excluded)
        self._vague = lru_cache(maxsize=50_000)(lambda code: bool(_VAGUE.search(codes.title(code))))

    def _excluded(self, code: str) -> tuple[Span, ...]:
        notes = self._codes.notes(code).excludes1
        return tuple(dict.fromkeys(span for note in notes for span in spans(note.text)))

    def excludes(self, code: str, others: Iterable[str]) -> bool:
        """Whether an Excludes1 note of ``code``, or of a heading above it, names one of ``others``."""
        found = self._spans(code)
        return bool(found) and any(
            other[:3] != code[:3] and covers(found, other) for other in others
        )

    def says_less(self, code: str, others: Iterable[str]) -> bool:
        """Whether one of ``others`` names the same condition in more detail (guideline I.B.2)."""
        more = _generic().get(code, ())
        vague = self._vague(code)
        if not more and not vague:
            return False
        return any(
            other != code
            and ((bool(more) and other.startswith(more)) or (vague and self._detailed(code, other)))
            for other in others
        )

    def _detailed(self, code: str, other: str) -> bool:
        """Whether ``other`` gives the detail that the unspecified ``code`` of its category lacks."""
        if other[:3] != code[:3] or self._vague(other):
            return False
        if other[:5] != code[:5] and code[4:5] != "9":
            return False
        sides = {side for title in map(self._codes.title, (code, other)) for side in _sides(title)}
        return len(sides) < _BOTH
