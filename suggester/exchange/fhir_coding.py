"""Code systems and references as FHIR R4 writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Code system → its canonical URL in HL7 Terminology (terminology.hl7.org).
SYSTEM_URLS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "cpt": "http://www.ama-assn.org/go/cpt",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
}
#: Identifies an encounter by the id it has here.
ENCOUNTER_SYSTEM = "urn:suggester:encounter"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
#: Systems whose descriptions are the official titles, and may stand as ``display``.
_OFFICIAL_TITLES = frozenset({"icd10cm", "icd10pcs"})


def code_concept(
    system: str, code: str, description: str, code_sets: Mapping[str, str]
) -> dict[str, Any]:
    """Return a code as CodeableConcept; the version is the release it was taken from.

    Descriptions of CPT and HCPCS stand as text only: those of the starter set are not the official
    descriptors that ``display`` promises.
    """
    coding = {"system": SYSTEM_URLS[system], "code": code}
    if version := code_sets.get(system):
        coding["version"] = version
    concept: dict[str, Any] = {"coding": [coding]}
    if description.strip():
        if system in _OFFICIAL_TITLES:
            coding["display"] = description
        concept["text"] = description
    return concept


def modifier_concept(modifier: str) -> dict[str, Any]:
    """Return a modifier: two digits are CPT's, others HCPCS Level II's."""
    system = "cpt" if modifier.isdigit() else "hcpcs"
    return {"coding": [{"system": SYSTEM_URLS[system], "code": modifier}]}


def term(table: str, code: str) -> dict[str, Any]:
    """Return a code of one of HL7's own tables as CodeableConcept."""
    return {"coding": [{"system": f"{_TERMINOLOGY}/{table}", "code": code}]}


def reference(target: str | None) -> dict[str, Any]:
    """Return a Reference to ``Patient/7``, or one that says its target is not known here."""
    if target:
        return {"reference": target}
    return {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}


def encounter_reference(id: str, target: str | None = None) -> dict[str, Any]:
    """Return a Reference to an encounter: its resource where known, and the id it has here."""
    out: dict[str, Any] = {"reference": target} if target else {}
    return out | {"identifier": {"system": ENCOUNTER_SYSTEM, "value": id}}
