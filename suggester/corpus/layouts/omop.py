"""OMOP CDM 5.4: notes joined with conditions and procedures by visit."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from suggester.corpus.keyed import AssignedCodes, KeyedRows
from suggester.corpus.layouts.joined import Note, joined
from suggester.corpus.layouts.layout import Found, Layout, Reading, Tables
from suggester.corpus.layouts.written import FORMS, diagnosis_system, procedure_system
from suggester.corpus.rows import Row
from suggester.corpus.tables import Table, TableRow
from suggester.errors import InputError

_NOTE, _CONDITION, _PROCEDURE = "NOTE", "CONDITION_OCCURRENCE", "PROCEDURE_OCCURRENCE"
_PERSON, _VISIT, _CONCEPT = "PERSON", "VISIT_OCCURRENCE", "CONCEPT"
_TABLES = Tables(
    "OMOP",
    {_NOTE: "note", _CONDITION: "condition_occurrence"},
    {
        _NOTE: ("note_id", "note_text"),
        _CONDITION: ("condition_source_value", "visit_occurrence_id"),
    },
    {
        _PROCEDURE: "procedure_occurrence",
        _PERSON: "person",
        _VISIT: "visit_occurrence",
        _CONCEPT: "concept",
    },
)
#: Vocabulary of OMOP → code system.
_VOCABULARIES = {
    "ICD10CM": "icd10cm",
    "ICD10PCS": "icd10pcs",
    "ICD9CM": "icd9cm",
    "ICD9Proc": "icd9cm_procedures",
    "CPT4": "cpt",
    "HCPCS": "hcpcs",
}
#: Standard concepts of the domain Visit → setting.
_SETTINGS = {"9201": 1, "9203": 2, "262": 1, "9202": 0, "5083": 0, "581476": 0, "38004207": 0}
_NAMES = ("outpatient", "inpatient", "emergency")
_SEXES = {"8532": 0, "8507": 1}
#: Concepts of condition_status: a first-listed diagnosis, and what was not the final diagnosis
#: (admission, preliminary, preoperative and referral diagnoses).
_FIRST = frozenset({"32902", "32903"})
_NOT_FINAL = frozenset(
    {"32890", "32892", "32899", "32900", "32901", "32904", "32905", "32907", "32910"}
)
_ICD10_FROM = "2015-10-01"


def read_omop(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each visit that has notes and source codes.

    A source code belongs to the vocabulary of its source concept where the table CONCEPT is there;
    without it, to the system it is written in, ICD-9 before October 1, 2015.
    """
    concepts = _concepts(found, reading)
    codes = AssignedCodes()
    yield from _conditions(Table(found.files[_CONDITION][0], _CONDITION), concepts, codes, reading)
    table = found.table(_PROCEDURE)
    if table is not None:
        yield from _procedures(table, concepts, codes, reading)
    people, visits = _people(found, reading), _visits(found, reading)
    notes = Table(found.files[_NOTE][0], _NOTE)

    def note(row: TableRow) -> Note:
        note_id, person, day, visit, text, title, time = row.values
        return Note(
            notes.place(row.number),
            row.number,
            _key(visit),
            note_id,
            text,
            title.strip().lower(),
            f"{time or day} {note_id.zfill(20)}",
            _facts(person, day, people.of(person), visits.of(visit)),
        )

    yield from joined(
        (
            _key(r.values[0])
            for r in notes.rows(("visit_occurrence_id",))
            if isinstance(r, TableRow)
        ),
        (
            note(row) if isinstance(row, TableRow) else row
            for row in notes.rows(
                ("note_id", "person_id", "note_date", "visit_occurrence_id", "note_text"),
                ("note_title", "note_datetime"),
                reading.report,
            )
        ),
        codes,
        reading,
        lambda visit: f"omop-{visit}",
    )


def _key(visit: str) -> str:
    return "" if visit == "0" else visit


def _concepts(found: Found, reading: Reading) -> dict[str, tuple[str, str]] | None:
    """Return concept → system and code, None where there is no table of concepts."""
    table = found.table(_CONCEPT, quoted=False)
    if table is None:
        reading.report(
            "The table CONCEPT of OMOP is not there; the system of a source code is told by how it is "
            "written, and by its date."
        )
        return None
    out = {}
    for row in table.rows(("concept_id", "vocabulary_id", "concept_code"), report=reading.report):
        if isinstance(row, TableRow) and row.values[1] in _VOCABULARIES:
            system = _VOCABULARIES[row.values[1]]
            out[row.values[0]] = system, FORMS[system](row.values[2])
    return out


