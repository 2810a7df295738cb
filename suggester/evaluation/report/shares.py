"""Two distributions over the same bins, drawn side by side."""

from __future__ import annotations

from collections.abc import Sequence

from suggester.evaluation.report.pictures import name_rows
from suggester.reports import BLUE, ORANGE, Picture, drawn

_ROW = 0.34


def shares_drawn(
    title: str, bins: Sequence[str], before: Sequence[float], now: Sequence[float]
) -> Picture:
    """Draw the share of each bin in training and in live notes."""
    with drawn(1.0 + _ROW * len(bins)) as (figure, out):
        axes = figure.add_subplot()
        places = range(len(bins))
        axes.barh([n - 0.19 for n in places], before, height=0.36, color=BLUE, label="training")
        axes.barh([n + 0.19 for n in places], now, height=0.36, color=ORANGE, label="live notes")
        name_rows(axes, bins)
        axes.set_xlabel("share")
        figure.legend(loc="outside upper right", ncols=2, frameon=False)
    told = "; ".join(
        f"{name}: {b:.0%} in training, {n:.0%} now"
        for name, b, n in zip(bins, before, now, strict=True)
    )
    return Picture(out[0], f"{title}. {told}.", f"{title}: share of each bin.")
