"""After retention: no word of a note in any table or file, 410 where it was, and every decision still there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import LargeBinary, select, text

from suggester import Suggester
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.review.people import ADMIN, Person
from suggester.review.retention import purge
from suggester.review.sealing import Sealer
from suggester.review.tables import Base
from suggester.review.trail import broken_chains
from suggester.web.app import create_app
from suggester.web.office import Office

CANARY = "zebrafinch"
#: What no compression makes smaller, so that it can be found again in the files.
NOISE = os.urandom(1500).hex()
NOTE = f"Assessment: Essential hypertension, on lisinopril. Migraine. {CANARY.title()} at home. {NOISE}"
BOSS = Person("command line", ADMIN)
I10 = {"system": "icd10cm", "code": "I10"}


@pytest.fixture
def office(database: Database, shipped: Suggester) -> Office:
    return Office(database, Desk(shipped))


@pytest.fixture
def client(office: Office) -> TestClient:
    return TestClient(create_app(office), base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def coded(client: TestClient) -> str:
    """A finished encounter in which the canary stands wherever a coder may write or select."""
    view = client.post("/api/v1/encounters", json={"id": "v", "text": NOTE, "age": 67}).json()
    path = f"/api/v1/encounters/{view['id']}"
    late = {"id": "late", "text": f"Addendum: gout. {CANARY}", "type": "letter"}
    assert client.post(f"{path}/documents", json=late).status_code == 201
    start = NOTE.lower().index(CANARY)
    place = {"document": "v", "start": start, "end": start + len(CANARY), "text": CANARY}
    for row in (
        {"kind": "accept", **I10},
        {"kind": "reject", "system": "icd10cm", "code": "G43.909", "reason": "other", "note": CANARY},
        {"kind": "add", "system": "icd10cm", "code": "Z79.899", "origin": "selection", "evidence": [place]},
        {"kind": "query", "text": f"What of {CANARY}?", "codes": ["I10"]},
        {"kind": "pend", "reason": CANARY},
        {"kind": "resume"},
    ):  # fmt: skip
        decide(client, path, row)
    client.post(f"{path}/shown", json={"codes": [["icd10cm", "I10"]]})
    for alert in client.get(path).json()["alerts"]:
        if alert["severity"] == "warning":
            decide(client, path, {"kind": "acknowledge", "alert": alert["key"], "word": CANARY})
    decide(client, path, {"kind": "finish"})
    decide(client, path, {"kind": "reopen", "reason": CANARY})
    decide(client, path, {"kind": "finish"})
    return str(view["id"])


def decide(client: TestClient, path: str, row: dict[str, Any]) -> None:
    version = client.get(path).json()["version"]
    answer = client.post(f"{path}/decisions", json={"version": version, **row})
    assert answer.status_code == 200, answer.text


def told(database: Database) -> str:
    """Everything the tables hold, what is sealed opened."""
    sealer, out = Sealer(), []
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    is_sealed = isinstance(column.type, LargeBinary) and value is not None
                    out.append(sealer.open(value) if is_sealed else repr(value))
    return "\n".join(out).lower()


def files(database: Database, folder: Path) -> bytes:
    """The bytes of the database's tables on disk, SQLite's log included."""
    if database.is_sqlite:
        return b"".join(path.read_bytes() for path in folder.glob("review.db*"))
    with database.reading() as session:
        home = session.scalar(text("SHOW data_directory"))
        number = session.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    # A file of a table that was written anew may go while it is listed.
    out = []
    for path in (Path(str(home)) / "base" / str(number)).iterdir():
        try:
            out.append(path.read_bytes())
        except FileNotFoundError:
            continue
    return b"".join(out)


def pieces(database: Database) -> list[bytes]:
    """A piece from the middle of each sealed text and result."""
    out = []
    with database.reading() as session:
        for name in ("document.sealed_text", "reading.sealed_result"):
            table, column = name.split(".")
            values = session.scalars(select(Base.metadata.tables[table].c[column]))
            out += [value[300:340] for value in values if value is not None and len(value) > 600]
    return out


def test_no_word_of_the_note_is_left_and_every_decision_is(
    client: TestClient, database: Database, coded: str, tmp_path: Path
) -> None:
    assert told(database).count(CANARY) >= 6
    kept = pieces(database)
    assert kept
    before = files(database, tmp_path)
    assert all(piece in before for piece in kept)
    timeline = client.get(f"/api/v1/encounters/{coded}/timeline").json()

    done = purge(database, 0, BOSS)
    assert (done.encounters, done.wiped) == (1, True)
    assert CANARY not in told(database)
    assert NOISE[:200] not in told(database)
    after = files(database, tmp_path)
    assert not [piece for piece in kept if piece in after]
    with database.reading() as session:
        assert broken_chains(session) == []
    assert client.get(f"/api/v1/encounters/{coded}/timeline").json() == timeline
    assert CANARY not in str(timeline)


def test_a_deleted_note_answers_410_everywhere(
    client: TestClient, database: Database, coded: str
) -> None:
    path = f"/api/v1/encounters/{coded}"
    client.get(path)  # The service may hold it in memory.
    purge(database, 0, BOSS)
    asked = [
        client.get(path),
        client.get(f"{path}/claim", params={"format": "csv"}),
        client.post(f"{path}/decisions", json={"version": 9, "kind": "reopen", "reason": "again"}),
        client.post(f"{path}/documents", json={"id": "more", "text": "Gout."}),
        client.post(f"{path}/lock"),
        client.post(f"{path}/exported"),
    ]
    for answer in asked:
        assert answer.status_code == 410, (answer.request.url, answer.text)
        told = answer.json()["error"]
        assert told["code"] == "purged"
        assert (
            f"The note of {coded} was deleted when its time of retention was over"
            in told["message"]
        )
    for page in (f"/encounters/{coded}", f"/encounters/{coded}/sheet"):
        shown = client.get(page)
        assert shown.status_code == 410
        assert "This note was deleted" in shown.text
        assert CANARY not in shown.text.lower()
    assert client.get("/api/v1/encounters").json()["encounters"] == []
    # The figures of the department still count what was decided.
    assert client.get("/api/v1/statistics").status_code == 200
    assert client.get("/dashboard").status_code == 200


def test_the_same_note_may_come_in_again(
    client: TestClient, database: Database, coded: str
) -> None:
    purge(database, 0, BOSS)
    again = client.post("/api/v1/encounters", json={"id": "v", "text": NOTE, "age": 67})
    assert again.status_code == 201
    assert again.json()["id"] != coded
    assert again.json()["worksheet"]["lines"] == []
