from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

NOTE = (
    "67-year-old woman, office visit.\n"
    "ASSESSMENT AND PLAN:\n"
    "1. Essential hypertension, well controlled. Continue lisinopril 20 mg.\n"
    "2. Congestive heart failure, stable. Continue furosemide.\n"
    "3. Type 2 diabetes mellitus. Continue metformin.\n"
    "No evidence of pneumonia.\n"
)


@pytest.fixture
def visit(client: TestClient) -> dict[str, Any]:
    """An encounter that was just pasted."""
    answer = client.post(
        "/api/v1/encounters", json={"id": "visit-1", "text": NOTE, "age": 67, "sex": "F"}
    )
    assert answer.status_code == 201
    view: dict[str, Any] = answer.json()
    return view


class Coder:
    """Decides on one encounter, always on the version seen last."""

    def __init__(self, client: TestClient, view: dict[str, Any]) -> None:
        self.client, self.view = client, view

    def decide(self, status: int = 200, **row: Any) -> dict[str, Any]:
        answer = self.client.post(
            f"/api/v1/encounters/{self.view['id']}/decisions",
            json={"version": self.view["version"], "seconds": 2.5, **row},
        )
        assert answer.status_code == status, answer.text
        if status == 200:
            self.view = answer.json()
        body: dict[str, Any] = answer.json()
        return body

    def accept(self, code: str, system: str = "icd10cm") -> dict[str, Any]:
        return self.decide(kind="accept", system=system, code=code)

    def type(self, code: str) -> dict[str, Any]:
        return self.decide(kind="add", system="icd10cm", code=code, origin="typed")

    @property
    def codes(self) -> list[str]:
        return [line["code"] for line in self.view["worksheet"]["lines"]]


@pytest.fixture
def coder(client: TestClient, visit: dict[str, Any]) -> Coder:
    return Coder(client, visit)


def test_a_pasted_note_is_read_at_once_and_nothing_is_accepted(visit: dict[str, Any]) -> None:
    suggested = {row["code"] for row in visit["result"]["suggestions"]}
    assert {"I11.0", "I50.9", "E11.9"} <= suggested
    assert (visit["state"], visit["version"], visit["worksheet"]["lines"]) == ("new", 0, [])
    assert visit["result"]["not_coded"][0]["text"] == "pneumonia"
    assert visit["documents"][0]["text"] == NOTE


def test_checks_follow_every_decision_and_mend_in_one_step(coder: Coder) -> None:
    coder.type("I10")
    coder.accept("I50.9")
    alert = next(a for a in coder.view["alerts"] if a["mend"].get("replace") == {"I10": "I11.0"})
    assert alert["severity"] == "error"
    assert "I.C.9.a" in alert["source"]
    coder.decide(kind="mend", alert=alert["key"])
    assert coder.codes == ["I11.0", "I50.9"]
    line = coder.view["worksheet"]["lines"][0]
    assert (line["origin"], line["from"], line["description"]) == (
        "rule", "I10", "Hypertensive heart disease with heart failure",
    )  # fmt: skip
    coder.decide(kind="undo")
    assert coder.codes == ["I10", "I50.9"]


def test_an_error_blocks_finishing_and_a_warning_needs_a_word(coder: Coder) -> None:
    coder.type("I10")
    coder.accept("I50.9")
    coder.accept("E11.9")
    assert "error" in coder.decide(422, kind="finish")["error"]["message"]
    while errors := [a for a in coder.view["alerts"] if a["severity"] == "error"]:
        coder.decide(kind="mend", alert=errors[0]["key"])
    open_ = [a for a in coder.view["alerts"] if a["severity"] == "warning"]
    assert open_
    assert "a word why" in coder.decide(422, kind="finish")["error"]["message"]
    for alert in open_:
        coder.decide(kind="acknowledge", alert=alert["key"], word="told by the cardiologist")
    coder.decide(kind="finish")
    assert (coder.view["state"], coder.view["worksheet"]["finished"]) == ("coded", True)
    assert "reopen" in coder.decide(422, kind="undo")["error"]["message"]


def test_lines_point_to_what_replaced_their_diagnosis_or_say_that_they_point_to_none(
    coder: Coder,
) -> None:
    visit = next(row for row in coder.view["result"]["suggestions"] if row.get("visit"))
    assert "E11.9" in visit["diagnoses"]
    coder.accept(visit["code"], "cpt")
    instead: dict[str, Any] = {"with": "E11.65"}
    coder.decide(kind="replace", system="icd10cm", code="E11.9", **instead)
    line = coder.view["worksheet"]["lines"][-1]
    assert (line["code"], line["pointers"]) == (visit["code"], ["E11.65"])
    assert "no-pointer" not in {alert["rule"] for alert in coder.view["alerts"]}
    coder.decide(kind="remove", system="icd10cm", code="E11.65")
    coder.type("Z23")
    [alert] = [alert for alert in coder.view["alerts"] if alert["rule"] == "no-pointer"]
    assert (alert["severity"], alert["codes"]) == ("warning", [visit["code"]])
    coder.decide(kind="acknowledge", alert=alert["key"], word="billed elsewhere")


def test_nothing_assigned_cannot_be_finished(coder: Coder) -> None:
    assert "pend it" in coder.decide(422, kind="finish")["error"]["message"]


def test_words_that_were_selected_stay_the_evidence(coder: Coder) -> None:
    start = NOTE.index("lisinopril")
    place = {"document": "visit-1", "start": start, "end": start + 10}
    coder.decide(kind="add", system="icd10cm", code="Z79.899", origin="selection", evidence=[place])
    assert coder.view["worksheet"]["lines"][0]["evidence"] == [{**place, "text": "lisinopril"}]


