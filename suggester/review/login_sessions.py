"""Sessions of signed-in browsers; the database knows the SHA-256 of their cookies only."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from suggester.review.database import Database
from suggester.review.people import SERVICE, Person
from suggester.review.tables import Account, LoginSession
from suggester.review.trail import note_down, now

#: How exactly it is kept when a session was used last; it spares a write with every request.
_TOUCH = datetime.timedelta(minutes=1)
_LONGEST_COOKIE = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds.

    ``digest`` names it; ``csrf`` is what its pages send back with every change.
    """

    person: Person
    digest: str
    csrf: str
    since: datetime.datetime
    seen: datetime.datetime


class Sessions:
    """Open, know and end sessions.

    Parameters
    ----------
    idle, longest
        How long a session holds without being used, and at all.
    """

    def __init__(
        self, database: Database, idle: datetime.timedelta, longest: datetime.timedelta
    ) -> None:
        self._database = database
        self._idle = idle
        self._longest = longest

    def open(self, person: Person, old_cookie: str | None, address: str) -> str:
        """Open a session and return its cookie; that of the browser so far ends."""
        cookie, moment = secrets.token_urlsafe(32), now()
        expired = or_(
            LoginSession.seen_at <= moment - self._idle,
            LoginSession.created_at <= moment - self._longest,
        )
        with self._database.transaction() as session:
            session.execute(delete(LoginSession).where(expired))
            if old_cookie:
                old = digest_of(old_cookie)
                session.execute(delete(LoginSession).where(LoginSession.digest == old))
            session.add(
                LoginSession(
                    digest=digest_of(cookie),
                    account_id=person.id,
                    csrf=secrets.token_urlsafe(32),
                    created_at=moment,
                    seen_at=moment,
                )
            )
            note_down(session, person, "signed in", address=address)
        return cookie

    def known(self, cookie: str, is_use: bool = True) -> SignedIn | None:
        """Return the session of a cookie while it holds.

        Parameters
        ----------
        is_use
            Whether somebody did something, as opposed to a page that renews itself.
        """
        if not cookie or len(cookie) > _LONGEST_COOKIE:
            return None
        digest, moment = digest_of(cookie), now()
        query = (
            select(LoginSession, Account)
            .join(Account, Account.id == LoginSession.account_id)
            .where(
                LoginSession.digest == digest,
                LoginSession.seen_at > moment - self._idle,
                LoginSession.created_at > moment - self._longest,
                Account.active,
                Account.role != SERVICE,
            )
        )
        with self._database.reading() as session:
            found = session.execute(query).first()
        if found is None:
            return None
        row, account = found
        if is_use and row.seen_at <= moment - min(_TOUCH, self._idle / 4):
            self._touch(digest, moment)
        person = Person(account.name, account.role, account.id)
        return SignedIn(person, digest, row.csrf, row.created_at, row.seen_at)

    def of(self, person: Person) -> Sequence[SignedIn]:
        """Return the sessions of an account that hold, the newest first."""
        moment = now()
        query = (
            select(LoginSession)
            .where(
                LoginSession.account_id == person.id,
                LoginSession.seen_at > moment - self._idle,
                LoginSession.created_at > moment - self._longest,
            )
            .order_by(LoginSession.created_at.desc())
        )
        with self._database.reading() as session:
            return [
                SignedIn(person, row.digest, row.csrf, row.created_at, row.seen_at)
                for row in session.scalars(query)
            ]

    def end(self, signed_in: SignedIn) -> None:
        """End a session."""
        with self._database.transaction() as session:
            session.execute(delete(LoginSession).where(LoginSession.digest == signed_in.digest))
            note_down(session, signed_in.person, "signed out")

    def end_all(self, person: Person) -> None:
        """End every session of an account."""
        with self._database.transaction() as session:
            session.execute(delete(LoginSession).where(LoginSession.account_id == person.id))
            note_down(session, person, "signed out everywhere")

    def _touch(self, digest: str, moment: datetime.datetime) -> None:
        with self._database.transaction() as session:
            session.execute(
                update(LoginSession).where(LoginSession.digest == digest).values(seen_at=moment)
            )


def digest_of(secret: str) -> str:
    """Return what the database keeps of a cookie or token: 32 random bytes need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
