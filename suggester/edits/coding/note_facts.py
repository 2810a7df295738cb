"""What the note of an encounter says about codes: documented, refused, and the words around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.medication import NamedDrug, is_taken, named_drugs
from suggester.edits.coding.needed import needed
from suggester.preprocess.assertion import PRESENT

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from suggester.candidates.mentions import Candidate, Mention, NotCoded
    from suggester.edits.coding.risk import Support
    from suggester.preprocess.sentences import Sentence

#: An element of support, its row in the table, and where its cue stands.
CuePlace = tuple[str, int, int, int]
#: Confidence from which a code counts as documented.
DOCUMENTED = 0.2
_SPACE = re.compile(r"[\s\u00a0]+")
_PLAIN = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019", "------''")


@dataclass(frozen=True, slots=True)
class Documented:
    """A code the note speaks for.

    ``derived`` says that only a rule made it from other codes, ``named`` that some words of the note
    have it as their best reading, as present.
    """

    code: str
    confidence: float
    mentions: tuple[Mention, ...]
    derived: bool
    named: bool

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each mention, best first."""
        return tuple(dict.fromkeys((m.term.start, m.term.end) for m in self.mentions))


class NoteFacts:
    """One processed note, as the coding rules ask about it.

    Parameters
    ----------
    doc
        The note after the pipeline.
    candidates, confidences
        The candidate codes with their calibrated probabilities.
    refused
        Conditions the note names without meaning that the patient has them now.
    """

    def __init__(
        self,
        doc: Doc,
        candidates: Sequence[Candidate],
        confidences: Iterable[float],
        refused: Sequence[NotCoded],
    ) -> None:
        from suggester.preprocess.note_text import text_of

        self.text: str = text_of(doc)
        self.refused = tuple(refused)
        self.sentences: Sequence[Sentence] = doc._.sentences
        self._searched: dict[re.Pattern[str], bool] = {}
        #: What the rule of support read from this note, by stretch of text.
        self.support_read: dict[tuple[int, int], tuple[CuePlace, ...]] = {}
        self.supports: dict[str, Support] = {}
        self._starts = [sentence.start for sentence in self.sentences]
        self.documented = {
            candidate.code: Documented(
                candidate.code,
                float(confidence),
                candidate.mentions,
                bool(candidate.rule),
                any(m.rank == 0 and m.assertion.kind == PRESENT for m in candidate.mentions),
            )
            for candidate, confidence in zip(candidates, confidences, strict=True)
        }
        self._by_category: dict[str, list[Documented]] = {}
        for found in sorted(self.documented.values(), key=lambda d: (-d.confidence, d.code)):
            self._by_category.setdefault(found.code[:3], []).append(found)

    @cached_property
    def low(self) -> str:
        """The text in small letters with every stretch of white space as one blank."""
        flat = _SPACE.sub(" ", self.text).translate(_PLAIN)
        low = flat.lower()
        # A few capitals have no single small letter; they stay, so that places can be told.
        return low if len(low) == len(flat) else "".join(map(_small, flat))

    @cached_property
    def _gaps(self) -> tuple[list[int], list[int]]:
        """Where :attr:`low` leaves out white space: places in it, and what is left out until there."""
        places, lost = [0], [0]
        for match in _SPACE.finditer(self.text):
            length = match.end() - match.start()
            if length > 1:
                places.append(match.start() - lost[-1] + 1)
                lost.append(lost[-1] + length - 1)
        return places, lost

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the text of a stretch of :attr:`low`."""
        places, lost = self._gaps
        first = start + lost[bisect_right(places, start) - 1]
        last = end - 1 + lost[bisect_right(places, end - 1) - 1] + 1
        return first, last

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Yield start and end in the text of what a pattern finds in :attr:`low`."""
        for match in pattern.finditer(self.low):
            if match.end() > match.start():
                yield self.place(match.start(), match.end())

    def says(self, wordings: Iterable[str]) -> bool:
        """Tell whether the note has one of the wordings, as whole words."""
        return any(self.has(_whole(wording)) for wording in wordings)

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether a pattern finds anything in :attr:`low`; each is searched once."""
        found = self._searched.get(pattern)
        if found is None:
            words = needed(pattern)
            likely = not words or any(word in self.low for word in words)
            found = self._searched[pattern] = likely and pattern.search(self.low) is not None
        return found

    @cached_property
    def drugs_taken(self) -> Sequence[NamedDrug]:
        """The drugs that :attr:`low` names as taken."""
        return [drug for drug in self.drugs if is_taken(self.low, drug)]

    @cached_property
    def places_of_drugs_taken(self) -> Sequence[tuple[int, int]]:
        """Start and end in the text of each drug that the patient takes."""
        return [self.place(drug.start, drug.end) for drug in self.drugs_taken]

    @cached_property
    def drugs(self) -> Sequence[NamedDrug]:
        """The drugs that :attr:`low` names."""
        return named_drugs(self.low)

    def confidence(self, code: str) -> float:
        """Return the confidence of a code; 0 where nothing speaks for it."""
        found = self.documented.get(code)
        return found.confidence if found else 0.0

    def of_category(self, category: str) -> Sequence[Documented]:
        """Return what is documented of a category, most probable first."""
        return self._by_category.get(category, ())

    def best(self, beginning: str, least: float = DOCUMENTED) -> Documented | None:
        """Return the most probable documented code that begins so."""
        for found in self._by_category.get(beginning[:3], ()):
            if found.confidence < least:
                break
            if found.code.startswith(beginning):
                return found
        return None

    def refusals(self, category: str) -> list[NotCoded]:
        """Return the places where a condition of a category is named and refused."""
        return [row for row in self.refused if row.code[:3] == category]

    def sentence_at(self, place: int) -> Sentence | None:
        """Return the sentence around a place."""
        at = bisect_right(self._starts, place) - 1
        return self.sentences[at] if at >= 0 else None

    def sentence(self, place: int) -> str:
        """Return the text of the sentence around a place."""
        found = self.sentence_at(place)
        return "" if found is None else self.text[found.start : found.end]

    def window(self, start: int, end: int, before: int = 60, after: int = 90) -> tuple[str, str]:
        """Return the text before and after a place, within its sentence, in small letters."""
        at = bisect_right(self._starts, start) - 1
        first, last = 0, len(self.text)
        if at >= 0:
            first, last = self.sentences[at].start, max(self.sentences[at].end, end)
        left = self.text[max(first, start - before) : start]
        right = self.text[end : min(last, end + after)]
        return _SPACE.sub(" ", left).lower(), _SPACE.sub(" ", right).lower()


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


@lru_cache(maxsize=20_000)
def _whole(wording: str) -> re.Pattern[str]:
    # A blank stands for any joint of two words: "follow-up", "follow up".
    parts = (re.escape(part) for part in re.split(r"[\s-]+", wording.strip().lower()) if part)
    return re.compile(r"(?<![a-z0-9])" + r"[\s-]+".join(parts) + r"(?![a-z0-9])")
