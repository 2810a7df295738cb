"""Charts of one share against another, as SVG made on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from suggester.web.chart_parts import (
    LEFT,
    PLOT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Line,
    check_series,
    empty,
)
from suggester.web.svg import bar, element, image, label, legend, line, number

_MOST_MARKERS = 25
#: A second sign beside the colour.
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "14 4", "4 2")


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
    check_series((), lines)
    columns = ("Line", *axes)
    rows = tuple((one.name, _percent(x), _percent(y)) for one in lines for x, y in one.points)
    table = Chart(title, "", columns, rows)
    if not rows:
        return empty(name, title, description, table)
    parts, top = list[str](), TOP + 20
    if len(lines) > 1:
        parts, height = legend([one.name for one in lines], LEFT, TOP, WIDTH - LEFT - RIGHT)
        top += height
    across, base = WIDTH - LEFT - RIGHT - 12, top + PLOT + 40
    up = base - top
    parts.append(label(8, top - 12, axes[1], kind="chart-axis-name"))
    for step in range(6):
        share = step / 5
        x, y = LEFT + across * share, base - up * share
        parts.append(line(LEFT, y, LEFT + across, y, "chart-grid" if step else "chart-axis"))
        parts.append(label(LEFT - 8, y + 4, _percent(share), "end"))
        parts.append(label(x, base + 18, _percent(share), "middle"))
    parts.append(label(LEFT + across / 2, base + 38, axes[0], "middle", "chart-axis-name"))
    if diagonal:
        parts.append(line(LEFT, base, LEFT + across, top, "chart-diagonal"))
    for colour, one in enumerate(lines, 1):
        points = [(LEFT + across * x, base - up * y) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn: dict[str, str | float] = {"points": path, "class": f"chart-line chart-{colour}"}
        if _DASHES[colour - 1]:
            drawn["stroke-dasharray"] = _DASHES[colour - 1]
        parts.append(element("polyline", drawn))
        if len(points) <= _MOST_MARKERS:
            for (x, y), (was_x, was_y) in zip(points, one.points, strict=True):
                told = f"{one.name}, {axes[0]} {_percent(was_x)}: {axes[1]} {_percent(was_y)}"
                parts.append(bar(x - 3.5, y - 3.5, 7, 7, colour, told))
    return replace(table, svg=image(name, title, description, WIDTH, base + 50, parts))


def _percent(share: float) -> str:
    return f"{number(round(100 * share, 1))} %"
