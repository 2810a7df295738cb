"""How a note is laid out: problem blocks, their headings, what is treated, what a test showed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from spacy.tokens import Doc

from suggester.candidates.mentions import Mention
from suggester.preprocess.assertion import PRESENT
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import LABEL
from suggester.preprocess.studies import is_study
from suggester.ranking.places import CONCLUDING, HEADED, SECTION_GROUPS, group_of

_TREATED = re.compile(
    r"\b(?:continue|continued|start|started|begin|increase|decrease|adjust|refill|prescrib\w*|"
    r"initiat\w*|switch|order|ordered|refer\w*|recommend\w*|advis\w*|stable|controlled|uncontrolled|"
    r"worsening|improv\w*|follow|monitor|recheck|repeat|schedule|inject\w*|treat\w*|manage\w*|taper|"
    r"hold|resume|discontinue|consult\w*|mg|well[- ]controlled|at goal|not at goal|discussed)\b",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"\b(?:x-?rays?|radiographs?|films?|mri|cta?|scans?|echo(?:cardiogram)?|ultrasound|sonogram|"
    r"doppler|ekg|ecg|labs?|laborator\w+|panel|biops\w+|imaging|levels?|counts?|a1c|cultures?|"
    r"urinalysis|ua|angiogram|cath\w*|colonoscopy|endoscopy|egd|mammogram|studies|study|results?|"
    r"exam(?:ination)?|blood work|test(?:ing|s)?)\b",
    re.IGNORECASE,
)
_SHOWED = re.compile(
    r"\b(?:show\w*|demonstrat\w*|reveal\w*|indicat\w*|consistent with|noted|found|identif\w+|"
    r"significant for|remarkable for|positive for|suggest\w*|was|were|is|elevated|low|high|abnormal|"
    r"evidence of)\b",
    re.IGNORECASE,
)
#: "... with a history of A and B who presents with C" tells who comes, not what is assessed.
_WHO_COMES = re.compile(
    r"(?<!day )(?<!days )(?<!week )(?<!weeks )(?<!month )(?<!months )(?<!year )(?<!years )\b(?:history|hx|h/o|pmhx?)\b"
    r"(?P<known>[^.\n]{0,240}?)\b(?:who (?:now )?presents?|presents|presenting|presented|comes in|coming in|who comes)\b"
    r"(?! (?:today )?for (?:an? |his |her |their )?(?:routine |regular |annual |chronic |medication |scheduled )*"
    r"(?:follow|re-?check|check|visit|refill|review|management|exam))",
    re.IGNORECASE,
)
#: Share of a report in which it tells why it was made.
_REASON_SHARE = 0.4
#: Sections that tell why a study was made.
_REASON = frozenset({"indication", "chief_complaint", "hpi", "body", "preop_diagnosis"})
#: Sections that tell what it showed.
_SHOWN = frozenset({"findings", "results", "assessment", "assessment_plan", "diagnosis"})
_NO_ORDER = 30
_LAST_ORDER = 20


class Layout:
    """The layout of one note, asked about the mentions in it."""

    def __init__(self, doc: Doc) -> None:
        self._text = text_of(doc)
        self.size = max(1, len(text_of(doc)))
        kinds = {"assessment" if section.alone else section.kind for section in doc._.sections}
        self.has_conclusion = bool(kinds & {"assessment", "assessment_plan"})
        self.has_diagnosis = "diagnosis" in kinds
        self.study = is_study(self._text, doc._.sections)
        first_line = self._text.find("\n", len(self._text) - len(self._text.lstrip()))
        self._shown = min(
            (s.start for s in doc._.sections if s.kind in _SHOWN and s.start > first_line),
            default=self.size,
        )
        self._spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._order: dict[int, int] = {}
        self._titles: set[int] = set()
        self._titled: set[int] = set()
        orders: dict[int, int] = defaultdict(int)
        title_numbers = set()
        first_titled: dict[int, int] = {}
        for number, sentence in enumerate(doc._.sentences):
            if sentence.block not in self._order:
                self._order[sentence.block] = orders[sentence.section.start]
                orders[sentence.section.start] += 1
            self._spans[sentence.block].append((sentence.start, sentence.end))
            if sentence.title and SECTION_GROUPS.get(sentence.section.kind) in HEADED:
                self._titles.add(sentence.start)
                self._titled.add(sentence.block)
                title_numbers.add(number)
                first_titled.setdefault(sentence.section.start, sentence.start)
        self._opening = {
            sentence.block
            for sentence in doc._.sentences
            if sentence.start < first_titled.get(sentence.section.start, -1)
        }
        self.titled_blocks = len(self._titled)
        told = sum(
            end - start
            for block in self._titled
            for start, end in self._spans[block]
            if start not in self._titles
        )
        #: Characters said of each problem beneath its heading, on average.
        self.said_beneath = told / max(1, self.titled_blocks)
        self._title_words = frozenset(w.normal for w in doc._.words if w.sentence in title_numbers)
        self._treated: dict[int, bool] = {}
        self._findings: dict[int, bool] = {}
        self._labelled: dict[int, bool] = {}
        self._said: dict[int, bool] = {}
        self._known: dict[int, tuple[int, int]] = {}

    def in_title(self, mention: Mention) -> bool:
        """Whether the mention stands in the heading of a problem block."""
        return mention.sentence.start in self._titles

    def only_supporting(self, mentions: Sequence[Mention]) -> bool:
        """Whether the note concludes under headings, none of which is this candidate's."""
        concluding = [m for m in mentions if group_of(m) in HEADED]
        return bool(concluding) and all(
            (m.sentence.block in self._titled or m.sentence.block in self._opening)
            and not self.in_title(m)
            for m in concluding
        )

    def only_opening(self, mentions: Sequence[Mention]) -> bool:
        """Whether the note concludes it nowhere but in the sentences before the first heading.

        "... with a history of A and B who presents with C" tells who comes, not what is assessed.
        """
        concluding = [m for m in mentions if group_of(m) in HEADED]
        return bool(concluding) and all(m.sentence.block in self._opening for m in concluding)

    def place_of(self, mention: Mention) -> str:
        """Return the group of the section a mention stands in; that of the history where it belongs there.

        "... with a history of A and B who presents with C" concludes neither A nor B.
        """
        start, end = mention.sentence.start, mention.sentence.end
        if start not in self._known:
            found = _WHO_COMES.search(self._text, start, end)
            self._known[start] = found.span("known") if found else (0, 0)
        first, last = self._known[start]
        known = first <= mention.term.start and mention.term.end <= last
        return "pmh" if known else group_of(mention)

    def is_reason(self, mention: Mention) -> bool:
        """Whether the mention tells why a study was made (guideline IV.K)."""
        return (
            self.study
            and mention.term.start < min(self._shown, _REASON_SHARE * self.size)
            and mention.sentence.section.kind in _REASON
            and mention.assertion.kind == PRESENT
        )

    def title_words_shared(self, mention: Mention) -> int:
        """Return how many words of the mention stand in some heading of a problem."""
        return len(mention.term.words & self._title_words)

    def labelled(self, mention: Mention) -> bool:
        """Whether the mention stands in a labelled sub-point such as ``Medical Reasoning:``."""
        start, end = mention.sentence.start, mention.sentence.end
        if start not in self._labelled:
            self._labelled[start] = LABEL.match(self._text, start, end) is not None
        return self._labelled[start]

    def finding(self, mention: Mention) -> bool:
        """Whether the sentence reports what a test, image or examination showed."""
        start, end = mention.sentence.start, mention.sentence.end
        if start not in self._findings:
            self._findings[start] = bool(
                _STUDY.search(self._text, start, end) and _SHOWED.search(self._text, start, end)
            )
        return self._findings[start]

    def line_share(self, mention: Mention) -> float:
        """Return how much of its sentence the mention fills, 0 to 1."""
        length = max(1, mention.sentence.end - mention.sentence.start)
        return min(1.0, (mention.term.end - mention.term.start) / length)

    def order(self, mention: Mention) -> int:
        """Return the place of the mention's problem in the conclusion, 0 the first."""
        if group_of(mention) not in CONCLUDING | HEADED:
            return _NO_ORDER
        return min(self._order.get(mention.sentence.block, 0), _LAST_ORDER)

    def treated(self, mention: Mention) -> bool:
        """Whether the mention's problem block says that something is done about it."""
        block = mention.sentence.block
        if group_of(mention) not in HEADED | {"course"}:
            return False
        if block not in self._treated:
            self._treated[block] = any(
                _TREATED.search(self._text, start, end) for start, end in self._spans[block]
            )
        return self._treated[block]

    def sentence_treated(self, mention: Mention) -> bool:
        """Whether the mention's own sentence says so."""
        start, end = mention.sentence.start, mention.sentence.end
        if start not in self._said:
            self._said[start] = _TREATED.search(self._text, start, end) is not None
        return self._said[start]
