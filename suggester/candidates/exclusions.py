"""Codes that do not stand beside another: by an Excludes1 note, or because the other says more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from suggester.candidates.leaves import denied_words
from suggester.codes.named_codes import Named, named_in

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Words of titles that ask for no detail which a sibling's title names.
_VAGUE = re.compile(r"\bunspecified\b|\bwithout complications?\b|\buncomplicated\b", re.IGNORECASE)
#: Category of a traumatic fracture → the 5th characters of osteoporotic ones of the same bones.
_BONES = {
    "S12": "8",
    "S22": "8",
    "S32": "8B",
    "S42": "12",
    "S52": "3",
    "S62": "4",
    "S72": "5",
    "S82": "6",
    "S92": "7",
}


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


def _osteoporotic(code: str, other: str) -> bool:
    """Whether ``other`` is the osteoporotic fracture of the bone whose traumatic one ``code`` is.

    A minor fall that would not break a healthy bone makes it one (I.C.13.d.2).
    """
    return other.startswith("M80") and other[5:6] in _BONES.get(code[:3], "-")


def _of_disease(code: str, other: str) -> bool:
    """Whether ``other`` names the disease that made the pathological fracture ``code``, of the same bone."""
    return code[:5] == "M84.4" and other[:5] in {"M84.5", "M84.6"} and code[5:7] == other[5:7]


class Exclusions:
    """Which codes of one code set do not stand beside which others."""

    def __init__(self, codes: CodeSet) -> None:
        self._codes = codes
        self._named = lru_cache(maxsize=50_000)(self._excluded)
        self._vague = lru_cache(maxsize=50_000)(lambda code: len(_VAGUE.findall(codes.title(code))))
        self._denied = lru_cache(maxsize=50_000)(lambda code: len(denied_words(codes.title(code))))

    def _excluded(self, code: str) -> tuple[Named, ...]:
        notes = self._codes.notes(code).excludes1
        return tuple(dict.fromkeys(named for note in notes for named in named_in(note.text)))

    def excludes(self, code: str, others: Iterable[str]) -> bool:
        """Whether an Excludes1 note of ``code``, or of a heading above it, names one of ``others``."""
        found = self._named(code)
        return bool(found) and any(
            other[:3] != code[:3] and any(named.covers(other) for named in found)
            for other in others
        )

    def says_less(self, code: str, others: Iterable[str]) -> bool:
        """Whether one of ``others`` names the same condition in more detail (guideline I.B.2)."""
        if code[0] == "S" and any(_osteoporotic(code, other) for other in others):
            return True
        if code[0] == "M" and any(_of_disease(code, other) for other in others):
            return True
        more = _generic().get(code, ())
        vague = self._vague(code) > 0 or self._denied(code) > 0
        if not more and not vague:
            return False
        return any(
            other != code
            and ((bool(more) and other.startswith(more)) or (vague and self._detailed(code, other)))
            for other in others
        )

    def _detailed(self, code: str, other: str) -> bool:
        """Whether ``other`` gives the detail that the unspecified ``code`` of its category lacks."""
        if other[:3] != code[:3]:
            return False
        # "Discitis, unspecified, lumbar region" lacks less than "..., site unspecified".
        if (lacks := self._vague(other)) and lacks >= self._vague(code):
            return False
        if not self._vague(code) and self._denied(other) >= self._denied(code):
            return False
        if other[:5] != code[:5] and code[4:5] != "9":
            return False
        sides = {side for title in map(self._codes.title, (code, other)) for side in _sides(title)}
        return len(sides) < _BOTH
