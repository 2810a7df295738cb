"""Codings: the decisions of one coder about one encounter, each saved at once or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from suggester.errors import SuggesterError
from suggester.review.access import check_decides
from suggester.review.database import Database
from suggester.review.events import Event
from suggester.review.intake import UnknownEncounterError, found, last_reading, unpurged
from suggester.review.people import Person
from suggester.review.tables import (
    Account,
    Coding,
    EventRow,
    Reading,
    Shown,
    Suggested,
    Words,
)
from suggester.review.trail import chained, now
from suggester.review.worksheet import Worksheet, check_event, fold

#: How long a lock holds without being renewed.
LOCK_MINUTES = 10
#: Longest time between two decisions that is counted as work, in seconds.
_LONGEST_PAUSE = 300.0
#: Fields of an event that are the coder's own words and may quote the note.
_OWN_WORDS = ("text", "word", "note", "reason")


class ConflictError(SuggesterError):
    """The encounter changed since it was read."""

    code = "version_conflict"

    def __init__(self, version: int) -> None:
        super().__init__(
            "Somebody changed this encounter since it was opened; it was read again, decide once more."
        )
        self.version = version


class LockedError(SuggesterError):
    """Another coder has the encounter open."""

    code = "locked"


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds an encounter, and until when unless renewed."""

    account: int | None
    name: str
    until: datetime.datetime


@dataclass(frozen=True, slots=True)
class CodingState:
    """A coding as it stands.

    ``suggested`` are the codes of the last reading; ``shown`` those whose evidence was shown.
    """

    id: int
    encounter: int
    kind: str
    version: int
    coder: int | None
    sheet: Worksheet
    events: tuple[Event, ...]
    suggested: frozenset[tuple[str, str]]
    shown: frozenset[tuple[str, str]]
    lock: Lock | None


