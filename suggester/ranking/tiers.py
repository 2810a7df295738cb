"""The threshold between confident and candidate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def best_threshold(
    confidence: npt.NDArray[np.float64],
    truth: npt.NDArray[np.float64],
    gold: int,
    margin: float = 0.01,
) -> tuple[float, float]:
    """Return the confidence at which micro-F1 is highest, and that micro-F1.

    Parameters
    ----------
    confidence, truth
        Out-of-fold confidence of each pair, and 1 where the code is gold; one length.
    gold
        Number of gold codes in all, those that never became candidates included.
    margin
        Among thresholds within this much of the best micro-F1, which is as much as chance moves it,
        the highest is taken: of two equally good lists coders want the one with less noise.
    """
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(truth[order])
    taken = np.arange(1, len(order) + 1)
    f1 = 2 * hits / (taken + max(gold, 1))
    if not len(f1):
        return 0.5, 0.0
    best = float(f1.max())
    good = confidence[order][f1 >= best - margin]
    return float(good.max()), best
