"""What the note says of how two conditions hang together: ``due to``, ``unrelated to``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_DENIED = re.compile(
    r"\bunrelated\b|\bunconnected\b|\bindependent(?:ly)? of\b|\bno (?:relation|connection|link)\b|"
    r"\b(?:not|never|nor)(?: (?:thought|felt|believed|considered|judged|likely|to be|directly|a))* "
    r"(?:related|due|secondary|caused|attributed|attributable|linked|consequence|complication|from|because|the cause)\b"
)
#: Words that set a condition apart from all others.
_APART = re.compile(
    r"\bunrelated\b|\bseparate(?:ly)? (?:problem|issue|condition|complaint|episode|evaluat|work|address|treat)|"
    r"\bseparate(?:ly)?\b(?! from)|\bdifferent (?:problem|cause|episode|stroke|lesion|site|territory|vessel|organ|side)\b|\bindependent(?:ly)? of\b"
)
_DUE = re.compile(
    r"^[\s,(]*(?:is|was|are|were|which|that|felt|thought|likely|probably|clearly|and|to be|stage|[\dab]+|chronic|now|since|"
    r"attributed|considered|judged|documented|by \w+|per \w+|the|nephrologist|as)*[\s,]*"
    r"\b(?:due to|secondary to|2/2|caused by|from|attributed to|because of|related to|as a result of|resulting from|"
    r"after|following|in the setting of|with(?:in)? known)\b(?P<cause>[^.;\n]{2,80})"
)
_DENIAL = re.compile(r"\b(?:not|nor|non|neither|unrelated to|independent of)\b[ -]")
#: How the causes of presumed links are named, and words for what they lead to.
_ADJECTIVE = {
    "I1": r"\bhypertens|\bhtn\b|\bblood pressure",
    **dict.fromkeys(("E0", "E1"), r"\bdiabet|\bdm\b|\bt[12]dm\b"),
}
_WORDS = {
    "N18": ("ckd", "kidney", "renal", "nephro"),
    "I50": ("heart failure", "hf", "cardiomyopath"),
    "I51": ("heart", "cardiac", "cardiomyopath"),
    "G62": ("neuropath",),
    "G63": ("neuropath",),
    "L97": ("ulcer", "wound"),
    "I73": ("pad", "pvd", "arter", "vascular"),
    "H26": ("cataract",),
    "K31": ("gastropar",),
}
#: How far before or after a condition words about its cause are looked for, in characters.
_NEAR = 70


def places(case: Case, code: str) -> list[tuple[int, int]]:
    """Return where the note names a code or another of its category, refused places included."""
    if case.facts is None:
        return []
    found = case.facts.documented.get(code)
    out = [] if found is None else list(found.places)
    if not out:
        for near in case.facts.of_category(code[:3]):
            out += near.places
    out += [(row.start, row.end) for row in case.facts.refusals(code[:3])]
    return list(dict.fromkeys(out))


def unrelated(case: Case, one: str, other: str) -> bool:
    """Tell whether the note says that two conditions are not one, or not linked."""
    if case.facts is None:
        return False
    first, second = places(case, one), places(case, other)
    if _on_other_sides(case, first, second):
        return True
    for mine, theirs in ((first, second), (second, first)):
        for start, end in mine:
            left, right = case.facts.window(start, end, _NEAR, _NEAR)
            if _APART.search(left) or _APART.search(right):
                return True
            if _DENIED.search(right) and _named_after(theirs, end):
                return True
    return False


def link_denied(case: Case, cause: str, effect: str) -> bool:
    """Tell whether a sentence on the effect denies that the cause is behind it.

    The denial may name the cause by its adjective: "not hypertensive kidney disease".
    """
    if case.facts is None:
        return False
    low = case.facts.low
    words = _WORDS.get(effect[:3], ())
    adjective = _ADJECTIVE.get(cause[:2], "")
    for match in _DENIAL.finditer(low):
        near = low[match.end() : match.end() + _NEAR].split(".")[0]
        if not adjective or not re.search(adjective, near):
            continue
        first = low.rfind(". ", 0, match.start()) + 1
        sentence = low[max(0, first) : match.end() + _NEAR]
        if not words or any(word in sentence for word in words):
            return True
    return False


def _on_other_sides(
    case: Case, first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> bool:
    """Tell whether the note puts one condition on the right only and the other on the left only."""
    assert case.facts is not None
    sides = []
    for spots in (first, second):
        near = " ".join(
            " ".join(case.facts.window(start, end, 25, 0)) + case.facts.text[start:end].lower()
            for start, end in spots
        )
        sides.append(frozenset(re.findall(r"\b(?:right|left)\b", near)))
    return len(sides[0]) == len(sides[1]) == 1 and sides[0] != sides[1]


def attributed_elsewhere(case: Case, effect: str, cause: str) -> bool:
    """Tell whether the note names another cause for ``effect`` than ``cause``."""
    if case.facts is None:
        return False
    causes = places(case, cause)
    for start, end in places(case, effect):
        _, right = case.facts.window(start, end, 0, 120)
        match = _DUE.match(right)
        if match is None:
            continue
        first = end + match.start("cause") - 2
        last = end + match.end("cause") + 4
        if not any(first <= place < last for place, _ in causes):
            return True
    return False


def on_other_sides(case: Case, one: str, other: str) -> bool:
    """Tell whether the titles of two codes name different sides, so that both conditions are there."""
    mine, theirs = case.book.low_title(one), case.book.low_title(other)
    return ("right" in mine and "left" in theirs) or ("left" in mine and "right" in theirs)


def _named_after(theirs: list[tuple[int, int]], end: int) -> bool:
    return any(end <= start <= end + _NEAR for start, _ in theirs)
