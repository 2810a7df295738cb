"""Where the note uses the words of the visit tables, and where its conclusions stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from suggester.candidates.visits.outline import unfold
from suggester.lexicon.visit_rows import STEM, VisitCue, load_visits
from suggester.preprocess.assertion import judge_term
from suggester.preprocess.note_text import text_of
from suggester.preprocess.scope import PRESENT, Assertion, SentenceCues
from suggester.preprocess.sections import CONCLUSIONS, Section, find_sections
from suggester.preprocess.sentences import Sentence, find_sentences

_TOKEN = re.compile(r"[a-z0-9]+|[#&/>%+]")
#: What no cue reaches across.
_BREAK = re.compile(r"[\n;]|[.?!]\s")
#: A conclusion the sections may not know by its short name.
_ANCHOR = re.compile(
    r"\b(?:imp(?:ression)?|a/p|ap?|dx|diagnos[ie]s|mdm|assessment|opinion|medical decision making|p(?:lan)?)\b(?P<rest>[^\n:.]{0,40}?)[:.]"
)
_INDENT = 12
#: Sections that tell the past, or other people's.
PAST = frozenset(
    {"pmh", "psh", "family_history", "social_history", "allergies", "medications", "ros"}
)
#: The cue of a drug told by the end of its name alone, which is longer than this.
_BY_ENDING, _SHORT_NAME = VisitCue("drugs", "rx", "", STEM), 5
#: The share of a note that is its head.
_HEAD = 0.2


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in the note."""

    cue: VisitCue
    start: int
    end: int


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    """Return how the names of prescribed drugs end."""
    return tuple(c.cue.removeprefix(STEM) for c in load_visits().cues if c.cue.startswith(STEM))


@lru_cache(maxsize=1)
def _trie() -> dict[str, Any]:
    """Return the cues as nested words; the empty word holds those that end there."""
    root: dict[str, Any] = {}
    for cue in load_visits().cues:
        if cue.cue.startswith(STEM):
            continue
        node = root
        for word in _TOKEN.findall(cue.cue.lower()):
            node = node.setdefault(word, {})
        node.setdefault("", []).append(cue)
    return root


def _follow(node: dict[str, Any], word: str) -> dict[str, Any] | None:
    """Return what follows a word, its plural understood."""
    found: dict[str, Any] | None = node.get(word)
    if found is None and len(word) > _SHORT_NAME and word[-1] == "s":
        found = node.get(word[:-1])
    return found


def find_hits(text: str) -> dict[str, list[Hit]]:
    """Return the cues of each table in the order of the note, the longest at each place."""
    low = text.lower()
    if len(low) != len(text):  # a character whose lower case is longer, such as U+0130
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    matches = list(_TOKEN.finditer(low))
    words = [match.group() for match in matches]
    root = _trie()
    out: dict[str, list[Hit]] = {}
    reached: dict[str, int] = {}
    for i, word in enumerate(words):
        node = _follow(root, word)
        if node is None:
            continue
        best: dict[str, tuple[int, list[VisitCue]]] = {}
        j = i
        while node is not None:
            for cue in node.get("", ()):
                if best.get(cue.table, (-1, []))[0] < j:
                    best[cue.table] = (j, [])
                best[cue.table][1].append(cue)
            j += 1
            if j == len(words) or (ahead := _follow(node, words[j])) is None:
                break
            # A cue that goes on in the next sentence ends before it; the shorter one still counts.
            last, first = matches[j - 1].end(), matches[j].start()
            apart = first - last > 1 or text[last] in ";\n"
            node = None if apart and _BREAK.search(text, last, first + 1) else ahead
        start = matches[i].start()
        for table, (last, cues) in best.items():
            end = matches[last].end()
            if end <= reached.get(table, 0):
                continue
            kept = [c for c in cues if c.cue == c.cue.lower() or text[start:end] == c.cue]
            if kept:
                reached[table] = end
                out.setdefault(table, []).extend(Hit(cue, start, end) for cue in kept)
    taken = {hit.start for hit in out.get("drugs", ())}
    endings = _endings()
    for match in matches:
        word = match.group()
        if word.endswith(endings) and len(word) > _SHORT_NAME and match.start() not in taken:
            out.setdefault("drugs", []).append(Hit(_BY_ENDING, *match.span()))
    return out


def _find_anchors(text: str) -> list[int]:
    """Return where a short heading opens a conclusion, on a line of its own or inside one."""
    found = []
    for match in _ANCHOR.finditer(text.lower()):
        ahead = text[max(0, match.start() - _INDENT) : match.start()]
        own_line = not ahead.strip(" \t") or ahead.rstrip(" \t").endswith("\n")
        inside = ahead.endswith((". ", "; ", ") ")) and match.group().endswith(":")
        if own_line or (inside and not match["rest"].strip()):
            found.append(match.start())
    return found


@dataclass(slots=True)
class VisitNote:
    """One note while its visit is read."""

    doc: Doc
    text: str
    setting: str
    hits: dict[str, list[Hit]]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    #: Where the first conclusion begins; the end of the note where there is none.
    concludes: int
    _starts: list[int] = field(default_factory=list)
    _anchors: list[int] = field(default_factory=list)
    _cues: dict[int, SentenceCues] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Doc, setting: str) -> VisitNote:
        """Return a processed note with its cues and conclusions found."""
        received = text_of(doc)
        text = unfold(received)
        kept = text == received
        outline = tuple(doc._.sections) if kept else find_sections(text)
        anchors = _find_anchors(text)
        sections = [s for s in outline if s.kind in CONCLUSIONS]
        # A list of diagnoses at the head of a note does not make the rest its conclusion.
        head = len(text) * _HEAD
        late = [s.start for s in sections if s.kind != "diagnosis" or s.start > head]
        late += [place for place in anchors if place > head]
        note = cls(
            doc,
            text,
            setting,
            find_hits(text),
            outline,
            doc._.sentences if kept else find_sentences(text, outline),
            min(late or [s.start for s in sections], default=len(text)),
        )
        note._anchors = anchors
        note._starts = [s.start for s in note.sentences]
        note._cues = dict(doc._.cues or {}) if kept else {}
        return note

    def of_table(self, table: str) -> list[Hit]:
        """Return the hits of a table, in order."""
        return self.hits.get(table, [])

    def number(self, position: int) -> int:
        """Return the number of the sentence at a place."""
        return max(0, bisect_right(self._starts, position) - 1)

    def sentence(self, position: int) -> Sentence:
        """Return the sentence at a place, or the last before it."""
        return self.sentences[self.number(position)]

    def meant(self, start: int, end: int) -> Assertion:
        """Return how the words at a place are meant."""
        number = self.number(start)
        sentence = self.sentences[number]
        if number not in self._cues:
            self._cues[number] = SentenceCues(self.text, sentence.start, sentence.end)
        found = judge_term(self.text, sentence.section, self._cues[number], start, end)
        if found.kind != PRESENT and any(found.end <= place < start for place in self._anchors):
            return Assertion(PRESENT)  # what was denied before a heading is not what follows it
        return found

    def concluding(self, position: int) -> bool:
        """Whether a place stands where the note concludes, or anywhere told now if it never does."""
        section = self.sentence(position).section.kind
        if self.concludes == len(self.text):
            return section not in PAST
        if section == "hospital_course":
            return True
        return position >= self.concludes and section not in {
            "family_history",
            "social_history",
            "allergies",
            "ros",
        }
