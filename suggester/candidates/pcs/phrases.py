"""Find phrases in a note: word by word, without endings, over small words and sides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
_WORD = re.compile(r"[A-Za-z0-9]+(?:&[A-Za-z0-9]+)?")
#: Words that a phrase and the note may differ in.
_SMALL = frozenset("a an the of his her this that".split())
SIDES = {
    "right": "right",
    "rt": "right",
    "left": "left",
    "lt": "left",
    "bilateral": "bilateral",
    "bilaterally": "bilateral",
    "both": "bilateral",
}
#: Words that tell how a thing is, which may stand inside a phrase.
_PASSED = _SMALL | frozenset(
    "dense extensive acute chronic severe symptomatic recurrent large small existing retained "
    "incarcerated strangulated reducible displaced comminuted tunneled implanted indwelling patient s".split()
)
#: Most words that may be passed over inside a phrase.
_MOST_SKIPPED = 3


class Word(NamedTuple):
    """A word of the note in its basic form, with its place and its sentence."""

    base: str
    start: int
    end: int
    sentence: int


class Found(NamedTuple, Generic[T]):
    """A phrase in the note: its first and last word, and what the phrase stands for."""

    first: int
    last: int
    row: T


def words_in(text: str, start: int, end: int, sentence: int) -> list[Word]:
    """Return the words between two places."""
    return [
        Word(_base(match.group().lower()), match.start(), match.end(), sentence)
        for match in _WORD.finditer(text, start, end)
    ]


class PhraseIndex(Generic[T]):
    """Phrases by their first word."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        known: dict[tuple[str, ...], list[T]] = defaultdict(list)
        for cue, row in rows:
            every = [_base(word.lower()) for word in _WORD.findall(cue)]
            # "occlusion of" is what is done, "occlusion" what is wrong.
            bases = (*(base for base in every[:-1] if base not in _SMALL), *every[-1:])
            known[bases].append(row)
        self._by_first: dict[str, list[tuple[tuple[str, ...], list[T]]]] = defaultdict(list)
        for bases, found in known.items():
            if bases:
                self._by_first[bases[0]].append((bases, found))

    def find(self, words: Sequence[Word]) -> list[Found[T]]:
        """Return every phrase of the note that is no part of a longer one at its place."""
        found: list[Found[T]] = []
        for at, word in enumerate(words):
            for bases, rows in self._by_first.get(word.base, ()):
                last = _match(words, at, bases)
                if last >= 0:
                    found.extend(Found(at, last, row) for row in rows)
        return without_parts(found)


def without_parts(found: Sequence[Found[T]]) -> list[Found[T]]:
    """Return what is found, in order, without what lies inside something longer."""
    kept: list[Found[T]] = []
    furthest, opened = -1, -1
    for one in sorted(found, key=lambda found: (found.first, -found.last)):
        if one.last > furthest:
            furthest, opened = one.last, one.first
        elif one.last < furthest or one.first != opened:
            continue
        kept.append(one)
    return kept


def _match(words: Sequence[Word], at: int, bases: tuple[str, ...]) -> int:
    """Return the last word of the phrase that begins at ``at``, -1 where none does."""
    sentence, place, skipped = words[at].sentence, at, 0
    for base in bases[1:]:
        place += 1
        while (
            place < len(words)
            and words[place].base != base
            and skipped < _MOST_SKIPPED
            and (words[place].base in _PASSED or words[place].base in SIDES)
        ):
            place += 1
            skipped += 1
        if place >= len(words) or words[place].sentence != sentence or words[place].base != base:
            return -1
    return place


def _base(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word
