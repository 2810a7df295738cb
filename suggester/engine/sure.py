"""Only what is sure: the diagnoses from the confidence on that training found 95 % right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from suggester.errors import ModelError
from suggester.suggestions import CONFIDENT, Claim, Result

if TYPE_CHECKING:
    from suggester.models import Model


def sure_threshold(model: Model) -> float:
    """Return the confidence from which diagnoses of a model are surely 95 % right.

    Raises
    ------
    ModelError
        There is none; the sentence says why.
    """
    if model.ranker.sure is not None:
        return model.ranker.sure
    told = model.manifest.get("sure")
    if not isinstance(told, dict):
        raise ModelError(
            f"Model {model.name} {model.version} was trained before it was measured from which confidence "
            "diagnoses are surely right; train it again to use --sure."
        )
    raise ModelError(
        f"Model {model.name} {model.version} names no confidence from which diagnoses are surely "
        f"{told.get('precision', 0.95):.0%} right: none can be guaranteed on {told.get('patients', '?')} "
        "patients. Train it on more notes to use --sure."
    )


def only_sure(result: Result, threshold: float) -> Result:
    """Return a result with only its confident diagnoses at or above a threshold, ranks as they were.

    Procedures are left out: how sure they are was not measured.
    """
    kept = tuple(s for s in result.diagnoses if s.tier == CONFIDENT and s.confidence >= threshold)
    codes = {suggestion.code for suggestion in kept}
    sequence = tuple(code for code in result.claim.sequence if code in codes)
    because = result.claim.first_because if sequence[:1] == result.claim.sequence[:1] else ""
    notice = (
        f"Only diagnoses of confidence {threshold:.2f} and above are shown; the note may have more."
    )
    return replace(
        result,
        suggestions=kept,
        claim=Claim(sequence, because),
        notices=(*result.notices, notice),
    )
