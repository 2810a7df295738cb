"""Codes that come second in a row of the lexicon never rank above the code they accompany.

"Chronic back pain" is M54.9 with G89.29: the site of the pain is sequenced first (I.C.6.b.1.b).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggester.candidates.mentions import Candidate

Place = tuple[int, int]


def hold_back(
    candidates: Sequence[Candidate], confidence: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the confidence with each companion's limited to that of the best code it accompanies."""
    leads: dict[Place, float] = {}
    for candidate, value in zip(candidates, confidence, strict=True):
        for m in candidate.mentions:
            if not m.companion and m.rank == 0:
                place = (m.term.start, m.term.end)
                leads[place] = max(leads.get(place, 0.0), float(value))
    out = confidence.copy()
    for i, candidate in enumerate(candidates):
        if candidate.rule or not all(m.companion for m in candidate.mentions):
            continue
        bounds = [leads.get((m.term.start, m.term.end)) for m in candidate.mentions]
        known = [bound for bound in bounds if bound is not None]
        if known:
            out[i] = min(out[i], max(known) - 1e-6)
    return out
