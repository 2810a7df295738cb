"""Pictures of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from suggester.evaluation.mistakes import CATEGORY, CHAPTER, MISSED, RIGHT
from suggester.evaluation.ranked import PRECISION
from suggester.evaluation.reliability import Bin, Point
from suggester.evaluation.resampling import Difference, Interval
from suggester.reports import BLUE, GREY, INK, ORANGE, Picture, drawn, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How a gold code fared → its colour, told apart by lightness as well.
_FATES = {RIGHT: "#1f6391", CATEGORY: "#7fb2d1", CHAPTER: "#e8b98a", MISSED: "#b5502a"}
_ROW = 0.3


def reliability_diagram(bins: Sequence[Bin]) -> Picture:
    """Draw the share of right suggestions against the confidence they were given."""
    with drawn(3.6, 4.2) as (figure, out):
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        said = [one.said for one in bins]
        held = [one.held.value for one in bins]
        spread = _spread([one.held for one in bins])
        axes.errorbar(said, held, yerr=spread, color=BLUE, marker="o", capsize=3, linewidth=1.4)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that is right")
        axes.set_aspect("equal")
    told = "; ".join(
        f"said {one.said:.2f}, right {one.held.value:.2f} of {one.number}" for one in bins
    )
    return Picture(
        out[0],
        f"Reliability diagram. {told}.",
        "A point on the dashed line: the confidence is the share that is right. Below it the model "
        "promises too much, above it too little. Bars: 95 % intervals.",
    )


def precision_coverage(points: Sequence[Point]) -> Picture:
    """Draw precision against the share of gold codes found, most confident suggestions first."""
    with drawn(3.6, 4.2) as (figure, out):
        axes = figure.add_subplot()
        axes.axhline(PRECISION, color=GREY, linestyle="--", linewidth=1)
        coverage = [point.coverage for point in points]
        precision = [point.precision for point in points]
        axes.plot(coverage, precision, color=BLUE, linewidth=1.6)
        axes.set(
            xlim=(0, 1), ylim=(0, 1.03), xlabel="share of gold codes found", ylabel="precision"
        )
    last = points[-1] if points else Point(0, 0, 0)
    good = max((p.coverage for p in points if p.precision >= PRECISION), default=0.0)
    return Picture(
        out[0],
        f"Precision against coverage. 95 % precision holds up to {good:.2f} of the gold codes; all "
        f"suggestions together find {last.coverage:.2f} at precision {last.precision:.2f}.",
        "Suggestions are taken from the most confident down. Dashed: 95 % precision.",
    )


def with_intervals(
    named: Mapping[str, Interval], title: str, whole: float | None = None, label: str = "micro-F1"
) -> Picture:
    """Draw figures with their intervals, one a line; ``whole`` is marked by a dashed line."""
    with drawn(0.75 + _ROW * len(named)) as (figure, out):
        axes = figure.add_subplot()
        if whole is not None:
            axes.axvline(whole, color=GREY, linestyle="--", linewidth=1)
        values = list(named.values())
        _dots(axes, list(named), [v.value for v in values], _spread(values))
        axes.set(xlim=(0, 1.02), xlabel=label)
    told = "; ".join(
        f"{name} {v.value:.2f} ({v.low:.2f} to {v.high:.2f})" for name, v in named.items()
    )
    dashed = "" if whole is None else " Dashed: all encounters."
    return Picture(out[0], f"{title}. {told}.", f"{title}, with 95 % intervals.{dashed}")


def differences_drawn(rows: Mapping[str, Difference], title: str) -> Picture:
    """Draw differences with their intervals, one a line, beside no difference at all."""
    with drawn(0.75 + _ROW * len(rows)) as (figure, out):
        axes = figure.add_subplot()
        axes.axvline(0, color=INK, linewidth=1)
        apart = [Interval(row.other - row.base, row.low, row.high) for row in rows.values()]
        colours = [ORANGE if row.verdict == "worse" else BLUE for row in rows.values()]
        faint = [row.verdict == "unclear" for row in rows.values()]
        shades = [GREY if grey else colour for grey, colour in zip(faint, colours, strict=True)]
        _dots(axes, list(rows), [a.value for a in apart], _spread(apart), shades)
        axes.set_xlabel("difference")
    told = "; ".join(
        f"{name} {row.other - row.base:+.3f} ({row.low:+.3f} to {row.high:+.3f})"
        for name, row in rows.items()
    )
    return Picture(
        out[0],
        f"{title}. {told}.",
        f"{title}, with 95 % intervals. Blue: better; orange: worse; grey: may be chance.",
    )


def chapter_bars(outcomes: Mapping[str, Mapping[str, int]], titles: Mapping[str, str]) -> Picture:
    """Draw for each chapter how its gold codes fared."""
    names = list(outcomes)
    with drawn(1.0 + _ROW * len(names)) as (figure, out):
        axes = figure.add_subplot()
        left = [0] * len(names)
        for fate, colour in _FATES.items():
            widths = [outcomes[name][fate] for name in names]
            axes.barh(range(len(names)), widths, left=left, color=colour, label=fate, height=0.7)
            left = [a + b for a, b in zip(left, widths, strict=True)]
        name_rows(axes, [f"{name}  {titles.get(name, '')}" for name in names])
        axes.set_xlabel("gold codes")
        figure.legend(loc="outside upper right", ncols=4, frameon=False)
    told = "; ".join(
        f"{name}: " + ", ".join(f"{n} {fate}" for fate, n in outcomes[name].items() if n)
        for name in names
    )
    return Picture(
        out[0],
        f"How the gold codes of each chapter fared. {told}.",
        "Right: the code was confidently suggested. Same category, same chapter: another code of it "
        "was suggested instead. Missed: nothing was suggested in its place.",
    )


def _dots(
    axes: Axes,
    names: Sequence[str],
    values: Sequence[float],
    spread: Any,
    colours: Sequence[str] | None = None,
) -> None:
    shades = colours or [BLUE] * len(names)
    for n, (value, colour) in enumerate(zip(values, shades, strict=True)):
        bars = [[spread[0][n]], [spread[1][n]]]
        axes.errorbar(value, n, xerr=bars, color=colour, marker="o", capsize=3, linewidth=1.4)
    name_rows(axes, names)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Write a name beside each row, the first on top."""
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels([short(name, 48) for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e4e8ec", linewidth=0.8)
    axes.set_axisbelow(True)


def _spread(values: Sequence[Interval]) -> list[list[float]]:
    """Return how far intervals reach below and above, never less than nothing."""
    return [
        [max(0.0, one.value - one.low) for one in values],
        [max(0.0, one.high - one.value) for one in values],
    ]
