"""Validity: in the code set on the date of service, complete to the last character (I.B.2)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, INFORMATION, Alert, Mend
from suggester.edits.coding.completion import complete, encounter_character, leaves_below
from suggester.edits.coding.patterns import seventh
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_SEVENTH = 7
_SOURCE = "ICD-10-CM code set; I.B.2"


def validity(case: Case) -> Iterator[Alert]:
    """Yield an error for each code that is unknown, incomplete or not in force."""
    for code in case.assigned:
        if code not in case.book.codes:
            yield _unknown(case, code)
        elif not case.book.codes.is_billable(code):
            if not _was_billable(case, code):
                yield _incomplete(case, code)
        elif (day := case.encounter.date) is not None:
            yield from _dates(code, day)
    yield from _release(case)


def _unknown(case: Case, code: str) -> Alert:
    name = case.book.codes.release.name
    if (row := _retired().get(code)) is not None:
        return _retired_alert(case, code, row)
    if repaired := _repaired(case, code):
        new, why = repaired
        return Alert(
            "validity", ERROR, (code,), why, "I.A.4; I.A.5; I.B.2", Mend(replace={code: new})
        )
    from suggester.codes.nearest import nearest_codes

    near = nearest_codes(code, case.book.codes.codes)
    hint = f" Nearest: {', '.join(near)}." if near else ""
    return Alert(
        "validity", ERROR, (code,), f"{code} is not a code of ICD-10-CM {name}.{hint}", _SOURCE
    )


def _retired_alert(case: Case, code: str, row: Row) -> Alert:
    successors = row["successors"].split()
    new = next(
        (s for s in successors if case.facts and case.facts.confidence(s) > 0), successors[0]
    )
    instead = f" Now: {', '.join(successors)}." if successors else ""
    found = complete(case, new) if successors else None
    mend = Mend(replace={code: found.code}) if found else Mend()
    return Alert(
        "validity",
        ERROR,
        (code,),
        f"{code} was deleted on {row['ended']}.{instead}",
        row["source"],
        mend,
        row["id"],
    )


def _repaired(case: Case, code: str) -> tuple[str, str] | None:
    """Return the code that was meant, and what was wrong with how it was written."""
    bare = code.replace(".", "")
    same = [
        leaf
        for leaf in leaves_below(case, code[:3])
        if leaf.replace(".", "").replace("X", "") == bare.replace("X", "")
    ]
    if same:
        return same[0], f"{code} lacks the placeholder X before its last character: {same[0]}."
    for length in range(len(bare) - 1, 2, -1):
        shorter = case.book.codes.normalise(bare[:length])
        if shorter not in case.book.codes:
            continue
        if case.book.codes.is_billable(shorter):
            return shorter, f"{shorter} is complete; {code} has a character too many."
        forms = {seventh(leaf): leaf for leaf in leaves_below(case, shorter)}
        if len(bare) == _SEVENTH and "A" in forms and length == _SEVENTH - 1:
            new = forms[encounter_character(case, forms)]
            return (
                new,
                f"{bare[-1]} is not a 7th character of {shorter}: {', '.join(sorted(forms))}.",
            )
        return None
    return None


def _incomplete(case: Case, code: str) -> Alert:
    injuries = [other for other in case.assigned if other[0] in "ST"] if code[0] in "VWXY" else ()
    found = complete(case, code, injuries)
    characters = case.book.codes.seventh_characters(code)
    missing = (
        "a 7th character"
        if characters
        and all(
            case.book.codes.is_seventh_character_form(child)
            for child in case.book.codes.children(code)
        )
        else "further characters"
    )
    message = f"{code} is a heading and needs {missing}"
    if found is None:
        return Alert("validity", ERROR, (code,), message + ".", _SOURCE)
    how = (
        "the note documents"
        if found.sure and case.facts
        else "the default is"
        if not found.sure
        else "the only one is"
    )
    return Alert(
        "validity",
        ERROR,
        (code,),
        f"{message}: {how} {found.code} ({case.book.title(found.code)}).",
        _SOURCE,
        Mend(replace={code: found.code}),
    )


def _dates(code: str, day: datetime.date) -> Iterator[Alert]:
    row = _added().get(code)
    if row is None or day >= datetime.date.fromisoformat(row["from"]):
        return
    before = row["before"]
    yield Alert(
        "validity",
        ERROR,
        (code,),
        f"{code} came into force on {row['from']}, after the date of service {day}."
        + (f" Before it: {before}." if before else ""),
        row["source"],
        Mend(replace={code: before}) if before and " " not in before else Mend(),
        row["id"],
    )


def _was_billable(case: Case, code: str) -> bool:
    """Tell whether a heading was a code of its own on the date of service."""
    day = case.encounter.date
    if day is None:
        return False
    rows = [_added().get(leaf) for leaf in case.book.codes.leaves(code)]
    return bool(rows) and all(
        row is not None and row["before"] == code and day < datetime.date.fromisoformat(row["from"])
        for row in rows
    )


def _release(case: Case) -> Iterator[Alert]:
    day, release = case.encounter.date, case.book.codes.release
    if day is None or not case.assigned or release.in_force(day):
        return
    if day < release.effective_from and release.effective_from - day < datetime.timedelta(days=183):
        return
    yield Alert(
        "validity",
        INFORMATION,
        case.assigned,
        f"ICD-10-CM {release.name} is not the release of {day}; codes added or deleted between are "
        "not noticed. Import that release with: suggester codes import.",
        "45 CFR 162.1002",
    )


@lru_cache(maxsize=1)
def _retired() -> dict[str, Row]:
    return {row["code"]: row for row in rule_table("retired")}


@lru_cache(maxsize=1)
def _added() -> dict[str, Row]:
    return {row["code"]: row for row in rule_table("added")}
