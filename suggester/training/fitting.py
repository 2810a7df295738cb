"""Fit the ranker: out-of-fold scores → calibration and thresholds → final classifier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.parallel import spread
from suggester.ranking.calibration import fit_calibration
from suggester.ranking.names import names_of
from suggester.ranking.ranker import Ranker, fit_estimators, mean_probability
from suggester.ranking.tiers import best_threshold
from suggester.training.checkpoints import Checkpoints
from suggester.training.counting import frequencies
from suggester.training.pairs import Pairs

FOLDS = 10
Floats = npt.NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The ranker fitted on all pairs, its out-of-fold metrics, and the confidences they rest on.

    ``confidence`` is that of each pair, by a model that saw no note of its patient; shape (pairs,).
    """

    ranker: Ranker
    metrics: dict[str, float]
    confidence: Floats


def fit_ranker(
    pairs: Pairs,
    labels: Sequence[Collection[str]],
    settings: Mapping[str, Any],
    seed: int = 0,
    jobs: int = 1,
    progress: Progress = lambda stage, done, total: None,
    work: Checkpoints | None = None,
) -> Fitted:
    """Return the ranker fitted on all pairs, and its out-of-fold metrics."""
    scores = out_of_fold(pairs, settings, seed, jobs, progress, work)
    learned = pairs.learned
    truth = (pairs.truth == 1).astype(np.float64)
    calibration = fit_calibration(scores[learned], truth[learned])
    confidence = calibration(scores)
    thresholds, f1 = setting_thresholds(pairs, confidence)
    progress("fitting", 0, 1)
    estimators = fit_estimators(
        pairs.features[learned], truth[learned], settings, seed, pairs.weights(learned)
    )
    progress("fitting", 1, 1)
    code_frequency, category_frequency = frequencies(labels)
    ranker = Ranker(
        estimators,
        calibration,
        thresholds,
        code_frequency,
        category_frequency,
        pairs.taught,
        tuple(float(v) for v in np.median(pairs.features[learned], axis=0)),
        names_of(pairs.features.shape[1]),
    )
    metrics = {
        "micro_f1": f1,
        **_ranking_metrics(pairs, confidence),
        **{f"threshold_{name or 'other'}": value for name, value in sorted(thresholds.items())},
    }
    return Fitted(ranker, metrics, confidence)


#: Reports and stays are coded in full (guidelines IV.K, II and III), visits for what was addressed (IV.J): of
#: thresholds that are equally good one that suggests more is taken for a report, the middle one for a stay, and
#: one that suggests less for a visit.
_QUANTILES = {"report": 0.25, "inpatient": 0.5}
_OF_VISITS = 0.9
#: Gold codes a setting needs before it gets a threshold of its own.
ENOUGH = 150


def setting_thresholds(pairs: Pairs, confidence: Floats) -> tuple[dict[str, float], float]:
    """Return the threshold of best micro-F1 for each kind of note, and the micro-F1 they reach.

    How much is reported differs by setting (guidelines II.H and III inpatient, IV outpatient), and
    reports of studies and operations say little beside their diagnoses, so one threshold would be
    too low for some and too high for others.
    """
    truth = (pairs.truth == 1).astype(np.float64)
    counted, learned = pairs.counted, pairs.learned
    overall, _ = best_threshold(
        confidence[learned], truth[learned], int(pairs.gold.sum()), quantile=_OF_VISITS
    )
    thresholds = {"": overall}
    kinds = np.array(pairs.kinds)
    for kind in sorted(set(pairs.kinds)):
        mine = kinds == kind
        gold = int(pairs.gold[mine].sum())
        if gold >= ENOUGH:
            chosen = learned & mine[pairs.encounter]
            thresholds[kind], _ = best_threshold(
                confidence[chosen], truth[chosen], gold, quantile=_QUANTILES.get(kind, _OF_VISITS)
            )
    bound = np.array([thresholds.get(kind, overall) for kind in pairs.kinds])[pairs.encounter]
    taken = counted & (confidence >= bound)
    hits = truth[taken].sum()
    return thresholds, float(2 * hits / max(1, taken.sum() + pairs.gold.sum()))


def out_of_fold(
    pairs: Pairs,
    settings: Mapping[str, Any],
    seed: int = 0,
    jobs: int = 1,
    progress: Progress = lambda stage, done, total: None,
    work: Checkpoints | None = None,
) -> Floats:
    """Return for each pair its score from classifiers that saw no pair of its patient."""
    work = work or Checkpoints()
    fold = pairs.folds(FOLDS, seed)[pairs.encounter]
    learned = pairs.learned
    truth = (pairs.truth == 1).astype(np.float64)

    def score(k: int) -> Floats:
        if not (fold == k).any():
            return np.zeros(0)
        train = learned & (fold != k)
        fitted = fit_estimators(
            pairs.features[train], truth[train], settings, seed, pairs.weights(train)
        )
        return mean_probability(fitted, pairs.features[fold == k])

    scores = np.zeros(len(pairs.truth))
    todo = [k for k in range(FOLDS) if not work.holds(f"scores-{k}")]
    results = spread(score, ((k,) for k in todo), jobs)
    for k in range(FOLDS):
        scores[fold == k] = work.kept(f"scores-{k}", partial(next, results))
        progress("cross-validating", k + 1, FOLDS)
    return scores


def _ranking_metrics(pairs: Pairs, confidence: Floats) -> dict[str, float]:
    from suggester.evaluation.metrics import (
        average_precision,
        expected_calibration_error,
        recall_at,
    )

    precision, recall = [], []
    for number, gold in enumerate(pairs.gold):
        mine = np.flatnonzero((pairs.encounter == number) & pairs.counted)
        order = mine[np.argsort(-confidence[mine], kind="stable")]
        hits = (pairs.truth[order] == 1).tolist()
        if gold:
            precision.append(average_precision(hits, int(gold)))
            recall.append(recall_at(hits, int(gold), 10))
    counted = pairs.counted
    found = int((pairs.truth == 1).sum())
    return {
        "map": float(np.mean(precision)),
        "recall_at_10": float(np.mean(recall)),
        "ece": expected_calibration_error(
            confidence[counted].tolist(), (pairs.truth[counted] == 1).tolist()
        ),
        "candidate_recall": found / max(1, int(pairs.gold.sum())),
    }
