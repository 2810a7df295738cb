"""The figures of the dashboard: what was decided, how fast, how far a confidence holds, what drifts."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from suggester.review.confidence import (
    Band,
    CoveragePoint,
    Scores,
    bands,
    best_at_precision,
    coverage_curve,
    together,
)
from suggester.review.database import Database
from suggester.review.days import Day, Days
from suggester.review.drift import ConfidenceShift, UnknownTerms, confidence_shift, unknown_terms
from suggester.review.finished import Chosen, Period
from suggester.review.pace import Pace, pace, pace_by_coder, pace_by_week
from suggester.review.statistics import (
    OutcomeCounts,
    count_all,
    count_by_code,
    count_by_coder,
    count_by_model,
    count_by_week,
    week_of,
    weeks_between,
)
from suggester.review.tables import Coding, EventRow

#: A note with a larger share of unknown words is written in another language than most.
UNKNOWN_ALLOWED = 0.10
#: Precision at which the coverage of suggestions is told.
WANTED_PRECISION = 0.95
_MOST_POINTS = 100
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Drift:
    """How a period differs from an earlier one: that of the same length before it, or its own first half.

    ``encounters`` are those of the earlier one. ``confidences`` is None where either has no suggestions.
    """

    period: Period
    earlier: Chosen
    encounters: int
    confidences: ConfidenceShift | None
    unknown_before: UnknownTerms
    unknown: UnknownTerms

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "period": self.period.to_dict(),
            "earlier": self.earlier.period.to_dict() | {"encounters": self.encounters},
            "confidences": self.confidences and self.confidences.to_dict(),
            "unknown_before": self.unknown_before.to_dict(),
            "unknown": self.unknown.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures over the finished first codings of a period."""

    chosen: Chosen
    encounters: int
    outcomes: OutcomeCounts
    codes: tuple[OutcomeCounts, ...]
    coders: tuple[OutcomeCounts, ...]
    models: tuple[OutcomeCounts, ...]
    weeks: tuple[OutcomeCounts, ...]
    pace: Pace
    pace_coders: tuple[Pace, ...]
    pace_weeks: tuple[Pace, ...]
    bands: tuple[Band, ...]
    curve: tuple[CoveragePoint, ...]
    reached: CoveragePoint | None
    unknown: UnknownTerms
    unknown_weeks: tuple[tuple[str, UnknownTerms], ...]
    drift: Drift | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "period": self.chosen.period.to_dict(),
            "coder": self.chosen.coder,
            "model": self.chosen.model,
            "encounters": self.encounters,
            "outcomes": self.outcomes.to_dict(),
            "codes": [row.to_dict() for row in self.codes],
            "coders": [row.to_dict() for row in self.coders],
            "models": [row.to_dict() for row in self.models],
            "weeks": [row.to_dict() for row in self.weeks],
            "pace": self.pace.to_dict()
            | {
                "coders": [row.to_dict() for row in self.pace_coders],
                "weeks": [row.to_dict() for row in self.pace_weeks],
            },
            "confidence": {
                "bands": [row.to_dict() for row in self.bands],
                "curve": [row.to_dict() for row in self.curve],
                "wanted_precision": WANTED_PRECISION,
                "reached": self.reached and self.reached.to_dict(),
            },
            "unknown_terms": self.unknown.to_dict()
            | {
                "allowed": UNKNOWN_ALLOWED,
                "weeks": [{"group": week} | row.to_dict() for week, row in self.unknown_weeks],
            },
            "drift": self.drift and self.drift.to_dict(),
        }


