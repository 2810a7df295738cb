"""How far a figure could be off by the chance of which patients were evaluated: the bootstrap.

Patients, not notes, are drawn with replacement, because the notes of one patient resemble each other
(Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13). Each resample is a
row of weights, how often an encounter counts, so that the figures of all resamples are a few matrix
products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suggester.evaluation.metrics import LOWER, POOLED, RATIOS
from suggester.evaluation.pooled import Floats, Pooled
from suggester.evaluation.scored import Scored

#: Resamples drawn where nothing else is said.
RESAMPLES = 1000
#: Share of the resamples between the bounds of an interval.
LEVEL = 0.95
#: Numbers held at once for one block of resamples.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the bounds between which 95 % of the resamples put it."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return the JSON form."""
        return {key: round(getattr(self, key), 4) for key in ("value", "low", "high")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of two models on the same encounters.

    Attributes
    ----------
    low, high
        Bounds between which 95 % of the resamples put ``other`` less ``base``.
    better
        Share of the resamples in which ``other`` is the better one; ties count half.
    """

    metric: str
    base: float
    other: float
    low: float
    high: float
    better: float

    @property
    def verdict(self) -> str:
        """Return ``better`` or ``worse`` where the whole interval says so, else ``unclear``."""
        if self.low <= 0 <= self.high:
            return "unclear"
        return "better" if (self.low > 0) != (self.metric in LOWER) else "worse"

    def to_dict(self) -> dict[str, float | str]:
        """Return the JSON form."""
        keys = ("base", "other", "low", "high", "better")
        rounded = {key: round(getattr(self, key), 4) for key in keys}
        difference = round(self.other - self.base, 4)
        return {"metric": self.metric, **rounded, "difference": difference, "verdict": self.verdict}


def intervals(
    rows: Sequence[Scored],
    patients: Sequence[str],
    names: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return metrics with their bounds; ``patients`` names the patient of each encounter."""
    if not rows:
        return {name: Interval(0.0, 0.0, 0.0) for name in names}
    figures = _Figures(rows, names)
    size = max(1, _AT_ONCE // figures.width)
    return dict(zip(names, bounded(figures.of, patients, resamples, seed, size), strict=True))


def bounded(
    figures: Callable[[Floats], Floats],
    patients: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
    size: int = 100,
) -> list[Interval]:
    """Return figures with their bounds.

    ``figures`` takes weights of shape (resamples, encounters) and returns an array of shape
    (resamples, figures); it is given ``size`` resamples at a time.
    """
    value = figures(np.ones((1, len(patients))))[0]
    drawn = [figures(weights) for weights in weight_blocks(patients, resamples, seed, size)]
    low, high = _bounds(np.vstack(drawn)) if drawn else (value, value)
    return [Interval(*(float(side[n]) for side in (value, low, high))) for n in range(len(value))]


def differences(
    base: Sequence[Scored],
    other: Sequence[Scored],
    patients: Sequence[str],
    names: Sequence[str],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Difference]:
    """Return metrics of two models, with bounds of their difference: the same patients for both.

    Raises
    ------
    ValueError
        The models answered different encounters.
    """
    if len(base) != len(other):
        raise ValueError("both models must have answered the same encounters")
    if not base:
        return [Difference(name, 0.0, 0.0, 0.0, 0.0, 0.5) for name in names]
    figures = [_Figures(base, names), _Figures(other, names)]
    one, two = (side.of(np.ones((1, len(base))))[0] for side in figures)
    size = max(1, _AT_ONCE // max(side.width for side in figures))
    drawn: tuple[list[Floats], list[Floats]] = ([], [])
    for weights in weight_blocks(patients, resamples, seed, size):
        for side, out in zip(figures, drawn, strict=True):
            out.append(side.of(weights))
    if not resamples:
        drawn = ([one[None]], [two[None]])
    first, second = (np.vstack(out) for out in drawn)
    apart = second - first
    low, high = _bounds(apart)
    better = ((apart > 0) + (apart == 0) / 2).mean(axis=0)
    return [
        Difference(
            name,
            float(one[n]),
            float(two[n]),
            float(low[n]),
            float(high[n]),
            float(1 - better[n] if name in LOWER else better[n]),
        )
        for n, name in enumerate(names)
    ]


class _Figures:
    """What the metrics of any resample of some encounters are computed from."""

    def __init__(self, rows: Sequence[Scored], names: Sequence[str]) -> None:
        self._names = names
        shares = np.array(
            [[RATIOS[name](row) for name in names if name in RATIOS] for row in rows],
            dtype=np.float64,
        ).reshape(len(rows), -1, 2)
        self._above, self._below = shares[:, :, 0], shares[:, :, 1]
        pooled = Pooled.of(rows) if any(name in POOLED for name in names) else None
        self._prepared = {
            name: POOLED[name](pooled) for name in names if pooled is not None and name in POOLED
        }
        #: Numbers that one resample takes.
        self.width = len(rows) + (0 if pooled is None else len(pooled.owner) + pooled.codes)

    def of(self, weights: Floats) -> Floats:
        """Return the metrics of each resample; shape (resamples, metrics)."""
        above, below = weights @ self._above, weights @ self._below
        ratio = iter(np.divide(above, below, out=np.zeros_like(above), where=below > 0).T)
        columns = []
        for name in self._names:
            if name in RATIOS:
                columns.append(next(ratio))
            else:
                columns.append(self._prepared[name](weights))
        return np.column_stack(columns) if columns else np.zeros((len(weights), 0))


def weight_blocks(
    patients: Sequence[str], resamples: int, seed: int, size: int
) -> Iterator[Floats]:
    """Yield how often each encounter counts in each resample, ``size`` resamples at a time.

    The same patients, resamples and seed give the same weights, whatever ``size`` is.
    """
    number = {patient: n for n, patient in enumerate(dict.fromkeys(patients))}
    of_encounter = np.array([number[patient] for patient in patients], dtype=np.int64)
    rng = np.random.default_rng(seed)
    for begin in range(0, resamples, size):
        rows = min(size, resamples - begin)
        block = np.empty((rows, len(number)))
        for row in range(rows):
            picked = rng.integers(0, len(number), len(number))
            block[row] = np.bincount(picked, minlength=len(number))
        yield block[:, of_encounter]


def _bounds(values: Floats) -> tuple[Floats, Floats]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, (tail, 1 - tail), axis=0)
    return low, high
