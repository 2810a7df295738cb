"""Codes that the note refuses: denied, uncertain, past, or a relative's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.candidates.past import CHRONIC
from suggester.edits.coding.alerts import ERROR, Alert, Mend
from suggester.edits.coding.past import history_of

if TYPE_CHECKING:
    from suggester.candidates.mentions import NotCoded
    from suggester.edits.coding.case import Case
    from suggester.edits.coding.note_facts import Documented, NoteFacts

#: Confidence below which a code that the note also refuses is not documented.
_UNDOCUMENTED = 0.2
#: The same of a sign: where a diagnosis explains it the ranking holds it back.
_SIGN = 0.01
_HISTORY = ("Z85", "Z86", "Z87", "I25.2", "Z90", "Z89", "Z92", "Z95", "Z98", "Z94")
_EXCLUDED = re.compile(
    r"\bruled? out\b|\bexcluded\b|\bnot (?:seen|found|confirmed)\b|\bno evidence\b"
)
#: Words that make a condition one to come; others, such as a clinic's name, only name a topic.
_CONDITION = re.compile(
    r"\b(?:if|should|risks?|return|in case|might|may|could|prevent\w*|would|watch for|warn\w*)\b"
)
_LIST = re.compile(r"[,;/(?]| - | but | and | with | upon | on ")
#: How far before a condition its negation is looked for, in characters.
_NEAR = 45
_FAMILY = ("Z80", "Z81", "Z82", "Z83", "Z84")
#: Words that put a condition in the past, not a procedure that ends it today.
_PAST = re.compile(
    r"histor|\bh/?o\b|\bhx\b|prior|previous|past|ago|\bold\b|remote|resolved|(?:19|20)\d\d|s/p|status post|childhood|former"
)
#: Characters of a code that name the condition with its complication.
_DETAIL = len("E11.3")
_SPARED = ("Z", "V", "W", "X", "Y", "T76", "O35", "O36", "P00", "P01", "P02", "P03", "P04")
_SOURCES = {
    "uncertain": ("uncertain", "IV.H"),
    "hypothetical": ("uncertain", "IV.H"),
    "negated": ("negated", "III; IV.J"),
    "historical": ("history-vs-current", "I.C.21.c.4; III.A; IV.J"),
    "family": ("history-vs-current", "I.C.21.c.4"),
}
_WHY = {
    "uncertain": "is only {cue} in the note; outside an inpatient stay an uncertain diagnosis is not coded, the "
    "signs and symptoms are",
    "hypothetical": "is only thought of in the note ({cue}); what is not established is not coded",
    "negated": "is denied in the note ({cue})",
    "historical": "is in the past in the note ({cue})",
    "family": "is a relative's in the note ({cue})",
}


def refused(case: Case) -> Iterator[Alert]:
    """Yield an error for each code that the note names without meaning the patient has it now."""
    facts = case.facts
    if facts is None:
        return
    for code in case.assigned:
        if code.startswith(_SPARED):
            continue
        if (row := _ruled_out(facts, code)) is not None:
            yield _denied(case, code, row, _instead(case, code, row))
            continue
        if _documented(facts, code):
            if (row := _denied_detail(facts, code)) is not None:
                yield _denied(case, code, row, _without_detail(case, code))
            continue
        rows = _refusals(facts, code)
        if not rows:
            continue
        row = rows[0]
        if any(r.reason == "hypothetical" and not _CONDITION.search(r.cue.lower()) for r in rows):
            continue
        if row.reason == "historical" and (
            CHRONIC.match(code) or not _PAST.search(row.cue.lower())
        ):
            continue
        if row.reason == "negated" and any(found.named for found in facts.of_category(code[:3])):
            continue
        if row.reason == "family" and code[0] == "O":
            continue
        if row.reason == "negated" and not _close(facts, row):
            continue
        if row.reason in ("uncertain", "hypothetical") and case.inpatient:
            continue
        if row.reason not in _SOURCES:
            continue
        rule, source = _SOURCES[row.reason]
        yield Alert(
            rule,
            ERROR,
            (code,),
            f"{code} ({case.book.title(code)}) {_WHY[row.reason].format(cue=_quoted(row))}.",
            source,
            _instead(case, code, row),
            evidence=((row.start, row.end),),
        )


def _ruled_out(facts: NoteFacts, code: str) -> NotCoded | None:
    """Return the last place that names a code's category, where that place rules it out."""
    rows = [row for row in facts.refusals(code[:3]) if _EXCLUDED.search(row.cue.lower())]
    if not rows:
        return None
    named = [
        start for found in facts.of_category(code[:3]) if found.named for start, _ in found.places
    ]
    last = max(rows, key=lambda row: row.start)
    return last if last.start >= max(named, default=0) and _close(facts, last) else None


