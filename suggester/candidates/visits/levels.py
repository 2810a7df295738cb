"""From columns and minutes to the code of a level, and what the next level would ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggester.candidates.visits.times import Spent
from suggester.candidates.visits.visit import Column
from suggester.lexicon.visit_rows import LEVELS, VisitCode, load_visits

_RANK = {level: rank for rank, level in enumerate(LEVELS)}
#: Kinds whose level may rest on total time.
TIMED = frozenset(
    "office home consultation_office consultation_inpatient hospital_initial hospital_subsequent "
    "hospital_same_day nursing_initial nursing_subsequent".split()
)
#: Top codes with the minutes from which each further quarter of an hour is told apart.
_PROLONGED = {
    "99205": ("99417", 75), "99215": ("99417", 55), "99245": ("99417", 70), "99345": ("99417", 90),
    "99350": ("99417", 75), "99223": ("99418", 90), "99233": ("99418", 65), "99236": ("99418", 100),
    "99255": ("99418", 95), "99306": ("99418", 65), "99310": ("99418", 60),
}  # fmt: skip
_QUARTER, _HALF_HOUR, _CRITICAL_FIRST = 15, 30, 74


@dataclass(frozen=True, slots=True)
class Settled:
    """The code of a level, the codes of its neighbours, and the minutes it rests on, if any."""

    code: str
    level: str
    basis: str
    minutes: int | None
    spent: Spent | None
    others: tuple[str, ...]
    missing: str


def decide(columns: Mapping[str, Column]) -> str:
    """Return the level that two of the three columns reach."""
    return LEVELS[sorted(_RANK[column.level] for column in columns.values())[1]]


def settle(
    kind: str, patient: str, columns: Mapping[str, Column], times: Sequence[Spent]
) -> Settled:
    """Return the code that decision making or total time supports, whichever is higher."""
    rows = [row for row in load_visits().of_kind(kind, patient) if row.level in _RANK]
    rank = _RANK[decide(columns)]
    spent = total_time(times) if kind in TIMED else None
    by_mdm = max((r for r in rows if _RANK[r.level] <= rank), key=_order, default=rows[0])
    by_time = max(
        (r for r in rows if spent and (r.minutes_from or 0) <= spent.minutes),
        key=_order,
        default=None,
    )
    # Time that says the same is the firmer ground: it is written.
    timed = by_time is not None and _order(by_time) >= _order(by_mdm)
    chosen = by_time if timed and by_time is not None else by_mdm
    return Settled(
        chosen.code,
        chosen.level,
        "time" if timed else "mdm",
        spent.minutes if spent else None,
        spent,
        () if timed else _neighbours(rows, by_mdm, columns),
        _missing(rows, chosen, columns, spent),
    )


def total_time(times: Sequence[Spent]) -> Spent | None:
    """Return the total time of the date, unless psychotherapy shares it: then only decisions count."""
    if any(spent.meaning.startswith("carve_out_psychotherapy") for spent in times):
        return None
    total = [spent for spent in times if spent.meaning == "total_time" and spent.minutes]
    return max(total, key=lambda spent: spent.minutes, default=None)


def _order(row: VisitCode) -> int:
    return _RANK[row.level]


def _neighbours(
    rows: Sequence[VisitCode], chosen: VisitCode, columns: Mapping[str, Column]
) -> tuple[str, ...]:
    """Return the level that one more column would reach, and the one below a soft column."""
    rank = _RANK[chosen.level]
    above = [row for row in rows if _RANK[row.level] == rank + 1 and row.code != chosen.code]
    below = [row for row in rows if _RANK[row.level] == rank - 1 and row.code != chosen.code]
    reach = [name for name, column in columns.items() if _RANK[column.level] >= rank]
    out = []
    if above and any(_RANK[column.level] > rank for column in columns.values()):
        out.append(above[0].code)
    if below and len(reach) == 2 and any(columns[name].soft for name in reach):
        out.append(below[0].code)
    return tuple(out)


def _missing(
    rows: Sequence[VisitCode],
    chosen: VisitCode,
    columns: Mapping[str, Column],
    spent: Spent | None,
) -> str:
    """Say which element of the next level the note does not document."""
    higher = [row for row in rows if _order(row) > _order(chosen) and row.code != chosen.code]
    if not higher:
        return ""
    following = min(higher, key=_order)
    short = [
        f"{name} are {column.level}" if name != "risk" else f"risk is {column.level}"
        for name, column in columns.items()
        if _RANK[column.level] < _order(following)
    ]
    said = f"{following.code} asks for two of problems, data and risk at {following.level}"
    if following.minutes_from and following.kind in TIMED:
        said += f", or {following.minutes_from} minutes"
        if spent:
            short.append(f"{spent.minutes} minutes are documented")
    return f"{said}; {', '.join(short)}." if short else f"{said}."


def further_time(code: str, minutes: int | None) -> tuple[tuple[str, int], ...]:
    """Return the add-on codes for minutes beyond the top code of a kind, with their units."""
    if minutes is None:
        return ()
    if code == "99291":
        units = max(0, minutes - _CRITICAL_FIRST + _HALF_HOUR - 1) // _HALF_HOUR
        return (("99292", units),) if units else ()
    if code not in _PROLONGED:
        return ()
    add_on, first = _PROLONGED[code]
    units = (minutes - first) // _QUARTER + 1 if minutes >= first else 0
    return ((add_on, units),) if units else ()
