"""C-CDA and FHIR files among the files that notes are read from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from suggester.corpus.formats import NOTE_FORMATS, Format
from suggester.corpus.rows import Row, Rows
from suggester.corpus.text_files import Report, named, opened
from suggester.encounter import Encounter
from suggester.errors import InputError
from suggester.exchange.ccda import MOST_BYTES, read_ccda
from suggester.exchange.fhir_notes import read_fhir_resource


def _xml(path: Path, report: Report) -> Rows:
    del report
    name = named(path)
    with opened(path) as stream:
        yield _row(read_ccda(stream.read(MOST_BYTES + 1), path.stem, name), name, 1)


def _json(path: Path, report: Report) -> Rows:
    with opened(path) as stream:
        data = stream.read()
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and "resourceType" in value:
        return _fhir(value, path, report)
    return NOTE_FORMATS[".json"](path, report)


def _fhir(value: object, path: Path, report: Report) -> Iterator[Row | InputError]:
    name = named(path)
    notes = read_fhir_resource(value, path.stem, name)
    for notice in notes.notices:
        report(f"{name}: {notice}")
    for problem in notes.problems:
        yield InputError(f"{name}: {problem}")
    for number, encounter in enumerate(notes.encounters, 1):
        yield _row(encounter, name, number)


def _row(encounter: Encounter, place: str, number: int) -> Row:
    fields: dict[str, Any] = {
        "id": encounter.id,
        "documents": [
            {"id": document.id, "type": document.type, "text": document.text}
            for document in encounter.documents
        ],
        "setting": encounter.setting,
        "age": encounter.age,
        "sex": encounter.sex,
        "date_of_service": encounter.date_of_service,
    }
    return Row(place, number, fields)


#: File ending → reader of notes, those of other systems included.
ALL_NOTE_FORMATS: Mapping[str, Format] = {**NOTE_FORMATS, ".json": _json, ".xml": _xml}
