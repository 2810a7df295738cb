"""What every chart has: the picture with its table, its size, and what is shown when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from suggester.web.svg import image, label, number

COLOURS = 6

WIDTH = 720.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 16.0, 32.0
PLOT = 220.0
AXIS_ROW = 18.0


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


def check_series(labels: Sequence[str], series: Sequence[Series] | Sequence[Line]) -> None:
    """Refuse what cannot be drawn; raises ValueError."""
    if len(series) > COLOURS:
        raise ValueError(f"a chart has {COLOURS} colours, not {len(series)}")
    for one in series:
        if isinstance(one, Series) and len(one.values) != len(labels):
            raise ValueError(f"{one.name}: {len(one.values)} values for {len(labels)} labels")


def table_of(title: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Return the twin of a picture that is still to be drawn."""
    rows = tuple(
        (said, *(number(one.values[place]) for one in series)) for place, said in enumerate(labels)
    )
    return Chart(title, "", ("", *(one.name for one in series)), rows)


def empty(name: str, title: str, description: str, table: Chart) -> Chart:
    """Return the picture of nothing."""
    said = label(WIDTH / 2, 44, "Nothing to show yet", "middle")
    return replace(table, svg=image(name, title, description, WIDTH, 80, [said]))
