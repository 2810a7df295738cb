"""The history code of a condition that is past: ``histories.tsv``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.completion import complete
from suggester.edits.coding.patterns import PatternIndex, patterns
from suggester.edits.coding.tables import rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case


def history_of(case: Case, code: str) -> str:
    """Return the code for a history of what ``code`` says; empty where the table has none."""
    for history in _index().rows(code):
        found = complete(case, history.rstrip("-"))
        return found.code if found else ""
    return ""


@lru_cache(maxsize=1)
def _index() -> PatternIndex[str]:
    return PatternIndex(
        (patterns(row["pattern"]), row["history"]) for row in rule_table("histories")
    )
