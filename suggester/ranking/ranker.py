"""The classifier: gradient-boosted trees and a logistic regression, averaged and calibrated.

The trees find what features mean together; the straight line keeps them from trusting what a
corpus of some hundred notes shows by chance, and carries over better to notes of another style.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.candidates.code_models import CodeModels
from suggester.candidates.learned import Learned
from suggester.ranking.calibration import BetaCalibration
from suggester.ranking.names import MONOTONIC, NAMES, names_of

Floats = npt.NDArray[np.float64]

#: Settings of the trees; few leaves and strong regularisation, for corpora of some hundred notes.
DEFAULTS: dict[str, Any] = {
    "max_iter": 100,
    "learning_rate": 0.08,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "l2_regularization": 4.0,
    "max_features": 0.4,
}
SEEDS = 1
#: Inverse regularisation of the logistic regression.
LINEAR_C = 0.05


@dataclass(frozen=True, slots=True)
class Ranker:
    """Score (note, code) pairs.

    Attributes
    ----------
    estimators
        Fitted scikit-learn classifiers whose probabilities are averaged.
    calibration
        From their mean to a probability.
    thresholds
        Kind of note (its setting, or ``"report"``) → confidence at or above which a suggestion is
        confident; ``""`` for other kinds.
    code_frequency, category_frequency
        Number of training encounters in which a code, a category was gold.
    learned
        Which wordings went with which codes in training.
    typical
        Median of each feature in training, for explanations.
    code_models
        Per-code models of the training corpus, where it taught any.
    sure
        Confidence from which suggestions are surely 95 % right; None where none could be guaranteed.
    """

    estimators: tuple[Any, ...]
    calibration: BetaCalibration
    thresholds: Mapping[str, float]
    code_frequency: Mapping[str, float] = field(default_factory=dict)
    category_frequency: Mapping[str, float] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    typical: tuple[float, ...] = ()
    names: tuple[str, ...] = NAMES
    code_models: CodeModels | None = None
    sure: float | None = None

    def threshold(self, kind: str) -> float:
        """Return the confidence from which a suggestion is confident in notes of this kind."""
        return self.thresholds.get(kind, self.thresholds[""])

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
    weight: Floats | None = None,
) -> tuple[Any, ...]:
    """Fit the trees, one ensemble a seed, and the logistic regression on pairs and outcomes.

    ``weight`` is how much each pair counts; all the same by default.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    options = {**DEFAULTS, **settings}
    options["monotonic_cst"] = [MONOTONIC.get(name, 0) for name in names_of(features.shape[1])]
    trees = tuple(
        HistGradientBoostingClassifier(random_state=seed + k, early_stopping=False, **options).fit(
            features, truth, sample_weight=weight
        )
        for k in range(SEEDS)
    )
    line = make_pipeline(StandardScaler(), LogisticRegression(C=LINEAR_C, max_iter=1000))
    return (*trees, line.fit(features, truth, logisticregression__sample_weight=weight))


def mean_probability(estimators: tuple[Any, ...], features: npt.NDArray[np.float32]) -> Floats:
    """Return, for each row, the mean of the trees' and the line's probability; shape (rows,)."""
    if not len(features):
        return np.zeros(0)
    *trees, line = estimators
    total = np.zeros(len(features))
    for tree in trees:
        total += tree.predict_proba(features)[:, 1]
    return np.asarray(0.5 * total / len(trees) + 0.5 * _line_probability(line, features))


def _line_probability(line: Any, features: npt.NDArray[np.float32]) -> Floats:
    """Return the logistic regression's probability of each row; shape (rows,).

    The same as its ``predict_proba``, without the checks of input that cost more than the sum.
    """
    scaler, regression = line[0], line[1]
    scaled = (features.astype(np.float64) - scaler.mean_) / scaler.scale_
    score = scaled @ regression.coef_[0] + regression.intercept_[0]
    return np.asarray(1.0 / (1.0 + np.exp(-score)))
