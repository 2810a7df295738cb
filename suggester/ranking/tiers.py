"""The two tiers, confident and candidate, and the threshold between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggester.candidates.mentions import Candidate
from suggester.preprocess.assertion import UNCERTAIN
from suggester.suggestions import CANDIDATE, CONFIDENT

_FAMILY_HISTORY = frozenset({"Z80", "Z81", "Z82", "Z83", "Z84"})
#: Confidence from which the best code of a note is confident where no other is: every encounter has
#: a first-listed code (guidelines II and IV.A).
FIRST_LISTED = 0.3


def assign_tiers(
    candidates: Sequence[Candidate],
    confidence: npt.NDArray[np.float64],
    threshold: float,
    setting: str,
) -> list[str]:
    """Return the tier of each candidate.

    Outside the hospital an uncertain diagnosis is never confident (guideline IV.H), nor is a
    relative's disease anywhere unless it is a heading of its own (I.C.21.c.4).
    """
    allowed = [may_be_confident(candidate, setting) for candidate in candidates]
    if not any(
        fits and value >= threshold for fits, value in zip(allowed, confidence, strict=True)
    ):
        best = max((v for fits, v in zip(allowed, confidence, strict=True) if fits), default=1.0)
        threshold = max(best, FIRST_LISTED)
    return [
        CONFIDENT if fits and value >= threshold else CANDIDATE
        for fits, value in zip(allowed, confidence, strict=True)
    ]


def may_be_confident(candidate: Candidate, setting: str) -> bool:
    """Whether the guidelines let a candidate be more than a candidate."""
    mentions = candidate.mentions
    if candidate.code[:3] in _FAMILY_HISTORY and not any(m.sentence.title for m in mentions):
        return False
    uncertain = all(m.assertion.kind == UNCERTAIN and m.assertion.grade >= 2 for m in mentions)
    return not uncertain or setting == "inpatient"


def best_threshold(
    confidence: npt.NDArray[np.float64],
    truth: npt.NDArray[np.float64],
    gold: int,
    margin: float = 0.006,
    quantile: float = 0.5,
) -> tuple[float, float]:
    """Return the confidence at which micro-F1 is highest, and that micro-F1.

    Parameters
    ----------
    confidence, truth
        Out-of-fold confidence of each pair, and 1 where the code is gold; one length.
    gold
        Number of gold codes in all, those that never became candidates included.
    margin, quantile
        Of the thresholds within this much of the best micro-F1, which is as much as chance moves it,
        the ``quantile`` is taken, the middle one by default: the best itself, or the highest, differs from
        one fit to the next.
    """
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(truth[order])
    taken = np.arange(1, len(order) + 1)
    f1 = 2 * hits / (taken + max(gold, 1))
    if not len(f1):
        return 0.5, 0.0
    best = float(f1.max())
    good = confidence[order][f1 >= best - margin]
    return float(np.quantile(good, quantile)), best
