"""How far two histograms are apart, and how far chance alone would put them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

Change = Literal["little", "some", "large"]

_BINS = 10
#: Index from which a change is some, and above which it is large (N. Siddiqi, "Credit Risk
#: Scorecards", Wiley 2006).
SOME, LARGE = 0.10, 0.25
#: How often a bound by chance holds where nothing changed.
LEVEL = 0.95


def stability_index(reference: Sequence[int], current: Sequence[int]) -> float:
    """Return the population stability index of two histograms over the same bins.

    The sum over the bins of ``(c - r) * ln(c / r)``, where r and c are the shares of the reference and
    of the current period: the symmetrised Kullback-Leibler divergence (S. Kullback and R. Leibler, "On
    information and sufficiency", Annals of Mathematical Statistics 22 (1951) 79-86; as an index of
    stability N. Siddiqi, "Credit Risk Scorecards", Wiley 2006). Half a count is added to every bin of
    both, or an empty bin would make it infinite.

    Raises
    ------
    ValueError
        The histograms differ in length or have no bin.
    """
    if not reference:
        raise ValueError("a histogram needs at least one bin")
    before, now = _smoothed(reference), _smoothed(current)
    return math.fsum((c - r) * math.log(c / r) for r, c in zip(before, now, strict=True))


def by_chance(reference: float, current: float, bins: int, level: float = LEVEL) -> float:
    """Return what the index stays below with probability ``level`` although nothing changed.

    For so many independent observations of either period. (Number of bins - 1 degrees of freedom;
    B. Yurdakul, "Statistical properties of population stability index", dissertation, Western Michigan
    University, 2018.)
    """
    from scipy.stats import chi2

    return (1 / reference + 1 / current) * float(chi2.ppf(level, bins - 1))


def change_of(psi: float, chance: float) -> Change:
    """Return what an index says: ``little`` below 0.10 or what chance explains, ``large`` above 0.25."""
    if psi < max(SOME, chance):
        return "little"
    return "some" if psi <= LARGE else "large"


def _smoothed(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + len(counts) / 2
    return [(count + 0.5) / total for count in counts]


def deciles(values: Sequence[float]) -> tuple[float, ...]:
    """Return the values with a tenth, two tenths … of all below them, without repeats."""
    ordered = np.sort(np.asarray(values, dtype=float))
    found = {float(ordered[len(ordered) * tenth // _BINS]) for tenth in range(1, _BINS)}
    # The smallest value is no limit, for nothing is below it.
    inner = tuple(sorted(found - {float(ordered[0])}))
    return inner or tuple(tenth / _BINS for tenth in range(1, _BINS))


def histogram(values: Sequence[float], edges: Sequence[float]) -> tuple[int, ...]:
    """Return how many values lie in each bin; an edge belongs to the bin above it."""
    places = np.searchsorted(np.asarray(edges), np.asarray(values, dtype=float), side="right")
    return tuple(int(count) for count in np.bincount(places, minlength=len(edges) + 1))
