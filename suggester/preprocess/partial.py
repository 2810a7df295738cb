"""Partial matches: wordings whose words are scattered over a sentence, or not all there."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.sections import CONCLUSIONS
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.sites import SITES, is_narrowed
from suggester.preprocess.term_index import TermIndex
from suggester.preprocess.terms import MODIFIERS, NEVER_SKIPPED, SIDES, Term, Word, leads_on
from suggester.preprocess.wording import normal_form

#: Sections whose short lines are compared with every wording, not only looked up.
_COMPARED = CONCLUSIONS | {"chief_complaint", "indication", "findings", "preop_diagnosis", "body"}
#: Sections that name diagnoses, in which a wording may lack a word. Elsewhere two words that a
#: wording shares with a sentence say little: "start bearing weight" is no difficulty bearing it.
_CONCLUDING = frozenset(
    {"assessment", "assessment_plan", "diagnosis", "findings", "indication", "preop_diagnosis"}
)
_SIDES = frozenset({"right", "left", "bilateral"})
#: Words that only say where: a partial match consists of more.
_WHERE = (
    SITES
    | _SIDES
    | frozenset(
        normal_form(word)
        for word in (
            "upper lower extremity limb anterior posterior lateral medial proximal distal region "
            "area joint side part body"
        ).split()
    )
)
#: Words that turn the name of a measurement or site into a finding, or name a cause or type that
#: nobody may assume: no partial match lacks them.
_NEEDED = frozenset(
    normal_form(word)
    for word in (
        "elevated elevation raised high low abnormal abnormality decreased decrease increased "
        "increase reduced positive enlarged loss lack absent absence deficient deficiency "
        "insufficiency history screening "
        "systolic diastolic secondary metastatic malignant benign pregnancy newborn congenital "
        "traumatic postprocedural drug alcohol diabetes hypertensive iron family aspiration "
        "viral bacterial rheumatic recurrent exposure postoperative surgical overdose poisoning "
        "fracture cancer carcinoma injury preserved normal recovered improved"
    ).split()
)
#: Words for what grows at one site or another: a cancer of the breast in the spine is none of it.
_GROWTHS = frozenset(
    normal_form(word)
    for word in "cancer carcinoma tumor neoplasm malignancy malignant sarcoma mass".split()
)
#: Organs that are no sites to be composed with, yet tell one condition from another.
_ORGANS = frozenset(
    normal_form(word)
    for word in (
        "eye heart brain bowel intestine vein artery nerve gland spleen gallbladder appendix tooth "
        "mouth throat bone muscle pancreas aorta retina cornea ovary testis head"
    ).split()
)
#: Words that name what is looked at, how or when, and nothing that is wrong with it.
_IDLE = frozenset(
    normal_form(word)
    for word in files("suggester.preprocess")
    .joinpath("data/idle_words.txt")
    .read_text("utf-8")
    .split()
)
#: Words that lead from one condition to another, and are none themselves.
_LINKS = frozenset(
    normal_form(word)
    for word in "status post history after following due secondary with without from old".split()
)
#: Words of which one rules out the others: an "upper lobe" carcinoma is none of the lower lobe.
_OPPOSED = {
    normal_form(word): frozenset(map(normal_form, group.split())) - {normal_form(word)}
    for group in (
        "upper lower middle",
        "superior inferior",
        "anterior posterior",
        "medial lateral",
        "proximal distal",
        "internal external",
        "ascending descending transverse sigmoid",
        "systolic diastolic",
        "acute chronic",
        "primary secondary",
        "mild moderate severe",
        "1 2 3 4 5",
    )
    for word in group.split()
}
#: Of these one is as likely as the next where a note says none: "AF, rate controlled".
_CONTRARY = frozenset(map(normal_form, ("paroxysmal", "persistent", "permanent")))
_TELLING_APART = _NEEDED | SITES | _ORGANS | _CONTRARY
_SAYING_NOTHING = _WHERE | _ORGANS | _IDLE
#: Letters of a sign, no words: "r/o personality disorder" is no "personality d/o".
_SIGNS = frozenset({"o"})
#: Coverage from which a partial match may lack the wording's most telling word.
_NEARLY = 0.7


def _telling(matched: frozenset[str], bag: frozenset[str], index: TermIndex) -> bool:
    """Whether a partial match has the wording's most telling word, sides left out of account."""
    found = max((index.weight(word) for word in matched - _SIDES), default=0.0)
    return all(index.weight(word) <= found for word in bag - matched)


class PartialMatcher:
    """Compare sentences with every wording through one sparse product.

    The score of a wording is the share of its idf weight whose words stand in the sentence.
    """

    def __init__(self, index: TermIndex, rare: int = 2500) -> None:
        arrays = index.arrays()
        self.index = index
        self._indptr = arrays["indptr"]
        self._indices = arrays["indices"]
        self._totals = arrays["totals"]
        self._idf = arrays["idf"]
        self._frequency = np.diff(self._indptr)
        self._rare = rare

    def best(self, normals: set[str], floor: float, limit: int) -> list[tuple[int, float]]:
        """Return ``(wording, coverage)`` for the best wordings with at least ``floor`` coverage."""
        vocabulary = self.index.vocabulary
        ids = [vocabulary[word] for word in sorted(normals) if word in vocabulary]
        rare = [i for i in ids if self._frequency[i] <= self._rare]
        if not rare:
            return []
        score = np.zeros(len(self._totals), dtype=np.float32)
        for word in ids:
            score[self._rows(word)] += self._idf[word]
        touched = np.concatenate([self._rows(word) for word in rare])
        enough = score[touched] >= floor * self._totals[touched]
        good = np.unique(touched[enough])
        coverage = score[good] / self._totals[good]
        if len(good) > limit:
            # Coverage first, then the heavier wording: more words of the sentence explained.
            order = np.lexsort((-score[good], -coverage.round(2)))[:limit]
            good, coverage = good[order], coverage[order]
        return [(int(slot), float(min(1.0, c))) for slot, c in zip(good, coverage, strict=True)]

    def _rows(self, word: int) -> npt.NDArray[np.int32]:
        """Return the wordings that hold a word of the vocabulary."""
        rows: npt.NDArray[np.int32] = self._indices[self._indptr[word] : self._indptr[word + 1]]
        return rows


