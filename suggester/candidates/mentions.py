"""Candidate codes and the places of the note that speak for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Doc

from suggester.candidates.specificity import Chosen
from suggester.preprocess.assertion import HISTORICAL, PRESENT, UNCERTAIN, Assertion
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term

#: Kind of a mention whose code a number selects; the kinds of wordings are in ``term_index``.
MEASURED = 4
#: Kind of a mention whose code a rule derived from other candidates.
DERIVED = 5
#: Kind of a mention whose wording a corpus taught to lead to the code.
LEARNED = 6
#: Kind of a mention by words that a per-code model of a corpus counts for the code.
TAUGHT = 7
#: Rank of a code that coders choose between with the best reading's.
NEIGHBOUR = 5


class Mention(NamedTuple):
    """One place that speaks for a candidate code.

    Attributes
    ----------
    kind
        Where the wording comes from: a kind of ``term_index``, :data:`MEASURED`, :data:`DERIVED`,
        :data:`LEARNED` or :data:`TAUGHT`.
    rank
        0 where the code is the best reading of the place, 1 to 4 for its nearest rivals,
        :data:`NEIGHBOUR` for a code that coders choose between with it.
    companion
        Whether the code comes second in a row of the lexicon that leads to several.
    ambiguous
        Number of meanings the wording could have here.
    turned
        Whether "history of" or a relative led from the condition to its Z code.
    placed
        Whether the site was taken from elsewhere in the problem, or from the complaint.
    """

    term: Term
    sentence: Sentence
    assertion: Assertion
    kind: int
    chosen: Chosen
    rank: int
    companion: bool
    ambiguous: int
    turned: bool = False
    placed: bool = False

    @property
    def is_meant(self) -> bool:
        """Whether the place means the code before all others, as present."""
        return self.rank == 0 and self.assertion.kind == PRESENT

    @property
    def is_outright(self) -> bool:
        """Whether the place means the code by all words of its own name, not beside another's."""
        return (
            self.is_meant and self.term.coverage >= 0.999 and not self.companion and not self.turned
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code the note may support, with every mention of it, best first.

    ``rule`` and ``parts`` say which rule derived the code from which others; both are empty for a
    code that the note's words lead to.
    """

    code: str
    mentions: tuple[Mention, ...]
    alternatives: tuple[str, ...]
    rule: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCoded:
    """A condition the note names without meaning that the patient has it now."""

    start: int
    end: int
    reason: str
    cue: str
    code: str


def keep(found: dict[str, list[Mention]], code: str, mentions: list[Mention]) -> None:
    """Leave a code of ``found`` these of its mentions, and take it out where that is none."""
    if mentions:
        found[code] = mentions
    else:
        del found[code]


def term_at(doc: Doc, start: int, end: int, sentence: int) -> Term:
    """Return the words between two offsets of a note as a term of no wording."""
    inside = [i for i, word in enumerate(doc._.words) if start <= word.start < end]
    return Term(
        start=start,
        end=end,
        slot=-1,
        sentence=sentence,
        first_word=inside[0] if inside else 0,
        last_word=inside[-1] if inside else 0,
        coverage=1.0,
        gap=0,
        words=frozenset(doc._.words[i].normal for i in inside),
    )


def counted_at(doc: Doc, code: str, start: int, end: int, sentence: int) -> Mention:
    """Return the mention of a code that a number or a result between two offsets selects."""
    return Mention(
        term=term_at(doc, start, end, sentence),
        sentence=doc._.sentences[sentence],
        assertion=Assertion(PRESENT),
        kind=MEASURED,
        chosen=Chosen(code, 0.5, 1.0, 0.0, False, False, False),
        rank=0,
        companion=True,
        ambiguous=1,
    )


def taught_at(code: str, kind: int, term: Term, sentence: Sentence, said: Assertion) -> Mention:
    """Return the mention of a code to which a corpus taught a term to lead, of that ``kind``."""
    return Mention(
        term=term,
        sentence=sentence,
        assertion=said,
        kind=kind,
        chosen=Chosen(code, 0.0, 0.0, 0.0, True, False, False),
        rank=0,
        companion=False,
        ambiguous=1,
    )


_ASSERTED = {PRESENT: 0, HISTORICAL: 1, UNCERTAIN: 2}
_PLACES = {
    "diagnosis": 0,
    "assessment": 1,
    "assessment_plan": 1,
    "plan": 2,
    "indication": 3,
    "hospital_course": 3,
    "findings": 3,
    "chief_complaint": 4,
    "body": 4,
    "hpi": 5,
}


def mention_order(mention: Mention) -> tuple[float, ...]:
    """Sort key: present before uncertain, conclusions before history, better matches first."""
    return (
        _ASSERTED.get(mention.assertion.kind, 3),
        _PLACES.get(mention.sentence.section.kind, 6),
        mention.rank,
        -mention.term.coverage,
        mention.kind,
        mention.term.start,
        mention.term.end,
    )


def outermost(rows: Iterable[NotCoded]) -> list[NotCoded]:
    """Return the places in order, without those inside a longer one of the same reason."""
    out: list[NotCoded] = []
    for row in sorted(rows, key=lambda row: (row.start, -row.end)):
        inside = any(
            o.start <= row.start and row.end <= o.end and o.reason == row.reason for o in out[-3:]
        )
        if not inside:
            out.append(row)
    return out
