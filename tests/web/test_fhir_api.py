from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from tests.exchange.fhir_bundles import ENCOUNTER, PATIENT, STAY, bundle, reference
from tests.exchange.fhir_checks import check_fhir

OPERATION = "/fhir/DocumentReference/$suggest-codes"
NOTE = (
    "Assessment:\n1. Gout, on allopurinol.\n2. Essential hypertension.\nNo evidence of pneumonia.\n"
)
JSON = "application/fhir+json"


def ask(client: TestClient, resource: Any, kind: str = JSON) -> httpx2.Response:
    return client.post(OPERATION, json=resource, headers={"content-type": kind})


def codes(bundled: dict[str, Any]) -> list[str]:
    conditions = [e["resource"] for e in bundled["entry"]]
    return [
        str(c["code"]["coding"][0]["code"]) for c in conditions if c["resourceType"] == "Condition"
    ]


def test_a_note_gives_unconfirmed_conditions_with_their_words(client: TestClient) -> None:
    answer = ask(client, reference(NOTE))
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    found = answer.json()
    check_fhir(found)
    assert set(codes(found)) >= {"M10.9", "I10"}
    assert "J18.9" not in codes(found)
    gout = next(e["resource"] for e in found["entry"] if "M10.9" in str(e["resource"].get("code")))
    assert gout["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert gout["subject"] == {"reference": "Patient/p1"}
    evidence = next(x for x in gout["extension"] if x["url"].endswith(":evidence"))
    words = {part["url"]: part for part in evidence["extension"]}
    assert words["text"]["valueString"] == "Gout"
    assert words["start"]["valueUnsignedInt"] == NOTE.index("Gout")


def test_parameters_and_bundles_are_unpacked(client: TestClient) -> None:
    held = {"name": "document", "resource": reference(NOTE)}
    one = ask(client, {"resourceType": "Parameters", "parameter": [held]}).json()
    two = {
        "resourceType": "Parameters",
        "parameter": [held, {"name": "patient", "resource": PATIENT}],
    }
    assert (
        codes(one) == codes(ask(client, two).json()) == codes(ask(client, reference(NOTE)).json())
    )
    stay = ask(client, STAY, "application/json").json()
    check_fhir(stay)
    assert stay["type"] == "collection"


def test_notes_of_several_encounters_are_told_apart_and_problems_are_told(
    client: TestClient,
) -> None:
    link = reference(id="link", content=[{"attachment": {"url": "http://elsewhere/1"}}])
    whole = ask(
        client, bundle(reference(NOTE, id="a"), reference("Impression: Asthma.", id="b"), link)
    ).json()
    inner = [e["resource"] for e in whole["entry"]]
    assert [r["resourceType"] for r in inner] == ["Bundle", "Bundle", "OperationOutcome"]
    assert "M10.9" in codes(inner[0])
    assert "J45.909" in codes(inner[1])
    assert "only a link" in inner[2]["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"zebra{", JSON, 422, "is not JSON"),
        (b"", JSON, 422, "is empty"),
        (b'{"a": 1}', JSON, 422, "no 'resourceType'"),
        (b'{"resourceType": "Patient"}', JSON, 422, "holds no note"),
        (b'{"resourceType": "Parameters"}', JSON, 422, "hold no resource"),
        (b"<zebra/>", "application/fhir+xml", 415, "application/fhir+json"),
    ],
)
def test_failures_are_an_operation_outcome(
    client: TestClient, body: bytes, kind: str, status: int, words: str
) -> None:
    answer = client.post(OPERATION, content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, JSON)
    outcome = answer.json()
    check_fhir(outcome)
    assert words in outcome["issue"][0]["diagnostics"]
    assert "zebra" not in answer.text


def test_failures_before_the_operation_are_outcomes_too(client: TestClient) -> None:
    for answer in (
        client.get("/fhir/nowhere"),
        client.get(OPERATION),
        client.get("/fhir/metadata", headers={"host": "evil.example"}),
    ):
        assert answer.status_code in (403, 404, 405)
        check_fhir(answer.json())
    assert client.get("/fhirmed").json()["error"]["code"] == "http"


def test_nothing_is_kept(client: TestClient) -> None:
    ask(client, bundle(reference(NOTE), PATIENT, ENCOUNTER))
    assert client.get("/api/v1/encounters").json()["encounters"] == []


def test_the_service_says_what_it_can_do(client: TestClient) -> None:
    said = client.get("/fhir/metadata")
    assert said.headers["content-type"] == JSON
    check_fhir(said.json())
    [resource] = said.json()["rest"][0]["resource"]
    [operation] = resource["operation"]
    assert (resource["type"], operation["name"]) == ("DocumentReference", "suggest-codes")
    definition = client.get(operation["definition"].removeprefix("http://localhost")).json()
    check_fhir(definition)
    assert definition["url"] == operation["definition"]
