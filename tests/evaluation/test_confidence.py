"""Reliability, the curve of precision and coverage, and what is certain about a threshold."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.evaluation.certain import certain, lower_bound, taken_at
from suggester.evaluation.reliability import curve, reliability
from suggester.evaluation.scored import Scored


def said(gold: str, **confidence: float) -> Scored:
    given = {name.replace("_", "."): value for name, value in confidence.items()}
    order = sorted(given, key=lambda code: -given[code])
    return Scored(frozenset(gold.split()), tuple(order), frozenset(), given)


ROWS = [said("I10 E11.9", I10=0.92, E11_9=0.35), said("I10", I10=0.98, R05_9=0.31)]


def test_bins_of_confidence() -> None:
    low, high = reliability(ROWS, ["a", "b"])
    # .35 right and .31 wrong; .92 and .98 right.
    assert (low.low, low.high, low.number) == (0.3, 0.4, 2)
    assert low.said == pytest.approx(0.33)
    assert low.held.value == 0.5
    # Drawn twice, the first patient gives 1, the second 0.
    assert (low.held.low, low.held.high) == (0.0, 1.0)
    assert high.said == pytest.approx(0.95)
    assert (high.number, high.held.value) == (2, 1.0)
    assert reliability([], []) == ()


def test_curve_of_precision_and_coverage() -> None:
    # .98 right, .92 right, .35 right: all 3 gold codes found; .31 wrong.
    assert [(p.confidence, p.precision, p.coverage) for p in curve(ROWS)] == [
        (0.98, 1.0, pytest.approx(1 / 3)),
        (0.92, 1.0, pytest.approx(2 / 3)),
        (0.35, 1.0, 1.0),
        (0.31, 0.75, 1.0),
    ]
    assert curve([]) == ()


def test_a_long_curve_keeps_the_point_of_best_coverage() -> None:
    rows = [said("I10" if n != 150 else "E11.9", I10=0.99 - n / 1000) for n in range(600)]
    # 599 of 600 are right: the list holds 95 % to its very end.
    points = curve(rows)
    assert len(points) <= 201
    assert points[-1].coverage == pytest.approx(599 / 600)


def test_a_bound_without_errors() -> None:
    # (1 - risk)^n = δ where nothing was wrong: 0.05^(1/59) = 0.9505, 0.05^(1/10) = 0.7411.
    assert lower_bound(1.0, 59, 0.05) == pytest.approx(0.9505, abs=1e-4)
    assert lower_bound(1.0, 10, 0.05) == pytest.approx(0.7411, abs=1e-4)
    assert lower_bound(1.0, 0, 0.05) == 0.0


def test_a_bound_of_hoeffding() -> None:
    # n = 100, mean risk 0.1, δ = 0.05: the divergence of 0.1 from 0.2 is
    # 0.1·ln(0.1/0.2) + 0.9·ln(0.9/0.8) = 0.0367, so e^(-3.67) = 0.0255: 0.2 is refuted.
    # Of 0.18: 0.1·ln(0.1/0.18) + 0.9·ln(0.9/0.82) = 0.0250, e^(-2.5) = 0.082: it is not.
    assert 1 - 0.2 < lower_bound(0.9, 100, 0.05) <= 1 - 0.18


def test_the_bound_keeps_its_promise() -> None:
    # Shares of right codes of 60 patients, drawn 400 times from one whose mean is 0.9.
    rng = np.random.default_rng(5)
    draws = rng.choice([0.5, 1.0], p=[0.2, 0.8], size=(400, 60)).mean(axis=1)
    broken = np.mean([lower_bound(float(mean), 60, 0.05) > 0.9 for mean in draws])
    assert broken <= 0.05


def test_thresholds_count_patients_not_notes() -> None:
    rows = [said("I10", I10=0.97), said("I10", I10=0.96, R05_9=0.96), said("J90", I10=0.7)]
    row = taken_at(rows, ["a", "a", "b"], thresholds=(0.6, 0.95))
    # From .95 up: one patient with 3 codes, 2 right; from .6 up also b with one, wrong.
    assert (row[1].codes, row[1].right, row[1].patients) == (3, 2, 1)
    assert row[1].precision == pytest.approx(2 / 3)
    assert row[1].coverage == pytest.approx(2 / 3)
    assert (row[0].codes, row[0].right, row[0].patients) == (4, 2, 2)
    assert row[0].precision == pytest.approx((2 / 3 + 0) / 2)
    assert certain(row) is None


def test_a_hundred_patients_without_an_error_are_enough() -> None:
    rows = [said("I10", I10=0.97)] * 150
    found = taken_at(rows, [str(n) for n in range(150)])
    sure = certain(found)
    assert sure is not None
    assert sure.threshold == 0.5
    # δ is divided among 6 thresholds: (0.05 / 6)^(1/150) = 0.9686.
    assert sure.bound == pytest.approx(0.9686, abs=1e-4)
    assert certain(taken_at(rows[:60], [str(n) for n in range(60)])) is None
