"""Finished codings as CSV: one row a code, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from suggester.exchange.claim import CodedClaim

COLUMNS = (
    "encounter",
    "date_of_service",
    "setting",
    "claim_type",
    "age",
    "sex",
    "kind",
    "position",
    "system",
    "code",
    "description",
    "units",
    "modifiers",
    "pointers",
    "model",
    "code_set",
    "coded_by",
    "coded_at",
)
#: Characters that make a spreadsheet take a cell for a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_Row = tuple[str | int | None, ...]


def claims_csv(claims: Iterable[CodedClaim]) -> str:
    """Return a header and one row a code: the diagnoses of a claim in order, then its lines.

    Modifiers and pointers (codes) are separated by spaces. A cell that a spreadsheet would take for a
    formula starts with an apostrophe.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for claim in claims:
        for row in _rows(claim):
            rows.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def _rows(claim: CodedClaim) -> Iterator[_Row]:
    day = claim.date_of_service.isoformat() if claim.date_of_service else None
    head = (claim.encounter_id, day, claim.setting, claim.type, claim.age, claim.sex)
    model = " ".join(claim.model[key] for key in ("name", "version") if claim.model.get(key))
    made = (claim.coded_by, claim.coded_at.isoformat(timespec="seconds"))
    for position, diagnosis in enumerate(claim.diagnoses, 1):
        code = ("icd10cm", diagnosis.code, diagnosis.description)
        release = claim.code_sets.get("icd10cm")
        yield (*head, "diagnosis", position, *code, None, None, None, model, release, *made)
    for position, line in enumerate(claim.lines, 1):
        code = (line.system, line.code, line.description)
        details = (line.units, " ".join(line.modifiers), " ".join(line.pointers))
        release = claim.code_sets.get(line.system)
        yield (*head, "procedure", position, *code, *details, model, release, *made)


def safe_cell(cell: str | int | None) -> str | int:
    """Return a cell that no spreadsheet takes for a formula; one it would gets an apostrophe."""
    if isinstance(cell, int):
        return cell
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
