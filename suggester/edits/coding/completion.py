"""From a heading to a code that may stand on a claim, as far as codes and note tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from suggester.codes.successors import default_leaf
from suggester.edits.coding.gestation import stated_weeks
from suggester.edits.coding.patterns import seventh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from suggester.edits.coding.case import Case

_SIDES = ("right", "left", "bilateral", "both")
_LATER = re.compile(
    r"\b(?:second|third|repeat|return|follow[- ]?up|post-?op(?:erative)?|recheck|re-?check|aftercare)\b|"
    r"\b(?:week|day|month)s? \d+ (?:after|of|since|post)|\b\d+ ?(?:days?|d|weeks?|wks?|months?|mos?) (?:after|since|out|post|ago|status|s/p)|"
    r"\bheal(?:ing|ed)\b|\bcast (?:removed|off|change)|\b(?:suture|staple)s? (?:removal|removed|out)|\bcallus\b|"
    r"\b(?:therapy|rehab) (?:for|after)\b"
)
_LATE_EFFECT = re.compile(
    r"\b(?:sequelae?|late effects?|old (?:injury|fracture|burn)|scar (?:from|of))\b"
)
_HEALING = (
    (re.compile(r"\bnon-?union\b"), "K"),
    (re.compile(r"\bmal-?union\b"), "P"),
    (re.compile(r"\bdelayed (?:healing|union)\b|\bslow to (?:heal|unite)\b"), "G"),
)
_TRIMESTER = re.compile(r"\b(first|second|third|unspecified) trimester\b")
_ORDINAL = {1: "first", 2: "second", 3: "third"}
_SECOND_FROM, _THIRD_FROM = 14, 28


class Completed(NamedTuple):
    """A billable code, and whether code and note leave no doubt about it."""

    code: str
    sure: bool


def complete(
    case: Case, beginning: str, beside: Sequence[str] = (), last: str = ""
) -> Completed | None:
    """Return the billable code below a heading that the encounter documents, or its default.

    Parameters
    ----------
    beginning
        A code, or its first characters.
    beside
        Codes that lend their side and 7th character, such as the parts of a combination.
    last
        The 7th character, where it is given.
    """
    leaves = leaves_below(case, beginning)
    if last:
        leaves = [leaf for leaf in leaves if seventh(leaf) == last] or leaves
    if not leaves:
        return None
    if len(leaves) == 1:
        return Completed(leaves[0], True)
    if case.facts is not None:
        found = case.facts.best(beginning)
        if found is not None and found.code in leaves:
            return Completed(_of_visit(case, found.code, leaves), True)
    for narrow in (_by_trimester, _by_side, _by_visit):
        leaves = narrow(case, leaves, beside) or leaves
    if len(leaves) == 1:
        return Completed(leaves[0], True)
    return Completed(_default(case, beginning, leaves), False)


def leaves_below(case: Case, beginning: str) -> list[str]:
    """Return the billable codes that begin so, in tabular order."""
    codes = case.book.codes
    category = beginning[:3]
    if category not in codes:
        return []
    whole = beginning if beginning in codes else category
    return [leaf for leaf in codes.leaves(whole) if leaf.startswith(beginning)]


def encounter_character(case: Case, choices: Iterable[str]) -> str:
    """Return the 7th character that the note tells among ``choices``; initial by default."""
    low = case.facts.low if case.facts is not None else ""
    known = set(choices)
    if "S" in known and _LATE_EFFECT.search(low):
        return "S"
    for pattern, character in _HEALING:
        if character in known and pattern.search(low):
            return character
    if "D" in known and _LATER.search(low):
        return "D"
    return "A"


def weeks(case: Case) -> int | None:
    """Return the completed weeks of gestation that a Z3A code states."""
    for code in case.assigned:
        if code.startswith("Z3A.") and code[4:].isdigit() and int(code[4:]) >= 8:
            return int(code[4:])
    return None


def trimester_of(case: Case) -> str:
    """Return the trimester that the weeks, the note or another code state; empty where none does."""
    found = weeks(case) or stated_weeks(case)
    if found is not None:
        return _ORDINAL[1 + (found >= _SECOND_FROM) + (found >= _THIRD_FROM)]
    for code in case.assigned:
        match = _TRIMESTER.search(case.book.low_title(code)) if code[0] == "O" else None
        if match is not None and match[1] != "unspecified":
            return match[1]
    return ""


def _by_side(case: Case, leaves: list[str], beside: Sequence[str]) -> list[str]:
    title = case.book.low_title
    for code in beside:
        for side in _SIDES:
            if side in title(code):
                return [leaf for leaf in leaves if side in title(leaf)]
    sided = any(side in title(leaf) for leaf in leaves for side in _SIDES)
    return [leaf for leaf in leaves if "unspecified" in title(leaf)] if sided else []


def _by_trimester(case: Case, leaves: list[str], beside: Sequence[str]) -> list[str]:
    del beside
    found = trimester_of(case)
    return (
        [leaf for leaf in leaves if f"{found} trimester" in case.book.low_title(leaf)]
        if found
        else []
    )


def _by_visit(case: Case, leaves: list[str], beside: Sequence[str]) -> list[str]:
    characters = {seventh(leaf) for leaf in leaves}
    if not characters & set("AD"):
        return []
    lent = [seventh(code) for code in beside if seventh(code) in characters]
    wanted = lent[0] if lent else encounter_character(case, characters)
    return [leaf for leaf in leaves if seventh(leaf) == wanted]


def _of_visit(case: Case, code: str, leaves: list[str]) -> str:
    """Return ``code`` with the 7th character that the note tells."""
    if seventh(code) != "A":
        return code
    forms = {seventh(leaf): leaf for leaf in leaves if leaf[:-1] == code[:-1]}
    return forms.get(encounter_character(case, forms), code)


def _default(case: Case, beginning: str, leaves: list[str]) -> str:
    codes = case.book.codes
    if beginning in codes:
        leaf = default_leaf(beginning, codes)
        if leaf in leaves:
            return leaf
    vague = [leaf for leaf in leaves if "unspecified" in case.book.low_title(leaf)]
    return (vague or leaves)[0]
