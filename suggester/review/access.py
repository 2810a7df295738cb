"""Whose encounters somebody sees, and on which they decide."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.review.intake import UnknownEncounterError, found
from suggester.review.people import SERVICE, ForbiddenError, Person
from suggester.review.tables import AuditRow, EncounterRow


def visible(person: Person) -> ColumnElement[bool]:
    """Return the condition under which an encounter is seen by someone.

    A coder sees those that are nobody's or theirs, auditors and administrators all, a program those
    that it added.
    """
    if person.role == SERVICE:
        return exists(
            select(AuditRow.id).where(
                AuditRow.encounter_id == EncounterRow.id,
                AuditRow.action == "added",
                AuditRow.who == person.name,
            )
        )
    if person.may_audit:
        return true()
    return or_(EncounterRow.assigned_to.is_(None), EncounterRow.assigned_to == person.id)


def sees(session: Session, number: int, person: Person) -> bool:
    """Tell whether there is an encounter that someone sees."""
    query = select(EncounterRow.id).where(EncounterRow.id == number, visible(person))
    return session.scalar(query) is not None


def check_seen(session: Session, number: int, person: Person) -> None:
    """Refuse what someone does not see, in the same words as what is not there.

    Raises
    ------
    UnknownEncounterError
        There is no such encounter, or not for this account.
    """
    if not sees(session, number, person):
        raise UnknownEncounterError(f"There is no encounter E{number}.")


def check_decides(session: Session, number: int, person: Person) -> None:
    """Refuse a decision on the encounter of somebody else; an administrator decides on any.

    Raises
    ------
    UnknownEncounterError
        There is no such encounter, or not for this account.
    ForbiddenError
        It is seen, but somebody else's.
    """
    check_seen(session, number, person)
    row = found(session, number)
    if person.role == SERVICE:
        raise ForbiddenError("A service account does not decide.")
    if not person.may_administer and row.assigned_to not in (None, person.id):
        raise ForbiddenError("This encounter is another coder's; only they decide on it.")


def check_adds(session: Session, number: int, person: Person) -> None:
    """Refuse a late document of someone who neither decides on the encounter nor added it.

    Raises
    ------
    UnknownEncounterError, ForbiddenError
        As for :func:`check_seen` and :func:`check_decides`.
    """
    (check_seen if person.role == SERVICE else check_decides)(session, number, person)


def check_arrival(session: Session, number: int, person: Person) -> None:
    """Refuse to tell of an encounter that came in a second time, and is somebody else's by now.

    Raises
    ------
    InputError
        It is not for this account.
    """
    if not sees(session, number, person):
        raise InputError("This note is in the worklist already, under another account.")
