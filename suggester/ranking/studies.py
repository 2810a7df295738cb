"""What a study that explains nothing is coded as: what it was made for (guideline IV.K).

Where a radiograph or an electroencephalogram is normal, the sign or symptom that prompted it is the
diagnosis of the encounter. Few corpora hold enough such reports to learn it from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggester.candidates.mentions import Candidate
from suggester.ranking.names import NAMES

Floats = npt.NDArray[np.float64]
#: Complaints: chapter R without abnormal findings, and those that other chapters hold.
_COMPLAINT = re.compile(
    r"R(?!7\d|8|9)|M25\.5|M54|M79\.[16]|N63|N95\.0|N50\.81|N64\.[45]|H57\.1|H92|H93\.[1A]|H53\.[1-4]"
)
_REASON = NAMES.index("reason_unexplained")
#: Confidence from which something else is what the study showed, and that of the complaint otherwise.
_SHOWN, _PROMPTED = 0.4, 0.6


def prompting(
    features: npt.NDArray[np.float32], candidates: Sequence[Candidate], confidence: Floats
) -> Floats:
    """Return the confidences, those of the complaints raised that a study leaves unexplained.

    Parameters
    ----------
    features
        The matrix of the candidates; shape (candidates, features).
    confidence
        Shape (candidates,).
    """
    reasons = [
        i
        for i, candidate in enumerate(candidates)
        if features[i, _REASON] and _COMPLAINT.match(candidate.code)
    ]
    others = (
        value
        for i, value in enumerate(confidence.tolist())
        if i not in reasons and candidates[i].code[0] not in "VWXY"
    )
    if not reasons or max(others, default=0.0) >= _SHOWN:
        return confidence
    out = confidence.copy()
    out[reasons] = np.maximum(out[reasons], _PROMPTED)
    return out