def test_a_code_that_is_none_is_refused(coder: Coder) -> None:
    said = coder.decide(422, kind="add", system="icd10cm", code="Z99.999", origin="typed")
    assert said["error"]["message"] == "Z99.999 is not a code of ICD-10-CM FY2026-04."


def test_confident_ones_are_accepted_together_only_after_they_were_shown(coder: Coder) -> None:
    pairs = [["icd10cm", "I11.0"], ["icd10cm", "E11.9"]]
    said = coder.decide(422, kind="accept_many", codes=pairs)
    assert "evidence" in said["error"]["message"]
    shown = coder.client.post(f"/api/v1/encounters/{coder.view['id']}/shown", json={"codes": pairs})
    assert shown.status_code == 204
    coder.decide(kind="accept_many", codes=pairs)
    assert coder.codes == ["I11.0", "E11.9"]


def test_two_pages_on_one_encounter_do_not_overwrite_each_other(coder: Coder) -> None:
    other = Coder(coder.client, coder.view)
    coder.accept("I11.0")
    said = other.decide(409, kind="accept", system="icd10cm", code="E11.9")
    assert (said["error"]["code"], said["error"]["detail"]) == ("version_conflict", {"version": 1})


def test_a_late_document_is_read_and_decisions_stay(coder: Coder) -> None:
    coder.accept("I11.0")
    answer = coder.client.post(
        f"/api/v1/encounters/{coder.view['id']}/documents",
        json={
            "id": "x-ray",
            "type": "radiology",
            "text": "Impression: Right lower lobe pneumonia.",
        },
    )
    view = answer.json()
    assert [document["id"] for document in view["documents"]] == ["visit-1", "x-ray"]
    assert [line["code"] for line in view["worksheet"]["lines"]] == ["I11.0"]
    assert {e["document"] for s in view["result"]["suggestions"] for e in s["evidence"]} == {
        "visit-1", "x-ray",
    }  # fmt: skip


def test_the_timeline_tells_the_story_without_the_note(coder: Coder) -> None:
    coder.accept("I11.0")
    coder.decide(kind="reject", system="icd10cm", code="E11.9", reason="not_addressed")
    coder.decide(kind="pend", reason="ask about pneumonia")
    answer = coder.client.get(f"/api/v1/encounters/{coder.view['id']}/timeline")
    events = answer.json()["events"]
    assert [event["summary"] for event in events] == [
        "accepted I11.0", "rejected E11.9: not addressed at this encounter", "put it aside",
    ]  # fmt: skip
    assert {event["model"] for event in events} == {"default 1.0.0"}
    assert {event["code_set"] for event in events} == {"FY2026-04"}
    assert "pneumonia" not in answer.text


def test_the_worklist_counts_and_gives_the_next(client: TestClient, visit: dict[str, Any]) -> None:
    listed = client.get("/api/v1/encounters").json()
    assert listed["counts"]["new"] == 1
    assert listed["encounters"][0]["id"] == visit["id"]
    assert client.post("/api/v1/encounters/claim-next").json() == {"id": visit["id"]}
    assert client.get("/api/v1/encounters?assigned=local%20user").json()["encounters"]
    assert "pneumonia" not in client.get("/api/v1/encounters").text


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/encounters/E999", None, 404),
        ("GET", "/api/v1/encounters/7", None, 422),
        ("GET", "/nowhere", None, 404),
        ("PUT", "/api/v1/encounters", None, 405),
        ("POST", "/api/v1/encounters", {"text": "  "}, 422),
        ("POST", "/api/v1/encounters", {}, 422),
        ("POST", "/api/v1/encounters", {"text": "Gout.", "age": 300}, 422),
        ("POST", "/api/v1/suggest", {"text": "zebra " * 200_000}, 422),
        ("GET", "/api/v1/encounters?state=lost", None, 422),
        ("GET", "/api/v1/codes/icd10cm/Z99.999", None, 404),
    ],
)
def test_every_failure_is_one_sentence_in_the_envelope(
    client: TestClient, method: str, path: str, body: Any, status: int
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["message"].endswith(".")
    assert "zebra" not in answer.text


def test_what_is_not_json_is_said_so(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/suggest", content=b"{zebra", headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400, "The request does not hold JSON.",
    )  # fmt: skip


def test_codes_are_found_while_one_types(client: TestClient) -> None:
    asked = {"q": "gout", "system": "icd10cm"}
    hits = client.get("/api/v1/codes", params=asked).json()["hits"]
    assert hits
    assert client.post("/api/v1/codes/search", json=asked).json()["hits"] == hits
    assert all("gout" in hit["description"].lower() for hit in hits[:3])
    assert (
        client.get("/api/v1/codes", params={"q": "E11.2"})
        .json()["hits"][0]["code"]
        .startswith("E11.2")
    )
    shown = client.get("/api/v1/codes/icd10cm/E11.22").json()
    assert shown["description"] == "Type 2 diabetes mellitus with diabetic chronic kidney disease"


def test_suggestions_for_notes_that_are_not_kept(client: TestClient) -> None:
    one = client.post("/api/v1/suggest", json={"text": "Impression: Gout."}).json()
    assert one["suggestions"][0]["code"] == "M10.9"
    many = client.post("/api/v1/suggest/many", json=[{"text": "Gout."}, {"text": "Asthma."}]).json()
    assert [r["suggestions"][0]["code"] for r in many["results"]] == ["M10.9", "J45.909"]
    assert client.get("/api/v1/encounters").json()["encounters"] == []


def test_the_service_says_that_it_is_ready(client: TestClient) -> None:
    assert client.get("/api/v1/health").json()["status"] == "ok"
    assert client.get("/api/v1/ready").json()["code_sets"] == {"icd10cm": "FY2026-04"}
