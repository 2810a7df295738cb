"""How often each code was gold in what a model was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter

if TYPE_CHECKING:
    from suggester.models import Model

#: Encounters that a model's frequencies are counted in a share of.
_SHARE = 1000


def of_model(model: Model) -> dict[str, int] | None:
    """Return the counts that a model remembers; None where its manifest does not tell the encounters."""
    encounters = model.manifest.get("encounters")
    if not isinstance(encounters, int):
        return None
    frequency = model.ranker.code_frequency
    return {code: round(times * encounters / _SHARE) for code, times in frequency.items()}


def of_corpus(corpus: Iterable[CodedEncounter]) -> dict[str, int]:
    """Return in how many encounters of a corpus each code is gold."""
    counts: Counter[str] = Counter()
    for coded in corpus:
        counts.update(set(coded.codes))
    return dict(counts)
