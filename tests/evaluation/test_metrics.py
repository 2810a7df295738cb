"""Every metric against examples worked by hand."""

from __future__ import annotations

import pytest

from suggester.evaluation.metrics import (
    METRICS,
    Scored,
    average_precision,
    compute,
    expected_calibration_error,
    f1,
    micro,
    precision_at,
    recall_at,
)


def scored(gold: str, ranked: str, confident: str, *confidence: float) -> Scored:
    codes = tuple(ranked.split())
    given = confidence or tuple(0.5 for _ in codes)
    return Scored(
        frozenset(gold.split()),
        codes,
        frozenset(confident.split()),
        dict(zip(codes, given, strict=True)),
    )


# Three encounters.
# One:   gold A B,   ranked A X B Y    (hits 1 0 1 0), confident A X.
# Two:   gold C,     ranked Y C        (hits 0 1),     confident C.
# Three: gold D E,   ranked E          (hits 1),       confident none.
ROWS = [
    scored("A10.1 B20", "A10.1 X30 B20 Y40", "A10.1 X30", 0.9, 0.8, 0.3, 0.1),
    scored("C50.9", "Y40 C50.9", "C50.9", 0.4, 0.6),
    scored("D60 E70.1", "E70.1", "", 0.2),
]


def test_average_precision() -> None:
    # Hits at ranks 1 and 3 of 2 gold codes: (1/1 + 2/3) / 2 = 5/6.
    assert average_precision([True, False, True, False], 2) == pytest.approx(5 / 6)
    # A gold code that is never ranked adds nothing: (1/1) / 2.
    assert average_precision([True], 2) == pytest.approx(1 / 2)
    assert average_precision([False, False], 1) == 0
    assert average_precision([], 0) == 0


def test_recall_and_precision_at_a_length() -> None:
    hits = [True, False, True, False, False, True]
    # Of 4 gold codes 2 are among the first 5; of 5 places 2 hold one.
    assert recall_at(hits, 4, 5) == pytest.approx(2 / 4)
    assert precision_at(hits, 5) == pytest.approx(2 / 5)
    # Fewer codes than places: the empty places count against precision.
    assert precision_at([True], 5) == pytest.approx(1 / 5)
    assert recall_at([True], 0, 5) == 0


def test_f1() -> None:
    # Precision 2/3, recall 2/4: 2 · (2/3 · 1/2) / (2/3 + 1/2) = 4/7.
    assert f1(2, 1, 2) == pytest.approx(4 / 7)
    assert f1(0, 0, 0) == f1(0, 3, 2) == 0
    assert f1(3, 0, 0) == 1


def test_expected_calibration_error() -> None:
    # Bin 0.9–1.0: said 0.95 + 0.95 = 1.9, held 1 → 0.9. Bin 0.2–0.3: said 0.2, held 0 → 0.2.
    # (0.9 + 0.2) / 3 pairs.
    assert expected_calibration_error([0.95, 0.95, 0.2], [True, False, False]) == pytest.approx(
        1.1 / 3
    )
    # Within one bin too high and too low cancel: said 0.92 + 0.98 = 1.9, held 2 → 0.1 / 2.
    assert expected_calibration_error([0.92, 0.98], [True, True]) == pytest.approx(0.05)
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0
    assert expected_calibration_error([], []) == 0


def test_micro_counts_over_all_encounters() -> None:
    # True: A, C. Wrong: X. Missed: B, D, E. Precision 2/3, recall 2/5, F1 4/8.
    assert micro(ROWS) == pytest.approx((2 / 3, 2 / 5, 4 / 8))
    assert micro([]) == (0, 0, 0)


def test_micro_of_categories() -> None:
    # E11.9 beside E11.65 is a hit in its category; I10 is missed: 1 true, 0 wrong, 1 missed → 2/3.
    rows = [scored("E11.65 I10", "E11.9", "E11.9")]
    assert micro(rows, 3)[2] == pytest.approx(2 / 3)
    assert METRICS["category_f1"](rows) == pytest.approx(2 / 3)
    assert METRICS["micro_f1"](rows) == 0


