"""The dashboard: the figures of a period as tiles and as charts with their tables."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from suggester.review.finished import Chosen, Period
from suggester.review.overview import UNKNOWN_ALLOWED, WANTED_PRECISION, Overview
from suggester.review.pace import Pace
from suggester.review.people import Person
from suggester.review.statistics import OUTCOMES, OutcomeCounts
from suggester.web.chart_parts import Chart, Line, Series
from suggester.web.charts import histogram, horizontal_bars, stacked_bars
from suggester.web.line_charts import line_chart

_MOST_CODES = 20
_CHANGES = {
    "little": "look alike",
    "some": "differ somewhat",
    "large": "differ much",
}
_PACE = ("Notes", "Median seconds", "90th percentile", "Median seconds for 1,000 characters")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in large, with a note below."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, and a sentence that says what it shows."""

    chart: Chart
    summary: str


def chosen_by(
    person: Person,
    since: datetime.date | None,
    until: datetime.date | None,
    coder: str | None,
    model: str | None,
) -> Chosen:
    """Return which codings a person's figures are over: a coder sees their own only.

    Encounters that the person has yet to code a second time are left out.
    """
    who = (coder or None) if person.may_audit else person.name
    return Chosen(Period.recent(since, until), who, model or None, blind=person.id)


def tiles(found: Overview) -> list[Tile]:
    """Return the main figures."""
    counts, unknown = found.outcomes, found.unknown
    return [
        Tile("Encounters finished", f"{found.encounters:,}"),
        Tile("Accepted as suggested", percent(counts.acceptance), "of those decided on"),
        Tile("Precision", percent(counts.precision), "of codes suggested, assigned"),
        Tile("Recall", percent(counts.recall), "of codes assigned, suggested"),
        Tile(
            f"Coverage at {percent(WANTED_PRECISION)} precision",
            percent(found.reached.coverage if found.reached else None),
            f"confidence {percent(found.reached.confidence)} or more"
            if found.reached
            else "no confidence reaches it",
        ),
        Tile("Median seconds a note", _rounded(found.pace.median_seconds)),
        Tile(
            "Unfamiliar notes",
            percent(unknown.share),
            f"more than {percent(UNKNOWN_ALLOWED)} of their words unknown",
        ),
    ]


def figures(found: Overview, title: Callable[[str, str], str]) -> list[Figure]:
    """Return the charts; ``title`` tells what a code means."""
    made = [
        _outcomes("weeks", "Decisions by week", found.weeks, upright=True),
        _codes(found.codes, title),
        _outcomes("coders", "Decisions by coder", found.coders),
        _outcomes("models", "Decisions by model version", found.models),
        _pace("pace-weeks", "Seconds a note by week", found.pace_weeks),
        _pace("pace-coders", "Seconds a note by coder", found.pace_coders),
        _reliability(found),
        _coverage(found),
        _unfamiliar(found),
    ]
    if found.drift is not None:
        made.append(_drift(found))
    return made


