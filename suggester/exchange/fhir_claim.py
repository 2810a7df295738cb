"""A finished coding as a FHIR R4 Claim."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from suggester.exchange.claim import ClaimLine, CodedClaim
from suggester.exchange.fhir_coding import (
    code_concept,
    encounter_reference,
    modifier_concept,
    reference,
    term,
)

Use = Literal["claim", "preauthorization", "predetermination"]
#: Names the model whose suggestions the coder decided on.
MODEL_EXTENSION = "urn:suggester:extension:model"


def fhir_claim(
    claim: CodedClaim,
    *,
    use: Use = "claim",
    patient: str | None = None,
    encounter: str | None = None,
    provider: str | None = None,
    coverage: str | None = None,
) -> dict[str, Any]:
    """Return a coding as a FHIR R4 Claim in status ``draft``: the billing system completes and sends it.

    The type is *institutional* for a hospital stay and else *professional*. CPT and HCPCS lines are
    items that point to diagnoses by sequence; ICD-10-PCS codes are procedures of the claim. It
    carries no amount of money. All that was assigned is written, also where
    :func:`suggester.exchange.claim.claim_problems` finds that a form holds less.

    Parameters
    ----------
    patient, encounter, provider, coverage
        References such as ``Patient/7``; those FHIR requires are marked as unknown when not given.
    """
    sequences: dict[str, int] = {}
    for number, diagnosis in enumerate(claim.diagnoses, 1):
        sequences.setdefault(diagnosis.code, number)
    coded_at = claim.coded_at
    if coded_at.tzinfo is None:
        coded_at = coded_at.replace(tzinfo=datetime.UTC)
    out: dict[str, Any] = {
        "resourceType": "Claim",
        "status": "draft",
        "type": term("claim-type", claim.type),
        "use": use,
        "patient": reference(patient),
        "created": coded_at.isoformat(timespec="seconds"),
        "provider": reference(provider),
        "priority": term("processpriority", "normal"),
        "diagnosis": [
            _diagnosis(claim, number, diagnosis.code, diagnosis.description)
            for number, diagnosis in enumerate(claim.diagnoses, 1)
        ],
        "procedure": [
            {
                "sequence": number,
                "procedureCodeableConcept": code_concept(
                    line.system, line.code, line.description, claim.code_sets
                ),
            }
            for number, line in enumerate(_of(claim, pcs=True), 1)
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": reference(coverage)}],
        "item": [
            _item(claim, number, line, sequences, encounter)
            for number, line in enumerate(_of(claim, pcs=False), 1)
        ],
    }
    if claim.coded_by:
        out["enterer"] = {"display": claim.coded_by}
    if claim.model:
        name = " ".join(claim.model[key] for key in ("name", "version") if claim.model.get(key))
        out["extension"] = [{"url": MODEL_EXTENSION, "valueString": name}]
    if claim.date_of_service:
        out["billablePeriod"] = {"end": claim.date_of_service.isoformat()}
        if claim.type == "professional":
            out["billablePeriod"]["start"] = claim.date_of_service.isoformat()
    # FHIR has no empty lists.
    return {key: value for key, value in out.items() if value != []}


def _of(claim: CodedClaim, *, pcs: bool) -> list[ClaimLine]:
    return [line for line in claim.lines if (line.system == "icd10pcs") is pcs]


def _diagnosis(claim: CodedClaim, number: int, code: str, description: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "sequence": number,
        "diagnosisCodeableConcept": code_concept("icd10cm", code, description, claim.code_sets),
    }
    if number == 1 and claim.type == "institutional":
        out["type"] = [term("ex-diagnosistype", "principal")]
    return out


def _item(
    claim: CodedClaim,
    number: int,
    line: ClaimLine,
    sequences: dict[str, int],
    encounter: str | None,
) -> dict[str, Any]:
    out: dict[str, Any] = {
        "sequence": number,
        "diagnosisSequence": [sequences[code] for code in line.pointers if code in sequences],
        "productOrService": code_concept(line.system, line.code, line.description, claim.code_sets),
        "modifier": [modifier_concept(modifier) for modifier in line.modifiers],
        "quantity": {"value": line.units},
        "encounter": [encounter_reference(claim.encounter_id, encounter)],
    }
    if claim.date_of_service and claim.type == "professional":
        out["servicedDate"] = claim.date_of_service.isoformat()
    return {key: value for key, value in out.items() if value != []}
