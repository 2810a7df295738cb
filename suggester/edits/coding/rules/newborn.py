"""The newborn examination by age in days (Tabular List, Z00.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, Alert, Mend

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(),
        1,
    )
}
_AGE = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})[- ](day|week|month)s?[- ](?:of age|old)\b")
_LIFE = re.compile(r"\b(?:dol|day of life)[ #:]*(\d{1,2})\b|\b(\d{1,2}) days? of life\b")
_UNDER_8, _TO_28, _CHILD = "Z00.110", "Z00.111", "Z00.129"
_VISITS = (_UNDER_8, _TO_28, _CHILD, "Z00.121")
_DAYS = {"day": 1, "week": 7, "month": 30}
_WEEK, _MONTH = 8, 28


def newborn_visit(case: Case) -> Iterator[Alert]:
    """Yield an error where the age in days asks for another examination code."""
    code = next((c for c in case.assigned if c in _VISITS), None)
    if code is None or case.facts is None or (case.encounter.age or 0) > 0:
        return
    if match := _AGE.search(case.facts.low):
        days = (_NUMBERS.get(match[1]) or int(match[1])) * _DAYS[match[2]]
    elif match := _LIFE.search(case.facts.low):
        days = int(match[1] or match[2])
    else:
        return
    right = _UNDER_8 if days < _WEEK else _TO_28 if days <= _MONTH else _CHILD
    if right == code or (right == _CHILD and code.startswith("Z00.12")):
        return
    yield Alert(
        "age",
        ERROR,
        (code,),
        f"At {match[0]} the examination is {right} ({case.book.title(right)}).",
        "Tabular List, Z00.11, Z00.12",
        Mend(replace={code: right}),
    )
