"""Charts as SVG made on the server, each with the table that says the same in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from suggester.web.svg import (
    CHARACTER,
    bar,
    element,
    image,
    label,
    legend,
    line,
    number,
    shorten,
    ticks,
)

COLOURS = 6

_WIDTH = 720.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 16.0, 16.0, 32.0
_PLOT = 220.0
_LONGEST_LABEL = 240.0
_ROW = 24.0
_MOST_MARKERS = 25
#: A second sign beside the colour.
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "14 4", "4 2")


@dataclass(frozen=True, slots=True)
class Series:
    """A name for the legend, and one value for each label of the chart; values are never negative."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A name for the legend, and points (x, y), both shares from 0 to 1, in the order drawn."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its twin: ``columns`` and ``rows`` of an HTML table, as text not yet escaped.

    A template writes the picture with ``{{ chart }}``: it is markup, with everything in it escaped.
    """

    title: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __html__(self) -> str:
        """Return the picture; Jinja2 does not escape what has this method."""
        return self.svg


def stacked_bars(
    name: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series]
) -> Chart:
    """Return upright bars, one a label (a week, say), made of one segment a series.

    Parameters
    ----------
    name
        Lower-case letters, digits and hyphens, once a page.
    title, description
        What screen readers say of the picture.

    Raises
    ------
    ValueError
        There are more than six series, values and labels differ in number, or ``name`` is not one.
    """
    _check(labels, series)
    table = _table(title, labels, series)
    totals = [sum(values) for values in zip(*(s.values for s in series), strict=True)]
    if not any(totals):
        return _empty(name, title, description, table)
    parts, height = legend([s.name for s in series], _LEFT, _TOP, _WIDTH - _LEFT - _RIGHT)
    top = _TOP + height + 8
    base = top + _PLOT
    scale = ticks(max(totals))
    parts += _levels(scale, base)
    slot = (_WIDTH - _LEFT - _RIGHT) / len(labels)
    wide = min(slot * 0.75, 48)
    every = math.ceil((max(map(len, labels)) + 2) * CHARACTER / slot)
    for place, said in enumerate(labels):
        middle, foot = _LEFT + (place + 0.5) * slot, base
        for colour, one in enumerate(series, 1):
            value = one.values[place]
            if value:
                size = _PLOT * value / scale[-1]
                foot -= size
                told = f"{said}, {one.name}: {number(value)}"
                parts.append(bar(middle - wide / 2, foot, wide, size, colour, told))
        if place % every == 0:
            parts.append(label(middle, base + 18, said, "middle"))
    return replace(table, svg=image(name, title, description, _WIDTH, base + _BOTTOM, parts))


def horizontal_bars(
    name: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series]
) -> Chart:
    """Return lying bars, one a label (a code, say), first on top, made of one segment a series.

    Parameters, errors: as for :func:`stacked_bars`.
    """
    _check(labels, series)
    table = _table(title, labels, series)
    totals = [sum(values) for values in zip(*(s.values for s in series), strict=True)]
    if not any(totals):
        return _empty(name, title, description, table)
    left = min(_LONGEST_LABEL, max(map(len, labels)) * CHARACTER) + 16
    parts: list[str] = []
    top = _TOP
    if len(series) > 1:
        parts, height = legend([s.name for s in series], left, _TOP, _WIDTH - left - _RIGHT)
        top += height + 8
    scale = ticks(max(totals))
    # The total stands behind the bar and needs room there.
    room = _WIDTH - left - _RIGHT - 56
    base = top + _ROW * len(labels)
    for value in scale:
        x = left + room * value / scale[-1]
        parts.append(line(x, top, x, base, "chart-axis" if value == 0 else "chart-grid"))
        parts.append(label(x, base + 18, number(value), "middle"))
    for place, said in enumerate(labels):
        y, x = top + place * _ROW, left
        for colour, one in enumerate(series, 1):
            value = one.values[place]
            if value:
                size = room * value / scale[-1]
                told = f"{said}, {one.name}: {number(value)}"
                parts.append(bar(x, y + 4, size, _ROW - 8, colour, told))
                x += size
        parts.append(label(left - 8, y + 16, shorten(said, _LONGEST_LABEL), "end"))
        parts.append(label(x + 6, y + 16, number(totals[place])))
    return replace(table, svg=image(name, title, description, _WIDTH, base + _BOTTOM, parts))


def line_chart(
    name: str,
    title: str,
    description: str,
    axes: tuple[str, str],
    lines: Sequence[Line],
    diagonal: bool = False,
) -> Chart:
    """Return lines of one share against another: precision against coverage, or reliability.

    Parameters
    ----------
    name, title, description
        As for :func:`stacked_bars`.
    axes
        What runs along x and along y; both run from 0 % to 100 %.
    diagonal
        Whether to draw x = y, where a calibrated confidence lies.

    Raises
    ------
    ValueError
        There are more than six lines, or ``name`` is not one.
    """
    _check((), lines)
    columns = ("Line", *axes)
    rows = tuple((one.name, _percent(x), _percent(y)) for one in lines for x, y in one.points)
    table = Chart(title, "", columns, rows)
    if not rows:
        return _empty(name, title, description, table)
    parts, height = legend([one.name for one in lines], _LEFT, _TOP, _WIDTH - _LEFT - _RIGHT)
    top = _TOP + height + 20
    across, base = _WIDTH - _LEFT - _RIGHT - 12, top + _PLOT + 40
    up = base - top
    parts.append(label(8, top - 12, axes[1]))
    for step in range(6):
        share = step / 5
        x, y = _LEFT + across * share, base - up * share
        parts.append(line(_LEFT, y, _LEFT + across, y, "chart-grid" if step else "chart-axis"))
        parts.append(label(_LEFT - 8, y + 4, _percent(share), "end"))
        parts.append(label(x, base + 18, _percent(share), "middle"))
    parts.append(label(_LEFT + across / 2, base + 38, axes[0], "middle"))
    if diagonal:
        parts.append(line(_LEFT, base, _LEFT + across, top, "chart-diagonal"))
    for colour, one in enumerate(lines, 1):
        points = [(_LEFT + across * x, base - up * y) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn: dict[str, str | float] = {"points": path, "class": f"chart-line chart-{colour}"}
        if _DASHES[colour - 1]:
            drawn["stroke-dasharray"] = _DASHES[colour - 1]
        parts.append(element("polyline", drawn))
        if len(points) <= _MOST_MARKERS:
            for (x, y), (was_x, was_y) in zip(points, one.points, strict=True):
                told = f"{one.name}, {axes[0]} {_percent(was_x)}: {axes[1]} {_percent(was_y)}"
                parts.append(bar(x - 3.5, y - 3.5, 7, 7, colour, told))
    return replace(table, svg=image(name, title, description, _WIDTH, base + 50, parts))


def histogram(
    name: str, title: str, description: str, edges: Sequence[float], series: Sequence[Series]
) -> Chart:
    """Return touching bars between ``edges``, those of further series drawn as outlines over them.

    Every bin is drawn equally wide and as high as its value, whatever its edges.

    Parameters
    ----------
    edges
        Limits of the bins, one more than there are values; a bin does not hold its upper limit.
    series
        One value a bin: counts, or shares where series of different size are compared.

    Other parameters, errors: as for :func:`stacked_bars`.
    """
    labels = [f"{number(low)}–{number(high)}" for low, high in pairwise(edges)]
    _check(labels, series)
    table = _table(title, labels, series)
    largest = max((value for one in series for value in one.values), default=0)
    if not largest:
        return _empty(name, title, description, table)
    parts, top = list[str](), _TOP
    if len(series) > 1:
        parts, height = legend([s.name for s in series], _LEFT, _TOP, _WIDTH - _LEFT - _RIGHT)
        top += height + 8
    base = top + _PLOT
    scale = ticks(largest)
    parts += _levels(scale, base)
    slot = (_WIDTH - _LEFT - _RIGHT) / len(labels)
    for place, value in enumerate(series[0].values):
        size = _PLOT * value / scale[-1]
        told = f"{labels[place]}, {series[0].name}: {number(value)}"
        parts.append(bar(_LEFT + place * slot, base - size, slot, size, 1, told))
    for colour, one in enumerate(series[1:], 2):
        steps = [
            f"{_LEFT + (place + side) * slot:.1f},{base - _PLOT * value / scale[-1]:.1f}"
            for place, value in enumerate(one.values)
            for side in (0, 1)
        ]
        kind = f"chart-line chart-{colour}"
        # Without its casing the outline would vanish on a bar as dark as itself.
        for drawn in ("chart-casing", kind):
            parts.append(element("polyline", {"points": " ".join(steps), "class": drawn}))
    every = math.ceil((max(len(number(edge)) for edge in edges) + 2) * CHARACTER / slot)
    for place, edge in enumerate(edges):
        if place % every == 0:
            parts.append(label(_LEFT + place * slot, base + 18, number(edge), "middle"))
    return replace(table, svg=image(name, title, description, _WIDTH, base + _BOTTOM, parts))


def _check(labels: Sequence[str], series: Sequence[Series] | Sequence[Line]) -> None:
    if len(series) > COLOURS:
        raise ValueError(f"a chart has {COLOURS} colours, not {len(series)}")
    for one in series:
        if isinstance(one, Series) and len(one.values) != len(labels):
            raise ValueError(f"{one.name}: {len(one.values)} values for {len(labels)} labels")


def _table(title: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    rows = tuple(
        (said, *(number(one.values[place]) for one in series)) for place, said in enumerate(labels)
    )
    return Chart(title, "", ("", *(one.name for one in series)), rows)


def _empty(name: str, title: str, description: str, table: Chart) -> Chart:
    said = label(_WIDTH / 2, 44, "Nothing to show yet", "middle")
    return replace(table, svg=image(name, title, description, _WIDTH, 80, [said]))


def _levels(scale: Sequence[float], base: float) -> list[str]:
    parts: list[str] = []
    for value in scale:
        y = base - _PLOT * value / scale[-1]
        kind = "chart-axis" if value == 0 else "chart-grid"
        parts.append(line(_LEFT, y, _WIDTH - _RIGHT, y, kind))
        parts.append(label(_LEFT - 8, y + 4, number(value), "end"))
    return parts


def _percent(share: float) -> str:
    return f"{number(round(100 * share, 1))} %"
