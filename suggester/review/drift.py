"""Whether the notes or the confidences of today still look like those of before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

Change = Literal["little", "some", "large"]

_BINS = 10
_SOME, _LARGE = 0.10, 0.25
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class UnknownTerms:
    """How many notes hold terms that the lexicon does not know.

    ``share`` is that of the notes with more unknown terms than allowed, ``mean`` the mean over all
    notes of the share of their terms that is unknown; both None without notes.
    """

    notes: int
    with_unknown: int
    share: float | None
    mean: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ConfidenceShift:
    """How the confidences of one period differ from those of a reference period.

    Attributes
    ----------
    psi
        Population stability index, see :func:`stability_index`.
    psi_by_chance
        What it stays below 95 times in 100 although nothing changed: with few suggestions it is large by
        chance. (Number of bins - 1 degrees of freedom; B. Yurdakul, "Statistical properties of
        population stability index", dissertation, Western Michigan University, 2018.)
    change
        ``little`` below 0.10 or below ``psi_by_chance``, ``some`` up to 0.25, ``large`` above (the rule
        of thumb of N. Siddiqi, "Credit Risk Scorecards", Wiley 2006).
    ks, ks_p_value
        Two-sample Kolmogorov-Smirnov statistic, the largest distance between the two cumulative
        distributions, and its two-sided p-value. Suggestions of one note go together, so the p-value
        is too small rather than too large.
    edges
        Inner limits of the bins: deciles of the reference, equal ones once; tenths where the reference
        holds one confidence only. A limit belongs to the bin above it.
    reference_shares, current_shares
        Share of either period in each bin, as counted.
    """

    reference: int
    current: int
    psi: float
    psi_by_chance: float
    change: Change
    ks: float
    ks_p_value: float
    edges: tuple[float, ...]
    reference_shares: tuple[float, ...]
    current_shares: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def unknown_terms(shares: Iterable[float], allowed: float = 0.0) -> UnknownTerms:
    """Return how many notes have more than the ``allowed`` share of unknown terms.

    Parameters
    ----------
    shares
        For each note, the share of its terms that the lexicon does not know, from 0 to 1.
    """
    found = list(shares)
    beyond = sum(share > allowed for share in found)
    if not found:
        return UnknownTerms(0, 0, None, None)
    return UnknownTerms(len(found), beyond, beyond / len(found), math.fsum(found) / len(found))


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


def confidence_shift(
    reference: Sequence[float], current: Sequence[float]
) -> ConfidenceShift | None:
    """Return how the confidences of two periods differ; None where either has none."""
    if not reference or not current:
        return None
    from scipy.stats import chi2, ks_2samp

    edges = _deciles(reference)
    before, now = _histogram(reference, edges), _histogram(current, edges)
    psi = stability_index(before, now)
    by_chance = (1 / len(reference) + 1 / len(current)) * float(chi2.ppf(_LEVEL, len(edges)))
    test = ks_2samp(reference, current)
    return ConfidenceShift(
        len(reference),
        len(current),
        psi,
        by_chance,
        _change(psi, by_chance),
        float(test.statistic),
        float(test.pvalue),
        edges,
        tuple(count / len(reference) for count in before),
        tuple(count / len(current) for count in now),
    )


def _change(psi: float, by_chance: float) -> Change:
    if psi < max(_SOME, by_chance):
        return "little"
    return "some" if psi <= _LARGE else "large"


def _smoothed(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + len(counts) / 2
    return [(count + 0.5) / total for count in counts]


def _deciles(values: Sequence[float]) -> tuple[float, ...]:
    """Return the values with a tenth, two tenths … of all below them, without repeats."""
    ordered = np.sort(np.asarray(values, dtype=float))
    found = {float(ordered[len(ordered) * tenth // _BINS]) for tenth in range(1, _BINS)}
    # The smallest value is no limit, for nothing is below it.
    inner = tuple(sorted(found - {float(ordered[0])}))
    return inner or tuple(tenth / _BINS for tenth in range(1, _BINS))


def _histogram(values: Sequence[float], edges: Sequence[float]) -> tuple[int, ...]:
    places = np.searchsorted(np.asarray(edges), np.asarray(values, dtype=float), side="right")
    return tuple(int(count) for count in np.bincount(places, minlength=len(edges) + 1))
