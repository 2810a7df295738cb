"""Combination codes and links that the classification assumes (guidelines I.A.15, I.B.9, I.C)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import Alert, Mend
from suggester.edits.coding.completion import complete
from suggester.edits.coding.links import (
    attributed_elsewhere,
    link_denied,
    on_other_sides,
    unrelated,
)
from suggester.edits.coding.patterns import CodePatterns, JointIndex, match_any, patterns
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

#: Characters from which a pattern names one code but for its 7th character.
_STEM = len("S22.31X")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_CODE_LIKE = re.compile(r"[A-Z]\d[0-9A-Z][.0-9A-Z-]*(?::\d+)?(?:/[A-Z]+)?")
#: The "with" convention: the link is assumed unless the note denies it.
_ASSUMED = re.compile(r"I\.A\.15|I\.C\.9\.a|I\.C\.4\.a")


@dataclass(frozen=True, slots=True)
class Combination:
    """One row of ``combinations.tsv``.

    Attributes
    ----------
    needs, unless
        Words or codes one of which must, or must not, be there.
    result
        The combination; ``{type}`` is the category of the first part, any other ``{…}`` what is
        still to be chosen.
    """

    id: str
    parts: tuple[CodePatterns, ...]
    needs: tuple[str, ...]
    unless: tuple[str, ...]
    result: str
    drops: tuple[str, ...]
    severity: str
    source: str
    message: str

    @property
    def assumed(self) -> bool:
        """Whether a guideline assumes the link, so that the note may deny it."""
        return bool(_ASSUMED.search(self.source))


@lru_cache(maxsize=1)
def combination_rows() -> tuple[Combination, ...]:
    """Return the table of combinations, read once."""
    return tuple(_read(row) for row in rule_table("combinations"))


def combinations(case: Case) -> Iterator[Alert]:
    """Yield an alert for each set of codes that one code says together."""
    # Rows of three parts say more than rows of two.
    for row, met in sorted(
        _index().met(case.assigned), key=lambda found: (-len(found[1]), found[0].id)
    ):
        parts = _different(met)
        if parts is None or not _applies(case, row, parts):
            continue
        alert = _alert(case, row, parts)
        if alert is not None:
            yield alert


@lru_cache(maxsize=1)
def _index() -> JointIndex[Combination]:
    return JointIndex([(row.parts, row) for row in combination_rows()])


def _different(met: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Return a different code for each part, or ``None``."""
    found: list[str] = []
    for part in met:
        code = next((c for c in part if c not in found), None)
        if code is None:
            return None
        found.append(code)
    return tuple(found)


def _applies(case: Case, row: Combination, parts: tuple[str, ...]) -> bool:
    if any(_holds(case, condition, parts) for condition in row.unless):
        return False
    if not _names_single_codes(case, row) and on_other_sides(case, parts[0], parts[1]):
        return False
    if row.needs and not any(_holds(case, condition, parts) for condition in row.needs):
        return False
    if row.assumed and len(parts) > 1:
        cause, effect = parts[0], parts[1]
        return not (
            unrelated(case, cause, effect)
            or attributed_elsewhere(case, effect, cause)
            or link_denied(case, cause, effect)
        )
    return True


def _names_single_codes(case: Case, row: Combination) -> bool:
    """Tell whether a row is about single codes, whose sides are its matter if they differ."""
    found = [pattern for part in row.parts for pattern in part]
    return all(len(p.first) >= _STEM or case.book.is_billable(p.first) for p in found)


def _holds(case: Case, condition: str, parts: tuple[str, ...]) -> bool:
    condition = condition.replace("{type}", parts[0][:3])
    if _CODE_LIKE.fullmatch(condition):
        return case.has(patterns(condition))
    return case.says((condition,))


def _alert(case: Case, row: Combination, parts: tuple[str, ...]) -> Alert | None:
    drop = patterns(" ".join(row.drops).replace("{type}", parts[0][:3]))
    gone = [code for code in case.assigned if match_any(drop, code)]
    result = result_of(case, row, parts)
    if result is None:
        return None
    new, sure = result
    stem = patterns(_stem(row, parts))
    present = new in case.assigned or (
        not sure and any(code not in gone and match_any(stem, code) for code in case.assigned)
    )
    if present:
        gone = [code for code in gone if code != new]
        if not gone:
            return None
        mend = Mend(remove=tuple(gone))
    elif gone:
        mend = Mend(replace={gone[0]: new}, remove=tuple(gone[1:]))
    else:
        mend = Mend(add=(new,), after=parts[0])
    if not present and (lead := _goes_before(case, new, parts)):
        mend = replace(mend, first=new, before=lead)
    rule = "assumed-link" if row.assumed else "combination"
    return Alert(rule, row.severity, parts, row.message, row.source, mend, row.id)


def result_of(case: Case, row: Combination, parts: tuple[str, ...]) -> tuple[str, bool] | None:
    """Return the combination code for these parts, and whether nothing of it had to be assumed."""
    pattern = row.result.replace("{type}", parts[0][:3])
    if case.book.is_billable(pattern):
        return pattern, True
    if "{" not in pattern and (
        there := next((p for p in parts if match_any(patterns(pattern), p)), "")
    ):
        return there, True
    beginning = _PLACEHOLDER.split(pattern)[0].rstrip("-").rstrip(".")
    last = pattern[pattern.rindex("}") + 1 :] if "}" in pattern else ""
    beside = parts
    for part in parts:
        if part.startswith(beginning) and last:
            beginning = part[:-1]
    found = complete(case, beginning, beside, last)
    return (found.code, found.sure) if found else None


def _goes_before(case: Case, new: str, parts: tuple[str, ...]) -> str:
    """Return the first assigned part that a note or the chapter puts after the combination."""
    naming = case.book.instructions.naming
    for code in case.assigned:
        if code in parts and (
            naming(code, "code_first", new) or (new[0] == "O" and code[0] != "O")
        ):
            return code
    return ""


def _stem(row: Combination, parts: tuple[str, ...]) -> str:
    pattern = row.result.replace("{type}", parts[0][:3])
    return _PLACEHOLDER.split(pattern)[0].rstrip("-").rstrip(".") + ".-"


def _read(row: Row) -> Combination:
    return Combination(
        id=row["id"],
        parts=tuple(patterns(part) for part in row["parts"].split(" + ")),
        needs=_conditions(row["needs"]),
        unless=_conditions(row["unless"]),
        result=row["result"],
        drops=tuple(row["drops"].split()),
        severity=row["severity"],
        source=row["source"],
        message=row["message"],
    )


def _conditions(cell: str) -> tuple[str, ...]:
    """Return the conditions of a cell: codes as they are, words in small letters."""
    return tuple(
        part if _CODE_LIKE.fullmatch(part) or "{" in part else part.lower()
        for part in (p.strip() for p in cell.split("|"))
        if part
    )
