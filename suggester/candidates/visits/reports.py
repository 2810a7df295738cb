"""Documents that hold no visit by what they are made of: reports, and treatments given alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FLAGS = re.IGNORECASE | re.MULTILINE


def _lines(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, _FLAGS) for pattern in patterns)


#: What the report of an image is made of; three of them make one.
_IMAGE = _lines(
    r"^[ \t*#>-]*(?:comparisons?|prior (?:study|studies|exams?))\b",
    r"^[ \t*#>-]*(?:technique|protocol)\b",
    r"^[ \t*#>-]*findings\b",
    r"^[ \t*#>-]*(?:impression|conclusion|opinion)\b",
    r"^[ \t*#>-]*(?:exam(?:ination)?|study|test|procedure)\s*:\s*(?:x-?ray|ct|mri?|us|ultrasound|pet|nm|chest|mammo\w*|[^\n]{0,40}(?:views?|contrast|lateral|duplex|scan))\b",
    r"^[ \t*#>-]*(?:clinical (?:data|history|information|indication)|indications?|reason for (?:exam|study))\b",
    r"\bcontrast\b|\baxial\b|\bsequences?\b|\bprojections?\b|\btransducer\b",
)
#: What the report on tissue is made of; three of them make one.
_TISSUE = _lines(
    r"\bin aggregate\b|\bmeasur\w+ \d[^\n]{0,20}\bcm\b",
    r"\b(?:entirely|all|wholly) submitted\b|\bsubmitted (?:entirely|in toto|in cassettes?)|\bcassettes?\b",
    r"^[ \t*#>-]*[A-D][.:)]\s*[A-Z][a-z]+",
    r"\bfragments?\b|\bcores?\b|\bmargins?\b",
    r"\bimmunohistochem\w*|\bstain(?:s|ed|ing)?\b|\bp16\b|\bki-?67\b",
    r"^[ \t*#>-]*(?:gross|microscopic|specimens?|final (?:pathologic )?diagnosis|comment)\b",
    r"\bsigned (?:out|electronically)|\bpathologist\b|\bfinal report\b|\baddendum\b",
    r"\bbiops(?:y|ies)\b|\bresection\b|\bcytology\b|\bsmear\b",
)
#: What only someone who saw the patient writes.
_SEEN = _lines(
    r"^[ \t*#>-]*(?:cc|c/c|chief complaint|hpi|history of (?:the )?present|subjective|s\s*:|review of systems|ros)\b",
    r"\bbp\s*:?\s*\d{2,3}/|\bblood pressure\W+\d|\bpulse\W+\d|^\W*vitals?\b",
    r"^[ \t*#>-]*(?:a/p|assessment|a\s*:|p\s*:|plan)\b",
    r"\bI (?:discussed|explained|recommended|prescribed|advised|counsel)",
)
#: No report is without one of these words: they are looked for before any pattern.
_MARKS = (
    "findings", "comparison", "technique", "protocol", "aggregate", "submitted", "cassette", "specimen",
    "microscopic", "gross", "fragment", "core", "stain", "p16", "immunohisto",
)  # fmt: skip
_ENOUGH = 3
_TREATED = re.compile(
    r"\bdebrided?\b|\bdebridement\b|\binject(?:ed|ion)\b|\bcurett|\bexcised\b|\binfus(?:ed|ion)\b|\bcryo\w*",
    re.IGNORECASE,
)
_CONSENTED = re.compile(r"\bconsent|\btime-?\s?out\b|\bprepped\b|\bsterile\b", re.IGNORECASE)
_NOTHING_ELSE = re.compile(
    r"\bno (?:other|new|additional|further)(?: or new)? (?:complaints?|concerns?|problems?|issues?|management problems?)\b|"
    r"\bno change (?:in|since) (?:his|her|the )?\s?(?:history|last)\b",
    re.IGNORECASE,
)


def _count(patterns: Sequence[re.Pattern[str]], text: str) -> int:
    return sum(1 for pattern in patterns if pattern.search(text))


def is_report(text: str) -> bool:
    """Return whether a document is the report of an image or on tissue, seen by its parts."""
    low = text.lower()
    if not any(mark in low for mark in _MARKS) or any(pattern.search(text) for pattern in _SEEN):
        return False
    return _count(_IMAGE, text) > _ENOUGH or _count(_TISSUE, text) >= _ENOUGH


def is_treatment_alone(text: str) -> bool:
    """Return whether a planned treatment was given and the note says that nothing else came up."""
    return (
        _NOTHING_ELSE.search(text) is not None
        and _TREATED.search(text) is not None
        and _CONSENTED.search(text) is not None
    )
