"""The bootstrap: patients drawn together, the same draws for both models, the same figures each time."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.evaluation.metrics import METRICS, compute
from suggester.evaluation.resampling import Interval, differences, intervals, weight_blocks
from suggester.evaluation.scored import Scored
from tests.evaluation.test_ranked import invented

NAMES = tuple(METRICS)


def scored(gold: str, sure: str, confidence: float = 0.9) -> Scored:
    codes = tuple(sure.split())
    return Scored(
        frozenset(gold.split()), codes, frozenset(codes), dict.fromkeys(codes, confidence)
    )


RIGHT, WRONG = scored("I10", "I10"), scored("I10", "J90")


def test_the_value_is_that_of_the_metric() -> None:
    rows = invented(3)
    found = intervals(rows, [str(n) for n in range(len(rows))], NAMES, resamples=100)
    assert {name: one.value for name, one in found.items()} == pytest.approx(compute(rows))
    assert all(one.low <= one.high for one in found.values())


@pytest.mark.parametrize("seed", range(5))
def test_a_resample_has_the_figures_of_its_encounters_counted_so_often(seed: int) -> None:
    rows = invented(seed)
    (weights,) = weight_blocks([str(n) for n in range(len(rows))], 1, seed, 1)
    drawn = [row for row, times in zip(rows, weights[0], strict=True) for _ in range(int(times))]
    assert len(drawn) == len(rows)
    found = intervals(rows, [str(n) for n in range(len(rows))], NAMES, resamples=1, seed=seed)
    present = {code for row in rows for code in row.gold}
    for name in NAMES:
        # The codes that micro-AUC looks at are always those of the whole evaluation.
        if name != "auc_micro" or {code for row in drawn for code in row.gold} == present:
            assert found[name].low == pytest.approx(METRICS[name](drawn)), name


def test_encounters_of_one_patient_are_drawn_together() -> None:
    rows = [RIGHT, RIGHT, WRONG, WRONG]
    # One patient: every resample is the corpus itself.
    one = intervals(rows, ["a"] * 4, ("micro_f1",))["micro_f1"]
    assert one == Interval(0.5, 0.5, 0.5)
    # Two, one always right, one always wrong: a quarter of the draws has only the one, a quarter the other.
    two = intervals(rows, ["a", "a", "b", "b"], ("micro_f1",))["micro_f1"]
    assert (two.low, two.high) == (0.0, 1.0)
    (weights,) = weight_blocks(["a", "b", "a"], 50, 0, 50)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 0] + weights[:, 1] == 2).all()


def test_many_patients_give_a_narrow_interval() -> None:
    # 400 encounters, half right: the standard error of the share is √(.25 / 400) = 0.025.
    found = intervals([RIGHT, WRONG] * 200, [str(n) for n in range(400)], ("exact_match",))
    one = found["exact_match"]
    assert one.value == 0.5
    assert one.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.01)
    assert one.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.01)


def test_the_same_seed_gives_the_same_draws_however_many_at_once() -> None:
    patients = ["a", "b", "c", "a"]
    whole = np.vstack(list(weight_blocks(patients, 20, 7, 20)))
    parts = np.vstack(list(weight_blocks(patients, 20, 7, 3)))
    assert (whole == parts).all()
    assert (whole != np.vstack(list(weight_blocks(patients, 20, 8, 20)))).any()


def test_differences_come_from_the_same_patients() -> None:
    rows = [RIGHT, WRONG] * 10
    patients = [str(n) for n in range(20)]
    same = differences(rows, rows, patients, ("micro_f1",))[0]
    assert (same.low, same.high, same.better, same.verdict) == (0.0, 0.0, 0.5, "unclear")
    best = differences(rows, [RIGHT] * 20, patients, ("micro_f1",))[0]
    assert (best.base, best.other, best.verdict) == (0.5, 1.0, "better")
    assert best.better == 1.0
    assert 0 < best.low < 0.5 < best.high


def test_less_calibration_error_is_better() -> None:
    # Always right at confidence .9 and at .5: off by 0.1 and by 0.5.
    base, other = [scored("I10", "I10", 0.5)] * 5, [scored("I10", "I10", 0.9)] * 5
    row = differences(base, other, list("abcde"), ("ece",))[0]
    assert (row.base, row.other) == pytest.approx((0.5, 0.1))
    assert (row.verdict, row.better) == ("better", 1.0)
    back = differences(other, base, list("abcde"), ("ece",))[0]
    assert (back.verdict, back.better) == ("worse", 0.0)


def test_nothing_to_resample() -> None:
    assert intervals([], [], ("map",)) == {"map": Interval(0.0, 0.0, 0.0)}
    assert differences([], [], [], ("map",))[0].verdict == "unclear"
    with pytest.raises(ValueError, match="same encounters"):
        differences([RIGHT], [], ["a"], ("map",))
