"""How many codes could be taken without looking, and how sure that is: a bound, not an estimate.

For each of a few thresholds, fixed before anything is measured, the share of wrong codes among those
of a patient that reach it is averaged over the patients who have any. Its upper bound is that of
Hoeffding and Bentkus, divided among the thresholds after Bonferroni (Angelopoulos et al., Learn then
Test: Calibrating Predictive Algorithms to Achieve Risk Control, 2021, section 3).

What is guaranteed: with 95 % certainty over which patients were drawn, and for all thresholds at
once, the mean share of right codes among the codes of a new patient that reach the threshold is at
least the bound. That holds for any number of patients and any model, as long as the new patients come
from where the evaluated ones came from and the model was not trained on either.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggester.evaluation.ranked import PRECISION
from suggester.evaluation.scored import Scored

#: Confidences at which suggestions could be taken.
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
#: Probability that any of the bounds fails.
FAILS = 0.05
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """The suggestions that reach one threshold.

    Attributes
    ----------
    codes, right
        How many suggestions reach it, and how many of them are gold.
    patients
        Patients with at least one.
    coverage
        Share of all gold codes among them.
    precision
        Share of them that is gold, the mean over these patients.
    bound
        What that precision is at least, with 95 % certainty for all thresholds together.
    """

    threshold: float
    codes: int
    right: int
    patients: int
    coverage: float
    precision: float
    bound: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {key: round(getattr(self, key), 4) for key in self.__dataclass_fields__}


def taken_at(
    rows: Sequence[Scored], patients: Sequence[str], thresholds: Sequence[float] = THRESHOLDS
) -> tuple[Taken, ...]:
    """Return what reaches each threshold, lowest first, with the bound of its precision."""
    gold = sum(len(row.gold) for row in rows)
    out = []
    for threshold in thresholds:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row, patient in zip(rows, patients, strict=True):
            for code, confidence in row.confidence.items():
                if confidence >= threshold:
                    counts[patient][0] += 1
                    counts[patient][1] += code in row.gold
        codes, right = (sum(pair[side] for pair in counts.values()) for side in (0, 1))
        shares = [hits / number for number, hits in counts.values()]
        precision = sum(shares) / len(shares) if shares else 0.0
        bound = lower_bound(precision, len(shares), FAILS / len(thresholds))
        cover = right / gold if gold else 0.0
        out.append(Taken(threshold, codes, right, len(shares), cover, precision, bound))
    return tuple(out)


def certain(taken: Sequence[Taken], precision: float = PRECISION) -> Taken | None:
    """Return the lowest threshold whose bound reaches ``precision``, or None where none does."""
    return next((one for one in taken if one.bound >= precision), None)


def lower_bound(mean: float, number: int, fails: float) -> float:
    """Return what the mean of a share (0 to 1) is at least, but for a probability of ``fails``.

    ``mean`` is that of ``number`` independent draws. 0 where there are none.
    """
    if not number:
        return 0.0
    risk = 1.0 - mean
    low, high = risk, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _chance(risk, number, middle) > fails:
            low = middle
        else:
            high = middle
    return 1.0 - high


def _chance(risk: float, number: int, true: float) -> float:
    """Return how likely at most so low a mean risk is at most, if the true one is ``true``."""
    from scipy.stats import binom

    hoeffding = math.exp(-number * _divergence(min(risk, true), true))
    # A sum a rounding error above a whole number is that number.
    bentkus = math.e * float(binom.cdf(math.ceil(number * risk - 1e-9), number, true))
    return min(hoeffding, bentkus)


def _divergence(a: float, b: float) -> float:
    """Return the Kullback–Leibler divergence of two coins."""
    out = 0.0
    if a > 0:
        out += a * math.log(a / b)
    if a < 1:
        out += math.inf if b >= 1 else (1 - a) * math.log((1 - a) / (1 - b))
    return out
