"""Metrics of the order of all pairs by confidence: areas under ROC curves, and coverage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from suggester.evaluation.pooled import (
    Floats,
    Ints,
    Pooled,
    Prepared,
    counts_of,
    divide,
    mean,
    starts_of,
)

#: Precision that :func:`coverage` asks for.
PRECISION = 0.95
_ROUNDING = 1e-9


def auc_micro(pooled: Pooled) -> Prepared:
    """Prepare the area under the ROC curve of all pairs of encounters and present codes.

    A code that was not suggested for an encounter has score 0 there, below all that were (Edin et al.
    2023 score every code); ties count half. Codes that are gold nowhere in the evaluation are left
    out, and those gold somewhere in it stay in every resample. The pairs of score 0 are counted, not
    listed: there are as many as encounters times present codes, less the ranked ones. 0 where all
    pairs are right, or none.
    """
    chosen = np.flatnonzero(pooled.code < pooled.present)
    order = chosen[np.argsort(pooled.confidence[chosen], kind="stable")]
    owner, truth = pooled.owner[order], pooled.truth[order]
    starts, at_zero = _runs(pooled.confidence[order], truth)
    right = counts_of(owner, starts, truth, pooled.encounters)
    wrong = counts_of(owner, starts, ~truth, pooled.encounters)
    gold = np.asarray(pooled.gold.sum(axis=1))

    def metric(weights: Floats) -> Floats:
        hits, misses = weights @ right, weights @ wrong
        positive = weights @ gold
        negative = weights.sum(axis=1) * pooled.present - positive
        unranked = negative - misses.sum(axis=1)
        below = np.cumsum(misses, axis=1) - misses / 2 + unranked[:, None]
        # A ranked code of confidence 0 ties with those that were not ranked.
        below[:, at_zero] -= unranked[:, None] / 2
        tied = unranked + misses[:, at_zero].sum(axis=1)
        missed = positive - hits.sum(axis=1)
        return divide((hits * below).sum(axis=1) + missed * tied / 2, positive * negative)

    return metric


def auc_macro(pooled: Pooled) -> Prepared:
    """Prepare the mean area under the ROC curve of each present code over the encounters.

    Codes that were not suggested have score 0 as in :func:`auc_micro`; codes that are right in all
    encounters of the resample, or in none, have no such curve and are left out. 0 where no code has
    one.
    """
    chosen = np.flatnonzero(pooled.code < pooled.present)
    order = chosen[np.lexsort((pooled.confidence[chosen], pooled.code[chosen]))]
    owner, truth, code = pooled.owner[order], pooled.truth[order], pooled.code[order]
    starts, at_zero = _runs(pooled.confidence[order], truth, code)
    right = counts_of(owner, starts, truth, pooled.encounters)
    wrong = counts_of(owner, starts, ~truth, pooled.encounters)
    of_run = code[starts]
    firsts = starts_of(of_run)
    codes = of_run[firsts]
    slot = np.searchsorted(codes, of_run)
    gold = pooled.gold[:, : pooled.present]

    def by_code(values: Floats) -> Floats:
        out = np.zeros((len(values), pooled.present))
        if len(firsts):
            out[:, codes] = np.add.reduceat(values, firsts, axis=1)
        return out

    def metric(weights: Floats) -> Floats:
        hits, misses = weights @ right, weights @ wrong
        positive = weights @ gold
        negative = weights.sum(axis=1)[:, None] - positive
        unranked = negative - by_code(misses)
        upto = np.cumsum(misses, axis=1)
        before = (upto - misses)[:, firsts][:, slot]
        below = upto - misses / 2 - before
        below += unranked[:, of_run] * np.where(at_zero, 0.5, 1.0)
        tied = unranked + by_code(misses * at_zero)
        total = by_code(hits * below) + (positive - by_code(hits)) * tied / 2
        defined = (positive > 0) & (negative > 0)
        area = np.divide(total, positive * negative, out=np.zeros_like(total), where=defined)
        return mean(area, defined)

    return metric


def coverage(pooled: Pooled) -> Prepared:
    """Prepare the largest share of gold codes found by suggestions that hold 95 % precision.

    Suggestions of all encounters are taken from the most confident down, those of one confidence
    together. 0 where no such list of suggestions holds the precision.
    """
    gold = np.asarray(pooled.gold.sum(axis=1))
    best = _best_list(pooled)

    def metric(weights: Floats) -> Floats:
        return divide(best(weights)[0], weights @ gold)

    return metric


def taken(pooled: Pooled) -> Prepared:
    """Prepare the largest share of all suggestions that hold 95 % precision, as :func:`coverage`."""
    every = np.bincount(pooled.owner, minlength=pooled.encounters).astype(np.float64)
    best = _best_list(pooled)

    def metric(weights: Floats) -> Floats:
        return divide(best(weights)[1], weights @ every)

    return metric


def _best_list(pooled: Pooled) -> Callable[[Floats], tuple[Floats, Floats]]:
    order = np.argsort(-pooled.confidence, kind="stable")
    owner, truth = pooled.owner[order], pooled.truth[order]
    starts = starts_of(pooled.confidence[order])
    all_of = counts_of(owner, starts, np.ones(len(owner), dtype=np.bool_), pooled.encounters)
    right_of = counts_of(owner, starts, truth, pooled.encounters)

    def longest(weights: Floats) -> tuple[Floats, Floats]:
        """Return how many of the longest good list are right, and how long it is."""
        if not len(starts):
            return np.zeros(len(weights)), np.zeros(len(weights))
        number = np.cumsum(weights @ all_of, axis=1)
        right = np.cumsum(weights @ right_of, axis=1)
        good = (number > 0) & (right >= PRECISION * number - _ROUNDING)
        last = number.shape[1] - 1 - np.argmax(good[:, ::-1], axis=1)
        row = np.arange(len(weights))
        any_good = good.any(axis=1)
        return right[row, last] * any_good, number[row, last] * any_good

    return longest


def _runs(
    confidence: Floats, truth: npt.NDArray[np.bool_], code: Ints | None = None
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return where runs of pairs begin that may be counted together, and which have confidence 0.

    Pairs of one confidence, and neighbouring wrong ones: their order among themselves counts nothing.
    """
    keys = (confidence,) if code is None else (code, confidence)
    starts = starts_of(*keys)
    if not len(starts):
        return starts, np.zeros(0, dtype=np.bool_)
    alone = np.add.reduceat(truth, starts) > 0
    alone |= confidence[starts] <= 0
    apart = np.ones(len(starts), dtype=np.bool_)
    apart[1:] = alone[1:] | alone[:-1]
    if code is not None:
        apart[1:] |= code[starts][1:] != code[starts][:-1]
    starts = starts[apart]
    return starts, confidence[starts] <= 0
