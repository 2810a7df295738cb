"""Suggestions as a FHIR R4 Bundle: Condition and Procedure resources that claim no fact.

A ``collection`` Bundle of

- one ``Condition`` a diagnosis, ``verificationStatus`` *unconfirmed* and no ``clinicalStatus``;
- one ``Procedure`` a line, ``status`` *unknown*: *completed* would assert that it was done, and
  *preparation* that it was not begun, while a suggestion is about the code and says neither;
- one ``Provenance`` that names the model, where the time is given;
- one ``OperationOutcome`` with the notices, where there are any.

Every Condition and Procedure is labelled in ``meta.security`` as asserted by an algorithm (HL7's
``AIAST``) and carries these extensions, whose URLs do not change:

=========================================  =======================================================
``urn:suggester:extension:rank``           valuePositiveInt: place among diagnoses or procedures
``urn:suggester:extension:confidence``     valueDecimal: calibrated probability, 0 to 1
``urn:suggester:extension:tier``           valueCode: ``confident`` or ``candidate``
``urn:suggester:extension:billable``       valueBoolean
``urn:suggester:extension:evidence``       repeats; ``document``, ``start``, ``end``, ``text``,
                                           ``section``, ``assertion``: words of a document, offsets in
                                           Unicode code points
``urn:suggester:extension:derived-from``   ``rule`` and each ``code`` it came from
``urn:suggester:extension:alternative``    repeats; ``code`` (Coding) and ``reason``
``urn:suggester:extension:alert``          repeats; ``rule``, ``severity``, ``message``, ``source``, and
                                           each ``code``
``urn:suggester:extension:modifier``       repeats; ``code`` (CodeableConcept) and ``reason``
``urn:suggester:extension:units``          valuePositiveInt
=========================================  =======================================================

What is *not coded* is not in the Bundle: a Condition resource, however it is qualified, is read as one.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from suggester.exchange.fhir_coding import (
    ENCOUNTER_SYSTEM,
    code_concept,
    encounter_reference,
    modifier_concept,
    reference,
    term,
)
from suggester.suggestions import Evidence, Result, Suggestion

EXTENSION = "urn:suggester:extension:"
_LABEL = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "AIAST",
    "display": "Artificial Intelligence asserted",
}
_SPACE = uuid.UUID("6f0c9b52-2f7e-5b0e-9a0d-6a3c5d0a7c11")
Fields = dict[str, Any]


def suggestions_bundle(
    result: Result,
    *,
    subject: str | None = None,
    encounter: str | None = None,
    recorded: datetime.datetime | None = None,
) -> Fields:
    """Return the suggestions for an encounter as a FHIR R4 Bundle.

    The same result always gives the same ``fullUrl`` for the same code.

    Parameters
    ----------
    subject, encounter
        References such as ``Patient/7``; a subject that is not given is marked as unknown.
    recorded
        When the suggestions were made, with its time zone; needed for a ``Provenance``.
    """
    urls = {(s.system, s.code): _url(result.id, s.system, s.code) for s in result.suggestions}
    entries: list[Fields] = []
    for suggestion in result.suggestions:
        shared = {
            "meta": {"security": [dict(_LABEL)]},
            "extension": list(_extensions(suggestion, result.code_sets)),
            "code": code_concept(
                suggestion.system, suggestion.code, suggestion.description, result.code_sets
            ),
            "subject": reference(subject),
            "encounter": encounter_reference(result.id, encounter),
        }
        if suggestion.system == "icd10cm":
            resource = _condition(shared)
        else:
            resource = _procedure(shared, suggestion, urls)
        entries.append({"fullUrl": urls[suggestion.system, suggestion.code], "resource": resource})
    if recorded is not None and entries:
        entries.append(_provenance(result, [e["fullUrl"] for e in entries], recorded))
    if result.notices:
        entries.append(_outcome(result))
    bundle: Fields = {
        "resourceType": "Bundle",
        "identifier": {"system": ENCOUNTER_SYSTEM, "value": result.id},
        "type": "collection",
    }
    if recorded is not None:
        bundle["timestamp"] = _instant(recorded)
    # FHIR has no empty lists.
    return bundle | ({"entry": entries} if entries else {})


def _condition(shared: Fields) -> Fields:
    return {
        "resourceType": "Condition",
        **shared,
        "verificationStatus": term("condition-ver-status", "unconfirmed"),
        "category": [term("condition-category", "encounter-diagnosis")],
    }


def _procedure(
    shared: Fields, suggestion: Suggestion, urls: Mapping[tuple[str, str], str]
) -> Fields:
    out: Fields = {"resourceType": "Procedure", **shared, "status": "unknown"}
    reasons = [
        {"reference": urls["icd10cm", code]}
        for code in suggestion.diagnoses or ()
        if ("icd10cm", code) in urls
    ]
    return out | ({"reasonReference": reasons} if reasons else {})


def _extensions(suggestion: Suggestion, code_sets: Mapping[str, str]) -> Iterator[Fields]:
    yield _extension("rank", valuePositiveInt=suggestion.rank)
    yield _extension("confidence", valueDecimal=suggestion.confidence)
    yield _extension("tier", valueCode=suggestion.tier)
    yield _extension("billable", valueBoolean=suggestion.billable)
    for evidence in suggestion.evidence:
        yield _nested("evidence", _evidence(evidence))
    if derived := suggestion.derived_from:
        codes = [("code", "valueString", str(code)) for code in derived.get("codes", ())]
        yield _nested("derived-from", [("rule", "valueString", derived.get("rule")), *codes])
    for other in suggestion.alternatives:
        concept = code_concept(suggestion.system, other.code, other.description, code_sets)
        yield _nested(
            "alternative",
            [
                ("code", "valueCoding", concept["coding"][0]),
                ("reason", "valueString", other.reason),
            ],
        )
    for alert in suggestion.alerts:
        told = [(key, "valueString", alert.get(key)) for key in ("rule", "message", "source")]
        codes = [("code", "valueString", str(code)) for code in alert.get("codes") or ()]
        yield _nested("alert", [("severity", "valueCode", alert.get("severity")), *told, *codes])
    for modifier in suggestion.modifiers or ():
        concept = modifier_concept(modifier.modifier)
        yield _nested(
            "modifier",
            [("code", "valueCodeableConcept", concept), ("reason", "valueString", modifier.reason)],
        )
    if suggestion.units:
        yield _extension("units", valuePositiveInt=suggestion.units)


def _evidence(evidence: Evidence) -> list[tuple[str, str, Any]]:
    return [
        ("document", "valueString", evidence.document),
        ("start", "valueUnsignedInt", evidence.start),
        ("end", "valueUnsignedInt", evidence.end),
        ("text", "valueString", evidence.text),
        ("section", "valueString", evidence.section),
        ("assertion", "valueString", evidence.assertion),
    ]


def _extension(name: str, **value: Any) -> Fields:
    return {"url": EXTENSION + name, **value}


def _nested(name: str, parts: list[tuple[str, str, Any]]) -> Fields:
    given = [{"url": url, kind: value} for url, kind, value in parts if value not in (None, "")]
    return {"url": EXTENSION + name, "extension": given}


def _provenance(result: Result, targets: list[str], recorded: datetime.datetime) -> Fields:
    name = " ".join(str(result.model[key]) for key in ("name", "version") if key in result.model)
    return {
        "fullUrl": _url(result.id, "provenance", ""),
        "resource": {
            "resourceType": "Provenance",
            "target": [{"reference": target} for target in targets],
            "recorded": _instant(recorded),
            "activity": {"text": "Suggestion of codes, to be decided on by a coder"},
            "agent": [
                {
                    "type": term("provenance-participant-type", "assembler"),
                    "who": {"type": "Device", "display": f"Suggester, model {name}"},
                }
            ],
        },
    }


def _outcome(result: Result) -> Fields:
    return {
        "fullUrl": _url(result.id, "notices", ""),
        "resource": {
            "resourceType": "OperationOutcome",
            "issue": [
                {"severity": "information", "code": "informational", "diagnostics": notice}
                for notice in result.notices
            ],
        },
    }


def _url(*parts: str) -> str:
    return uuid.uuid5(_SPACE, "\n".join(parts)).urn


def _instant(time: datetime.datetime) -> str:
    aware = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return aware.isoformat(timespec="seconds")
