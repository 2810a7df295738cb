"""Metrics of procedures and visits against examples worked by hand."""

from __future__ import annotations

import pytest

from suggester.corpus.gold import CodedProcedures
from suggester.evaluation.procedures import measure
from suggester.suggestions import CANDIDATE, CONFIDENT, Result, Suggestion, Visit

OFFICE = Visit("office", "established", "mdm", "moderate", None, (), "")


def line(code: str, confidence: float, visit: Visit | None = None) -> Suggestion:
    tier = CONFIDENT if confidence >= 0.5 else CANDIDATE
    return Suggestion(1, "cpt", code, "…", confidence, tier, True, (), visit=visit)


def result(*lines: Suggestion) -> Result:
    return Result("note", {}, {}, {}, lines, ())


def test_procedures_visits_and_what_was_not_performed() -> None:
    found = measure(
        [
            (
                CodedProcedures(("17000", "17003"), not_performed=("11102",), visit="99213"),
                result(
                    line("99213", 0.9, OFFICE),
                    line("17000", 0.8),
                    line("11102", 0.6),
                    line("17003", 0.2),
                ),
            ),
            (
                CodedProcedures(("93000",), also={"93000": ("93010",)}, visit="99214"),
                result(line("99215", 0.7, OFFICE), line("71046", 0.55), line("93010", 0.52)),
            ),
            (CodedProcedures((), not_performed=("45378",)), result()),
        ]
    )
    assert found.encounters == 3
    # Confident: 17000 right, 11102 and 71046 wrong, 93010 for 93000; missed: 17003. 2·2 / (4 + 2 + 1).
    assert found.metrics["micro_f1"] == pytest.approx(4 / 7)
    # (1/1 + 2/3) / 2 and 1/2.
    assert found.metrics["map"] == pytest.approx((5 / 6 + 1 / 2) / 2)
    assert (found.first_right, found.in_five) == (0.5, 1.0)
    assert (found.made_lines, found.named) == (1, 2)
    assert (found.visits_right, found.visits) == (1, 2)


def test_a_stand_in_of_a_visit_counts() -> None:
    coded = CodedProcedures((), visit="99214", visit_also=("99213",))
    found = measure([(coded, result(line("99213", 0.9, OFFICE)))])
    assert (found.visits_right, found.visits, found.first_right) == (1, 1, 0.0)
