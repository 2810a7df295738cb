"""``python -m tests.benchmarks.load``: twenty coders at one service, with time to think and without.

Starts ``suggester serve`` on a temporary database, lets coders review notes of 2,700 characters while
others come in, and prints how long each kind of request took and how many failed. README.md tells what
the options mean.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, text

from suggester.review.accounts import Accounts
from suggester.review.database import Database
from suggester.review.login_sessions import Sessions
from suggester.review.people import ADMIN, CODER, Person
from suggester.web.house import House
from tests.benchmarks.coders import CLOSED, HUMAN, Asking, Coder, Feed, Rhythm, Times
from tests.benchmarks.computer import describe
from tests.benchmarks.notes import notes_of_length
from tests.postgresql import MissingServerError, server
from tests.serving import Served, served

CODERS = 20
#: Encounters that wait when the coders begin.
_WAITING = 30
_BOSS = Person("benchmark", ADMIN)
_PASSWORD = "twenty coders at once"


def headers_of(url: str, with_accounts: bool) -> list[dict[str, str]]:
    """Return what each coder's browser sends along, the last for the feed; makes accounts for it."""
    if not with_accounts:
        return [{} for _ in range(CODERS + 1)]
    database = Database(url)
    database.upgrade()
    accounts = Accounts(database)
    house = House()
    sessions = Sessions(database, house.idle, house.longest)
    found = []
    for number in range(CODERS + 1):
        role = CODER if number else ADMIN
        person = accounts.add(f"person{number}", role, _PASSWORD, _BOSS)
        cookie = sessions.open(person, None, "127.0.0.1")
        known = sessions.known(cookie)
        assert known is not None
        found.append(
            {
                "cookie": f"suggester_session={cookie}",
                "x-csrf-token": known.csrf,
                "sec-fetch-site": "same-origin",
            }
        )
    database.close()
    return [*found[1:], found[0]]


def load(
    service: Served, headers: list[dict[str, str]], notes: list[str], rhythm: Rhythm, seconds: float
) -> Times:
    """Let all coders work at a service, and return what they waited."""
    times = Times()
    asking = [Asking(service.address, one, times) for one in headers]
    until = time.monotonic() + seconds
    workers: list[Coder | Feed] = [Feed(asking[-1], notes, rhythm)]
    own = [] if headers[0] else notes
    workers += [Coder(number, one, own, rhythm) for number, one in enumerate(asking[:-1])]
    threads = [threading.Thread(target=one.work, args=(until,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def measure(where: str, url: str, folder: Path, given: argparse.Namespace) -> None:
    """Measure a service on one database and print its figures."""
    notes = notes_of_length(100)
    headers = headers_of(url, given.accounts)
    with served(folder, url, "--workers", str(given.workers)) as service:
        with httpx2.Client(base_url=service.address, timeout=60, headers=headers[-1]) as client:
            for number, note in enumerate(notes[:_WAITING]):
                row = {"id": f"waiting {number}", "text": note}
                assert client.post("/api/v1/encounters", json=row).status_code == 201
        for name, rhythm, seconds in (
            ("thinking", HUMAN, given.seconds),
            ("not thinking", CLOSED, given.closed),
        ):
            if seconds:
                times = load(service, headers, notes, rhythm, seconds)
                busy = f"{os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores at the end"
                print(f"{where}, {name}: {seconds:g} s, {busy}")
                for figure in times.figures(f"{where}, {name}", seconds, rhythm is HUMAN):
                    print(figure.shown(), flush=True)


@contextlib.contextmanager
def postgresql(is_asked: bool) -> Iterator[str]:
    """Yield the URL of a server's databases, with braces for the name; empty where there is none."""
    with contextlib.ExitStack() as stack:
        pattern = ""
        if is_asked:
            try:
                pattern = stack.enter_context(server())
            except MissingServerError as error:
                print(error)
        yield pattern


def _made(pattern: str, name: str) -> str:
    url = pattern.format("postgres").replace("postgresql:", "postgresql+psycopg:")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return pattern.format(name)


def main() -> None:
    """Measure what the options ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--accounts", action="store_true", help="every coder signs in")
    parser.add_argument("--seconds", type=float, default=20, help="with time to think")
    parser.add_argument("--closed", type=float, default=6, help="without")
    given = parser.parse_args()
    print(describe(), flush=True)
    who = "signed in" if given.accounts else "one user"
    processes = "1 process" if given.workers == 1 else f"{given.workers} processes"
    with tempfile.TemporaryDirectory() as name, postgresql(given.database != "sqlite") as pattern:
        folder = Path(name)
        if given.database != "postgresql":
            url = f"sqlite:///{folder / 'review.db'}"
            measure(f"SQLite, {who}, {processes}", url, folder, given)
        if pattern:
            measure(f"PostgreSQL, {who}, {processes}", _made(pattern, "load"), folder, given)


if __name__ == "__main__":
    main()
