"""Queries to the provider where documentation is missing or in conflict: ``queries.tsv``.

A query quotes the clinical indicators of the note, asks an open question or offers choices with
*other* and *unable to determine*, and names no payment or quality measure (ACDIS/AHIMA, Guidelines
for Achieving a Compliant Query Practice, 2022).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import Alert, Mend
from suggester.edits.coding.patterns import CodePatterns, PatternIndex, patterns
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

#: Most clinical indicators that a query quotes.
_MOST = 12
_SETTINGS = {
    "outpatient": ("outpatient", "emergency"),
    "emergency": ("emergency",),
    "inpatient": ("inpatient",),
}
_SUPPORT = "clinical support"
_EDGES = " .,;:()[]"


@dataclass(frozen=True, slots=True)
class Query:
    """One row of the table."""

    id: str
    situation: str
    codes: CodePatterns
    without: CodePatterns
    setting: str
    says: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    indicators: re.Pattern[str]
    question: str
    options: tuple[str, ...]
    severity: str
    source: str

    @property
    def doubts(self) -> bool:
        """Whether it asks if the documentation supports the diagnosis at all."""
        return _SUPPORT in self.situation


def queries(case: Case) -> Iterator[Alert]:
    """Yield a query for each situation of the table that the codes and the note are in."""
    if case.facts is None:
        return
    seen = set()
    for code in (*case.assigned, ""):
        rows = _by_code().rows(code) if code else _by_words()
        due = [row for row in rows if row.id not in seen and _applies(case, row)]
        # Whether the diagnosis holds at all is asked before its details are.
        for row in [row for row in due if row.doubts] or due:
            seen.add(row.id)
            alert = _query(case, row, code)
            if alert is not None:
                yield alert


def _applies(case: Case, row: Query) -> bool:
    facts = case.facts
    assert facts is not None
    if row.setting and case.encounter.setting not in _SETTINGS[row.setting]:
        return False
    if case.has(row.without):
        return False
    if row.says is not None and not facts.has(row.says):
        return False
    return row.unless is None or not facts.has(row.unless)


def _query(case: Case, row: Query, code: str) -> Alert | None:
    """Return the query; ``None`` where the note has no clinical indicator to ask upon."""
    facts = case.facts
    assert facts is not None
    spots = (_whole_words(facts.text, *spot) for spot in facts.find(row.indicators))
    found = list(dict.fromkeys(spots))[:_MOST]
    if not found:
        return None
    quoted = ", ".join(
        dict.fromkeys(f'"{" ".join(facts.text[a:b].split()).strip(_EDGES)}"' for a, b in found)
    )
    text = f"Clinical indicators in the record: {quoted}. {row.question} {'; '.join(row.options)}."
    return Alert(
        "query",
        row.severity,
        (code,) if code else case.assigned[:1],
        f"A query to the provider is due: {row.situation}.",
        row.source,
        Mend(query=text),
        row.id,
        tuple(found),
    )


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a place widened to whole words."""
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


@lru_cache(maxsize=1)
def query_rows() -> tuple[Query, ...]:
    """Return the table, read once."""
    return tuple(_read(row) for row in rule_table("queries"))


@lru_cache(maxsize=1)
def _by_code() -> PatternIndex[Query]:
    return PatternIndex((row.codes, row) for row in query_rows() if row.codes)


@lru_cache(maxsize=1)
def _by_words() -> tuple[Query, ...]:
    return tuple(row for row in query_rows() if not row.codes)


def _read(row: Row) -> Query:
    return Query(
        id=row["id"],
        situation=row["situation"],
        codes=patterns(row["codes"]),
        without=patterns(row["without"]),
        setting=row["setting"],
        says=re.compile(row["says"]) if row["says"] else None,
        unless=re.compile(row["unless"]) if row["unless"] else None,
        indicators=re.compile(row["indicators"]),
        question=row["question"],
        options=tuple(part.strip() for part in row["options"].split("|")),
        severity=row["severity"],
        source=row["source"],
    )
