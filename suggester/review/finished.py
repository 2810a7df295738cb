"""Finished codings with what was suggested and decided in each, read for many encounters at once."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from suggester.errors import InputError
from suggester.review.events import Event
from suggester.review.tables import Coding, EncounterRow, EventRow, Suggested
from suggester.review.trail import now
from suggester.review.worksheet import FINAL, Worksheet, effective, fold

#: Decisions that change no code; their words are sealed, and nothing here needs them.
_ABOUT_NO_CODE = ("pend", "resume", "acknowledge", "query")
_AT_ONCE = 1_000
_USUAL_DAYS = 84


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included, in UTC; open where None."""

    since: datetime.date | None = None
    until: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise InputError(f"The period ends before it begins: {self.since} to {self.until}.")

    @classmethod
    def recent(
        cls, since: datetime.date | None = None, until: datetime.date | None = None
    ) -> Period:
        """Return a period that ends today and is twelve weeks long where nothing else is said."""
        until = until or now().date()
        if since is None:
            since = datetime.date.fromordinal(max(1, until.toordinal() - _USUAL_DAYS + 1))
        return cls(since, until)

    @property
    def before(self) -> Period | None:
        """The period of the same length just before; None where it has no beginning or no end."""
        if self.since is None or self.until is None:
            return None
        day = datetime.timedelta(days=1)
        try:
            return Period(self.since - (self.until - self.since) - day, self.since - day)
        except OverflowError:
            return None

    @property
    def halves(self) -> tuple[Period, Period] | None:
        """The earlier and the later half; None for a single day or without beginning or end."""
        if self.since is None or self.until is None or self.since == self.until:
            return None
        middle = self.since + (self.until - self.since + datetime.timedelta(days=1)) // 2
        return Period(self.since, middle - datetime.timedelta(days=1)), Period(middle, self.until)

    def to_dict(self) -> dict[str, str | None]:
        """Return the JSON form."""
        return {
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }

    def clauses(self, column: Any) -> list[Any]:
        """Return what a column of moments has to be."""
        found = []
        if self.since is not None:
            found.append(column >= _midnight(self.since))
        if self.until is not None and self.until < datetime.date.max:
            found.append(column < _midnight(self.until + datetime.timedelta(days=1)))
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which finished codings are meant.

    Attributes
    ----------
    coder, model
        Only those that this coder finished, on what this model ("name version") suggested.
    kind
        One of :data:`~suggester.review.tables.CODINGS`.
    along_with
        Only where the coding of this kind is finished too.
    encounter
        Only this one.
    codings
        Only those of these numbers.
    blind
        Number of an account that must not learn of encounters it has yet to code a second time.
    """

    period: Period = Period()
    coder: str | None = None
    model: str | None = None
    kind: str = "first"
    along_with: str | None = None
    encounter: int | None = None
    codings: tuple[int, ...] | None = None
    blind: int | None = None

    def clauses(self) -> list[Any]:
        """Return the conditions on the coding and its last event."""
        found = [Coding.kind == self.kind, Coding.finished_at.is_not(None)]
        found += self.period.clauses(Coding.finished_at)
        if self.coder is not None:
            found.append(EventRow.who == self.coder)
        if self.model is not None:
            found.append(EventRow.model == self.model)
        if self.encounter is not None:
            found.append(Coding.encounter_id == self.encounter)
        if self.codings is not None:
            found.append(Coding.id.in_(self.codings))
        if self.blind is not None:
            hidden = aliased(Coding)
            unseen = select(hidden.encounter_id).where(
                hidden.kind == "second",
                hidden.finished_at.is_(None),
                hidden.coder_id == self.blind,
            )
            found.append(Coding.encounter_id.not_in(unseen))
        if self.along_with is not None:
            other = aliased(Coding)
            too = select(other.encounter_id).where(
                other.kind == self.along_with, other.finished_at.is_not(None)
            )
            found.append(Coding.encounter_id.in_(too))
        return found


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished coding.

    Attributes
    ----------
    coder, model, at
        Who finished it, on which model, and when: as the event says that finished it.
    suggested
        The codes of the last reading before, with their confidence.
    events
        The decisions about codes that stand.
    """

    coding: int
    encounter: int
    coder: str
    model: str
    at: datetime.datetime
    seconds: float
    characters: int
    unknown_share: float | None
    suggested: dict[tuple[str, str], float]
    events: tuple[Event, ...]

    @property
    def sheet(self) -> Worksheet:
        """What is assigned."""
        return fold(self.events, frozenset(self.suggested))


