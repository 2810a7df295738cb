"""Precision by band and coverage against examples worked by hand."""

from __future__ import annotations

import json

import pytest

from suggester.review.confidence import bands, best_at_precision, coverage_curve, scored, together
from suggester.review.statistics import DecidedCode, Outcome


def decided(outcome: Outcome, confidence: float | None = None) -> DecidedCode:
    return DecidedCode("E1", "icd10cm", "I10", "2026-W31", "ada", "1.0.0", outcome, confidence)


# Five assigned codes: three suggested with a confidence, one without, one typed.
ROWS = [
    decided("accepted", 1.0),
    decided("typed_although_suggested", 0.9),
    decided("left", 0.9),
    decided("accepted", 0.55),
    decided("edited", 0.5),
    decided("rejected", 0.05),
    decided("accepted"),
    decided("added"),
]


def test_ten_bands_of_equal_width() -> None:
    found = bands(scored(ROWS))
    assert [(b.low, b.high) for b in found][:2] == [(0, 0.1), (0.1, 0.2)]
    assert [b.suggested for b in found] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 3]
    assert [b.chosen for b in found] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 2]


def test_a_band_says_what_was_promised_and_kept() -> None:
    last, middle, empty = bands(scored(ROWS))[9], bands(scored(ROWS))[5], bands(scored(ROWS))[3]
    assert last.mean_confidence == pytest.approx((1 + 0.9 + 0.9) / 3)
    assert last.precision == pytest.approx(2 / 3)
    assert last.coverage == pytest.approx(2 / 5)
    assert middle.precision == pytest.approx(1 / 2)
    assert (empty.mean_confidence, empty.precision, empty.coverage) == (None, None, 0)


def test_bands_without_an_assigned_code_cover_nothing() -> None:
    assert bands(scored([decided("left", 0.3)]))[3].coverage is None
    assert [b.suggested for b in bands(scored([]))] == [0] * 10


def test_curve_passes_equal_confidences_together() -> None:
    points = [(p.confidence, p.suggested, p.chosen) for p in coverage_curve(scored(ROWS))]
    assert points == [(1.0, 1, 1), (0.9, 3, 2), (0.55, 4, 3), (0.5, 5, 3), (0.05, 6, 3)]
    third = coverage_curve(scored(ROWS))[2]
    assert third.precision == pytest.approx(3 / 4)
    assert third.coverage == pytest.approx(3 / 5)


def test_coverage_at_a_precision() -> None:
    best = best_at_precision(coverage_curve(scored(ROWS)))
    assert best is not None
    assert (best.confidence, best.coverage) == (1.0, 1 / 5)
    wide = best_at_precision(coverage_curve(scored(ROWS)), 0.6)
    assert wide is not None
    assert (wide.confidence, wide.coverage) == (0.55, 3 / 5)  # 0.5 covers no more


def test_precision_may_fall_and_rise_again() -> None:
    rows = [decided("left", 0.99), *(decided("accepted", 0.9) for _ in range(19))]
    best = best_at_precision(coverage_curve(scored(rows)))  # 0 of 1, then 19 of 20: exactly 95 %
    assert best is not None
    assert (best.confidence, best.precision, best.coverage) == (0.9, 0.95, 1)


def test_no_point_reaches_the_precision() -> None:
    assert (
        best_at_precision(coverage_curve(scored([decided("left", 0.99), decided("accepted", 0.5)])))
        is None
    )
    assert best_at_precision(coverage_curve(scored([]))) is None
    assert coverage_curve(scored([decided("left", 0.9)])) == ()


def test_json_forms() -> None:
    assert json.loads(json.dumps(bands(scored(ROWS))[9].to_dict()))["chosen"] == 2
    assert json.loads(json.dumps(coverage_curve(scored(ROWS))[0].to_dict()))["coverage"] == 0.2


def test_counts_of_parts_are_those_of_the_whole() -> None:
    assert together([scored(ROWS[:3]), scored(ROWS[3:])]) == scored(ROWS)
    assert scored(ROWS).assigned == 5
