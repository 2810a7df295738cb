"""Which role gets which answer from which address, for each kind of encounter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from suggester import Suggester
from suggester.encounter import Encounter
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.review.events import read_event
from suggester.review.models_in_use import ModelsInUse
from suggester.review.people import Person
from suggester.review.retraining import Retraining
from suggester.review.tables import Coding
from suggester.web.app import create_app
from suggester.web.office import Office
from suggester.web.permits import OPEN, PERMITS
from tests.exchange.fhir_bundles import reference
from tests.web.staff import Staff, staffed

#: "alone" is the one user of a computer without accounts; "coder" is ann.
WHO = ("nobody", "alone", "coder", "auditor", "admin", "service")
#: Whose an encounter is: nobody's and added by a person (free), assigned to the coder ben (ben's), or
#: nobody's and added by the program (robot's); finished ones of each; coded by ben and given to ann to
#: code again (again), which both finished with other codes (differs).
KINDS = (
    "free", "ben's", "robot's", "done", "ben's-done", "robot's-done", "again", "differs", "none",
)  # fmt: skip
TABLE = Path(__file__).with_name("roles.txt").read_text("utf-8").splitlines()[1:]
ROWS = [
    (method, path, whose, dict(zip(WHO, map(int, statuses), strict=True)))
    for method, path, whose, *statuses in map(str.split, TABLE)
]
_NOTE = "Impression: Gout."
_numbers = itertools.count()


def sent(key: str, encounter: str | None) -> dict[str, Any]:
    """What a request that is in order sends."""
    number = next(_numbers)
    requests: dict[str, dict[str, Any]] = {
        "POST /api/v1/suggest": {"json": {"text": _NOTE}},
        "POST /api/v1/suggest/many": {"json": [{"text": _NOTE}]},
        "GET /api/v1/codes": {"params": {"q": "gout"}},
        "POST /api/v1/codes/search": {"json": {"q": "gout"}},
        "POST /api/v1/encounters": {"json": {"text": f"{_NOTE} {number}"}},
        "POST /api/v1/encounters/upload": {"files": {"file": ("n.txt", f"{_NOTE} {number}")}},
        "POST /api/v1/encounters/{encounter}/documents": {"json": {"text": "Chest: clear."}},
        "POST /api/v1/encounters/{encounter}/decisions": {
            "json": {"version": 0, "kind": "accept", "system": "icd10cm", "code": "M10.9"}
        },
        "POST /api/v1/encounters/{encounter}/shown": {"json": {"codes": []}},
        "POST /api/v1/encounters/{encounter}/assign": {"json": {"to": None}},
        "POST /api/v1/exports": {"json": {"encounters": [encounter]} if encounter else {}},
        "POST /api/v1/encounters/{encounter}/codings/second/decisions": {
            "json": {"version": 0, "kind": "accept", "system": "icd10cm", "code": "M10.9"}
        },
        "POST /api/v1/encounters/{encounter}/codings/second/shown": {"json": {"codes": []}},
        "POST /api/v1/encounters/{encounter}/codings/adjudication": {
            "json": {"choices": [{"took": "first"}], "because": "The note says no more."}
        },
        "POST /api/v1/quality/samples": {
            "json": {"rate": 0.1, "since": "2020-01-01", "until": "2020-01-02"}
        },
        "POST /fhir/DocumentReference/$suggest-codes": {"json": reference(_NOTE)},
        "POST /login": {"data": {"name": f"stranger {number}", "password": "a wrong guess"}},
        "POST /account/password": {"data": {"current": "a wrong guess", "new": "x"}},
        "POST /account/tokens": {"data": {"label": "mine", "days": "9"}},
    }
    return requests.get(key, {})


class Place:
    """An office with accounts, one without, and encounters of each kind in both."""

    def __init__(self, folder: Path, shipped: Suggester) -> None:
        desk = Desk(shipped)
        databases = [Database(f"sqlite:///{folder / name}.db") for name in ("staffed", "alone")]
        for database in databases:
            database.upgrade()
        # Never enough to begin a training.
        self.full, self.alone = (
            Office(
                database,
                desk,
                Retraining(database, ModelsInUse(database, "default"), fewest=10**6),
            )
            for database in databases
        )
        self.staff: Staff = staffed(self.full)
        self.result = desk.suggest(Encounter.of_text(_NOTE, "visit"))
        for office in (self.full, self.alone):
            office.retraining.jobs.begin("nothing", office.local_person())

    def client(self, who: str) -> tuple[TestClient, Office]:
        if who == "alone":
            return TestClient(
                create_app(self.alone), base_url="http://localhost", follow_redirects=False
            ), self.alone
        if who == "nobody":
            return self.staff.stranger(), self.full
        if who == "service":
            return self.staff.program("robot"), self.full
        return self.staff.browser(
            {"coder": "ann", "auditor": "olga", "admin": "root"}[who]
        ), self.full

    def encounter(self, office: Office, whose: str) -> str:
        """Put an encounter of a kind into the worklist of an office."""
        assert whose in KINDS
        if whose == "none":
            return "E999999"
        local, people = office.local_person(), self.staff.people
        ann, ben = (people["ann"], people["ben"]) if office is self.full else (local, local)
        robot = people["robot"] if office is self.full else Person("robot", "service")
        by = robot if whose.startswith("robot") else local
        number = office.intake.add(Encounter.of_text(_NOTE, f"visit-{next(_numbers)}"), by).id
        office.intake.keep_reading(number, 1, self.result, None)
        if whose.startswith("ben"):
            office.worklist.assign(number, ben.name, local)
        if whose.endswith("done"):
            self._code(office, number, ben if whose.startswith("ben") else local)
            office.worklist.assign(number, ben.name if whose.startswith("ben") else None, local)
        if whose in ("again", "differs"):
            self._code(office, number, ben)
            with office.database.transaction() as session:
                session.add(
                    Coding(
                        encounter_id=number, kind="second", coder_id=ann.id, version=0, seconds=0
                    )
                )
        if whose == "differs":
            self._code(office, number, ann, "second", "I10")
        return f"E{number}"

    def _code(
        self, office: Office, number: int, who: Person, kind: str = "first", *more: str
    ) -> None:
        rows = [{"kind": "accept", "system": "icd10cm", "code": "M10.9"}]
        rows += [{"kind": "add", "system": "icd10cm", "code": c, "origin": "typed"} for c in more]
        for version, row in enumerate([*rows, {"kind": "finish"}]):
            office.codings.decide(number, version, read_event(row), who, kind=kind)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, shipped: Suggester) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("roles"), shipped)
    yield made
    made.full.database.close()
    made.alone.database.close()


@pytest.mark.parametrize(
    ("method", "path", "whose", "statuses"), ROWS, ids=[f"{m} {p} {w}" for m, p, w, _ in ROWS]
)
def test_every_role_gets_the_answer_of_the_table(
    place: Place, method: str, path: str, whose: str, statuses: dict[str, int]
) -> None:
    given = {}
    for who in WHO:
        client, office = place.client(who)
        number = place.encounter(office, "free" if whose == "-" else whose)
        address = path.format(
            encounter=number, system="icd10cm", code="M10.9", name="no such", number=1
        )
        named = None if whose == "-" else number
        answer = client.request(method, address, **sent(f"{method} {path}", named))
        given[who] = answer.status_code
        if answer.status_code >= 400 and path.startswith("/api/"):
            assert answer.json()["error"]["message"].endswith(".")
        assert "Gout" not in answer.text or answer.status_code < 300
    assert given == statuses


def test_the_table_is_complete(place: Place) -> None:
    listed = {f"{method} {path}" for method, path, _, _ in ROWS}
    assert listed == set(PERMITS)
    document = place.staff.browser("ann").get("/api/v1/openapi.json").json()
    documented = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert documented == {
        key
        for key in PERMITS
        if key.split(" ")[1].startswith(("/api/", "/fhir/")) and not key.endswith("openapi.json")
    }
    assert set(OPEN) == {f"{m} {p}" for m, p, _, s in ROWS if s["nobody"] == 200} | {"POST /login"}


@pytest.mark.parametrize("path", ["/api/v1/encounters/{}", "/api/v1/encounters/{}/timeline"])
def test_what_is_not_for_one_is_answered_as_what_is_not_there(place: Place, path: str) -> None:
    for client in (place.staff.browser("ann"), place.staff.program("robot")):
        number = place.encounter(place.full, "ben's")
        hidden, missing = client.get(path.format(number)), client.get(path.format("E999999"))
        assert hidden.text.replace(number, "?") == missing.text.replace("E999999", "?")
        assert hidden.headers.raw == missing.headers.raw or len(number) != len("E999999")


def test_what_is_not_listed_is_the_administrators_alone(place: Place) -> None:
    answers = {
        who: place.client(who)[0].get("/api/v1/not/listed") for who in ("nobody", "coder", "admin")
    }
    assert [a.status_code for a in answers.values()] == [401, 404, 404]
    assert answers["coder"].json() == answers["admin"].json()
    assert place.staff.browser("ann").put("/api/v1/encounters").status_code == 405


def test_nothing_of_others_is_told_on_the_way(place: Place) -> None:
    ann = place.staff.browser("ann")
    number = place.encounter(place.full, "ben's")
    title = place.staff.browser("root").get(f"/api/v1/encounters/{number}").json()["title"]
    for query in ("", f"?q={title}", "?assigned=ben", f"?q={number}"):
        rows = ann.get(f"/api/v1/encounters{query}").json()["encounters"]
        assert number not in [row["id"] for row in rows]
    assert ann.get("/api/v1/encounters?assigned=ben").json()["encounters"] == []
    # Sending the very note again tells nothing of what became of it.
    again = ann.post("/api/v1/encounters", json={"id": title, "text": _NOTE})
    assert again.status_code == 422
    assert "suggestions" not in again.text
    upload = ann.post(
        "/api/v1/encounters/upload",
        files={"file": ("n.jsonl", f'{{"id": "{title}", "text": "{_NOTE}"}}\n')},
    ).json()
    assert (upload["created"], upload["known"]) == ([], [])


def test_coders_give_encounters_to_themselves_only(place: Place) -> None:
    ann, root = place.staff.browser("ann"), place.staff.browser("root")
    number = place.encounter(place.full, "free")
    address = f"/api/v1/encounters/{number}/assign"
    assert ann.post(address, json={"to": "ben"}).status_code == 403
    # Whether there is such an account is not told.
    assert ann.post(address, json={"to": "no such"}).status_code == 403
    assert ann.post(address, json={"to": "ann"}).status_code == 204
    assert root.post(address, json={"to": "no such"}).status_code == 422
    assert root.post(address, json={"to": "ben"}).status_code == 204
    assert ann.get(f"/api/v1/encounters/{number}").status_code == 404
