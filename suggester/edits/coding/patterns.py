"""Codes as a rule table writes them: ``E11.-``, ``N18.1-N18.4``, ``T36-T50:5``, ``S00-S99/ADG``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from suggester.codes.named_codes import intent_of

T = TypeVar("T")
_SEVENTH = 7
#: Answers that one set of patterns keeps.
_MOST_KNOWN = 2_000


class CodePattern(NamedTuple):
    """Codes from ``first`` to ``last``, all below both included.

    ``intents`` are the characters of a poisoning code for how it came about, ``sevenths`` the 7th
    characters that are meant; empty where any is.
    """

    first: str
    last: str
    intents: str = ""
    sevenths: str = ""

    @classmethod
    def read(cls, text: str) -> CodePattern:
        """Read one pattern.

        >>> CodePattern.read("T36-T50:5")
        CodePattern(first='T36', last='T50', intents='5', sevenths='')
        """
        text, _, sevenths = text.partition("/")
        text, _, intents = text.partition(":")
        first, _, last = text.rstrip("-").partition("-")
        first, last = first.rstrip("."), last.rstrip(".")
        return cls(first, last or first, intents, sevenths)

    def matches(self, code: str) -> bool:
        """Tell whether a code is one of those meant."""
        first, last = self.first, self.last
        if not first <= code[: len(first)] or not code[: len(last)] <= last:
            return False
        if self.intents and intent_of(code) not in self.intents:
            return False
        return not self.sevenths or seventh(code) in self.sevenths


class CodePatterns(tuple[CodePattern, ...]):
    """Patterns of which one must mean a code; what was asked is remembered."""

    def match(self, code: str) -> bool:
        """Tell whether one of the patterns means a code."""
        known: dict[str, bool] = self.__dict__
        found = known.get(code)
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[code] = any(pattern.matches(code) for pattern in self)
        return found


@lru_cache(maxsize=10_000)
def patterns(cell: str) -> CodePatterns:
    """Read a cell of patterns parted by blanks or ``|``."""
    return CodePatterns(CodePattern.read(part) for part in cell.replace("|", " ").split())


def match_any(found: CodePatterns, code: str) -> bool:
    """Tell whether one of the patterns means a code."""
    return found.match(code)


def seventh(code: str) -> str:
    """Return the 7th character of a code, or an impossible one where it has none."""
    bare = code.replace(".", "")
    return bare[_SEVENTH - 1] if len(bare) == _SEVENTH else "-"


class PatternIndex(Generic[T]):
    """Rows of a table, found by a code that one of their patterns means."""

    def __init__(self, rows: Iterable[tuple[Iterable[CodePattern], T]]) -> None:
        self._single: dict[str, list[tuple[int, CodePattern, T]]] = {}
        self._ranges: dict[str, list[tuple[int, CodePattern, T]]] = {}
        for number, (found, row) in enumerate(rows):
            for pattern in found:
                entry = (number, pattern, row)
                if pattern.first == pattern.last:
                    self._single.setdefault(pattern.first, []).append(entry)
                    continue
                for letter in range(ord(pattern.first[0]), ord(pattern.last[0]) + 1):
                    self._ranges.setdefault(chr(letter), []).append(entry)
        self.rows = lru_cache(maxsize=100_000)(self._rows)

    def _rows(self, code: str) -> Sequence[T]:
        """Return the rows that mean a code, in the order of the table."""
        entries = [e for n in range(1, len(code) + 1) for e in self._single.get(code[:n], ())]
        entries += self._ranges.get(code[:1], ())
        found = {number: row for number, pattern, row in entries if pattern.matches(code)}
        return tuple(found[number] for number in sorted(found))


class JointIndex(Generic[T]):
    """Rows that name several parts, found by the codes that meet every part.

    A code is looked up once for all rows, so that the work grows with the codes, not with the rows.
    """

    def __init__(self, rows: Sequence[tuple[Sequence[Iterable[CodePattern]], T]]) -> None:
        self._rows = [row for _, row in rows]
        self._width = [len(parts) for parts, _ in rows]
        self._parts = PatternIndex(
            (found, (number, place))
            for number, (parts, _) in enumerate(rows)
            for place, found in enumerate(parts)
        )

    def met(self, codes: Sequence[str]) -> Iterator[tuple[T, tuple[tuple[str, ...], ...]]]:
        """Yield each row with the codes that meet each of its parts, in the order of the table."""
        found: dict[int, dict[int, list[str]]] = {}
        for code in codes:
            for number, place in self._parts.rows(code):
                found.setdefault(number, {}).setdefault(place, []).append(code)
        for number in sorted(found):
            parts = found[number]
            if len(parts) == self._width[number]:
                yield self._rows[number], tuple(tuple(parts[i]) for i in range(len(parts)))
