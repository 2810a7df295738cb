from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from suggester.web.office import Office
from tests.exchange.fhir_checks import check_fhir
from tests.web.staff import staffed

NOTE = "OFFICE VISIT, follow-up.\nASSESSMENT: Gout, on allopurinol. Refilled allopurinol.\n"


def finished(client: TestClient, name: str, finish: bool = True) -> str:
    """Return the number of a new encounter that is coded with gout and a visit."""
    row = {"id": name, "text": NOTE, "age": 67, "sex": "F", "date_of_service": "2026-05-04"}
    here = str(client.post("/api/v1/encounters", json=row).json()["id"])
    codes = [("icd10cm", "M10.9"), ("icd10cm", "Z79.899"), ("cpt", "99213")]
    events: list[dict[str, Any]] = [
        {"kind": "add", "system": system, "code": code, "origin": "typed"} for system, code in codes
    ]
    events.append({"kind": "line", "system": "cpt", "code": "99213", "pointers": ["M10.9"]})
    for version, event in enumerate(events):
        answer = decide(client, here, version, event)
    version = len(events)
    for alert in answer["alerts"]:
        if alert["severity"] != "information":
            decide(
                client, here, version, {"kind": "acknowledge", "alert": alert["key"], "word": "ok"}
            )
            version += 1
    if finish:
        decide(client, here, version, {"kind": "finish"})
    return here


def decide(client: TestClient, here: str, version: int, event: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/encounters/{here}/decisions", json={"version": version, **event})
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def state(client: TestClient, here: str) -> str:
    return str(client.get(f"/api/v1/encounters/{here}").json()["state"])


def test_a_finished_encounter_is_a_fhir_claim(client: TestClient) -> None:
    here = finished(client, "visit-1")
    answer = client.get(f"/api/v1/encounters/{here}/claim?use=preauthorization")
    assert answer.headers["content-type"] == "application/fhir+json"
    claim = answer.json()
    check_fhir(claim)
    assert (claim["use"], claim["status"], claim["enterer"]["display"]) == (
        "preauthorization", "draft", "local user",
    )  # fmt: skip
    assert claim["diagnosis"][0]["diagnosisCodeableConcept"]["coding"][0]["code"] == "M10.9"
    [item] = claim["item"]
    assert (item["diagnosisSequence"], item["servicedDate"]) == ([1], "2026-05-04")


def test_it_is_csv_and_a_sheet_with_its_problems_too(client: TestClient) -> None:
    here = finished(client, "=visit-1")
    answer = client.get(f"/api/v1/encounters/{here}/claim?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows] == ["M10.9", "Z79.899", "99213"]
    assert rows[0]["encounter"] == "'=visit-1"
    assert f'filename="{here}.csv"' in answer.headers["content-disposition"]
    sheet = client.get(f"/api/v1/encounters/{here}/claim?format=sheet").json()
    assert sheet["lines"][0]["pointers"] == "A"
    assert sheet["problems"] == []


def test_reading_a_claim_changes_nothing_and_marking_does(client: TestClient) -> None:
    here = finished(client, "visit-1")
    for form in ("fhir", "csv", "sheet"):
        client.get(f"/api/v1/encounters/{here}/claim?format={form}")
    assert state(client, here) == "coded"
    marked = client.post(f"/api/v1/encounters/{here}/exported")
    assert marked.json() == {"id": here, "state": "exported", "problems": []}
    assert state(client, here) == "exported"


def test_what_is_not_finished_is_no_claim(client: TestClient) -> None:
    here = finished(client, "visit-1", finish=False)
    for answer in (
        client.get(f"/api/v1/encounters/{here}/claim"),
        client.post(f"/api/v1/encounters/{here}/exported"),
        client.post("/api/v1/exports", json={"encounters": [here]}),
    ):
        assert answer.status_code == 422
        assert answer.json()["error"]["message"] == f"Encounter {here} is not finished."
    assert client.get("/api/v1/encounters/E999/claim").status_code == 404


def test_many_are_exported_at_once_and_only_once(client: TestClient) -> None:
    first, second = finished(client, "visit-1"), finished(client, "visit-2")
    waiting = finished(client, "visit-3", finish=False)
    answer = client.post("/api/v1/exports", json={})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["encounter"] for row in rows] == ["visit-1"] * 3 + ["visit-2"] * 3
    assert [state(client, one) for one in (first, second, waiting)] == [
        "exported", "exported", "in_review",
    ]  # fmt: skip
    again = client.post("/api/v1/exports", json={})
    assert list(csv.DictReader(io.StringIO(again.text))) == []
    lines = client.post(
        "/api/v1/exports", json={"encounters": [second, first], "format": "ndjson"}
    ).text.splitlines()
    claims = [json.loads(line) for line in lines]
    assert [c["item"][0]["encounter"][0]["identifier"]["value"] for c in claims] == [
        "visit-2", "visit-1",
    ]  # fmt: skip


def test_one_that_is_not_finished_stops_all(client: TestClient) -> None:
    done, waiting = finished(client, "visit-1"), finished(client, "visit-2", finish=False)
    answer = client.post("/api/v1/exports", json={"encounters": [done, waiting]})
    assert answer.status_code == 422
    assert state(client, done) == "coded"


@pytest.mark.parametrize("finish", [True, False])
def test_the_printed_sheet_shows_letters_and_problems(client: TestClient, finish: bool) -> None:
    here = finished(client, "visit-1", finish)
    page = client.get(f"/encounters/{here}/sheet").text
    assert "M10.9" in page
    assert ("this sheet is a draft" in page) is not finish


def test_nobody_exports_what_they_do_not_see(office: Office) -> None:
    staff = staffed(office)
    ann, ben, robot = staff.browser("ann"), staff.browser("ben"), staff.program("robot")
    anns, bens = finished(ann, "visit-1"), finished(ben, "visit-2")
    for client in (ann, robot):
        answer = client.post("/api/v1/exports", json={"encounters": [bens]})
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == f"There is no encounter {bens}."
    assert exported(robot) == set()
    assert exported(ann) == {"visit-1"}
    assert state(ann, anns) == "exported"
    assert state(ben, bens) == "coded"
    assert exported(staff.browser("olga")) == {"visit-2"}


def test_who_codes_again_does_not_export_the_first_coding(office: Office) -> None:
    staff = staffed(office)
    ann, root = staff.browser("ann"), staff.browser("root")
    finished(ann, "visit-1")
    body = {"rate": 1, "second_coders": ["root"]}
    assert root.post("/api/v1/quality/samples", json=body).status_code == 201
    assert exported(root) == set()
    assert exported(staff.browser("olga")) == {"visit-1"}


def exported(client: TestClient) -> set[str]:
    answer = client.post("/api/v1/exports", json={})
    assert answer.status_code == 200, answer.text
    return {row["encounter"] for row in csv.DictReader(io.StringIO(answer.text))}
