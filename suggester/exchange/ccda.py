"""C-CDA R2.1 documents as encounters: their narrative, and what the header says of patient and visit.

Names, addresses and numbers of the patient are read only to keep them out of ids. What a name in the
narrative itself says stays there: the narrative is the note.
"""

from __future__ import annotations

import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from suggester.encounter import Document, Encounter
from suggester.errors import InputError
from suggester.exchange.attachments import (
    HTML,
    PLAIN,
    MediaType,
    base64_bytes,
    bytes_to_text,
    not_read,
)
from suggester.exchange.html_text import html_to_text
from suggester.exchange.narrative import sections_text
from suggester.exchange.visit_facts import (
    DOCUMENT_KINDS,
    SETTING_OF_CLASS,
    age_on,
    date_of,
    safe_id,
    service_day,
    sex_of,
)

HL7 = "{urn:hl7-org:v3}"
_LOINC = "2.16.840.1.113883.6.1"
#: Largest document that is read, in bytes.
MOST_BYTES = 64_000_000


def is_ccda(data: bytes) -> bool:
    """Tell whether bytes look like a C-CDA document, from their first characters."""
    head = data[:4096].replace(b"\0", b"")
    return b"ClinicalDocument" in head and b"<" in head


def read_ccda(data: bytes, id: str | None = None, name: str = "The document") -> Encounter:
    """Return the encounter that a C-CDA document describes, with its one document.

    Sections are given in order, each title as a heading line, subsections after their section; an
    unstructured document (plain text or HTML, in base64 or not) as it is. Age is counted on the date
    of service, both only where the header has them to the day; sex other than ``M`` and ``F``, and
    encounter classes that are neither ambulatory, emergency nor inpatient, are left open.

    Parameters
    ----------
    data
        The document as received: any encoding that its XML declaration names.
    id
        Id of the encounter; the id of the document when not given.
    name
        What messages call the document.

    Raises
    ------
    InputError
        It is not XML, has a DTD, is no ``ClinicalDocument`` or holds nothing to code. One sentence
        without words of the note.
    """
    root = _parsed(data, name)
    private = _private(root)
    identity = root.find(f"{HL7}id")
    given = None
    if identity is not None:
        given = identity.get("extension") or identity.get("root")
    document = safe_id(given, private, "document-1")
    visit = root.find(f"{HL7}componentOf/{HL7}encompassingEncounter")
    setting = _setting(visit)
    day = _day(visit, setting)
    patient = root.find(f"{HL7}recordTarget/{HL7}patientRole/{HL7}patient")
    encounter = Encounter(
        id or document,
        (Document(document, _text(root, name), _kind(root)),),
        setting,
        age_on(date_of(_attribute(patient, "birthTime", "value")), day),
        sex_of(_attribute(patient, "administrativeGenderCode", "code")),
        day,
    )
    if not encounter.text.strip():
        raise InputError(f"{name} holds no narrative: there is nothing to code.")
    return encounter


def _parsed(data: bytes, name: str) -> Element:
    if len(data) > MOST_BYTES:
        raise InputError(f"{name} is larger than {MOST_BYTES:,} bytes, the most that are read.")
    if not data.strip():
        raise InputError(f"{name} is empty: there is nothing to code.")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise InputError(
            f"{name} declares a DTD or entities, which are refused; save it without them."
        ) from None
    except ParseError as error:
        line, column = error.position
        raise InputError(
            f"{name} is not well-formed XML: it breaks off at line {line}, column {column + 1}."
        ) from None
    except (LookupError, ValueError):
        raise InputError(
            f"{name} is in an encoding that cannot be read; save it as UTF-8."
        ) from None
    if root.tag != f"{HL7}ClinicalDocument":
        raise InputError(f"{name} is XML but no C-CDA document: it has no HL7 ClinicalDocument.")
    return root


def _text(root: Element, name: str) -> str:
    body = root.find(f"{HL7}component/{HL7}structuredBody")
    if body is not None:
        return sections_text(body, name)
    unstructured = root.find(f"{HL7}component/{HL7}nonXMLBody/{HL7}text")
    if unstructured is None:
        raise InputError(f"{name} has no body: there is nothing to code.")
    content = "".join(unstructured.itertext())
    if not content.strip() and unstructured.find(f"{HL7}reference") is not None:
        raise InputError(
            f"{name} only links to its note, which is not fetched; send the note within it."
        )
    media = MediaType.of(unstructured.get("mediaType") or "text/plain")
    if media.kind not in PLAIN | HTML:
        raise InputError(not_read(media, f"The body of {_within(name)}"))
    if (unstructured.get("representation") or "").upper() == "B64":
        data = base64_bytes(content, f"The body of {_within(name)}")
        return bytes_to_text(data, media, f"The body of {_within(name)}", lambda _: None)
    return html_to_text(content, name) if media.kind in HTML else content


def _within(name: str) -> str:
    return "the document" if name == "The document" else name


def _setting(visit: Element | None) -> str | None:
    if visit is None:
        return None
    # The code is often a CPT visit code whose translation is the class.
    codes = [*visit.findall(f"{HL7}code"), *visit.findall(f"{HL7}code/{HL7}translation")]
    found = (SETTING_OF_CLASS.get((code.get("code") or "").upper()) for code in codes)
    return next((setting for setting in found if setting), None)


def _day(visit: Element | None, setting: str | None) -> datetime.date | None:
    if visit is None:
        return None
    time = visit.find(f"{HL7}effectiveTime")
    start = date_of(_attribute(time, "low", "value"))
    if start is None and time is not None:
        start = date_of(time.get("value"))
    return service_day(setting, start, date_of(_attribute(time, "high", "value")))


def _kind(root: Element) -> str:
    code = root.find(f"{HL7}code")
    if code is None:
        return ""
    known = DOCUMENT_KINDS.get(code.get("code") or "")
    return known or " ".join((code.get("displayName") or "").split()).lower()[:100]


def _attribute(element: Element | None, path: str, attribute: str) -> str | None:
    found = None if element is None else element.find(f"{HL7}{path}")
    return None if found is None else found.get(attribute)


def _private(root: Element) -> set[str]:
    """Return the patient's names and identifiers, which no id may repeat."""
    out: set[str] = set()
    for role in root.findall(f"{HL7}recordTarget/{HL7}patientRole"):
        out.update(
            number.get("extension") or number.get("root") or ""
            for number in role.findall(f"{HL7}id")
        )
        for called in role.iter(f"{HL7}name"):
            out.update(part for said in called.itertext() for part in said.split())
    return out - {""}
