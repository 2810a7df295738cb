"""The worklist: which encounters wait, whose they are, and which comes next."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.review.access import check_decides, visible
from suggester.review.codings import LOCK_MINUTES
from suggester.review.database import Database
from suggester.review.intake import found
from suggester.review.people import SERVICE, ForbiddenError, Person
from suggester.review.tables import STATES, Account, Coding, EncounterRow
from suggester.review.trail import note_down, now

#: How the worklist is sorted: the longest waiting first, or the least sure first.
ORDERS = ("age", "confidence")
_WAITING = ("new", "in_review")
_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the worklist; never a word of the note."""

    id: int
    title: str
    state: str
    age: int | None
    sex: str | None
    date_of_service: datetime.date | None
    setting: str | None
    assigned: str | None
    locked_by: str | None
    waiting_since: datetime.datetime
    documents: int
    suggestions: int
    least_confidence: float | None


class Worklist:
    """Ask for what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def items(
        self,
        *,
        state: str | None = None,
        assigned: str | None = None,
        words: str | None = None,
        order: str = "age",
        limit: int = 100,
        offset: int = 0,
        person: Person | None = None,
    ) -> list[Item]:
        """Return rows of the worklist.

        Parameters
        ----------
        state
            One of :data:`~suggester.review.tables.STATES`; any by default.
        assigned
            Name of an account, or ``-`` for nobody's.
        words
            Part of the encounter's name or number.
        order
            One of :data:`ORDERS`.
        person
            Only what they see; everything by default.

        Raises
        ------
        InputError
            The state or the order is not one.
        """
        query = _filtered(_rows(), state, assigned, words)
        if person is not None:
            query = query.where(visible(person))
        if order not in ORDERS:
            raise InputError(f"The worklist is sorted by {' or '.join(ORDERS)}.")
        by_age = (EncounterRow.waiting_since, EncounterRow.id)
        first = (EncounterRow.least_confidence,) if order == "confidence" else ()
        query = query.order_by(*first, *by_age).limit(min(limit, _MOST_ROWS)).offset(max(offset, 0))
        with self._database.reading() as session:
            names = {row.id: row.name for row in session.execute(select(Account.id, Account.name))}
            return [_item(row, coding, names) for row, coding in session.execute(query)]

    def counts(self, person: Person | None = None) -> dict[str, int]:
        """Return how many encounters are in each state, of those that someone sees."""
        query = (
            select(EncounterRow.state, func.count())
            .where(EncounterRow.purged_at.is_(None))
            .group_by(EncounterRow.state)
        )
        if person is not None:
            query = query.where(visible(person))
        with self._database.reading() as session:
            counted = {state: number for state, number in session.execute(query)}  # noqa: C416
        return {state: counted.get(state, 0) for state in STATES}

    def peek_next(self, person: Person) -> int | None:
        """Return the encounter that would be claimed next, without taking it."""
        if person.role == SERVICE:
            return None
        with self._database.reading() as session:
            picked = session.execute(_next(person, "age")).first()
            return None if picked is None else int(picked[0].id)

    def claim_next(self, person: Person, order: str = "age") -> int | None:
        """Assign the next waiting encounter to someone and lock it; None when nothing waits."""
        with self._database.transaction() as session:
            picked = session.execute(_next(person, order).with_for_update(skip_locked=True)).first()
            if picked is None:
                return None
            row, coding = picked
            row.assigned_to = coding.coder_id = coding.locked_by = person.id
            coding.locked_until = now() + datetime.timedelta(minutes=LOCK_MINUTES)
            note_down(session, person, "claimed", row.id)
            return int(row.id)

    def assign(self, encounter: int, to: str | None, person: Person) -> None:
        """Give an encounter to an account, or to nobody; others than oneself by administrators only.

        Raises
        ------
        InputError
            There is no such account.
        ForbiddenError
            The encounter is somebody else's, or is given to somebody else.
        """
        if not person.may_administer and to not in (None, person.name):
            raise ForbiddenError("Only an administrator gives encounters to others.")
        with self._database.transaction() as session:
            check_decides(session, encounter, person)
            row = found(session, encounter)
            row.assigned_to = None if to is None else _account(session, to)
            note_down(session, person, "assigned", row.id, to=to)

    def mark(self, encounter: int, state: str, person: Person) -> None:
        """Move a finished encounter on to ``audited`` or ``exported``; errors as of :meth:`mark_all`."""
        self.mark_all([encounter], state, person)

    def mark_all(self, encounters: Sequence[int], state: str, person: Person) -> None:
        """Move finished encounters on to ``audited`` or ``exported``, all of them or none.

        Raises
        ------
        InputError
            One is not finished.
        """
        with self._database.transaction() as session:
            for encounter in encounters:
                row = found(session, encounter)
                if row.state not in ("coded", "audited", "exported"):
                    raise InputError(f"Encounter E{encounter} is not finished.")
                row.state = state
                note_down(session, person, state, row.id)


def _next(person: Person, order: str) -> Select[EncounterRow, Coding]:
    free = or_(Coding.locked_until.is_(None), Coding.locked_until <= now())
    mine = or_(EncounterRow.assigned_to.is_(None), EncounterRow.assigned_to == person.id)
    by = EncounterRow.least_confidence if order == "confidence" else EncounterRow.waiting_since
    return (
        _rows()
        .where(EncounterRow.state.in_(_WAITING), or_(free, Coding.locked_by == person.id), mine)
        .order_by(by, EncounterRow.id)
        .limit(1)
    )


def _rows() -> Select[EncounterRow, Coding]:
    return (
        select(EncounterRow, Coding)
        .join(Coding, Coding.encounter_id == EncounterRow.id)
        .where(Coding.kind == "first", EncounterRow.purged_at.is_(None))
    )


def _filtered(
    query: Select[EncounterRow, Coding], state: str | None, assigned: str | None, words: str | None
) -> Select[EncounterRow, Coding]:
    if state is not None:
        if state not in STATES:
            raise InputError(f"An encounter is {', '.join(STATES[:-1])} or {STATES[-1]}.")
        query = query.where(EncounterRow.state == state)
    if assigned == "-":
        query = query.where(EncounterRow.assigned_to.is_(None))
    elif assigned:
        mine = select(Account.id).where(Account.name == assigned).scalar_subquery()
        query = query.where(EncounterRow.assigned_to == mine)
    if words:
        bare = words.strip()
        named = EncounterRow.external_id.icontains(bare, autoescape=True)
        number = bare.upper().removeprefix("E")
        if number.isascii() and number.isdigit() and len(number) < 10:
            query = query.where(or_(named, EncounterRow.id == int(number)))
        else:
            query = query.where(named)
    return query


def _item(row: EncounterRow, coding: Coding, names: dict[int, str]) -> Item:
    locked = coding.locked_until is not None and coding.locked_until > now()
    return Item(
        row.id,
        row.external_id,
        row.state,
        row.age,
        row.sex,
        row.date_of_service,
        row.setting,
        names.get(row.assigned_to or 0),
        names.get(coding.locked_by or 0) if locked else None,
        row.waiting_since,
        row.documents,
        row.suggestions,
        row.least_confidence,
    )


def _account(session: Session, name: str) -> int:
    number = session.scalar(select(Account.id).where(Account.name == name, Account.active))
    if number is None:
        raise InputError(f"There is no account named {name[:100]!r}.")
    return number
