"""A table of notes and a table of codes: one row a note, one row a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from suggester.corpus.keyed import AssignedCodes
from suggester.corpus.layouts.joined import Note, joined
from suggester.corpus.layouts.layout import Found, Layout, Reading, Tables
from suggester.corpus.layouts.written import FORMS
from suggester.corpus.rows import Row
from suggester.corpus.tables import Table, TableRow
from suggester.errors import InputError

_NOTES, _CODES = "notes", "codes"
_TABLES = Tables(
    "a corpus of two tables",
    {_NOTES: "notes", _CODES: "codes"},
    {_NOTES: ("encounter", "text"), _CODES: ("encounter", "code")},
)
#: Fields of an encounter that the table of notes may have.
_FIELDS = ("setting", "age", "sex", "date_of_service", "patient", "split", "specialty")


def read_tables(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each one that the table of notes names and the table of codes codes.

    Both tables have a column ``encounter`` (or ``id``); that of codes has ``code`` and may have
    ``system`` and ``sequence``, that of notes ``text`` and may have ``type`` and the fields of a row.
    """
    codes = AssignedCodes()
    yield from _codes(Table(found.files[_CODES][0], _CODES), codes, reading)
    notes = Table(found.files[_NOTES][0], _NOTES)
    key = _key(notes)

    def note(row: TableRow) -> Note:
        encounter, text, kind, *rest = row.values
        fields: dict[str, Any] = dict(zip(_FIELDS, rest, strict=True))
        return Note(
            notes.place(row.number), row.number, encounter, str(row.number), text, kind, "", fields
        )

    yield from joined(
        (row.values[0] for row in notes.rows((key,)) if isinstance(row, TableRow)),
        (
            note(row) if isinstance(row, TableRow) else row
            for row in notes.rows((key, "text"), ("type", *_FIELDS), reading.report)
        ),
        codes,
        reading,
        lambda encounter: encounter,
    )


def _codes(table: Table, codes: AssignedCodes, reading: Reading) -> Iterator[InputError]:
    for row in table.rows((_key(table), "code"), ("system", "sequence"), reading.report):
        if isinstance(row, InputError):
            yield row
            continue
        encounter, code, system, sequence = row.values
        system = system.strip().lower().replace("-", "") or "icd10cm"
        if not code.strip() or not encounter:
            yield InputError(f"{table.place(row.number)} has no code or no encounter.")
        elif system not in FORMS:
            yield InputError(
                f"{table.place(row.number)} has a code system that is not known; known: "
                f"{', '.join(FORMS)}."
            )
        else:
            codes.add(
                encounter, system, FORMS[system](code), int(sequence) if sequence.isdigit() else 0
            )


def _find(files: Sequence[Path]) -> Found | None:
    found = _TABLES.find(files)
    if found is None or found.missing:
        return found
    # Files named notes and codes may be a corpus of one table, and a list of codes beside it.
    notes, codes = (Table(found.files[title][0], title) for title in (_NOTES, _CODES))
    alone = "codes" in notes.columns() or "code" not in codes.columns()
    return None if alone else found


def _key(table: Table) -> str:
    return "encounter" if "encounter" in table.columns() else "id"


LAYOUT = Layout(
    "tables",
    "a corpus of two tables",
    "a table notes (encounter, text) and a table codes (encounter, code), as .csv, .csv.gz, .tsv or "
    ".parquet",
    _find,
    read_tables,
)
