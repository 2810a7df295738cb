"""The classifier: gradient-boosted trees over pair features, averaged over seeds, calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.ranking.calibration import BetaCalibration
from suggester.ranking.features import MONOTONIC, NAMES

Floats = npt.NDArray[np.float64]

#: Settings of the trees; few leaves and strong regularisation, for corpora of some hundred notes.
DEFAULTS: dict[str, Any] = {
    "max_iter": 160,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "l2_regularization": 4.0,
    "max_features": 0.4,
}
SEEDS = 3


@dataclass(frozen=True, slots=True)
class Ranker:
    """Score (note, code) pairs.

    Attributes
    ----------
    estimators
        Fitted scikit-learn classifiers whose probabilities are averaged.
    calibration
        From their mean to a probability.
    threshold
        Confidence at or above which a suggestion is confident.
    code_frequency, category_frequency
        Number of training encounters in which a code, a category was gold.
    typical
        Median of each feature in training, for explanations.
    """

    estimators: tuple[Any, ...]
    calibration: BetaCalibration
    threshold: float
    code_frequency: Mapping[str, float] = field(default_factory=dict)
    category_frequency: Mapping[str, float] = field(default_factory=dict)
    typical: tuple[float, ...] = ()
    names: tuple[str, ...] = NAMES

    def raw(self, features: npt.NDArray[np.float32]) -> Floats:
        """Return the uncalibrated score of each row of ``features``; shape (rows,)."""
        return mean_probability(self.estimators, features)

    def confidence(self, features: npt.NDArray[np.float32]) -> Floats:
        """Return the calibrated probability of each row of ``features``; shape (rows,)."""
        return self.calibration(self.raw(features))


def fit_estimators(
    features: npt.NDArray[np.float32],
    truth: npt.NDArray[np.float64],
    settings: Mapping[str, Any],
    seed: int,
) -> tuple[Any, ...]:
    """Fit one classifier a seed on pairs and their outcomes."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    options = {**DEFAULTS, **settings}
    options["monotonic_cst"] = [MONOTONIC.get(name, 0) for name in NAMES]
    return tuple(
        HistGradientBoostingClassifier(random_state=seed + k, early_stopping=False, **options).fit(features, truth)
        for k in range(SEEDS)
    )


def mean_probability(estimators: tuple[Any, ...], features: npt.NDArray[np.float32]) -> Floats:
    """Return the mean probability of the classifiers for each row; shape (rows,)."""
    if not len(features):
        return np.zeros(0)
    total = np.zeros(len(features))
    for estimator in estimators:
        total += estimator.predict_proba(features)[:, 1]
    return np.asarray(total / len(estimators))
