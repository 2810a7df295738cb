"""Features of a (note, code) pair: none of them depends on which code it is.

They say how well the words match, where the term stands, how it is meant, how specific the note is,
how common the code is, and what competes with it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from suggester.candidates.generate import Candidate, Mention
from suggester.candidates.integral import explains
from suggester.preprocess.assertion import HISTORICAL, PRESENT, UNCERTAIN
from suggester.preprocess.sentences import LABEL

if TYPE_CHECKING:
    from suggester.codes import CodeSet

SECTION_GROUPS: dict[str, str] = {
    "diagnosis": "diagnosis",
    "assessment": "assessment",
    "assessment_plan": "assessment",
    "plan": "plan",
    "preop_diagnosis": "preop",
    "chief_complaint": "complaint",
    "indication": "indication",
    "hpi": "hpi",
    "body": "body",
    "pmh": "pmh",
    "problem_list": "pmh",
    "psh": "pmh",
    "hospital_course": "course",
    "findings": "findings",
    "results": "results",
    "procedure": "procedure",
    "exam": "exam",
    "vitals": "exam",
    "ros": "ros",
    "social_history": "social",
    "family_history": "social",
    "medications": "medications",
    "allergies": "medications",
    "immunizations": "medications",
    "instructions": "plan",
    "administrative": "procedure",
}
GROUPS = tuple(dict.fromkeys(SECTION_GROUPS.values()))
_CONCLUDING = frozenset({"diagnosis", "assessment"})

_TREATED = re.compile(
    r"\b(?:continue|continued|start|started|begin|increase|decrease|adjust|refill|prescrib\w*|initiat\w*|switch|order|ordered|"
    r"refer\w*|recommend\w*|advis\w*|stable|controlled|uncontrolled|worsening|improv\w*|follow|monitor|recheck|repeat|schedule|"
    r"inject\w*|treat\w*|manage\w*|taper|hold|resume|discontinue|consult\w*|mg|well[- ]controlled|at goal|not at goal|discussed)\b",
    re.IGNORECASE,
)

_STUDY = re.compile(
    r"\b(?:x-?rays?|radiographs?|films?|mri|cta?|scans?|echo(?:cardiogram)?|ultrasound|sonogram|doppler|ekg|ecg|"
    r"labs?|laborator\w+|panel|biops\w+|imaging|levels?|counts?|a1c|cultures?|urinalysis|ua|angiogram|cath\w*|"
    r"colonoscopy|endoscopy|egd|mammogram|studies|study|results?|exam(?:ination)?|blood work|test(?:ing|s)?)\b",
    re.IGNORECASE,
)
_SHOWED = re.compile(
    r"\b(?:show\w*|demonstrat\w*|reveal\w*|indicat\w*|consistent with|noted|found|identif\w+|significant for|remarkable for|"
    r"positive for|suggest\w*|was|were|is|elevated|low|high|abnormal|evidence of)\b",
    re.IGNORECASE,
)

NAMES: tuple[str, ...] = (
    "coverage",
    "matched_weight",
    "matched_words",
    "kind",
    "gap",
    "line_share",
    "title_line",
    "item_line",
    "opens_sentence",
    "companion",
    "ambiguous",
    *(f"mentions_{group}" for group in GROUPS),
    "best_group",
    "mentions",
    "lines",
    "sections",
    "uncertain_grade",
    "uncertain_share",
    "historical_share",
    "present_mentions",
    "first_position",
    "block_order",
    "block_treated",
    "note_treated",
    "specific_score",
    "specific_gained",
    "specific_missing",
    "specific_default",
    "side_needed",
    "side_known",
    "code_frequency",
    "category_frequency",
    "phrases",
    "chapter_symptom",
    "chapter_factor",
    "chapter_cause",
    "chapter_injury",
    "chapter_neoplasm",
    "chapter_pregnancy",
    "rivals_category",
    "best_in_category",
    "rivals_place",
    "beaten_place",
    "candidates_concluding",
    "diagnoses_concluding",
    "has_conclusion",
    "has_diagnosis_section",
    "inpatient",
    "emergency",
    "sex_conflict",
    "pregnancy_conflict",
    "inside_longer",
    "symptom_beside_diagnosis",
    "concluding_lines",
    "rank_of_best",
    "same_family_concluding",
    "turned",
    "turned_beside_current",
    "history_code",
    "in_block_title",
    "only_supporting",
    "in_labelled_line",
    "titled_blocks",
    "shares_site_with_diagnosis",
    "share_of_concluding",
    "sentence_length",
    "repeats_title_elsewhere",
    "finding_share",
    "rank_of_first",
    "share_best_leaf",
    "integral",
)


#: The direction in which a feature may move the score, where a coder would know it: more certain
#: with it (1) or less (-1). It keeps small corpora from teaching the opposite by chance.
MONOTONIC: dict[str, int] = {
    **dict.fromkeys(
        (
            "coverage",
            "title_line",
            "item_line",
            "line_share",
            "in_block_title",
            "mentions_diagnosis",
            "mentions_assessment",
            "concluding_lines",
            "present_mentions",
            "block_treated",
            "side_known",
            "best_in_category",
            "share_best_leaf",
            "code_frequency",
            "category_frequency",
            "specific_gained",
        ),
        1,
    ),
    **dict.fromkeys(
        (
            "gap",
            "rank_of_best",
            "rank_of_first",
            "uncertain_grade",
            "uncertain_share",
            "beaten_place",
            "inside_longer",
            "rivals_place",
            "sex_conflict",
            "pregnancy_conflict",
            "turned_beside_current",
            "only_supporting",
            "specific_missing",
            "ambiguous",
            "integral",
        ),
        -1,
    ),
}


@dataclass(frozen=True, slots=True)
class NoteContext:
    """What the encounter brings to every pair: setting, and frequencies learned in training."""

    setting: str = "outpatient"
    code_frequency: Mapping[str, float] = field(default_factory=dict)
    category_frequency: Mapping[str, float] = field(default_factory=dict)


def _group(mention: Mention) -> str:
    return SECTION_GROUPS.get(mention.sentence.section.kind, "body")


_STRENGTH = {
    "diagnosis": 0,
    "assessment": 1,
    "preop": 2,
    "plan": 3,
    "complaint": 4,
    "indication": 4,
    "course": 5,
    "findings": 5,
    "body": 5,
    "hpi": 6,
    "results": 7,
    "procedure": 7,
    "pmh": 8,
    "exam": 9,
    "ros": 10,
    "social": 10,
    "medications": 10,
}
_MALE_ONLY = re.compile(r"^(?:N4[0-9]|N5[0-3]|C6[0-3]|D29|Z12\.5|R97\.2)")
_FEMALE_ONLY = re.compile(r"^(?:O|N7[0-7]|N8[0-9]|N9[0-8]|C5[1-8]|D2[5-8]|Z3[2-9]|Z12\.4|Z01\.4)")


class PairFeatures:
    """Compute the feature matrix of a note's candidates.

    Parameters
    ----------
    codes
        The code set, for titles and the hierarchy.
    phrases
        Code → number of lexicon phrases that lead to it: the more ways clinicians have to say
        something, the more common it is.
    weight
        Normal form → how telling it is, see :meth:`suggester.preprocess.term_index.TermIndex.weight`.
    """

    def __init__(
        self, codes: CodeSet, weight: Callable[[str], float], phrases: Mapping[str, int]
    ) -> None:
        self._codes = codes
        self._weight = weight
        self._by_code = phrases
        self._phrases = lru_cache(maxsize=100_000)(self._count_phrases)

    def _count_phrases(self, code: str) -> int:
        """Return how many lexicon phrases lead to a code or to what it is a detail of."""
        total = self._by_code.get(code, 0)
        for parent in self._codes.ancestors(code):
            if len(parent) <= 3 or "-" in parent:
                break
            total += self._by_code.get(parent, 0)
        return total

    def matrix(
        self, doc: Doc, candidates: Sequence[Candidate], context: NoteContext
    ) -> npt.NDArray[np.float32]:
        """Return one row a candidate; shape (candidates, ``len(NAMES)``)."""
        if not candidates:
            return np.zeros((0, len(NAMES)), dtype=np.float32)
        note = _Note(doc, candidates, self._weight)
        note.diagnoses = [(code, self._codes.title(code)) for code in note.diagnosis_codes]
        rows = [self._row(note, candidate, context) for candidate in candidates]
        return np.asarray(rows, dtype=np.float32)

    def _row(self, note: _Note, candidate: Candidate, context: NoteContext) -> list[float]:
        code = candidate.code
        mentions = candidate.mentions
        best = mentions[0]
        by_group: dict[str, int] = defaultdict(int)
        sentences = set()
        for mention in mentions:
            by_group[_group(mention)] += 1
            sentences.add((mention.sentence.start, _group(mention)))
        present = sum(m.assertion.kind == PRESENT for m in mentions)
        line_share = max(note.line_share(m) for m in mentions[:6])
        category = code[:3]
        sex = note.facts.sex
        chapter = code[0]
        concluding = sum(group in _CONCLUDING for _, group in sentences)
        strength = _STRENGTH[_group(best)]
        return [
            max(m.term.coverage for m in mentions[:4]),
            max(note.weight_of(m) for m in mentions[:4]),
            float(max(len(m.term.words) for m in mentions[:4])),
            float(min(m.kind for m in mentions)),
            float(min(m.term.gap for m in mentions[:4])),
            line_share,
            float(any(m.sentence.title for m in mentions)),
            float(any(m.sentence.item for m in mentions)),
            float(any(m.term.start - m.sentence.start <= 2 for m in mentions)),
            float(all(m.companion for m in mentions)),
            float(min(m.ambiguous for m in mentions)),
            *(float(min(by_group[group], 5)) for group in GROUPS),
            float(strength),
            float(min(len(mentions), 12)),
            float(min(len(sentences), 10)),
            float(len(by_group)),
            float(best.assertion.grade if best.assertion.kind == UNCERTAIN else 0),
            sum(m.assertion.kind == UNCERTAIN and m.assertion.grade > 1 for m in mentions) / len(mentions),
            sum(m.assertion.kind == HISTORICAL for m in mentions) / len(mentions),
            float(min(present, 8)),
            min(m.term.start for m in mentions) / note.size,
            float(min((note.order(m) for m in mentions), default=99)),
            float(max(note.treated(m) for m in mentions[:5])),
            float(any(note.sentence_treated(m) for m in mentions)),
            max(m.chosen.score for m in mentions[:4]),
            max(m.chosen.gained for m in mentions[:4]),
            min(m.chosen.missing for m in mentions[:4]),
            float(all(m.chosen.default for m in mentions)),
            float(best.chosen.needs_side),
            float(best.chosen.side_known),
            math.log1p(context.code_frequency.get(code, 0.0)),
            math.log1p(context.category_frequency.get(category, 0.0)),
            math.log1p(self._phrases(code)),
            float(chapter == "R" or code.startswith(("M54", "M25.5", "M79"))),
            float(chapter == "Z"),
            float(chapter in "VWXY"),
            float(chapter in "ST"),
            float(chapter == "C" or category in _NEOPLASMS),
            float(chapter == "O"),
            float(note.in_category[category] - 1),
            float(note.best_in_category(candidate)),
            float(note.rivals(candidate)),
            float(note.beaten(candidate)),
            float(note.concluding),
            float(note.diagnoses_concluding),
            float(note.has_conclusion),
            float(note.has_diagnosis),
            float(context.setting == "inpatient"),
            float(context.setting == "emergency"),
            float((sex == "F" and bool(_MALE_ONLY.match(code))) or (sex == "M" and bool(_FEMALE_ONLY.match(code)))),
            float(chapter == "O" and not note.facts.pregnant),
            float(note.inside_longer(candidate)),
            float((chapter == "R" or category in _SYMPTOM_CATEGORIES) and note.diagnoses_concluding > 0),
            float(min(concluding, 4)),
            float(min(m.rank for m in mentions)),
            float(note.chapter_concluding[chapter]),
            float(all(m.turned for m in mentions)),
            float(note.current_elsewhere(candidate)),
            float(category in _HISTORY_CATEGORIES),
            float(any(note.in_block_title(m) for m in mentions)),
            float(note.only_supporting(mentions)),
            float(any(note.labelled(m) for m in mentions)),
            float(min(note.titled_blocks, 8)),
            float(note.shares_site(candidate)),
            concluding / max(1.0, float(len(sentences))),
            min(60.0, float(best.sentence.end - best.sentence.start) / 10.0),
            float(note.title_words_shared(mentions)),
            sum(note.finding(m) for m in mentions) / len(mentions),
            float(best.rank),
            sum(m.rank == 0 for m in mentions) / len(mentions),
            float(explains(code, self._codes.title(code), note.diagnoses)),
        ]


_NEOPLASMS = frozenset(f"D{n:02d}" for n in range(50))
_HISTORY_CATEGORIES = frozenset({"Z80", "Z81", "Z82", "Z83", "Z84", "Z85", "Z86", "Z87", "Z91", "Z92", "Z98"})
_SYMPTOM_CATEGORIES = frozenset({"M25", "M54", "M79", "N64", "H57", "H92", "K59"})


class _Note:
    """Facts about a note's candidates taken together."""

    def __init__(self, doc: Doc, candidates: Sequence[Candidate], weight: Callable[[str], float]) -> None:
        self._text = doc.text
        self._weight = weight
        self.size = max(1, len(doc.text))
        self.words = float(len(doc._.words))
        self.facts = doc._.facts
        self._block_text: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._first_block: dict[int, int] = {}
        orders: dict[int, int] = defaultdict(int)
        for sentence in doc._.sentences:
            if sentence.block not in self._first_block:
                key = sentence.section.start
                self._first_block[sentence.block] = orders[key]
                orders[key] += 1
            self._block_text[sentence.block].append((sentence.start, sentence.end))
        self._treated: dict[int, bool] = {}
        self._findings: dict[int, bool] = {}
        self._titles: set[tuple[int, int]] = set()
        self._titled: set[int] = set()
        title_numbers = set()
        for number, sentence in enumerate(doc._.sentences):
            if sentence.title and SECTION_GROUPS.get(sentence.section.kind) in {"assessment", "diagnosis", "plan"}:
                self._titles.add((sentence.block, sentence.start))
                self._titled.add(sentence.block)
                title_numbers.add(number)
        self.titled_blocks = len(self._titled)
        self._title_bag = frozenset(w.normal for w in doc._.words if w.sentence in title_numbers)
        self._diagnosed: list[tuple[str, frozenset[str]]] = []
        self.diagnosis_codes: list[str] = []
        self.diagnoses: list[tuple[str, str]] = []
        kinds = {section.kind for section in doc._.sections}
        self.has_conclusion = bool(kinds & {"assessment", "assessment_plan"})
        self.has_diagnosis = "diagnosis" in kinds
        self.in_category: dict[str, int] = defaultdict(int)
        self.chapter_concluding: dict[str, int] = defaultdict(int)
        self._by_place: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
        self._score: dict[str, float] = {}
        self._category_best: dict[str, float] = defaultdict(lambda: -1e9)
        self.concluding = self.diagnoses_concluding = 0
        spans: list[tuple[int, int, str, float]] = []
        self._current: list[tuple[str, frozenset[str]]] = []
        for candidate in candidates:
            self.in_category[candidate.code[:3]] += 1
            groups = {_group(m) for m in candidate.mentions if m.assertion.kind == PRESENT}
            if groups & _CONCLUDING:
                self.concluding += 1
                self.chapter_concluding[candidate.code[0]] += 1
                if candidate.code[0] not in "RZVWXY":
                    self.diagnoses_concluding += 1
                    if candidate.mentions[0].rank == 0 and candidate.mentions[0].term.coverage > 0.9:
                        self.diagnosis_codes.append(candidate.code)
                    if candidate.code[:3] not in _SYMPTOM_CATEGORIES:
                        self._diagnosed.append((candidate.code[:3], candidate.mentions[0].term.words))
                if candidate.code[0] != "Z":
                    words = candidate.mentions[0].term.words
                    self._current.append((candidate.code, words))
            best = max(
                self.strength(m) - (0.5 if m.assertion.kind != PRESENT else 0.0)
                for m in candidate.mentions[:4]
            )
            self._score[candidate.code] = best - _STRENGTH[_group(candidate.mentions[0])] * 0.3
            key = candidate.code[:3]
            self._category_best[key] = max(self._category_best[key], self._score[candidate.code])
            for mention in candidate.mentions:
                self._by_place[mention.sentence.start, 0].append(candidate)
                if mention.term.coverage >= 0.999:
                    spans.append(
                        (mention.term.start, mention.term.end, candidate.code, self.strength(mention))
                    )
        self._spans = spans

    def in_block_title(self, mention: Mention) -> bool:
        """Whether the mention stands in the heading of a problem block."""
        return (mention.sentence.block, mention.sentence.start) in self._titles

    def only_supporting(self, mentions: Sequence[Mention]) -> bool:
        """Whether the note concludes under headings, none of which is this candidate's."""
        concluding = [m for m in mentions if _group(m) in {"assessment", "diagnosis", "plan"}]
        return bool(concluding) and all(
            m.sentence.block in self._titled and not self.in_block_title(m) for m in concluding
        )

    def finding(self, mention: Mention) -> bool:
        """Whether the sentence reports what a test, image or examination showed."""
        start = mention.sentence.start
        if start not in self._findings:
            self._findings[start] = (
                _STUDY.search(self._text, start, mention.sentence.end) is not None
                and _SHOWED.search(self._text, start, mention.sentence.end) is not None
            )
        return self._findings[start]

    def labelled(self, mention: Mention) -> bool:
        """Whether the mention stands in a labelled sub-point such as ``Medical Reasoning:``."""
        return LABEL.match(self._text, mention.sentence.start, mention.sentence.end) is not None

    def shares_site(self, candidate: Candidate) -> bool:
        """Whether a concluded diagnosis of another category shares words with this candidate."""
        words = candidate.mentions[0].term.words
        return any(
            category != candidate.code[:3] and words & bag for category, bag in self._diagnosed
        )

    def title_words_shared(self, mentions: Sequence[Mention]) -> int:
        """Return how many words of the best mention stand in some block heading."""
        return len(mentions[0].term.words & self._title_bag)

    def weight_of(self, mention: Mention) -> float:
        return sum(self._weight(word) for word in mention.term.words) * mention.term.coverage

    def line_share(self, mention: Mention) -> float:
        length = max(1, mention.sentence.end - mention.sentence.start)
        return min(1.0, (mention.term.end - mention.term.start) / length)

    def order(self, mention: Mention) -> int:
        if _group(mention) not in _CONCLUDING and _group(mention) != "plan":
            return 30
        return min(self._first_block.get(mention.sentence.block, 0), 20)

    def treated(self, mention: Mention) -> bool:
        block = mention.sentence.block
        if _group(mention) not in {"assessment", "plan", "diagnosis", "course"}:
            return False
        if block not in self._treated:
            self._treated[block] = any(
                _TREATED.search(self._text, start, end) for start, end in self._block_text[block]
            )
        return self._treated[block]

    def sentence_treated(self, mention: Mention) -> bool:
        return _TREATED.search(self._text, mention.sentence.start, mention.sentence.end) is not None

    def best_in_category(self, candidate: Candidate) -> bool:
        return self._score[candidate.code] >= self._category_best[candidate.code[:3]] - 1e-9

    def current_elsewhere(self, candidate: Candidate) -> bool:
        """Whether the words that led to a history code lead to a current one elsewhere."""
        return any(
            m.term.words & words
            for m in candidate.mentions[:4]
            for code, words in self._current
            if code != candidate.code
        ) and candidate.code[:3] in _HISTORY_CATEGORIES

    def rivals(self, candidate: Candidate) -> int:
        """Return how many other candidates have words of this one's best mention."""
        best = candidate.mentions[0]
        return min(
            8,
            sum(
                1
                for start, end, code, _ in self._spans
                if code != candidate.code and start < best.term.end and best.term.start < end
            ),
        )

    def beaten(self, candidate: Candidate) -> bool:
        """Whether another candidate reads the same words better."""
        best = candidate.mentions[0]
        mine = self.strength(best)
        return any(
            code != candidate.code
            and start < best.term.end
            and best.term.start < end
            and strength > mine + 0.3
            for start, end, code, strength in self._spans
        )

    def strength(self, mention: Mention) -> float:
        """Return how well a mention's words and details fit its code, to compare rivals."""
        return (
            mention.term.coverage * 2
            + self.weight_of(mention) / 10
            + 0.5 * mention.chosen.score
            - 0.8 * mention.rank
        )

    def inside_longer(self, candidate: Candidate) -> bool:
        """Whether every mention lies inside a longer full match of another code."""
        return all(
            any(
                code != candidate.code
                and start <= m.term.start
                and m.term.end <= end
                and end - start > m.term.end - m.term.start
                for start, end, code, _ in self._spans
            )
            for m in candidate.mentions[:6]
        )
