"""Codes less precise than the note, or in the place of what it says (guidelines I.B.2, I.B.13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, Alert, Mend
from suggester.edits.coding.patterns import seventh
from suggester.edits.coding.rules.redundant import makes_redundant

if TYPE_CHECKING:
    from suggester.candidates.exclusions import Exclusions
    from suggester.edits.coding.case import Case
    from suggester.edits.coding.note_facts import Documented, NoteFacts

#: Confidence below which a code is not documented.
_UNDOCUMENTED = 0.2
#: Confidence from which the note documents the more precise code.
_PRECISE = 0.65
#: The same where only the side is missing: what is named needs not be worth coding.
_SIDED = 0.02
#: A sibling that the note says takes the place of a code on which it is silent.
_CLEAR, _SILENT, _ALIKE = 0.5, 0.05, 3
#: Codes of which one encounter may have several of a subcategory.
_SEVERAL = ("T", "O", "Z79", "Z8", "Z9", "V", "W", "X", "Y")
#: Codes that other rules judge against the note.
_LINKED = ("V", "W", "X", "Y", "Z0")
_CALLED = {"Z68": "obesity-bmi"}
_DIABETES = ("E08", "E09", "E10", "E11", "E13")


def more_precise(case: Case) -> Iterator[Alert]:
    """Yield an error for each code whose missing detail the note states (I.B.2)."""
    facts = case.facts
    if facts is None:
        return
    exclusions = case.book.exclusions
    # What a rule made of several codes is not to be undone.
    given = {case.book.codes.normalise(code) for code in case.encounter.codes}
    for code in case.assigned:
        if code.startswith(_LINKED) or code not in given:
            continue
        found = _precise(case, facts, exclusions, code)
        if found is None:
            continue
        yield Alert(
            _CALLED.get(code[:3], "unspecified-in-note"),
            ERROR,
            (code,),
            f"The note says {found.code} ({case.book.title(found.code)}), not {code} "
            f"({case.book.title(code)}).",
            "I.B.2; I.B.13" if "side" in case.book.low_title(code) else "I.B.2; IV.D",
            Mend(replace={code: _of_same_visit(case, code, found.code)}),
            evidence=found.places[:2],
        )


def _of_same_visit(case: Case, code: str, other: str) -> str:
    """Return ``other`` with the 7th character of the code it takes the place of."""
    form = other[:-1] + code[-1:]
    same = code[0] in "ST" and seventh(code) != "-" and seventh(other) != "-"
    return form if same and case.book.is_billable(form) else other


def _precise(case: Case, facts: NoteFacts, exclusions: Exclusions, code: str) -> Documented | None:
    """Return what the note documents more precisely than a code, or in its place."""
    mine = facts.confidence(code)
    best: Documented | None = None
    for found in facts.documented.values():
        if not found.named or found.confidence <= mine:
            continue
        if found.confidence < (_SIDED if _only_side(case, code, found.code) else _PRECISE):
            continue
        # What a link makes of two conditions is for the rules of combination to judge.
        if found.derived or exclusions.says_less(found.code, [code]):
            continue
        if _is_other_form(code, found.code):
            continue
        if "without" in case.book.low_title(found.code) and "without" not in case.book.low_title(
            code
        ):
            continue
        if found.code in case.assigned or not case.book.is_billable(found.code):
            continue
        if not (
            exclusions.says_less(code, [found.code])
            or _in_its_place(case, facts, code, found)
            or (
                found.confidence >= _CLEAR
                and mine < _UNDOCUMENTED
                and makes_redundant(found.code, code)
            )
        ):
            continue
        if _stands_against(case, code, found.code):
            continue
        if best is None or found.confidence > best.confidence:
            best = found
    return best


def _is_other_form(code: str, other: str) -> bool:
    """Tell whether two codes differ in what other rules judge: the visit, the fetus, a presumed link."""
    if code[:-1] == other[:-1] and (code[0] in "ST" or code[0] == "O"):
        return True
    if code.startswith("L89"):
        return True
    return (
        code.startswith(_DIABETES)
        and other[:5] in (code[:4] + organ for organ in "123456")
        and other[:6]
        not in (
            code[:4] + "65",
            code[:4] + "64",
        )
    )


def _stands_against(case: Case, code: str, other: str) -> bool:
    """Tell whether an Excludes1 note parts ``other`` from a code that stays beside it."""
    naming = case.book.instructions.naming
    return any(
        naming(other, "excludes1", stays) or naming(stays, "excludes1", other)
        for stays in case.assigned
        if stays != code
    )


def _only_side(case: Case, code: str, other: str) -> bool:
    """Tell whether ``other`` says only the side that ``code`` leaves unspecified."""
    return other[:-1] == code[:-1] and "unspecified" in case.book.low_title(code)


def _in_its_place(case: Case, facts: NoteFacts, code: str, found: Documented) -> bool:
    """Tell whether the note says a sibling of a code that it does not speak for at all."""
    alike = _ALIKE + 2 if code[0] == "R" else _ALIKE
    if (
        found.code[:alike] != code[:alike]
        or found.confidence < _CLEAR
        or facts.confidence(code) > _SILENT
    ):
        return False
    if "unspecified" in case.book.low_title(
        found.code
    ) and "unspecified" not in case.book.low_title(code):
        return False
    return not (
        code.startswith(_SEVERAL)
        or any(other != code and other[:_ALIKE] == code[:_ALIKE] for other in case.assigned)
    )
