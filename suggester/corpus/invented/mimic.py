"""Invented notes as the three tables in which MIMIC-IV tells of notes and their codes."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

#: Table → its columns, as in MIMIC-IV 2.2 and MIMIC-IV-Note 2.2.
TABLES: Mapping[str, tuple[str, ...]] = {
    "discharge": (
        "note_id", "subject_id", "hadm_id", "note_type", "note_seq", "charttime", "storetime", "text",
    ),
    "diagnoses_icd": ("subject_id", "hadm_id", "seq_num", "icd_code", "icd_version"),
    "procedures_icd": ("subject_id", "hadm_id", "seq_num", "chartdate", "icd_code", "icd_version"),
}  # fmt: skip
_FIRST_SUBJECT, _FIRST_STAY = 10_000_000, 20_000_000


def file_name(table: str) -> str:
    """Return the name of a table's file."""
    return f"{table}.csv.gz"


def write_mimic(rows: Iterable[Mapping[str, Any]], files: Mapping[str, Path]) -> None:
    """Write corpus rows to the files of the three tables, one note a stay."""
    with ExitStack() as stack:
        tables = {}
        for table, columns in TABLES.items():
            stream = stack.enter_context(_compressed(files[table]))
            tables[table] = csv.writer(stream, lineterminator="\n")
            tables[table].writerow(columns)
        for stay, row in enumerate(rows, _FIRST_STAY):
            patient, visit = row["id"].removeprefix("invented-").split("-")
            subject = _FIRST_SUBJECT + int(patient)
            day = row["date_of_service"]
            note = f"{subject}-DS-{visit}"
            times = (f"{day} 00:00:00", f"{day} 12:00:00")
            tables["discharge"].writerow((note, subject, stay, "DS", visit, *times, row["text"]))
            for number, code in enumerate(row["codes"], 1):
                tables["diagnoses_icd"].writerow((subject, stay, number, code.replace(".", ""), 10))
            for number, code in enumerate(row["procedures_icd"], 1):
                tables["procedures_icd"].writerow((subject, stay, number, day, code, 10))


@contextmanager
def _compressed(path: Path) -> Iterator[TextIOWrapper]:
    # Neither name nor time in the header: the same notes give the same bytes.
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=4, fileobj=file, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="") as stream,
    ):
        yield stream
