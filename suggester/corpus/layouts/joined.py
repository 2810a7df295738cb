"""Notes of one table joined with the codes of others, encounter by encounter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from suggester.corpus.gathering import Gathering
from suggester.corpus.keyed import AssignedCodes, KeyedRows
from suggester.corpus.layouts.layout import Reading
from suggester.corpus.rows import Row
from suggester.errors import InputError

_ICD9 = ("icd9cm", "icd9cm_procedures")
_ICD10 = ("icd10cm", "icd10pcs")
_PROCEDURES = ("cpt", "hcpcs")


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a table.

    Attributes
    ----------
    key
        Of its encounter; empty where it belongs to none.
    order
        Sorts the notes of an encounter.
    fields
        Of the encounter, as a row of a corpus has them.
    """

    place: str
    number: int
    key: str
    id: str
    text: str
    type: str = ""
    order: str = ""
    fields: Mapping[str, Any] | None = None


def joined(
    keys: Iterator[str],
    notes: Iterator[Note | InputError],
    codes: AssignedCodes,
    reading: Reading,
    identity: Callable[[str], str],
) -> Iterator[Row | InputError]:
    """Yield a row for each encounter that has notes and codes, as soon as its last note is read.

    ``keys`` are those of all notes, read before. Notices tell how many notes, encounters and codes
    were left out, and why.
    """
    expected = KeyedRows(0)
    for key in keys:
        if key:
            expected.add(key)
    homeless = uncoded = other = mixed = 0
    with Gathering[Note](expected) as gathering:
        for note in notes:
            if isinstance(note, InputError):
                yield note
                continue
            if not note.key:
                homeless += 1
                continue
            together = gathering.add(note.key, note)
            if not together:
                continue
            assigned = codes.of(note.key)
            if not assigned:
                uncoded += 1
                continue
            mine, theirs = (_ICD9, _ICD10) if reading.icd_version == 9 else (_ICD10, _ICD9)
            if any(system in assigned for system in theirs):
                if any(system in assigned for system in mine):
                    mixed += 1
                else:
                    other += 1
                continue
            yield _row(identity(note.key), together, assigned)
    wrong = 19 - reading.icd_version
    instead = f"--icd-version {wrong} reads them instead."
    for number, said in (
        (homeless, "notes belong to no encounter and were left out."),
        (uncoded, "encounters have notes and no codes and were left out."),
        (other, f"encounters are coded in ICD-{wrong} and were left out; {instead}"),
        (mixed, "encounters are coded partly in ICD-9 and partly in ICD-10 and were left out."),
        (codes.without(expected), "encounters have codes and no note and were left out."),
    ):
        if number:
            reading.report(f"{number:,} {said}")


def code_fields(assigned: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the codes of an encounter as the fields of a corpus row.

    A visit level stands apart from what else was done, as in every corpus here.
    """
    out: dict[str, Any] = {}
    if "icd10cm" in assigned:
        out["codes"] = assigned["icd10cm"]
    done = [code for system in _PROCEDURES for code in assigned.get(system, [])]
    if done:
        levels = _visit_levels()
        visits = [code for code in done if code in levels]
        out["procedures"] = {"codes": [code for code in done if code not in levels]}
        if visits:
            out["procedures"]["visit"] = {"code": visits[0], "also": visits[1:]}
    for system in ("icd10pcs", *_ICD9):
        if system in assigned:
            out[system] = assigned[system]
    return out


@lru_cache(maxsize=1)
def _visit_levels() -> frozenset[str]:
    from suggester.lexicon.visit_rows import load_visits

    return frozenset(row.code for row in load_visits().codes)


def _row(identity: str, notes: list[Note], assigned: Mapping[str, list[str]]) -> Row:
    notes = sorted(notes, key=lambda note: note.order)
    fields: dict[str, Any] = {"id": identity}
    for note in notes:
        for key, value in (note.fields or {}).items():
            if value not in (None, ""):
                fields.setdefault(key, value)
    if len(notes) == 1:
        fields |= {"text": notes[0].text, "type": notes[0].type}
    else:
        fields["documents"] = [
            {"id": note.id, "type": note.type, "text": note.text} for note in notes
        ]
    return Row(notes[0].place, notes[0].number, fields | code_fields(assigned))
