"""Features of a (note, code) pair: none of them depends on which code it is.

They say how well the words match, where the term stands, how it is meant, how specific the note is,
how common the code is, and what competes with it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from suggester.candidates.code_models import Scores
from suggester.candidates.exclusions import Exclusions
from suggester.candidates.integral import explains
from suggester.candidates.learned import Learned, wording
from suggester.candidates.mentions import Candidate, Mention
from suggester.preprocess.assertion import HISTORICAL, PRESENT, UNCERTAIN
from suggester.preprocess.modifiers import NoteFacts
from suggester.ranking.competition import Competition
from suggester.ranking.layout import Layout
from suggester.ranking.names import NAMES
from suggester.ranking.places import (
    CONCLUDING,
    DISTANCE,
    GROUPS,
    HEADED,
    HISTORY_CATEGORIES,
    SYMPTOM_CATEGORIES,
)

if TYPE_CHECKING:
    from suggester.codes import CodeSet

Row = dict[str, float]
#: Mentions whose match is compared in full; the rest only count.
_COMPARED = 4

_MENTIONS = {group: f"mentions_{group}" for group in GROUPS}
_NO_MENTIONS = dict.fromkeys(_MENTIONS.values(), 0)
_NEOPLASMS = frozenset(f"D{n:02d}" for n in range(50))
_PAIN = ("M54", "M25.5", "M79")
_MALE_ONLY = re.compile(r"^(?:N4[0-9]|N5[0-3]|C6[0-3]|D29|Z12\.5|R97\.2)")
_FEMALE_ONLY = re.compile(r"^(?:O|N7[0-7]|N8[0-9]|N9[0-8]|C5[1-8]|D2[5-8]|Z3[2-9]|Z12\.4|Z01\.4)")


@dataclass(frozen=True, slots=True)
class NoteContext:
    """What the encounter brings to every pair: setting, what training counted, what models say."""

    setting: str = "outpatient"
    code_frequency: Mapping[str, float] = field(default_factory=dict)
    category_frequency: Mapping[str, float] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    scores: Scores | None = None


class PairFeatures:
    """Compute the feature matrix of a note's candidates.

    Parameters
    ----------
    codes
        The code set, for titles and the hierarchy.
    weight
        Normal form → how telling it is, see :meth:`suggester.preprocess.term_index.TermIndex.weight`.
    phrases
        Code → number of lexicon phrases that lead to it: the more ways clinicians have to say
        something, the more common it is.
    """

    def __init__(
        self, codes: CodeSet, weight: Callable[[str], float], phrases: Mapping[str, int]
    ) -> None:
        self._codes = codes
        self.exclusions = Exclusions(codes)
        self._weight = weight
        self._by_code = phrases
        self._phrases = lru_cache(maxsize=100_000)(self._count_phrases)

    def matrix(
        self, doc: Doc, candidates: Sequence[Candidate], context: NoteContext
    ) -> npt.NDArray[np.float32]:
        """Return one row a candidate; shape (candidates, ``len(NAMES)``), more with code models."""
        layout = Layout(doc)
        competition = Competition(candidates, self._weight, self._codes.title)
        out = np.zeros((len(candidates), len(NAMES)), dtype=np.float32)
        concluded = [code for code, _ in competition.diagnoses]
        of_note = _note(layout, competition, context)
        for number, candidate in enumerate(candidates):
            row = {
                **_wording(candidate, competition),
                **_placing(candidate, layout),
                **_meaning(candidate, competition),
                **_detail(candidate),
                **self._commonness(candidate, context),
                **_kind(candidate, doc._.facts, competition),
                **_rivalry(candidate, competition),
                **of_note,
                "integral": float(
                    explains(
                        candidate.code, self._codes.title(candidate.code), competition.diagnoses
                    )
                ),
                "excluded": self.exclusions.excludes(candidate.code, concluded),
                "says_less": self.exclusions.says_less(candidate.code, concluded),
            }
            row["reason_unexplained"] = (
                row["reason_of_study"]
                and not concluded
                and not (row["rank_of_best"] or row["beaten_place"] or row["inside_longer"])
                and candidate.code[0] not in "VWXYZ"
            )
            out[number] = [row[name] for name in NAMES]
        if context.scores is not None:
            out = np.hstack([out, context.scores.rows(candidate.code for candidate in candidates)])
        return out

    def _commonness(self, candidate: Candidate, context: NoteContext) -> Row:
        code, learned = candidate.code, context.learned
        said = {
            wording(m.term.words)
            for m in candidate.mentions[:_COMPARED]
            if m.term.coverage >= 0.999 and m.assertion.kind == PRESENT
        }
        return {
            "learned_rate": max((learned.rate(words, code) for words in said), default=0.0),
            "code_frequency": math.log1p(context.code_frequency.get(code, 0.0)),
            "category_frequency": math.log1p(context.category_frequency.get(code[:3], 0.0)),
            "phrases": math.log1p(self._phrases(code)),
        }

    def _count_phrases(self, code: str) -> int:
        """Return how many lexicon phrases lead to a code or to what it is a detail of."""
        total = self._by_code.get(code, 0)
        for parent in self._codes.ancestors(code):
            if len(parent) <= 3 or "-" in parent:
                break
            total += self._by_code.get(parent, 0)
        return total


def _wording(candidate: Candidate, competition: Competition) -> Row:
    """Say how well the words of the note are those of a wording that leads to the code."""
    mentions = candidate.mentions
    first = mentions[:_COMPARED]
    return {
        "coverage": max(m.term.coverage for m in first),
        "matched_weight": max(competition.weight_of(m) for m in first),
        "matched_words": max(len(m.term.words) for m in first),
        "kind": min(m.kind for m in mentions),
        "gap": min(m.term.gap for m in first),
        "placed": all(m.placed for m in mentions),
        "companion": all(m.companion for m in mentions),
        "ambiguous": min(m.ambiguous for m in mentions),
        "rank_of_best": min(m.rank for m in mentions),
        "rank_of_first": mentions[0].rank,
        "share_best_leaf": _share(mentions, lambda m: m.rank == 0),
    }


def _placing(candidate: Candidate, layout: Layout) -> Row:
    """Say where the term stands, how prominently, how often, and whether something is done about it."""
    mentions = candidate.mentions
    best = mentions[0]
    lowest = min(m.rank for m in mentions)
    own = [m for m in mentions if m.rank == lowest]
    place = layout.place_of
    telling = [m for m in own if place(m) in HEADED] or [
        m for m in own if place(m) == place(own[0])
    ]
    groups = Counter(map(place, mentions))
    lines = {(m.sentence.start, place(m)) for m in mentions}
    titled = any(layout.in_title(m) for m in own)
    concluding = sum(group in CONCLUDING for _, group in lines)
    return {
        **_NO_MENTIONS,
        **{_MENTIONS[group]: min(number, 5) for group, number in groups.items()},
        "best_group": DISTANCE[place(best)],
        "mentions": min(len(mentions), 12),
        "lines": min(len(lines), 10),
        "sections": len(groups),
        "concluding_lines": min(concluding, 4),
        "share_of_concluding": concluding / max(1, len(lines)),
        "line_share": max(layout.line_share(m) for m in telling[:6]),
        "title_line": any(m.sentence.title for m in telling),
        "item_line": any(m.sentence.item for m in telling),
        "opens_sentence": any(m.term.start - m.sentence.start <= 2 for m in telling),
        "sentence_length": min(60.0, (best.sentence.end - best.sentence.start) / 10.0),
        "in_block_title": titled,
        "outside_headings": 0.0 if titled else math.log1p(layout.said_beneath / 10.0),
        "only_supporting": layout.only_supporting(mentions),
        "only_opening": layout.only_opening(mentions),
        "reason_of_study": any(map(layout.is_reason, mentions)),
        "in_labelled_line": any(layout.labelled(m) for m in mentions),
        "repeats_title_elsewhere": layout.title_words_shared(best),
        "first_position": min(m.term.start for m in mentions) / layout.size,
        "block_order": min(layout.order(m) for m in mentions),
        "block_treated": any(layout.treated(m) for m in mentions[:5]),
        "note_treated": any(layout.sentence_treated(m) for m in mentions),
        "finding_share": _share(mentions, layout.finding),
    }


def _meaning(candidate: Candidate, competition: Competition) -> Row:
    """Say how the term is meant: present, uncertain, of the past."""
    mentions = candidate.mentions
    best = mentions[0].assertion
    return {
        "present_mentions": min(sum(m.assertion.kind == PRESENT for m in mentions), 8),
        "uncertain_grade": best.grade if best.kind == UNCERTAIN else 0,
        "uncertain_share": _share(
            mentions, lambda m: m.assertion.kind == UNCERTAIN and m.assertion.grade > 1
        ),
        "historical_share": _share(mentions, lambda m: m.assertion.kind == HISTORICAL),
        "turned": all(m.turned for m in mentions),
        "turned_beside_current": competition.current_elsewhere(candidate),
        "history_code": candidate.code[:3] in HISTORY_CATEGORIES,
    }


def _detail(candidate: Candidate) -> Row:
    """Say how much of the code's detail the note documents."""
    mentions = candidate.mentions
    first = mentions[:_COMPARED]
    best = mentions[0].chosen
    return {
        "specific_score": max(m.chosen.score for m in first),
        "specific_gained": max(m.chosen.gained for m in first),
        "specific_missing": min(m.chosen.missing for m in first),
        "specific_default": all(m.chosen.default for m in mentions),
        "side_needed": best.needs_side,
        "side_known": best.side_known,
    }


