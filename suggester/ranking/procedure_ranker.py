"""The classifier of procedures: gradient-boosted trees, calibrated, with a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.ranking.calibration import BetaCalibration

Floats = npt.NDArray[np.float64]

#: Settings of the trees; a corpus of some hundred notes holds some hundred procedures.
SETTINGS: dict[str, Any] = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 15,
    "l2_regularization": 3.0,
}
#: Ensembles that are averaged, each from another seed.
SEEDS = 3


@dataclass(frozen=True, slots=True)
class ProcedureRanker:
    """Score (note, procedure code) pairs.

    Attributes
    ----------
    estimators
        Fitted scikit-learn classifiers, whose probabilities are averaged.
    calibration
        From their mean to a probability.
    threshold
        Confidence at or above which a suggestion is confident.
    visits
        Probability that the level of a visit is right where neither its kind nor the patient's
        status is told, where one is, and where both are.
    """

    estimators: tuple[Any, ...]
    calibration: BetaCalibration
    threshold: float
    visits: tuple[float, ...] = (0.5, 0.5, 0.5)

    def confidence(self, features: npt.NDArray[np.float32]) -> Floats:
        """Return the calibrated probability of each row of ``features``; shape (rows,)."""
        if not len(features):
            return np.zeros(0)
        return self.calibration(mean_of(self.estimators, features))

    def visit_confidence(self, told: int) -> float:
        """Return the probability that a visit's level is right; ``told`` of kind and status, 0 to 2."""
        return self.visits[told]


def mean_of(estimators: tuple[Any, ...], features: npt.NDArray[np.float32]) -> Floats:
    """Return the mean probability of the classifiers for each row; shape (rows,)."""
    scores = [estimator.predict_proba(features)[:, 1] for estimator in estimators]
    return np.asarray(np.mean(scores, axis=0), dtype=np.float64)


def fit_trees(features: npt.NDArray[np.float32], truth: Floats, seed: int) -> tuple[Any, ...]:
    """Fit the classifiers on pairs and outcomes (0 or 1)."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return tuple(
        HistGradientBoostingClassifier(
            random_state=seed + number, early_stopping=False, max_features=0.6, **SETTINGS
        ).fit(features, truth)
        for number in range(SEEDS)
    )
