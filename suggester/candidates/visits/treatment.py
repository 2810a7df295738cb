"""Whether a visit changed the treatment of a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suggester.candidates.visits.places import Hit, VisitNote
from suggester.preprocess.assertion import PRESENT

#: How far a drug may stand behind the word that changes it, or before it.
_BEHIND, _AHEAD = 40, 25
_CHANGES = frozenset({"verb_start", "verb_change"})
#: Changes that give more of a drug, told by how they begin.
_MORE = ("add", "start", "begin", "initiat", "rais", "increas", "double", "titrat", "uptitrat", "goes up", "go up",
         "going up", "went up", "bump", "upped", "advance", "escalat", "step up", "moved up", "placed on", "put on")  # fmt: skip

#: Growths of the skin, and what takes them off or freezes them at the visit.
_GROWTH = re.compile(
    r"\b(?:aks?|bcc|scc|sks?|nevus|naevus|moles?|warts?|verruca\w*|keratos[ei]s|skin tags?|molluscum|lentigo|"
    r"(?:skin|pigmented|atypical) lesions?|neoplasm of uncertain behaviou?r)\b",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"\bln2\b|liquid nitrogen|\bcryo\w*|\b(?:shave|punch|tangential|excisional) ?(?:bx|biops\w+)?|\bbx [A-D]\b|"
    r"\bbiopsied\b|\bcurett\w+",
    re.IGNORECASE,
)
_NUMBED = re.compile(r"\bconsent|\blido|\btime-?\s?out|\banesthe|\bfreeze|\bthaw|\bhemosta|\balcl", re.IGNORECASE)  # fmt: skip


def removed_today(note: VisitNote, start: int, end: int) -> bool:
    """Return whether a growth of the skin was dealt with by a procedure that is paid for itself."""
    return (
        note.setting == "outpatient"
        and _GROWTH.search(note.text, start, end) is not None
        and _REMOVED.search(note.text) is not None
        and _NUMBED.search(note.text) is not None
    )


def treatment_changed(note: VisitNote, start: int, end: int) -> bool:
    """Return whether a drug is begun or its dose changed between two places: not at its goal before."""
    return any(0 <= drug.start - verb.end <= _BEHIND for verb, drug in _pairs(note, start, end))


def treatment_raised(note: VisitNote, start: int) -> bool:
    """Return whether more of a drug is given anywhere after a place."""
    return any(
        verb.cue.cue.startswith(_MORE)
        and (0 <= drug.start - verb.end <= _BEHIND or 0 <= verb.start - drug.end <= _AHEAD)
        and note.number(verb.start) == note.number(drug.start)
        for verb, drug in _pairs(note, start, len(note.text))
    )


def _pairs(note: VisitNote, start: int, end: int) -> Iterator[tuple[Hit, Hit]]:
    """Give each verb of a change with each prescribed drug, both meant, between two places."""
    verbs = [
        hit
        for hit in note.of_table("risk")
        if hit.cue.element in _CHANGES
        and start <= hit.start < end
        and note.meant(hit.start, hit.end).kind == PRESENT
    ]
    drugs = [
        hit
        for hit in note.of_table("drugs")
        if hit.cue.element == "rx" and start <= hit.start < end
    ]
    for verb in verbs:
        for drug in drugs:
            if note.meant(drug.start, drug.end).kind == PRESENT:
                yield verb, drug
