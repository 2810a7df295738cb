"""What a corpus taught about its own wording: how often a term's words went with a code.

A hospital has habits that no book tells: what it codes from which words, and what it leaves out.
They are counted in the notes it trains on, without regard to where the evidence lies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

#: Notes in which a wording and a code must have met before the wording leads to the code.
LEAST_TOGETHER = 3
#: Share of a wording's notes in which the code was gold, from which the wording leads to it.
LEAST_RATE = 0.2
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
    """

    seen: Mapping[str, int] = field(default_factory=dict)
    together: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

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


def learn(notes: Iterable[tuple[Collection[str], Collection[str]]]) -> Learned:
    """Count the notes of a corpus, each given as the wordings it holds and its gold codes."""
    seen: Counter[str] = Counter()
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for wordings, codes in notes:
        seen.update(wordings)
        for words in wordings:
            together[words].update(codes)
    return Learned(
        {words: number for words, number in sorted(seen.items()) if number > 1},
        {
            words: {code: number for code, number in sorted(counted.items()) if number > 1}
            for words, counted in sorted(together.items())
            if seen[words] > 1
        },
    )
