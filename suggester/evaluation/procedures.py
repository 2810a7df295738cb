"""How well procedures and visits of coded encounters are suggested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggester.corpus.gold import CodedProcedures
from suggester.evaluation.metrics import METRICS, OF_DIAGNOSES, compute
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import settle
from suggester.suggestions import CONFIDENT, Result

#: Metrics of procedures: those that do not rest on the hierarchy of ICD-10-CM.
METRICS_OF_PROCEDURES = tuple(name for name in METRICS if name not in OF_DIAGNOSES)


@dataclass(frozen=True, slots=True)
class ProcedureEvaluation:
    """Counts and metrics of procedures.

    Attributes
    ----------
    encounters
        Those whose procedures were coded.
    metrics
        As for diagnoses, over the codes of what was done; visits (E/M) are left out.
    first_right, in_five
        Share of the encounters with a procedure whose first suggestion, and one of whose first five, is
        right.
    named, made_lines
        Codes named and not performed, and those of them that are confident all the same.
    visits, visits_right
        Encounters with a coded visit, and those whose level was suggested exactly.
    """

    encounters: int
    metrics: dict[str, float]
    first_right: float
    in_five: float
    named: int
    made_lines: int
    visits: int
    visits_right: int


def scored_procedures(coded: CodedProcedures, result: Result) -> Scored:
    """Return the suggested procedures of one encounter, visits left out, beside its gold codes."""
    done = [s for s in result.procedures if s.visit is None]
    confidence = {s.code: s.confidence for s in done}
    sure = {s.code for s in done if s.tier == CONFIDENT}
    return settle(coded, list(confidence), sure, confidence)


def measure(encounters: Sequence[tuple[CodedProcedures, Result]]) -> ProcedureEvaluation:
    """Return the metrics of the procedures suggested for coded encounters."""
    rows = []
    first = five = with_any = named = made = visits = right = 0
    for coded, result in encounters:
        done = [s for s in result.procedures if s.visit is None]
        sure = {s.code for s in done if s.tier == CONFIDENT}
        row = scored_procedures(coded, result)
        rows.append(row)
        if row.gold:
            accepted = {*coded.codes, *(c for others in coded.also.values() for c in others)}
            hits = [s.code in accepted for s in done[:5]]
            with_any += 1
            first += hits[:1] == [True]
            five += any(hits)
        named += len(set(coded.not_performed))
        made += len(sure & set(coded.not_performed))
        if coded.visit:
            visits += 1
            level = next((s.code for s in result.procedures if s.visit is not None), "")
            right += level in {coded.visit, *coded.visit_also}
    share = max(1, with_any)
    return ProcedureEvaluation(
        len(rows),
        compute(rows, METRICS_OF_PROCEDURES),
        first / share,
        five / share,
        named,
        made,
        visits,
        right,
    )