#: Worked out on ROWS.
BY_HAND = {
    # (5/6 + 1/2 + 1/2) / 3
    "map": (5 / 6 + 1 / 2 + 1 / 2) / 3,
    # First 2 of one: A → 1/2; first 1 of two: Y → 0; first 2 of three: E → 1/2.
    "r_precision": (1 / 2 + 0 + 1 / 2) / 3,
    # 2, 1 and 1 hits in 5 places.
    "precision_at_5": (2 / 5 + 1 / 5 + 1 / 5) / 3,
    "precision_at_8": (2 / 8 + 1 / 8 + 1 / 8) / 3,
    "precision_at_15": (2 / 15 + 1 / 15 + 1 / 15) / 3,
    "recall_at_5": (2 / 2 + 1 / 1 + 1 / 2) / 3,
    "recall_at_10": (2 / 2 + 1 / 1 + 1 / 2) / 3,
    "recall_at_15": (2 / 2 + 1 / 1 + 1 / 2) / 3,
    "micro_precision": 2 / 3,
    "micro_recall": 2 / 5,
    "micro_f1": 1 / 2,
    # A and C have F1 1; B, D and E 0; X is gold nowhere and does not count: 2/5.
    "macro_f1": 2 / 5,
    # Categories are as the codes here.
    "category_f1": 1 / 2,
    # Gold A00–B99 | C00–D49 | D50–D89, E00–E89; confident A00–B99, V00–Y99 | C00–D49 | none:
    # 2 right, 3 confident, 4 gold.
    "chapter_f1": 2 * 2 / (3 + 4),
    # One: gold A10.1 A10 A00–B99 B20, confident A10.1 A10 A00–B99 X30 V00–Y99, 3 shared.
    # Two: 3 and 3, 3 shared. Three: gold D60 D50–D89 E70.1 E70 E00–E89, confident none.
    "hierarchical_precision": (3 + 3) / (5 + 3),
    "hierarchical_recall": (3 + 3) / (4 + 3 + 5),
    "hierarchical_f1": 2 * 6 / (8 + 12),
    # 5 present codes in 3 encounters: 5 gold pairs, 10 others, all of those unsuggested (X, Y are gold
    # nowhere). Four gold pairs beat all 10, D ties with them: (4 · 10 + 10 / 2) / (5 · 10).
    "auc_micro": 45 / 50,
    # A, B, C and E stand above both other encounters; D ties with them.
    "auc_macro": (1 + 1 + 1 + 0.5 + 1) / 5,
    # .9 is right, .8 wrong: 1 of 1, then 1 of 2, 2 of 3 … never 95 % again. 1 of 5 gold codes, and 1
    # of 7 suggestions.
    "coverage_at_95": 1 / 5,
    "suggestions_at_95": 1 / 7,
    # Only two: C alone is confident and gold.
    "exact_match": 1 / 3,
    # Each pair in a bin of its own: .9 true, .8 not, .3 true, .1 not, .4 not, .6 true, .2 true:
    # (.1 + .8 + .7 + .1 + .4 + .4 + .8) / 7.
    "ece": 3.3 / 7,
}


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_metric(name: str) -> None:
    assert METRICS[name](ROWS) == pytest.approx(BY_HAND[name])


def test_every_metric_is_worked_by_hand_and_computed() -> None:
    assert set(METRICS) == set(BY_HAND)
    assert compute(ROWS) == pytest.approx(BY_HAND)


def test_encounters_without_gold_count_for_precision_and_exact_match_only() -> None:
    nothing = scored("", "X30", "X30", 0.5)
    rows = [*ROWS, nothing]
    for name in ("map", "r_precision", "recall_at_5", "precision_at_5"):
        assert METRICS[name](rows) == pytest.approx(BY_HAND[name])
    # One more wrong code: precision 2/4; no more exact matches among 4.
    assert METRICS["micro_precision"](rows) == pytest.approx(2 / 4)
    assert METRICS["exact_match"](rows) == pytest.approx(1 / 4)


def test_no_encounters() -> None:
    assert set(compute([]).values()) == {0}
