"""Long-term drugs and adverse effects, from the drugs that the note names (I.C.4.a.3, I.C.19.e.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, WARNING, Alert, Mend
from suggester.edits.coding.medication import NamedDrug
from suggester.edits.coding.patterns import patterns

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_DIABETES = patterns("E08.- E09.- E11.- E13.-")
_DIABETES_DRUGS = {
    "Z79.4": "insulin",
    "Z79.84": "an oral drug",
    "Z79.85": "an injectable non-insulin drug",
}
_TEMPORARY = re.compile(
    r"sliding[- ]scale|insulin (?:drip|infusion|(?:in|during) (?:the |this )?(?:hospital|stay|admission))|by scale|temporar|"
    r"one dose|single dose|in the (?:ed|emergency)"
)
_OTHER_USE = re.compile(
    r"\bpcos\b|polycystic|prediabet|weight (?:loss|management)|heart failure dose|for (?:hfref|ckd|heart failure)"
)
#: Long-term drugs that auditors look for, with the conditions they are taken for.
_LONG_TERM = {
    "Z79.01": patterns("I48.- I82.- I26.- Z86.71- Z95.2 D68.-"),
    "Z79.02": patterns("I25.- I63.- I70.- I73.9 Z86.73 Z95.5 G45.- I21.-"),
    "Z79.82": patterns("I25.- I70.- I73.9 Z86.73 Z95.5 Z95.1"),
    "Z79.83": patterns("M80.- M81.-"),
    "Z79.810": patterns("C50.- Z85.3"),
    "Z79.811": patterns("C50.- Z85.3"),
    "Z79.818": patterns("C61"),
}
_BEGINNING = re.compile(
    r"\b(?:start(?:ed|ing)?|begin|began|initiat\w+|prescrib\w+|load(?:ed)?|give|gave|given|will|completed|finished|(?:years|months|weeks) of|course of)\b"
)
_BEGUN = re.compile(r"^[^.;,]{0,25}\b(?:started|begun|given|loaded|in (?:19|20)\d\d|until)\b")
#: Seldom a long-term drug, whatever the note names.
_ANTIBIOTIC = "Z79.2"
_UNSPECIFIC = "Z79.899"
_CAUSED = re.compile(
    r"(?:due to|from|induced|caused by|secondary to|adverse (?:effect|reaction)|reaction to|side[- ]effect|after (?:starting|taking)|"
    r"on day \d+ of|toxicity|related|given correctly|as (?:prescribed|directed))"
)
_ADVERSE = "5"


def drug_status(case: Case) -> Iterator[Alert]:
    """Yield a warning for the status code of a diabetes drug that the note names and the set lacks."""
    if case.facts is None:
        return
    low = case.facts.low
    drugs = case.facts.drugs_taken
    diabetes = next(case.having(_DIABETES), "")
    if diabetes and not _OTHER_USE.search(low):
        for status, what in _DIABETES_DRUGS.items():
            named = next((d for d in drugs if status in d.statuses), None)
            if named is None or status in case.assigned:
                continue
            if status == "Z79.4" and _TEMPORARY.search(low):
                continue
            yield Alert(
                "drug-status",
                WARNING,
                (diabetes,),
                f"The note names {what} ({named.row['generic']}) for the diabetes: {status} is added.",
                "I.C.4.a.3; Tabular, E08-E13: Use additional",
                Mend(add=(status,)),
            )
    if _UNSPECIFIC in case.assigned:
        yield from _unspecific(case, drugs)


def long_term_drug(case: Case) -> Iterator[Alert]:
    """Yield a warning for the status of a drug that the note names for a condition of the set."""
    if case.facts is None or case.encounter.setting != "outpatient":
        return
    low = case.facts.low
    for drug in case.facts.drugs_taken:
        status = next((one for one in drug.statuses if one in _LONG_TERM), "")
        if not status or drug.row["kind"] == "class" or status in case.assigned:
            continue
        condition = next(case.having(_LONG_TERM[status]), "")
        if not condition or _is_new(low, drug):
            continue
        yield Alert(
            "drug-status",
            WARNING,
            (condition,),
            f"The note names {drug.row['generic']}, long-term use of which is {status}.",
            "I.C.21.c.3; Tabular, Z79",
            Mend(add=(status,)),
        )
        return


def _is_new(low: str, drug: NamedDrug) -> bool:
    """Tell whether a drug is only being begun, or was given once or until now."""
    before, after = low[max(0, drug.start - 30) : drug.start], low[drug.end : drug.end + 30]
    return bool(
        _BEGINNING.search(before) or _BEGINNING.match(after.lstrip()) or _BEGUN.search(after)
    )


def adverse_effect(case: Case) -> Iterator[Alert]:
    """Yield a warning for the drug of an adverse effect that a code asks for and the set lacks."""
    if case.facts is None:
        return
    low = case.facts.low
    for code in case.assigned:
        line = next(
            (
                line
                for line in case.book.instructions.of(code, "use_additional")
                if any(named.intents == _ADVERSE for named in line.named)
                and line.heading[0] == code[0]
            ),
            None,
        )
        if line is None or any(map(line.covers, case.assigned)):
            continue
        for drug in case.facts.drugs:
            around = low[max(0, drug.start - 60) : drug.end + 60]
            new = drug.poisoning(_ADVERSE) + "A"
            if not _CAUSED.search(around) or not case.book.is_billable(new) or new in case.assigned:
                continue
            yield Alert(
                "use-additional",
                WARNING,
                (code,),
                f"{code} asks for the drug of the adverse effect: {drug.row['generic']} is {new}.",
                f"Tabular List, {line.heading}: Use additional; I.C.19.e.5.a",
                Mend(add=(new,), after=code),
            )
            break


def _unspecific(case: Case, drugs: Sequence[NamedDrug]) -> Iterator[Alert]:
    known = {status for drug in drugs for status in drug.statuses}
    others = sorted(known - {_UNSPECIFIC, _ANTIBIOTIC})
    if _UNSPECIFIC in known or len(others) != 1 or others[0] in case.assigned:
        return
    yield Alert(
        "drug-status",
        ERROR,
        (_UNSPECIFIC,),
        f"The drug that the note names has its own code: {others[0]} ({case.book.title(others[0])}).",
        "Tabular List, Z79.8",
        Mend(replace={_UNSPECIFIC: others[0]}),
    )