#: The event that finished a coding is its last one: afterwards there is only ``reopen``.
_LAST = and_(EventRow.coding_id == Coding.id, EventRow.sequence == Coding.version)


def finished(session: Session, chosen: Chosen) -> Iterator[Finished]:
    """Yield the finished codings that are meant, by number, with three queries for each thousand."""
    after = 0
    while True:
        rows = session.execute(_heads(chosen, after)).all()
        if not rows:
            return
        after = rows[-1].id
        suggested = _suggested(session, chosen, rows[0].id, after)
        events = _events(session, chosen, rows[0].id, after)
        for row in rows:
            yield Finished(
                row.id, row.encounter_id, row.who, row.model, row.finished_at, row.seconds,
                row.characters, row.unknown_share, suggested.get(row.reading_id, {}),
                _standing(events.get(row.id, [])),
            )  # fmt: skip


def marks(session: Session, chosen: Chosen) -> Iterator[tuple[int, datetime.date, str, str, int]]:
    """Yield number, day, coder, model and version of the finished codings that are meant."""
    query = (
        select(Coding.id, Coding.finished_at, EventRow.who, EventRow.model, Coding.version)
        .join(EventRow, _LAST)
        .where(*chosen.clauses())
        .order_by(Coding.id)
    )
    for number, at, who, model, version in session.connection().execute(query):
        assert at is not None
        yield number, at.date(), who, model, version


def _heads(chosen: Chosen, after: int) -> Any:
    return (
        select(
            Coding.id, Coding.encounter_id, Coding.finished_at, Coding.seconds, EventRow.who,
            EventRow.model, EventRow.reading_id, EncounterRow.characters,
            EncounterRow.unknown_share,
        )
        .join(EventRow, _LAST)
        .join(EncounterRow, EncounterRow.id == Coding.encounter_id)
        .where(*chosen.clauses(), Coding.id > after)
        .order_by(Coding.id)
        .limit(_AT_ONCE)
    )  # fmt: skip


def _suggested(
    session: Session, chosen: Chosen, first: int, last: int
) -> dict[int, dict[tuple[str, str], float]]:
    readings = (
        select(EventRow.reading_id)
        .join(Coding, _LAST)
        .where(*chosen.clauses(), Coding.id.between(first, last))
    )
    query = select(
        Suggested.reading_id, Suggested.system, Suggested.code, Suggested.confidence
    ).where(Suggested.reading_id.in_(readings))
    found: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for reading, system, code, confidence in session.connection().execute(query):
        found[reading][system, code] = confidence
    return found


def _events(
    session: Session, chosen: Chosen, first: int, last: int
) -> dict[int, list[tuple[str, dict[str, Any]]]]:
    meant = (
        select(Coding.id)
        .join(EventRow, _LAST)
        .where(*chosen.clauses(), Coding.id.between(first, last))
    )
    query = (
        select(EventRow.coding_id, EventRow.kind, EventRow.fields)
        # Nothing is undone across a finish or a reopening.
        .where(EventRow.coding_id.in_(meant), EventRow.kind.not_in(FINAL))
        .order_by(EventRow.coding_id, EventRow.sequence)
    )
    found: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for coding, kind, fields in session.connection().execute(query):
        found[coding].append((kind, fields))
    return found


def _standing(rows: list[tuple[str, dict[str, Any]]]) -> tuple[Event, ...]:
    standing = effective(Event(kind, fields) for kind, fields in rows)
    return tuple(event for event in standing if event.kind not in _ABOUT_NO_CODE)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
