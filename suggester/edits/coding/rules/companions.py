"""Use additional code and code also: the companion that a note of the Tabular List asks for (I.A.17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from suggester.codes.named_codes import intent_of
from suggester.edits.coding.alerts import ERROR, INFORMATION, WARNING, Alert, Mend
from suggester.edits.coding.patterns import seventh
from suggester.edits.coding.rules.redundant import says_nothing_new
from suggester.edits.coding.sequence import first_only

if TYPE_CHECKING:
    from suggester.codes.instructions import Instruction
    from suggester.edits.coding.case import Case
    from suggester.edits.coding.note_facts import Documented

#: Confidence from which the note documents a companion well enough to ask for it.
_DOCUMENTED = 0.22
#: The same for a status, which coders often leave out though it is documented.
_STATUS = 0.035
#: A companion that is asked for only where there is one.
_OPTIONAL = re.compile(
    r"if applicable|if known|any associated|if any|if appropriate|if desired|if present|when applicable"
)
#: Why a drug was taken less than prescribed, and the character of a code that says so.
_UNDERDOSED, _UNDERDOSING = "Z91.1", "6"
#: Agents, which a sepsis code names itself; dementias; reasons for a visit of their own.
_AGENTS, _SEPSIS, _DEMENTIA, _FOLLOW_UP = ("B95", "B96"), ("A40", "A41"), "F02", ("Z08", "Z09")
_ELSEWHERE = "in diseases classified elsewhere"
#: Confidence from which a cause is documented.
_NAMED, _TOLD = 0.35, 0.35
#: Codes that say themselves how it came about.
_SELF_TOLD = tuple(f"T{number}" for number in range(36, 66))
_DRUG_STATUS, _BMI, _CAUSE = "Z79", "Z68", ("V", "W", "X", "Y")
_ALSO = "code_also"
#: The level of alcohol in the blood is a companion of the use, no cause of an injury.
_LEVEL = "Y90"
_CALLED = {"use_additional": "use-additional", _ALSO: "code-also"}
_SAID = {"use_additional": "Use additional", _ALSO: "Code also"}


def companions(case: Case) -> Iterator[Alert]:
    """Yield a warning where the note documents the companion, a remark where there is no note."""
    eligible = [] if case.facts is None else _eligible(case)
    for code in case.assigned:
        if case.facts is None:
            yield from _asked(case, code)
            continue
        for kind in _CALLED if eligible else ():
            for line in case.book.instructions.of(code, kind):
                if not line.named or line.covers(code) or any(map(line.covers, case.assigned)):
                    continue
                found = _documented(case, line, eligible)
                if found is not None:
                    yield _missing(case, code, line, found)


def _asked(case: Case, code: str) -> Iterator[Alert]:
    """Yield a remark for each note of a code's own category that asks for a companion outright."""
    groups: dict[tuple[str, str], list[Instruction]] = {}
    for line in case.book.instructions.of(code, "use_additional"):
        if line.heading[:3] == code[:3] and "-" not in line.heading:
            groups.setdefault((line.heading, line.intro or line.text), []).append(line)
    for (heading, intro), lines in groups.items():
        named = [line for line in lines if line.named]
        if not named or _OPTIONAL.search(intro):
            continue
        if any(line.covers(other) for line in named for other in case.assigned):
            continue
        listed = "; ".join(line.text for line in named if line.text != intro)
        yield Alert(
            _CALLED["use_additional"],
            INFORMATION,
            (code,),
            f"Under {heading} the Tabular List asks: use additional {intro} {listed}".strip() + ".",
            f"Tabular List, {heading}: Use additional",
        )


def etiology_missing(case: Case) -> Iterator[Alert]:
    """Yield an error for a manifestation whose underlying disease the note names and the set lacks."""
    if case.facts is None:
        return
    eligible = [one for one in _eligible(case) if one.confidence >= _NAMED]
    if not eligible:
        return
    for code in case.assigned:
        lines = [line for line in case.book.instructions.of(code, "code_first") if line.named]
        if not lines or any(
            line.covers(other) for line in lines for other in case.assigned if other != code
        ):
            continue
        found = [b for line in lines if (b := _documented(case, line, eligible)) is not None]
        if not found:
            continue
        best = max(found, key=lambda one: one.confidence)
        yield Alert(
            "manifestation-first" if _ELSEWHERE in case.book.low_title(code) else "code-first",
            ERROR,
            (code,),
            f"{code} ({case.book.title(code)}) is coded after its cause, which the note documents: "
            f"{best.code} ({case.book.title(best.code)}).",
            f"Tabular List, {code[:3]}: Code first; I.A.13",
            Mend(add=(best.code,), first=best.code, before=code),
            evidence=best.places[:2],
        )


