"""What each coder finished on each day with each model version, counted once and kept in memory."""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from suggester.review.confidence import Scores, scored
from suggester.review.database import Database
from suggester.review.finished import Chosen, Finished, finished, marks
from suggester.review.outcomes import decided_codes, timed
from suggester.review.pace import TimedEncounter
from suggester.review.statistics import DecidedCode, Tally, tally

_AT_ONCE = 1_000
_KEPT = 20_000
_Key = tuple[datetime.date, str, str]
#: Which codings, and how many decisions each of them had.
_Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The codings that one coder finished on one day, on the suggestions of one model version."""

    day: datetime.date
    encounters: int
    tallies: tuple[Tally, ...]
    scores: Scores
    timings: tuple[TimedEncounter, ...]
    unknown: tuple[float, ...]


class Days:
    """Tell what was finished day by day; only days on which something changed are read again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[_Key, tuple[_Stamp, Day]] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, chosen: Chosen) -> list[Day]:
        """Return the days of the finished codings that are meant, in no order."""
        # Two who ask at once for the same would both read it.
        with self._turn, self._database.reading() as session:
            wanted: dict[_Key, list[tuple[int, int]]] = defaultdict(list)
            for number, day, who, model, version in marks(session, chosen):
                wanted[day, who, model].append((number, version))
            stamps = {key: tuple(found) for key, found in wanted.items()}
            days = {
                key: known[1]
                for key, stamp in stamps.items()
                if (known := self._known.get(key)) is not None and known[0] == stamp
            }
            new = _read(session, chosen.kind, stamps.keys() - days.keys(), stamps)
        for key, one in new.items():
            self._known[key] = (stamps[key], one)
            self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return [*days.values(), *new.values()]


def _read(
    session: Session, kind: str, keys: Iterable[_Key], stamps: dict[_Key, _Stamp]
) -> dict[_Key, Day]:
    place = {number: key for key in keys for number, _ in stamps[key]}
    numbers = sorted(place)
    groups: dict[_Key, list[Finished]] = defaultdict(list)
    rows: dict[_Key, list[DecidedCode]] = defaultdict(list)
    found: dict[_Key, Day] = {}
    missing = {key: len(stamps[key]) for key in set(place.values())}
    for start in range(0, len(numbers), _AT_ONCE):
        part = Chosen(kind=kind, codings=tuple(numbers[start : start + _AT_ONCE]))
        for done in finished(session, part):
            key = place[done.coding]
            groups[key].append(done)
            rows[key] += decided_codes(done)
            missing[key] -= 1
            if not missing[key]:
                found[key] = _day(key, groups.pop(key), rows.pop(key))
    return found


def _day(key: _Key, group: list[Finished], rows: list[DecidedCode]) -> Day:
    return Day(
        key[0],
        len(group),
        tally(rows),
        scored(rows),
        tuple(map(timed, group)),
        tuple(done.unknown_share for done in group if done.unknown_share is not None),
    )
