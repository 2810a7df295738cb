"""Chronic conditions that a note only lists (Guidelines III, IV.J)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import WARNING, Alert, Mend
from suggester.edits.coding.links import places
from suggester.edits.coding.risk import categories, support_of

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case


def unsupported(case: Case) -> Iterator[Alert]:
    """Yield a warning for each risk-adjusted condition that stands only in a list of the note."""
    if case.facts is None:
        return
    for code in case.assigned:
        if code[0] in "SZ" or not categories(code):
            continue
        support = support_of(case, code)
        if not support.only_listed or support.elements:
            continue
        yield Alert(
            "hcc-support",
            WARNING,
            (code,),
            f"{code} ({case.book.title(code)}) stands only in a list of the note: nothing says that it was "
            "monitored, evaluated, assessed or treated.",
            "III; IV.J",
            Mend(remove=(code,)),
            evidence=tuple(places(case, code)[:2]),
        )
