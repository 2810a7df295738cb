"""How long coders take: median and 90th percentile of the seconds a note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class TimedEncounter:
    """The seconds one coder worked on one encounter, and the characters of its documents."""

    encounter: str
    coder: str
    week: str
    seconds: float
    characters: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a note in one group; every figure is None where the group is empty.

    Attributes
    ----------
    median_seconds
        Half of the notes took no longer.
    ninetieth_seconds
        90th percentile, interpolated between the nearest two notes (type 7 of R. Hyndman and Y. Fan,
        "Sample quantiles in statistical packages", The American Statistician 50 (1996) 361-365).
    median_seconds_per_thousand
        Median of the seconds for each 1,000 characters, for notes are of many lengths; notes without
        characters are left out.
    """

    group: str
    notes: int
    median_seconds: float | None
    ninetieth_seconds: float | None
    median_seconds_per_thousand: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def pace(timed: Iterable[TimedEncounter], group: str = "all") -> Pace:
    """Return the pace over all of ``timed``, each row one note."""
    rows = list(timed)
    seconds = [row.seconds for row in rows]
    dense = [_CHARACTERS * row.seconds / row.characters for row in rows if row.characters]
    return Pace(
        group,
        len(rows),
        median(seconds) if seconds else None,
        _ninetieth(seconds),
        median(dense) if dense else None,
    )


def pace_by_coder(timed: Iterable[TimedEncounter]) -> tuple[Pace, ...]:
    """Return the pace of each coder, by name."""
    return _by_group((row.coder, row) for row in timed)


def pace_by_week(timed: Iterable[TimedEncounter]) -> tuple[Pace, ...]:
    """Return the pace of each week with work, in order."""
    return _by_group((row.week, row) for row in timed)


def _by_group(rows: Iterable[tuple[str, TimedEncounter]]) -> tuple[Pace, ...]:
    groups: dict[str, list[TimedEncounter]] = defaultdict(list)
    for group, row in rows:
        groups[group].append(row)
    return tuple(pace(groups[group], group) for group in sorted(groups))


def _ninetieth(seconds: Sequence[float]) -> float | None:
    if len(seconds) < 2:
        return seconds[0] if seconds else None
    return quantiles(seconds, n=10, method="inclusive")[-1]
