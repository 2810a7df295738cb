"""Evaluate a model on a coded corpus, the dictionary look-up beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter, CodedProcedures
from suggester.evaluation.baseline import LookUp
from suggester.evaluation.metrics import Scored, compute, f1
from suggester.evaluation.procedures import ProcedureEvaluation, measure
from suggester.evaluation.settle import settle
from suggester.suggestions import CONFIDENT, SYSTEMS, Result

if TYPE_CHECKING:
    from suggester.engine import Suggester


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How often a code was rightly, wrongly and not suggested as confident."""

    code: str
    true_positive: int
    false_positive: int
    false_negative: int

    @property
    def f1(self) -> float:
        """F1 of this code alone."""
        return f1(self.true_positive, self.false_positive, self.false_negative)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics of the model and of the look-up, and counts for each code.

    ``procedures`` is None where no encounter of the corpus has coded procedures.
    """

    encounters: int
    metrics: dict[str, float]
    baseline: dict[str, float]
    by_code: tuple[CodeCounts, ...] = field(default=())
    procedures: ProcedureEvaluation | None = None


def evaluate(
    suggester: Suggester,
    corpus: Iterable[CodedEncounter],
    progress: Callable[[int], None] = lambda done: None,
) -> Evaluation:
    """Run the model and the look-up over ``corpus`` and return the metrics of both.

    Raises
    ------
    InputError
        An encounter cannot be read.
    """
    look_up = LookUp(suggester.codes)
    rows: list[Scored] = []
    baseline: list[Scored] = []
    procedures: list[tuple[CodedProcedures, Result]] = []
    for number, coded in enumerate(corpus, 1):
        systems = ("icd10cm",) if coded.procedures is None else SYSTEMS
        result = suggester.suggest(coded.encounter, systems=systems)
        if coded.diagnoses_coded:
            confidence = {s.code: s.confidence for s in result.diagnoses}
            sure = {s.code for s in result.diagnoses if s.tier == CONFIDENT}
            rows.append(settle(coded, list(confidence), sure, confidence))
            baseline.append(look_up.score(coded))
        if coded.procedures is not None:
            procedures.append((coded.procedures, result))
        progress(number)
    return Evaluation(
        len(rows),
        compute(rows),
        compute(baseline),
        _by_code(rows),
        measure(procedures) if procedures else None,
    )


def _by_code(rows: list[Scored]) -> tuple[CodeCounts, ...]:
    codes = sorted({code for row in rows for code in row.gold | row.confident})
    return tuple(
        CodeCounts(
            code,
            sum(code in row.gold and code in row.confident for row in rows),
            sum(code not in row.gold and code in row.confident for row in rows),
            sum(code in row.gold and code not in row.confident for row in rows),
        )
        for code in codes
    )
