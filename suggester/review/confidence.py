"""How far a confidence can be relied on: precision by band, and coverage at a wanted precision.

Coders see the suggestions before they decide, so their decisions lean towards them: what is measured
here is an upper bound. A second coding without suggestions tells the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from suggester.review.statistics import DecidedCode

BANDS = 10


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


def bands(decided: Iterable[DecidedCode]) -> tuple[Band, ...]:
    """Return ten bands of confidence of equal width, lowest first.

    Equal width, as in a reliability diagram, not equal size: so the bands of two weeks or two models
    can be laid side by side. Suggestions without a confidence are in no band.
    """
    rows = list(decided)
    assigned = sum(row.assigned for row in rows)
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(BANDS)]
    for confidence, chosen in _scored(rows):
        filled[min(BANDS - 1, int(confidence * BANDS))].append((confidence, chosen))
    return tuple(_band(number, found, assigned) for number, found in enumerate(filled))


def coverage_curve(decided: Iterable[DecidedCode]) -> tuple[CoveragePoint, ...]:
    """Return precision and coverage at each confidence that occurs, highest first.

    Empty where nothing was suggested with a confidence, or nothing assigned.
    """
    rows = list(decided)
    assigned = sum(row.assigned for row in rows)
    if not assigned:
        return ()
    scored = sorted(_scored(rows), reverse=True)
    points: list[CoveragePoint] = []
    chosen = 0
    for suggested, (confidence, right) in enumerate(scored, 1):
        chosen += right
        # Codes of one confidence pass a threshold together.
        if suggested == len(scored) or scored[suggested][0] != confidence:
            points.append(
                CoveragePoint(confidence, suggested, chosen, chosen / suggested, chosen / assigned)
            )
    return tuple(points)


def coverage_at_precision(
    decided: Iterable[DecidedCode], precision: float = 0.95
) -> CoveragePoint | None:
    """Return the point of largest coverage whose precision is at least ``precision``, or None.

    Of several with that coverage, the one of highest confidence.
    """
    reached = [point for point in coverage_curve(decided) if point.precision >= precision]
    return max(reached, key=lambda point: (point.coverage, point.confidence), default=None)


def _scored(rows: Iterable[DecidedCode]) -> list[tuple[float, bool]]:
    return [
        (row.confidence, row.assigned)
        for row in rows
        if row.suggested and row.confidence is not None
    ]


def _band(number: int, found: list[tuple[float, bool]], assigned: int) -> Band:
    chosen = sum(right for _, right in found)
    return Band(
        number / BANDS,
        (number + 1) / BANDS,
        len(found),
        chosen,
        sum(confidence for confidence, _ in found) / len(found) if found else None,
        chosen / len(found) if found else None,
        chosen / assigned if assigned else None,
    )
