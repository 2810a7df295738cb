"""Do the words shown as evidence support the code? Suggested places beside those a coder marked.

Compared are confident codes that are gold and whose places were marked: whether the code itself is
right is measured elsewhere. After DeYoung et al., ERASER: A Benchmark to Evaluate Rationalized NLP
Models (ACL 2020), section 4.2: characters shared, and places that overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suggester.corpus.gold import Span
from suggester.evaluation.answered import Answered
from suggester.evaluation.pooled import Floats, divide
from suggester.evaluation.resampling import RESAMPLES, Interval, bounded

#: Names of the figures, as in :class:`EvidenceFigures`.
FIGURES = ("characters", "exact", "overlapping", "touched")


@dataclass(frozen=True, slots=True)
class EvidenceFigures:
    """How well the places of right codes agree.

    Attributes
    ----------
    codes
        Right codes whose places were compared.
    characters
        F1 of the characters marked on either side.
    exact
        F1 of places that are the same to the character.
    overlapping
        F1 of places that share a character with one of the other side.
    touched
        Share of the codes of which some suggested place overlaps a marked one.
    """

    codes: int
    characters: Interval
    exact: Interval
    overlapping: Interval
    touched: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        figures = {name: getattr(self, name).to_dict() for name in FIGURES}
        return {"codes": self.codes, **figures}


def evidence_figures(
    rows: Sequence[Answered], resamples: int = RESAMPLES, seed: int = 0
) -> EvidenceFigures | None:
    """Return the figures of a corpus, or None where no right code has marked places."""
    sums = np.array([_counts(row) for row in rows], dtype=np.float64)
    if not rows or not sums[:, 0].sum():
        return None

    def figures(weights: Floats) -> Floats:
        codes, touched, both, said, gold, same, places, near, marked, found = (weights @ sums).T
        precision, recall = divide(near, places), divide(found, marked)
        return np.column_stack(
            [
                divide(2 * both, said + gold),
                divide(2 * same, places + marked),
                divide(2 * precision * recall, precision + recall),
                divide(touched, codes),
            ]
        )

    found = bounded(figures, [row.patient for row in rows], resamples, seed)
    return EvidenceFigures(int(sums[:, 0].sum()), *found)


def _counts(row: Answered) -> list[int]:
    """Return the ten numbers that the figures are made of.

    Codes, codes touched; characters shared, suggested, marked; places the same, suggested, suggested
    and overlapping, marked, marked and overlapping.
    """
    out = [0] * 10
    for code in sorted(row.scored.confident & row.scored.gold):
        said, gold = set(row.spans.get(code, ())), set(row.gold_spans.get(code, ()))
        if not gold:
            continue
        first, second = _characters(said), _characters(gold)
        near = [any(overlap(a, b) for b in gold) for a in said]
        found = [any(overlap(a, b) for b in said) for a in gold]
        mine: tuple[int, ...] = (1, any(near), len(first & second), len(first), len(second))
        mine += (len(said & gold), len(said), sum(near), len(gold), sum(found))
        out = [a + b for a, b in zip(out, mine, strict=True)]
    return out


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two places share a character."""
    return one.start < other.end and other.start < one.end


def _characters(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}
