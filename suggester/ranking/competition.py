"""The candidates of a note taken together: rivals for the same words, symptoms and their diagnoses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from suggester.candidates.mentions import NEIGHBOUR, Candidate, Mention
from suggester.preprocess.assertion import PRESENT
from suggester.ranking.places import (
    CONCLUDING,
    DISTANCE,
    HISTORY_CATEGORIES,
    SYMPTOM_CATEGORIES,
    group_of,
)

#: External causes but for place, activity and status.
_CAUSE = re.compile(r"[VWX]|Y[0-3]")
#: Those that say no more than that one fell, stumbled, strained or was in a vehicle.
_LEAST_TELLING = re.compile(r"X5[08]|W18\.[34]|W19|V49|V89")
_CLEARLY = 0.3
_MOST_RIVALS = 8


class Competition:
    """What the candidates of one note say about each other.

    Parameters
    ----------
    candidates
        All candidates of the note.
    weight
        Normal form → how telling it is.
    title
        Code → its official title.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        weight: Callable[[str], float],
        title: Callable[[str], str],
    ) -> None:
        self._weight = weight
        self.in_category: dict[str, int] = defaultdict(int)
        self.chapter_concluding: dict[str, int] = defaultdict(int)
        self.concluding = 0
        self.diagnoses_concluding = 0
        #: Injuries concluded, at their first encounter: their cause is told (guideline I.C.20.a).
        self.new_injuries = 0
        #: Code and title of the diagnoses the note concludes.
        self.diagnoses: list[tuple[str, str]] = []
        self._diagnosed: list[tuple[str, frozenset[str]]] = []
        self._current: list[tuple[str, frozenset[str]]] = []
        self._score: dict[str, float] = {}
        self._best: dict[str, float] = defaultdict(lambda: -1e9)
        self._spans: list[tuple[int, int, str, float]] = []
        #: Cause told → whether it says more than that one fell or strained, and how telling its words are.
        self._causes: dict[str, tuple[bool, float]] = {}
        for candidate in candidates:
            # A neighbour is a second choice for words that speak for another code already.
            competes = any(m.rank < NEIGHBOUR for m in candidate.mentions)
            if competes:
                self._count(candidate, title)
            self._compare(candidate, competes)
            told = [m for m in candidate.mentions if m.is_meant]
            if told and _CAUSE.match(candidate.code):
                self._causes[candidate.code] = (
                    not _LEAST_TELLING.match(candidate.code),
                    max(map(self.weight_of, told)),
                )

    def _count(self, candidate: Candidate, title: Callable[[str], str]) -> None:
        code, first = candidate.code, candidate.mentions[0]
        self.in_category[code[:3]] += 1
        groups = {group_of(m) for m in candidate.mentions if m.assertion.kind == PRESENT}
        if not groups & CONCLUDING:
            return
        self.concluding += 1
        self.chapter_concluding[code[0]] += 1
        self.new_injuries += code[0] in "ST" and code[-1] == "A"
        if code[0] != "Z":
            self._current.append((code, first.term.words))
        if code[0] in "RZVWXY":
            return
        self.diagnoses_concluding += 1
        if first.rank == 0 and first.term.coverage > 0.9:
            self.diagnoses.append((code, title(code)))
        if code[:3] not in SYMPTOM_CATEGORIES:
            self._diagnosed.append((code[:3], first.term.words))

    def _compare(self, candidate: Candidate, competes: bool) -> None:
        best = max(
            self.strength(m) - (0.5 if m.assertion.kind != PRESENT else 0.0)
            for m in candidate.mentions[:4]
        )
        score = best - DISTANCE[group_of(candidate.mentions[0])] * 0.3
        self._score[candidate.code] = score
        if not competes:
            return
        category = candidate.code[:3]
        self._best[category] = max(self._best[category], score)
        self._spans.extend(
            (m.term.start, m.term.end, candidate.code, self.strength(m))
            for m in candidate.mentions
            if m.term.coverage >= 0.999 and m.rank < NEIGHBOUR
        )

    def weight_of(self, mention: Mention) -> float:
        """Return how telling the matched words are, less where some are missing."""
        # Sorted, so that the sum is the same in every process.
        return sum(map(self._weight, sorted(mention.term.words))) * mention.term.coverage

    def strength(self, mention: Mention) -> float:
        """Return how well a mention's words and details fit its code, to compare rivals."""
        return (
            mention.term.coverage * 2
            + self.weight_of(mention) / 10
            + 0.5 * mention.chosen.score
            - 0.8 * mention.rank
        )

    def is_cause(self, candidate: Candidate) -> bool:
        """Whether this is how the patient was hurt: of the causes told the one with most words.

        "Slipped on the ice and fell" is a fall on ice, of one hurt today (guideline I.C.20.b).
        """
        mine = self._causes.get(candidate.code)
        return bool(self.new_injuries) and mine is not None and mine >= max(self._causes.values())

    def best_in_category(self, candidate: Candidate) -> bool:
        """Whether no other code of the category fits better."""
        return self._score[candidate.code] >= self._best[candidate.code[:3]] - 1e-9

    def rivals(self, candidate: Candidate) -> tuple[int, bool]:
        """Return how many other mentions have words of this one's best, and if one fits them better."""
        best, mine = candidate.mentions[0].term, self.strength(candidate.mentions[0])
        found = [
            strength
            for start, end, code, strength in self._spans
            if start < best.end and best.start < end and code != candidate.code
        ]
        return min(_MOST_RIVALS, len(found)), any(s > mine + _CLEARLY for s in found)

    def inside_longer(self, candidate: Candidate) -> bool:
        """Whether every mention lies inside a longer full match of another code."""
        return all(
            any(
                code != candidate.code
                and start <= m.term.start
                and m.term.end <= end
                and end - start > m.term.end - m.term.start
                for start, end, code, _ in self._spans
            )
            for m in candidate.mentions[:6]
        )

    def shares_site(self, candidate: Candidate) -> bool:
        """Whether a concluded diagnosis of another category shares words with this candidate."""
        words = candidate.mentions[0].term.words
        return any(
            category != candidate.code[:3] and words & bag for category, bag in self._diagnosed
        )

    def current_elsewhere(self, candidate: Candidate) -> bool:
        """Whether the words that led to a history code lead to a current one elsewhere."""
        return candidate.code[:3] in HISTORY_CATEGORIES and any(
            m.term.words & words
            for m in candidate.mentions[:4]
            for code, words in self._current
            if code != candidate.code
        )
