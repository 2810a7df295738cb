"""Causes told in free words count where somebody was hurt, and places and activities beside the cause (I.C.20)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from suggester.candidates.mentions import keep
from suggester.preprocess.assertion import PRESENT, UNCERTAIN

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.candidates.said import Judged

_CAUSE = re.compile(r"[VWX]|Y[0-8]")
_CIRCUMSTANCE = re.compile(r"Y9[23]")
#: Injuries, burns and what is left in a wound or an opening, bites, and effects of heat, cold and current.
_INJURY = re.compile(r"S|T(?:[0-2]\d|3[0-4]|63|6[6-9]|7[0157])")
#: What overexertion does besides.
_OVEREXERTED = re.compile(r"M|G5[67]|K4[0-6]|R5[12]")
_OVEREXERTION = re.compile(r"X50")
#: How far from the cause, in characters, an account names the place and what the patient was doing.
_NEAR = 350


def counting(
    told: Iterable[tuple[Judged, str]], found: Mapping[str, Sequence[Mention]]
) -> Iterator[Judged]:
    """Yield those of the terms ``told``, each with its code, that tell how a patient was hurt.

    ``found`` are the codes to which the other terms of the note lead.
    """
    hurt = _has(found, _INJURY)
    strained = hurt or _has(found, _OVEREXERTED)
    if not strained:
        return
    causes = [
        mention.term.start
        for code, mentions in found.items()
        if _CAUSE.match(code)
        for mention in mentions
        if mention.is_meant
    ]
    beside = []
    for (term, assertion), code in told:
        if _CIRCUMSTANCE.match(code):
            beside.append((term, assertion))
        elif hurt or _OVEREXERTION.match(code):
            if assertion.kind == PRESENT:
                causes.append(term.start)
            yield term, assertion
    for term, assertion in beside:
        if any(abs(term.start - cause) < _NEAR for cause in causes):
            yield term, assertion


def _has(found: Mapping[str, Sequence[Mention]], pattern: re.Pattern[str]) -> bool:
    """Whether a code that ``pattern`` matches was found at a place that means it."""
    return any(
        mention.rank == 0 and mention.assertion.kind in {PRESENT, UNCERTAIN}
        for code, mentions in found.items()
        if pattern.match(code)
        for mention in mentions
    )


#: Falls that say more, and those of which the same words are read that say less.
_LESSER = (
    (re.compile(r"W01\.1"), re.compile(r"W01\.0")),
    (re.compile(r"W0[5-9]|W1[0-6]"), re.compile(r"W01\.0|W18\.3|W19")),
)
#: What one fell beside and not off: "slipped on the wet floor near the stairs".
_NEXT_TO = re.compile(r"\b(?:near|beside|next to|against|alongside)\b", re.IGNORECASE)


def leave_out_lesser_falls(found: dict[str, list[Mention]], text: str) -> None:
    """Take from ``found`` falls of which the same sentence says what was struck, or off what it was."""
    for fuller, lesser in _LESSER:
        told = {
            mention.sentence.start
            for code, mentions in found.items()
            if fuller.match(code)
            for mention in mentions
            if mention.rank == 0
            and not _NEXT_TO.search(text, mention.sentence.start, mention.sentence.end)
        }
        for code in [code for code in found if told and lesser.match(code)]:
            keep(found, code, [m for m in found[code] if m.sentence.start not in told])