def _denied(case: Case, code: str, row: NotCoded, mend: Mend) -> Alert:
    return Alert(
        "negated",
        ERROR,
        (code,),
        f"{code} ({case.book.title(code)}) {_WHY['negated'].format(cue=_quoted(row))}.",
        "III; IV.J",
        mend,
        evidence=((row.start, row.end),),
    )


def _denied_detail(facts: NoteFacts, code: str) -> NotCoded | None:
    """Return where the note denies the complication that a code names, its category being there."""
    if len(code) <= _DETAIL:
        return None
    if any(
        found.named and found.code[:_DETAIL] == code[:_DETAIL]
        for found in facts.of_category(code[:3])
    ):
        return None
    rows = [row for row in facts.refusals(code[:3]) if row.code[:_DETAIL] == code[:_DETAIL]]
    return next((row for row in rows if row.reason == "negated" and _close(facts, row)), None)


def _without_detail(case: Case, code: str) -> Mend:
    """Return the mend of a code whose category is documented and whose complication is denied."""
    assert case.facts is not None
    there = next(
        (f for f in case.facts.of_category(code[:3]) if f.named and case.book.is_billable(f.code)),
        None,
    )
    if there is None or there.code in case.assigned:
        return Mend(remove=(code,))
    return Mend(replace={code: there.code})


def _documented(facts: NoteFacts, code: str) -> bool:
    """Tell whether the note speaks for a code, or for another of its category, as present."""
    return any(
        found.confidence >= _UNDOCUMENTED and found.named for found in facts.of_category(code[:3])
    )


def _refusals(facts: NoteFacts, code: str) -> list[NotCoded]:
    """Return where the note refuses a code: the code itself first, then its category."""
    rows = facts.refusals(code[:3])
    return sorted(rows, key=lambda row: (row.code != code, row.start))


def _close(facts: NoteFacts, row: NotCoded) -> bool:
    """Tell whether a negation stands right beside what it denies, no list between them."""
    left, right = facts.window(row.start, row.end, _NEAR, _NEAR)
    cue = row.cue.strip(" .,;:").lower()
    at = left.rfind(cue)
    if at >= 0:
        return not _LIST.search(left[at + len(cue) :])
    at = right.find(cue)
    return at >= 0 and not _LIST.search(right[:at])


def _instead(case: Case, code: str, row: NotCoded) -> Mend:
    """Return what the note documents in place of a refused condition."""
    assert case.facts is not None
    if row.reason in ("historical", "family"):
        wanted = _HISTORY if row.reason == "historical" else _FAMILY
        found = _best(case, wanted, row)
        if found is None and row.reason == "historical" and (past := history_of(case, code)):
            return Mend(remove=(code,)) if past in case.assigned else Mend(replace={code: past})
    else:
        found = _sign_of(case, code)
    if found is None:
        return Mend(remove=(code,))
    if found.code in case.assigned:
        return Mend(remove=(code,))
    return Mend(replace={code: found.code})


def _best(case: Case, wanted: tuple[str, ...], row: NotCoded) -> Documented | None:
    """Return the documented history nearest to the words that were refused."""
    assert case.facts is not None
    near = [
        (min(abs(start - row.start) for start, _ in found.places), -found.confidence, found)
        for found in case.facts.documented.values()
        if found.code.startswith(wanted) and found.confidence >= 0.1 and found.places
    ]
    near = [entry for entry in near if entry[0] <= 120]
    return min(near, key=lambda entry: entry[:2])[2] if near else None


def _sign_of(case: Case, code: str) -> Documented | None:
    """Return the sign or symptom that the note documents and no assigned code states."""
    assert case.facts is not None
    signs = [
        found
        for found in case.facts.documented.values()
        if found.code[0] in "RMN"
        and (found.code[0] == "R" or found.code.startswith(("M25.5", "M54", "M79.6", "N64.4")))
        and found.confidence >= _SIGN
        and found.named
    ]
    others = [other for other in case.assigned if other != code]
    fresh = [found for found in signs if found.code[:3] not in {other[:3] for other in others}]
    return max(fresh, key=lambda found: found.confidence) if fresh else None


def _quoted(row: NotCoded) -> str:
    return f'"{row.cue.strip(" .,;:")}"' if row.cue else "so"
