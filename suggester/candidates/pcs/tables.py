"""The valid codes of an installed release, and patterns that stand for some of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Characters of a code, without the letters that are too like digits.
_VALUES = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CELL = re.compile(
    r"\[(?P<some>[^\]]+)\]|\((?P<usual>.)\)|\{(?P<asked>.)\}|(?P<any>\?)|(?P<one>[0-9A-Z])"
)
LENGTH = 7


@dataclass(frozen=True, slots=True)
class Pattern:
    """Seven sets of values a code may have, and those it has where nothing else is told.

    An empty set allows any value. ``asked`` are axes that are open wherever the note is silent on
    them, though one value is usual.
    """

    allowed: tuple[frozenset[str], ...]
    usual: tuple[frozenset[str], ...]
    asked: frozenset[int]

    def fits(self, code: str) -> bool:
        """Whether a code is one of those the pattern stands for."""
        return all(
            not some or value in some for some, value in zip(self.allowed, code, strict=True)
        )


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """Read a pattern: ``0SR[CD]0(J){Z}``.

    Raises
    ------
    ValueError
        The text is not a pattern of seven characters.
    """
    allowed: list[frozenset[str]] = []
    usual: list[frozenset[str]] = []
    asked: set[int] = set()
    at = 0
    while at < len(text):
        cell = _CELL.match(text, at)
        if cell is None:
            raise ValueError(f"{text!r} is no pattern of a code")
        at = cell.end()
        some = cell["some"] or cell["one"] or ""
        allowed.append(frozenset(some) - {"(", ")"})
        if cell["asked"]:
            asked.add(len(usual))
        known = re.findall(r"\((.)\)", some)
        usual.append(frozenset((*known, cell["usual"] or cell["asked"] or "")) - {""})
    if len(allowed) != LENGTH:
        raise ValueError(f"{text!r} is no pattern of seven characters")
    return Pattern(tuple(allowed), tuple(usual), frozenset(asked))


class PcsTables:
    """Look up which codes of a release exist; ``codes`` are all of them, sorted."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._codes = codes
        self._families: dict[tuple[Pattern, str], tuple[str, ...]] = {}

    def family(self, pattern: Pattern, systems: str = "") -> tuple[str, ...]:
        """Return the codes a pattern stands for; ``systems`` narrow an open body system."""
        key = (pattern, systems)
        if key not in self._families:
            prefixes = [""]
            for some in pattern.allowed[:4]:
                if not some and not (len(prefixes[0]) == 1 and systems):
                    break
                prefixes = [p + v for p in prefixes for v in sorted(some or systems)]
            self._families[key] = tuple(
                code for prefix in prefixes for code in self._under(prefix) if pattern.fits(code)
            )
        return self._families[key]

    def _under(self, prefix: str) -> Sequence[str]:
        start = bisect_left(self._codes, prefix)
        return self._codes[start : bisect_left(self._codes, prefix + "~")]
