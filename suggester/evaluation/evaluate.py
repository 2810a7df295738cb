"""Evaluate a model on a coded corpus, the dictionary look-up beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter, CodedProcedures
from suggester.evaluation.answered import Answered, answered, patient_of
from suggester.evaluation.baseline import LookUp
from suggester.evaluation.metrics import compute
from suggester.evaluation.mistakes import CodeCounts, count_codes
from suggester.evaluation.procedures import ProcedureEvaluation, measure, scored_procedures
from suggester.evaluation.results import results_of
from suggester.evaluation.scored import Scored
from suggester.suggestions import Result

if TYPE_CHECKING:
    from suggester.engine import Suggester

__all__ = ["CodeCounts", "Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics of the model and of the look-up, and counts for each code.

    ``answered`` and ``look_up`` are what they were computed from, an entry for each encounter whose
    diagnoses were coded. ``procedures`` is None where no encounter of the corpus has coded procedures;
    ``procedure_rows`` are what it was computed from, with the patient of each.
    """

    encounters: int
    metrics: dict[str, float]
    baseline: dict[str, float]
    by_code: tuple[CodeCounts, ...] = field(default=())
    procedures: ProcedureEvaluation | None = None
    answered: tuple[Answered, ...] = ()
    look_up: tuple[Scored, ...] = ()
    procedure_rows: tuple[tuple[str, Scored], ...] = ()


def evaluate(
    suggester: Suggester,
    corpus: Iterable[CodedEncounter],
    progress: Callable[[int], None] = lambda done: None,
    jobs: int = 1,
) -> Evaluation:
    """Run the model and the look-up over ``corpus`` and return the metrics of both.

    They are the same whatever ``jobs`` is, the number of processes that code notes.

    Raises
    ------
    InputError
        An encounter cannot be read.
    """
    look_up = LookUp(suggester.codes)
    rows: list[Answered] = []
    baseline: list[Scored] = []
    procedures: list[tuple[CodedProcedures, Result]] = []
    done: list[tuple[str, Scored]] = []
    every = tuple(corpus)
    results = results_of(suggester, every, jobs)
    for number, (coded, result) in enumerate(zip(every, results, strict=True), 1):
        if coded.diagnoses_coded:
            rows.append(answered(coded, result.diagnoses))
            baseline.append(look_up.score(coded))
        if coded.procedures is not None:
            procedures.append((coded.procedures, result))
            done.append((patient_of(coded), scored_procedures(coded.procedures, result)))
        progress(number)
    return Evaluation(
        len(rows),
        compute([row.scored for row in rows]),
        compute(baseline),
        count_codes(rows),
        measure(procedures) if procedures else None,
        tuple(rows),
        tuple(baseline),
        tuple(done),
    )
