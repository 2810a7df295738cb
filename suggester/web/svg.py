"""The pieces that charts are made of: escaped SVG elements, scales and legends.

Nothing here writes a ``style`` or a script: colours and fonts come from ``static/css/charts.css`` by
class name, so the pages' content security policy holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape

#: Characters that XML 1.0 cannot hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")

#: About as wide as a character of the charts' font is at its 12 pixels.
CHARACTER = 7
_LEGEND_ROW = 20
_SWATCH = 12


def words(text: str) -> str:
    """Return text escaped for XML, characters that XML forbids replaced by U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=True)


def element(tag: str, attributes: dict[str, str | float], *children: str) -> str:
    """Return one element; attribute values are escaped here, ``children`` are markup already."""
    written = "".join(f' {name}="{_value(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def label(x: float, y: float, text: str, anchor: str = "start", kind: str = "chart-text") -> str:
    """Return a line of text at a place; ``anchor`` is ``start``, ``middle`` or ``end``."""
    return element("text", {"x": x, "y": y, "text-anchor": anchor, "class": kind}, words(text))


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Return a straight line."""
    return element("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind})


def bar(x: float, y: float, width: float, height: float, colour: int, said: str) -> str:
    """Return a rectangle in the colour of its series that says its value when pointed at."""
    place: dict[str, str | float] = {"x": x, "y": y, "width": width, "height": height}
    kind = f"chart-bar chart-{colour}"
    return element("rect", place | {"class": kind}, element("title", {}, words(said)))


#: Lines over the colour of each series, for readers who cannot tell colours apart; the first has none.
_HATCHES = (
    "",
    "M0 6 6 0M-1 1 1 -1M5 7 7 5",
    "M1.5 3h2",
    "M0 0 6 6M5 -1 7 1M-1 5 1 7",
    "M0 3h6",
    "M3 0v6",
)


def patterns(name: str, number: int) -> str:
    """Return how the bars of the first ``number`` series are filled, for the bars of one picture."""
    made = []
    for colour in range(1, number + 1):
        parts = [element("rect", {"width": 6, "height": 6, "class": f"chart-fill chart-{colour}"})]
        if _HATCHES[colour - 1]:
            parts.append(element("path", {"d": _HATCHES[colour - 1], "class": "chart-hatch"}))
        size: dict[str, str | float] = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
        made.append(element("pattern", size | {"id": f"{name}-{colour}"}, *parts))
    return element("defs", {}, *made)


def filled(
    name: str, x: float, y: float, width: float, height: float, colour: int, said: str = ""
) -> str:
    """Return a rectangle in the pattern of its series; with ``said``, that is its value when pointed at."""
    place: dict[str, str | float] = {"x": x, "y": y, "width": width, "height": height}
    drawn = place | {"class": "chart-segment", "fill": f"url(#{name}-{colour})"}
    return element("rect", drawn, *([element("title", {}, words(said))] if said else []))


def image(
    name: str, title: str, description: str, width: float, height: float, parts: Sequence[str]
) -> str:
    """Return the whole picture with its title and description for screen readers.

    Raises
    ------
    ValueError
        ``name``, which makes the ids, is not lower-case letters, digits and hyphens.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot name a chart: use lower-case letters, digits and '-'")
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "viewBox": f"0 0 {_value(width)} {_value(height)}",
            "width": width,
            "height": height,
        },
        element("title", {"id": f"{name}-title"}, words(title)),
        element("desc", {"id": f"{name}-desc"}, words(description)),
        element("rect", {"width": width, "height": height, "class": "chart-ground"}),
        *parts,
    )


def legend(
    names: Sequence[str], x: float, y: float, width: float, pattern: str = ""
) -> tuple[list[str], float]:
    """Return swatches and names in as many rows as they need, and the height they take.

    With the name of a picture as ``pattern``, the swatches are filled as its bars are.
    """
    parts: list[str] = []
    across, row = 0.0, 0
    for colour, name in enumerate(names, 1):
        size = _SWATCH + 6 + len(name) * CHARACTER + 16
        if across and across + size > width:
            across, row = 0.0, row + 1
        top = y + row * _LEGEND_ROW
        place: dict[str, str | float] = {"x": x + across, "y": top, "width": _SWATCH}
        kind = f"chart-bar chart-{colour}"
        if pattern:
            parts.append(filled(pattern, x + across, top, _SWATCH, _SWATCH, colour))
        else:
            parts.append(element("rect", place | {"height": _SWATCH, "class": kind}))
        parts.append(label(x + across + _SWATCH + 6, top + _SWATCH - 1.5, name))
        across += size
    return parts, (row + 1) * _LEGEND_ROW


def ticks(largest: float, most: int = 5) -> list[float]:
    """Return round numbers from 0 to at least ``largest``, ``most`` steps of 1, 2 or 5 at the most.

    Steps are whole numbers where ``largest`` is one.
    """
    if largest <= 0:
        return [0, 1]
    raw = largest / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))
    if float(largest).is_integer():
        step = max(1.0, step)
    return [round(step * number, 10) for number in range(math.ceil(largest / step - 1e-9) + 1)]


def number(value: float) -> str:
    """Return a number as people read it: ``1,234``, ``0.5``, ``12.3``."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value < 10 else f"{value:,.1f}"


def shorten(text: str, width: float) -> str:
    """Return text cut to about ``width`` pixels, with an ellipsis where it was cut."""
    most = max(1, int(width // CHARACTER))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _value(value: str | float) -> str:
    return words(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
