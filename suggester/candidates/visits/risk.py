"""The risk of what a visit decided: the highest element of its treatment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suggester.candidates.visits.places import PAST, Hit, VisitNote
from suggester.candidates.visits.threats import watched
from suggester.candidates.visits.visit import Column, Element
from suggester.preprocess.assertion import FAMILY, HISTORICAL, HYPOTHETICAL, NEGATED, UNCERTAIN

_LEVEL = {
    "minimal_treatment": "straightforward",
    "otc_drug": "low",
    "therapy_or_device": "low",
    "minor_procedure_no_risk_factors": "low",
    "prescription": "moderate",
    "parenteral": "moderate",
    "minor_surgery_risk_factors": "moderate",
    "elective_major_surgery": "moderate",
    "social_determinants": "moderate",
    "toxicity_monitoring": "high",
    "hospital_decision": "high",
    "emergency_major_surgery": "high",
    "elective_major_surgery_risk_factors": "high",
    "dnr_deescalation": "high",
    "parenteral_controlled": "high",
}
_GRAVITY = {name: rank for rank, name in enumerate(_LEVEL)}
#: Doses of drugs sold over the counter that take a prescription.
_PRESCRIBED_DOSE = re.compile(
    r"(?:ibuprofen|motrin)\W+(?:600|800)\b|naproxen\W+(?:375|500)\b", re.IGNORECASE
)
#: What the note calls over the counter, or gives without a prescription, is no prescribed dose.
_NO_PRESCRIPTION = re.compile(
    r"\bno (?:new )?(?:rx|prescriptions?)\b|\bwithout (?:a )?prescription|\bover[- ]the[- ]counter\b|\botc\b",
    re.IGNORECASE,
)
_VERBS = frozenset({"verb_start", "verb_change", "verb_continue"})
_DOSE = re.compile(
    r"[^\n.;]{0,22}?\d+(?:\.\d+)?\s*(?:mg|mcg|g\b|units?|u\b|ml|%|puffs?|tabs?|x\s?\d|bid|tid|daily|qd|qhs|po\b|/)|"
    r"[^\n.;]{0,14}?\b(?:bid|tid|qid|qhs|qd|daily|nightly|prn|weekly|rx|refill|taper|x ?\d+|q\d+h|\d{2,4})\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\bdeclin|\brefus|\bnot (?:needed|indicated|started|given|prescribed|used|required|done|planned|an? option)\b|"
    r"\bavoid|\bdefer|\bnone (?:needed|prescribed)|\bconsider(?:ed)?\b|\blater option|\bcontraindicat|\bnot feel|\bnot felt|"
    r"\bprefers (?:not|no)|\bnot reached|\bdiscussed and",
    re.IGNORECASE,
)
_IF = re.compile(r"\bif\b|\bunless\b|\bcould\b|\bmay\b|\bmight\b|\bwould\b|\bnext (?:visit|step)\b|\blater\b|\bshould\b", re.IGNORECASE)  # fmt: skip
_ADMITTED = re.compile(r"\badmi(?:t|ts|tted|ssion)\b|\binpatient\b|\bobservation\b", re.IGNORECASE)
_DENIED = frozenset({NEGATED, HYPOTHETICAL, FAMILY, HISTORICAL})
#: Kinds of visits in which a past admission is told, not decided.
_AFTER = frozenset({"hospital_subsequent", "nursing_subsequent", "nursing_initial", "transition"})
_PLACES = frozenset({"icu", "sicu", "ccu", "micu", "inpatient status"})
_PAST_STAY = re.compile(r"^(?:admitted|transferred|admission|micu|transferred to)", re.IGNORECASE)
_NEXT_LEVEL = re.compile(
    r"icu|escalat|higher level|step-?down|tertiary|transfer|upgrade|involuntar|restraint",
    re.IGNORECASE,
)
_BESIDE = 60
#: The share of a note after which a department tells its course.
_COURSE = 0.5


def read_risk(note: VisitNote, kind: str) -> Column:
    """Return the column of risk: its level and what reaches it, gravest first."""
    found = [*_decisions(note, kind), *_drugs(note)]
    if kind == "hospital_initial" and (match := _ADMITTED.search(note.text)):
        # The history and physical of an admission is where its author takes that decision.
        found.append(Element("risk", "high", "hospital_decision", *match.span()))
    if place := watched(note):
        found.append(Element("risk", "high", "toxicity_monitoring", *place))
    found.sort(key=lambda e: (-_GRAVITY[e.element], e.start))
    best: dict[str, Element] = {}
    for element in found:
        best.setdefault(element.element, element)
    # What is managed carries some risk; only treatment that needs no clinician is minimal.
    level = found[0].level if found else "low"
    return Column(level, tuple(best.values()), soft=not found)


def _decisions(note: VisitNote, kind: str) -> Iterator[Element]:
    for hit in note.of_table("risk"):
        element = hit.cue.element
        if element in _VERBS or not _here(note, hit):
            continue
        meant = note.meant(hit.start, hit.end).kind
        if meant in _DENIED or _conditional(note, hit):
            continue
        if element == "hospital_decision" and not _decided(note, hit, kind):
            continue
        if element != "hospital_decision" and meant == UNCERTAIN and _LEVEL[element] == "high":
            continue
        if note.sentence(hit.start).section.kind == "procedure" and _LEVEL[element] != "high":
            continue
        if _refused(note, hit):
            continue
        yield Element("risk", _LEVEL[element], element, hit.start, hit.end)


def _decided(note: VisitNote, hit: Hit, kind: str) -> bool:
    cue = hit.cue.cue
    if kind == "hospital_initial":
        return True
    if kind in _AFTER or kind == "consultation_inpatient":
        if cue in _PLACES:
            return False
        return _NEXT_LEVEL.search(cue) is not None and note.setting == "inpatient"
    if kind in {"office", "consultation_office", "home", "preventive"}:
        return _PAST_STAY.match(cue) is None
    return True


def _drugs(note: VisitNote) -> Iterator[Element]:
    verbs = [hit for hit in note.of_table("risk") if hit.cue.element in _VERBS]
    for hit in note.of_table("drugs"):
        sentence = note.sentence(hit.start)
        if not _here(note, hit) or not _treats(note, sentence.section.kind, hit):
            continue
        if note.meant(hit.start, hit.end).kind in _DENIED or _conditional(note, hit):
            continue
        if _refused(note, hit):
            continue
        sold = hit.cue.element == "otc" and (
            not _PRESCRIBED_DOSE.match(note.text, hit.start)
            or _NO_PRESCRIPTION.search(note.text) is not None
        )
        if sold:
            yield Element("risk", "low", "otc_drug", hit.start, hit.end)
            continue
        near = any(
            (sentence.start <= verb.start < hit.start and hit.start - verb.end <= _BESIDE)
            or (0 <= verb.start - hit.end <= _BESIDE and verb.start < sentence.end)
            for verb in verbs
        )  # fmt: skip
        if near or _DOSE.match(note.text, hit.end, min(sentence.end, hit.end + 50)):
            yield Element("risk", "moderate", "prescription", hit.start, hit.end)


def _here(note: VisitNote, hit: Hit) -> bool:
    """Whether a place tells what this visit did: in a department or a ward its course counts too."""
    if note.concluding(hit.start):
        return True
    if note.setting == "outpatient" or hit.start < len(note.text) * _COURSE:
        return False
    return note.sentence(hit.start).section.kind not in PAST


def _treats(note: VisitNote, section: str, hit: Hit) -> bool:
    if section == "medications":
        return hit.start >= note.concludes
    return section != "procedure"


def _conditional(note: VisitNote, hit: Hit) -> bool:
    """Whether it would be done only if something happened."""
    sentence = note.sentence(hit.start)
    begin = max(
        sentence.start, max(note.text.rfind(mark, sentence.start, hit.start) for mark in ",:;") + 1
    )
    later = _IF.match(note.text, min(hit.end + 1, len(note.text)))
    return later is not None or _IF.search(note.text, begin, hit.start) is not None


def _refused(note: VisitNote, hit: Hit) -> bool:
    sentence = note.sentence(hit.start)
    stop = note.text.find(",", hit.end, sentence.end)
    end = min(sentence.end, hit.end + 40) if stop < 0 else stop
    ahead = note.text.rfind(",", sentence.start, hit.start) + 1
    start = max(sentence.start, hit.start - 25, ahead)
    return (
        _REFUSED.search(note.text, hit.end, end) is not None
        or re.search(
            r"\b(?:avoid|declin\w+|refus\w+|no)\b", note.text[start : hit.start], re.IGNORECASE
        )
        is not None
    )
