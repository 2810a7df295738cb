"""Files of notes, and the examples, into the worklist."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from suggester.corpus.readers import encounters_in
from suggester.encounter import Encounter
from suggester.errors import InputError
from suggester.exchange.ccda import read_ccda
from suggester.exchange.fhir_notes import read_fhir
from suggester.review.people import Person
from suggester.web.api import bodies
from suggester.web.examples import examples
from suggester.web.office import Office
from suggester.web.requests import TheOffice, ThePerson
from suggester.web.view import name_of

router = APIRouter(prefix="/encounters", tags=["encounters"])
_MOST_NAME = 150


@router.post("/examples", response_model=bodies.UploadOut)
def add_examples(office: TheOffice, person: ThePerson) -> dict[str, Any]:
    """Put three invented encounters into the worklist."""
    return _added(office, person, examples(), [])


@router.post("/upload", response_model=bodies.UploadOut)
def upload(
    file: Annotated[
        UploadFile, File(description="Notes as text, JSON, JSONL, CSV, C-CDA or FHIR.")
    ],
    office: TheOffice,
    person: ThePerson,
) -> dict[str, Any]:
    """Put the notes of a file into the worklist; rows that cannot be used are told one by one."""
    name = PurePath((file.filename or "upload").replace("\\", "/")).name[:_MOST_NAME]
    problems: list[str] = []
    encounters = _read(name, file.file.read(), problems)
    return _added(office, person, encounters, problems)


def _read(name: str, data: bytes, problems: list[str]) -> Iterable[Encounter]:
    path = PurePath(name)
    if path.suffix.lower() == ".xml":
        return [read_ccda(data, path.stem, name)]
    if path.suffix.lower() == ".json" and b'"resourceType"' in data:
        notes = read_fhir(data, path.stem, name)
        problems += [*notes.problems, *notes.notices]
        return notes.encounters
    return encounters_in(name, data, lambda said: problems.append(str(said)))


def _added(
    office: Office, person: Person, encounters: Iterable[Encounter], problems: list[str]
) -> dict[str, Any]:
    created: list[str] = []
    known: list[str] = []
    for encounter in encounters:
        try:
            arrival = office.take_in(encounter, person)
        except InputError as error:
            problems.append(str(error))
            continue
        (known if arrival.known else created).append(name_of(arrival.id))
        office.result(arrival.id, encounter)
    return {"created": created, "known": known, "problems": problems}
