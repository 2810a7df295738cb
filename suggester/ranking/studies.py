"""What studies are coded as besides what they show: what they were made for (guidelines IV.K, I.C.21.c.5).

Where a radiograph or an electroencephalogram is normal, the sign or symptom that prompted it is the
diagnosis of the encounter; a screening is one whatever it finds. Few corpora hold enough such reports
to learn it from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggester.candidates.mentions import Candidate
from suggester.candidates.past import COMPLAINT
from suggester.preprocess.assertion import PRESENT
from suggester.ranking.names import NAMES

Floats = npt.NDArray[np.float64]
_REASON = NAMES.index("reason_unexplained")
#: Confidence from which something else is what the study showed, and that of the complaint otherwise.
_SHOWN, _PROMPTED = 0.4, 0.6


#: Screenings by a study, and the sections of its report that say what it was made for.
_SCREENING = re.compile(r"Z12\.(?!39|[89])|Z13\.820")
_ASKED = frozenset({"indication", "body", "chief_complaint", "administrative", "preop_diagnosis"})


def screening(candidates: Sequence[Candidate], confidence: Floats) -> Floats:
    """Return the confidences, those of the screenings raised for which a report says that it was made.

    Parameters
    ----------
    confidence
        Shape (candidates,).
    """
    out = confidence.copy()
    for i, candidate in enumerate(candidates):
        if _SCREENING.match(candidate.code) and any(
            mention.rank == 0
            and mention.assertion.kind == PRESENT
            and mention.sentence.section.kind in _ASKED
            for mention in candidate.mentions
        ):
            out[i] = max(out[i], _PROMPTED)
    return out


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
        if features[i, _REASON] and COMPLAINT.match(candidate.code)
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
