"""From places of the joined text back to the documents of an encounter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from suggester.preprocess.assertion import PRESENT
from suggester.preprocess.sections import section_at
from suggester.suggestions import Evidence, Refusal

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from suggester.candidates.mentions import Mention, NotCoded
    from suggester.candidates.procedures.generate import ProcedureMention
    from suggester.encounter import Encounter

MOST_EVIDENCE = 8


class Places:
    """Maps places of the joined text back to documents."""

    def __init__(self, encounter: Encounter) -> None:
        self._spans = encounter.places()
        self._documents = encounter.documents
        self._several = len(encounter.documents) > 1

    def locate(self, start: int, end: int) -> tuple[int, int, str, str | None]:
        """Return start, end and text within the document, and its id where there are several."""
        for (first, last), document in zip(self._spans, self._documents, strict=True):
            if first <= start < max(last, first + 1):
                a, b = start - first, min(end, last) - first
                return a, b, document.text[a:b], document.id if self._several else None
        raise IndexError("place outside every document")

    def refusal(self, row: NotCoded) -> Refusal:
        """Return a not-coded place as it is shown."""
        start, end, text, document = self.locate(row.start, row.end)
        return Refusal(start, end, text, row.reason, row.cue, row.code, document)

    def evidence(self, mentions: Iterable[Mention | ProcedureMention]) -> tuple[Evidence, ...]:
        """Return the words of the mentions, each place once, the first :data:`MOST_EVIDENCE`."""
        out: dict[tuple[int, int], Evidence] = {}
        for mention in mentions:
            place = (mention.term.start, mention.term.end)
            if place in out:
                continue
            out[place] = self.quote(*place, mention.sentence.section.kind, mention.assertion.kind)
            if len(out) == MOST_EVIDENCE:
                break
        return tuple(out.values())

    def quote_of(self, doc: Doc, first: int, last: int) -> Evidence | None:
        """Return one place of a processed note as evidence; ``None`` where it is none."""
        if not 0 <= first < last:
            return None
        return self.quote(first, last, section_at(doc._.sections, first).kind, PRESENT)

    def quote(self, first: int, last: int, section: str, assertion: str) -> Evidence:
        """Return one place of the joined text as evidence."""
        start, end, text, document = self.locate(first, last)
        return Evidence(start, end, text, section, assertion, document)
