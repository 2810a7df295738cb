"""What FHIR resources say of codes, in the words of a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from suggester.exchange.fhir_coding import SYSTEM_URLS
from suggester.exchange.fhir_resources import key_of, listed, mapping, said
from suggester.exchange.visit_facts import date_of

#: Other names under which FHIR servers know the code systems.
_SYSTEMS = {
    **{url: system for system, url in SYSTEM_URLS.items()},
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
    "http://hl7.org/fhir/sid/icd-9-cm/diagnosis": "icd9cm",
    "http://hl7.org/fhir/sid/icd-9-cm/procedure": "icd9cm_procedures",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.4": "icd10pcs",
    "urn:oid:2.16.840.1.113883.6.103": "icd9cm",
    "urn:oid:2.16.840.1.113883.6.104": "icd9cm_procedures",
    "urn:oid:2.16.840.1.113883.6.12": "cpt",
    "urn:oid:2.16.840.1.113883.6.285": "hcpcs",
}
_UNRANKED = 999


def system_of(coding: Mapping[str, Any]) -> str | None:
    """Return the code system of a Coding by the name it has here, None for any other."""
    url = said(coding.get("system")).rstrip("/")
    return _SYSTEMS.get(url.replace("https://", "http://", 1))


def ranks_of(encounter: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield for each diagnosis of an Encounter its reference, such as ``Condition/7``, and its rank."""
    for diagnosis in map(mapping, listed(encounter.get("diagnosis"))):
        target = key_of(said(mapping(diagnosis.get("condition")).get("reference")))
        rank = diagnosis.get("rank")
        if target:
            yield target, rank if isinstance(rank, int) and 0 < rank < _UNRANKED else _UNRANKED


def when_born(patient: Mapping[str, Any]) -> int:
    """Return the day of birth as an ordinal, 0 where it is not known to the day."""
    born = date_of(patient.get("birthDate"))
    return born.toordinal() if born else 0
