"""What kind of visit a note documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from suggester.candidates.visits.forms import NO_VISIT, is_no_visit, title_end
from suggester.candidates.visits.places import Hit, VisitNote
from suggester.candidates.visits.times import Spent
from suggester.preprocess.assertion import FAMILY, HYPOTHETICAL, NEGATED

_DENIED = frozenset({NEGATED, HYPOTHETICAL, FAMILY})
_NURSING = ("nursing_discharge", "nursing_initial", "nursing_subsequent")
_OBSERVED = re.compile(r"\bobs(?:ervation)?\b", re.IGNORECASE)
_HOSPITAL_STAY = re.compile(
    r"\bhospital day\b|\bhosp day\b|\bhd ?#?\d|\bovernight\b|\bicu day\b|\bday \d+ of (?:admission|stay)|\btelemetry\b",
    re.IGNORECASE,
)
_ADMISSION = re.compile(
    r"\badmi(?:t|ts|tted|ssion|tting)\b|\bh ?& ?p\b|history (?:and|&) physical", re.IGNORECASE
)
_LEAVING_TODAY = re.compile(
    r"\bdischarge, hospital day|\bday of discharge|discharge day", re.IGNORECASE
)
_SENT_HOME = re.compile(
    r"\bdischarg(?:e|ed|ing)\b (?:home|today|day|to|summary|instructions|planning)", re.IGNORECASE
)
#: A kind of visit that is only told of: "follow-up from emergency department".
_EARLIER = re.compile(
    r"\b(?:follow(?:ing|s|ed)?[- ]?(?:up)?|f/u|after|from|since|seen in|discharged|post)\b[^\n.;:,]{0,25}$",
    re.IGNORECASE,
)
_LOOK_BACK = 45
_NUMBERED = re.compile(r"\W{0,3}\d")
#: A title of a later visit by the same consultant.
_CONSULT_AGAIN = re.compile(
    r"\bconsult\w*\b[^\n]{0,20}\b(?:follow|progress|daily|sign[- ]?off)|\bfollow[^\n]{0,20}\bconsult|"
    r"\b(?:consult|follow)\w*\b[^\n]{0,30}\bhospital day [2-9]",
    re.IGNORECASE,
)
_TITLE_REACH = 120
_TOLD_IN_FULL = 3
_FULL_HISTORY = frozenset({"hpi", "pmh", "social_history", "family_history", "ros", "medications"})
_MEDICARE_AGE = 65
_MEDICARE = re.compile(r"\bmedicare\b(?! advantage)", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:requested by|request of|requests? (?:an? )?(?:opinion|evaluation|consult)|asked (?:by|to|for)|asks? (?:for|me|us)|"
    r"at the request|requesting|opinion|referring (?:physician|provider)|referred by)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a visit; ``hits`` are the places that say so, empty where it was assumed.

    ``mode`` is ``video`` or ``audio`` where the patient was elsewhere; ``medicare`` whether the note
    names Medicare as the payer.
    """

    kind: str
    hits: tuple[Hit, ...]
    mode: str = ""
    medicare: bool = False


def read_kind(note: VisitNote, times: Sequence[Spent]) -> Kind | None:
    """Return the kind of visit of a note, ``None`` where it documents no visit of its own."""
    limit = title_end(note.text)
    titles: dict[str, Hit] = {}
    bodies: dict[str, Hit] = {}
    for hit in note.of_table("kinds"):
        if hit.cue.cue == "HD" and not _NUMBERED.match(note.text, hit.end):
            continue  # dialysis, no day of a stay
        if hit.start < limit and not _EARLIER.search(
            note.text, max(0, hit.start - _LOOK_BACK), hit.start
        ):
            titles.setdefault(hit.cue.element, hit)
        if hit.cue.detail == "any" and (
            hit.cue.element in NO_VISIT or note.meant(hit.start, hit.end).kind not in _DENIED
        ):
            bodies.setdefault(hit.cue.element, hit)
    found = titles | {kind: hit for kind, hit in bodies.items() if kind not in titles}
    medicare = _MEDICARE.search(note.text) is not None
    if is_no_visit(note, titles, bodies):
        return None
    kind = _choose(note, titles, found, times)
    mode = ""
    if kind in {"office", "consultation_office", "home", "transition"}:
        if "telehealth_audio" in titles or (
            "telehealth_audio" in found and "telehealth_video" not in titles
        ):
            mode = "audio"
        elif "telehealth_video" in found:
            mode = "video"
    proof = [found[k] for k in (kind, f"telehealth_{mode}") if k in found]
    return Kind(kind, tuple(proof), mode, medicare)


