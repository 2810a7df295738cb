"""Codes that another code of the set makes redundant (guidelines I.B.2, I.B.9, I.C)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import Alert, Mend
from suggester.edits.coding.links import on_other_sides, unrelated
from suggester.edits.coding.patterns import (
    CodePatterns,
    JointIndex,
    PatternIndex,
    match_any,
    patterns,
)
from suggester.edits.coding.tables import Row, phrases, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_RULES = {"history": "history-vs-current"}


def redundant(case: Case) -> Iterator[Alert]:
    """Yield an alert for each code that a more precise or a current one makes redundant."""
    for row, (stays, codes) in _joint().met(case.assigned):
        for code in codes:
            other = next((c for c in stays if c != code and c not in codes), None)
            if other is None or case.says(phrases(row["unless"])):
                continue
            if on_other_sides(case, code, other):
                continue
            if unrelated(case, code, other):
                continue
            if row["action"] != "drop" and _excluded(case, code, other):
                continue
            mend = Mend(remove=(code,)) if row["action"] == "drop" else Mend()
            yield Alert(
                _RULES.get(row["topic"], "combination"),
                row["severity"],
                (code, other),
                row["message"],
                row["source"],
                mend,
                row["id"],
            )


@lru_cache(maxsize=1)
def _joint() -> JointIndex[Row]:
    return JointIndex(
        [
            ((patterns(row["stays"]), patterns(row["redundant"])), row)
            for row in rule_table("redundant")
        ]
    )


def _excluded(case: Case, code: str, other: str) -> bool:
    naming = case.book.instructions.naming
    return bool(naming(code, "excludes1", other) or naming(other, "excludes1", code))


def makes_redundant(stays: str, code: str) -> bool:
    """Tell whether a row of the table drops ``code`` beside ``stays`` as the vaguer of the two."""
    return code[0] != "R" and any(
        row["topic"] == "unspecified" and row["action"] == "drop" and match_any(found, stays)
        for row, found in _index().rows(code)
    )


def says_nothing_new(case: Case, code: str) -> bool:
    """Tell whether a code that is not in the set would be redundant beside one that is."""
    return any(
        row["action"] == "drop" and any(match_any(found, other) for other in case.assigned)
        for row, found in _index().rows(code)
    )


@lru_cache(maxsize=1)
def _index() -> PatternIndex[tuple[Row, CodePatterns]]:
    return PatternIndex(
        (
            patterns(row["redundant"]),
            (row, patterns(row["stays"])),
        )
        for row in rule_table("redundant")
    )
