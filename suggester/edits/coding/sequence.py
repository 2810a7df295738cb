"""Claim order: what must stand first, what never may, and what goes before what (II; I.A.13; IV.G)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.codes.named_codes import intent_of
from suggester.edits.coding.alerts import ERROR, WARNING, Alert, Mend
from suggester.edits.coding.links import places
from suggester.edits.coding.patterns import PatternIndex, match_any, patterns
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_ELSEWHERE = "in diseases classified elsewhere"
#: Conditions that seldom occasion a stay or an emergency visit, and acute ones that do.
_BACKGROUND = patterns(
    "I10 E11.9 E78.- F17.- E66.- E03.9 K21.9 F32.A F41.9 Z79.- Z87.- Z86.- M81.0 E55.9 N40.0 G47.33"
)
_ACUTE = patterns(
    "N17.- J12-J18 A40-A41 I21.- I26.- I60-I63 K35.- K85.- K81.0 J96.0- J96.2- J44.0 J44.1 N10 K56.- K92.2 "
    "S02.- S06.- S12.- S22.- S32.- S42.- S52.- S62.- S72.- S82.- S92.- S01.- S61.- S81.- S91.- G45.9 I82.4- T78.2-"
)
_REASON = re.compile(
    r"\b(?:admitted (?:only )?(?:for|with|because of|due to)|(?:presents?|presented|here|seen|comes|visit|referred|brought) "
    r"(?:today )?(?:for|with|because of)|reason for (?:visit|admission|encounter)[: ]|chief complaint[: ]|principal diagnosis[: ]|"
    r"cc:|final diagnosis[: ])",
    re.IGNORECASE,
)
#: How far behind such words the reason stands, in characters.
_REACH = 45
#: What a note says that speaks of adverse effects only, and the character that makes a code one.
_OF_ADVERSE, _ADVERSE = "adverse effect", "5"
_CAUSES = ("V", "W", "X", "Y")


def in_claim_order(case: Case) -> tuple[str, ...]:
    """Return the codes in claim order: as assigned, external causes last, place and activity behind."""
    causes = [code for code in case.assigned if code[0] in _CAUSES]
    others = [code for code in case.assigned if code[0] not in _CAUSES]
    return (*others, *causes)


def reason_for_first(case: Case) -> str:
    """Say why the first code stands first."""
    if not case.assigned:
        return ""
    first = case.assigned[0]
    if row := first_only(first):
        return f"{first} may only be listed first ({row['source']})."
    for other in case.assigned[1:]:
        if line := case.book.instructions.naming(other, "code_first", first):
            return f"{first} goes before {other} (Tabular List, {line.heading}: Code first)."
    if case.inpatient:
        return f"{first} is assigned as the condition chiefly responsible for the admission (II)."
    return f"{first} is assigned as the main reason for the visit (IV.G)."


def first_only(code: str) -> Row | None:
    """Return the row that lets a code stand only first, if there is one."""
    return next(iter(_first_only().rows(code)), None)


def never_first(code: str) -> Row | None:
    """Return the row that keeps a code from standing first, if there is one."""
    return next(iter(_never_first().rows(code)), None)


def etiology_first(case: Case) -> Iterator[Alert]:
    """Yield an error for each pair in the wrong order by a code-first note (I.A.13)."""
    naming = case.book.instructions.naming
    for place, code in enumerate(case.assigned):
        for other in case.assigned[place + 1 :]:
            line = naming(code, "code_first", other)
            if line is None or naming(other, "code_first", code):
                continue
            if _OF_ADVERSE in line.words.lower() and intent_of(code) != _ADVERSE:
                continue
            manifestation = _ELSEWHERE in case.book.low_title(code)
            yield Alert(
                "manifestation-first" if manifestation and place == 0 else "code-first",
                ERROR,
                (other, code),
                f"{other} is sequenced before {code}: under {line.heading} the Tabular List says code "
                f'first "{line.words}".',
                f"Tabular List, {line.heading}: Code first; I.A.13",
                Mend(first=other, before=code),
            )


def reason_for_visit(case: Case) -> Iterator[Alert]:
    """Yield a warning where the note names as reason for the visit another code than the first."""
    facts = case.facts
    if facts is None or len(case.assigned) < 2:
        return
    first = case.assigned[0]
    if first_only(first) or first[0] in "OPZ" or case.assigned[0][:3] == "R65":
        return
    reasons = [match.end() for match in _REASON.finditer(facts.text)]
    if not reasons:
        return
    for code in case.assigned:
        found = facts.documented.get(code)
        if found is None or not found.named:
            continue
        if not any(0 <= start - end <= _REACH for start, _ in found.places for end in reasons):
            continue
        if code == first:
            return
        if never_first(code) or code[0] in (*_CAUSES, "R", "Z", "T") or _bound(case, first, code):
            continue
        yield Alert(
            "sequence",
            WARNING,
            (code, first),
            f"The note names {code} ({case.book.title(code)}) as the reason for the "
            + (
                "admission; it is the principal diagnosis."
                if case.inpatient
                else "visit; it is listed first."
            ),
            "II" if case.inpatient else "IV.G",
            Mend(first=code),
        )
        return


def acute_first(case: Case) -> Iterator[Alert]:
    """Yield a warning where a long-standing condition stands before what brought the patient in."""
    if case.encounter.setting == "outpatient" or len(case.assigned) < 2:
        return
    first = case.assigned[0]
    if not match_any(_BACKGROUND, first):
        return
    acute = next(case.having(_ACUTE), "")
    if not acute or (case.facts is not None and not places(case, acute)):
        return
    yield Alert(
        "sequence",
        WARNING,
        (acute, first),
        f"{acute} ({case.book.title(acute)}) rather than {first} occasioned the encounter; it is listed first.",
        "II" if case.inpatient else "IV.G",
        Mend(first=acute),
    )


def _bound(case: Case, first: str, code: str) -> bool:
    """Tell whether a note of the Tabular List puts ``first`` before ``code``."""
    return case.book.instructions.naming(code, "code_first", first) is not None


def first_listed(case: Case) -> Iterator[Alert]:
    """Yield an error where the first-listed code may not stand first, or one that must does not."""
    if not case.assigned:
        return
    first = case.assigned[0]
    must = [code for code in case.assigned if first_only(code)]
    for code in must:
        row = first_only(code)
        if row is None or code == first or first_only(first) or row["severity"] == "information":
            continue
        yield Alert(
            "z-first-only",
            row["severity"],
            (code, first),
            f"{code} ({case.book.title(code)}) may only be listed first."
            + (f" Unless: {row['exception']}." if row["exception"] else ""),
            row["source"],
            Mend(first=code),
            row["id"],
        )
        return
    row = never_first(first)
    manifestation = _ELSEWHERE in case.book.low_title(first)
    if row is None and not manifestation:
        return
    lead = next((c for c in case.assigned[1:] if _may_lead(case, c)), None)
    rule = (
        "manifestation-first"
        if manifestation
        else "external-cause"
        if first[0] in _CAUSES
        else "sequence"
    )
    after = row["goes_after"] if row is not None else "the underlying disease"
    if lead is None and len(case.assigned) > 1 and row is not None and row["group"] == "status":
        return
    if (
        lead is None
        and row is not None
        and row["group"] in ("status", "history", "social determinant")
    ):
        return
    yield Alert(
        rule,
        ERROR if row is None else row["severity"],
        (first, lead) if lead else (first,),
        f"{first} ({case.book.title(first)}) is never listed first; it goes after {after}.",
        row["source"] if row is not None else "I.A.13",
        Mend(first=lead)
        if lead
        else Mend(query=_which_cause(case, first) if manifestation else ""),
        row["id"] if row is not None else "",
    )


def _may_lead(case: Case, code: str) -> bool:
    return never_first(code) is None and _ELSEWHERE not in case.book.low_title(code)


def _which_cause(case: Case, code: str) -> str:
    return (
        f"The record documents {case.book.title(code)}. Please document the underlying condition, if known: "
        "________; other, please specify; unable to determine."
    )


@lru_cache(maxsize=1)
def _first_only() -> PatternIndex[Row]:
    return PatternIndex((patterns(row["pattern"]), row) for row in rule_table("first_only"))


@lru_cache(maxsize=1)
def _never_first() -> PatternIndex[Row]:
    return PatternIndex((patterns(row["pattern"]), row) for row in rule_table("never_first"))
