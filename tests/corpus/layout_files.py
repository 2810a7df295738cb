"""Small corpora of invented patients in the layouts of MIMIC-IV, OMOP, CodiEsp, MDACE and FHIR."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

NOTES = {
    "21001": "Discharge Diagnosis:\nAcute systolic heart failure.\nHypertension.\n",
    "21002": "Discharge Diagnosis:\nCommunity acquired pneumonia.\n",
    "21003": "Discharge Diagnosis:\nGout of the left foot.\n",
    "21004": "Discharge Diagnosis:\nSprain of the right ankle.\n",
}


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ","
) -> None:
    """Write a table as CSV, gzipped where the name ends in .gz, or as Parquet of texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        import pyarrow
        import pyarrow.parquet

        values = [dict(zip(columns, row, strict=True)) for row in rows]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(values), path)
        return
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    data = text.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def write_mimic(root: Path) -> tuple[Path, Path]:
    """Write MIMIC-IV-Note and MIMIC-IV in two folders, as they are published, and return these.

    Admission 21001 is coded in ICD-10, with procedures; 21002 in ICD-9; 21003 not at all; 21004 in
    both. 21009 has codes and no note; one note belongs to no admission.
    """
    notes, hosp = root / "mimic-iv-note" / "2.2" / "note", root / "mimiciv" / "3.1" / "hosp"
    columns = "note_id subject_id hadm_id note_type note_seq charttime storetime text".split()
    day = "2153-04-19 00:00:00"
    rows = [
        ["10001-DS-7", "10001", "21001", "DS", "7", day, day, NOTES["21001"]],
        ["10002-DS-3", "10002", "21002", "DS", "3", day, day, NOTES["21002"]],
        ["10003-DS-4", "10003", "21003", "DS", "4", day, day, NOTES["21003"]],
        ["10001-DS-8", "10001", "21001", "AD", "8", day, day, "Addendum: Follow up in a week.\n"],
        ["10004-DS-5", "10004", "21004", "DS", "5", day, day, NOTES["21004"]],
        ["10005-DS-6", "10005", "", "DS", "6", day, day, "Seen without an admission number.\n"],
    ]
    write_table(notes / "discharge.csv.gz", columns, rows)
    write_table(
        hosp / "diagnoses_icd.csv.gz",
        ["subject_id", "hadm_id", "seq_num", "icd_code", "icd_version"],
        [
            ["10001", "21001", "2", "I5021", "10"],
            ["10001", "21001", "1", "I110", "10"],
            ["10001", "21001", "3", "Z66", "10"],
            ["10002", "21002", "1", "486", "9"],
            ["10002", "21002", "2", "E8490", "9"],
            ["10002", "21002", "3", "V1582", "9"],
            ["10004", "21004", "1", "S93401A", "10"],
            ["10004", "21004", "2", "84500", "9"],
            ["10009", "21009", "1", "M109", "10"],
        ],
    )
    write_table(
        hosp / "procedures_icd.csv.gz",
        ["subject_id", "hadm_id", "seq_num", "chartdate", "icd_code", "icd_version"],
        [
            ["10001", "21001", "1", "2153-04-15", "5A1935Z", "10"],
            ["10002", "21002", "1", "2153-04-15", "3961", "9"],
        ],
    )
    write_table(
        hosp / "patients.csv.gz",
        ["subject_id", "gender", "anchor_age", "anchor_year", "anchor_year_group", "dod"],
        [["10001", "F", "61", "2150", "2014 - 2016", ""], ["10002", "M", "40", "2153", "x", ""]],
    )
    return notes.parents[1], hosp.parents[1]