def _conditions(
    table: Table,
    concepts: Mapping[str, tuple[str, str]] | None,
    codes: AssignedCodes,
    reading: Reading,
) -> Iterator[InputError]:
    unknown = early = 0
    for row in table.rows(
        ("visit_occurrence_id", "condition_source_value", "condition_start_date"),
        ("condition_source_concept_id", "condition_status_concept_id"),
        reading.report,
    ):
        if isinstance(row, InputError):
            yield row
            continue
        visit, value, day, concept, status = row.values
        if status in _NOT_FINAL:
            early += 1
            continue
        named = (concepts or {}).get(concept)
        system = diagnosis_system(value, day < _ICD10_FROM) if named is None else named[0]
        if not _key(visit) or system is None:
            unknown += 1
            continue
        code = FORMS[system](value) if named is None else named[1]
        codes.add(visit, system, code, 0 if status in _FIRST else 1)
    _say(reading, table, unknown, early)


def _procedures(
    table: Table,
    concepts: Mapping[str, tuple[str, str]] | None,
    codes: AssignedCodes,
    reading: Reading,
) -> Iterator[InputError]:
    unknown = 0
    for row in table.rows(
        ("visit_occurrence_id", "procedure_source_value", "procedure_date"),
        ("procedure_source_concept_id",),
        reading.report,
    ):
        if isinstance(row, InputError):
            yield row
            continue
        visit, value, day, concept = row.values
        named = (concepts or {}).get(concept)
        system = procedure_system(value, day < _ICD10_FROM) if named is None else named[0]
        if not _key(visit) or system is None:
            unknown += 1
            continue
        codes.add(visit, system, FORMS[system](value) if named is None else named[1])
    _say(reading, table, unknown, 0)


def _say(reading: Reading, table: Table, unknown: int, early: int) -> None:
    if unknown:
        reading.report(
            f"{unknown:,} rows of {table.name} belong to no visit, or their source value is no code "
            "of ICD, CPT or HCPCS; they were left out."
        )
    if early:
        reading.report(
            f"{early:,} rows of {table.name} are admission, preliminary, preoperative or referral "
            "diagnoses; they were left out."
        )


def _people(found: Found, reading: Reading) -> KeyedRows:
    """Return for each person sex, and year, month and day of birth, 0 where not known."""
    out = KeyedRows(4)
    table = found.table(_PERSON)
    if table is None:
        reading.report("The table PERSON of OMOP is not there; age and sex are not known.")
        return out
    for row in table.rows(
        ("person_id", "gender_concept_id", "year_of_birth"), ("month_of_birth", "day_of_birth")
    ):
        if isinstance(row, TableRow):
            person, sex, *born = row.values
            out.add(person, _SEXES.get(sex, -1), *(int(p) if p.isdigit() else 0 for p in born))
    return out


def _visits(found: Found, reading: Reading) -> KeyedRows:
    """Return for each visit its setting, and first and last day as ordinals, 0 where not known."""
    out = KeyedRows(3)
    table = found.table(_VISIT)
    if table is None:
        reading.report(
            "The table VISIT_OCCURRENCE of OMOP is not there; the setting is inferred from the notes."
        )
        return out
    for row in table.rows(
        ("visit_occurrence_id", "visit_concept_id", "visit_start_date"), ("visit_end_date",)
    ):
        if isinstance(row, TableRow):
            visit, concept, start, end = row.values
            out.add(visit, _SETTINGS.get(concept, -1), _ordinal(start), _ordinal(end))
    return out


def _ordinal(day: str) -> int:
    try:
        return datetime.date.fromisoformat(day[:10]).toordinal()
    except ValueError:
        return 0


def _facts(
    person: str, written: str, people: list[tuple[int, ...]], visits: list[tuple[int, ...]]
) -> dict[str, Any]:
    setting, start, end = visits[0] if visits else (-1, 0, 0)
    # A release of ICD-10-CM is "for discharges and encounters" from its first day on.
    day = (end if setting == 1 and end else start) or _ordinal(written)
    out: dict[str, Any] = {"patient": person}
    if setting >= 0:
        out["setting"] = _NAMES[setting]
    if day:
        out["date_of_service"] = datetime.date.fromordinal(day)
    if people:
        sex, year, month, born = people[0]
        out["sex"] = "FM"[sex] if sex >= 0 else None
        if day and year:
            on = datetime.date.fromordinal(day)
            years = on.year - year - ((on.month, on.day) < (month, born))
            out["age"] = years if 0 <= years <= 130 else None
    return out


LAYOUT = Layout(
    "omop",
    "OMOP",
    "NOTE and CONDITION_OCCURRENCE (and PROCEDURE_OCCURRENCE, PERSON, VISIT_OCCURRENCE, CONCEPT), as "
    ".csv, .csv.gz, .tsv or .parquet",
    _TABLES.find,
    read_omop,
)
