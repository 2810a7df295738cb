"""Whether the patient of a visit is new."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suggester.candidates.visits.forms import title_end
from suggester.candidates.visits.places import Hit, VisitNote
from suggester.lexicon.visit_rows import VisitCue
from suggester.preprocess.assertion import FAMILY, NEGATED

_NEW_LINE = re.compile(r"^\s*NEW\b(?=[.:,;\s]*(?:$|[.:;,]|PATIENT|PT|\d))|\bnew (?:pt|patient)\b")
#: The cue of a capital NEW that opens the note.
_NEW_CUE = VisitCue("patients", "new", "", "new")
#: How far a note opens at least.
_OPENING = 200


@dataclass(frozen=True, slots=True)
class PatientStatus:
    """Whether the patient is new; ``hit`` says so, ``None`` where the note is silent."""

    status: str
    hit: Hit | None
    certain: bool


def read_patient(note: VisitNote) -> PatientStatus:
    """Return whether the patient is new or established, with no status where the note is silent."""
    strong: dict[str, Hit] = {}
    weak: dict[str, Hit] = {}
    for hit in note.of_table("patients"):
        denied = note.meant(hit.start, hit.end).kind in {NEGATED, FAMILY}
        if denied and not hit.cue.cue.startswith(("never", "no ")):
            continue
        status = hit.cue.element.removeprefix("weak_")
        (weak if hit.cue.element.startswith("weak_") else strong).setdefault(status, hit)
    limit = title_end(note.text)
    if match := _NEW_LINE.search(note.text, 0, max(limit, _OPENING)):
        first = next((h for h in strong.values() if h.start <= match.end()), None)
        if first is None or first.cue.element == "new" or match.start() < first.start:
            place = Hit(_NEW_CUE, match.start(), match.end())
            return PatientStatus("new", place, True)
    for told, certain in ((strong, True), (weak, False)):
        if told:
            status, hit = min(told.items(), key=lambda item: item[1].start)
            if status == "established" and "new" in told and hit.cue.cue == "last seen":
                status, hit = "new", told["new"]
            return PatientStatus(status, hit, certain)
    return PatientStatus("", None, False)
