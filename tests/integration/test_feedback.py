"""From decisions in the workbench to a model that learned from them, by the commands a user types."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from suggester import Suggester
from suggester.cli import app
from suggester.codes import CodeSet
from suggester.models import load_model, read_manifest
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.web.app import create_app
from suggester.web.office import Office
from tests.training.conftest import NOTES

#: What this house codes for every patient on a statin, and no book says.
HABIT = "Z79.899"
HABITS = 8
NOTE = (
    "67-year-old woman, office visit 𝛼{n}.\n"
    "ASSESSMENT AND PLAN:\n"
    "1. Essential hypertension, well controlled. Continue lisinopril 20 mg.\n"
    "2. Chronic cough, not addressed today.\n"
    "3. Hyperlipidemia, on atorvastatin.\n"
)


class Coder:
    """Decides on one encounter through the interface."""

    def __init__(self, client: TestClient, name: str, text: str) -> None:
        self.client = client
        answer = client.post("/api/v1/encounters", json={"id": name, "text": text, "age": 67})
        assert answer.status_code == 201, answer.text
        self.view: dict[str, Any] = answer.json()
        self.text = text

    def decide(self, **row: Any) -> None:
        answer = self.client.post(
            f"/api/v1/encounters/{self.view['id']}/decisions",
            json={"version": self.view["version"], **row},
        )
        assert answer.status_code == 200, answer.text
        self.view |= answer.json()

    @property
    def suggested(self) -> list[str]:
        rows = self.view["result"]["suggestions"]
        return [row["code"] for row in rows if row["system"] == "icd10cm"]

    def finish(self) -> None:
        for alert in self.view["alerts"]:
            if alert["severity"] == "warning":
                self.decide(kind="acknowledge", alert=alert["key"], word="as documented")
        self.decide(kind="finish")
        assert self.view["state"] == "coded"


def icd(code: str) -> dict[str, str]:
    return {"system": "icd10cm", "code": code}


def code_habit(client: TestClient, number: int) -> None:
    """Accept, replace, reject with a reason, type a code, select words for another."""
    coder = Coder(client, f"habit-{number}", NOTE.format(n=number))
    assert {"I10", "E78.5", "R05.3"} <= set(coder.suggested)
    coder.decide(kind="accept", **icd("I10"))
    coder.decide(kind="replace", **icd("E78.5"), **{"with": "E78.2"})
    coder.decide(kind="reject", **icd("R05.3"), reason="not_addressed", note="not today")
    start = coder.text.index("lisinopril")
    place = {"document": f"habit-{number}", "start": start, "end": start + len("lisinopril")}
    coder.decide(kind="add", **icd(HABIT), origin="selection", evidence=[place])
    coder.decide(kind="add", **icd("Z87.891"), origin="typed")
    coder.finish()


def code_plainly(client: TestClient, number: int, text: str, codes: list[str]) -> None:
    """Accept what is right and leave the rest."""
    coder = Coder(client, f"plain-{number}", text)
    for code in codes:
        taken = code in coder.suggested
        coder.decide(
            **icd(code), **({"kind": "accept"} if taken else {"kind": "add", "origin": "typed"})
        )
    coder.finish()


def run(*words: str) -> Result:
    done = CliRunner().invoke(app, list(words))
    assert "lisinopril" not in done.output
    return done


@pytest.fixture
def coded(tmp_path: Path, shipped: Suggester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three dozen encounters, coded through the interface."""
    url = f"sqlite:///{tmp_path / 'review.db'}"
    monkeypatch.setenv("SUGGESTER_DATABASE", url)
    database = Database(url)
    database.upgrade()
    client = TestClient(create_app(Office(database, Desk(shipped))), base_url="http://localhost")
    for number in range(HABITS):
        code_habit(client, number)
    for number, (text, codes) in enumerate(NOTES * 2):
        # One code that nothing in its note leads to.
        more = ["H90.3"] if number == 0 else []
        code_plainly(client, number, f"{text} Seen on day {number}.", [*codes.split(), *more])
    database.close()


def test_decisions_come_back_as_a_model(
    coded: None, tmp_path: Path, codes: CodeSet, shipped: Suggester
) -> None:
    out, folder = tmp_path / "reviewed.jsonl", tmp_path / "models" / "house"
    done = run("review", "export", str(out))
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == HABITS + 2 * len(NOTES)
    told = {pair["code"]: pair for pair in rows[0]["decisions"]}
    assert {code: (pair["decision"], pair["label"]) for code, pair in told.items()} | {
        "I10": ("accepted", 1), "E78.2": ("accepted", 1), HABIT: ("added", 1), "Z87.891": ("added", 1),
        "E78.5": ("replaced", 0), "R05.3": ("rejected", 0),
    } == {code: (pair["decision"], pair["label"]) for code, pair in told.items()}  # fmt: skip
    assert (told["R05.3"]["reason"], told["E78.5"]["with"]) == ("not_addressed", "E78.2")
    # Places count code points: the note holds one outside the basic plane before them.
    [place] = told[HABIT]["evidence"]
    assert rows[0]["text"][place["start"] : place["end"]] == "lisinopril"

    # The notes of the habit are nearly copies of each other, and meant to be.
    checked = run("corpus", "check", str(out), "--ignore", "copies", "--ignore", "leaks")
    assert checked.exit_code == 0, checked.output

    trained = run("train", str(out), "--out", str(folder), "--jobs", "1")
    assert trained.exit_code == 0, trained.output
    decisions = Counter(
        pair["decision"] for row in rows for pair in row["decisions"] if pair["system"] == "icd10cm"
    )
    manifest = read_manifest(folder)
    told_in_manifest = dict(manifest["decisions"])
    assert told_in_manifest.pop("added_out_of_reach") == 1
    assert told_in_manifest == decisions
    assert manifest["encounters"] == len(rows)
    assert f"{decisions['rejected']} rejected" in trained.stdout
    assert "Notice: 1 of the added codes is no candidate" in trained.stderr

    note = NOTE.format(n=99)
    taught = {
        r.code: r.confidence for r in Suggester(load_model(folder), codes).suggest(note).diagnoses
    }
    untaught = {r.code: r.confidence for r in shipped.suggest(note).diagnoses}
    assert taught["I10"] > 0.5
    assert HABIT in taught
    assert HABIT not in untaught
    assert taught.get("R05.3", 0.0) < untaught["R05.3"]