def partial_terms(
    words: list[Word],
    sentences: tuple[Sentence, ...],
    found: list[Term],
    matcher: PartialMatcher,
) -> list[Term]:
    """Return terms whose words are scattered or incomplete, in the sentences that conclude."""
    by_sentence: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        by_sentence.setdefault(word.sentence, []).append(i)
    have = {(term.sentence, term.slot) for term in found}
    whole: dict[int, list[frozenset[str]]] = {}
    whole_terms: dict[int, list[Term]] = {}
    for term in found:
        whole.setdefault(term.sentence, []).append(term.words)
        if len(term.words) > 1 and not term.gap:
            whole_terms.setdefault(term.sentence, []).append(term)
    out: list[Term] = []
    for number, members in by_sentence.items():
        sentence = sentences[number]
        if sentence.section.kind not in _COMPARED or len(members) > 30:
            continue
        if (
            sentence.section.kind in {"plan", "body", "findings"}
            and not sentence.title
            and len(members) > 14
        ):
            continue
        normals = {words[i].normal for i in members} - _SIGNS
        short = len(members) <= 12 and sentence.section.kind in _CONCLUDING
        for slot, coverage in matcher.best(normals, 0.64 if short else 0.999, 8 if short else 6):
            if (number, slot) in have:
                continue
            bag = matcher.index.bag(slot)
            used = [i for i in members if words[i].normal in bag and words[i].normal in normals]
            if len({words[i].normal for i in used}) < 2:
                continue
            first, last = used[0], used[-1]
            matched = frozenset(words[i].normal for i in used)
            lacking = bag - matched
            if coverage < 0.999 and (
                lacking & _TELLING_APART or _says_nothing(matched) or _opposed(lacking, normals)
            ):
                continue
            others = whole_terms.get(number, ())
            if _borrows(words, used, bag, others) or _composed(used, bag, others):
                continue
            if words[last].normal in SIDES and leads_on(words, last, matcher.index.vocabulary):
                continue
            between = {words[i].normal for i in range(first, last + 1)} - matched
            if between & NEVER_SKIPPED or is_narrowed(words, first):
                continue
            if between & SITES and matched & SITES and matched & _GROWTHS:
                continue
            if coverage < _NEARLY and not _telling(matched, bag, matcher.index):
                continue
            # "Status post stroke" lacks what the stroke left behind, and says no part of it.
            telling = matched - _LINKS if lacking else matched
            if last - first > 14 or any(telling <= full for full in whole.get(number, ())):
                continue
            out.append(
                Term(
                    words[first].start,
                    words[last].end,
                    slot,
                    number,
                    first,
                    last,
                    coverage if coverage < 0.999 else 0.99,
                    last - first + 1 - len(used),
                    matched,
                )
            )
    return out


def _says_nothing(matched: frozenset[str]) -> bool:
    """Whether words and numbers name where, when, how much or what is looked at, and no more."""
    return all(word in _SAYING_NOTHING or word.isdigit() for word in matched)


def _opposed(lacking: frozenset[str], said: set[str]) -> bool:
    """Whether a sentence says the opposite of a word that it lacks."""
    return any(not said.isdisjoint(_OPPOSED[word]) for word in lacking if word in _OPPOSED)


def _borrows(
    words: Sequence[Word], used: Sequence[int], bag: frozenset[str], others: Sequence[Term]
) -> bool:
    """Whether the match takes a modifier that belongs to another term.

    In "chronic obstructive pulmonary disease with hypercapnic respiratory failure" it is not the
    respiratory failure that is chronic.
    """
    return any(
        words[i].normal in MODIFIERS
        and any(
            other.first_word <= i <= other.last_word and not other.words <= bag for other in others
        )
        for i in used
    )


def _composed(used: Sequence[int], bag: frozenset[str], others: Sequence[Term]) -> bool:
    """Whether the match consists of words that belong to other terms, and to no one of them all.

    "Chest pain, high blood pressure" is no chest pressure.
    """
    owners = [
        {
            number
            for number, other in enumerate(others)
            if other.first_word <= i <= other.last_word and not other.words <= bag
        }
        for i in used
    ]
    return all(owners) and not set.intersection(*owners)


@Language.factory(
    "suggester_partial_terms",
    requires=["doc._.sentences", "doc._.words", "doc._.terms"],
    assigns=["doc._.terms"],
)
def make_partial_terms(nlp: Language, name: str) -> PartialTermFinder:
    """Create the component that adds the partial matches to ``doc._.terms``."""
    return PartialTermFinder()


class PartialTermFinder:
    """Add the terms whose words are scattered or incomplete; needs a term index before use."""

    def __init__(self) -> None:
        self._matcher: PartialMatcher | None = None

    def use(self, index: TermIndex) -> None:
        """Compare with the wordings of ``index`` from now on."""
        self._matcher = PartialMatcher(index)

    def __call__(self, doc: Doc) -> Doc:
        """Add the partial terms of ``doc`` and return it."""
        if self._matcher is None:
            raise RuntimeError("the partial term finder has no term index; call use() first")
        terms = doc._.terms
        doc._.terms = terms + partial_terms(doc._.words, doc._.sentences, terms, self._matcher)
        return doc
