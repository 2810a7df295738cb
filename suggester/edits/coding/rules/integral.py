"""Signs and symptoms that are part of a confirmed diagnosis (guideline I.B.5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.candidates.integral import zones
from suggester.edits.coding.alerts import ERROR, Alert, Mend
from suggester.edits.coding.links import attributed_elsewhere, on_other_sides, unrelated
from suggester.edits.coding.patterns import JointIndex, patterns
from suggester.edits.coding.tables import Row, phrases, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

#: Pain of a limb or joint is explained only by a diagnosis of the same region.
_REGIONAL = ("M25", "M79.6")


def integral_signs(case: Case) -> Iterator[Alert]:
    """Yield an error for each sign that a diagnosis of the set routinely has."""
    explained = set()
    for row, (diagnoses, signs) in _index().met(case.assigned):
        for code in signs:
            if code in explained:
                continue
            other = next((c for c in diagnoses if _explains(case, row, code, c)), None)
            if other is None:
                continue
            explained.add(code)
            yield Alert(
                "integral-symptom",
                ERROR,
                (code, other),
                f"{case.book.title(code)} is routinely part of {other} ({case.book.title(other)}) "
                "and is not coded beside it.",
                row["source"],
                Mend(remove=(code,)),
                row["id"],
            )


def _explains(case: Case, row: Row, code: str, other: str) -> bool:
    """Tell whether a diagnosis explains a sign, and the note does not say otherwise."""
    if other == code or case.says(phrases(row["unless"])):
        return False
    if code.startswith(_REGIONAL) and _is_broad(row) and not _same_region(case, code, other):
        return False
    if on_other_sides(case, code, other) or unrelated(case, code, other):
        return False
    return not attributed_elsewhere(case, code, other)


def _is_broad(row: Row) -> bool:
    """Tell whether a row names whole categories, whose codes are of many regions."""
    return any(len(pattern.first) <= len("M25") for pattern in patterns(row["diagnosis"]))


def _same_region(case: Case, sign: str, diagnosis: str) -> bool:
    where = zones(case.book.title(sign))
    there = zones(case.book.title(diagnosis))
    return not where or not there or bool(where & there)


@lru_cache(maxsize=1)
def _index() -> JointIndex[Row]:
    return JointIndex(
        [
            ((patterns(row["diagnosis"]), patterns(row["symptom"])), row)
            for row in rule_table("integral_signs")
        ]
    )
