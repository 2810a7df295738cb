"""MIMIC-IV-Note and MIMIC-IV: discharge summaries joined with billed codes by admission."""

from __future__ import annotations

from collections.abc import Iterator

from suggester.corpus.keyed import AssignedCodes, KeyedRows
from suggester.corpus.layouts.joined import Note, joined
from suggester.corpus.layouts.layout import Found, Layout, Reading, Tables
from suggester.corpus.layouts.written import FORMS
from suggester.corpus.rows import Row
from suggester.corpus.tables import Table, TableRow
from suggester.errors import InputError

_NOTES, _DIAGNOSES, _PROCEDURES = "discharge", "diagnoses_icd", "procedures_icd"
_PATIENTS, _ADMISSIONS = "patients", "admissions"
_TABLES = Tables(
    "MIMIC-IV",
    {_NOTES: "discharge", _DIAGNOSES: "diagnoses_icd"},
    {_NOTES: ("note_id", "hadm_id", "text"), _DIAGNOSES: ("hadm_id", "icd_code", "icd_version")},
    {_PROCEDURES: "procedures_icd", _PATIENTS: "patients", _ADMISSIONS: "admissions"},
)
_SYSTEMS = {
    (_DIAGNOSES, "10"): "icd10cm",
    (_DIAGNOSES, "9"): "icd9cm",
    (_PROCEDURES, "10"): "icd10pcs",
    (_PROCEDURES, "9"): "icd9cm_procedures",
}
#: Types of admission that are outpatient observation, however long the patient stayed.
_OBSERVED = frozenset({"AMBULATORY OBSERVATION", "DIRECT OBSERVATION", "EU OBSERVATION"})
_SEXES = ("F", "M")


def read_mimic(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each admission that has a discharge summary and codes of one ICD version.

    The dates of MIMIC-IV are shifted by years, so that no date of service is given; ages are counted
    from ``anchor_age`` and ``anchor_year`` as its documentation says.
    """
    codes = AssignedCodes()
    for title in (_DIAGNOSES, _PROCEDURES):
        table = found.table(title)
        if table is None:
            reading.report(f"The table {title} of MIMIC-IV is not there; no procedures are read.")
            continue
        yield from _codes(table, codes, reading)
    people, admissions = _people(found, reading), _admissions(found, reading)
    notes = Table(found.files[_NOTES][0], _NOTES)

    def note(row: TableRow) -> Note:
        note_id, subject, admission, kind, sequence, time, text = row.values
        first = admissions.of(admission)
        year = int(time[:4]) if time[:4].isdigit() else None
        return Note(
            notes.place(row.number),
            row.number,
            admission,
            note_id,
            text,
            "discharge summary" if kind.upper() in ("DS", "AD", "") else kind.lower(),
            sequence.zfill(9),
            {
                "patient": subject,
                "setting": "outpatient" if first and first[0][1] else "inpatient",
                **_person(people, subject, first[0][0] if first else year),
            },
        )

    yield from joined(
        (row.values[0] for row in notes.rows(("hadm_id",)) if isinstance(row, TableRow)),
        (
            note(row) if isinstance(row, TableRow) else row
            for row in notes.rows(
                ("note_id", "subject_id", "hadm_id", "note_type", "note_seq", "charttime", "text"),
                report=reading.report,
            )
        ),
        codes,
        reading,
        lambda admission: f"mimic-{admission}",
    )


def _codes(table: Table, codes: AssignedCodes, reading: Reading) -> Iterator[InputError]:
    unknown = 0
    for row in table.rows(("hadm_id", "seq_num", "icd_code", "icd_version"), report=reading.report):
        if isinstance(row, InputError):
            yield row
            continue
        admission, sequence, code, version = row.values
        system = _SYSTEMS.get((table.title, version.strip()))
        if system is None or not code.strip():
            unknown += 1
            continue
        codes.add(
            admission, system, FORMS[system](code), int(sequence) if sequence.isdigit() else 0
        )
    if unknown:
        reading.report(
            f"{unknown:,} rows of {table.name} have no code, or an icd_version that is neither 9 nor "
            "10; they were left out."
        )


def _people(found: Found, reading: Reading) -> KeyedRows:
    """Return for each patient sex, anchor age and anchor year."""
    out = KeyedRows(3)
    table = found.table(_PATIENTS)
    if table is None:
        reading.report("The table patients of MIMIC-IV is not there; age and sex are not known.")
        return out
    for row in table.rows(("subject_id", "gender", "anchor_age", "anchor_year")):
        if isinstance(row, TableRow):
            subject, sex, age, year = row.values
            if age.isdigit() and year.isdigit():
                out.add(subject, _SEXES.index(sex) if sex in _SEXES else -1, int(age), int(year))
    return out


def _admissions(found: Found, reading: Reading) -> KeyedRows:
    """Return for each admission its year, and 1 where it was observation only."""
    out = KeyedRows(2)
    table = found.table(_ADMISSIONS)
    if table is None:
        return out
    for row in table.rows(("hadm_id", "admittime"), ("admission_type",), reading.report):
        if isinstance(row, TableRow) and row.values[1][:4].isdigit():
            admission, time, kind = row.values
            out.add(admission, int(time[:4]), int(kind.strip().upper() in _OBSERVED))
    return out


def _person(people: KeyedRows, subject: str, year: int | None) -> dict[str, object]:
    rows = people.of(subject)
    if not rows:
        return {}
    sex, age, anchor = rows[0]
    out: dict[str, object] = {"sex": _SEXES[sex] if sex >= 0 else None}
    if year is not None and 0 <= age + year - anchor <= 130:
        out["age"] = age + year - anchor
    return out


LAYOUT = Layout(
    "mimic",
    "MIMIC-IV",
    "discharge.csv.gz of MIMIC-IV-Note and diagnoses_icd.csv.gz (and procedures_icd, patients, "
    "admissions) of MIMIC-IV",
    _TABLES.find,
    read_mimic,
)
