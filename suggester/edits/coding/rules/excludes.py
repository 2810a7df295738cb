"""Excludes1 and Excludes2 notes of the Tabular List (guideline I.A.12)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, INFORMATION, Alert, Mend
from suggester.edits.coding.choosing import is_tie, weaker
from suggester.edits.coding.links import on_other_sides, unrelated

if TYPE_CHECKING:
    from suggester.codes.instructions import Instruction
    from suggester.edits.coding.case import Case


def excludes1(case: Case) -> Iterator[Alert]:
    """Yield an error for each pair that an Excludes1 note parts."""
    for one, other, note, both in _pairs(case, "excludes1"):
        if unrelated(case, one, other) or on_other_sides(case, one, other):
            continue
        out = weaker(case, one, other, note)
        kept = other if out == one else one
        mend = Mend(remove=(out,))
        if both and is_tie(case, one, other):
            mend = Mend(query=_question(case, one, other))
        yield Alert(
            "excludes1",
            ERROR,
            (out, kept),
            f"{one} excludes {other}: under {note.heading} the Tabular List says "
            f'"{note.words}" (Excludes1); keep both only where the two are clearly unrelated.',
            f"Tabular List, {note.heading}: Excludes1; I.A.12.a",
            mend,
        )


def excludes2(case: Case) -> Iterator[Alert]:
    """Yield a remark for each pair that an Excludes2 note lets stand where both are documented.

    The notes of whole chapters, which speak of all other chapters, are left out.
    """
    for one, other, note, _ in _pairs(case, "excludes2"):
        if note.heading.isdigit():
            continue
        yield Alert(
            "excludes2",
            INFORMATION,
            (one, other),
            f"{other} is not part of {one}: both may stand where both are documented "
            f'(under {note.heading}: "{note.words}").',
            f"Tabular List, {note.heading}: Excludes2; I.A.12.b",
        )


def _pairs(case: Case, kind: str) -> Iterator[tuple[str, str, Instruction, bool]]:
    """Yield pairs with the note that parts them, and whether the notes part them both ways."""
    naming = case.book.instructions.naming
    for one, other in combinations(case.assigned, 2):
        there, back = naming(one, kind, other), naming(other, kind, one)
        if there is not None:
            yield one, other, there, back is not None
        elif back is not None:
            yield other, one, back, False


def _question(case: Case, one: str, other: str) -> str:
    title = case.book.title
    return (
        f"The record supports both {title(one)} and {title(other)}, which the classification does not "
        "report together. Please clarify the diagnosis: "
        f"{title(one)}; {title(other)}; two unrelated conditions; other, please specify; unable to determine."
    )
