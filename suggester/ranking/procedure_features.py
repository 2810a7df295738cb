"""Features of (note, procedure code) pairs: was it done, and is it this code?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from suggester.candidates.procedures.generate import ProcedureCandidate, ProcedureMention
from suggester.candidates.procedures.note_kind import note_kind, note_kinds
from suggester.candidates.procedures.status_kinds import KINDS, PERFORMED
from suggester.preprocess.assertion import (
    FAMILY,
    HISTORICAL,
    HYPOTHETICAL,
    NEGATED,
    PRESENT,
    UNCERTAIN,
)
from suggester.preprocess.note_text import text_of

#: Sections in the order of their number; any other has the next.
_SECTIONS = (
    "procedure findings results assessment_plan assessment plan hpi psh pmh exam indication "
    "chief_complaint medications body diagnosis preop_diagnosis administrative hospital_course "
    "instructions social_history vitals ros"
).split()
_ASSERTIONS = (PRESENT, NEGATED, UNCERTAIN, HYPOTHETICAL, HISTORICAL, FAMILY)
#: First codes of the chapters of CPT, in order; HCPCS codes are told by their letter.
_CHAPTERS = (0, 10000, 20000, 30000, 40000, 60000, 70000, 80000, 90281, 90800, 99200)
NAMES = (
    "score rank margin mentions sections chapter section heading done ordered before not_done assertion "
    "title item words gap position first length done_ahead ordered_ahead before_ahead agreed untold "
    "against most_words in_procedure any_title any_heading first_position note_procedure note_plan "
    "setting candidates rivals behind best_sign mean_sign add_on default kind strength told "
    "any_performed share_performed best_performed best_other performed_against last_kind note_type "
    "families_performed share_of_families anothers"
).split()
_SETTINGS = ("outpatient", "inpatient", "emergency")

#: Chapters of codes that belong to who writes such a note; the surgeon reports what was operated on.
_OWN_CHAPTERS = {"anesthesia": frozenset({0, 4, 6, 9}), "pathology": frozenset({7})}

Floats = npt.NDArray[np.float32]


def chapter_of(code: str) -> int:
    """Return the chapter of a code: 0–10 for those of CPT, 11 for drugs, 12 for other HCPCS codes."""
    if not code[0].isdigit():
        return 11 if code[0] in "JQ" else 12
    number = int(code[:4]) * 10 + (int(code[4]) if code[4].isdigit() else 0)
    return max(i for i, first in enumerate(_CHAPTERS) if number >= first)


def matrix(doc: Doc, candidates: Sequence[ProcedureCandidate], setting: str) -> Floats:
    """Return the features of each candidate; shape (candidates, features), :data:`NAMES` by column."""
    kinds = {sentence.section.kind for sentence in doc._.sentences}
    length = max(1, len(text_of(doc)))
    note = (
        float("procedure" in kinds),
        float(bool(kinds & {"assessment_plan", "plan"})),
        float(_SETTINGS.index(setting)) if setting in _SETTINGS else 0.0,
        float(len(candidates)),
    )
    kind = note_kind(text_of(doc))
    about = (float((*note_kinds(), "").index(kind)), *_report(candidates))
    own = _OWN_CHAPTERS.get(kind)
    rows = [
        [
            *_row(candidate, length, note),
            *_told(candidate),
            *about,
            own is not None and chapter_of(candidate.code.code) not in own,
        ]
        for candidate in candidates
    ]
    return np.array(rows, dtype=np.float32).reshape(len(candidates), len(NAMES))


def _row(
    candidate: ProcedureCandidate, length: int, note: tuple[float, float, float, float]
) -> list[float]:
    rank = min(m.rank for m in candidate.mentions)
    mentions = [m for m in candidate.mentions if m.rank == rank]
    signs = [_sign(m) for m in mentions]
    best = mentions[int(np.argmax(signs))]
    option = max((m.option for m in mentions), key=lambda option: option.score)
    status, sentence = best.status, best.sentence
    positions = [m.term.start / length for m in mentions]
    return [
        option.score,
        rank,
        option.score - candidate.rival if candidate.rivals else 2.0,
        len(candidate.mentions),
        len({m.sentence.section.kind for m in candidate.mentions}),
        chapter_of(candidate.code.code),
        _section(best),
        status.heading,
        status.done,
        status.ordered,
        status.before,
        status.not_done,
        _ASSERTIONS.index(best.assertion.kind)
        if best.assertion.kind in _ASSERTIONS
        else len(_ASSERTIONS),
        sentence.title,
        sentence.item,
        len(best.term.words),
        best.term.gap,
        best.term.start / length,
        sentence.order == 0,
        sentence.end - sentence.start,
        status.done_ahead,
        status.ordered_ahead,
        status.before_ahead,
        option.agreed,
        option.untold,
        option.against,
        max(len(m.term.words) for m in mentions),
        any(m.sentence.section.kind == "procedure" for m in mentions),
        any(m.sentence.title for m in mentions),
        any(m.status.heading for m in mentions),
        min(positions),
        *note,
        candidate.rivals,
        candidate.rival - option.score,
        max(signs),
        sum(signs) / len(signs),
        candidate.code.add_on,
        candidate.code.default,
    ]


def _told(candidate: ProcedureCandidate) -> list[float]:
    """Return what the cues say became of the procedure, over all its mentions."""
    mentions = candidate.mentions
    best = max(mentions, key=lambda m: (m.status.kind == PERFORMED, m.status.strength))
    done = [m.status.strength for m in mentions if m.status.kind == PERFORMED]
    other = [m.status.strength for m in mentions if m.status.kind != PERFORMED]
    last = max(mentions, key=lambda m: m.term.start)
    return [
        KINDS.index(best.status.kind),
        best.status.strength,
        bool(best.status.cue),
        bool(done),
        len(done) / len(mentions),
        max(done, default=0.0),
        max(other, default=0.0),
        max(done, default=0.0) - max(other, default=0.0),
        KINDS.index(last.status.kind),
    ]


def _report(candidates: Sequence[ProcedureCandidate]) -> tuple[float, float]:
    """Return how many families the note says were performed, and their share."""
    families = {c.code.family for c in candidates}
    done = {
        c.code.family for c in candidates if any(m.status.kind == PERFORMED for m in c.mentions)
    }
    return float(len(done)), len(done) / max(1, len(families))


def _section(mention: ProcedureMention) -> int:
    kind = mention.sentence.section.kind
    return _SECTIONS.index(kind) if kind in _SECTIONS else len(_SECTIONS)


def _sign(mention: ProcedureMention) -> float:
    """Return how much speaks for having been done, to find the best mention."""
    status = mention.status
    return (
        (status.strength if status.kind == PERFORMED else -status.strength)
        + 2.0 * (mention.sentence.section.kind in {"procedure", "findings", "results"})
        + 1.5 * status.heading
        - 2.0 * (mention.assertion.kind not in {PRESENT, UNCERTAIN})
    )
