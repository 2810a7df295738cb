"""Suggestions as FHIR: valid R4, no fact claimed, every word of evidence kept."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest

from suggester import Document, Encounter, Suggester
from suggester.exchange.fhir_coding import SYSTEM_URLS
from suggester.exchange.fhir_suggestions import EXTENSION, suggestions_bundle
from suggester.suggestions import (
    SYSTEMS,
    Alternative,
    Evidence,
    Modifier,
    Result,
    Suggestion,
)
from tests.exchange.fhir_checks import check_fhir

NOW = datetime.datetime(2026, 5, 4, 9, 30, tzinfo=datetime.UTC)
HEART = Suggestion(
    1,
    "icd10cm",
    "I11.0",
    "Hypertensive heart disease with heart failure",
    0.91,
    "confident",
    True,
    (Evidence(0, 3, "CHF", "assessment_plan", "present", "note-1"), Evidence(9, 12, "HTN", "", "")),
    (Alternative("I13.0", "", "if chronic kidney disease is documented"),),
    alerts=(
        {
            "rule": "use-additional",
            "severity": "warning",
            "message": "Say more",
            "codes": ["I50.9"],
        },
    ),
    derived_from={"rule": "combination:I11.0", "codes": ["I10", "I50.9"]},
)
VISIT = Suggestion(
    1,
    "cpt",
    "99214",
    "Clinic visit, established patient",
    0.7,
    "candidate",
    True,
    (),
    units=1,
    modifiers=(Modifier("25", "a procedure too"), Modifier("LT", "")),
    diagnoses=("I11.0", "E11.9"),
)
RESULT = Result(
    "E 1042",
    {"name": "default", "version": "1.0.0"},
    {"icd10cm": "FY2026-04", "cpt": "starter"},
    {"value": "outpatient", "inferred": True},
    (HEART, VISIT),
    (),
    notices=("A notice.",),
)


def resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}


def extensions(resource: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [e for e in resource["extension"] if e["url"] == EXTENSION + name]


def parts(extension: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(e["url"], next(v for k, v in e.items() if k != "url")) for e in extension["extension"]]


def test_bundle_is_fhir_and_claims_no_fact() -> None:
    bundle = suggestions_bundle(RESULT, subject="Patient/7", encounter="Encounter/3", recorded=NOW)
    check_fhir(bundle)
    found = resources(bundle)
    for resource in found.values():
        check_fhir(resource)
    assert list(found) == ["Condition", "Procedure", "Provenance", "OperationOutcome"]
    condition, procedure = found["Condition"], found["Procedure"]
    assert condition["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert "clinicalStatus" not in condition
    assert procedure["status"] == "unknown"
    for resource in (condition, procedure):
        assert resource["subject"] == {"reference": "Patient/7"}
        assert resource["encounter"]["reference"] == "Encounter/3"
        assert resource["encounter"]["identifier"]["value"] == "E 1042"
        assert resource["meta"]["security"][0]["code"] == "AIAST"
    assert found["Provenance"]["agent"][0]["who"]["display"] == "Suggester, model default 1.0.0"
    assert bundle["timestamp"] == found["Provenance"]["recorded"] == "2026-05-04T09:30:00+00:00"


def test_codes_evidence_and_details() -> None:
    bundle = suggestions_bundle(RESULT)
    check_fhir(bundle)
    condition, procedure = (entry["resource"] for entry in bundle["entry"][:2])
    assert condition["code"]["coding"] == [
        {
            "system": "http://hl7.org/fhir/sid/icd-10-cm",
            "code": "I11.0",
            "version": "FY2026-04",
            "display": "Hypertensive heart disease with heart failure",
        }
    ]
    # The wording of the starter set is not the official descriptor.
    assert "display" not in procedure["code"]["coding"][0]
    assert procedure["code"]["text"] == "Clinic visit, established patient"
    assert procedure["reasonReference"] == [{"reference": bundle["entry"][0]["fullUrl"]}]
    first, second = extensions(condition, "evidence")
    assert parts(first) == [
        ("document", "note-1"),
        ("start", 0),
        ("end", 3),
        ("text", "CHF"),
        ("section", "assessment_plan"),
        ("assertion", "present"),
    ]
    assert parts(second) == [("start", 9), ("end", 12), ("text", "HTN")]
    assert extensions(condition, "confidence")[0]["valueDecimal"] == 0.91
    assert extensions(condition, "tier")[0]["valueCode"] == "confident"
    assert [v for _, v in parts(extensions(condition, "derived-from")[0])] == [
        "combination:I11.0",
        "I10",
        "I50.9",
    ]
    assert parts(extensions(condition, "alternative")[0])[0][1]["code"] == "I13.0"
    assert ("code", "I50.9") in parts(extensions(condition, "alert")[0])
    systems = [parts(e)[0][1]["coding"][0]["system"] for e in extensions(procedure, "modifier")]
    assert systems == [SYSTEM_URLS["cpt"], SYSTEM_URLS["hcpcs"]]
    assert extensions(procedure, "units")[0]["valuePositiveInt"] == 1
    assert condition["subject"]["extension"][0]["valueCode"] == "unknown"


def test_same_result_same_bundle_and_nothing_is_still_a_bundle() -> None:
    assert suggestions_bundle(RESULT) == suggestions_bundle(RESULT)
    urls = [entry["fullUrl"] for entry in suggestions_bundle(RESULT)["entry"]]
    assert len(set(urls)) == len(urls)
    none = dataclasses.replace(RESULT, suggestions=(), notices=())
    bundle = suggestions_bundle(none, recorded=NOW.replace(tzinfo=None))
    check_fhir(bundle)
    assert "entry" not in bundle
    assert bundle["timestamp"].endswith("+00:00")


def test_every_system_has_its_canonical_url() -> None:
    assert set(SYSTEM_URLS) == set(SYSTEMS)


@pytest.mark.parametrize("setting", ["outpatient", "inpatient"])
def test_what_the_engine_says_is_valid(shipped: Suggester, setting: str) -> None:
    text = (
        "OFFICE VISIT, established patient\nHPI: cough, 😀 CHF, T2DM on metformin.\n"
        "Assessment:\n1. Congestive heart failure\n2. Hypertension\n3. Type 2 diabetes\n"
        "Plan: X-ray left knee today, two views. Start lisinopril. Laparoscopic appendectomy done."
    )
    documents = (Document("a", text), Document("b", "Impression: Gout, left foot."))
    result = shipped.suggest(Encounter("e", documents, setting))
    bundle = suggestions_bundle(result, recorded=NOW)
    check_fhir(bundle)
    json.dumps(bundle)
    texts = {document.id: document.text for document in documents}
    count = 0
    for entry in bundle["entry"]:
        for evidence in (
            extensions(entry["resource"], "evidence") if "extension" in entry["resource"] else ()
        ):
            place = dict(parts(evidence))
            assert texts[place["document"]][place["start"] : place["end"]] == place["text"]
            count += 1
    assert count > 3
