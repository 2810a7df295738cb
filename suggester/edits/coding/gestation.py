"""The weeks of gestation that a note states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_WEEKS = re.compile(
    r"\b(\d{1,2}) ?(?:\+ ?\d| [0-6]/7\b|(?:weeks?|wks?|w(?=\d))(?:\b|(?=\d ?d\b))(?: (?:and )?\d days?|[, ]*\d ?d\b)?|w\b)",
)
_EXACT = re.compile(
    r"\b(\d{1,2}) ?(?:w ?[0-6] ?d\b|\+ ?[0-6]\b| [0-6]/7\b|weeks? (?:and )?[0-6] days?)"
)
_GESTATION = re.compile(
    r"pregnan|gestat|\biup\b|\bedd\b|\bega\b|\bg\dp\d|fundal|fetal|antenatal|prenatal|trimester|obstet"
)
_AFTER = re.compile(
    r"post-?partum|after (?:delivery|birth|cesarean)|ago|since|-old|\bold\b|history|until|recheck|return|in \d"
)
_LEAST, _MOST = 4, 42


def stated_weeks(case: Case) -> int | None:
    """Return the completed weeks of gestation that the note states, if it states one number."""
    if case.facts is None or case.encounter.sex == "M":
        return None
    low = case.facts.low
    if not _GESTATION.search(low) and not any(code[0] == "O" for code in case.assigned):
        return None
    found = []
    # Weeks with days tell the age of this pregnancy better than a round number.
    exact = [int(match[1]) for match in _EXACT.finditer(low)]
    if exact and len(set(exact)) == 1 and _LEAST <= exact[0] <= _MOST:
        return exact[0]
    for match in _WEEKS.finditer(low):
        number = int(match[1])
        around = low[max(0, match.start() - 25) : match.end() + 22]
        if _LEAST <= number <= _MOST and not _AFTER.search(around):
            found.append(number)
    return found[0] if found and len(set(found)) == 1 else None
