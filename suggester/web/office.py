"""Everything a request needs: the database, the desk that suggests, the code sets."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suggester.codes import load_icd10cm
from suggester.codes.code_forms import systems_of
from suggester.codes.flat_installed import load_flat
from suggester.encounter import Encounter
from suggester.errors import InputError, SuggesterError
from suggester.review.access import check_arrival
from suggester.review.codings import Codings, CodingState
from suggester.review.database import Database
from suggester.review.desk import Checked, Desk, key_of
from suggester.review.events import Event, read_event
from suggester.review.intake import Arrival, Intake, found, last_kept
from suggester.review.line_details import unpointed
from suggester.review.models_in_use import ModelsInUse
from suggester.review.opened import Opened
from suggester.review.overview import Overviews
from suggester.review.people import ADMIN, Person
from suggester.review.quality import Quality
from suggester.review.retraining import Retraining
from suggester.review.tables import Account, EncounterRow, Reading
from suggester.review.trail import now
from suggester.review.worklist import Worklist
from suggester.web.metrics import DECISIONS
from suggester.web.succession import Succession

#: Decisions that depend on what the rules say of the worksheet, or on what was shown.
_LOOKED_INTO = ("accept_many", "mend", "acknowledge", "finish")
#: Name of the one account in single-user mode.
LOCAL = "local user"


class Office:
    """The parts of the workbench, made once for each process."""

    def __init__(
        self, database: Database, desk: Desk, retraining: Retraining | None = None
    ) -> None:
        self.database = database
        self.desk = desk
        self.intake = Intake(database)
        self.codings = Codings(database)
        self.worklist = Worklist(database)
        self.quality = Quality(database)
        self.overviews = Overviews(database)
        self.retraining = retraining or Retraining(
            database, ModelsInUse(database, desk.model["name"])
        )
        self.succession = Succession(desk, self.retraining.in_use)
        self.codes = load_icd10cm(desk.suggester.codes.release.name)
        self._encounters: Opened[Encounter] = Opened()
        self._results: Opened[dict[str, Any]] = Opened()

    def local_person(self) -> Person:
        """Return the one account of single-user mode, made when it is missing."""
        mine = select(Account).where(Account.name == LOCAL)
        with self.database.reading() as session:
            account = session.scalar(mine)
            if account is not None:
                return Person(account.name, account.role, account.id)
        with self.database.transaction() as session:
            account = session.scalar(mine)
            if account is None:
                account = Account(name=LOCAL, role=ADMIN, active=True, created_at=now())
                session.add(account)
                session.flush()
            return Person(account.name, account.role, account.id)

    def take_in(self, encounter: Encounter, person: Person) -> Arrival:
        """Put an encounter into the worklist; one that is there already is told to those who see it.

        Raises
        ------
        InputError
            It cannot be used, or is there under another account.
        """
        arrival = self.intake.add(encounter, person)
        if arrival.known:
            with self.database.reading() as session:
                check_arrival(session, arrival.id, person)
        return arrival

    def encounter(self, number: int) -> tuple[EncounterRow, Encounter]:
        """Return an encounter with its documents; raises UnknownEncounterError."""
        with self.database.reading() as session:
            row = found(session, number)
            if row.purged_at is not None:
                return row, self.intake.encounter(session, row)
            # Documents are only ever added.
            known = (row.id, row.digest, row.documents)
            return row, self._encounters.get(known, lambda: self.intake.encounter(session, row))

    def result(self, number: int, encounter: Encounter) -> dict[str, Any]:
        """Return what is suggested for an encounter, read now where a document is newer.

        It is shared between requests and is not to be changed.
        """
        with self.database.reading() as session:
            known = last_kept(session, number, len(encounter.documents))
            if known is not None:
                return self._results.get(known, lambda: self._kept(session, known))
        result = self.desk.suggest(encounter, keep=True)
        unknown = self.desk.unknown_share(encounter)
        self.intake.keep_reading(number, len(encounter.documents), result, unknown)
        return result

    def _kept(self, session: Session, reading: int) -> dict[str, Any]:
        sealed = session.scalar(select(Reading.sealed_result).where(Reading.id == reading))
        assert sealed is not None
        result: dict[str, Any] = self.database.sealer.open_json(sealed)
        return result

    def decide(
        self, number: int, version: int, row: Mapping[str, Any], person: Person, kind: str = "first"
    ) -> tuple[Encounter, CodingState]:
        """Check a decision against codes and rules, save it, and return the coding after it.

        Raises
        ------
        InputError
            The decision cannot be read, or the rules stand against it.
        ConflictError, LockedError
            Somebody else was there.
        """
        event = read_event(row)
        _, encounter = self.encounter(number)
        if event.kind in _LOOKED_INTO:
            state = self.codings.state(number, kind)
            if state.version == version:
                event = self._checked(event, encounter, state, self.result(number, encounter))
        else:
            self._check_codes(event)
        seconds = row.get("seconds")
        after = self.codings.decide(
            number,
            version,
            event,
            person,
            kind=kind,
            seconds=float(seconds) if isinstance(seconds, int | float) else None,
        )
        DECISIONS.labels(event.kind).inc()
        return encounter, after

    def rules(self, encounter: Encounter, state: CodingState, result: dict[str, Any]) -> Checked:
        """Return what the coding rules say of the diagnoses assigned, and a claim form of the lines."""
        codes = tuple(line.code for line in state.sheet.diagnoses)
        if not codes:
            return Checked({})
        checked = self.desk.check(encounter, codes)
        more = {key_of(alert): alert for alert in unpointed(state.sheet, result)}
        return Checked(checked.alerts | more, checked.first_because)

    def title(self, system: str, code: str, day: datetime.date | None = None) -> str:
        """Return what a code means, or nothing where its code set is not at hand."""
        del day
        try:
            if system == "icd10cm":
                return self.codes.title(code)
            flat = load_flat(system)
            return "" if flat is None else flat.title(code)
        except SuggesterError:
            return ""

    def _checked(
        self, event: Event, encounter: Encounter, state: CodingState, result: dict[str, Any]
    ) -> Event:
        match event.kind:
            case "accept_many":
                unseen = {tuple(pair) for pair in event.fields["codes"]} - state.shown
                if unseen:
                    raise InputError("Look at the evidence of these suggestions first.")
            case "mend":
                return self._mend(event, self.rules(encounter, state, result))
            case "acknowledge":
                if event.fields["alert"] not in self.rules(encounter, state, result).alerts:
                    raise InputError("That check does not stand any more.")
            case "finish":
                self._check_finish(state, self.rules(encounter, state, result))
        return event

    def _check_codes(self, event: Event) -> None:
        if event.kind == "add":
            self.need_code(*event.code)
        elif event.kind == "replace":
            self.need_code(event.fields["with_system"], event.fields["with"])

    def need_code(self, system: str, code: str) -> None:
        """Refuse a code that does not exist; raises InputError."""
        if system == "icd10cm":
            if code not in self.codes:
                raise InputError(f"{code} is not a code of ICD-10-CM {self.codes.release.name}.")
        elif system not in systems_of(code):
            raise InputError(f"{code} is not written like a code of that system.")

    def _mend(self, event: Event, checked: Checked) -> Event:
        alert = checked.alerts.get(event.fields["alert"])
        if alert is None:
            raise InputError("That check does not stand any more.")
        mend = alert.mend.to_dict()
        mend.pop("query", None)
        if not mend:
            raise InputError("That check has no mend; ask the provider or say why it stands.")
        return Event("mend", event.fields | {"rule": alert.id, "mend": mend})

    def _check_finish(self, state: CodingState, checked: Checked) -> None:
        if not state.sheet.lines:
            raise InputError("Nothing is assigned; if nothing can be, pend it with a reason.")
        if checked.errors:
            raise InputError(
                f"{_count(len(checked.errors), 'error')} to be mended before it is finished."
            )
        waiting = checked.open_warnings(state.sheet.acknowledged)
        if waiting:
            raise InputError(
                f"{_count(len(waiting), 'warning')} to be mended, or kept with a word why."
            )


def _count(number: int, what: str) -> str:
    return f"There is 1 {what}" if number == 1 else f"There are {number} {what}s"
