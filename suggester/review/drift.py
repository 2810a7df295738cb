"""Whether the notes or the confidences of today still look like those of before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from suggester.evaluation.stability import (
    Change,
    by_chance,
    change_of,
    deciles,
    histogram,
    stability_index,
)

__all__ = [
    "ConfidenceShift",
    "UnknownTerms",
    "confidence_shift",
    "stability_index",
    "unknown_terms",
]


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


def confidence_shift(
    reference: Sequence[float], current: Sequence[float]
) -> ConfidenceShift | None:
    """Return how the confidences of two periods differ; None where either has none."""
    if not reference or not current:
        return None
    from scipy.stats import ks_2samp

    edges = deciles(reference)
    before, now = histogram(reference, edges), histogram(current, edges)
    psi = stability_index(before, now)
    chance = by_chance(len(reference), len(current), len(before))
    test = ks_2samp(reference, current)
    return ConfidenceShift(
        len(reference),
        len(current),
        psi,
        chance,
        change_of(psi, chance),
        float(test.statistic),
        float(test.pvalue),
        edges,
        tuple(count / len(reference) for count in before),
        tuple(count / len(current) for count in now),
    )
