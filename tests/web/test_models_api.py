"""Models as people and programs of a department see them: retraining, comparing, promoting, going back."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from suggester import Suggester
from suggester.encounter import Encounter
from suggester.models import ESTIMATORS, MANIFEST, find_model
from suggester.review import retraining as module
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.review.models_in_use import ModelsInUse
from suggester.review.people import ADMIN, Person
from suggester.review.retraining import KIND, Retraining
from suggester.review.sealing import Sealer, new_key, read_keys
from suggester.review.tables import Account, Job
from suggester.review.trail import now
from suggester.web.office import Office
from tests.review.finished_encounters import offer, result, reviewed
from tests.review.house_habit import fill, small_corpus
from tests.web.staff import Staff, staffed

KEY = new_key()
NOTE = "Assessment: Essential hypertension, on lisinopril. Migraine."


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models of the test's own, where the shipped one is found as ``default`` beside."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(folder))
    return folder


@pytest.fixture
def make_office(
    url: str, models: Path, tmp_path: Path, shipped: Suggester
) -> Iterator[Callable[[], Office]]:
    """Make one more process of the service, as it were, over the same database."""
    offices: list[Office] = []
    corpus = small_corpus(tmp_path)

    def make() -> Office:
        database = Database(url, Sealer(read_keys(KEY)))
        database.upgrade()
        in_use = ModelsInUse(database)
        retraining = Retraining(database, in_use, KEY, (corpus,), fewest=20)
        offices.append(Office(database, Desk(shipped), retraining))
        offices[-1].succession.settle()
        return offices[-1]

    yield make
    for office in offices:
        office.database.close()


@pytest.fixture
def staff(make_office: Callable[[], Office]) -> Staff:
    return staffed(make_office())


@pytest.fixture
def root(staff: Staff) -> TestClient:
    return staff.browser("root")


def twin(models: Path, name: str = "twin") -> str:
    """Install a copy of the shipped model under another name."""
    shutil.copytree(find_model("default"), models / name)
    manifest = json.loads((models / name / MANIFEST).read_text("utf-8"))
    (models / name / MANIFEST).write_text(json.dumps(manifest | {"name": name}), "utf-8")
    return name


def office_of(staff: Staff) -> Office:
    office: Office = staff.app.state.office
    return office


def admin(office: Office) -> Person:
    with office.database.reading() as session:
        account = session.scalar(select(Account).where(Account.role == ADMIN))
        assert account is not None
        return Person(account.name, account.role, account.id)


def until(told: Callable[[], Any], wanted: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (seen := told()) == wanted:
            return
        time.sleep(0.1)
    raise AssertionError(f"{seen!r} instead of {wanted!r} after {seconds} s")


def suggesting(client: TestClient) -> str:
    """Which model the service suggests with."""
    return str(client.post("/api/v1/suggest", json={"text": NOTE}).json()["model"]["name"])


def refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


def test_only_administrators_change_models(staff: Staff, models: Path) -> None:
    name = twin(models)
    for client in (staff.browser("ann"), staff.browser("olga"), staff.program("robot")):
        for path in (f"{name}/promote", "retrain", "rollback"):
            assert client.post(f"/api/v1/models/{path}").status_code == 403
    page = staff.browser("ann").get("/models").text
    assert name in page
    assert 'id="retrain"' not in page
    assert "data-promote" not in page
    told = staff.browser("ann").get("/api/v1/models").json()
    assert (told["can_retrain"], told["can_roll_back"], told["in_use"]) == (False, False, "default")


def test_too_few_encounters_are_refused_and_the_page_says_how_many_are_needed(
    root: TestClient, staff: Staff
) -> None:
    sentence = (
        "There are 0 finished encounters; retraining needs at least 20, else it learns chance."
    )
    assert refusal(root.post("/api/v1/models/retrain"), 422) == sentence
    page = root.get("/models").text
    assert sentence in page
    assert "No encounter is finished yet." in page
    assert 'id="retrain" class="primary" disabled' in page


def test_what_is_not_there_is_said(root: TestClient, models: Path) -> None:
    twin(models)
    assert "no model of that name" in refusal(root.post("/api/v1/models/nothing/promote"), 404)
    assert root.post("/api/v1/models/..%2Ftwin/promote").status_code in (404, 422)
    assert "no comparison" in refusal(root.get("/api/v1/models/twin/comparison"), 404)
    assert "no job 77" in refusal(root.get("/api/v1/jobs/77"), 404)
    assert "nothing to go back to" in refusal(root.post("/api/v1/models/rollback"), 422)
    assert "in use already" in refusal(root.post("/api/v1/models/default/promote"), 422)


def test_a_damaged_model_is_not_promoted(root: TestClient, models: Path) -> None:
    name = twin(models)
    with (models / name / ESTIMATORS).open("ab") as file:
        file.write(b"x")
    assert "was changed after it was made" in refusal(
        root.post(f"/api/v1/models/{name}/promote"), 422
    )
    assert root.get("/api/v1/models").json()["in_use"] == "default"


def test_every_process_changes_to_a_promoted_model_and_back(
    staff: Staff, root: TestClient, models: Path, make_office: Callable[[], Office]
) -> None:
    name = twin(models)
    other = Staff(staffed_app(make_office()), staff.people).browser("ann")
    assert (suggesting(root), suggesting(other)) == ("default", "default")
    assert root.post(f"/api/v1/models/{name}/promote").status_code == 204
    until(lambda: suggesting(root), name)
    until(lambda: suggesting(other), name)
    page = other.get("/models").text
    assert f'<strong id="in-use">{name}</strong>, promoted by root' in page
    # A process that starts now begins with it.
    assert make_office().desk.model["name"] == name
    assert root.post("/api/v1/models/rollback").json() == {"model": "default"}
    until(lambda: suggesting(other), "default")
    until(lambda: suggesting(root), "default")
    told = root.get("/api/v1/models").json()
    assert [(row["by"], row["what"], row["model"], row["before"]) for row in told["history"]] == [
        ("root", "model rolled back", "default", name), ("root", "model promoted", name, "default"),
    ]  # fmt: skip


def staffed_app(office: Office) -> Any:
    from suggester.web.app import create_app

    return create_app(office)


def test_nothing_changes_under_a_coders_hand(staff: Staff, root: TestClient, models: Path) -> None:
    name = twin(models)
    ann = staff.browser("ann")
    begun = ann.post("/api/v1/encounters", json={"id": "begun", "text": NOTE}).json()
    path = f"/api/v1/encounters/{begun['id']}"
    accept = {"kind": "accept", "system": "icd10cm", "code": "I10"}
    assert ann.post(f"{path}/decisions", json={"version": 0, **accept}).status_code == 200
    before = ann.get(path).json()
    root.post(f"/api/v1/models/{name}/promote")
    until(lambda: suggesting(ann), name)
    after = ann.get(path).json()
    for part in ("result", "worksheet", "alerts", "version", "state"):
        assert after[part] == before[part], part
    assert after["result"]["model"]["name"] == "default"
    # The next decision is taken on what the coder sees, and the trail says so.
    reject = {"kind": "reject", "system": "icd10cm", "code": "G43.909", "reason": "not_addressed"}
    assert ann.post(f"{path}/decisions", json={"version": 1, **reject}).status_code == 200
    models_told = {
        row["model"] for row in ann.get(f"{path}/timeline").json()["events"] if row["model"]
    }
    assert all(told.startswith("default") for told in models_told)
    # What is read from now on is read with the new one: a new encounter, and this one when a document comes.
    new = ann.post("/api/v1/encounters", json={"id": "new", "text": f"{NOTE} Cough."}).json()
    assert new["result"]["model"]["name"] == name
    ann.post(f"{path}/documents", json={"id": "late", "text": "Addendum: gout."})
    again = ann.get(path).json()
    assert again["result"]["model"]["name"] == name
    assert [line["code"] for line in again["worksheet"]["lines"]] == ["I10"]
    assert [row["code"] for row in again["worksheet"]["rejected"]] == ["G43.909"]


def test_a_model_that_vanished_is_told_and_can_be_replaced(
    staff: Staff, root: TestClient, models: Path, make_office: Callable[[], Office]
) -> None:
    first, second = twin(models, "first"), twin(models, "second")
    root.post(f"/api/v1/models/{first}/promote")
    root.post(f"/api/v1/models/{second}/promote")
    shutil.rmtree(models / first)
    assert "no model 'first'" in refusal(root.post("/api/v1/models/rollback"), 404)
    assert root.get("/api/v1/models").json()["in_use"] == "second"
    shutil.rmtree(models / second)
    late = Staff(staffed_app(make_office()), staff.people).browser("root")
    assert suggesting(late) == "default"
    page = late.get("/models").text
    assert "second is to be used, but cannot be; another model suggests instead." in page
    assert late.post("/api/v1/models/default/promote").status_code == 204
    until(lambda: late.get("/api/v1/models").json()["trouble"], "")


def test_a_training_that_was_killed_is_told_and_can_be_repeated(
    staff: Staff, root: TestClient, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUGGESTER_KEY", KEY)
    office = office_of(staff)
    fill(office.database, admin(office))
    job = root.post("/api/v1/models/retrain").json()["job"]
    assert "root started this already" in refusal(root.post("/api/v1/models/retrain"), 409)
    process = module._started[-1]
    private = [Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    assert not [text for text in private if KEY.encode() in text or b"review.db" in text]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    with office.database.transaction() as session:
        silent = now() - datetime.timedelta(minutes=2)
        session.execute(update(Job).values(beat_at=silent))
    told = root.get(f"/api/v1/jobs/{job}").json()
    assert told["state"] == "failed"
    assert "start it again" in told["message"]
    view = root.get("/api/v1/models").json()
    assert (view["job"], view["can_retrain"], view["in_use"]) == (None, True, "default")
    assert "The last training failed." in root.get("/models").text
    again = root.post("/api/v1/models/retrain")
    assert again.status_code == 202
    assert again.json()["job"] > job
    module._started[-1].kill()
    module._started[-1].wait(30)
    assert not list(models.glob("reviewed*"))


def test_a_retrained_model_is_compared_and_holds_no_note(
    staff: Staff, root: TestClient, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    office = office_of(staff)
    boss = admin(office)
    fill(office.database, boss)
    canaries = ("zebrafinch", "kowalczyk", "jehovah", "471122")
    for number in range(4):
        text = f"Zebrafinch, Kowalczyk, MRN 471122, Jehovah. Assessment: Gout. Day {number}."
        reviewed(
            office.database, boss, Encounter.of_text(text, f"canary-{number}"),
            result(offer(text, "M10.9", "Gout")),
            {"kind": "accept", "system": "icd10cm", "code": "M10.9"},
        )  # fmt: skip
    job = root.post("/api/v1/models/retrain").json()["job"]
    shares: list[float] = []

    def state() -> str:
        told = root.get(f"/api/v1/jobs/{job}").json()
        shares.append(told["progress"])
        assert told["kind"] == KIND
        return str(told["state"])

    until(state, "done")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    name = root.get(f"/api/v1/jobs/{job}").json()["model"]
    # A coder may look at the comparison.
    told = staff.browser("ann").get(f"/api/v1/models/{name}/comparison").json()
    view = root.get("/api/v1/models").json()
    assert (told["learned_from"], told["encounters"]) == (view["learn_from"], view["held_back"])
    first = told["rows"][0]
    assert (first["label"], first["metric"]) == ("Micro-F1", "micro_f1")
    for model in ("base", "other"):
        low, high = first[f"{model}_bounds"]
        assert low <= first[model] <= high
    assert first["low"] <= first["other"] - first["base"] <= first["high"]
    [habit] = [row for row in told["codes"] if row["code"] == "J20.9"]
    assert (habit["found"] > 0, habit["missed"], habit["kind"]) == (True, 0, "diagnosis")
    assert habit["description"] == "Acute bronchitis, unspecified"
    assert told["current"] is True
    assert view["in_use"] == "default"
    assert [row["name"] for row in view["models"] if row["compared"]] == [name]

    content = joblib.load(models / name / ESTIMATORS)
    kept = {word for wording in content["learned"]["seen"] for word in wording.split()}
    assert "cough" in kept
    assert not kept & set(canaries)
    files = [path for path in models.rglob("*") if path.is_file()]
    assert len(files) == 4
    for path in files:
        data = path.read_bytes().lower()
        assert not [word for word in canaries if word.encode() in data], path.name
    assert not list((tmp_path / "tmp").rglob("*"))