def external_causes(case: Case) -> Iterator[Alert]:
    """Yield a remark where the note says how a new injury happened and no code does (I.C.20).

    No national rule asks for an external cause; payers and states do.
    """
    injury = next(
        (
            c
            for c in case.assigned
            if c[0] in "ST" and seventh(c) in "ABC" and not c.startswith(_SELF_TOLD)
        ),
        "",
    )
    if (
        not injury
        or case.facts is None
        or any(c[0] in "VWX" or c.startswith("Y0") for c in case.assigned)
    ):
        return
    told = [
        found
        for found in case.facts.documented.values()
        if found.code[0] in "VWX"
        and found.confidence >= _TOLD
        and found.named
        and case.book.is_billable(found.code)
    ]
    if not told:
        return
    best = max(told, key=lambda found: found.confidence)
    yield Alert(
        "external-cause",
        INFORMATION,
        (injury,),
        f"The note says how the injury happened: {best.code} ({case.book.title(best.code)}).",
        "I.C.20.a",
        Mend(add=(best.code,)),
        evidence=best.places[:2],
    )


def _missing(case: Case, code: str, line: Instruction, found: Documented) -> Alert:
    return Alert(
        _rule(line, found.code),
        WARNING,
        (code,),
        f"The note documents {found.code} ({case.book.title(found.code)}), which {line.heading} asks for "
        f'beside {code}: "{line.words}".',
        f"Tabular List, {line.heading}: {_SAID[line.kind]}",
        Mend(add=(found.code,), after="" if found.code[0] in "ZY" or line.kind == _ALSO else code),
        evidence=found.places[:2],
    )


def _eligible(case: Case) -> list[Documented]:
    """Return what the note documents and the set lacks, most probable first."""
    assert case.facts is not None
    found = [
        one
        for one in case.facts.documented.values()
        if one.confidence >= (_STATUS if one.code[0] == "Z" else _DOCUMENTED)
        and one.named
        and not one.derived
        and one.code not in case.assigned
        and (one.code[0] not in _CAUSE or one.code.startswith(_LEVEL))
        and case.book.is_billable(one.code)
        and not _stands_against(case, one.code)
        and not says_nothing_new(case, one.code)
        and not _out_of_place(case, one.code)
    ]
    return sorted(found, key=lambda one: -one.confidence)


def _documented(case: Case, line: Instruction, eligible: Sequence[Documented]) -> Documented | None:
    """Return the most probable of what a line names."""
    for found in eligible:
        if not line.covers(found.code):
            continue
        same = any(other[:3] == found.code[:3] for other in case.assigned)
        if not same or line.heading[:3] == found.code[:3]:
            return found
    return None


def _out_of_place(case: Case, code: str) -> bool:
    """Tell whether a code has no place in the set: a body mass in pregnancy, a reason for another visit."""
    if code.startswith(_BMI) and any(other[0] == "O" for other in case.assigned):
        return True
    if code.startswith(_UNDERDOSED):
        return not any(intent_of(other) == _UNDERDOSING for other in case.assigned)
    if code.startswith(_AGENTS):
        return any(other.startswith(_SEPSIS) for other in case.assigned)
    if code.startswith(_DEMENTIA):
        return any(other.startswith(("F01", "F02", "F03")) for other in case.assigned)
    return code.startswith(_FOLLOW_UP) or first_only(code) is not None


def _stands_against(case: Case, code: str) -> bool:
    """Tell whether a code may not stand beside the assigned ones."""
    naming = case.book.instructions.naming
    return any(
        naming(code, "excludes1", other) or naming(other, "excludes1", code)
        for other in case.assigned
    )


def _rule(line: Instruction, code: str) -> str:
    if code.startswith(_DRUG_STATUS):
        return "drug-status"
    if code.startswith(_BMI):
        return "obesity-bmi"
    return _CALLED[line.kind]
