"""Procedures that a note describes without naming them: "appendix delivered into the wound and removed".

A row of ``lexicon/procedures/described.tsv`` asks for one word of each of its groups, in any order, in
one sentence or in two that follow each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term, Word
from suggester.preprocess.wording import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?\*?")
#: Number of the group of words that a row forbids.
_FORBIDDEN = -1
#: A described procedure is no wording of the index.
_NO_SLOT = -1

_NO = frozenset("no not without never nor w/o".split())
#: Words between a denial and what it denies.
_FILLERS = frozenset("further yet been be additional any need therefore required".split())
#: Sections that tell why, and those that tell what was done for it.
_WHY = frozenset({"preop_diagnosis", "postop_diagnosis", "diagnosis", "indication"})
_DONE = frozenset({"procedure", "findings", "body"})


class Description(Protocol):
    """What a row of descriptions says of the words to look for."""

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Words of which one each must stand there; the place is that of the first group."""

    @property
    def forbids(self) -> tuple[str, ...]:
        """Words of which none may stand there."""

    @property
    def near(self) -> bool:
        """Whether the words may be spread over two sentences."""


class _Use(NamedTuple):
    row: int
    group: int


class _Hit(NamedTuple):
    first: int
    last: int
    rest: tuple[str, ...]


class DescriptionFinder:
    """Find the rows whose words a note has.

    Parameters
    ----------
    rows
        The descriptions; a term is reported with the number of its row.
    """

    def __init__(self, rows: Sequence[Description]) -> None:
        self._rows = rows
        self._uses: dict[tuple[str, ...], list[_Use]] = defaultdict(list)
        for number, row in enumerate(rows):
            for group, spellings in enumerate(row.groups):
                for spelling in spellings:
                    self._uses[_split(spelling)].append(_Use(number, group))
            for spelling in row.forbids:
                self._uses[_split(spelling)].append(_Use(number, _FORBIDDEN))
        self._first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for words in self._uses:
            self._first[words[0]].append(words)
        self._shortest = min((len(word) for word in self._first), default=0)
        self._spellings = lru_cache(maxsize=50_000)(self._spellings_of)

    def find(self, words: Sequence[Word], sentences: Sequence[Sentence]) -> list[tuple[Term, int]]:
        """Return the described procedures of a note with the number of their row."""
        hits = self._hits(words)
        out: list[tuple[Term, int]] = []
        seen: set[tuple[int, int]] = set()
        for number in sorted(hits):
            after = hits.get(number + 1)
            joined = after is not None and _go_together(sentences[number], sentences[number + 1])
            windows = [(hits[number], False)]
            if after is not None and joined:
                windows.append((_joined(hits[number], after), True))
            for window, two in windows:
                for row, groups in window.items():
                    if two and not self._rows[row].near:
                        continue
                    if _FORBIDDEN in groups or len(groups) < len(self._rows[row].groups):
                        continue
                    # In two sentences the second tells what was done: there it is known whether.
                    place = _later(groups, words) if two else groups[0]
                    if (row, place.first) not in seen:
                        seen.add((row, place.first))
                        out.append((_term(words, place), row))
        return out

    def _hits(self, words: Sequence[Word]) -> dict[int, dict[int, dict[int, _Hit]]]:
        """Return sentence → row → group → first place of a word of the group."""
        found: dict[int, dict[int, dict[int, _Hit]]] = defaultdict(dict)
        lows = [word.text.lower() for word in words]
        for i, low in enumerate(lows):
            for spelling in self._spellings(low):
                last = i + len(spelling) - 1
                if last >= len(words) or words[last].sentence != words[i].sentence:
                    continue
                if not all(_same(lows[i + j], spelling[j]) for j in range(1, len(spelling))):
                    continue
                hit = _Hit(i, last, spelling)
                denied = _denied(lows, i, spelling)
                for use in self._uses[spelling]:
                    if denied and use.group != _FORBIDDEN:
                        continue
                    groups = found[words[i].sentence].setdefault(use.row, {})
                    groups.setdefault(use.group, hit)
        return found

    def _spellings_of(self, low: str) -> tuple[tuple[str, ...], ...]:
        """Return the spellings whose first word is ``low`` or its beginning."""
        starts = [low, *(low[:n] + "*" for n in range(self._shortest - 1, len(low) + 1))]
        return tuple(spelling for start in starts for spelling in self._first.get(start, ()))


def _go_together(one: Sentence, two: Sentence) -> bool:
    """Whether two sentences tell of one thing: of one section, or what was found and what was done."""
    if one.section.start == two.section.start:
        return True
    return one.section.kind in _WHY and two.section.kind in _DONE


def _denied(lows: Sequence[str], place: int, spelling: Sequence[str]) -> bool:
    """Whether "no" or "not" stands before the word at ``place``, which is no denial itself."""
    before = place - 1
    if before >= 1 and lows[before] in _FILLERS:
        before -= 1
    return before >= 0 and lows[before] in _NO and spelling[0] not in _NO


def _later(groups: dict[int, _Hit], words: Sequence[Word]) -> _Hit:
    """Return the first of the hits that stand in the last sentence."""
    last = max(words[hit.first].sentence for hit in groups.values())
    return min(hit for hit in groups.values() if words[hit.first].sentence == last)


def _split(spelling: str) -> tuple[str, ...]:
    words = tuple(match.group() for match in _WORD.finditer(spelling.lower()))
    kept = tuple(word for word in words if word not in STOP_WORDS)
    if not kept:
        raise ValueError(f"{spelling!r} has no word that is compared")
    return kept


def _same(low: str, spelling: str) -> bool:
    return low.startswith(spelling[:-1]) if spelling.endswith("*") else low == spelling


def _joined(
    one: dict[int, dict[int, _Hit]], two: dict[int, dict[int, _Hit]]
) -> dict[int, dict[int, _Hit]]:
    """Return the groups of two sentences together; the places of the first come first."""
    return {row: {**two.get(row, {}), **one.get(row, {})} for row in _rows_of(one, two)}


def _rows_of(*found: Iterable[int]) -> set[int]:
    return set().union(*found)


def _term(words: Sequence[Word], hit: _Hit) -> Term:
    return Term(
        words[hit.first].start,
        words[hit.last].end,
        _NO_SLOT,
        words[hit.first].sentence,
        hit.first,
        hit.last,
        1.0,
        0,
        frozenset(words[i].normal for i in range(hit.first, hit.last + 1)),
    )
