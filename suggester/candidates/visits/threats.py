"""Problems that threaten life or a function by what the note concludes beside them."""

from __future__ import annotations

import re
from functools import lru_cache

from suggester.candidates.visits.places import VisitNote
from suggester.lexicon.visit_rows import load_visits
from suggester.preprocess.assertion import PRESENT, UNCERTAIN

#: A treatment with drugs that poison is watched by counts and chemistry before it goes on.
_WATCHED = re.compile(
    r"\b(?:cbc|anc|counts?|metabolic panel|cmp|bmp|lfts?|liver (?:panel|tests?)|creatinine|labs?|platelets|blood work)\b"
    r"[^.\n]{0,80}\b(?:before|prior to|each|every|day 1|weekly|toxicity|adequate|acceptable|ok(?:ay)? to|permit|allow)|"
    r"\b(?:before|prior to) (?:each|every|the next) (?:cycle|infusion|dose|treatment)[^.\n]{0,60}"
    r"\b(?:cbc|anc|counts?|panel|cmp|labs?|creatinine|blood)",
    re.IGNORECASE,
)
_CYTOTOXIC = "cytotoxic"


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(problem, re.IGNORECASE), re.compile(beside, re.IGNORECASE))
        for problem, beside in load_visits().threats
    )


def threatens(note: VisitNote, start: int, end: int) -> bool:
    """Return whether the note concludes a complication that makes a problem a threat."""
    words = note.text[start:end]
    for problem, beside in _rules():
        if not problem.search(words):
            continue
        for match in beside.finditer(note.text, min(note.concludes, start)):
            here = note.concluding(match.start())
            if here and note.meant(*match.span()).kind in {PRESENT, UNCERTAIN}:
                return True
    return False


def takes_poison(note: VisitNote) -> bool:
    """Return whether the visit decides on a drug against cancer that poisons other cells too."""
    return any(
        hit.cue.element == _CYTOTOXIC
        and note.concluding(hit.start)
        and note.meant(hit.start, hit.end).kind == PRESENT
        for hit in note.of_table("drugs")
    )


def watched(note: VisitNote) -> tuple[int, int] | None:
    """Return where the tests stand that watch such a drug, ``None`` where there are none."""
    if not takes_poison(note):
        return None
    matches = _WATCHED.finditer(note.text)
    return next((m.span() for m in matches if note.concluding(m.start())), None)
