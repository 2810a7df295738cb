"""What became of a procedure a note names: done here and now, or only mentioned, and how.

The nearest cue that governs the procedure decides: cues reach over commas, hardly over the border of a
clause. Where no cue stands, the heading and the kind of section do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from suggester.candidates.procedures.note_kind import note_kind
from suggester.candidates.procedures.status_cues import (
    ReadSentence,
    class_of,
    heading_sense,
    read_sentence,
)
from suggester.candidates.procedures.status_dates import dates_in, visit_date
from suggester.candidates.procedures.status_kinds import (
    CANCELLED,
    DECLINED,
    DISCUSSED,
    DONE_BEFORE,
    ELSEWHERE,
    KINDS,
    NONE,
    ORDERED,
    PERFORMED,
)
from suggester.candidates.procedures.status_reach import answers, away, is_participle, weight_of
from suggester.preprocess.sentences import Sentence

#: What the kind of section says of a procedure that only stands there, and how strongly.
_SECTIONS: dict[str, tuple[str, float]] = {
    "procedure": (PERFORMED, 1.6),
    "findings": (PERFORMED, 1.2),
    "results": (PERFORMED, 0.8),
    "exam": (PERFORMED, 0.6),
    "vitals": (PERFORMED, 0.6),
    "hospital_course": (PERFORMED, 0.5),
    "body": (PERFORMED, 0.3),
    "plan": (ORDERED, 1.2),
    "assessment_plan": (ORDERED, 0.6),
    "instructions": (ORDERED, 1.2),
    "psh": (DONE_BEFORE, 2.0),
    "pmh": (DONE_BEFORE, 1.4),
    "problem_list": (DONE_BEFORE, 1.0),
    "immunizations": (DONE_BEFORE, 0.8),
    "social_history": (DONE_BEFORE, 0.8),
    "family_history": (DONE_BEFORE, 1.0),
    "hpi": (DONE_BEFORE, 0.7),
}
_LEAST = 0.5
#: Share of the section's say that is added to cues of the same kind.
_PRIOR = 0.25
#: What a heading that names the procedure itself says, such as "EKG: sinus rhythm".
_NAMED_IN_HEADING = (PERFORMED, 0.6)
#: Worth of a name that is itself a verb of what was done, of a colon, a value and a date beside it, and
#: what a date is worth less where the note does not give its own.
_PARTICIPLE, _RESULT, _VALUE, _DATED, _UNKNOWN_VISIT = 1.6, 2.0, 1.8, 2.7, 0.5
#: How much less words of doing count among what is past, where they tell of what was done then.
_AMONG_THE_PAST, _PAST_SECTION = 1.5, 1.4
_COLONS = frozenset(": = - – —".split())
_LABEL_ENDS = frozenset(": - – —".split())


class Status(NamedTuple):
    """What became of a procedure, the words that say so, and counts of all such words.

    ``kind`` is one of :data:`~suggester.candidates.procedures.status_kinds.KINDS`; ``strength`` says how clearly it is told; ``cue_start`` and
    ``cue_end`` count characters of the note, both -1 where the section alone decides. ``done`` to
    ``not_done`` count the cues of the sentence, the ``_ahead`` ones say that one stands before the name.
    """

    kind: str
    strength: float
    cue: str
    cue_start: int
    cue_end: int
    done: int
    ordered: int
    before: int
    not_done: int
    done_ahead: bool
    ordered_ahead: bool
    before_ahead: bool
    heading: bool


class _Vote(NamedTuple):
    kind: str
    weight: float
    start: int
    end: int


class StatusReader:
    """Read the status of the procedures of one note."""

    def __init__(self, text: str, sentences: Sequence[Sentence]) -> None:
        self._text = text
        self._sentences = sentences
        self._read: dict[int, ReadSentence] = {}
        self._visit = visit_date(text)
        # The operation that an anesthesia record names is the surgeon's.
        self._surgeons = note_kind(text) == "anesthesia"

    def read(self, number: int, start: int, end: int) -> Status:
        """Return the status of the procedure from ``start`` to ``end`` in sentence ``number``."""
        sentence = self._sentences[number]
        if number not in self._read:
            self._read[number] = self._read_with_answer(number)
        read = self._read[number]
        first = next((i for i, w in enumerate(read.words) if w.end > start), len(read.words))
        last = next((i for i, w in enumerate(read.words) if w.end >= end), len(read.words) - 1)
        headings = list(self._by_headings(number, read, first))
        prior = _SECTIONS.get(sentence.section.kind, (NONE, _LEAST))
        if sentence.start == sentence.section.start and start < sentence.section.body_start:
            prior = _NAMED_IN_HEADING
        if self._surgeons:
            headings = [v._replace(kind=ELSEWHERE) if v.kind == PERFORMED else v for v in headings]
            prior = (ELSEWHERE, prior[1]) if sentence.section.kind == "procedure" else prior
        votes = [*self._by_cues(read, first, last), *self._by_signs(read, first, last), *headings]
        best = _Vote(*prior, -1, -1)
        past = prior[0] == DONE_BEFORE and prior[1] >= _PAST_SECTION
        for vote in votes:
            weight = vote.weight + (prior[1] * _PRIOR if vote.kind == prior[0] else 0.0)
            weight -= _AMONG_THE_PAST if past and vote.kind == PERFORMED else 0.0
            if weight > max(best.weight, _LEAST):
                best = vote._replace(weight=weight)
        return self._status(read, start, best, any(v.kind == PERFORMED for v in headings))

    def _read_with_answer(self, number: int) -> ReadSentence:
        """Read a sentence, with the answer behind its semicolon: "offered; she declined"."""
        sentence = self._sentences[number]
        following = self._sentences[number + 1 : number + 2]
        if (
            not following
            or self._text[sentence.end - 1 : sentence.end] != ";"
            or following[0].section is not sentence.section
        ):
            return read_sentence(self._text, sentence.start, sentence.end)
        read = read_sentence(self._text, sentence.start, following[0].end)
        return read._replace(
            cues=tuple(
                cue
                for cue in read.cues
                if read.words[cue.last].end <= sentence.end
                or (cue.sense.status == DECLINED and answers(read, cue))
            )
        )

    def _by_cues(self, read: ReadSentence, first: int, last: int) -> Iterator[_Vote]:
        for cue in read.cues:
            if (weight := weight_of(cue, read, first, last)) > 0:
                yield _Vote(
                    cue.sense.status, weight, read.words[cue.first].start, read.words[cue.last].end
                )

    def _by_signs(self, read: ReadSentence, first: int, last: int) -> Iterator[_Vote]:
        """Yield what a colon, a value or a date beside the procedure says."""
        words = read.words
        for i in range(last + 1, min(last + 4, len(words) - 1)):
            if words[i].text in _COLONS:
                yield _Vote(PERFORMED, _RESULT, words[i].start, words[i].end)
                break
        if any(is_participle(word.text) for word in words[first : last + 1]):
            yield _Vote(PERFORMED, _PARTICIPLE, -1, -1)
        if last + 1 < len(words):
            beside = words[last + 1]
            value = beside.text.replace(".", "").isdigit() and class_of(beside.text) != "<year>"
            counts = last + 2 < len(words) and class_of(words[last + 2].text) == "<unit>"
            if value and not counts:
                yield _Vote(PERFORMED, _VALUE, beside.start, beside.end)
        if not words:
            return
        for start, end, day in dates_in(self._text, words[0].start, words[-1].end):
            place = next((i for i, w in enumerate(words) if w.end > start), 0)
            low, high = (place, first) if place < first else (last, place)
            weight = _DATED - away(read, low, high)
            if self._visit is None:
                yield _Vote(DONE_BEFORE, weight - _UNKNOWN_VISIT, start, end)
            elif day != self._visit:
                yield _Vote(DONE_BEFORE if day < self._visit else ORDERED, weight, start, end)
            else:
                yield _Vote(PERFORMED, weight, start, end)

    def _by_headings(self, number: int, read: ReadSentence, first: int) -> Iterator[_Vote]:
        """Yield what the section's heading, the line above a list and the label say."""
        sentence = self._sentences[number]
        section = sentence.section
        if section.heading and (sense := heading_sense(section.heading)):
            # "Exam:" and "Procedure:" name it in the first line; what follows tells of much else.
            far = sense.status == PERFORMED and sentence.order > 0 and not sentence.item
            yield _Vote(
                sense.status,
                sense.strength / (2 if far else 1),
                section.start,
                section.start + len(section.heading),
            )
        colon = next(
            (i for i in range(first - 1, -1, -1) if read.words[i].text in _LABEL_ENDS), None
        )
        if colon:
            opened = max(
                (i + 1 for i in range(colon) if read.words[i].text in {":", ",", ";", "."}),
                default=0,
            )
            place = (read.words[opened].start, read.words[colon - 1].end)
            if sense := heading_sense(self._text[slice(*place)]):
                yield _Vote(sense.status, sense.strength, *place)
        for before in range(number - 1, -1, -1):
            other = self._sentences[before]
            if other.section is not section:
                break
            if self._text[other.end - 1 : other.end] == ":":
                if sense := heading_sense(self._text[other.start : other.end - 1]):
                    yield _Vote(sense.status, sense.strength, other.start, other.end)
                break
            if not (other.item or sentence.item):
                break

    def _status(self, read: ReadSentence, start: int, best: _Vote, heading: bool) -> Status:
        counts = dict.fromkeys(KINDS, 0)
        ahead = dict.fromkeys(KINDS, False)
        for cue in read.cues:
            kind = cue.sense.status
            counts[kind] += 1
            ahead[kind] = ahead[kind] or read.words[cue.last].start < start
        return Status(
            best.kind,
            best.weight,
            self._text[best.start : best.end] if best.start >= 0 else "",
            best.start,
            best.end,
            counts[PERFORMED],
            counts[ORDERED] + counts[DISCUSSED],
            counts[DONE_BEFORE] + counts[ELSEWHERE],
            counts[DECLINED] + counts[CANCELLED],
            ahead[PERFORMED],
            ahead[ORDERED] or ahead[DISCUSSED],
            ahead[DONE_BEFORE] or ahead[ELSEWHERE],
            heading,
        )
