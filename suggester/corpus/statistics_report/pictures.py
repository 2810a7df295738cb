"""Pictures of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from suggester.corpus.statistics import Spread, spread
from suggester.reports import BLUE, GREY, INK, Picture, drawn, short

_WIDE, _HALF, _ROW = 9.6, 4.4, 0.27
_LONGEST = 64


def lengths(words: Sequence[int]) -> Picture:
    """Draw how many notes have how many words."""
    of = spread(words)
    with drawn(2.9, _HALF) as (figure, out):
        axes = figure.add_subplot()
        shown = [min(number, _far(of)) for number in words]
        axes.hist(shown, bins=min(40, max(5, len(set(words)))), color=BLUE)
        axes.axvline(of.median, color=INK, linestyle="--", linewidth=1)
        _plain(axes, "words", "notes")
    return Picture(
        out[0],
        f"Words a note: 5 % have at most {of.p5:,}, half at most {of.median:,}, 95 % at most "
        f"{of.p95:,}; the longest has {of.most:,}.",
        "Words a note; dashed: the median."
        + (" Longer notes stand in the last bar." if of.most > _far(of) else ""),
    )


def codes_a_note(numbers: Sequence[int]) -> Picture:
    """Draw how many notes have how many diagnosis codes."""
    of = spread(numbers)
    last = max(1, of.most)
    count = Counter(numbers)
    with drawn(2.9, _HALF) as (figure, out):
        axes = figure.add_subplot()
        axes.bar(range(last + 1), [count[n] for n in range(last + 1)], width=0.85, color=BLUE)
        axes.axvline(of.mean, color=INK, linestyle="--", linewidth=1)
        _plain(axes, "diagnosis codes", "notes")
        axes.locator_params(axis="x", integer=True)
    return Picture(
        out[0],
        f"Codes a note: {of.mean:.1f} in the mean, from {of.least} to {of.most}; half have at most "
        f"{of.median}.",
        "Diagnosis codes a note; dashed: the mean.",
    )


def frequency_curve(frequency: Mapping[str, int]) -> Picture:
    """Draw the notes of each code, the most frequent first, both axes logarithmic."""
    counts = sorted(frequency.values(), reverse=True)
    with drawn(2.9, _HALF) as (figure, out):
        axes = figure.add_subplot()
        ranks = range(1, len(counts) + 1)
        axes.plot(ranks, counts, color=BLUE, linewidth=1.6)
        axes.set(xscale="log", yscale="log")
        axes.grid(True, color="#e3e7ea", linewidth=0.6)
        axes.set(xlabel="rank of the code", ylabel="notes that have it")
        _readable(axes)
    told = ", ".join(
        f"rank {rank:,}: {counts[rank - 1]:,}" for rank in (1, 10, 100, 1000) if rank <= len(counts)
    )
    return Picture(
        out[0],
        f"Notes of each code by rank, both axes logarithmic. {told}.",
        "Notes of each code, the most frequent first. A straight line is a power law.",
    )


def coverage(frequency: Mapping[str, int]) -> Picture:
    """Draw the share of the codes assigned that the most frequent codes make up."""
    counts = sorted(frequency.values(), reverse=True)
    total, so_far, shares = max(1, sum(counts)), 0, []
    for count in counts:
        so_far += count
        shares.append(so_far / total)
    half = next((rank for rank, share in enumerate(shares, 1) if share >= 0.5), 0)
    most = next((rank for rank, share in enumerate(shares, 1) if share >= 0.9), 0)
    with drawn(2.9, _HALF) as (figure, out):
        axes = figure.add_subplot()
        axes.plot(range(1, len(counts) + 1), shares, color=BLUE, linewidth=1.6)
        for bound in (0.5, 0.9):
            axes.axhline(bound, color=GREY, linestyle="--", linewidth=0.8)
        axes.set(xscale="log", ylim=(0, 1.02))
        axes.set(xlabel="most frequent codes taken", ylabel="share of codes assigned")
        _readable(axes, vertical=False)
    return Picture(
        out[0],
        f"{half:,} codes make up half of all codes assigned, {most:,} make up 90 %.",
        "Share of all codes assigned that the most frequent ones make up; dashed: 50 % and 90 %.",
    )


def bars(counts: Mapping[str, int], what: str, of: str) -> Picture:
    """Draw counts as bars, one a line, with their numbers."""
    names = [short(name, _LONGEST) for name in counts]
    values = list(counts.values())
    with drawn(0.55 + _ROW * max(1, len(names)), _WIDE) as (figure, out):
        axes = figure.add_subplot()
        places = range(len(names))
        axes.barh(places, values, color=BLUE, height=0.72)
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(0, max(values, default=1) * 1.12)
        for place, value in zip(places, values, strict=True):
            axes.annotate(
                f"{value:,}", (value, place), xytext=(3, 0), textcoords="offset points", va="center"
            )
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    told = "; ".join(f"{name} {value:,}" for name, value in counts.items())
    return Picture(out[0], f"{what}. {told}.", f"{what}: {of}.")


def _far(of: Spread) -> int:
    """Return where the picture of the lengths ends: a few very long notes would flatten the rest."""
    return min(of.most, 2 * of.p95) or 1


def _plain(axes: Any, across: str, up: str) -> None:
    axes.set(xlabel=across, ylabel=up)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.locator_params(axis="y", integer=True)


def _readable(axes: Any, vertical: bool = True) -> None:
    """Write 1, 10, 1,000 in place of powers of ten."""
    for axis in (axes.xaxis, axes.yaxis) if vertical else (axes.xaxis,):
        axis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else "")
        axis.set_minor_formatter(lambda value, _: "")
