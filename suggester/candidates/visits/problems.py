"""The problems a visit addressed: each diagnosis concluded on, and how it is doing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from suggester.candidates.mentions import Candidate
from suggester.candidates.visits.places import Hit, VisitNote
from suggester.candidates.visits.threats import takes_poison, threatens
from suggester.candidates.visits.treatment import removed_today, treatment_changed, treatment_raised
from suggester.candidates.visits.visit import Column, Element
from suggester.lexicon.visit_rows import load_visits
from suggester.preprocess.assertion import NEGATED, PRESENT, UNCERTAIN
from suggester.preprocess.sentences import Sentence

STATUSES = frozenset({"worse", "stable", "better", "severe"})
_LEVEL = {
    "self_limited": "straightforward",
    "chronic": "low",
    "acute_uncomplicated": "low",
    "chronic_exacerbation": "moderate",
    "undiagnosed_uncertain": "moderate",
    "acute_systemic": "moderate",
    "acute_complicated_injury": "moderate",
    "severe_exacerbation": "high",
    "threat": "high",
}
_GRAVITY = {name: rank for rank, name in enumerate(_LEVEL)}
#: Wordings the note uses itself, not those put together from parts.
_OWN_WORDS = 1
_PARTS = re.compile(r"[,;:/\n.+]| and | & ")
_CLAUSE = re.compile(r"[,;.:\n]")
_OVER = frozenset({"resolved", "healed", "ruled out", "excluded", "reasonably excluded", "unlikely", "low probability"})  # fmt: skip
_POISONING = re.compile(r"T(?:3[6-9]|4\d|50)\.?..?.?[56]")
_FINDING = re.compile(r"R9[0-4]")
_ABNORMAL = re.compile(
    r"abnormal|elevat|positiv|nodul|mass|lesion|opaci|shadow|densit|spot|prolong|reduced|decreas|increas|raised|finding|"
    r"calcific|infiltrat|low|high|defect|enlarge|thicken",
    re.IGNORECASE,
)
_WIDESPREAD = re.compile(r"metasta|\bstage iv\b|\bstage 4\b|\bmets\b", re.IGNORECASE)
_REMISSION = re.compile(
    r"remission|\bned\b|no evidence of disease|surveillance|history of", re.IGNORECASE
)
#: How far a word on how a problem is doing may stand before it.
_BEFORE = 40
_COURSES = frozenset({"assessment_plan", "hospital_course"})
#: A word in lower case shorter than this is too likely an abbreviation misread.
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """A problem at one place; ``key`` tells problems apart, ``soft`` that its element was inferred."""

    start: int
    end: int
    element: str
    key: str
    soft: bool = False


def read_problems(note: VisitNote, coded: Sequence[Candidate]) -> Column:
    """Return the column of problems: its level and the problems that reach it, gravest first."""
    spots = _settle(note, [*_of_cues(note), *_of_codes(note, coded)])
    best: dict[str, Spot] = {}
    for spot in spots:
        known = best.get(spot.key)
        if known is None or _GRAVITY[spot.element] > _GRAVITY[known.element]:
            best[spot.key] = spot
    found = sorted(best.values(), key=lambda s: (-_GRAVITY[s.element], s.start))
    counts: dict[str, int] = {}
    for spot in found:
        counts[spot.element] = counts.get(spot.element, 0) + 1
    level = _LEVEL[found[0].element] if found else "straightforward"
    soft = bool(found) and all(s.soft for s in found if _LEVEL[s.element] == level)
    if level == "low" and counts.get("chronic", 0) >= 2:
        level, soft = "moderate", False
    elif level == "straightforward" and counts.get("self_limited", 0) >= 2:
        level = "low"
    elements = (Element("problems", _LEVEL[s.element], s.element, s.start, s.end) for s in found)
    return Column(level, tuple(elements), soft)


def _of_cues(note: VisitNote) -> Iterable[Spot]:
    for hit in note.of_table("problems"):
        if hit.cue.element not in STATUSES:
            yield Spot(hit.start, hit.end, hit.cue.element, hit.cue.cue)


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    """Return the words that tell how a problem is doing: none of them is a problem itself."""
    cues = load_visits().cues
    return frozenset(c.cue for c in cues if c.table == "problems" and c.element in STATUSES)


def _of_codes(note: VisitNote, coded: Sequence[Candidate]) -> Iterable[Spot]:
    rows = load_visits()
    states = _states()
    for candidate in coded:
        code = candidate.code
        element = "none" if _POISONING.match(code) else rows.diagnosis(code)
        if element == "none":
            continue
        for mention in candidate.mentions:
            term = mention.term
            words = note.text[term.start : term.end]
            if _FINDING.match(code) and not _ABNORMAL.search(words):
                continue  # the name of a test says nothing of its result
            if (words.islower() and len(words) < _SHORTEST) or words.lower() in states:
                continue
            if mention.rank == 0 and mention.kind <= _OWN_WORDS and term.gap <= 1:
                yield Spot(term.start, term.end, element, code[:3])


def _settle(note: VisitNote, spots: list[Spot]) -> list[Spot]:
    """Return the problems addressed, the longest wording at each place, with how each is doing."""
    spots.sort(
        key=lambda s: (
            s.element != "self_limited",
            s.start - s.end,
            -_GRAVITY.get(s.element, 3),
            s.start,
        )
    )
    kept: list[Spot] = []
    for spot in spots:
        if any(spot.start < other.end and other.start < spot.end for other in kept):
            continue
        if _addressed(note, spot):
            kept.append(spot)
    kept = _focused(note, sorted(kept, key=lambda s: s.start))
    out: list[Spot] = []
    for i, spot in enumerate(kept):
        following = kept[i + 1].start if i + 1 < len(kept) else len(note.text)
        before = kept[i - 1].end if i else 0
        if settled := _doing(note, spot, before, following):
            same = out and note.number(out[-1].start) == note.number(spot.start)
            if same and not _PARTS.search(note.text, out[-1].end, spot.start):
                graver = max(out[-1], settled, key=lambda s: _GRAVITY[s.element])
                out[-1] = replace(graver, start=out[-1].start, end=settled.end)
            else:
                out.append(settled)
    out = [_graver(note, spot) for spot in _without_symptoms(note, out)]
    out = [s for s in out if not removed_today(note, s.start, s.end)] or out
    if len(out) == 1 and out[0].element == "chronic" and _raised(note, out[0]):
        return [replace(out[0], element="chronic_exacerbation", soft=True)]
    return out


def _graver(note: VisitNote, spot: Spot) -> Spot:
    """Return a problem as the threat that its complications make it."""
    over = spot.element in {"self_limited", "threat"}
    if over or not threatens(note, spot.start, spot.end):
        return spot
    return replace(spot, element="threat", soft=True)


def _raised(note: VisitNote, spot: Spot) -> bool:
    """Whether the plan treats the only problem with more than before, and none calls it stable."""
    calm = any(
        hit.cue.element == "stable" and note.concluding(hit.start) and not _denied(note, hit)
        for hit in note.of_table("problems")
    )
    return not calm and treatment_raised(note, spot.end)


def _addressed(note: VisitNote, spot: Spot) -> bool:
    if not note.concluding(spot.start):
        return False
    return note.meant(spot.start, spot.end).kind in {PRESENT, UNCERTAIN}


def _focused(note: VisitNote, spots: list[Spot]) -> list[Spot]:
    """Return the problems the note names as such, where it names any: not those a plan talks of."""
    named = [spot for spot in spots if _names(note.sentence(spot.start), _opens_block(note, spot))]
    return named or [s for s in spots if note.sentence(s.start).section.kind in _COURSES] or spots


def _opens_block(note: VisitNote, spot: Spot) -> bool:
    number = note.number(spot.start)
    return number == 0 or note.sentences[number - 1].block != note.sentences[number].block


def _names(sentence: Sentence, opens: bool) -> bool:
    kind = sentence.section.kind
    if kind == "diagnosis":
        return True
    listed = sentence.item or sentence.title or sentence.order == 0 or opens
    return kind in {"assessment", "assessment_plan"} and (listed or kind == "assessment")


def _doing(note: VisitNote, spot: Spot, before: int, following: int) -> Spot | None:
    """Return a problem with the element its course gives it, ``None`` where it is over."""
    sentence = note.sentence(spot.start)
    block_end = _block_end(note, spot)
    ahead = max(sentence.start, before, spot.start - _BEFORE)
    clauses = [m.end() for m in _CLAUSE.finditer(note.text, ahead, spot.start)]
    ahead = clauses[-1] if clauses else ahead
    after = min(block_end, following)
    said: dict[str, str] = {}
    for hit in note.of_table("problems"):
        if not (hit.cue.element in STATUSES and ahead <= hit.start < after):
            continue
        grave = hit.cue.element == "severe" and hit.start >= sentence.end
        if not grave and not _denied(note, hit):
            said.setdefault(hit.cue.element, hit.cue.cue)
    words = note.text[ahead : max(after, spot.end)]
    element, soft = spot.element, spot.soft
    doubtful = note.meant(spot.start, spot.end).kind == UNCERTAIN
    if element == "active_cancer":
        if _REMISSION.search(words) or said.get("stable") == "in remission":
            element = "chronic"
        else:
            grave = _WIDESPREAD.search(note.text) is not None or takes_poison(note)
            element = "severe_exacerbation" if grave else "chronic_exacerbation"
            if doubtful:
                element = "undiagnosed_uncertain"
            # A tumour that responds is still treated for what it threatens.
            return replace(spot, element=element, soft=grave or doubtful)
    elif element == "worse":
        element = "chronic" if "stable" in said and "worse" not in said else "chronic_exacerbation"
    elif element == "fracture_small":
        element = "acute_uncomplicated"
    if said.get("better") in _OVER and element not in {"chronic", "chronic_exacerbation"}:
        return None if said["better"] != "resolved" else replace(spot, element="self_limited")
    if element == "chronic":
        if "worse" in said and "severe" in said:
            element = "severe_exacerbation"
        elif "worse" in said:
            element = "chronic_exacerbation"
        elif "stable" not in said and treatment_changed(note, spot.end, after):
            element, soft = "chronic_exacerbation", True
        elif doubtful:
            element, soft = "undiagnosed_uncertain", True
    elif "better" in said:
        element = {
            "threat": "acute_systemic",
            "severe_exacerbation": "chronic_exacerbation",
            "acute_systemic": "acute_systemic"
            if note.setting != "outpatient"
            else "acute_uncomplicated",
        }.get(element, element)
    elif doubtful and element in {"threat", "severe_exacerbation", "acute_systemic"}:
        element, soft = "undiagnosed_uncertain", True
    return replace(spot, element=element, soft=soft)


def _denied(note: VisitNote, hit: Hit) -> bool:
    """Whether a word on the course is negated in its own clause: not so in "without aura, worsening"."""
    meant = note.meant(hit.start, hit.end)
    return meant.kind == NEGATED and "," not in note.text[max(meant.end, 0) : hit.start]


def _block_end(note: VisitNote, spot: Spot) -> int:
    """Return where what belongs to a problem ends."""
    number = note.number(spot.start)
    block = note.sentences[number].block
    end = note.sentences[number].end
    for sentence in note.sentences[number + 1 :]:
        if sentence.block != block:
            break
        end = sentence.end
    return end


def _without_symptoms(note: VisitNote, spots: list[Spot]) -> list[Spot]:
    """Leave out the symptoms of a problem that its own item names too."""
    settled = {note.sentence(s.start).block for s in spots if not s.key.startswith("R")}
    return [
        s
        for s in spots
        if not s.key.startswith("R")
        or note.sentence(s.start).block not in settled
        or s.element == "undiagnosed_uncertain"
    ]
