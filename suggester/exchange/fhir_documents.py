"""One FHIR DocumentReference, DiagnosticReport or Composition as a note."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from suggester.encounter import Encounter
from suggester.errors import InputError
from suggester.exchange.attachments import (
    HTML,
    PLAIN,
    XML,
    MediaType,
    base64_bytes,
    bytes_to_text,
    not_read,
)
from suggester.exchange.ccda import is_ccda, read_ccda
from suggester.exchange.fhir_resources import Resource, Resources, listed, mapping, said
from suggester.exchange.html_text import html_to_text
from suggester.exchange.visit_facts import DOCUMENT_KINDS, date_of

#: Types of resources that hold a note.
NOTE_TYPES = ("DocumentReference", "DiagnosticReport", "Composition")
_WITHDRAWN = frozenset({"entered-in-error", "superseded", "cancelled"})
_DEEPEST = 50
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FhirDocument:
    """The text of one resource, and what it says of its visit.

    ``encounter`` and ``subject`` are FHIR References; ``header`` is the encounter that an attached
    C-CDA document describes.
    """

    source: Resource
    text: str
    kind: str
    encounter: Mapping[str, Any]
    subject: Mapping[str, Any]
    day: datetime.date | None
    header: Encounter | None = None


def read_document(resource: Resource, resources: Resources, notice: Say) -> FhirDocument:
    """Return the note of a resource of one of :data:`NOTE_TYPES`.

    Of several attachments, which in FHIR are one document in several formats, the plainest that can
    be read is taken.

    Raises
    ------
    InputError
        It was withdrawn, or none of its attachments can be read; the message starts with its label.
    """
    fields = resource.fields
    for status in (fields.get("status"), fields.get("docStatus")):
        if isinstance(status, str) and status in _WITHDRAWN:
            raise InputError(f"{resource.label} is {status}; it is not coded.")
    if resource.type == "Composition":
        text, header = _composition(resource), None
    else:
        text, header = _attached(resource, resources, notice)
    if not text.strip():
        raise InputError(f"{resource.label} is empty: there is nothing to code.")
    return FhirDocument(
        resource,
        text,
        _kind(mapping(fields.get("code" if resource.type == "DiagnosticReport" else "type")))
        or (header.documents[0].type if header else ""),
        _encounter(fields),
        mapping(fields.get("subject")),
        _day(fields),
        header,
    )


def _composition(resource: Resource) -> str:
    parts = list(_sections(resource.fields, resource.label, 0))
    if not parts:
        parts = [_div(resource.fields, resource.label)]
    return "\n\n".join(part for part in parts if part)


def _sections(fields: Mapping[str, Any], label: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise InputError(f"{label} nests its sections more than {_DEEPEST} deep.")
    for section in map(mapping, listed(fields.get("section"))):
        heading = " ".join(said(section.get("title")).split()).rstrip(" :")
        text = _div(section, label)
        inner = list(_sections(section, label, depth + 1))
        if heading and (text or inner):
            text = f"{heading}:\n{text}".rstrip()
        if text:
            yield text
        yield from inner


def _div(fields: Mapping[str, Any], label: str) -> str:
    return html_to_text(said(mapping(fields.get("text")).get("div")), label)


def _attached(
    resource: Resource, resources: Resources, notice: Say
) -> tuple[str, Encounter | None]:
    fields = resource.fields
    if resource.type == "DocumentReference":
        given = [mapping(mapping(c).get("attachment")) for c in listed(fields.get("content"))]
    else:
        given = [mapping(form) for form in listed(fields.get("presentedForm"))]
    if not given:
        raise InputError(
            f"{resource.label} has no attachment; send the note itself as base64 data."
        )
    failures: list[str] = []
    ranked = sorted(given, key=lambda a: _preference(MediaType.of(a.get("contentType"))))
    for attachment in ranked:
        try:
            text, header = _attachment(attachment, resource, resources, notice)
        except InputError as error:
            failures.append(str(error))
            continue
        same = [a for a in given if a.get("contentType") == attachment.get("contentType")]
        if len(same) > 1:
            notice(
                f"{resource.label} has {len(same)} attachments of one kind, which FHIR holds to be "
                "the same document; one of them was read."
            )
        return text, header
    raise InputError(" ".join(dict.fromkeys(failures)))


def _preference(media: MediaType) -> int:
    for place, kinds in enumerate((PLAIN, HTML, XML)):
        if media.kind in kinds:
            return place
    return 3 if not media.kind else 4


def _attachment(
    attachment: Mapping[str, Any], resource: Resource, resources: Resources, notice: Say
) -> tuple[str, Encounter | None]:
    name = f"The attachment of {resource.label}"
    data, kind = attachment.get("data"), attachment.get("contentType")
    if data is None and attachment.get("url"):
        binary = resources.found({"reference": attachment["url"]}, resource)
        if binary is None or binary.type != "Binary":
            raise InputError(
                f"{name} is only a link, which is not fetched; send the note itself as base64 data."
            )
        data, kind = binary.fields.get("data"), kind or binary.fields.get("contentType")
    if data is None:
        raise InputError(f"{name} has no data; send the note itself as base64 data.")
    media = MediaType.of(kind)
    if kind is not None and media.kind not in PLAIN | HTML | XML:
        raise InputError(not_read(media, name))
    received = base64_bytes(data, name)
    if media.kind in XML or (not media.kind and is_ccda(received)):
        header = read_ccda(received, name=name)
        return header.text, header

    def report(message: InputError | str) -> None:
        notice(str(message))

    return bytes_to_text(received, media, name, report), None


def _kind(concept: Mapping[str, Any]) -> str:
    codings = [mapping(coding) for coding in listed(concept.get("coding"))]
    for coding in codings:
        if known := DOCUMENT_KINDS.get(said(coding.get("code"))):
            return known
    words = next((said(c.get("display")) for c in codings if said(c.get("display"))), "")
    return " ".join((words or said(concept.get("text"))).split()).lower()[:100]


def _encounter(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if "encounter" in fields:
        return mapping(fields["encounter"])
    first = listed(mapping(fields.get("context")).get("encounter"))[:1]
    return mapping(first[0]) if first else {}


def _day(fields: Mapping[str, Any]) -> datetime.date | None:
    """Return the day of the service that is written about, not of the writing."""
    for period in (mapping(fields.get("context")).get("period"), fields.get("effectivePeriod")):
        if found := date_of(mapping(period).get("start")):
            return found
    return date_of(fields.get("effectiveDateTime"))
