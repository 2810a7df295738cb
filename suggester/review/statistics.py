"""What coders did with the suggestions: counts and shares by code, coder, model version and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

Outcome = Literal["accepted", "edited", "rejected", "added", "typed_although_suggested", "left"]
"""What became of one code in one encounter.

``accepted``: suggested and assigned as it stood. ``edited``: suggested and replaced by another code,
which has a row of its own. ``rejected``: suggested and refused. ``left``: suggested, neither assigned
nor refused. ``typed_although_suggested``: suggested, but the coder typed it or chose it elsewhere.
``added``: assigned without having been suggested.
"""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class DecidedCode:
    """One code of one finished encounter; ``week`` is that of the decision, as ``2026-W31``.

    An encounter has one row for every code that was suggested or assigned. ``confidence`` is None
    where the code was not suggested.
    """

    encounter: str
    system: str
    code: str
    week: str
    coder: str
    model_version: str
    outcome: Outcome
    confidence: float | None = None

    @property
    def suggested(self) -> bool:
        """Whether the code was among the suggestions."""
        return self.outcome != "added"

    @property
    def assigned(self) -> bool:
        """Whether the coder put the code on the claim."""
        return self.outcome in ("accepted", "typed_although_suggested", "added")


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each outcome of each code occurred, in one coder's work of one week on one model version.

    ``outcomes`` are counted by code system, code and outcome.
    """

    week: str
    coder: str
    model_version: str
    outcomes: Mapping[tuple[str, str, Outcome], int]


def tally(decided: Iterable[DecidedCode]) -> tuple[Tally, ...]:
    """Return rows counted, which takes less room and time than the rows themselves."""
    groups: dict[tuple[str, str, str], Counter[tuple[str, str, Outcome]]] = defaultdict(Counter)
    for row in decided:
        groups[row.week, row.coder, row.model_version][row.system, row.code, row.outcome] += 1
    return tuple(Tally(*key, found) for key, found in groups.items())


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How often each outcome occurred in one group; ``system`` is set where the group is a code.

    Shares are None where they would divide by nothing.
    """

    group: str
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    added: int = 0
    typed_although_suggested: int = 0
    left: int = 0
    system: str | None = None

    @property
    def total(self) -> int:
        """Rows in the group."""
        return self.suggested + self.added

    @property
    def suggested(self) -> int:
        """Codes that were suggested."""
        return self.chosen + self.edited + self.rejected + self.left

    @property
    def chosen(self) -> int:
        """Suggested codes that the coder assigned, whichever way."""
        return self.accepted + self.typed_although_suggested

    @property
    def assigned(self) -> int:
        """Codes that the coder assigned, suggested or not."""
        return self.chosen + self.added

    @property
    def acceptance(self) -> float | None:
        """Accepted as they stood, of the suggestions that were accepted, edited or rejected."""
        return _share(self.accepted, self.accepted + self.edited + self.rejected)

    @property
    def precision(self) -> float | None:
        """Chosen, of all that were suggested: what was left counts as wrong."""
        return _share(self.chosen, self.suggested)

    @property
    def recall(self) -> float | None:
        """Suggested, of all that were assigned."""
        return _share(self.chosen, self.assigned)

    def shares(self) -> dict[str, float | None]:
        """Return the share of each outcome among all rows of the group."""
        return {name: _share(getattr(self, name), self.total) for name in OUTCOMES}

    def to_dict(self) -> dict[str, Any]:
        """Return counts and shares; ``system`` only where the group is a code."""
        row = asdict(self)
        if self.system is None:
            del row["system"]
        return row | {
            "total": self.total,
            "suggested": self.suggested,
            "assigned": self.assigned,
            "shares": self.shares(),
            "acceptance": self.acceptance,
            "precision": self.precision,
            "recall": self.recall,
        }


def count_all(tallies: Iterable[Tally], group: str = "all") -> OutcomeCounts:
    """Return the counts of everything as one group."""
    return next(iter(_by_group((group, row) for row in tallies)), OutcomeCounts(group))


def count_by_code(tallies: Iterable[Tally]) -> tuple[OutcomeCounts, ...]:
    """Return the counts of each code, the most frequent first."""
    groups: dict[tuple[str, str], Counter[Outcome]] = defaultdict(Counter)
    for row in tallies:
        for (system, code, outcome), number in row.outcomes.items():
            groups[system, code][outcome] += number
    counts = [_counts(code, found, system) for (system, code), found in groups.items()]
    return tuple(sorted(counts, key=lambda c: (-c.total, c.system or "", c.group)))


def count_by_coder(tallies: Iterable[Tally]) -> tuple[OutcomeCounts, ...]:
    """Return the counts of each coder, by name."""
    return _by_group((row.coder, row) for row in tallies)


def count_by_model(tallies: Iterable[Tally]) -> tuple[OutcomeCounts, ...]:
    """Return the counts of each model version, by version as text."""
    return _by_group((row.model_version, row) for row in tallies)


def count_by_week(tallies: Iterable[Tally]) -> tuple[OutcomeCounts, ...]:
    """Return the counts of each week from the first to the last; weeks without work count nothing.

    Raises
    ------
    ValueError
        A week is not written as ``2026-W31`` or does not exist.
    """
    counts = {row.group: row for row in _by_group((row.week, row) for row in tallies)}
    if not counts:
        return ()
    return tuple(
        counts.get(week) or OutcomeCounts(week) for week in weeks_between(min(counts), max(counts))
    )


def week_of(day: date) -> str:
    """Return the ISO 8601 week of a day as ``2026-W31``; the first days of January may be of W53."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def weeks_between(first: str, last: str) -> tuple[str, ...]:
    """Return every ISO week from ``first`` to ``last``, both included.

    Raises
    ------
    ValueError
        A week is not written as ``2026-W31`` or does not exist.
    """
    monday, end = _monday(first), _monday(last)
    weeks = []
    while monday <= end:
        weeks.append(week_of(monday))
        monday += timedelta(weeks=1)
    return tuple(weeks)


def _monday(week: str) -> date:
    year, mark, number = week.partition("-W")
    if not mark or len(number) != 2:
        raise ValueError(f"{week!r} is not an ISO week such as 2026-W31")
    return date.fromisocalendar(int(year), int(number), 1)


def _by_group(rows: Iterable[tuple[str, Tally]]) -> tuple[OutcomeCounts, ...]:
    groups: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for group, row in rows:
        counted = groups[group]
        for (_, _, outcome), number in row.outcomes.items():
            counted[outcome] += number
    return tuple(_counts(group, groups[group]) for group in sorted(groups))


def _counts(group: str, found: Counter[Outcome], system: str | None = None) -> OutcomeCounts:
    return OutcomeCounts(group, system=system, **{name: found[name] for name in OUTCOMES})


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
