"""Stages of pressure ulcers against the note (guideline I.C.12.a)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.edits.coding.alerts import ERROR, Alert, Mend

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_STAGE = re.compile(
    r"(?P<before>.{0,28})\bstage ?(?P<stage>iv|iii|ii|i|[1-4])\b(?!\s*(?:[ab]\b|ckd|kidney|hyper))"
)
_OTHER_STAGE = re.compile(
    r"ckd|kidney|renal|cancer|carcinoma|lymphoma|hypert|copd|gold|parkinson|hf\b|failure|labou?r|lupus|osteo"
)
_HEALING = re.compile(r"healing $|healing[^.]{0,12}$")
_LIKE = re.compile(r"(?:like|resembl\w+|appear\w*(?: like)?|now looks?)[^.]{0,12}$")
_NUMBER = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_CHANGED = re.compile(
    r"admission.{0,80}(?:discharge|progress|advanced|by day|worsen|now stage)|progress\w* (?:to|from)"
)
_NOT_STAGED = re.compile(
    r"unstageable|deep tissue|\bdtp?i\b|eschar|(?:not|never) (?:documented|staged)|stage (?:is )?not"
)
_SEVERAL = re.compile(
    r"\b(?:two|second|another|both|separate) (?:\w+ ){0,2}(?:ulcers?|wounds?|injur)|ulcers\b"
)
_QUESTION = (
    "Two stages are coded for one pressure ulcer. Please clarify the stage, if known: stage 1; stage 2; stage 3; "
    "stage 4; unstageable; deep tissue injury; two ulcers, please describe; unable to determine."
)
_STAGED = frozenset("12349")


def stages(case: Case) -> Iterator[Alert]:
    """Yield an error where the note gives the one pressure ulcer of the set another stage."""
    ulcers = [code for code in case.assigned if code.startswith("L89.")]
    if len(ulcers) == 2 and ulcers[0][:-1] == ulcers[1][:-1]:
        yield from _two_stages(case, ulcers)
    if len(ulcers) != 1 or case.facts is None or _NOT_STAGED.search(case.facts.low):
        return
    code = ulcers[0]
    found = _stated(case.facts.low)
    if not found or code[-1] not in _STAGED:
        return
    if len(found) == 1:
        right = code[:-1] + found[0]
        if right != code and case.book.is_billable(right):
            yield Alert(
                "pressure-ulcer",
                ERROR,
                (code,),
                f"The note gives stage {found[0]}: {right}. The stage may come from the nurse once the provider "
                "documents the ulcer; a healing ulcer keeps its stage.",
                "I.C.12.a; I.B.14",
                Mend(replace={code: right}),
            )
    elif case.inpatient and _CHANGED.search(case.facts.low):
        both = [code[:-1] + stage for stage in found]
        missing = tuple(c for c in both if c not in case.assigned and case.book.is_billable(c))
        if code in both and missing:
            yield Alert(
                "pressure-ulcer",
                ERROR,
                (code,),
                "An ulcer that advances during the stay is coded at the stage on admission and at the highest "
                f"stage: {', '.join(both)}.",
                "I.C.12.a.6",
                Mend(add=missing, after=code),
            )


def _two_stages(case: Case, ulcers: list[str]) -> Iterator[Alert]:
    """Yield an error where one ulcer carries two stages without having advanced during the stay."""
    low = case.facts.low if case.facts is not None else ""
    if (case.inpatient and _CHANGED.search(low)) or _SEVERAL.search(low):
        return
    found = _stated(low)
    kept = [code for code in ulcers if code[-1] in found]
    if case.facts is not None and len(kept) == 1:
        [gone] = [code for code in ulcers if code not in kept]
        mend = Mend(remove=(gone,))
    else:
        mend = Mend(query=_QUESTION)
    yield Alert(
        "pressure-ulcer",
        ERROR,
        tuple(ulcers),
        "One pressure ulcer has one stage, except that of a stay in which it advances.",
        "I.C.12.a",
        mend,
    )


def _stated(low: str) -> list[str]:
    """Return the stages of an ulcer that a note states; that of a healing one alone."""
    found: list[str] = []
    for match in _STAGE.finditer(low):
        before = match["before"]
        if re.search(r"last (?:year|visit)|was a |previous", before):
            continue
        if _OTHER_STAGE.search(before) or _LIKE.search(before):
            continue
        stage = _NUMBER.get(match["stage"], match["stage"])
        if _HEALING.search(before):
            return [stage]
        if stage not in found:
            found.append(stage)
    return found
