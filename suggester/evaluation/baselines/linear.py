"""One linear classifier for each code on the words of the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

#: Codes kept for a note.
MOST = 50
#: Notes that are scored at once.
_BLOCK = 500


class Linear:
    """Score a code by its own support vector machine; knows only codes of the notes it learned from."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._weights: npt.NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._bias: npt.NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def fit(self, features: Any, codes: Sequence[frozenset[str]]) -> None:
        """Fit a classifier for each code that some of the notes have and some have not."""
        from sklearn.svm import LinearSVC

        counts = Counter(code for mine in codes for code in mine)
        self._codes = sorted(code for code, number in counts.items() if number < len(codes))
        self._weights = np.zeros((len(self._codes), features.shape[1]), dtype=np.float32)
        self._bias = np.zeros(len(self._codes), dtype=np.float32)
        for n, code in enumerate(self._codes):
            fitted = LinearSVC(random_state=0).fit(features, [code in mine for mine in codes])
            self._weights[n], self._bias[n] = fitted.coef_[0], fitted.intercept_[0]

    def suggest(self, features: Any) -> list[dict[str, float]]:
        """Return for each row its best codes with a score."""
        out = []
        for start in range(0, features.shape[0], _BLOCK):
            margins = features[start : start + _BLOCK] @ self._weights.T + self._bias
            for row in np.asarray(margins, dtype=np.float64):
                best = np.argsort(-row, kind="stable")[:MOST]
                out.append({self._codes[n]: float(1 / (1 + np.exp(-row[n]))) for n in best})
        return out
