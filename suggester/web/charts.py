"""Bar charts and histograms as SVG made on the server, each with the table that says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from suggester.web.chart_parts import (
    AXIS_ROW,
    BOTTOM,
    LEFT,
    PLOT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Series,
    check_series,
    empty,
    table_of,
)
from suggester.web.svg import (
    CHARACTER,
    bar,
    element,
    filled,
    image,
    label,
    legend,
    line,
    number,
    patterns,
    shorten,
    ticks,
)

_LONGEST_LABEL = 240.0
_ROW = 24.0


def stacked_bars(
    name: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    axes: tuple[str, str] = ("", ""),
) -> Chart:
    """Return upright bars, one a label (a week, say), made of one segment a series.

    Parameters
    ----------
    name
        Lower-case letters, digits and hyphens, once a page.
    title, description
        What screen readers say of the picture.
    axes
        What the labels are, and what is measured, with its unit.

    Raises
    ------
    ValueError
        There are more than six series, values and labels differ in number, or ``name`` is not one.
    """
    check_series(labels, series)
    table = table_of(title, labels, series)
    totals = [sum(values) for values in zip(*(s.values for s in series), strict=True)]
    if not any(totals):
        return empty(name, title, description, table)
    parts = [patterns(name, len(series))]
    top = TOP
    if len(series) > 1:
        swatches, height = legend([s.name for s in series], LEFT, TOP, WIDTH - LEFT - RIGHT, name)
        parts += swatches
        top += height + 8
    parts.append(label(8, top + 4, axes[1], kind="chart-axis-name"))
    top += AXIS_ROW
    base = top + PLOT
    scale = ticks(max(totals))
    parts += _levels(scale, base)
    slot = (WIDTH - LEFT - RIGHT) / len(labels)
    wide = min(slot * 0.75, 48)
    every = math.ceil((max(map(len, labels)) + 2) * CHARACTER / slot)
    for place, said in enumerate(labels):
        middle, foot = LEFT + (place + 0.5) * slot, base
        for colour, one in enumerate(series, 1):
            value = one.values[place]
            if value:
                size = PLOT * value / scale[-1]
                foot -= size
                told = f"{said}, {one.name}: {number(value)}"
                parts.append(filled(name, middle - wide / 2, foot, wide, size, colour, told))
        if place % every == 0:
            parts.append(label(middle, base + 18, said, "middle"))
    foot = base + BOTTOM + AXIS_ROW
    parts.append(label((LEFT + WIDTH) / 2, foot - 10, axes[0], "middle", "chart-axis-name"))
    return replace(table, svg=image(name, title, description, WIDTH, foot, parts))


def horizontal_bars(
    name: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    axes: tuple[str, str] = ("", ""),
) -> Chart:
    """Return lying bars, one a label (a code, say), first on top, made of one segment a series.

    Parameters, errors: as for :func:`stacked_bars`.
    """
    check_series(labels, series)
    table = table_of(title, labels, series)
    totals = [sum(values) for values in zip(*(s.values for s in series), strict=True)]
    if not any(totals):
        return empty(name, title, description, table)
    left = min(_LONGEST_LABEL, max(map(len, labels)) * CHARACTER) + 16
    parts = [patterns(name, len(series))]
    top = TOP
    if len(series) > 1:
        names = [s.name for s in series]
        swatches, height = legend(names, left, TOP, WIDTH - left - RIGHT, name)
        parts += swatches
        top += height + 8
    scale = ticks(max(totals))
    # The total stands behind the bar and needs room there.
    room = WIDTH - left - RIGHT - 56
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
                parts.append(filled(name, x, y + 4, size, _ROW - 8, colour, told))
                x += size
        parts.append(label(left - 8, y + 16, shorten(said, _LONGEST_LABEL), "end"))
        parts.append(label(x + 6, y + 16, number(totals[place])))
    foot = base + BOTTOM + AXIS_ROW
    parts.append(label(left + room / 2, foot - 10, axes[1], "middle", "chart-axis-name"))
    return replace(table, svg=image(name, title, description, WIDTH, foot, parts))


def histogram(
    name: str,
    title: str,
    description: str,
    edges: Sequence[float],
    series: Sequence[Series],
    axes: tuple[str, str] = ("", ""),
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
    check_series(labels, series)
    table = table_of(title, labels, series)
    largest = max((value for one in series for value in one.values), default=0)
    if not largest:
        return empty(name, title, description, table)
    parts, top = list[str](), TOP
    if len(series) > 1:
        parts, height = legend([s.name for s in series], LEFT, TOP, WIDTH - LEFT - RIGHT)
        top += height + 8
    parts.append(label(8, top + 4, axes[1], kind="chart-axis-name"))
    top += AXIS_ROW
    base = top + PLOT
    scale = ticks(largest)
    parts += _levels(scale, base)
    slot = (WIDTH - LEFT - RIGHT) / len(labels)
    for place, value in enumerate(series[0].values):
        size = PLOT * value / scale[-1]
        told = f"{labels[place]}, {series[0].name}: {number(value)}"
        parts.append(bar(LEFT + place * slot, base - size, slot, size, 1, told))
    for colour, one in enumerate(series[1:], 2):
        steps = [
            f"{LEFT + (place + side) * slot:.1f},{base - PLOT * value / scale[-1]:.1f}"
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
            parts.append(label(LEFT + place * slot, base + 18, number(edge), "middle"))
    foot = base + BOTTOM + AXIS_ROW
    parts.append(label((LEFT + WIDTH) / 2, foot - 10, axes[0], "middle", "chart-axis-name"))
    return replace(table, svg=image(name, title, description, WIDTH, foot, parts))


def _levels(scale: Sequence[float], base: float) -> list[str]:
    parts: list[str] = []
    for value in scale:
        y = base - PLOT * value / scale[-1]
        kind = "chart-axis" if value == 0 else "chart-grid"
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, kind))
        parts.append(label(LEFT - 8, y + 4, number(value), "end"))
    return parts