def _choose(
    note: VisitNote, titles: dict[str, Hit], found: dict[str, Hit], times: Sequence[Spent]
) -> str:
    refused = any(spent.meaning == "critical_care_refused" for spent in times)
    critical = any(s.meaning == "critical_care_time" and s.minutes >= 30 for s in times)
    if critical and not refused:
        return "critical_care"
    if "staff_only" in found:
        return "staff_only"
    age = note.doc._.facts.age
    if not age and ("newborn" in titles or ("newborn" in found and note.setting == "inpatient")):
        return "newborn" if note.setting == "inpatient" else "preventive"
    if note.setting == "emergency":
        return "consultation_office" if _consulted(note, titles) else "emergency"
    if nursing := _nursing(titles, found):
        return nursing
    if note.setting == "inpatient":
        return _in_bed(note, titles, found)
    if "hospital_same_day" in found and _OBSERVED.search(note.text):
        return "hospital_same_day"
    for kind in ("hospital_discharge", "hospital_initial", "hospital_subsequent"):
        if kind in titles and (_OBSERVED.search(note.text) or _ADMISSION.search(note.text)):
            if kind == "hospital_subsequent" and not _HOSPITAL_STAY.search(note.text):
                continue
            return kind
    if "observation" in titles or "observation" in found:
        return _in_bed(note, titles, found)
    if "emergency" in titles:
        return "emergency"
    if "wellness" in titles and (
        _MEDICARE.search(note.text) or age is None or age >= _MEDICARE_AGE
    ):
        return "wellness"
    if "preventive" in titles or "wellness" in titles:
        return "preventive"
    if "transition" in titles:
        return "transition"
    if "home" in found:
        return "home"
    if _consulted(note, titles):
        return "consultation_office"
    for kind in ("preventive", "transition"):
        if kind in found:
            return kind
    return "office"


def _nursing(titles: dict[str, Hit], found: dict[str, Hit]) -> str:
    here = [kind for kind in _NURSING if kind in titles]
    if not here:
        here = [kind for kind in _NURSING if kind in found and found[kind].start < 400]
    if "hospital_initial" in titles and titles["hospital_initial"].cue.cue != "admission":
        here = [kind for kind in here if kind == "nursing_initial" and kind in titles]
    return here[0] if here else ""


def _in_bed(note: VisitNote, titles: dict[str, Hit], found: dict[str, Hit]) -> str:
    if "hospital_same_day" in found:
        return "hospital_same_day"
    summed = "hospital_discharge" in found and not {
        "hospital_initial",
        "hospital_subsequent",
    } & set(titles)
    if "hospital_discharge" in titles or summed or _LEAVING_TODAY.search(note.text, 0, 200):
        return "hospital_discharge"
    if "hospital_subsequent" in titles and _CONSULT_AGAIN.search(note.text, 0, _TITLE_REACH):
        return "hospital_subsequent"
    if {"consultation_inpatient", "consultation_office"} & set(titles):
        return "consultation_inpatient"
    for kind in ("hospital_subsequent", "hospital_initial"):
        if kind in titles:
            return kind
    if _HOSPITAL_STAY.search(note.text[:400]):
        return "hospital_subsequent"
    if "consultation_inpatient" in found:
        return "consultation_inpatient"
    if _SENT_HOME.search(note.text[:300]):
        return "hospital_discharge"
    told = {section.kind for section in note.sections} & _FULL_HISTORY
    if (
        "hospital_initial" in found
        or _ADMISSION.search(note.text[:300])
        or len(told) >= _TOLD_IN_FULL
    ):
        return "hospital_initial"
    return "hospital_subsequent"


def _consulted(note: VisitNote, titles: dict[str, Hit]) -> bool:
    """Whether an opinion was asked for and goes back: a referral alone is no consultation."""
    if not {"consultation_office", "consultation_inpatient"} & set(titles):
        reports = [
            hit for hit in note.of_table("kinds") if hit.cue.element == "consultation_office"
        ]
        return len({hit.cue.cue for hit in reports}) >= 2
    return _ASKED.search(note.text) is not None
