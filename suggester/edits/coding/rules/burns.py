"""The extent of burns and corrosions (guideline I.C.19.d.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, WARNING, Alert, Mend
from suggester.edits.coding.patterns import patterns

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_TOTAL = re.compile(
    r"\b(\d{1,2})(?:\.\d)? ?(?:%|percent)(?: of)?(?: (?:his|her|the|total))* (?:tbsa|body surface|bsa)|\btbsa[ :=of]*(\d{1,2}) ?%"
)
_THIRD = re.compile(
    r"(?:all|entirely|solely) (?:third|3rd|full)|(?:third[- ]degree|3rd[- ]degree|full[- ]thickness)[^.;%]{0,20}?(\d{1,2}) ?%|"
    r"(\d{1,2}) ?%[^.;%]{0,12}(?:third|3rd|full)"
)
_BURNS = patterns("T20-T25")
_DEEP = patterns("T20.3- T21.3- T22.3- T23.3- T24.3- T25.3-")
_WORTH = 20


def extent(case: Case) -> Iterator[Alert]:
    """Yield an alert where the body surface that the note states asks for another code of T31, or for one."""
    if case.facts is None or not case.has(_BURNS):
        return
    match = _TOTAL.search(case.facts.low)
    if match is None:
        return
    total = int(match[1] or match[2])
    third = _third_degree(case.facts.low, total)
    right = "T31.0" if total < 10 else f"T31.{total // 10}{min(third, total) // 10}"
    assigned = next((code for code in case.assigned if code.startswith("T31.")), None)
    if not case.book.is_billable(right) or assigned == right:
        return
    if assigned is not None:
        yield Alert(
            "unspecified-in-note",
            ERROR,
            (assigned,),
            f"The note states {total} percent of body surface: {right} ({case.book.title(right)}).",
            "I.C.19.d.6",
            Mend(replace={assigned: right}),
        )
    elif case.has(_DEEP) and total >= _WORTH:
        burn = next(case.having(_DEEP))
        yield Alert(
            "use-additional",
            WARNING,
            (burn,),
            f"With third-degree burns of 20 percent or more of the body surface the extent is coded: {right}.",
            "I.C.19.d.6",
            Mend(add=(right,)),
        )


def _third_degree(low: str, total: int) -> int:
    match = _THIRD.search(low)
    if match is None:
        return 0
    return int(match[1] or match[2] or total)
