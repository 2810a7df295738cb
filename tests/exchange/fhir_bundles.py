"""FHIR resources written for the tests: every patient and finding in them is invented."""

from __future__ import annotations

import base64
import copy
from typing import Any

from tests.exchange.ccda_documents import DISCHARGE_SUMMARY

Json = dict[str, Any]
PROGRESS = "Hospital day 2.\r\nPneumonia improving. 😀 No fever.\n"


def in_base64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def attachment(text: str | bytes, kind: str | None = "text/plain") -> Json:
    return {"data": in_base64(text)} | ({"contentType": kind} if kind else {})


def reference(text: str | bytes = PROGRESS, kind: str | None = "text/plain", **fields: Any) -> Json:
    """Return a DocumentReference; ``fields`` replace or add."""
    return {
        "resourceType": "DocumentReference",
        "id": "progress",
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": attachment(text, kind)}],
    } | fields


def bundle(*resources: Json, kind: str = "collection") -> Json:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"fullUrl": f"urn:uuid:{n}", "resource": r} for n, r in enumerate(resources)],
    }


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:oid:1.2", "value": "MRN-5550001"}],
    "name": [{"family": "Snorkelton", "given": ["Wilhelmina"], "text": "Wilhelmina Snorkelton"}],
    "gender": "female",
    "birthDate": "1950-07-04",
}
ENCOUNTER: Json = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-07-01T08:00:00Z", "end": "2026-07-04T12:00:00Z"},
}
AT_E1: dict[str, Any] = {
    "context": {"encounter": [{"reference": "https://ehr.example/fhir/Encounter/e1"}]}
}
REPORT: Json = {
    "resourceType": "DiagnosticReport",
    "id": "film",
    "status": "final",
    "code": {
        "coding": [{"system": "http://loinc.org", "code": "99999-9", "display": "Chest X-Ray"}]
    },
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "urn:uuid:1"},
    "presentedForm": [attachment("<p>IMPRESSION:<br>Left lower lobe pneumonia</p>", "text/html")],
}
COMPOSITION: Json = {
    "resourceType": "Composition",
    "id": "summary",
    "status": "final",
    "type": {"coding": [{"system": "http://loinc.org", "code": "18842-5"}]},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/e1/_history/3"},
    "date": "2026-07-05",
    "title": "Discharge of Wilhelmina Snorkelton",
    "section": [
        {
            "title": "Hospital Course",
            "text": {
                "status": "generated",
                "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Antibiotics.</p></div>',
            },
            "section": [
                {
                    "title": "Discharge Diagnosis:",
                    "text": {"div": "<div><ul><li>Pneumonia</ul></div>"},
                }
            ],
        },
        {"title": "Empty"},
    ],
}
STAY = bundle(PATIENT, ENCOUNTER, reference(**AT_E1), REPORT, COMPOSITION)
ATTACHED_CCDA = reference(DISCHARGE_SUMMARY, "application/xml", id="cda", subject={})


def changed(resource: Json, **fields: Any) -> Json:
    """Return a copy with some fields replaced."""
    return copy.deepcopy(resource) | fields
