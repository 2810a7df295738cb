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
    "max_features": 0.6,
}


@dataclass(frozen=True, slots=True)
class ProcedureRanker:
    """Score (note, procedure code) pairs.

    Attributes
    ----------
    estimator
        Fitted scikit-learn classifier.
    calibration
        From its score to a probability.
    threshold
        Confidence at or above which a suggestion is confident.
    visits
        Probability that the level of a visit is right where neither its kind nor the patient's
        status is told, where one is, and where both are.
    """

    estimator: Any
    calibration: BetaCalibration
    threshold: float
    visits: tuple[float, ...] = (0.5, 0.5, 0.5)

    def confidence(self, features: npt.NDArray[np.float32]) -> Floats:
        """Return the calibrated probability of each row of ``features``; shape (rows,)."""
        if not len(features):
            return np.zeros(0)
        return self.calibration(scores(self.estimator, features))

    def visit_confidence(self, told: int) -> float:
        """Return the probability that a visit's level is right; ``told`` of kind and status, 0 to 2."""
        return self.visits[told]


def scores(estimator: Any, features: npt.NDArray[np.float32]) -> Floats:
    """Return the score of each row, from 0 to 1; shape (rows,)."""
    return np.asarray(estimator.predict_proba(features)[:, 1], dtype=np.float64)


def fit_trees(features: npt.NDArray[np.float32], truth: Floats, seed: int) -> Any:
    """Fit the classifier on pairs and outcomes (0 or 1)."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **SETTINGS)
    return trees.fit(features, truth)
