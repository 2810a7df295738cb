"""Patient edits: codes that contradict the age or the sex on the claim (Medicare Code Editor)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import Alert
from suggester.edits.coding.patterns import PatternIndex, patterns
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_KINDS = {"newborn": "newborn", "maternity": "maternity"}
#: The organ may be there whatever the record says: condition code 45, modifier KX.
_TRANSITION = (
    "transgender", "trans woman", "trans man", "trans female", "trans male", "gender affirming",
    "gender-affirming", "intersex", "gender dysphoria", "transsexual", "mtf", "ftm", "sex assigned at birth",
)  # fmt: skip
_SEX = {"F": "female", "M": "male"}


def age(case: Case) -> Iterator[Alert]:
    """Yield an alert for each code of another age."""
    years = case.encounter.age
    if years is None:
        return
    for code in case.assigned:
        rows = _ages().rows(code)
        if not rows or any(_fits(row, years) for row in rows):
            continue
        row = rows[-1]
        low, high = float(row["age_from"]), float(row["age_to"])
        what = f"from {low:g} to {high:g} years" if high > 0 else "under one year"
        yield Alert(
            _KINDS.get(row["kind"], "age"),
            row["severity"],
            (code,),
            f"{code} ({case.book.title(code)}) is for patients {what}; this one is {years}."
            + (f" Unless: {row['exception']}." if row["exception"] else ""),
            row["source"],
            row=row["id"],
        )


def sex(case: Case) -> Iterator[Alert]:
    """Yield an alert for each code of the other sex."""
    recorded = case.encounter.sex
    if recorded is None:
        return
    for code in case.assigned:
        for row in _sexes().rows(code):
            if row["sex"] == recorded:
                continue
            if case.says(_TRANSITION):
                return
            yield Alert(
                "sex",
                row["severity"],
                (code,),
                f"{code} ({case.book.title(code)}) is for {_SEX[row['sex']]} patients; this one is "
                f"recorded as {_SEX[recorded]}."
                + (f" Unless: {row['exception']}." if row["exception"] else ""),
                row["source"],
                row=row["id"],
            )
            break


def _fits(row: Row, years: int) -> bool:
    low, high = float(row["age_from"]), float(row["age_to"])
    # A bound with a fraction tells days or weeks within a year.
    return low < years + 1 and years <= high


@lru_cache(maxsize=1)
def _ages() -> PatternIndex[Row]:
    return PatternIndex((patterns(row["pattern"]), row) for row in rule_table("age"))


@lru_cache(maxsize=1)
def _sexes() -> PatternIndex[Row]:
    return PatternIndex((patterns(row["pattern"]), row) for row in rule_table("sex"))
