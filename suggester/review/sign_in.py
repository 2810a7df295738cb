"""Signing in with a name and a password, slowed down for those who guess."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from suggester.errors import SuggesterError
from suggester.review.accounts import normal_name
from suggester.review.database import Database
from suggester.review.passwords import hashed, is_outdated, is_right
from suggester.review.people import SERVICE, Person
from suggester.review.tables import Account, LoginFailure
from suggester.review.trail import note_down, now

#: Failures after which a name or an address has to wait, and how long failures count.
MOST_BY_NAME, MOST_BY_ADDRESS = 10, 50
WINDOW = datetime.timedelta(minutes=15)
_WRONG = "The name or the password is wrong."
_LONGEST_NAME = 200


class SignInError(SuggesterError):
    """A name and a password that do not go together; which of them is wrong is not said."""

    code = "signed_out"


class ThrottledError(SuggesterError):
    """Too many attempts; ``seconds`` tells how long to wait."""

    code = "too_many"

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        many = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"There were too many attempts; try again in {many}.")
        self.seconds = seconds


class SignIn:
    """Check names and passwords.

    An attempt is written down as a failure before the password is looked at and taken back when it
    was right: of many attempts at once, in any number of processes, none gets past the limit.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, name: str, password: str, address: str) -> Person:
        """Return whose name and password these are.

        Raises
        ------
        SignInError
            There is no such account, it is disabled or a service, or the password is another.
        ThrottledError
            The name, whether there is such an account or not, or the address failed too often.
        """
        name = normal_name(name[:_LONGEST_NAME])
        name = name if name.isprintable() else ""  # Nobody's, and kept by every database.
        attempts = self._begin(self._digests(name, address))
        with self._database.reading() as session:
            row = session.scalar(select(Account).where(Account.name == name))
        usable = row is not None and row.active and row.role != SERVICE
        right = is_right(row.password if row is not None and usable else None, password)
        if row is None or not right:
            # What was typed could be a password in the wrong field: only known names are kept.
            who = Person(row.name if row is not None else "nobody")
            with self._database.transaction() as session:
                note_down(session, who, "sign-in failed", address=address)
            raise SignInError(_WRONG)
        fresh = hashed(password) if is_outdated(row.password or "") else row.password
        with self._database.transaction() as session:
            self._forget(session, attempts, name)
            session.execute(
                update(Account)
                .where(Account.id == row.id, Account.password == row.password)
                .values(password=fresh)
            )
        return Person(row.name, row.role, row.id)

    def forgive(self, name: str) -> None:
        """Forget the failures of a name, as when an administrator sets its password."""
        with self._database.transaction() as session:
            self._forget(session, [], normal_name(name))

    def _digests(self, name: str, address: str) -> list[tuple[str, int]]:
        fingerprint = self._database.sealer.fingerprint
        return [
            (fingerprint("sign-in name", name.casefold()), MOST_BY_NAME),
            (fingerprint("sign-in address", address), MOST_BY_ADDRESS),
        ]

    def _begin(self, digests: list[tuple[str, int]]) -> list[int]:
        moment = now()
        with self._database.transaction() as session:
            session.execute(delete(LoginFailure).where(LoginFailure.at <= moment - WINDOW))
            rows = [LoginFailure(who=who, at=moment) for who, _ in digests]
            session.add_all(rows)
            session.flush()
            attempts = [row.id for row in rows]
        # Counted after the attempt was committed: of two at once, at least one sees the other.
        with self._database.transaction() as session:
            waits = [self._wait(session, who, most, moment) for who, most in digests]
            if any(waits):
                _take_back(session, attempts)
        if any(waits):
            raise ThrottledError(max(waits))
        return attempts

    def _wait(self, session: Session, who: str, most: int, moment: datetime.datetime) -> int:
        counted, oldest = session.execute(
            select(func.count(), func.min(LoginFailure.at)).where(LoginFailure.who == who)
        ).one()
        if counted <= most:
            return 0
        return max(1, round((oldest + WINDOW - moment).total_seconds()))

    def _forget(self, session: Session, attempts: list[int], name: str) -> None:
        who = self._digests(name, "")[0][0]
        session.execute(delete(LoginFailure).where(LoginFailure.who == who))
        _take_back(session, attempts)


def _take_back(session: Session, attempts: list[int]) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.id.in_(attempts)))
