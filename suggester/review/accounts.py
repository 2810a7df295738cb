"""Accounts: who may come in, and as what; every change stands in the audit trail."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.passwords import check_strength, hashed
from suggester.review.people import ADMIN, ROLES, SERVICE, Person
from suggester.review.tables import Account, ApiToken, LoginSession
from suggester.review.trail import note_down, now

_NAME = re.compile(r"[\w.@+-]+(?: [\w.@+-]+)*")
_LONGEST_NAME = 100
#: Names that mean something else in the worklist or the audit trail.
RESERVED = frozenset({"-", "me", "none", "nobody", "local user", "command line"})


@dataclass(frozen=True, slots=True)
class Known:
    """An account as it is listed."""

    id: int
    name: str
    role: str
    active: bool
    has_password: bool


class Accounts:
    """Keep accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any_admin(self) -> bool:
        """Tell whether an administrator can sign in."""
        query = select(exists(select(Account.id).where(*_ADMINS)))
        with self._database.reading() as session:
            return bool(session.scalar(query))

    def listed(self) -> list[Known]:
        """Return all accounts by name, but for the one of single-user mode."""
        with self._database.reading() as session:
            rows = session.scalars(select(Account).order_by(Account.name))
            return [
                Known(row.id, row.name, row.role, row.active, row.password is not None)
                for row in rows
                if row.name not in RESERVED
            ]

    def add(self, name: str, role: str, password: str | None, by: Person) -> Person:
        """Make an account.

        Parameters
        ----------
        password
            None for the role ``service``, which comes in with tokens only.

        Raises
        ------
        InputError
            The name, role or password cannot be used, or the first account is no administrator.
        """
        name = _checked_name(name)
        _check_role(role)
        kept = None
        if role != SERVICE:
            check_strength(password or "", name)
            kept = hashed(password or "")
        try:
            with self._database.transaction() as session:
                if role != ADMIN and not _admins(session):
                    raise InputError(
                        "The first account is an administrator: add it with --role admin."
                    )
                taken = session.scalars(select(Account.name))
                if any(other.casefold() == name.casefold() for other in taken):
                    raise _taken(name)
                row = Account(name=name, role=role, password=kept, active=True, created_at=now())
                session.add(row)
                session.flush()
                note_down(session, by, "account added", account=name, role=role)
                return Person(name, role, row.id)
        except IntegrityError:
            raise _taken(name) from None

    def set_role(self, name: str, role: str, by: Person) -> None:
        """Give an account another role; a program and a person do not become one another.

        Raises
        ------
        InputError
            There is no such account or role, or the last administrator would be gone.
        """
        _check_role(role)
        with self._database.transaction() as session:
            row = _account(session, name)
            if SERVICE in (row.role, role) and row.role != role:
                raise InputError("A service account stays one; add another account for a person.")
            if role != ADMIN:
                _need_other_admin(session, row)
            row.role = role
            note_down(session, by, "account role changed", account=row.name, role=role)

    def disable(self, name: str, by: Person) -> None:
        """Shut an account out at once: its sessions end and its tokens are revoked.

        Raises
        ------
        InputError
            There is no such account, or it is the last administrator.
        """
        with self._database.transaction() as session:
            row = _account(session, name)
            _need_other_admin(session, row)
            row.active = False
            session.execute(delete(LoginSession).where(LoginSession.account_id == row.id))
            session.execute(
                update(ApiToken)
                .where(ApiToken.account_id == row.id, ApiToken.revoked_at.is_(None))
                .values(revoked_at=now())
            )
            note_down(session, by, "account disabled", account=row.name)

    def enable(self, name: str, by: Person) -> None:
        """Let a disabled account in again; its old tokens stay revoked.

        Raises
        ------
        InputError
            There is no such account.
        """
        with self._database.transaction() as session:
            row = _account(session, name)
            row.active = True
            note_down(session, by, "account enabled", account=row.name)

    def set_password(self, name: str, password: str, by: Person, keep: str | None = None) -> None:
        """Set a password, and end the sessions of the account, but for the one of digest ``keep``.

        Raises
        ------
        InputError
            There is no such account, it is a service, or the password cannot be used.
        """
        check_strength(password, name)
        kept = hashed(password)
        with self._database.transaction() as session:
            row = _account(session, name)
            if row.role == SERVICE:
                raise InputError("A service account comes in with tokens only.")
            row.password = kept
            session.execute(
                delete(LoginSession).where(
                    LoginSession.account_id == row.id, LoginSession.digest != (keep or "")
                )
            )
            note_down(session, by, "password changed", account=row.name)

    def find(self, name: str) -> Person:
        """Return an account that may come in.

        Raises
        ------
        InputError
            There is none of that name, or it is disabled.
        """
        with self._database.reading() as session:
            row = _account(session, name)
            if not row.active:
                raise InputError(f"The account {row.name!r} is disabled.")
            return Person(row.name, row.role, row.id)


_ADMINS = (Account.role == ADMIN, Account.active, Account.password.is_not(None))


def normal_name(name: str) -> str:
    """Return a name of an account as it is kept."""
    return unicodedata.normalize("NFKC", name).strip()


def _admins(session: Session) -> Sequence[int]:
    # The rows are held, so that two administrators cannot take the role from each other at once.
    return session.scalars(select(Account.id).where(*_ADMINS).with_for_update()).all()


def _need_other_admin(session: Session, row: Account) -> None:
    if set(_admins(session)) == {row.id}:
        raise InputError("This is the last administrator; make another one first.")


def _account(session: Session, name: str) -> Account:
    row = session.scalar(select(Account).where(Account.name == normal_name(name)))
    if row is None or row.name in RESERVED:
        raise InputError(f"There is no account named {name[:_LONGEST_NAME]!r}.")
    return row


def _checked_name(name: str) -> str:
    normal = normal_name(name)
    if not _NAME.fullmatch(normal) or len(normal) > _LONGEST_NAME or normal.casefold() in RESERVED:
        raise InputError(
            f"The name of an account has up to {_LONGEST_NAME} letters, digits, spaces and . @ + - _, "
            "and is not a word with another meaning such as 'me'."
        )
    return normal


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"The role of an account is {', '.join(ROLES[:-1])} or {ROLES[-1]}.")


def _taken(name: str) -> InputError:
    return InputError(f"There is an account named {name!r} already.")
