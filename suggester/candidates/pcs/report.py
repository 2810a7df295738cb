"""An operative note as words, sentences and the procedures it names as done here and now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc

from suggester.candidates.pcs.phrases import SIDES, Found, Word, words_in
from suggester.candidates.procedures.status import StatusReader
from suggester.lexicon.pcs_rows import PcsProcedure, PcsRoot
from suggester.preprocess.assertion import judge_term
from suggester.preprocess.note_text import text_of
from suggester.preprocess.scope import PRESENT, SentenceCues
from suggester.preprocess.sentences import Sentence

#: Sections that tell what was done; in those before the stay, or of what is planned, nothing was.
REPORTS = frozenset({"procedure", "findings", "body", "hospital_course"})
DIAGNOSES = frozenset({"diagnosis", "preop_diagnosis"})
_VERB = re.compile(
    r"\b(?:was|were|is|are|had|has|have|been|performed|taken|made|underwent|we|i|remained)\b",
    re.IGNORECASE,
)
#: Words for what is only intended, which a step of an operation can hold too.
_INTENDED = re.compile(
    r"\b(?:will|plan(?:s|ned)?|schedul\w+|recommend\w*|consider\w*|to be|candidate|await\w*|"
    r"would|could|may need|offered|discussed|consent\w*|if needed|return for|refer\w*)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:history of|h/o|hx|pmh|psh|s/p|status[- ]post|previous(?:ly)?|prior|ago|since|"
    r"last (?:year|month|week))\b|(?<![/.-])\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_EARLIER_BEHIND = re.compile(
    r"[ ,(]+(?:in )?(?:(?:19|20)\d\d\b|['’]\d\d\b|(?:at|@) (?:age )?\d\d\b(?!\s*(?:weeks|cm|mm|%)))",
    re.IGNORECASE,
)
#: Words before what is there already, or before a state that was found.
_THERE = re.compile(
    r"\b(?:has|have|wears?|wore|existing|indwelling)\s+(?:(?:a|an|the|his|her)\s+)?(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_STATE = re.compile(r"\b(?:is|are|appears?|remains?)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
#: Headings of the narrative, in which even a sentence without a verb is no title.
_NARRATIVE = re.compile(r"descri|detail|technique|narrative|course|finding|note", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"\b(?:declin\w+|refus\w+|deferred|cancel\w*|aborted|abandoned|postpon\w+|"
    r"not (?:done|performed|obtained|indicated|needed|necessary|attempted))\b",
    re.IGNORECASE,
)

#: What ends a finding ("the cyst was removed") is what a procedure does.
_TAKEN_OUT = re.compile(
    r"(?:\w+ )?(?:remov|resect|excis|drain|treat|repair|correct|stop|control|resol)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names a procedure; word numbers are those of the report.

    ``title`` says that it stands in a list of what was performed, not in the narrative.
    """

    first: int
    last: int
    start: int
    end: int
    sentence: int
    row: PcsProcedure | PcsRoot
    title: bool


class Report:
    """One processed note, read for procedures."""

    def __init__(self, doc: Doc) -> None:
        self.text = text_of(doc)
        self.sentences: tuple[Sentence, ...] = doc._.sentences
        self.words: list[Word] = [
            word
            for number, sentence in enumerate(self.sentences)
            for word in words_in(self.text, sentence.start, sentence.end, number)
        ]
        self.sides = [
            (at, SIDES[word.base]) for at, word in enumerate(self.words) if word.base in SIDES
        ]
        self._cues: dict[int, SentenceCues] = {}
        self._statuses = StatusReader(self.text, self.sentences)

    def kind(self, sentence: int) -> str:
        """Return the kind of section a sentence stands in."""
        return self.sentences[sentence].section.kind

    def said(self, sentence: int) -> str:
        """Return a sentence in small letters."""
        place = self.sentences[sentence]
        return self.text[place.start : place.end].lower()

    def between(self, first: int, second: int) -> str:
        """Return the text between two words."""
        return self.text[self.words[first].end : self.words[second].start]

    def titled(self, sentence: int) -> bool:
        """Whether a sentence lists procedures by name, as under "Procedures performed"."""
        return sentence in self._titles

    @cached_property
    def _titles(self) -> frozenset[int]:
        """The sentences of such a section up to the first that tells a story."""
        found: set[int] = set()
        ended = -1
        for at, sentence in enumerate(self.sentences):
            section = sentence.section
            if section.kind != "procedure" or section.start == ended:
                continue
            if _VERB.search(self.said(at)) or (found and _NARRATIVE.search(section.heading)):
                ended = section.start
            else:
                found.add(at)
        return frozenset(found)

    @cached_property
    def converted(self) -> bool:
        """Whether an endoscopic procedure became an open one."""
        return any(
            re.search(
                r"\bconver(?:ted|sion)\b[^.]{0,60}\b(?:open|laparotomy|thoracotomy)", self.said(at)
            )
            for at in range(len(self.sentences))
            if self.kind(at) in REPORTS
        )

    def mention(self, found: Found[PcsProcedure] | Found[PcsRoot]) -> Mention:
        """Return the place of a phrase that was found."""
        first, last = self.words[found.first], self.words[found.last]
        return Mention(
            found.first,
            found.last,
            first.start,
            last.end,
            first.sentence,
            found.row,
            self.titled(first.sentence),
        )

    def performed(self, mention: Mention) -> bool:
        """Whether a procedure was done here and now."""
        if self.kind(mention.sentence) not in REPORTS:
            return False
        sentence = self.sentences[mention.sentence]
        if mention.sentence not in self._cues:
            self._cues[mention.sentence] = SentenceCues(self.text, sentence.start, sentence.end)
        cues = self._cues[mention.sentence]
        judged = judge_term(self.text, sentence.section, cues, mention.start, mention.end)
        if judged.kind != PRESENT and not _TAKEN_OUT.match(judged.cue):
            return False
        if _NOT_DONE.search(self.text, sentence.start, sentence.end):
            return False
        if mention.title:
            return True
        if (
            _EARLIER.search(self.text, sentence.start, mention.start)
            or _EARLIER_BEHIND.match(self.text, mention.end)
            or _THERE.search(self.text, sentence.start, mention.start)
        ):
            return False
        if isinstance(mention.row, PcsRoot) and _STATE.search(
            self.text, sentence.start, mention.start
        ):
            return False
        if not _INTENDED.search(self.text, sentence.start, mention.start):
            return True
        status = self._statuses.read(mention.sentence, mention.start, mention.end)
        return status.done_ahead