def write_omop(folder: Path, ending: str = ".csv", upper: bool = True) -> None:
    """Write OMOP tables: visit 501 of ICD-10 with two notes, 502 of ICD-9, 503 in the office."""

    def named(column: str) -> str:
        return column.upper() if upper else column

    def table(name: str, columns: str, rows: list[list[Any]]) -> None:
        write_table(folder / f"{named(name)}{ending}", [named(c) for c in columns.split()], rows)

    table(
        "note",
        "note_id person_id note_date note_datetime note_type_concept_id note_class_concept_id "
        "note_title note_text encoding_concept_id language_concept_id provider_id "
        "visit_occurrence_id",
        [
            [2, 7, "2024-03-05", "2024-03-05 10:00:00", 0, 0, "Discharge Summary",
             "Discharged home. Diagnosis: Pneumonia.\n", 0, 0, "", 501],
            [1, 7, "2024-03-01", "2024-03-01 09:00:00", 0, 0, "Admission Note",
             "Admitted with cough and fever.\n", 0, 0, "", 501],
            [3, 7, "2014-02-02", "2014-02-02 09:00:00", 0, 0, "Progress Note",
             "Assessment: Long-term use of aspirin.\n", 0, 0, "", 502],
            [4, 8, "2024-05-06", "2024-05-06 09:00:00", 0, 0, "Progress Note",
             "Assessment: Hypertension, stable.\n", 0, 0, "", 503],
        ],
    )  # fmt: skip
    table(
        "condition_occurrence",
        "condition_occurrence_id person_id condition_concept_id condition_start_date "
        "condition_status_concept_id visit_occurrence_id condition_source_value "
        "condition_source_concept_id",
        [
            [1, 7, 0, "2024-03-01", 32908, 501, "E11.9", 45533022],
            [2, 7, 0, "2024-03-01", 32902, 501, "j189", 0],
            [3, 7, 0, "2024-03-01", 32890, 501, "R05.9", 0],
            [4, 7, 0, "2014-02-02", 0, 502, "V58.66", 44831289],
            [5, 8, 0, "2024-05-06", 0, 503, "I10", 0],
            [6, 8, 0, "2024-05-06", 0, 503, "hypertension NOS", 0],
        ],
    )
    table(
        "procedure_occurrence",
        "procedure_occurrence_id person_id procedure_date visit_occurrence_id "
        "procedure_source_value procedure_source_concept_id",
        [
            [1, 8, "2024-05-06", 503, "99213", 0],
            [2, 8, "2024-05-06", 503, "93000", 0],
            [3, 7, "2024-03-02", 501, "5A1935Z", 0],
        ],
    )
    table(
        "person",
        "person_id gender_concept_id year_of_birth month_of_birth day_of_birth",
        [[7, 8507, 1960, 3, 6], [8, 8532, 1980, "" if ending == ".csv" else None, None]],
    )
    table(
        "visit_occurrence",
        "visit_occurrence_id person_id visit_concept_id visit_start_date visit_end_date",
        [
            [501, 7, 9201, "2024-03-01", "2024-03-05"],
            [502, 7, 9202, "2014-02-02", "2014-02-02"],
            [503, 8, 9202, "2024-05-06", "2024-05-06"],
        ],
    )


SPANISH = "Paciente con litiasis renal izquierda y fiebre.\nSe realizó ecografía.\n"
ENGLISH = "Patient with left renal lithiasis and fever.\nAn ultrasound was performed.\n"


def write_codiesp(root: Path, english: bool = True) -> None:
    """Write the train part of CodiEsp: one article with codes, one without."""
    folder = root / "train"
    for name, texts in (("text_files", SPANISH), ("text_files_en", ENGLISH)):
        if name == "text_files" or english:
            (folder / name).mkdir(parents=True)
            (folder / name / "S0004-1.txt").write_text(texts, "utf-8")
            (folder / name / "S0004-2.txt").write_text(texts, "utf-8")
    stone, fever = SPANISH.index("litiasis"), SPANISH.index("fiebre")
    side, scan = SPANISH.index("izquierda"), SPANISH.index("ecografía")
    (folder / "trainD.tsv").write_text("S0004-1\tn20.0\nS0004-1\tr509\n", "utf-8")
    (folder / "trainP.tsv").write_text("S0004-1\tbt4j\n", "utf-8")
    (folder / "trainX.tsv").write_text(
        f"S0004-1\tDIAGNOSTICO\tn20.0\tlitiasis izquierda\t{stone} {stone + 8};{side} {side + 9}\n"
        f"S0004-1\tDIAGNOSTICO\tr509\tfiebre\t{fever} {fever + 6}\n"
        f"S0004-1\tPROCEDIMIENTO\tbt4j\tecografía\t{scan} {scan + 9}\n",
        "utf-8",
    )


