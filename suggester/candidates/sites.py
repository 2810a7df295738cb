"""Sites that are named apart from their condition: "Arthritis" as a heading, the knee below it.

A condition named without its site takes the site its problem block names, or failing that the
complaint or the title of the operation; "arthritis" with "knee" is then looked up as one wording.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from suggester.preprocess.sentences import Sentence
from suggester.preprocess.sites import SITES, site_of
from suggester.preprocess.terms import Term, Word

_COMPLAINT = frozenset({"chief_complaint", "indication"})
_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "body"})
#: A block that names more sites than this names none.
_MOST_SITES = 3


class SiteReader:
    """The sites each problem block of a note, and its complaint, name."""

    def __init__(self, words: Sequence[Word], sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._blocks: dict[int, Counter[str]] = defaultdict(Counter)
        self._complaint: Counter[str] = Counter()
        operated: Counter[str] = Counter()
        titles = {s.section.start for s in sentences if s.section.kind == "procedure"}
        first = min(titles, default=-1)
        for word in words:
            site = site_of(word.normal)
            if site is None:
                continue
            sentence = sentences[word.sentence]
            if sentence.section.kind in _CONCLUDING:
                self._blocks[sentence.block][site] += 1
            elif sentence.section.kind in _COMPLAINT:
                self._complaint[site] += 1
            elif sentence.section.start == first and len(titles) > 1:
                operated[site] += 1
        # "Arthroscopy of the knee" is the complaint of a report that has none.
        self._complaint = self._complaint or operated

    def sites(self, term: Term) -> list[str]:
        """Return the sites that a term without one may mean, the most often named first."""
        sentence = self._sentences[term.sentence]
        if sentence.section.kind not in _CONCLUDING or term.words & SITES:
            return []
        named = self._blocks.get(sentence.block) or self._complaint
        if len(named) > _MOST_SITES:
            return []
        return [site for site, _ in named.most_common(2)]
