"""Areas under curves and coverage: by hand, and as scikit-learn has them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    label_ranking_average_precision_score,
    roc_auc_score,
)

from suggester.evaluation.metrics import METRICS
from suggester.evaluation.scored import Scored


def said(gold: str, *confidence: tuple[str, float], sure: str = "") -> Scored:
    ranked = sorted(confidence, key=lambda pair: -pair[1])
    return Scored(
        frozenset(gold.split()),
        tuple(code for code, _ in ranked),
        frozenset(sure.split()),
        dict(ranked),
    )


#: Gold: I10 in one and two, R05.9 in two, J45.909 in three.
ROWS = [
    said("I10", ("I10", 0.8), ("R05.9", 0.6)),
    said("I10 R05.9", ("R05.9", 0.6), ("J45.909", 0.9), ("I10", 0.3)),
    said("J45.909", ("I10", 0.4), ("Z99.9", 0.99)),
]


def test_auc_of_all_pairs() -> None:
    # Gold pairs: .8, .6, .3 and, never suggested, 0. Others: .6 (one), .9 (two), .4 (three), and of
    # the 9 pairs of 3 codes and 3 encounters 2 more at 0: J45.909 in one, R05.9 in three.
    # .8 beats .6 .4 0 0 = 4; .6 beats .4 0 0 and ties .6 = 3.5; .3 beats 0 0 = 2; 0 ties twice = 1.
    assert METRICS["auc_micro"](ROWS) == pytest.approx((4 + 3.5 + 2 + 1) / (4 * 5))


def test_auc_of_each_code() -> None:
    # I10: gold .8 and .3 against .4: 1 of 2. R05.9: gold .6 against .6 and 0: 1.5 of 2.
    # J45.909: gold 0 against 0 and .9: 0.5 of 2.
    assert METRICS["auc_macro"](ROWS) == pytest.approx((1 / 2 + 1.5 / 2 + 0.5 / 2) / 3)


def test_a_code_that_is_gold_everywhere_has_no_curve() -> None:
    rows = [said("I10", ("I10", 0.9)), said("I10 R05.9", ("R05.9", 0.2))]
    # I10 is left out; R05.9 stands above the one encounter without it.
    assert METRICS["auc_macro"](rows) == 1
    assert METRICS["auc_macro"](rows[:1]) == 0
    assert METRICS["auc_micro"](rows[:1]) == 0


def test_a_code_suggested_with_confidence_0_ties_with_those_that_were_not() -> None:
    rows = [said("I10", ("I10", 0.0)), said("R05.9", ("I10", 0.0))]
    # All four pairs have score 0.
    assert METRICS["auc_micro"](rows) == 0.5
    assert METRICS["auc_macro"](rows) == 0.5


def test_coverage_takes_the_longest_list_that_holds_the_precision() -> None:
    # 19 right, one wrong, one right: 20/21 = 0.952 holds; the next two are wrong.
    order = [True] * 19 + [False, True, False, False]
    rows = [
        said("I10" if right else "E11.9", ("I10", 0.99 - n / 100)) for n, right in enumerate(order)
    ]
    # 20 codes found of 23 gold (E11.9 of the three others is not); 21 of 23 suggestions.
    assert METRICS["coverage_at_95"](rows) == pytest.approx(20 / 23)
    assert METRICS["suggestions_at_95"](rows) == pytest.approx(21 / 23)


def test_coverage_takes_suggestions_of_one_confidence_together() -> None:
    rows = [said("I10", ("I10", 0.7)), said("E11.9", ("I10", 0.7))]
    assert METRICS["coverage_at_95"](rows) == 0


def invented(seed: int, encounters: int = 14, codes: int = 9) -> list[Scored]:
    """Return encounters with codes of uneven frequency and many equal confidences."""
    chance = random.Random(seed)

    def code() -> str:
        return f"C{min(int(chance.expovariate(0.5)), codes - 1):02}"

    rows = []
    for _ in range(encounters):
        gold = {code() for _ in range(chance.randint(0, 4))}
        ranked = {code() for _ in range(6)} | set(sorted(gold)[:2])
        given = {c: round(0.7 * chance.random() + 0.3 * (c in gold), 1) for c in sorted(ranked)}
        sure = " ".join(c for c, value in given.items() if value >= 0.6)
        rows.append(said(" ".join(gold), *given.items(), sure=sure))
    return rows


@pytest.mark.parametrize("seed", range(8))
def test_as_scikit_learn_has_them(seed: int) -> None:
    rows = invented(seed)
    codes = sorted({code for row in rows for code in row.gold})
    truth = np.array([[code in row.gold for code in codes] for row in rows], dtype=int)
    score = np.array([[row.confidence.get(code, 0.0) for code in codes] for row in rows])
    sure = np.array([[code in row.confident for code in codes] for row in rows], dtype=int)
    with_curve = [n for n in range(len(codes)) if 0 < truth[:, n].sum() < len(rows)]
    assert METRICS["auc_micro"](rows) == pytest.approx(roc_auc_score(truth.ravel(), score.ravel()))
    assert METRICS["auc_macro"](rows) == pytest.approx(
        roc_auc_score(truth[:, with_curve], score[:, with_curve], average="macro")
    )
    assert METRICS["macro_f1"](rows) == pytest.approx(
        f1_score(truth, sure, average="macro", zero_division=0)
    )
    # Micro-F1 counts codes that are gold nowhere as well.
    every = sorted({code for row in rows for code in row.gold | row.confident})
    gold, chosen = (
        np.array([[code in side for code in every] for side in sides], dtype=int)
        for sides in ([row.gold for row in rows], [row.confident for row in rows])
    )
    assert METRICS["micro_f1"](rows) == pytest.approx(f1_score(gold, chosen, average="micro"))
    same = np.mean([(a == b).all() for a, b in zip(gold, chosen, strict=True)])
    assert METRICS["exact_match"](rows) == pytest.approx(same)


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_as_scikit_learn_has_it(seed: int) -> None:
    # Where every gold code is ranked and no two confidences are equal the definitions agree.
    chance = np.random.default_rng(seed)
    score = chance.permutation(60).reshape(6, 10) / 60
    truth = chance.random((6, 10)) < 0.3
    truth[:, 0] = True
    names = [f"C{n:02}" for n in range(10)]
    rows = [
        said(
            " ".join(name for name, true in zip(names, gold, strict=True) if true),
            *zip(names, map(float, given), strict=True),
        )
        for gold, given in zip(truth, score, strict=True)
    ]
    assert METRICS["map"](rows) == pytest.approx(
        np.mean([average_precision_score(t, s) for t, s in zip(truth, score, strict=True)])
    )
    assert METRICS["map"](rows) == pytest.approx(
        label_ranking_average_precision_score(truth, score)
    )
