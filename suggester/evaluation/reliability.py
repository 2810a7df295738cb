"""Does a confidence mean what it says? Suggestions by confidence, and how many of them are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suggester.evaluation.pooled import BINS, Floats, Pooled, divide
from suggester.evaluation.ranked import coverage
from suggester.evaluation.resampling import RESAMPLES, Interval, bounded
from suggester.evaluation.scored import Scored

#: Points of the curve that are kept.
_POINTS = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """The suggestions of one band of confidence.

    ``said`` is their mean confidence, ``held`` the share of them that are right.
    """

    low: float
    high: float
    number: int
    said: float
    held: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "from": round(self.low, 2),
            "to": round(self.high, 2),
            "suggestions": self.number,
            "said": round(self.said, 4),
            "held": self.held.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Point:
    """The suggestions of at least this confidence: how many are right, and what share of the gold."""

    confidence: float
    precision: float
    coverage: float

    def to_dict(self) -> dict[str, float]:
        """Return the JSON form."""
        keys = ("confidence", "precision", "coverage")
        return {key: round(getattr(self, key), 4) for key in keys}


def reliability(
    rows: Sequence[Scored], patients: Sequence[str], resamples: int = RESAMPLES, seed: int = 0
) -> tuple[Bin, ...]:
    """Return the bands of confidence that hold suggestions, of equal width, lowest first."""
    pooled = Pooled.of(rows)
    bins = np.minimum(BINS - 1, (pooled.confidence * BINS).astype(np.int64))
    counts, right, said = (np.zeros((pooled.encounters, BINS)) for _ in range(3))
    np.add.at(counts, (pooled.owner, bins), 1.0)
    np.add.at(right, (pooled.owner, bins), pooled.truth.astype(np.float64))
    np.add.at(said, (pooled.owner, bins), pooled.confidence)

    def shares(weights: Floats) -> Floats:
        return divide(weights @ right, weights @ counts)

    held = bounded(shares, patients, resamples, seed) if rows else []
    number = counts.sum(axis=0)
    return tuple(
        Bin(b / BINS, (b + 1) / BINS, int(number[b]), said[:, b].sum() / number[b], held[b])
        for b in range(BINS)
        if number[b]
    )


def curve(rows: Sequence[Scored]) -> tuple[Point, ...]:
    """Return precision and coverage as ever less confident suggestions are taken.

    The point of :func:`~suggester.evaluation.ranked.coverage` is always among those kept.
    """
    pooled = Pooled.of(rows)
    gold = sum(len(row.gold) for row in rows)
    if not len(pooled.owner) or not gold:
        return ()
    order = np.argsort(-pooled.confidence, kind="stable")
    confidence = pooled.confidence[order]
    right = np.cumsum(pooled.truth[order])
    ends = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True))
    points = [
        Point(float(confidence[n]), float(right[n] / (n + 1)), float(right[n] / gold)) for n in ends
    ]
    if len(points) <= _POINTS:
        return tuple(points)
    best = float(coverage(pooled)(np.ones((1, len(rows))))[0])
    kept = {int(n) for n in np.linspace(0, len(points) - 1, _POINTS)}
    kept |= {n for n, point in enumerate(points) if abs(point.coverage - best) < 1e-12}
    return tuple(points[n] for n in sorted(kept))
