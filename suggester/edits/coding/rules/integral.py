"""Signs and symptoms that are part of a confirmed diagnosis (guideline I.B.5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.candidates.integral import zones
from suggester.edits.coding.alerts import ERROR, Alert, Mend
from suggester.edits.coding.links import attributed_elsewhere, on_other_sides, unrelated
from suggester.edits.coding.patterns import CodePattern, PatternIndex, match_any, patterns
from suggester.edits.coding.tables import Row, phrases, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

#: Pain of a limb or joint is explained only by a diagnosis of the same region.
_REGIONAL = ("M25", "M79.6")


def integral_signs(case: Case) -> Iterator[Alert]:
    """Yield an error for each sign that a diagnosis of the set routinely has."""
    for code in case.assigned:
        found = next(_explained(case, code), None)
        if found is None:
            continue
        row, other = found
        yield Alert(
            "integral-symptom",
            ERROR,
            (code, other),
            f"{case.book.title(code)} is routinely part of {other} ({case.book.title(other)}) and "
            "is not coded beside it.",
            row["source"],
            Mend(remove=(code,)),
            row["id"],
        )


def _explained(case: Case, code: str) -> Iterator[tuple[Row, str]]:
    for row, diagnosis in _index().rows(code):
        for other in case.assigned:
            if (
                other == code
                or not match_any(diagnosis, other)
                or case.says(phrases(row["unless"]))
            ):
                continue
            if (
                code.startswith(_REGIONAL)
                and _is_broad(diagnosis)
                and not _same_region(case, code, other)
            ):
                continue
            if on_other_sides(case, code, other) or unrelated(case, code, other):
                continue
            if not attributed_elsewhere(case, code, other):
                yield row, other


def _is_broad(diagnosis: tuple[CodePattern, ...]) -> bool:
    """Tell whether a row names whole categories, whose codes are of many regions."""
    return any(len(pattern.first) <= len("M25") for pattern in diagnosis)


def _same_region(case: Case, sign: str, diagnosis: str) -> bool:
    where = zones(case.book.title(sign))
    there = zones(case.book.title(diagnosis))
    return not where or not there or bool(where & there)


@lru_cache(maxsize=1)
def _index() -> PatternIndex[tuple[Row, tuple[CodePattern, ...]]]:
    return PatternIndex(
        (patterns(row["symptom"]), (row, patterns(row["diagnosis"])))
        for row in rule_table("integral_signs")
    )