def mdace_chart(number: int, version: int = 10, text: bool = True) -> dict[str, Any]:
    """Return a chart with two notes as MDACE writes it; with the text as its script puts it in."""
    summary, report = NOTES["21001"], "IMPRESSION: Pulmonary edema.\n"
    failure = summary.index("Acute"), summary.index(".\nHyp")
    system = f"ICD-{version}-CM"
    code = "I50.21" if version == 10 else "428.21"

    def mark(begin: int, end: int, code: str, system: str, words: str) -> dict[str, Any]:
        out = {"begin": begin, "end": end, "code": code, "code_system": system}
        return (
            out | {"description": "", "type": "Human"} | ({"covered_text": words} if text else {})
        )

    start = report.index("Pulmonary")
    notes: list[dict[str, Any]] = [
        {
            "note_id": 25762,
            "category": "Discharge summary",
            "description": "Report",
            "annotations": [mark(*failure, code, system, summary[slice(*failure)])],
        },
        {
            "note_id": 30001,
            "category": "Radiology",
            "description": "CHEST (PORTABLE AP)",
            "annotations": [
                mark(start, start + 15, "J81.0", system, "Pulmonary edema"),
                mark(start, start + 15, "5A1935Z", f"ICD-{version}-PCS", "Pulmonary edema"),
            ],
        },
    ]
    if text:
        notes[0]["text"], notes[1]["text"] = summary, report
    return {"hadm_id": number, "comment": "", "notes": notes}


def write_mdace(root: Path, text: bool = True) -> None:
    """Write MDACE: one chart in both versions of ICD, and the list that puts it into train."""
    base = (root / "with_text" / "gold" if text else root / "data") / "Inpatient"
    for version in (9, 10):
        folder = base / f"ICD-{version}" / "1.0"
        folder.mkdir(parents=True)
        (folder / f"100197-ICD-{version}.json").write_text(
            json.dumps(mdace_chart(100197, version, text)), "utf-8"
        )
    lists = root / "splits" / "Inpatient"
    lists.mkdir(parents=True)
    (lists / "MDace-ev-train.csv").write_text("100197\n", "utf-8")


def write_fhir(folder: Path) -> None:
    """Write a FHIR bulk export: one hospital stay of two notes, one visit without codes."""
    folder.mkdir(parents=True, exist_ok=True)

    def coded(system: str, code: str) -> dict[str, Any]:
        return {"coding": [{"system": system, "code": code}]}

    def note(number: int, encounter: str, text: str, day: str) -> dict[str, Any]:
        data = base64.b64encode(text.encode()).decode()
        return {
            "resourceType": "DocumentReference",
            "id": f"d{number}",
            "status": "current",
            "type": coded("http://loinc.org", "18842-5"),
            "subject": {"reference": "Patient/p1"},
            "date": day,
            "context": {"encounter": [{"reference": f"Encounter/{encounter}"}]},
            "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
        }

    def condition(number: int, code: str, **other: Any) -> dict[str, Any]:
        return {
            "resourceType": "Condition",
            "id": f"c{number}",
            "code": coded("http://hl7.org/fhir/sid/icd-10-cm", code),
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/e1"},
            **other,
        }

    provisional = {"verificationStatus": coded("x", "provisional")}
    problem = {"category": [coded("x", "problem-list-item")]}
    files: dict[str, list[dict[str, Any]]] = {
        "Patient": [
            {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-06-01"}
        ],
        "Encounter": [
            {
                "resourceType": "Encounter",
                "id": "e1",
                "class": {"code": "IMP"},
                "period": {"start": "2026-01-02", "end": "2026-01-09"},
                "diagnosis": [
                    {"condition": {"reference": "Condition/c2"}, "rank": 1},
                    {"condition": {"reference": "Condition/c1"}, "rank": 2},
                ],
            }
        ],
        "Condition": [
            condition(1, "I10"),
            condition(2, "J18.9"),
            condition(3, "R05.9", **provisional),
            condition(4, "M10.9", **problem),
        ],
        "Procedure": [
            {
                "resourceType": "Procedure",
                "id": "x1",
                "status": "completed",
                "code": coded("http://www.ama-assn.org/go/cpt", "31622"),
                "encounter": {"reference": "Encounter/e1"},
            }
        ],
        "DocumentReference": [
            note(2, "e1", "Discharged home. Pneumonia resolved.\n", "2026-01-09T10:00:00Z"),
            note(1, "e1", "Admitted with pneumonia.\n", "2026-01-02T10:00:00Z"),
            note(3, "e2", "Telephone call about refills.\n", "2026-02-02T10:00:00Z"),
        ],
    }
    for name, resources in files.items():
        lines = "".join(json.dumps(resource) + "\n" for resource in resources)
        (folder / f"{name}.000.ndjson").write_text(lines, "utf-8")
