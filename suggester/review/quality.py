"""Second codings for quality: who codes what again, blind to what was decided before."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.finished import Period
from suggester.review.intake import UnknownEncounterError
from suggester.review.people import SERVICE, ForbiddenError, Person
from suggester.review.sampling import FinishedEncounter, SecondCoding, draw_sample
from suggester.review.tables import Account, Coding, EncounterRow, EventRow
from suggester.review.trail import note_down

#: Stands for the only user of the computer, who may code own encounters again.
_ALONE = "\0alone"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gave: new second codings, and how many of those drawn had one before."""

    given: tuple[SecondCoding, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A second coding on the list of its coder; never a word of the note, or of the first coding."""

    encounter: int
    title: str
    setting: str | None
    date_of_service: datetime.date | None
    started: bool
    finished: bool


class Quality:
    """Give out second codings, and keep them blind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draw(
        self,
        rate: float,
        seed: int,
        period: Period,
        person: Person,
        second_coders: Collection[str] | None = None,
    ) -> Drawn:
        """Draw finished encounters, and give each to a coder who did not work on it.

        Drawing again, with the same seed and period, gives nothing new. Where nobody can sign in, the
        only user of the computer may code own encounters again.

        Parameters
        ----------
        second_coders
            Names of accounts; everybody who can sign in by default.

        Raises
        ------
        ForbiddenError
            The person may not audit.
        InputError
            The rate cannot be used, a name is unknown, or nobody can code an encounter again.
        """
        need_auditor(person)
        with self._database.transaction() as session:
            accounts = _coders(session)
            names = sorted(accounts) if second_coders is None else sorted(set(second_coders))
            if unknown := [name for name in names if name not in accounts]:
                raise InputError(f"There is no coder named {unknown[0][:100]!r}.")
            if not names and _is_local(session, person):
                names, accounts[_ALONE] = [_ALONE], person.id or 0
            done = _finished(session, period)
            sample = draw_sample(done, rate, seed, names) if done else ()
            known = set(session.scalars(select(Coding.encounter_id).where(Coding.kind == "second")))
            given = [row for row in sample if int(row.encounter) not in known]
            for row in given:
                coder = accounts[row.second_coder]
                session.add(
                    Coding(encounter_id=int(row.encounter), kind="second", coder_id=coder,
                           version=0, seconds=0.0)
                )  # fmt: skip
                again = person.name if row.second_coder == _ALONE else row.second_coder
                note_down(session, person, "second coding", int(row.encounter), to=again)
            note_down(
                session, person, "sampled", rate=rate, seed=seed, given=len(given),
                period=period.to_dict(),
            )  # fmt: skip
            told = (
                SecondCoding(row.encounter, row.first_coder, person.name)
                if row.second_coder == _ALONE
                else row
                for row in given
            )
            return Drawn(tuple(told), len(sample) - len(given))

    def waiting(self, person: Person) -> list[Waiting]:
        """Return the second codings of a coder, those not finished first."""
        query = (
            select(EncounterRow, Coding)
            .join(Coding, Coding.encounter_id == EncounterRow.id)
            .where(Coding.kind == "second", Coding.coder_id == person.id)
            .where(or_(EncounterRow.purged_at.is_(None), Coding.finished_at.is_not(None)))
            .order_by(Coding.finished_at.is_not(None), Coding.id)
        )
        with self._database.reading() as session:
            return [
                Waiting(
                    row.id, row.external_id, row.setting, row.date_of_service,
                    coding.version > 0, coding.finished_at is not None,
                )
                for row, coding in session.execute(query)
            ]  # fmt: skip

    def next(self, person: Person) -> int | None:
        """Return the next encounter that a coder has to code a second time."""
        return next((row.encounter for row in self.waiting(person) if not row.finished), None)

    def unfinished(self) -> dict[str, int]:
        """Return how many second codings each coder has not finished, by name."""
        query = (
            select(Account.name, func.count())
            .join(Coding, Coding.coder_id == Account.id)
            .join(EncounterRow, EncounterRow.id == Coding.encounter_id)
            .where(
                Coding.kind == "second",
                Coding.finished_at.is_(None),
                EncounterRow.purged_at.is_(None),
            )
            .group_by(Account.name)
            .order_by(Account.name)
        )
        with self._database.reading() as session:
            return {name: number for name, number in session.execute(query)}  # noqa: C416

    def coders(self) -> list[str]:
        """Return the names of everybody who can sign in to code, sorted."""
        with self._database.reading() as session:
            return sorted(_coders(session))

    def is_blind(self, encounter: int, person: Person) -> bool:
        """Tell whether somebody still has to code an encounter without seeing its first coding."""
        with self._database.reading() as session:
            second = _second(session, encounter)
            open_ = second is not None and second.finished_at is None
            return open_ and second is not None and second.coder_id == person.id

    def check_first(self, encounter: int, person: Person) -> None:
        """Keep the first coding from whoever has yet to finish the second.

        Raises
        ------
        ForbiddenError
            The person has.
        """
        if self.is_blind(encounter, person):
            raise ForbiddenError(
                "You code this encounter a second time; its first coding is not shown before you finish."
            )

    def check_second(self, encounter: int, person: Person) -> bool:
        """Keep a second coding for its coder; tell whether that is the first coder too, working alone.

        Raises
        ------
        UnknownEncounterError
            The encounter has no second coding.
        ForbiddenError
            It is another person's; only who may audit is told that there is one.
        """
        with self._database.reading() as session:
            second = _second(session, encounter)
            if second is None or (second.coder_id != person.id and not person.may_audit):
                raise UnknownEncounterError(f"Encounter E{encounter} has no second coding.")
            if second.coder_id != person.id:
                raise ForbiddenError("The second coding of this encounter is for another coder.")
            return person.name in _deciders(session, Coding.encounter_id == encounter)[encounter]


def not_blind(person: Person) -> ColumnElement[bool]:
    """Return the condition under which somebody may see the first coding of an encounter."""
    return ~exists(
        select(Coding.id).where(
            Coding.encounter_id == EncounterRow.id,
            Coding.kind == "second",
            Coding.finished_at.is_(None),
            Coding.coder_id == person.id,
        )
    )


def need_auditor(person: Person) -> None:
    """Refuse who may not audit.

    Raises
    ------
    ForbiddenError
        The person may not.
    """
    if not person.may_audit:
        raise ForbiddenError("Only an auditor may do this; ask one, or an administrator.")


def _second(session: Session, encounter: int) -> Coding | None:
    return session.scalar(
        select(Coding).where(Coding.encounter_id == encounter, Coding.kind == "second")
    )


def _coders(session: Session) -> dict[str, int]:
    """Return name and number of everybody who can sign in to code."""
    query = select(Account.name, Account.id).where(
        Account.active, Account.role != SERVICE, Account.password.is_not(None)
    )
    return {row.name: row.id for row in session.execute(query)}


def _is_local(session: Session, person: Person) -> bool:
    account = session.get(Account, person.id) if person.id is not None else None
    return account is not None and account.password is None


def _finished(session: Session, period: Period) -> list[FinishedEncounter]:
    chosen = [
        Coding.finished_at.is_not(None),
        *period.clauses(Coding.finished_at),
        Coding.encounter_id.in_(
            select(EncounterRow.id).where(EncounterRow.purged_at.is_(None))
        ),
    ]  # fmt: skip
    deciders = _deciders(session, *chosen)
    query = (
        select(Coding.encounter_id, EventRow.who)
        .join(EventRow, and_(EventRow.coding_id == Coding.id, EventRow.sequence == Coding.version))
        .where(Coding.kind == "first", *chosen)
    )
    return [
        FinishedEncounter(str(number), who, frozenset(deciders[number] - {who}))
        for number, who in session.execute(query)
    ]


def _deciders(session: Session, *chosen: Any) -> dict[int, set[str]]:
    """Return who decided anything in the first coding of each encounter."""
    query = (
        select(Coding.encounter_id, EventRow.who)
        .join(EventRow, EventRow.coding_id == Coding.id)
        .where(Coding.kind == "first", *chosen)
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for number, who in session.execute(query):
        found[number].add(who)
    return found
