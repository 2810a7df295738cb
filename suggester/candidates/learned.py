"""What a corpus taught about its own wording: how often a term's words went with a code.

A hospital has habits that no book tells: what it codes from which words, and what it leaves out.
They are counted in the notes it trains on, without regard to where the evidence lies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from suggester.preprocess.wording import key_of

#: Notes in which a wording and a code must have met before the wording leads to the code.
LEAST_TOGETHER = 3
#: Share of a wording's notes in which the code was gold, from which the wording leads to it.
LEAST_RATE = 0.2
#: How many times more often than in any note a code must be gold in a wording's notes to be counted.
LEAST_LIFT = 3.0
#: Notes in which a wording and a code must have met to be kept at all.
LEAST_KEPT = 2
#: The same where the notes are of patients: a model outlives them, and tells of no few of them.
LEAST_KEPT_OF_PATIENTS = 5
#: Notes added to a wording's count, none of them with the code, so that few notes say little.
_DOUBT = 10.0


def wording(words: Iterable[str]) -> str:
    """Return the name under which the words of a term are counted, order ignored."""
    return " ".join(sorted(words))


@dataclass(frozen=True, slots=True)
class Learned:
    """Counts of a training corpus.

    Attributes
    ----------
    seen
        Wording → number of notes in which it stood as present.
    together
        Wording → code → number of those notes in which the code was gold.
    phrases
        Wordings that are no term of the lexicon: what coders marked as evidence.
    """

    seen: Mapping[str, int] = field(default_factory=dict)
    together: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    phrases: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[int]:
        """Return the keys of :attr:`phrases`, by which they are looked for."""
        return _keys(self.phrases)

    def rate(self, words: str, code: str) -> float:
        """Return how often a wording's notes had the code, less where they are few; 0 to 1."""
        seen = self.seen.get(words, 0)
        return self.together.get(words, {}).get(code, 0) / (seen + _DOUBT) if seen else 0.0

    def codes(self, words: str) -> list[str]:
        """Return the codes that a wording leads to in this corpus, in alphabetical order."""
        return sorted(
            code
            for code, number in self.together.get(words, {}).items()
            if number >= LEAST_TOGETHER and self.rate(words, code) >= LEAST_RATE
        )


@lru_cache(maxsize=16)
def _keys(phrases: frozenset[str]) -> frozenset[int]:
    return frozenset(key_of(phrase.split()) for phrase in phrases)


def learn(
    notes: Iterable[tuple[Collection[str], Collection[str]]],
    least: int = LEAST_KEPT,
    phrases: Collection[str] = (),
) -> Learned:
    """Count the notes of a corpus, each given as the wordings it holds and its gold codes.

    What met in fewer than ``least`` notes is forgotten. ``phrases`` are the wordings that are no terms.
    """
    seen: Counter[str] = Counter()
    often: Counter[str] = Counter()
    together: dict[str, Counter[str]] = defaultdict(Counter)
    total = 0
    for wordings, codes in notes:
        total += 1
        seen.update(wordings)
        often.update(codes)
        for words in wordings:
            together[words].update(codes)

    def telling(words: str, code: str, number: int) -> bool:
        return number >= least and number * total >= LEAST_LIFT * seen[words] * often[code]

    kept = {
        words: {code: n for code, n in sorted(counted.items()) if telling(words, code, n)}
        for words, counted in sorted(together.items())
        if seen[words] >= least
    }
    kept = {words: of for words, of in kept.items() if of}
    return Learned(
        {words: seen[words] for words in kept}, kept, frozenset(kept).intersection(phrases)
    )
