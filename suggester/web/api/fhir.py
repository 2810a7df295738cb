"""FHIR R4: an operation that suggests codes for notes, for record systems; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from suggester import __version__
from suggester.errors import InputError
from suggester.exchange.fhir_documents import NOTE_TYPES
from suggester.exchange.fhir_notes import Notes, read_fhir_resource
from suggester.exchange.fhir_resources import json_value, listed, mapping, read_resources, said
from suggester.exchange.fhir_suggestions import suggestions_bundle
from suggester.review.trail import now
from suggester.web.outcomes import ANSWERS, FHIR, UnsupportedError
from suggester.web.requests import TheOffice

router = APIRouter(prefix="/fhir", tags=["fhir"], responses=ANSWERS)
OPERATION = "suggest-codes"
_DEFINITION = f"DocumentReference-{OPERATION}"
_DATE = "2026-11-01"
_NAME = "The request"
_MOST = 100
_OBJECT: dict[str, Any] = {"type": "object", "required": ["resourceType"]}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "A FHIR resource.", "content": {FHIR: {"schema": _OBJECT}}}
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "DocumentReference, DiagnosticReport or Composition; a Bundle of them; or "
        "Parameters that hold one.",
        "content": {kind: {"schema": _OBJECT} for kind in (FHIR, "application/json")},
    }
}


async def _read(request: Request) -> object:
    kind = request.headers.get("content-type", FHIR).partition(";")[0].strip().lower()
    if kind not in (FHIR, "application/json"):
        raise UnsupportedError("Send FHIR R4 as application/fhir+json.")
    return json_value(await request.body(), _NAME)


@router.post(
    f"/DocumentReference/${OPERATION}",
    response_class=Response,
    responses=_ANSWER,
    openapi_extra=_BODY,
)
def suggest_codes(value: Annotated[object, Depends(_read)], office: TheOffice) -> Response:
    """Suggest codes for notes: a Bundle of unconfirmed Conditions and Procedures with their evidence.

    Notes of several encounters give a Bundle of such Bundles. What could not be read is told in an
    OperationOutcome within.
    """
    value = _unpacked(value)
    notes = read_fhir_resource(value, "note", _NAME)
    if len(notes.encounters) > _MOST:
        raise InputError(f"{_NAME} has {len(notes.encounters)} encounters; send {_MOST} at once.")
    subject, visit = _references(value) if len(notes.encounters) == 1 else (None, None)
    bundles = []
    for encounter in notes.encounters:
        result = office.desk.result(encounter)
        result = replace(result, notices=(*result.notices, *notes.notices))
        notes = replace(notes, notices=())
        bundles.append(suggestions_bundle(result, subject=subject, encounter=visit, recorded=now()))
    whole = bundles[0] if len(bundles) == 1 else _together(bundles)
    return _answer(_with_problems(whole, notes))


@router.get("/metadata", response_class=Response, responses=_ANSWER)
def metadata(request: Request) -> Response:
    """Return what this service can do, as a CapabilityStatement."""
    definition = f"{_base(request)}/OperationDefinition/{_DEFINITION}"
    return _answer(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": _DATE,
            "kind": "instance",
            "software": {"name": "Suggester", "version": __version__},
            "implementation": {
                "description": "Suggests codes for clinical notes; a person decides.",
                "url": _base(request),
            },
            "fhirVersion": "4.0.1",
            "format": [FHIR],
            "rest": [
                {
                    "mode": "server",
                    "resource": [
                        {
                            "type": "DocumentReference",
                            "operation": [{"name": OPERATION, "definition": definition}],
                        }
                    ],
                }
            ],
        }
    )


@router.get(f"/OperationDefinition/{_DEFINITION}", response_class=Response, responses=_ANSWER)
def definition(request: Request) -> Response:
    """Return the definition of the operation."""
    return _answer(
        {
            "resourceType": "OperationDefinition",
            "id": _DEFINITION,
            "url": f"{_base(request)}/OperationDefinition/{_DEFINITION}",
            "name": "SuggestCodes",
            "status": "active",
            "kind": "operation",
            "date": _DATE,
            "affectsState": False,
            "code": OPERATION,
            "resource": ["DocumentReference"],
            "system": False,
            "type": True,
            "instance": False,
            "parameter": [
                _parameter("document", "in", "1", "*", "Notes, alone or in a Bundle.", "Resource"),
                _parameter("return", "out", "1", "1", "Suggestions for the notes.", "Bundle"),
            ],
        }
    )


def _parameter(
    name: str, use: str, least: str, most: str, documentation: str, kind: str
) -> dict[str, Any]:
    return {
        "name": name,
        "use": use,
        "min": int(least),
        "max": most,
        "documentation": documentation,
        "type": kind,
    }


def _unpacked(value: object) -> object:
    """Return what Parameters hold, or anything else as it is."""
    fields = mapping(value)
    if fields.get("resourceType") != "Parameters":
        return value
    parts = [mapping(mapping(part).get("resource")) for part in listed(fields.get("parameter"))]
    held = [part for part in parts if part]
    if not held:
        raise InputError("The Parameters hold no resource; send the note as 'document'.")
    if len(held) == 1:
        return held[0]
    return {"resourceType": "Bundle", "entry": [{"resource": part} for part in held]}


def _references(value: object) -> tuple[str | None, str | None]:
    """Return the references to patient and encounter that all notes of one encounter share."""
    found = read_resources(value, _NAME).of_type(*NOTE_TYPES)
    return (
        _shared([mapping(note.fields.get("subject")) for note in found]),
        _shared([_visit(note.fields) for note in found]),
    )


def _visit(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if "encounter" in fields:
        return mapping(fields["encounter"])
    return mapping(next(iter(listed(mapping(fields.get("context")).get("encounter"))), None))


def _shared(references: list[Mapping[str, Any]]) -> str | None:
    told = {said(reference.get("reference")) for reference in references}
    one = told.pop() if len(told) == 1 else ""
    # What is contained in a note (#id) means nothing outside of it.
    return one if one and not one.startswith("#") else None


def _together(bundles: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": bundle} for bundle in bundles],
    }


def _with_problems(bundle: dict[str, Any], notes: Notes) -> dict[str, Any]:
    if not notes.problems:
        return bundle
    issues = [
        {"severity": "warning", "code": "processing", "diagnostics": problem}
        for problem in notes.problems
    ]
    outcome = {"resource": {"resourceType": "OperationOutcome", "issue": issues}}
    return bundle | {"entry": [*bundle.get("entry", ()), outcome]}


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/fhir"


def _answer(resource: dict[str, Any]) -> Response:
    return Response(json.dumps(resource, ensure_ascii=False).encode("utf-8"), media_type=FHIR)
