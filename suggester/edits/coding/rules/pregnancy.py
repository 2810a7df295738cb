"""Weeks of gestation and trimester (guidelines I.C.15.a.3, I.C.21.c.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, Alert, Mend
from suggester.edits.coding.completion import trimester_of, weeks
from suggester.edits.coding.gestation import stated_weeks
from suggester.edits.coding.patterns import match_any, patterns

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_TRIMESTER = re.compile(r"\b(first|second|third|unspecified) trimester\b")
#: Codes that take no weeks: abortive outcome, the time after birth.
_NO_WEEKS = patterns("O00-O08 O85-O92 O94")
_ASKING = patterns("O09-O16 O20-O48 O60-O77 O98-O9A Z34.- Z36.-")
_UNSPECIFIED = "Z3A.00"


def gestation(case: Case) -> Iterator[Alert]:
    """Yield errors for weeks that are missing or wrong, and for trimesters that contradict them."""
    assigned = next((code for code in case.assigned if code.startswith("Z3A.")), None)
    chapter = [code for code in case.assigned if match_any(_ASKING, code)]
    if assigned is None and not chapter:
        return
    stated = stated_weeks(case)
    if stated is not None and chapter and not case.has(_NO_WEEKS):
        right = _weeks_code(case, stated)
        if right and assigned is None and not _after_birth(case):
            yield Alert(
                "trimester-weeks",
                ERROR,
                (chapter[0],),
                f"The note documents {stated} weeks of gestation: {right} is added.",
                "I.C.21.c.11; Tabular, chapter 15: Use additional",
                Mend(add=(right,)),
            )
        elif right and assigned is not None and assigned != right:
            yield Alert(
                "trimester-weeks",
                ERROR,
                (assigned,),
                f"The note documents {stated} completed weeks of gestation: {right}.",
                "I.C.21.c.11",
                Mend(replace={assigned: right}),
            )
    yield from _trimesters(case, chapter, stated if assigned is None else weeks(case) or stated)


def _trimesters(case: Case, chapter: list[str], known: int | None) -> Iterator[Alert]:
    wanted = (
        trimester_of(case)
        if known is None
        else ("first", "second", "third")[(known >= 14) + (known >= 28)]
    )
    if not wanted or known is None:
        return
    for code in chapter:
        match = _TRIMESTER.search(case.book.low_title(code))
        if (
            match is None
            or match[1] == wanted
            or len(_TRIMESTER.findall(case.book.low_title(code))) > 1
        ):
            continue
        new = _other_trimester(case, code, match[1], wanted)
        if new:
            yield Alert(
                "trimester-weeks",
                ERROR,
                (code,),
                f"{known} weeks are the {wanted} trimester: {new}, not {code}.",
                "I.C.15.a.3",
                Mend(replace={code: new}),
            )


def _other_trimester(case: Case, code: str, old: str, new: str) -> str:
    title = case.book.low_title(code).replace(f"{old} trimester", f"{new} trimester")
    return next(
        (leaf for leaf in case.book.codes.leaves(code[:3]) if case.book.low_title(leaf) == title),
        "",
    )


def _after_birth(case: Case) -> bool:
    return case.says(("postpartum", "after delivery"))


def _weeks_code(case: Case, number: int) -> str:
    code = "Z3A.01" if number < 8 else f"Z3A.{number:02d}"
    return code if case.book.is_billable(code) else ""
