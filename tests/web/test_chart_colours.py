"""The colours of the charts: seen against their ground, and told apart by every reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import suggester.web.charts
from suggester.web.chart_parts import COLOURS

STYLES = Path(suggester.web.charts.__file__).parent / "static/css/charts.css"
PAIR = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"


def palettes() -> list[tuple[str, list[str]]]:
    """Return the ground and the series colours of the light and of the dark charts."""
    styles = STYLES.read_text("utf-8")
    [ground] = re.findall(rf"--chart-ground: {PAIR}", styles)
    colours = re.findall(rf"\.chart-\d {{ --chart-colour: {PAIR}", styles)
    return [(ground[side], [pair[side] for pair in colours]) for side in (0, 1)]


RGB = tuple[float, float, float]


def linear(colour: str) -> RGB:
    r, g, b = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _light(r), _light(g), _light(b)


def _light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def times(matrix: tuple[RGB, RGB, RGB], colour: RGB) -> RGB:
    a, b, c = (sum(m * v for m, v in zip(row, colour, strict=True)) for row in matrix)
    return a, b, c


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    first, second = (
        0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))
    )
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


# G. Machado et al., "A physiologically-based model for simulation of color vision deficiency" (2009),
# severity 1.
SEEN_BY = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = (
    (0.4339, 0.3762, 0.1899),  # each row over the white point of D65
    (0.2126, 0.7152, 0.0722),
    (0.0178, 0.1095, 0.8727),
)


def lab(colour: RGB) -> RGB:
    """Return CIE L*a*b* of linear sRGB."""
    clipped = tuple(min(1.0, max(0.0, part)) for part in colour)
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in times(XYZ, (clipped[0], clipped[1], clipped[2]))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_six_colours_light_and_dark() -> None:
    assert [len(colours) for _, colours in palettes()] == [COLOURS, COLOURS]


@pytest.mark.parametrize(("ground", "colours"), palettes(), ids=["light", "dark"])
def test_colours_stand_out_from_the_ground(ground: str, colours: list[str]) -> None:
    assert min(contrast(colour, ground) for colour in colours) >= 3


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize(("ground", "colours"), palettes(), ids=["light", "dark"])
def test_colours_stay_apart_for_colour_blind_readers(
    ground: str, colours: list[str], eyes: str
) -> None:
    seen = [lab(times(SEEN_BY[eyes], linear(colour))) for colour in colours]
    apart = [
        sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        for place, one in enumerate(seen)
        for other in seen[place + 1 :]
    ]
    assert min(apart) >= 15  # about 2 is just noticeable
