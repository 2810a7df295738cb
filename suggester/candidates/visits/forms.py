"""The form of a document: its title, and whether it is one that holds no visit of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from suggester.candidates.visits.places import Hit, VisitNote
from suggester.candidates.visits.reports import is_report, is_treatment_alone

#: How far a title reaches: its first sentence, at most so many characters; a short first line is
#: followed by a second.
_TITLE, _SHORT_LINE, _SHORT_TITLE = 170, 45, 8
#: Where a title has to begin to name the document, and where it does so without any form.
_OPENING, _VERY_FRONT = 45, 20
#: How far a drug may stand behind the word that begins it.
_BEGUN = 25
#: The most parts of a visit a document titled a report still has.
_REPORTED = 3
_SENTENCE = re.compile(r"[.;]\s")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_FLAGS = re.IGNORECASE | re.MULTILINE
#: Headings of operative notes, of reports, and of visits; each counts once.
_OPERATIVE = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"pre-?\s?op(?:erative)?\.? ?(?:dx|diagnos)|^pre-?op:", r"post-?\s?op(?:erative)?\.? ?(?:dx|diagnos)|^post-?op:",
        r"\b(?:procedures?|operations?)(?: performed)?\s*:", r"\b(?:anesthesia|anaesthesia|anes|sedation)\s*[:.]",
        r"\bebl\b|estimated blood loss", r"\bspecimens?\b", r"\bcomplications?\b", r"\btime-?\s?out\b",
        r"\bprepp?(?:ed)?\b", r"\bconsent", r"^(?:findings|technique|details|indications?|description)[^\n:.]{0,20}[:.]",
        r"\btolerated\b", r"\b(?:drains?|implants?|surgeon|assistant)\s*:",
    )
)  # fmt: skip
_REPORT = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"^(?:exam(?:ination)?|study|test|procedure)\s*:", r"^comparison\b", r"^technique\b", r"^findings\b",
        r"^impression\b|^conclusion\b|^interpretation\b", r"^(?:gross|micro)\w*|\bspecimens? (?:received|submitted)|^specimens?\b",
        r"^(?:clinical(?: (?:history|information|indication))?|indications?|history|reason for (?:exam|study))\s*:",
    )
)  # fmt: skip
_VISIT = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"^(?:cc|c/c|chief complaint|reason for visit)\b", r"\bhpi\b|history of (?:the )?present|^(?:s|subjective|interval|interim)\s*:",
        r"\bros\b|review of systems", r"^(?:o|pe|exam|physical|objective|vitals?)\b[^\n]{0,25}[:.]|\bbp\s*:?\s*\d{2,3}/|^\d{2,3}/\d{2}",
        r"^(?:a|a/p|ap|assessment|impression|imp|plan|p)\b[^\n:.]{0,20}[:.]", r"\bpmh\b|past medical|^meds?\b|medications",
        r"\brtc\b|\bfollow[- ]?up in\b|\breturn (?:in|to)\b|\bf/u\b",
        r"\bnew patient\b|\bestablished\b|\best\.? pt\b|\bfollow[- ]?up\b",
    )
)  # fmt: skip
#: Titles that an operation later in the document does not undo.
_VISIT_TITLES = frozenset({"hospital_initial", "emergency", "office", "consultation_inpatient"})
NO_VISIT = frozenset({"procedure_only", "report_only", "therapy_only", "postop_global"})
_SEPARATE = re.compile(
    r"significant(?:ly)?,? (?:and )?separate(?:ly)?|separately identifiable|separate (?:e/m|visit|problem)|"
    r"unrelated to (?:the |his |her )?(?:surgery|operation|procedure)|new (?:and )?unrelated|not related to (?:the |his |her )?surgery",
    re.IGNORECASE,
)
_NO_SEPARATE = re.compile(
    r"\bno (?:separate|separately|other)\b|\b(?:for|at) (?:a )?separate visit", re.IGNORECASE
)
_SURGICAL_DAY = re.compile(r"\bpod\b ?#?\d|post-?op(?:erative)? day", re.IGNORECASE)
_NOT_SURGEON = re.compile(
    r"hospitalist|medicine|cardiolog|nephrolog|intensivist|critical care|infectious|pulmon|consult|icu\b",
    re.IGNORECASE,
)
#: The form of a document shows in so many characters.
_FORM = 2500
_BOTH_ENDS = (_OPERATIVE[0], _OPERATIVE[1])
#: Days and weeks since an operation, in the words that open a surgeon's check.
_SINCE_SURGERY = re.compile(
    r"\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)[- ](?:days?|weeks?|wks?)\W+"
    r"(?:out|status[- ]post|s/p|post\w*|after|following|since|from)\b[^.\n]{0,70}"
    r"(?:plasty|ectomy|otomy|repair|replacement|total (?:knee|hip|shoulder)|surgery|operation|fusion|fixation|orif|pinn|release|reconstruction|"
    r"bypass|cesarean|c-section|procedure|excision|phaco|cataract)",
    re.IGNORECASE,
)
_SURGEON_ONLY = re.compile(r"\bmy (?:hospital|surgery|operation)|\bI (?:did|performed|operated)|\bincision|\bsutures?\b|\bstaples?\b|\bwound|\bportal|\bscar\b|\bpost-?op", re.IGNORECASE)  # fmt: skip


#: Care after work that someone else did is not paid with it.
_BY_OTHERS = re.compile(
    r"\bnot (?:us|by us|ours|done here|placed here)\b|\bout[- ]of[- ]state\b|"
    r"\b(?:sutured|repaired|closed|placed|operated|done|stitched)\b[^.\n]{0,20}\b(?:elsewhere|(?:at|in|by) (?:an?|another|the) "
    r"(?:\w+ )?(?:ed|er|urgent care|emergency|hospital|facility|surgeon)\b)",
    re.IGNORECASE,
)


def _managed(note: VisitNote) -> bool:
    """Whether a drug was begun or changed where the note concludes."""
    verbs = {"verb_start", "verb_change"}
    begun = [hit for hit in note.of_table("risk") if hit.cue.element in verbs]
    drugs = [hit for hit in note.of_table("drugs") if hit.cue.element == "rx"]
    return any(
        0 <= drug.start - verb.end <= _BEGUN and note.concluding(drug.start)
        for verb in begun
        for drug in drugs
    )


def title_end(text: str) -> int:
    """Return where the title ends: after the first line with words, or the second if that is short."""
    lines = [match.span() for match in islice(_LINE.finditer(text), 2)]
    if not lines:
        return len(text)
    start, end = lines[0]
    if end - start < _SHORT_LINE:
        end = lines[-1][1]
    first = _SENTENCE.search(
        text, (start if end == lines[0][1] else lines[-1][0]) + _SHORT_TITLE, end
    )
    return min(first.start() if first else end, start + _TITLE)


def _count(patterns: Sequence[re.Pattern[str]], text: str) -> int:
    return sum(1 for pattern in patterns if pattern.search(text, 0, _FORM))


def is_no_visit(note: VisitNote, titles: Mapping[str, Hit], bodies: Mapping[str, Hit]) -> bool:
    """Whether a document is an operation, a report, therapy or care a surgeon was paid for before."""
    text = note.text
    separate = _SEPARATE.search(text) and not _NO_SEPARATE.search(text)
    if separate:
        return False
    if "postop_global" in bodies or is_report(text):
        return True
    visits = _count(_VISIT, text)
    if all(pattern.search(text, 0, 900) for pattern in _BOTH_ENDS) and not _VISIT_TITLES & set(
        titles
    ):
        return True
    if (
        note.setting == "outpatient"
        and _SINCE_SURGERY.search(text, 0, 350)
        and _SURGEON_ONLY.search(text)
    ):
        return True
    first = min(titles.values(), key=lambda hit: hit.start, default=None)
    named = [k for k in titles if k not in NO_VISIT and not k.startswith("telehealth")]
    alone = is_treatment_alone(text) and not {"preventive", "wellness"} & set(named)
    if note.setting == "outpatient" and alone and not _managed(note):
        return True
    sutured = "postop_global" in titles and _BY_OTHERS.search(text) is None
    if sutured and not {"hospital_discharge", "emergency"} & set(named):
        return not (_SURGICAL_DAY.search(text[:300]) and _NOT_SURGEON.search(text[:300]))
    said = bodies.get("procedure_only")
    if said and re.search(r"\bonly\b|^no |^not ", said.cue.cue):
        return True
    operative, report = _count(_OPERATIVE, text), _count(_REPORT, text)
    if first and first.cue.element in NO_VISIT and first.start < _OPENING:
        kind = first.cue.element
        if kind == "therapy_only":
            return not named
        if kind == "report_only" and not named:
            short = visits <= 1 and first.start < _VERY_FRONT
            titled = first.cue.cue.endswith("report") and visits <= _REPORTED
            return report >= 3 or (report >= 1 and visits <= 2) or short or titled
        if kind == "procedure_only" and first.start < _VERY_FRONT and operative > _REPORTED:
            return True  # the first line names it; a visit in the second was an earlier one
        if kind == "procedure_only" and not named:
            return operative >= 2 or visits <= 3
    if report >= 3 and visits <= 2 and not named:
        return True
    if note.setting == "emergency" or named:
        return False
    if "therapy_only" in titles:
        return True
    return operative >= 4 and operative > visits and visits <= 3
