"""Procedure terms: the places in a note that name a procedure, or a detail that chooses its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.note_text import text_of
from suggester.preprocess.procedure_index import ProcedureIndex
from suggester.preprocess.sections import Section
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term, find_terms, note_words


class ProcedureTerm(NamedTuple):
    """A place that matches a phrase or a cue; ``row`` as the index counts them."""

    term: Term
    row: int


for _name, _default in (
    ("procedure_terms", ()),
    ("procedure_sentences", ()),
    ("date_of_service", None),
):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory(
    "suggester_procedure_terms",
    requires=["doc._.sections", "doc._.sentences"],
    assigns=["doc._.procedure_terms", "doc._.procedure_sentences"],
)
def make_procedure_terms(nlp: Language, name: str) -> ProcedureTermFinder:
    """Create the component that fills ``doc._.procedure_terms``."""
    return ProcedureTermFinder()


class ProcedureTermFinder:
    """Find what procedures are called, and their attributes; needs an index before use.

    Headings are read with the first sentence under them: "EKG: sinus rhythm" names the EKG in one.
    """

    def __init__(self) -> None:
        self._index: ProcedureIndex | None = None

    def use(self, index: ProcedureIndex) -> None:
        """Look phrases up in ``index`` from now on."""
        self._index = index

    def __call__(self, doc: Doc) -> Doc:
        """Find the procedure terms of ``doc`` and return it."""
        if self._index is None:
            raise RuntimeError("the procedure finder has no index; call use() first")
        sentences = with_headings(doc._.sections, doc._.sentences)
        words = note_words(text_of(doc), sentences, labels=True)
        doc._.procedure_sentences = sentences
        doc._.procedure_terms = [
            ProcedureTerm(term, row)
            for term in find_terms(words, self._index)
            for row in self._index.rows(term.slot)
        ]
        doc._.procedure_terms += [
            ProcedureTerm(term, self._index.described_from + row)
            for term, row in self._index.described.find(words, sentences)
        ]
        return doc


def with_headings(
    sections: Sequence[Section], sentences: Sequence[Sentence]
) -> tuple[Sentence, ...]:
    """Return the sentences with each heading joined to the first under it, or alone."""
    first: dict[int, int] = {}
    for number, sentence in enumerate(sentences):
        first.setdefault(sentence.section.start, number)
    out = list(sentences)
    for section in sections:
        if not section.heading:
            continue
        if section.start in first:
            number = first[section.start]
            out[number] = replace(out[number], start=section.start)
        else:
            out.append(Sentence(section.start, section.body_start, section, -1, False, True, 0))
    return tuple(sorted(out, key=lambda sentence: sentence.start))
