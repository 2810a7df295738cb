"""From raw scores to probabilities that mean what they say.

Beta calibration (Kull, Silva Filho and Flach, 2017): a logistic curve over ``log p`` and
``log(1 - p)``, smooth and strictly increasing, so that it never ties or reorders candidates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class BetaCalibration:
    """``p ↦ 1 / (1 + exp(-(a·ln p - b·ln(1-p) + c)))`` with a, b ≥ 0."""

    a: float = 1.0
    b: float = 1.0
    c: float = 0.0

    def __call__(self, scores: Floats) -> Floats:
        """Return the calibrated probability of each raw score in [0, 1]."""
        p = np.clip(scores, _EDGE, 1 - _EDGE)
        z = self.a * np.log(p) - self.b * np.log1p(-p) + self.c
        return np.asarray(1.0 / (1.0 + np.exp(-z)), dtype=np.float64)


def fit_calibration(scores: Floats, truth: Floats) -> BetaCalibration:
    """Fit the curve on out-of-fold scores and their outcomes (0 or 1), all of one length."""
    from sklearn.linear_model import LogisticRegression

    p = np.clip(scores, _EDGE, 1 - _EDGE)
    columns = np.column_stack([np.log(p), -np.log1p(-p)])
    use = [0, 1]
    model = LogisticRegression(C=1e4, max_iter=1000).fit(columns, truth)
    if (model.coef_ < 0).any():  # keep the curve increasing: drop the side that turned negative
        use = [int(np.argmax(model.coef_[0]))]
        model = LogisticRegression(C=1e4, max_iter=1000).fit(columns[:, use], truth)
    weights = [0.0, 0.0]
    for position, column in enumerate(use):
        weights[column] = max(0.0, float(model.coef_[0][position]))
    return BetaCalibration(weights[0], weights[1], float(model.intercept_[0]))
