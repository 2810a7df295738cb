"""Tokens by which programs come in; the database knows their SHA-256 only."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.login_sessions import digest_of
from suggester.review.people import Person
from suggester.review.tables import Account, ApiToken
from suggester.review.trail import note_down, now

#: How a token begins, so that one that leaked is recognised.
PREFIX = "suggester_"
LONGEST_DAYS = 3650
_LONGEST_LABEL, _LONGEST_TOKEN = 100, 200


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that holds, without the token itself."""

    id: int
    account: int
    label: str
    created: datetime.datetime
    expires: datetime.datetime | None


class Tokens:
    """Issue, know and revoke tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, person: Person, label: str, days: int, by: Person) -> str:
        """Make a token for an account and return it; it cannot be shown again.

        Raises
        ------
        InputError
            The label or the number of days cannot be used.
        """
        label = label.strip()
        if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
            raise InputError(
                f"The label of a token has 1 to {_LONGEST_LABEL} printable characters."
            )
        if not 1 <= days <= LONGEST_DAYS:
            raise InputError(f"A token holds for 1 to {LONGEST_DAYS} days.")
        token, moment = PREFIX + secrets.token_urlsafe(32), now()
        with self._database.transaction() as session:
            row = ApiToken(
                account_id=person.id,
                label=label,
                digest=digest_of(token),
                created_at=moment,
                expires_at=moment + datetime.timedelta(days=days),
            )
            session.add(row)
            session.flush()
            note_down(session, by, "token made", account=person.name, token=row.id, days=days)
        return token

    def known(self, token: str) -> Person | None:
        """Return whose token this is, while it holds."""
        if not token.startswith(PREFIX) or len(token) > _LONGEST_TOKEN:
            return None
        query = (
            select(Account)
            .join(ApiToken, ApiToken.account_id == Account.id)
            .where(ApiToken.digest == digest_of(token), *_holding(), Account.active)
        )
        with self._database.reading() as session:
            row = session.scalar(query)
            return None if row is None else Person(row.name, row.role, row.id)

    def listed(self, account: int | None = None) -> Sequence[Issued]:
        """Return the tokens that hold, of one account or of all."""
        query = select(ApiToken).where(*_holding()).order_by(ApiToken.id)
        if account is not None:
            query = query.where(ApiToken.account_id == account)
        with self._database.reading() as session:
            return [
                Issued(row.id, row.account_id, row.label, row.created_at, row.expires_at)
                for row in session.scalars(query)
            ]

    def revoke(self, number: int, person: Person, by: Person) -> None:
        """Revoke a token of an account at once.

        Raises
        ------
        InputError
            The account has no such token.
        """
        with self._database.transaction() as session:
            row = session.get(ApiToken, number)
            if row is None or row.account_id != person.id or row.revoked_at is not None:
                raise InputError(f"The account has no token {number}.")
            row.revoked_at = now()
            note_down(session, by, "token revoked", account=person.name, token=number)


def _holding() -> tuple[ColumnElement[bool], ...]:
    return (
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now()),
    )