class Codings:
    """Keep and tell decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, encounter: int, kind: str = "first") -> CodingState:
        """Return a coding as it stands.

        Raises
        ------
        UnknownEncounterError
            There is no such encounter, or it has no such coding.
        """
        with self._database.reading() as session:
            return self._state(session, _coding(session, encounter, kind))

    def decide(
        self,
        encounter: int,
        version: int,
        event: Event,
        person: Person,
        *,
        kind: str = "first",
        seconds: float | None = None,
    ) -> CodingState:
        """Save one decision, and return the coding after it.

        Parameters
        ----------
        version
            The version of the coding that the decision was taken on.
        seconds
            Time the coder spent since the decision before.

        Raises
        ------
        ConflictError
            The coding has another version by now; nothing was saved.
        LockedError
            Somebody else holds it; nothing was saved.
        UnknownEncounterError, ForbiddenError
            It is somebody else's; nothing was saved.
        InputError
            The decision makes no sense on the worksheet; nothing was saved.
        """
        try:
            with self._database.transaction() as session:
                coding = _coding(session, encounter, kind, for_update=True)
                if kind == "first":
                    check_decides(session, encounter, person)
                unpurged(session, encounter)
                _check_lock(coding, person)
                state = self._state(session, coding)
                if state.version != version:
                    raise ConflictError(state.version)
                check_event(event, state.sheet, state.suggested)
                self._save(session, coding, state, event, person, seconds)
                after = _after(session, coding, state, event)
                if kind == "first":
                    _tell_encounter(session, after, person)
                return after
        except IntegrityError:
            raise ConflictError(self.state(encounter, kind).version) from None

    def show(self, encounter: int, codes: Sequence[tuple[str, str]], kind: str = "first") -> None:
        """Keep that the evidence of some suggestions was shown."""
        with self._database.transaction() as session:
            coding = _coding(session, encounter, kind, for_update=True)
            new = set(codes) & _suggested(session, coding) - _shown(session, coding)
            for system, code in sorted(new):
                session.add(Shown(coding_id=coding.id, system=system, code=code, at=now()))

    def take(self, encounter: int, person: Person, kind: str = "first") -> Lock:
        """Take the lock of a coding, or hold it longer; a lock that ran out is free.

        Raises
        ------
        LockedError
            Somebody else holds it.
        """
        with self._database.transaction() as session:
            coding = _coding(session, encounter, kind, for_update=True)
            if kind == "first":
                check_decides(session, encounter, person)
            unpurged(session, encounter)
            _check_lock(coding, person)
            coding.locked_by = person.id
            coding.locked_until = now() + datetime.timedelta(minutes=LOCK_MINUTES)
            if coding.coder_id is None:
                coding.coder_id = person.id
            return Lock(coding.locked_by, person.name, coding.locked_until)

    def release(self, encounter: int, person: Person, kind: str = "first") -> None:
        """Give a lock back; one that somebody else holds stays."""
        with self._database.transaction() as session:
            coding = _coding(session, encounter, kind, for_update=True)
            if coding.locked_by == person.id:
                coding.locked_by = coding.locked_until = None

    def _state(self, session: Session, coding: Coding) -> CodingState:
        rows = session.execute(
            select(EventRow, Words)
            .outerjoin(Words, Words.event_id == EventRow.id)
            .where(EventRow.coding_id == coding.id)
            .order_by(EventRow.sequence)
        ).all()
        events = tuple(self._event(row, words) for row, words in rows)
        suggested = _suggested(session, coding)
        return CodingState(
            coding.id,
            coding.encounter_id,
            coding.kind,
            coding.version,
            coding.coder_id,
            fold(events, suggested),
            events,
            suggested,
            _shown(session, coding),
            _lock(session, coding),
        )

    def _event(self, row: EventRow, words: Words | None) -> Event:
        fields = dict(row.fields)
        if words is not None:
            fields |= self._database.sealer.open_json(words.sealed)
        return Event(row.kind, fields)

    def _save(
        self,
        session: Session,
        coding: Coding,
        state: CodingState,
        event: Event,
        person: Person,
        seconds: float | None,
    ) -> None:
        own = {key: event.fields[key] for key in _own_words(event)}
        reading = last_reading(session, coding.encounter_id)
        counted = None if seconds is None else round(min(max(seconds, 0.0), _LONGEST_PAUSE), 3)
        row = EventRow(
            coding_id=coding.id,
            sequence=state.version + 1,
            at=now(),
            account_id=person.id,
            who=person.name,
            kind=event.kind,
            fields={key: value for key, value in event.fields.items() if key not in own},
            reading_id=reading.id if reading else None,
            model=f"{reading.model} {reading.model_version}" if reading else "",
            code_set=reading.code_sets.get("icd10cm", "") if reading else "",
            shown=sorted(map(list, state.shown)),
            seconds=counted,
            digest="",
        )
        row.digest = chained(_last_digest(session, coding.id), row)
        session.add(row)
        session.flush()
        if own:
            session.add(Words(event_id=row.id, sealed=self._database.sealer.seal_json(own)))
        _advance(session, coding, row, person)
        session.flush()


def _after(session: Session, coding: Coding, before: CodingState, event: Event) -> CodingState:
    """Return the coding after an event was saved, without reading all of them again."""
    events = (*before.events, event)
    return replace(
        before,
        version=coding.version,
        coder=coding.coder_id,
        events=events,
        sheet=fold(events, before.suggested),
        lock=_lock(session, coding),
    )


def _own_words(event: Event) -> list[str]:
    keys = [key for key in _OWN_WORDS if key in event.fields]
    # The reason of a rejection is one of a list, and is kept for statistics.
    return [key for key in keys if not (event.kind == "reject" and key == "reason")]


def _advance(session: Session, coding: Coding, row: EventRow, person: Person) -> None:
    done = session.execute(
        update(Coding)
        .where(Coding.id == coding.id, Coding.version == row.sequence - 1)
        .values(version=row.sequence)
        .execution_options(synchronize_session=False)
    )
    if getattr(done, "rowcount", 0) != 1:
        raise ConflictError(row.sequence)
    session.refresh(coding)
    coding.started_at = coding.started_at or row.at
    coding.seconds += row.seconds or 0.0
    if coding.coder_id is None:
        coding.coder_id = person.id
    if row.kind == "finish":
        coding.finished_at = row.at
        coding.locked_by = coding.locked_until = None
    elif row.kind == "reopen":
        coding.finished_at = None


def _tell_encounter(session: Session, state: CodingState, person: Person) -> None:
    encounter = found(session, state.encounter)
    if state.sheet.finished:
        encounter.state = "coded"
    else:
        encounter.state = "in_review" if state.sheet.pending is None else "pending"
    encounter.assigned_to = encounter.assigned_to or person.id


def _coding(session: Session, encounter: int, kind: str, for_update: bool = False) -> Coding:
    query = select(Coding).where(Coding.encounter_id == encounter, Coding.kind == kind)
    coding = session.scalar(query.with_for_update() if for_update else query)
    if coding is None:
        found(session, encounter)
        raise UnknownEncounterError(f"Encounter E{encounter} has no {kind} coding.")
    return coding


def _is_locked(coding: Coding) -> bool:
    return coding.locked_until is not None and coding.locked_until > now()


def _lock(session: Session, coding: Coding) -> Lock | None:
    if coding.locked_until is None or not _is_locked(coding):
        return None
    account = session.get(Account, coding.locked_by) if coding.locked_by else None
    return Lock(coding.locked_by, account.name if account else "", coding.locked_until)


def _check_lock(coding: Coding, person: Person) -> None:
    if _is_locked(coding) and coding.locked_by != person.id:
        raise LockedError("Another coder has this encounter open; it is free when they leave it.")


def _suggested(session: Session, coding: Coding) -> frozenset[tuple[str, str]]:
    # What was suggested at any time may have been decided on.
    return _pairs(
        session,
        select(Suggested.system, Suggested.code)
        .join(Reading, Reading.id == Suggested.reading_id)
        .where(Reading.encounter_id == coding.encounter_id),
    )


def _shown(session: Session, coding: Coding) -> frozenset[tuple[str, str]]:
    return _pairs(session, select(Shown.system, Shown.code).where(Shown.coding_id == coding.id))


def _pairs(session: Session, query: Any) -> frozenset[tuple[str, str]]:
    return frozenset((system, code) for system, code in session.execute(query))


def _last_digest(session: Session, coding: int) -> str:
    digest = session.scalar(
        select(EventRow.digest)
        .where(EventRow.coding_id == coding)
        .order_by(EventRow.sequence.desc())
        .limit(1)
    )
    return digest or ""