class Overviews:
    """Tell figures, and keep the last few until another coding is finished or reopened."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._days = Days(database)
        self._known: OrderedDict[tuple[Any, ...], Overview] = OrderedDict()

    def get(self, chosen: Chosen) -> Overview:
        """Return the figures over the finished first codings that are meant."""
        query = select(func.count(), func.max(Coding.finished_at), func.sum(Coding.version)).where(
            Coding.kind == "first", Coding.finished_at.is_not(None)
        )
        hidden = select(Coding.id).where(
            Coding.kind == "second", Coding.finished_at.is_(None), Coding.coder_id == chosen.blind
        )
        with self._database.reading() as session:
            stamp = (tuple(session.execute(query).one()), *session.scalars(hidden))
        if len(stamp) == 1:  # Nothing is kept from them: the figures are those of all.
            chosen = replace(chosen, blind=None)
        key = (chosen, *stamp)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _overview(self._days, chosen)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known


def overview(database: Database, chosen: Chosen) -> Overview:
    """Return the figures over the finished first codings that are meant."""
    return _overview(Days(database), chosen)


def _overview(days: Days, chosen: Chosen) -> Overview:
    found = days.get(chosen)
    tallies = [one for day in found for one in day.tallies]
    timings = [one for day in found for one in day.timings]
    scores = together(day.scores for day in found)
    curve = coverage_curve(scores)
    return Overview(
        chosen,
        len(timings),
        count_all(tallies),
        count_by_code(tallies),
        count_by_coder(tallies),
        count_by_model(tallies),
        count_by_week(tallies),
        pace(timings),
        pace_by_coder(timings),
        pace_by_week(timings),
        bands(scores),
        _thinned(curve),
        best_at_precision(curve, WANTED_PRECISION),
        _unknown(found),
        unknown_by_week((week_of(day.day), day.unknown) for day in found),
        _drift(days, chosen, found, scores),
    )


def choices(database: Database, coder: str | None = None) -> dict[str, list[str]]:
    """Return the coders and the models that finished codings have, of one coder or of all."""
    query = (
        select(EventRow.who, EventRow.model)
        .join(Coding, Coding.id == EventRow.coding_id)
        .where(
            Coding.kind == "first",
            Coding.finished_at.is_not(None),
            EventRow.sequence == Coding.version,
        )
        .distinct()
    )
    if coder is not None:
        query = query.where(EventRow.who == coder)
    with database.reading() as session:
        rows = session.execute(query).all()
    return {
        "coders": sorted({row.who for row in rows}),
        "models": sorted({row.model for row in rows if row.model}),
    }


def _drift(days: Days, chosen: Chosen, now: list[Day], scores: Scores) -> Drift | None:
    """Compare with the period before; where nothing is there, the later half with the earlier."""
    period, before = chosen.period, chosen.period.before
    if before is None:
        return None
    earlier = days.get(replace(chosen, period=before))
    if now and not earlier and (halves := period.halves) is not None:
        before, period = halves
        middle = period.since
        assert middle is not None
        earlier = [day for day in now if day.day < middle]
        now = [day for day in now if day.day >= middle]
        scores = together(day.scores for day in now)
    return Drift(
        period,
        replace(chosen, period=before),
        sum(day.encounters for day in earlier),
        confidence_shift(
            _confidences(together(day.scores for day in earlier)), _confidences(scores)
        ),
        _unknown(earlier),
        _unknown(now),
    )


def _confidences(scores: Scores) -> list[float]:
    counts = scores.counts.items()
    return [confidence for (confidence, _), number in counts for _ in range(number)]


def _unknown(days: Iterable[Day]) -> UnknownTerms:
    return unknown_terms((share for day in days for share in day.unknown), UNKNOWN_ALLOWED)


def unknown_by_week(
    found: Iterable[tuple[str, tuple[float, ...]]],
) -> tuple[tuple[str, UnknownTerms], ...]:
    """Return how unfamiliar the notes of each week were, from the first week to the last."""
    weeks: dict[str, list[float]] = defaultdict(list)
    for week, shares in found:
        weeks[week] += shares
    if not weeks:
        return ()
    return tuple(
        (week, unknown_terms(weeks.get(week, ()), UNKNOWN_ALLOWED))
        for week in weeks_between(min(weeks), max(weeks))
    )


def _thinned(curve: tuple[CoveragePoint, ...]) -> tuple[CoveragePoint, ...]:
    """Return at most some hundred points, the last always among them."""
    every = -(-len(curve) // _MOST_POINTS)
    return curve if every < 2 else curve[::-1][::every][::-1]
