"""A FHIR bulk export as a corpus: notes joined with the diagnoses and procedures of their Encounter."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from suggester.corpus.keyed import AssignedCodes, KeyedRows
from suggester.corpus.layouts.joined import Note, joined
from suggester.corpus.layouts.layout import Found, Layout, Reading
from suggester.corpus.layouts.written import FORMS
from suggester.corpus.packed import ending_of, unpacked
from suggester.corpus.rows import Row
from suggester.corpus.text_files import named, text_lines
from suggester.encounter import SETTINGS
from suggester.errors import InputError
from suggester.exchange.fhir_codes import ranks_of, system_of, when_born
from suggester.exchange.fhir_documents import NOTE_TYPES, read_document
from suggester.exchange.fhir_resources import Resource, Resources, key_of, listed, mapping, said
from suggester.exchange.visit_facts import SETTING_OF_CLASS, age_on, date_of, service_day

_ENDINGS = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_TYPE = re.compile(r'"resourceType"\s*:\s*"([A-Za-z]{1,64})"')
_UNSURE = frozenset({"refuted", "entered-in-error", "unconfirmed", "provisional", "differential"})
#: What is read in the first of three passes, which also tells what is no resource at all.
_FIRST = ("Patient", "Encounter")
_SEXES = {"female": 0, "male": 1}
Line = tuple[str, int, Mapping[str, Any]]


def read_bulk(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each FHIR Encounter that has notes and coded Conditions or Procedures.

    Problem list items, uncertain diagnoses and procedures that were not completed are not read;
    diagnoses stand in the order of their rank in the Encounter.
    """
    files = found.files["resources"]
    people, visits, ranks = KeyedRows(2), KeyedRows(3), KeyedRows(1)
    for line in _lines(files, _FIRST, reading):
        if isinstance(line, InputError):
            yield line
            continue
        fields = line[2]
        identity = said(fields.get("id"))
        if fields["resourceType"] == "Patient":
            people.add(identity, _SEXES.get(said(fields.get("gender")), -1), when_born(fields))
            continue
        visits.add(identity, *_visit(fields))
        for condition, rank in ranks_of(fields):
            ranks.add(condition, rank)
    codes = AssignedCodes()
    yield from _codes(files, codes, ranks, reading)

    def keys() -> Iterator[str]:
        for line in _lines(files, NOTE_TYPES, Reading()):
            if not isinstance(line, InputError):
                yield _encounter_of(line[2])

    yield from joined(
        keys(), _notes(files, people, visits, reading), codes, reading, lambda key: f"fhir-{key}"
    )


def _lines(
    files: Sequence[Path], types: Sequence[str], reading: Reading
) -> Iterator[Line | InputError]:
    for path in files:
        name = named(path)
        with unpacked(path) as stream:
            for number, line in enumerate(text_lines(stream, name, reading.report), 1):
                # Most lines are of other types: that is told without taking them apart.
                there = set(_TYPE.findall(line))
                place = f"{name} line {number}"
                if not there and line.strip() and types is _FIRST:
                    yield InputError(f"{place} is no FHIR resource.")
                if not there & set(types):
                    continue
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError):
                    yield InputError(f"{place} is not JSON; each line must be one resource.")
                    continue
                fields = mapping(value)
                if fields.get("resourceType") in types:
                    yield place, number, fields


def _codes(
    files: Sequence[Path], codes: AssignedCodes, ranks: KeyedRows, reading: Reading
) -> Iterator[InputError]:
    homeless = uncoded = unsure = 0
    for line in _lines(files, ("Condition", "Procedure"), reading):
        if isinstance(line, InputError):
            yield line
            continue
        fields = line[2]
        if not _counts(fields):
            unsure += 1
            continue
        key = _encounter_of(fields)
        coded = [
            (system, said(coding.get("code")))
            for coding in map(mapping, listed(mapping(fields.get("code")).get("coding")))
            if (system := system_of(coding)) and said(coding.get("code"))
        ]
        homeless += not key
        uncoded += bool(key) and not coded
        ranked = ranks.of(f"{fields['resourceType']}/{said(fields.get('id'))}")
        for system, code in coded if key else ():
            codes.add(key, system, FORMS[system](code), ranked[0][0] if ranked else 1000)
    for number, said_of in (
        (homeless, "name no Encounter and were left out."),
        (uncoded, "have no code of ICD, CPT or HCPCS and were left out."),
        (unsure, "are problem list items, uncertain or not completed and were left out."),
    ):
        if number:
            reading.report(f"{number:,} Conditions and Procedures {said_of}")


