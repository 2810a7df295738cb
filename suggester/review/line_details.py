"""Units, modifiers and diagnoses of an assigned procedure line, and what a claim form asks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from suggester.edits.coding.alerts import WARNING, Alert
from suggester.review.worksheet import DIAGNOSIS, Line, Worksheet

Suggested = Mapping[tuple[str, str], Mapping[str, Any]]


def offered(line: Line, suggested: Suggested) -> Mapping[str, Any]:
    """Return the suggestion that a line was taken from, or that it replaces; empty for another."""
    return suggested.get(line.key) or suggested.get((line.system, line.replaces or ""), {})


def details(line: Line, sheet: Worksheet, suggested: Suggested) -> dict[str, Any]:
    """Return ``units``, ``modifiers`` and ``pointers``; what the coder did not set is as suggested.

    Pointers follow a diagnosis to the code that replaced it, and name assigned codes only.
    """
    row = offered(line, suggested)
    modifiers = [modifier["modifier"] for modifier in row.get("modifiers") or ()]
    pointers = (row.get("diagnoses") or ()) if line.pointers is None else line.pointers
    return {
        "units": line.units or row.get("units") or 1,
        "modifiers": modifiers if line.modifiers is None else list(line.modifiers),
        "pointers": list(sheet.pointed(pointers)),
    }


def unpointed(sheet: Worksheet, result: Mapping[str, Any]) -> Iterator[Alert]:
    """Yield a warning for each line that a professional claim could not carry for want of a diagnosis."""
    if not sheet.diagnoses or result["setting"]["value"] == "inpatient":
        return
    suggested = {(row["system"], row["code"]): row for row in result["suggestions"]}
    for line in sheet.procedures:
        if line.system in (DIAGNOSIS, "icd10pcs"):
            continue
        if not details(line, sheet, suggested)["pointers"]:
            yield Alert(
                "no-pointer",
                WARNING,
                (line.code,),
                f"{line.code} points to no assigned diagnosis; a line of a professional claim needs one.",
                "CMS-1500, item 24E",
            )
