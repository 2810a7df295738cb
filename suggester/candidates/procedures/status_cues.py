"""The words that say what became of a procedure, found in a sentence.

``lexicon/procedures/status_cues.tsv`` holds one cue a row: its words, the status it speaks for, where
it stands (``before`` what it governs, right ``beside`` it, ``after`` it, on ``both`` sides, or in a
``heading``), its strength, and words that take its meaning away when they stand in the same clause.
``<n>``, ``<unit>``, ``<month>``, ``<weekday>`` and ``<year>`` in a cue stand for any number, span of
days and so on. Cues of the status ``none`` only use up words that would look like another cue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from suggester.candidates.procedures.status_kinds import BEFORE, BESIDE, CANCELLED, HEADING, NONE

#: Strength of "not" within or before a cue.
_NOT_DONE = 3.4
_WORD = re.compile(
    r"[a-z0-9]+(?:['’/&.][a-z0-9]+)*|(?<![a-z0-9])[-–—]|[-–—](?![a-z0-9])|[^\sa-z0-9–—-]"
)
_FILLERS = frozenset("then also again just still now already first".split())
_PAST = frozenset("recently previously initially originally formerly".split())
_NEGATORS = frozenset(
    "not never wasn't weren't isn't aren't won't don't didn't doesn't couldn't can't cannot".split()
)
_MOST_FILLERS = 2
_CLASSES = {
    "<n>": "one two three four five six seven eight nine ten twelve few several couple",
    "<unit>": "day days week weeks wk wks month months mo mos year years yr yrs",
    "<month>": "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept oct nov dec",
    "<weekday>": "monday tuesday wednesday thursday friday saturday sunday mon tues wed thurs fri",
}
_CLASS_OF = {word: name for name, words in _CLASSES.items() for word in words.split()}
_YEAR = re.compile(r"(?:19|20)\d\d$")
_OPENS = frozenset(
    "will we i he she they patient pt now today then so formal declined declines recommend order has had "
    "instead surgery family awaiting scheduled opted elected no not was is refused our".split()
)
_BREAKS = frozenset("; but however although though whereas while except yet because".split())
_SO_OPENS = frozenset("we i he she they will".split())


class Sense(NamedTuple):
    """What a cue says, where it stands, how strongly (1–4), and the words that take it away."""

    status: str
    direction: str
    strength: float
    forbids: tuple[str, ...]


class Cue(NamedTuple):
    """A cue at the words ``first`` to ``last`` of a sentence."""

    sense: Sense
    first: int
    last: int


class Word(NamedTuple):
    """A word or mark of a sentence; offsets count characters of the note."""

    text: str
    start: int
    end: int


Row = tuple[tuple[str, ...], tuple[Sense, ...]]


@dataclass(frozen=True, slots=True)
class CueTable:
    """The cues that stand in sentences, by first word, longest first, and those of headings."""

    rows: dict[str, tuple[Row, ...]]
    headings: dict[tuple[str, ...], Sense]


class ReadSentence(NamedTuple):
    """The words of a sentence, the clause each belongs to, and the cues among them."""

    words: tuple[Word, ...]
    clauses: tuple[int, ...]
    cues: tuple[Cue, ...]


def words_of(text: str, start: int, end: int) -> tuple[Word, ...]:
    """Return the words and marks of ``text`` from ``start`` to ``end``, in lower case."""
    low = text[start:end].lower()
    if len(low) != end - start:  # a letter whose small form is longer would shift all offsets
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text[start:end])
    return tuple(
        Word(m.group().replace("’", "'"), start + m.start(), start + m.end())
        for m in _WORD.finditer(low)
    )


def class_of(word: str) -> str:
    """Return the class a word belongs to, such as ``<n>`` for a number, or an empty text."""
    if word.isdigit():
        return "<year>" if _YEAR.match(word) else "<n>"
    return _CLASS_OF.get(word, "")


@lru_cache(maxsize=1)
def cue_table() -> CueTable:
    """Return the table of cues, read once."""
    path = files("suggester.lexicon").joinpath("procedures/status_cues.tsv")
    senses: dict[tuple[str, ...], list[Sense]] = {}
    headings: dict[tuple[str, ...], Sense] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        cue, status, direction, strength, forbids = line.split("\t")
        sense = Sense(status, direction, float(strength), tuple(filter(None, forbids.split(","))))
        words = _cue_words(cue)
        if direction == HEADING:
            headings[words] = sense
        else:
            senses.setdefault(words, []).append(sense)
    rows: dict[str, list[Row]] = {}
    for words in sorted(senses, key=lambda key: (-len(key), key)):
        rows.setdefault(words[0], []).append((words, tuple(senses[words])))
    return CueTable({first: tuple(found) for first, found in rows.items()}, headings)


def _cue_words(cue: str) -> tuple[str, ...]:
    out: list[str] = []
    for piece in cue.split():
        out.extend([piece] if piece.startswith("<") else _WORD.findall(piece))
    return tuple(out)


@lru_cache(maxsize=2048)
def heading_sense(heading: str) -> Sense | None:
    """Return what a heading says of the procedures under it, or None."""
    known = cue_table().headings
    words = tuple(word.text for word in words_of(heading, 0, len(heading)) if word.text.isalnum())
    if words in known:
        return known[words]
    for size in range(min(5, len(words)), 1, -1):
        for first in range(len(words) - size + 1):
            if (part := words[first : first + size]) in known:
                return known[part]
    return None


def read_sentence(text: str, start: int, end: int) -> ReadSentence:
    """Return the words, clauses and cues of the sentence from ``start`` to ``end``."""
    words = words_of(text, start, end)
    clauses = _clauses(words)
    return ReadSentence(words, clauses, tuple(_find(words, clauses)))


def _clauses(words: tuple[Word, ...]) -> tuple[int, ...]:
    out: list[int] = []
    clause = 0
    for i, word in enumerate(words):
        previous = words[i - 1].text if i else ""
        if (
            word.text in _BREAKS
            or (previous in {",", "and"} and word.text in _OPENS)
            or (previous == "so" and word.text in _SO_OPENS)
        ):
            clause += 1
        out.append(clause)
    return tuple(out)


def _find(words: tuple[Word, ...], clauses: tuple[int, ...]) -> list[Cue]:
    rows = cue_table().rows
    classes = [class_of(word.text) for word in words]
    for i in range(len(words) - 1):  # "2025-26" is a season, not a year of the past
        if classes[i] == "<year>" and words[i + 1].start == words[i].end + 1:
            classes[i] = "" if words[i + 1].text.isdigit() else classes[i]
    found: list[Cue] = []
    i = 0
    while i < len(words):
        step = 1
        candidates = rows.get(words[i].text, ())
        if classes[i]:
            candidates += rows.get(classes[i], ())
        told: set[str] = set()
        for row, senses in candidates:
            last, negated = _match(row, words, classes, i)
            if last < 0:
                continue
            if not told:
                step = last - i + 1
            # A longer cue may act on one side only; on the other its first words still act.
            for sense in senses:
                if sense.direction in told or (sense.direction == BESIDE and BEFORE in told):
                    continue
                if _forbidden(sense, words, clauses, i):
                    found.append(Cue(sense._replace(status=NONE), i, last))
                elif negated:
                    found.append(Cue(sense._replace(status=CANCELLED, strength=_NOT_DONE), i, last))
                else:
                    found.append(Cue(sense, i, last))
            told.update(sense.direction for sense in senses)
            if senses[0].status == NONE:
                break
        i += step
    return found


def _match(
    pattern: tuple[str, ...], words: tuple[Word, ...], classes: list[str], i: int
) -> tuple[int, bool]:
    """Return the last word of ``pattern`` found at word ``i``, and whether "not" is in between.

    The last word is -1 where the pattern does not stand.
    """
    at = i
    negated = i > 0 and words[i - 1].text in _NEGATORS and pattern[0] not in _NEGATORS
    for wanted in pattern[1:]:
        at += 1
        skipped = 0
        while (
            at < len(words)
            and words[at].text != wanted
            and classes[at] != wanted
            and skipped < _MOST_FILLERS
            and _may_be_skipped(words[at].text)
        ):
            negated = negated or words[at].text in _NEGATORS
            at += 1
            skipped += 1
        if at >= len(words) or (words[at].text != wanted and classes[at] != wanted):
            return -1, False
    return at, negated


def _may_be_skipped(word: str) -> bool:
    return word in _FILLERS or word in _NEGATORS or (word.endswith("ly") and word not in _PAST)


def _forbidden(sense: Sense, words: tuple[Word, ...], clauses: tuple[int, ...], i: int) -> bool:
    if not sense.forbids:
        return False
    said = " ".join(
        w.text for w, clause in zip(words, clauses, strict=True) if clause == clauses[i]
    )
    said = f" {said} "
    return any(f" {phrase} " in said for phrase in sense.forbids)
