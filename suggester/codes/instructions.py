"""Instructional notes by what they name: which codes a note of the Tabular List speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.codes.named_codes import Named, named_in

if TYPE_CHECKING:
    from suggester.codes.code_set import CodeSet


#: The kinds of notes that speak of other codes.
SPEAKING = frozenset({"excludes1", "excludes2", "code_first", "use_additional", "code_also"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a note with the codes it names.

    Attributes
    ----------
    heading
        The code, block or chapter it is printed under.
    intro
        The line it continues, such as ``"underlying disease, such as:"``; empty for a first line.
    """

    kind: str
    text: str
    heading: str
    intro: str
    named: tuple[Named, ...]

    @property
    def words(self) -> str:
        """The line as a reader understands it, with the line it continues."""
        return f"{self.intro} {self.text}" if self.intro else self.text

    def covers(self, code: str) -> bool:
        """Tell whether the line names a code."""
        return any(named.covers(code) for named in self.named)


class _Lines:
    """The lines of one kind under one heading, found by the codes they name."""

    def __init__(self, lines: tuple[Instruction, ...]) -> None:
        self.lines = lines
        self._single: dict[str, list[Instruction]] = {}
        self._ranges: dict[str, list[tuple[Named, Instruction]]] = {}
        for line in lines:
            for named in line.named:
                if named.first == named.last:
                    self._single.setdefault(named.first, []).append(line)
                    continue
                for letter in range(ord(named.first[0]), ord(named.last[0]) + 1):
                    self._ranges.setdefault(chr(letter), []).append((named, line))

    def naming(self, code: str) -> Iterator[Instruction]:
        """Yield the lines that name a code."""
        for length in range(len(code), 2, -1):
            for line in self._single.get(code[:length], ()):
                if line.covers(code):
                    yield line
        for named, line in self._ranges.get(code[0], ()):
            if named.covers(code):
                yield line


class Instructions:
    """The notes of one code set, read once; every look-up includes those of the headings above."""

    def __init__(self, codes: CodeSet) -> None:
        self._codes = codes
        self._own: dict[tuple[str, str], _Lines] = {}
        for heading, kind, lines in _grouped(codes):
            if kind in SPEAKING:
                self._own[kind, heading] = _Lines(tuple(_read(heading, kind, lines)))
        self._path = lru_cache(maxsize=200_000)(self._lines_above)
        self._of = lru_cache(maxsize=200_000)(self._inherited)
        self._naming = lru_cache(maxsize=500_000)(self._first_naming)

    def of(self, code: str, kind: str) -> tuple[Instruction, ...]:
        """Return the lines of one kind that hold for a code, nearest heading first."""
        return self._of(code, kind)

    def naming(self, code: str, kind: str, other: str) -> Instruction | None:
        """Return the nearest line of ``code`` that names ``other`` and not ``code`` itself."""
        return self._naming(code, kind, other)

    def _inherited(self, code: str, kind: str) -> tuple[Instruction, ...]:
        return tuple(line for lines in self._path(code, kind) for line in lines.lines)

    def _first_naming(self, code: str, kind: str, other: str) -> Instruction | None:
        for lines in self._path(code, kind):
            for line in lines.naming(other):
                if not line.covers(code):
                    return line
        return None

    def _lines_above(self, code: str, kind: str) -> tuple[_Lines, ...]:
        path = (code, *self._codes.ancestors(code))
        found = (self._own.get((kind, heading)) for heading in path)
        return tuple(lines for lines in found if lines is not None)


def _grouped(codes: CodeSet) -> Iterator[tuple[str, str, list[str]]]:
    place: tuple[str, str] | None = None
    lines: list[str] = []
    for heading, kind, text in codes.own_notes():
        if (heading, kind) != place:
            if place is not None:
                yield (*place, lines)
            place, lines = (heading, kind), []
        lines.append(text)
    if place is not None:
        yield (*place, lines)


def _read(heading: str, kind: str, lines: list[str]) -> Iterator[Instruction]:
    intro = ""
    for text in lines:
        if text.endswith(":"):
            intro = text
        yield Instruction(kind, text, heading, "" if text == intro else intro, named_in(text))
