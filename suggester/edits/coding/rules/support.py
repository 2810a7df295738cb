"""Chronic conditions that a note only lists (Guidelines III, IV.J)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.candidates.past import CHRONIC
from suggester.edits.coding.alerts import INFORMATION, WARNING, Alert, Mend
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
        named = bool(case.facts.of_category(code[:3]) or case.facts.refusals(code[:3]))
        if not named and _is_chronic(code):
            yield _nowhere(case, code)
            continue
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


def _is_chronic(code: str) -> bool:
    """Tell whether a condition is one that stays, so that a code may be carried over from before."""
    return CHRONIC.match(code) is not None and code[0] not in "FMQ"


def _nowhere(case: Case, code: str) -> Alert:
    return Alert(
        "hcc-support",
        INFORMATION,
        (code,),
        f"No words of the note were found for {code} ({case.book.title(code)}).",
        "III; IV.J",
        Mend(remove=(code,)),
    )