def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash."""
    return "–" if share is None else f"{100 * share:.3g} %"


def _percents(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(100 * share, 1) for share in shares)


def _rounded(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _named(outcome: str) -> str:
    return outcome.replace("_", " ")


def _outcomes(
    name: str, title: str, rows: Sequence[OutcomeCounts], upright: bool = False
) -> Figure:
    labels = [row.group or "unknown" for row in rows]
    series = [
        Series(_named(outcome), tuple(float(getattr(row, outcome)) for row in rows))
        for outcome in OUTCOMES
    ]
    said = "What became of suggested and assigned codes."
    if upright:
        axes = ("week", "codes")
        chart = stacked_bars(name, title, said, labels, series, axes)
    else:
        chart = horizontal_bars(name, title, said, labels, series, ("", "codes"))
    shares = [
        (percent(row.acceptance), percent(row.precision), percent(row.recall)) for row in rows
    ]
    table = tuple((*row, *more) for row, more in zip(chart.rows, shares, strict=True))
    columns = (*chart.columns, "Acceptance", "Precision", "Recall")
    return Figure(replace(chart, columns=columns, rows=table), "")


def _codes(rows: Sequence[OutcomeCounts], title: Callable[[str, str], str]) -> Figure:
    shown = [
        replace(row, group=f"{row.group} {title(row.system or '', row.group)}".strip())
        for row in rows[:_MOST_CODES]
    ]
    made = _outcomes("codes", "Decisions by code", shown)
    more = f"The {_MOST_CODES} most frequent of {len(rows):,}." if len(rows) > len(shown) else ""
    return Figure(made.chart, more)


def _pace(name: str, title: str, rows: Sequence[Pace]) -> Figure:
    medians = Series("median seconds", tuple(row.median_seconds or 0.0 for row in rows))
    labels, said = [row.group for row in rows], "Median seconds a note."
    axes = ("week", "median seconds a note")
    draw = stacked_bars if name == "pace-weeks" else horizontal_bars
    chart = draw(name, title, said, labels, [medians], axes)
    table = tuple(
        (
            row.group,
            f"{row.notes:,}",
            _rounded(row.median_seconds),
            _rounded(row.ninetieth_seconds),
            _rounded(row.median_seconds_per_thousand),
        )
        for row in rows
    )
    return Figure(
        replace(chart, columns=("", *_PACE), rows=table), "Half of the notes took no longer."
    )


def _reliability(found: Overview) -> Figure:
    filled = [band for band in found.bands if band.mean_confidence is not None]
    points = tuple((band.mean_confidence or 0.0, band.precision or 0.0) for band in filled)
    chart = line_chart(
        "reliability",
        "Precision by confidence",
        "Share of suggestions that were assigned, against the confidence promised.",
        ("confidence (mean of each tenth)", "share that was assigned"),
        [Line("ten bands of confidence", points)] if points else [],
        diagonal=True,
    )
    table = tuple(
        (
            f"{percent(band.low)} – {percent(band.high)}",
            f"{band.suggested:,}",
            percent(band.mean_confidence),
            percent(band.precision),
            percent(band.coverage),
        )
        for band in found.bands
    )
    columns = ("Confidence", "Suggested", "Mean confidence", "Precision", "Coverage")
    said = "On the dotted line a confidence keeps what it promises; coders saw it, so this is an upper bound."
    return Figure(replace(chart, columns=columns, rows=table), said)


def _coverage(found: Overview) -> Figure:
    points = tuple((point.coverage, point.precision) for point in found.curve)
    chart = line_chart(
        "coverage",
        "Precision by coverage",
        "Precision of suggestions above a confidence, against the share of assigned codes they cover.",
        ("coverage: share of the assigned codes", "precision: share of suggestions assigned"),
        [Line("above falling confidence", points)] if points else [],
    )
    table = tuple(
        (
            percent(point.confidence),
            f"{point.suggested:,}",
            percent(point.precision),
            percent(point.coverage),
        )
        for point in found.curve
    )
    columns = ("Confidence at least", "Suggested", "Precision", "Coverage")
    reached = found.reached
    said = (
        f"No confidence reaches a precision of {percent(WANTED_PRECISION)}."
        if reached is None
        else f"From a confidence of {percent(reached.confidence)} on, {percent(reached.precision)} are "
        f"right, and {percent(reached.coverage)} of the assigned codes are among them."
    )
    return Figure(replace(chart, columns=columns, rows=table), said if points else "")


def _unfamiliar(found: Overview) -> Figure:
    weeks = found.unknown_weeks
    shares = Series("unfamiliar notes", tuple(100 * (row.share or 0.0) for _, row in weeks))
    described = "Share of the notes of each week that hold many unknown words."
    chart = stacked_bars(
        "unfamiliar",
        "Unfamiliar notes by week",
        described,
        [week for week, _ in weeks],
        [shares],
        ("week", "% of notes"),
    )
    table = tuple(
        (week, f"{row.notes:,}", f"{row.with_unknown:,}", percent(row.share), percent(row.mean))
        for week, row in weeks
    )
    columns = ("", "Notes", "Unfamiliar", "Share", "Unknown words in the mean")
    allowed = percent(UNKNOWN_ALLOWED)
    said = f"Notes of whose words more than {allowed} are unknown: another specialty, language or export."
    return Figure(replace(chart, columns=columns, rows=table), said)


def _drift(found: Overview) -> Figure:
    drift = found.drift
    assert drift is not None
    shift, period = drift.confidences, drift.earlier.period
    before = f"{period.since} to {period.until}"
    later = f"{drift.period.since} to {drift.period.until}"
    title, described = (
        "Drift of confidences",
        "Share of the suggestions in each band of confidence, now and before.",
    )
    if shift is None:
        chart = histogram("drift", title, described, (0, 1), [Series("now", (0.0,))])
        said = f"Nothing to compare: there are no suggestions from {before}, or from {later}."
        return Figure(replace(chart, rows=()), said)
    chart = histogram(
        "drift",
        title,
        described,
        (0.0, *shift.edges, 1.0),
        [
            Series(later, _percents(shift.current_shares)),
            Series(before, _percents(shift.reference_shares)),
        ],
        ("confidence; each bar holds a tenth of the earlier suggestions", "% of suggestions"),
    )
    said = (
        f"The confidences {_CHANGES[shift.change]}: stability index {shift.psi:.3f}, by chance up to "
        f"{shift.psi_by_chance:.3f}; above 0.25 is much. Unfamiliar notes: "
        f"{percent(drift.unknown_before.share)} before, {percent(drift.unknown.share)} now."
    )
    return Figure(chart, said)
