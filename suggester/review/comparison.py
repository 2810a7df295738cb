"""Encounters coded twice, side by side: agreement by pair of coders, and what is left to settle."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from suggester.review.agreement import Agreement, Disagreement, DoubleCoded, agree, disagreement
from suggester.review.database import Database
from suggester.review.finished import Chosen, Finished, Period, finished
from suggester.review.settled import settled_encounters
from suggester.review.tables import Coding, EncounterRow
from suggester.review.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Pair:
    """The two codings of an encounter; ``settled`` where an auditor has adjudicated."""

    encounter: int
    title: str
    first_coder: str
    second_coder: str
    at: datetime.datetime
    first: Worksheet
    second: Worksheet
    suggested: frozenset[tuple[str, str]]
    settled: bool

    @property
    def double_coded(self) -> DoubleCoded:
        """The codes of both, to be compared."""
        first, second = (
            tuple(line.key for line in sheet.lines) for sheet in (self.first, self.second)
        )
        return DoubleCoded(f"E{self.encounter}", first, second, self.suggested)

    @property
    def disagreement(self) -> Disagreement | None:
        """What the coders see differently, or None where it is nothing."""
        return disagreement(self.double_coded)


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement over a period, all in all and for each pair of first and second coder."""

    period: Period
    all: Agreement
    by_pair: tuple[tuple[str, str, Agreement], ...]
    to_settle: tuple[Pair, ...]
    settled: tuple[Pair, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "period": self.period.to_dict(),
            "all": self.all.to_dict(),
            "pairs": [
                {"first_coder": first, "second_coder": second} | found.to_dict()
                for first, second, found in self.by_pair
            ],
            "to_settle": [f"E{pair.encounter}" for pair in self.to_settle],
        }


def compare(
    database: Database,
    period: Period,
    first_coder: str | None = None,
    second_coder: str | None = None,
) -> Compared:
    """Return how far coders agree where the second coding was finished in a period."""
    found = [
        pair
        for pair in _pairs(database, Chosen(period, second_coder, kind="second"))
        if first_coder in (None, pair.first_coder)
    ]
    groups: dict[tuple[str, str], list[DoubleCoded]] = defaultdict(list)
    for pair in found:
        groups[pair.first_coder, pair.second_coder].append(pair.double_coded)
    return Compared(
        period,
        agree(pair.double_coded for pair in found),
        tuple((*names, agree(groups[names])) for names in sorted(groups)),
        tuple(pair for pair in found if not pair.settled and pair.disagreement is not None),
        tuple(pair for pair in found if pair.settled),
    )


def pair_of(database: Database, encounter: int) -> Pair | None:
    """Return the two codings of an encounter, or None where it has not two that are finished."""
    return next(_pairs(database, Chosen(kind="second", encounter=encounter)), None)


def _pairs(database: Database, seconds: Chosen) -> Iterator[Pair]:
    with database.reading() as session:
        again = {
            done.encounter: done for done in finished(session, replace(seconds, along_with="first"))
        }
        settled = settled_encounters(session)
        titles = select(EncounterRow.id, EncounterRow.external_id).join(
            Coding, Coding.encounter_id == EncounterRow.id
        )
        names = {
            row.id: row.external_id
            for row in session.execute(titles.where(Coding.kind == "second"))
        }
        firsts = finished(
            session, Chosen(kind="first", along_with="second", encounter=seconds.encounter)
        )
        for one in firsts:
            other = again.get(one.encounter)
            if other is not None:
                yield _pair(one, other, names[one.encounter], one.encounter in settled)


def _pair(one: Finished, other: Finished, title: str, settled: bool) -> Pair:
    return Pair(
        one.encounter,
        title,
        one.coder,
        other.coder,
        other.at,
        one.sheet,
        other.sheet,
        frozenset(one.suggested) & frozenset(other.suggested),
        settled,
    )