def _kind(candidate: Candidate, facts: NoteFacts, competition: Competition) -> Row:
    """Say what kind of code it is, and whether the patient can have it."""
    code = candidate.code
    category, chapter = code[:3], code[0]
    symptom = chapter == "R" or category in SYMPTOM_CATEGORIES
    return {
        "chapter_symptom": chapter == "R" or code.startswith(_PAIN),
        "chapter_factor": chapter == "Z",
        "chapter_cause": chapter in "VWXY",
        "chapter_injury": chapter in "ST",
        "chapter_neoplasm": chapter == "C" or category in _NEOPLASMS,
        "chapter_pregnancy": chapter == "O",
        "symptom_beside_diagnosis": symptom and competition.diagnoses_concluding > 0,
        "sex_conflict": bool(
            (facts.sex == "F" and _MALE_ONLY.match(code))
            or (facts.sex == "M" and _FEMALE_ONLY.match(code))
        ),
        "pregnancy_conflict": chapter == "O" and not facts.pregnant,
    }


def _rivalry(candidate: Candidate, competition: Competition) -> Row:
    """Collect what other candidates say about this one."""
    code = candidate.code
    rivals, beaten = competition.rivals(candidate)
    return {
        "rivals_category": competition.in_category[code[:3]] - 1,
        "best_in_category": competition.best_in_category(candidate),
        "rivals_place": rivals,
        "beaten_place": beaten,
        "inside_longer": competition.inside_longer(candidate),
        "shares_site_with_diagnosis": competition.shares_site(candidate),
        "same_family_concluding": competition.chapter_concluding[code[0]],
        "cause_of_injury": competition.is_cause(candidate),
    }


def _note(layout: Layout, competition: Competition, context: NoteContext) -> Row:
    """Say what kind of note it is."""
    return {
        "candidates_concluding": competition.concluding,
        "diagnoses_concluding": competition.diagnoses_concluding,
        "has_conclusion": layout.has_conclusion,
        "has_diagnosis_section": layout.has_diagnosis,
        "titled_blocks": min(layout.titled_blocks, 8),
        "inpatient": context.setting == "inpatient",
        "emergency": context.setting == "emergency",
    }


def _share(mentions: Sequence[Mention], holds: Callable[[Mention], bool]) -> float:
    return sum(map(holds, mentions)) / len(mentions)
