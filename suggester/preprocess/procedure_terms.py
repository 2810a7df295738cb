"""Procedure terms: the places in a note that name a procedure, or a detail that chooses its code."""

from __future__ import annotations

from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.procedure_index import ProcedureIndex
from suggester.preprocess.terms import Term, find_terms


class ProcedureTerm(NamedTuple):
    """A place that matches a phrase or a cue; ``row`` counts the phrases first, then the cues."""

    term: Term
    row: int


if not Doc.has_extension("procedure_terms"):
    Doc.set_extension("procedure_terms", default=())


@Language.factory(
    "suggester_procedure_terms", requires=["doc._.words"], assigns=["doc._.procedure_terms"]
)
def make_procedure_terms(nlp: Language, name: str) -> ProcedureTermFinder:
    """Create the component that fills ``doc._.procedure_terms``."""
    return ProcedureTermFinder()


class ProcedureTermFinder:
    """Find what procedures are called, and their attributes; needs an index before use."""

    def __init__(self) -> None:
        self._index: ProcedureIndex | None = None

    def use(self, index: ProcedureIndex) -> None:
        """Look phrases up in ``index`` from now on."""
        self._index = index

    def __call__(self, doc: Doc) -> Doc:
        """Find the procedure terms of ``doc`` and return it."""
        if self._index is None:
            raise RuntimeError("the procedure finder has no index; call use() first")
        doc._.procedure_terms = [
            ProcedureTerm(term, row)
            for term in find_terms(doc._.words, self._index)
            for row in self._index.rows(term.slot)
        ]
        return doc
