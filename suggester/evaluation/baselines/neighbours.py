"""Nearest notes: the codes of the notes whose words resemble this one's most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

#: Notes that are asked.
NEAREST = 10


class Neighbours:
    """Score a code by the similarity of the nearest notes that have it, as a share of all of theirs."""

    def __init__(self, nearest: int = NEAREST) -> None:
        self._nearest = nearest
        self._features: Any = None
        self._codes: Sequence[frozenset[str]] = ()

    def fit(self, features: Any, codes: Sequence[frozenset[str]]) -> None:
        """Remember the notes."""
        self._features, self._codes = features, codes

    def suggest(self, features: Any) -> list[dict[str, float]]:
        """Return for each row its codes with a score."""
        out = []
        for row in range(features.shape[0]):
            similarity = (features[[row]] @ self._features.T).toarray()[0]
            nearest = np.argsort(-similarity, kind="stable")[: self._nearest]
            total = float(similarity[nearest].sum())
            scores: dict[str, float] = defaultdict(float)
            for note in nearest:
                if similarity[note] > 0:
                    for code in self._codes[note]:
                        scores[code] += float(similarity[note]) / total
            # Sums in another order differ in their last digits; a threshold must not tell them apart.
            out.append({code: round(score, 9) for code, score in scores.items()})
        return out