def _counts(fields: Mapping[str, Any]) -> bool:
    if fields["resourceType"] == "Procedure":
        return said(fields.get("status")) in ("completed", "")
    categories = {
        said(coding.get("code"))
        for category in map(mapping, listed(fields.get("category")))
        for coding in map(mapping, listed(category.get("coding")))
    }
    status = {
        said(mapping(coding).get("code"))
        for coding in listed(mapping(fields.get("verificationStatus")).get("coding"))
    }
    return not status & _UNSURE and (not categories or "encounter-diagnosis" in categories)


def _notes(
    files: Sequence[Path], people: KeyedRows, visits: KeyedRows, reading: Reading
) -> Iterator[Note | InputError]:
    for line in _lines(files, NOTE_TYPES, reading):
        if isinstance(line, InputError):
            yield line
            continue
        place, number, fields = line
        kind, identity = said(fields.get("resourceType")), said(fields.get("id"))
        resource = Resource(kind, identity, place, fields)
        try:
            document = read_document(resource, Resources((resource,), {}), reading.report)
        except InputError as error:
            yield error
            continue
        key = _encounter_of(fields)
        patient = _last(mapping(fields.get("subject")))
        visit = visits.of(key)
        setting, start, end = visit[0] if visit else (-1, 0, 0)
        day = service_day(SETTINGS[setting] if setting >= 0 else None, _date(start), _date(end))
        day = day or document.day or date_of(fields.get("date"))
        person = people.of(patient)
        sex, born = person[0] if person else (-1, 0)
        yield Note(
            place,
            number,
            key,
            identity or str(number),
            document.text,
            document.kind,
            said(fields.get("date")),
            {
                "patient": patient,
                "setting": SETTINGS[setting] if setting >= 0 else None,
                "date_of_service": day,
                "sex": "FM"[sex] if sex >= 0 else None,
                "age": age_on(_date(born), day),
            },
        )


def _visit(fields: Mapping[str, Any]) -> tuple[int, int, int]:
    setting = SETTING_OF_CLASS.get(said(mapping(fields.get("class")).get("code")).upper())
    period = mapping(fields.get("period"))
    start, end = date_of(period.get("start")), date_of(period.get("end"))
    return (
        SETTINGS.index(setting) if setting else -1,
        start.toordinal() if start else 0,
        end.toordinal() if end else 0,
    )


def _date(ordinal: int) -> datetime.date | None:
    return datetime.date.fromordinal(ordinal) if ordinal else None


def _encounter_of(fields: Mapping[str, Any]) -> str:
    if "encounter" in fields:
        return _last(mapping(fields["encounter"]))
    first = listed(mapping(fields.get("context")).get("encounter"))[:1]
    return _last(mapping(first[0])) if first else ""


def _last(reference: Mapping[str, Any]) -> str:
    return key_of(said(reference.get("reference"))).rpartition("/")[2]


def _find(files: Sequence[Path]) -> Found | None:
    mine = [path for path in files if ending_of(path) in _ENDINGS and _is_fhir(path)]
    return Found({"resources": mine}) if mine else None


def _is_fhir(path: Path) -> bool:
    with unpacked(path) as stream:
        start = stream.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.startswith(b"{") and b'"resourceType"' in start


LAYOUT = Layout(
    "fhir",
    "a FHIR bulk export",
    "files of FHIR R4 resources, one a line (.ndjson or .ndjson.gz): DocumentReference with the notes "
    "themselves, Condition, Procedure, Encounter and Patient",
    _find,
    read_bulk,
)
