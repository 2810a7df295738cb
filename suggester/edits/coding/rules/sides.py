"""Laterality: codes that contradict each other or the note (guideline I.B.13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, Alert, Mend

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_SIDE = re.compile(r"\b(right|left|bilateral|both)\b")
#: What a title of one side says after the side and that of both leaves out.
_PLACE = re.compile(r"\b(?:eyes?|ears?|sides?|knees?|hips?|shoulders?|unilateral)\b")
_BILATERAL = "bilateral"
_OTHER = {"right": "left", "left": "right"}


def laterality(case: Case) -> Iterator[Alert]:
    """Yield an error for each code of a side that another code or the note contradicts."""
    stems = {code: _stem(case, code) for code in case.assigned}
    for one, other in combinations(case.assigned, 2):
        (stem, side), (stem2, side2) = stems[one], stems[other]
        if not side or not side2 or stem != stem2:
            continue
        if side == side2:
            continue
        if _BILATERAL in (side, side2):
            single = one if side2 == _BILATERAL else other
            both = other if single == one else one
            yield Alert(
                "laterality",
                ERROR,
                (single, both),
                f"{both} already says both sides; {single} is not added.",
                "I.B.13",
                Mend(remove=(single,)),
            )
        elif both := _bilateral(case, one, stem):
            yield Alert(
                "laterality",
                ERROR,
                (one, other),
                f"Right and left together are one code: {both} ({case.book.title(both)}).",
                "I.B.13",
                Mend(replace={one: both}, remove=(other,)),
            )
    yield from _against_note(case)


def _against_note(case: Case) -> Iterator[Alert]:
    """Yield the codes of one side where the note names only the other."""
    facts = case.facts
    if facts is None:
        return
    for code in case.assigned:
        stem, side = _stem(case, code)
        if side not in ("right", "left", "bilateral") or facts.confidence(code) >= 0.2:
            continue
        # One code for each side: the two conditions differ in more than the side.
        if any(
            other[:3] == code[:3] and _stem(case, other)[1] == _OTHER.get(side)
            for other in case.assigned
        ):
            continue
        for found in facts.of_category(code[:3]):
            if found.confidence < 0.3:
                break
            other_stem, other_side = _stem(case, found.code)
            if (
                other_stem == stem
                and other_side in ("right", "left", "bilateral")
                and other_side != side
            ):
                if found.code in case.assigned:
                    continue
                yield Alert(
                    "laterality",
                    ERROR,
                    (code,),
                    f"{code} says {side}, the note says {other_side}: {found.code}.",
                    "I.B.13",
                    Mend(replace={code: found.code}),
                    evidence=found.places[:2],
                )
                break


def _stem(case: Case, code: str) -> tuple[str, str]:
    """Return a code's title without its side, and the side; both empty where it names none."""
    return _parted(code[:3], case.book.low_title(code))


@lru_cache(maxsize=50_000)
def _parted(category: str, title: str) -> tuple[str, str]:
    sides = _SIDE.findall(title)
    if len(sides) != 1:
        return "", ""
    side = "bilateral" if sides[0] == "both" else sides[0]
    bare = _PLACE.sub("", _SIDE.sub("", title))
    return category + " ".join(map(_singular, bare.replace(",", " ").split())), side


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _bilateral(case: Case, code: str, stem: str) -> str:
    for leaf in case.book.codes.leaves(code[:3]):
        if leaf[:4] == code[:4] and _stem(case, leaf) == (stem, _BILATERAL):
            return leaf
    return ""
