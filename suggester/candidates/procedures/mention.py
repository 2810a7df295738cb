"""What the note says of a procedure code: the places that speak for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from suggester.candidates.procedures.choice import Option
from suggester.candidates.procedures.status import Status
from suggester.lexicon.procedure_rows import ProcedureCode
from suggester.preprocess.scope import Assertion
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term


class ProcedureMention(NamedTuple):
    """One place that speaks for a procedure code; ``rank`` 0 is the best code of its family there."""

    term: Term
    sentence: Sentence
    assertion: Assertion
    status: Status
    option: Option
    rank: int


@dataclass(slots=True)
class ProcedureCandidate:
    """A procedure code the note may document, with every mention of it.

    ``units`` counts the code, ``derived_from`` names the codes it follows from and ``rule`` says why.
    """

    code: ProcedureCode
    mentions: list[ProcedureMention] = field(default_factory=list)
    #: Best score of another code of the same family, and how many of them are candidates.
    rival: float = -5.0
    rivals: int = 0
    units: int = 1
    derived_from: tuple[str, ...] = ()
    rule: str = ""
