"""Phrases that coders marked as evidence in a corpus, found again where a note says them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from suggester.candidates.context import ContextReader
from suggester.candidates.learned import wording
from suggester.preprocess.terms import Term, Word
from suggester.preprocess.wording import words

#: Words of the longest phrase that is learned, stop words not counted.
LONGEST = 6


def phrase_of(text: str) -> str:
    """Return the name of a marked stretch of a note, or an empty one where it makes no phrase.

    A single word is learned as a word; more than :data:`LONGEST` do not come again.
    """
    said = frozenset(words(text))
    return wording(said) if 2 <= len(said) <= LONGEST else ""


def phrases_in(
    said: Collection[Word], reader: ContextReader, keys: frozenset[int]
) -> Iterator[tuple[str, Term]]:
    """Yield each phrase of ``keys`` that stands in one sentence, in any order, with no word between or denied.

    All of its words are words of the lexicon or the code set: a name is in none, and is never learned.
    """
    every = list(said)
    present = {i for i, _ in reader.present()}
    for first in sorted(present):
        total = 0
        seen: set[str] = set()
        for last in range(first, min(first + LONGEST, len(every))):
            word = every[last]
            if last not in present or word.sentence != every[first].sentence:
                break
            if word.normal in seen:
                continue
            seen.add(word.normal)
            total += word.key
            if len(seen) > 1 and total in keys:
                name = wording(seen)
                start, end = every[first].start, word.end
                yield (
                    name,
                    Term(start, end, -1, word.sentence, first, last, 1.0, 0, frozenset(seen)),
                )
