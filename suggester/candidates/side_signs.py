"""The side of a diagnosis by its signs, where a note tells of both sides of the body.

"Impression: carpal tunnel syndrome and trigger finger." Neither names a side; the left median nerve is
slow, and the right ring finger catches. The table ``data/side_signs.tsv`` has the words by which notes
tell of a diagnosis without its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT
from suggester.preprocess.told_sides import SILENT, of_no_interest

if TYPE_CHECKING:
    from suggester.preprocess.sentences import Sentence
    from suggester.preprocess.terms import Word

#: Said of a side that has been operated on, or is well again.
_TREATED = re.compile(
    r"\b(?:pod|s/p|status[- ]post|post-?op\w*|release[ds]?|surgery|replace\w*|arthroplasty|implant\w*|iol|pseudophak\w*|resolved|fine|gone|"
    r"strong|cent(?:e?red|ered)|healed|operated)\b",
    re.IGNORECASE,
)
#: A side that so many signs speak for, for each that speaks for the other, is meant.
_TIMES = 3


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    text = files("suggester.candidates").joinpath("data/side_signs.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {code: signs for codes, signs in rows for code in codes.split()}


@lru_cache(maxsize=10_000)
def signs_of(code: str) -> re.Pattern[str] | None:
    """Return the words that tell of a code or category without its name; None where the table has none."""
    known = _table()
    for end in range(len(code), 2, -1):
        if code[:end] in known:
            return re.compile(rf"(?<!\w)(?:{known[code[:end]]})(?!\w)", re.IGNORECASE)
    return None


class SignSides:
    """Reads the sides on which one note has the signs of its diagnoses."""

    def __init__(
        self,
        text: str,
        words: Sequence[Word],
        sides: Sequence[str | None],
        sentences: Sequence[Sentence],
        said: Callable[[int, int], bool],
    ) -> None:
        self._text, self._sentences, self._said = text, sentences, said
        self._words, self._sides = words, sides

    @cached_property
    def _named(self) -> list[list[tuple[int, str]]]:
        """Sentence → the places and sides of its words that name one, those of the healthy side left out.

        Few notes tell of both sides and leave one open, so most never need it.
        """
        named: list[list[tuple[int, str]]] = [[] for _ in self._sentences]
        for word, side in zip(self._words, self._sides, strict=True):
            sentence = self._sentences[word.sentence]
            if (
                side is not None
                and not of_no_interest(self._text, word, sentence)
                and not _TREATED.search(self._text, sentence.start, sentence.end)
            ):
                named[word.sentence].append((word.start, side))
        return named

    def side(self, signs: re.Pattern[str]) -> str | None:
        """Return the one side on which the note has these signs; None where they speak for two."""
        votes = Counter(
            side
            for number, sentence in enumerate(self._sentences)
            if sentence.section.kind not in SILENT
            for match in signs.finditer(self._text, sentence.start, sentence.end)
            if (side := self._side_at(number, match.start())) is not None
            and self._said(*match.span())
        )
        if not votes:
            return None
        (best, most), *others = votes.most_common()
        if not others:
            return best
        both = votes[BILATERAL] or min(votes[LEFT], votes[RIGHT])
        return best if best != BILATERAL and most >= _TIMES * both else None

    def _side_at(self, number: int, place: int) -> str | None:
        """Return the side last named before a place, or else next in its sentence, or last in its problem."""
        named = self._named[number]
        before = [side for start, side in named if start <= place]
        if named:
            return before[-1] if before else named[0][1]
        sentence = self._sentences[number]
        for earlier in range(number - 1, -1, -1):
            other = self._sentences[earlier]
            if other.block != sentence.block or other.section is not sentence.section:
                return None
            if sides := {side for _, side in self._named[earlier]}:
                return sides.pop() if len(sides) == 1 else None
        return None
