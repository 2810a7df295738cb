"""The suggestion of a visit: its E/M code with what the level rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from suggester.codes.starter import system_of
from suggester.engine.places import Places
from suggester.suggestions import (
    CANDIDATE,
    CONFIDENT,
    Alternative,
    Modifier,
    Suggestion,
    VisitElement,
)
from suggester.suggestions import Visit as Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc

    from suggester.candidates.visits.visit import Visit
    from suggester.edits.lines import Line

#: Confidence from which a level is confident: clearly more often right than not.
_SURE = 0.6
_FURTHER = "minutes beyond those of the visit"


def visit_suggestion(
    visit: Visit, confidence: float, title: Callable[[str], str], places: Places, doc: Doc
) -> list[tuple[Suggestion, Line]]:
    """Return a visit as a suggestion and as a line of the claim, and its further time as others.

    Parameters
    ----------
    confidence
        How often such a level was right in training.
    title
        From a code to its title.
    places, doc
        The encounter's documents, and the processed note its elements were read in.
    """
    from suggester.edits.lines import VISIT, Line

    spans = tuple(dict.fromkeys((e.start, e.end) for e in visit.elements if 0 <= e.start < e.end))
    shown = Shown(
        visit.kind,
        visit.patient,
        visit.basis,
        visit.level,
        visit.minutes,
        tuple(
            VisitElement(e.column, e.level, e.element, places.quote_of(doc, e.start, e.end))
            for e in visit.elements
        ),
        visit.missing,
    )
    suggestion = Suggestion(
        rank=0,
        system=system_of(visit.code),
        code=visit.code,
        description=title(visit.code),
        confidence=round(confidence, 4),
        tier=CONFIDENT if confidence >= _SURE else CANDIDATE,
        billable=True,
        evidence=tuple(q for a, b in spans[:8] if (q := places.quote_of(doc, a, b)) is not None),
        alternatives=tuple(
            Alternative(code, title(code), "where an auditor or payer reads the visit otherwise")
            for code in visit.others
        ),
        units=1,
        modifiers=tuple(Modifier(modifier, reason) for modifier, reason in visit.modifiers),
        visit=shown,
    )
    out = [(suggestion, Line(visit.code, suggestion.system, "visit", "", False, 1, spans, VISIT))]
    for code, units in visit.add_ons:
        further = replace(
            suggestion,
            system=system_of(code),
            code=code,
            description=title(code),
            alternatives=(),
            units=units,
            modifiers=(),
            visit=None,
            derived_from={"rule": _FURTHER, "codes": [visit.code]},
        )
        out.append((further, Line(code, further.system, "visit", "", True, units, spans, VISIT)))
    return out
