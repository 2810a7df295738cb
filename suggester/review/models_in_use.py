"""Which model suggests: promoted by a person, and taken back by one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suggester.errors import InputError, UnknownModelError
from suggester.models import find_model, list_models, load_model
from suggester.review.database import Database
from suggester.review.people import ForbiddenError, Person
from suggester.review.tables import AuditRow, ModelInUse
from suggester.review.trail import note_down, now

#: What the trail says of a change.
_PROMOTED, _ROLLED_BACK = "model promoted", "model rolled back"


@dataclass(frozen=True, slots=True)
class Promoted:
    """A model that was promoted; ``id`` grows with every promotion."""

    id: int
    model: str
    by: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the model in use: ``what`` was done to which, and the model before it."""

    at: datetime.datetime
    by: str
    what: str
    model: str
    before: str


class ModelsInUse:
    """Tell and change the model that suggests.

    Parameters
    ----------
    first
        The model that suggests before any was promoted.
    """

    def __init__(self, database: Database, first: str = "default") -> None:
        self._database = database
        self.first = first

    def current(self) -> Promoted | None:
        """Return the promotion that holds; None where the first model does."""
        with self._database.reading() as session:
            row = _newest(session)
            return None if row is None else Promoted(row.id, row.model, row.by, row.at)

    @property
    def name(self) -> str:
        """Name of the model in use."""
        current = self.current()
        return self.first if current is None else current.model

    def history(self, most: int = 50) -> list[Change]:
        """Return who promoted and rolled back what, the newest first."""
        query = (
            select(AuditRow)
            .where(AuditRow.action.in_((_PROMOTED, _ROLLED_BACK)))
            .order_by(AuditRow.id.desc())
            .limit(most)
        )
        with self._database.reading() as session:
            return [
                Change(row.at, row.who, row.action, row.detail["model"], row.detail["before"])
                for row in session.scalars(query)
            ]

    def promote(self, name: str, person: Person) -> None:
        """Let a model suggest from now on.

        Raises
        ------
        ForbiddenError
            This account may not.
        UnknownModelError, ModelError
            There is no such model, or it cannot be used here.
        InputError
            It is in use already.
        """
        _check(person)
        folder = known(name)
        load_model(folder)
        with self._database.transaction() as session:
            row = _newest(session)
            before = self.first if row is None else row.model
            if _folder(before) == folder:
                raise InputError(f"{name} is the model in use already.")
            session.add(ModelInUse(at=now(), by=person.name, model=name, rolled_back=False))
            note_down(session, person, _PROMOTED, model=name, before=before)

    def roll_back(self, person: Person) -> str:
        """Go back to the model used before, and return its name.

        Raises
        ------
        ForbiddenError
            This account may not.
        InputError
            No model was promoted.
        UnknownModelError, ModelError
            The one used before is gone, or cannot be used here any more; nothing changed.
        """
        _check(person)
        with self._database.transaction() as session:
            row = _newest(session, for_update=True)
            if row is None:
                raise InputError("No model was promoted; there is nothing to go back to.")
            row.rolled_back = True
            session.flush()
            before = _newest(session)
            name = self.first if before is None else before.model
            load_model(name)
            note_down(session, person, _ROLLED_BACK, model=name, before=row.model)
            return name


def known(name: str) -> str:
    """Return the folder of a model by its name; a path is no name.

    Raises
    ------
    UnknownModelError
        There is no model of that name.
    """
    folder = list_models().get(name)
    if folder is None:
        raise UnknownModelError("There is no model of that name.")
    return str(folder)


def _folder(name: str) -> str:
    # The model in use may have been deleted: another can be promoted all the same.
    try:
        return str(find_model(name))
    except UnknownModelError:
        return ""


def _check(person: Person) -> None:
    if not person.may_administer:
        raise ForbiddenError("Only an administrator may change the model in use.")


def _newest(session: Session, for_update: bool = False) -> ModelInUse | None:
    query = (
        select(ModelInUse)
        .where(ModelInUse.rolled_back.is_(False))
        .order_by(ModelInUse.id.desc())
        .limit(1)
    )
    return session.scalar(query.with_for_update() if for_update else query)
