"""How far a confidence can be relied on: precision by band, and coverage at a wanted precision.

Coders see the suggestions before they decide, so their decisions lean towards them: what is measured
here is an upper bound. A second coding without suggestions tells the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from suggester.review.statistics import DecidedCode

BANDS = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """How often suggestions of each confidence were assigned, and how often not.

    ``counts`` are by confidence and whether it was assigned; ``assigned`` counts all assigned codes,
    suggested or not. Suggestions without a confidence are in ``assigned`` only.
    """

    assigned: int
    counts: Mapping[tuple[float, bool], int]


def scored(decided: Iterable[DecidedCode]) -> Scores:
    """Return rows counted by confidence."""
    assigned = 0
    counts: Counter[tuple[float, bool]] = Counter()
    for row in decided:
        assigned += row.assigned
        if row.suggested and row.confidence is not None:
            counts[row.confidence, row.assigned] += 1
    return Scores(assigned, counts)


def together(scores: Iterable[Scores]) -> Scores:
    """Return several counts as one."""
    assigned = 0
    counts: Counter[tuple[float, bool]] = Counter()
    for one in scores:
        assigned += one.assigned
        for key, number in one.counts.items():
            counts[key] += number
    return Scores(assigned, counts)


@dataclass(frozen=True, slots=True)
class Band:
    """Suggestions with a confidence from ``low`` up to, but not including, ``high`` (the last: 1 too).

    Attributes
    ----------
    suggested, chosen
        Suggestions in the band, and those of them that coders assigned.
    mean_confidence, precision
        What the model promised on average and the share that was chosen: equal where confidence is
        calibrated. None in an empty band.
    coverage
        Share of all assigned codes, suggested or not, that this band holds; None where none was assigned.
    """

    low: float
    high: float
    suggested: int
    chosen: int
    mean_confidence: float | None
    precision: float | None
    coverage: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """What suggestions at or above ``confidence`` would give.

    ``precision`` is the share of them that coders assigned; ``coverage`` the share of all assigned
    codes, suggested or not, that stand among them.
    """

    confidence: float
    suggested: int
    chosen: int
    precision: float
    coverage: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def bands(scores: Scores) -> tuple[Band, ...]:
    """Return ten bands of confidence of equal width, lowest first.

    Equal width, as in a reliability diagram, not equal size: so the bands of two weeks or two models
    can be laid side by side. Suggestions without a confidence are in no band.
    """
    filled: list[list[tuple[float, bool, int]]] = [[] for _ in range(BANDS)]
    for (confidence, chosen), number in scores.counts.items():
        filled[min(BANDS - 1, int(confidence * BANDS))].append((confidence, chosen, number))
    return tuple(_band(place, found, scores.assigned) for place, found in enumerate(filled))


def coverage_curve(scores: Scores) -> tuple[CoveragePoint, ...]:
    """Return precision and coverage at each confidence that occurs, highest first.

    Empty where nothing was suggested with a confidence, or nothing assigned.
    """
    if not scores.assigned:
        return ()
    points: list[CoveragePoint] = []
    suggested = chosen = 0
    # Codes of one confidence pass a threshold together.
    for confidence in sorted({key for key, _ in scores.counts}, reverse=True):
        right = scores.counts.get((confidence, True), 0)
        chosen += right
        suggested += right + scores.counts.get((confidence, False), 0)
        points.append(
            CoveragePoint(
                confidence, suggested, chosen, chosen / suggested, chosen / scores.assigned
            )
        )
    return tuple(points)


def best_at_precision(
    curve: Iterable[CoveragePoint], precision: float = 0.95
) -> CoveragePoint | None:
    """Return the point of largest coverage whose precision is at least ``precision``, or None.

    Of several with that coverage, the one of highest confidence.
    """
    reached = [point for point in curve if point.precision >= precision]
    return max(reached, key=lambda point: (point.coverage, point.confidence), default=None)


def _band(place: int, found: list[tuple[float, bool, int]], assigned: int) -> Band:
    suggested = sum(number for _, _, number in found)
    chosen = sum(number for _, right, number in found if right)
    promised = sum(confidence * number for confidence, _, number in found)
    return Band(
        place / BANDS,
        (place + 1) / BANDS,
        suggested,
        chosen,
        promised / suggested if suggested else None,
        chosen / suggested if suggested else None,
        chosen / assigned if assigned else None,
    )
