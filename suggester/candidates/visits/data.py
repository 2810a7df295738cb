"""The data a visit ordered, reviewed, read or discussed."""

from __future__ import annotations

import re

from suggester.candidates.visits.places import PAST, Hit, VisitNote
from suggester.candidates.visits.visit import Column, Element
from suggester.preprocess.assertion import FAMILY, HYPOTHETICAL, NEGATED

_TESTS = frozenset({"lab_test", "imaging_test", "cardiac_neuro_test"})
_READ = frozenset({"imaging_test", "cardiac_neuro_test"})
#: A result, an order or a review beside a test.
_DONE = re.compile(
    r"\d|order|obtain|check|recheck|repeat|send|sent|review|result|show|reveal|negative|positive|\bneg\b|\bpos\b|normal|"
    r"unremarkable|pending|await|drawn|collected|today|clear|\bnl\b|\bok\b|high|low\b|elevated|stable|interpret|\bin \d",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\bnot (?:be )?(?:\w+ )?(?:done|repeated|needed|checked|sent|ordered|tested|performed|indicated|obtained|necessary|required|planned)|"
    r"\bdeclin|\brefus|\bdefer|\bunavailable|\bno (?:need|labs?|imaging)\b|\bcancel|adds nothing|\bnot today",
    re.IGNORECASE,
)
#: A study made and read in the practice is billed, so its reading is not counted again.
_BILLED = re.compile(
    r"\btaken (?:and read )?here|\bin (?:the |our )?(?:office|clinic|lab)|\btoday\b|\bin-office|\bhere\b|\bperformed here|"
    r"\bour accredited",
    re.IGNORECASE,
)
_COLLEAGUE = re.compile(r"\b(?:nurse|rn|patient|pt|family|wife|husband|mother|father|daughter|son|parents?|mom|dad|him|her|them|staff|resident)\b", re.IGNORECASE)  # fmt: skip
#: An image seen by the author, told in free words.
_SAW = re.compile(
    r"\b(?:I|me)\b(?: have| had| also| personally| independently| myself| then| just)*[ ,]+"
    r"(?:looked (?:at|over|through)|viewed|saw|seen|went (?:over|through)|examined|studied|pulled up|interpreted|over-?read)\b"
    r"(?P<rest>[^.;\n]{0,45})",
)
_IMAGE = re.compile(
    r"\b(?:images?|pictures?|films?|x-?rays?|tracings?|strips?|scans?|ct|mri|slides|disc|disk|cuts|ecg|ekg|electrocardiogram|ultrasound|it|them|on the (?:screen|monitor))\b",
    re.IGNORECASE,
)
_NAMED_IMAGE = re.compile(
    r"\b(?:images?|films?|x-?rays?|tracings?|scans?|ct|mri|disc|disk|ecg|ekg|electrocardiogram|ultrasound|radiographs?|angiogram)\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"\breports?\b|\bnotes?\b|\brecords?\b|\bletter\b", re.IGNORECASE)
#: A list of tests shares what is said of it up to this many characters away.
_REACH = 70
_DENIED = frozenset({NEGATED, HYPOTHETICAL, FAMILY})


def read_data(note: VisitNote) -> Column:
    """Return the column of data: its level, and each item that counts once."""
    items: dict[tuple[str, str], Element] = {}
    barred = [hit for hit in note.of_table("data") if hit.cue.element == "exclude"]
    for hit in note.of_table("data"):
        element = hit.cue.element
        if element == "exclude" or any(b.start <= hit.start < b.end for b in barred):
            continue
        if element == "external_discussion" and _COLLEAGUE.match(
            note.text[hit.end : hit.end + 12].strip()
        ):
            continue
        if _counts(note, hit):
            detail = hit.cue.detail if element in _TESTS else ""
            place = Element("data", "", element, hit.start, hit.end)
            items.setdefault((element if not detail else "test", detail), place)
    if seen := _saw(note):
        kind = "independent_interpretation"
        items.setdefault((kind, ""), Element("data", "", kind, *seen))
    kinds = [item.element for item in items.values()]
    historian = "independent_historian" in kinds
    first = sum(1 for kind in kinds if kind in _TESTS or kind == "external_note")
    categories = (
        (first + historian >= 3) + ("independent_interpretation" in kinds) + ("external_discussion" in kinds)
    )  # fmt: skip
    if categories >= 2:
        level = "high"
    elif categories == 1:
        level = "moderate"
    else:
        level = "low" if first >= 2 or historian else "straightforward"
    return Column(level, tuple(items.values()))


def _saw(note: VisitNote) -> tuple[int, int] | None:
    """Return where the author tells of looking at an image that another reads and bills."""
    for match in _SAW.finditer(note.text):
        sentence = note.sentence(match.start())
        said = note.text[sentence.start : sentence.end]
        if not _IMAGE.search(match["rest"]) or _WRITTEN.search(match["rest"]):
            continue
        billed = note.setting == "outpatient" and _BILLED.search(said)
        denied = note.meant(*match.span()).kind in _DENIED
        if _NAMED_IMAGE.search(said) and not billed and not denied:
            return match.span()
    return None


def _counts(note: VisitNote, hit: Hit) -> bool:
    sentence = note.sentence(hit.start)
    if sentence.section.kind in PAST and not note.concluding(hit.start):
        return False
    meant = note.meant(hit.start, hit.end).kind
    related = meant == FAMILY and hit.cue.element == "independent_historian"
    if meant in _DENIED and not related and hit.cue.element not in _TESTS:
        return False
    start, end = max(sentence.start, hit.start - _REACH), min(sentence.end, hit.end + _REACH)
    around = note.text[start:end]
    if hit.cue.element in _TESTS:
        if _NOT_DONE.search(note.text, hit.end, min(sentence.end, hit.end + 45)):
            return False
        if not _DONE.search(around):
            return False
        billed = note.setting == "outpatient" and hit.cue.element in _READ
        return not (billed and _BILLED.search(around))
    if hit.cue.element == "independent_interpretation":
        said = note.text[sentence.start : sentence.end]
        return not (note.setting == "outpatient" and _BILLED.search(said))
    return True
