"""Exacerbations of another time: "one flare this year" and "last exacerbation in March" are none of today."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from suggester.preprocess.note_text import text_of

_FLARES = r"(?:flares?(?:-ups?)?|exacerbations?)"
_EARLIER = re.compile(
    r"\b(?:last|prior|previous|past|one|two|three|four|\d+|several|few|fewer|rare|yearly)\s+(?:\w+\s+)?"
    + _FLARES
    + r"\b(?!\s+(?:today|now|with|due|from|secondary))|\b"
    + _FLARES
    + r"\s+(?:in\s+|over\s+|during\s+|since\s+)?(?:this|last|per|a|each|every|the\s+(?:past|last))\s+"
    r"(?:\w+\s+)?(?:years?|months?|winter|summer|spring|fall|season|visit)\b|\b"
    + _FLARES
    + r"\s+in\s+(?:january|february|march|april|may|june|july|august|september|october|november|december|20\d\d)\b",
    re.IGNORECASE,
)
_SPOKEN_OF = ("flare", "exacerbation")


def earlier_flares(doc: Doc) -> frozenset[int]:
    """Return the places, among the note's words, of exacerbations that are counted or dated."""
    text = text_of(doc)
    low = text.lower()
    if not any(word in low for word in _SPOKEN_OF):
        return frozenset()
    spans = [match.span() for match in _EARLIER.finditer(text)]
    return frozenset(
        i
        for i, word in enumerate(doc._.words)
        if word.text.lower().startswith(_SPOKEN_OF)
        and any(start <= word.start < end for start, end in spans)
    )
