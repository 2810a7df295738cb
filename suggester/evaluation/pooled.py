"""All (encounter, code) pairs of an evaluation as arrays, and metrics that pool them.

A metric is prepared once for some pairs. What is prepared takes weights of shape (resamples,
encounters), how often each encounter counts, and returns the metric of each resample; weights of 1
give the metric itself. Nothing here builds a dense matrix of encounters and codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.evaluation.scored import Scored

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Bins of equal width for the calibration error.
BINS = 10
#: Takes weights of shape (resamples, encounters), returns a metric of each resample.
Prepared = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Pooled:
    """The pairs of many encounters as arrays.

    Attributes
    ----------
    encounters, codes
        How many there are; codes that are gold somewhere have the lowest numbers.
    present
        How many codes are gold somewhere.
    owner, code, confidence, truth
        Encounter, code, confidence and outcome of each ranked pair; shape (pairs,).
    gold, sure, right
        Sparse matrices, encounters × codes: 1 where a code is gold, confident, and both.
    """

    encounters: int
    codes: int
    present: int
    owner: Ints
    code: Ints
    confidence: Floats
    truth: npt.NDArray[np.bool_]
    gold: Any
    sure: Any
    right: Any

    @classmethod
    def of(cls, rows: Sequence[Scored]) -> Pooled:
        """Return the arrays of scored encounters."""
        present = sorted({code for row in rows for code in row.gold})
        others = {code for row in rows for code in (*row.ranked, *row.confident)} - set(present)
        number = {code: n for n, code in enumerate((*present, *sorted(others)))}
        ranked = [(n, code) for n, row in enumerate(rows) for code in row.ranked]
        shape = (len(rows), len(number))
        return cls(
            len(rows),
            len(number),
            len(present),
            np.array([n for n, _ in ranked], dtype=np.int64),
            np.array([number[code] for _, code in ranked], dtype=np.int64),
            np.array([rows[n].confidence[code] for n, code in ranked], dtype=np.float64),
            np.array([code in rows[n].gold for n, code in ranked], dtype=np.bool_),
            _matrix([row.gold for row in rows], number, shape),
            _matrix([row.confident for row in rows], number, shape),
            _matrix([row.gold & row.confident for row in rows], number, shape),
        )


def _matrix(codes: Sequence[frozenset[str]], number: dict[str, int], shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_array

    pairs = [(n, number[code]) for n, mine in enumerate(codes) for code in mine]
    row, column = ([pair[side] for pair in pairs] for side in (0, 1))
    return csr_array((np.ones(len(pairs)), (row, column)), shape=shape)


def macro_f1(pooled: Pooled) -> Prepared:
    """Prepare the mean F1 over the codes that are gold somewhere in the resample."""
    present = slice(0, pooled.present)
    gold, sure, right = (side[:, present] for side in (pooled.gold, pooled.sure, pooled.right))

    def metric(weights: Floats) -> Floats:
        of_gold = weights @ gold
        either = of_gold + weights @ sure
        both = weights @ right
        of_code = np.divide(2 * both, either, out=np.zeros_like(both), where=either > 0)
        return mean(of_code, of_gold > 0)

    return metric


def calibration_error(pooled: Pooled) -> Prepared:
    """Prepare the mean distance between confidence and outcome over bins of equal width, by size."""
    counts = np.zeros((pooled.encounters, BINS))
    distance = np.zeros((pooled.encounters, BINS))
    bins = np.minimum(BINS - 1, (pooled.confidence * BINS).astype(np.int64))
    np.add.at(counts, (pooled.owner, bins), 1.0)
    np.add.at(distance, (pooled.owner, bins), pooled.confidence - pooled.truth)

    def metric(weights: Floats) -> Floats:
        total = (weights @ counts).sum(axis=1)
        return divide(np.abs(weights @ distance).sum(axis=1), total)

    return metric


def starts_of(*keys: npt.NDArray[Any]) -> Ints:
    """Return where runs of equal keys begin."""
    size = len(keys[0])
    if not size:
        return np.zeros(0, dtype=np.int64)
    new = np.ones(size, dtype=np.bool_)
    new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(new)


def counts_of(owner: Ints, starts: Ints, counted: npt.NDArray[np.bool_], encounters: int) -> Any:
    """Return a sparse matrix, encounters × runs: the counted pairs of each encounter in each run."""
    from scipy.sparse import csr_array

    lengths = np.diff(np.append(starts, len(owner)))
    run = np.repeat(np.arange(len(starts)), lengths)[counted]
    shape = (encounters, len(starts))
    return csr_array((np.ones(len(run)), (owner[counted], run)), shape=shape)


def divide(above: Floats, below: Floats) -> Floats:
    """Return the quotients, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def mean(values: Floats, counted: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean of the counted values of each row, 0 where none is counted."""
    return divide((values * counted).sum(axis=1), counted.sum(axis=1).astype(np.float64))
