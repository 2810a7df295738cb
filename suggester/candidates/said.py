"""What a note says: its terms without those that are part of longer ones, and its present words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from spacy.tokens import Doc

from suggester.candidates.context import ContextReader
from suggester.candidates.learned import wording
from suggester.candidates.phrases import phrases_in
from suggester.candidates.senses import Senses
from suggester.preprocess.assertion import FAMILY, HISTORICAL, PRESENT, Assertion
from suggester.preprocess.note_text import text_of
from suggester.preprocess.terms import Term

Judged = tuple[Term, Assertion]
#: Letters of the shortest word that a corpus may teach to lead to a code.
_SHORTEST_WORD = 3


def uncovered_terms(
    doc: Doc,
    contradicted: Callable[[Doc, Term], bool],
    senses: Senses,
    earlier: frozenset[int] = frozenset(),
) -> tuple[list[Judged], list[Judged]]:
    """Drop terms that are part of a longer term with the same words, and contradicted ones.

    So are those of an exacerbation at one of the places ``earlier``, which is none of today.

    A longer term that means nothing here, for want of its context, covers none.

    Those of relatives are returned apart: "mother had breast cancer" may be one term, yet the breast
    cancer is shown as not coded.
    """
    longer: dict[int, list[Term]] = defaultdict(list)
    dropped = {id(t) for t in doc._.terms if "without" in t.words and contradicted(doc, t)}
    if earlier:
        dropped |= {
            id(t)
            for t in doc._.terms
            if not earlier.isdisjoint(range(t.first_word, t.last_word + 1)) and len(t.words) > 1
        }
    for term in doc._.terms:
        if id(term) in dropped:
            continue
        if term.coverage >= 0.999 and len(term.words) > 1 and _means(doc, term, senses):
            longer[term.sentence].append(term)
    kept: list[Judged] = []
    relatives: list[Judged] = []
    for term, assertion in zip(doc._.terms, doc._.assertions, strict=True):
        if id(term) in dropped:
            continue
        covered = any(
            other is not term
            and other.first_word <= term.first_word
            and term.last_word <= other.last_word
            and term.words < other.words
            and other.gap <= 3
            for other in longer[term.sentence]
        )
        if not covered or assertion.kind == HISTORICAL:
            # "History of asthma" is one phrase, yet the asthma may be treated now.
            kept.append((term, assertion))
        elif assertion.kind == FAMILY:
            relatives.append((term, assertion))
    return kept, relatives


def _means(doc: Doc, term: Term, senses: Senses) -> bool:
    """Whether the context admits a meaning of the term."""
    sentence = doc._.sentences[term.sentence]
    return bool(senses.of(term.slot, text_of(doc)[sentence.start : sentence.end].lower()))


def sayings(
    doc: Doc, terms: list[Judged], reader: ContextReader, phrases: frozenset[int] = frozenset()
) -> Iterator[tuple[str, Term, Assertion]]:
    """Yield the wordings a note holds as present: terms, then ``phrases`` by key, then single words."""
    for term, assertion in terms:
        if assertion.kind == PRESENT and term.coverage >= 0.999:
            yield wording(term.words), term, assertion
    said = Assertion(PRESENT)
    if phrases:
        for name, term in phrases_in(doc._.words, reader, phrases):
            yield name, term, said
    for i, word in reader.present():
        if len(word.normal) >= _SHORTEST_WORD:
            words = frozenset({word.normal})
            yield (
                wording(words),
                Term(word.start, word.end, -1, word.sentence, i, i, 1.0, 0, words),
                said,
            )
