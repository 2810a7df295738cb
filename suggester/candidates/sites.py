"""Sites that are named apart from their condition: "Arthritis" as a heading, the knee below it.

A condition named without its site takes the site its problem block names, or failing that the
complaint or the title of the operation; "arthritis" with "knee" is then looked up as one wording.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from suggester.preprocess.sentences import Sentence
from suggester.preprocess.sites import SITES, site_of
from suggester.preprocess.terms import Term, Word
from suggester.preprocess.wording import normal_form

_COMPLAINT = frozenset({"chief_complaint", "indication"})
_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "body"})
#: Conditions that a patient has elsewhere too.
_OF_MANY_SITES = frozenset(map(normal_form, ("arthritis", "osteoarthritis", "pain", "cancer")))
#: Words for how a growth looks, which no wording with its site has.
DESCRIPTIVE = frozenset(
    map(
        normal_form,
        "nodular superficial infiltrative infiltrating micronodular ulcerated pigmented morpheaform".split(),
    )
)
#: Sections that tell what the patient came with.
_ACCOUNT = frozenset({"hpi", "body"})
#: The letter or number before an item: "A. Skin, left forearm, shave".
_LABEL = re.compile(r"(?:^|\n)[ \t]*(?:specimen |part )?([A-H]|\d)[.):][ \t]*$", re.IGNORECASE)
_LABELLED = 14
#: What names a specimen.
_SPECIMEN = re.compile(
    r"\b(?:skin|shave|punch|biops\w+|excis\w+|resect\w+|curett\w+|polyp\w*|fna|core|lesion|mass|node|margin)\b",
    re.IGNORECASE,
)
#: A block that names more sites than this names none.
_MOST_SITES = 3


class SiteReader:
    """The sites each problem block of a note, and its complaint, name."""

    def __init__(
        self,
        words: Sequence[Word],
        sentences: Sequence[Sentence],
        sides: Sequence[str | None] = (),
        text: str = "",
    ) -> None:
        self._sentences = sentences
        self._text = text
        #: Label of a specimen → the sites it is from; a pathologist concludes under the same label.
        self._specimens: dict[str, Counter[str]] = defaultdict(Counter)
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
            if (label := self._label(sentence)) and self._of_specimen(sentence):
                self._specimens[label][site] += 1
            elif sentence.section.kind in _CONCLUDING:
                self._blocks[sentence.block][site] += 1
            elif sentence.section.kind in _COMPLAINT:
                self._complaint[site] += 1
            elif sentence.section.start == first and len(titles) > 1:
                operated[site] += 1
        titled = (s.block for s in sentences if s.title and s.section.kind in _CONCLUDING)
        self._first = min(titled, default=None)
        self._told = Counter(
            site
            for place, side in enumerate(sides)
            if side is not None and (site := _site_told(words, place, sentences)) is not None
        )
        # "Arthroscopy of the knee" is the complaint of a report that has none.
        self._complaint = self._complaint or operated

    def sites(self, term: Term) -> list[str]:
        """Return the sites that a term without one may mean, the most often named first."""
        sentence = self._sentences[term.sentence]
        if sentence.section.kind not in _CONCLUDING or term.words & SITES:
            return []
        if self._first is not None and sentence.block < self._first:
            return []  # "... has gout and comes in with tingling in the hands", before the first problem
        named = self._blocks.get(sentence.block) or Counter()
        if not named and self._specimens:
            named = self._specimens.get(self._label(sentence), named)
        if not named and (self._first is None or sentence.block == self._first):
            named = self._complaint  # the first problem is what the patient came for
        if not named and term.words.isdisjoint(_OF_MANY_SITES):
            named = self._told
        if len(named) > _MOST_SITES:
            return []
        return [site for site, _ in named.most_common(2)]

    def _label(self, sentence: Sentence) -> str:
        """Return the letter or number of an item, or nothing."""
        if not sentence.item:
            return ""
        start = max(0, sentence.start - _LABELLED)
        match = _LABEL.search(self._text, start, sentence.start)
        return match[1].upper() if match else ""

    def _of_specimen(self, sentence: Sentence) -> bool:
        """Whether an item says what was sent to the pathologist."""
        return (
            sentence.section.kind not in _CONCLUDING
            and _SPECIMEN.search(self._text, sentence.start, sentence.end) is not None
        )


def _site_told(words: Sequence[Word], place: int, sentences: Sequence[Sentence]) -> str | None:
    """Return the site that follows a side in the account of the patient: "L leg red and hot"."""
    if sentences[words[place].sentence].section.kind not in _ACCOUNT:
        return None
    after = words[place + 1 : place + 2]
    if not after or after[0].sentence != words[place].sentence or after[0].broken:
        return None
    return site_of(after[0].normal)
