"""An office with accounts, and clients of each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.testclient import TestClient

from suggester.review.people import ADMIN, Person
from suggester.web.app import create_app
from suggester.web.house import House
from suggester.web.office import Office
from suggester.web.visitor import Reception

PASSWORD = "correct horse battery"
HOME = "http://localhost"
BOSS = Person("command line", ADMIN)


@dataclass
class Staff:
    """The app over an office, and the people and programs that may come in."""

    app: FastAPI
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def reception(self) -> Reception:
        reception: Reception = self.app.state.reception
        return reception

    def add(self, name: str, role: str) -> Person:
        password = None if role == "service" else PASSWORD
        self.people[name] = self.reception.accounts.add(name, role, password, BOSS)
        return self.people[name]

    def browser(self, name: str | None = None) -> TestClient:
        """A browser, in which somebody is signed in and whose scripts send the token."""
        client = self.stranger()
        if name is not None:
            cookie = self.reception.sessions.open(self.people[name], None, "test")
            client.cookies.set(self.reception.cookie, cookie)
            known = self.reception.sessions.known(cookie)
            assert known is not None
            client.headers.update(
                {"origin": HOME, "sec-fetch-site": "same-origin", "x-csrf-token": known.csrf}
            )
        return client

    def program(self, name: str) -> TestClient:
        """A program with a token."""
        client = self.stranger()
        token = self.reception.tokens.issue(self.people[name], "test", 5, BOSS)
        client.headers["authorization"] = f"Bearer {token}"
        return client

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url=HOME, follow_redirects=False)


def staffed(office: Office, house: House | None = None) -> Staff:
    """Return an office with one administrator, two coders, an auditor and a program."""
    staff = Staff(create_app(office, house))
    for name, role in (
        ("root", "admin"),
        ("ann", "coder"),
        ("ben", "coder"),
        ("olga", "auditor"),
        ("robot", "service"),
    ):
        staff.add(name, role)
    return staff
