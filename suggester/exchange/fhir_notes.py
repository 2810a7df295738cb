"""FHIR R4 JSON as encounters: notes with the Patient and Encounter they refer to.

What cannot be read is never left out in silence: each such note is a sentence among the problems, and
what was read with a reservation one among the notices.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from suggester.encounter import Document, Encounter
from suggester.errors import InputError
from suggester.exchange.fhir_documents import NOTE_TYPES, FhirDocument, read_document
from suggester.exchange.fhir_resources import (
    Resource,
    Resources,
    json_value,
    key_of,
    listed,
    mapping,
    read_resources,
    said,
)
from suggester.exchange.visit_facts import (
    SETTING_OF_CLASS,
    age_on,
    date_of,
    safe_id,
    service_day,
    sex_of,
)

_Value = TypeVar("_Value")
#: Resources that say something about a note, or are a note.
_USED = frozenset({*NOTE_TYPES, "Patient", "Encounter", "Binary"})


@dataclass(frozen=True, slots=True)
class Notes:
    """The encounters read; ``problems`` are sentences on notes that were not, ``notices`` the rest."""

    encounters: tuple[Encounter, ...]
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def read_fhir(data: bytes, id: str = "note", name: str = "The FHIR resource") -> Notes:
    """Return the encounters of FHIR R4 JSON; see :func:`read_fhir_resource`."""
    return read_fhir_resource(json_value(data, name), id, name)


def read_fhir_resource(value: object, id: str = "note", name: str = "The FHIR resource") -> Notes:
    """Return the encounters of a FHIR R4 resource, or of all in a Bundle.

    Notes are DocumentReference and DiagnosticReport with an attachment in base64 (plain text, HTML or
    C-CDA), and Composition. Those that refer to one Encounter are the documents of one encounter, in
    the order received; one that refers to none stands alone. Nothing is fetched.

    Parameters
    ----------
    value
        The resource as a JSON object.
    id
        What an encounter is called whose resources have no id, or one that names the patient.
    name
        What messages call the resource.

    Raises
    ------
    InputError
        It is no FHIR resource, or no note in it can be read: one sentence without words of a note.
    """
    resources = read_resources(value, name)
    problems: list[str] = []
    notices: list[str] = []
    groups: dict[str, list[FhirDocument]] = {}
    for resource in resources.of_type(*NOTE_TYPES):
        try:
            document = read_document(resource, resources, notices.append)
            _join(groups, document, resources, notices)
        except InputError as error:
            problems.append(str(error))
    private = _private(resources)
    taken: set[str] = set()
    encounters: list[Encounter] = []
    for number, documents in enumerate(groups.values(), 1):
        fallback = id if len(groups) == 1 else f"{id}-{number}"
        encounter = _encounter(documents, resources, private, fallback)
        encounter = dataclasses.replace(encounter, id=_unlike(encounter.id, taken))
        try:
            encounter.check()
        except InputError as error:
            problems.append(str(error))
        else:
            encounters.append(encounter)
    if not encounters:
        raise InputError(_nothing(name, problems))
    notices += _not_used(resources)
    return Notes(tuple(encounters), tuple(problems), tuple(dict.fromkeys(notices)))


def _join(
    groups: dict[str, list[FhirDocument]],
    document: FhirDocument,
    resources: Resources,
    notices: list[str],
) -> None:
    """Put a document beside those of its encounter, or alone where it names none."""
    visit = resources.found(document.encounter, document.source)
    key = visit.label if visit else key_of(said(document.encounter.get("reference")))
    group = groups.setdefault(key or f"alone {document.source.label} {len(groups)}", [])
    label = document.source.label
    if group and _subject(group[0]) and _subject(document) not in ("", _subject(group[0])):
        raise InputError(f"{label} refers to another patient than its encounter; it is not coded.")
    if any(other.text == document.text for other in group):
        notices.append(f"{label} repeats another document of its encounter; it was read once.")
        return
    group.append(document)


def _subject(document: FhirDocument) -> str:
    return key_of(said(document.subject.get("reference")))


def _encounter(
    documents: list[FhirDocument], resources: Resources, private: set[str], fallback: str
) -> Encounter:
    first = documents[0]
    visit = resources.found(first.encounter, first.source)
    fields = visit.fields if visit else {}
    setting = SETTING_OF_CLASS.get(said(mapping(fields.get("class")).get("code")).upper())
    period = mapping(fields.get("period"))
    day = service_day(setting, date_of(period.get("start")), date_of(period.get("end")))
    day = day or _first(document.day for document in documents)
    given = visit.id if visit else key_of(said(first.encounter.get("reference"))).rpartition("/")[2]
    headers = [document.header for document in documents if document.header]
    setting = setting or _first(header.setting for header in headers)
    day = day or _first(header.date_of_service for header in headers)
    age, sex = _patient(documents, visit, resources, day)
    ids: set[str] = set()
    return Encounter(
        safe_id(given or first.source.id, private, fallback),
        tuple(
            Document(_document_id(d, n, private, ids), d.text, d.kind)
            for n, d in enumerate(documents, 1)
        ),
        setting,
        _first(header.age for header in headers) if age is None else age,
        sex or _first(header.sex for header in headers),
        day,
    )


def _document_id(document: FhirDocument, number: int, private: set[str], taken: set[str]) -> str:
    return _unlike(safe_id(document.source.id, private, f"document-{number}"), taken)


def _patient(
    documents: list[FhirDocument],
    visit: Resource | None,
    resources: Resources,
    day: datetime.date | None,
) -> tuple[int | None, str | None]:
    references = [(document.subject, document.source) for document in documents]
    if visit:
        references.append((mapping(visit.fields.get("subject")), visit))
    for reference, near in references:
        patient = resources.found(reference, near)
        if patient is not None and patient.type == "Patient":
            born = date_of(patient.fields.get("birthDate"))
            return age_on(born, day), sex_of(patient.fields.get("gender"))
    return None, None


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value is not None), None)


def _unlike(identity: str, taken: set[str]) -> str:
    """Return an id that was not taken yet, and take it."""
    number, new = 1, identity
    while new in taken:
        number += 1
        new = f"{identity}-{number}"
    taken.add(new)
    return new


def _private(resources: Resources) -> set[str]:
    """Return the names and identifiers of all patients, which no id may repeat."""
    out: set[str] = set()
    for patient in resources.of_type("Patient"):
        for name in map(mapping, listed(patient.fields.get("name"))):
            words = [name.get("family"), name.get("text"), *listed(name.get("given"))]
            out.update(part for word in words for part in said(word).split())
        for number in map(mapping, listed(patient.fields.get("identifier"))):
            out.add(said(number.get("value")))
    return out - {""}


def _not_used(resources: Resources) -> list[str]:
    counts = Counter(r.type for r in resources.all if r.type not in _USED)
    if not counts:
        return []
    kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(counts.items()))
    return [f"Resources that hold no note were not read: {kinds}."]


def _nothing(name: str, problems: list[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    if problems:
        return f"None of the {len(problems)} notes in {name} can be read. {problems[0]}"
    return f"{name} holds no note: DocumentReference, DiagnosticReport and Composition are read."
