"""How far the cues of a sentence reach: which of them govern a procedure, and how strongly."""

from __future__ import annotations

from suggester.candidates.procedures.status_cues import Cue, ReadSentence
from suggester.candidates.procedures.status_kinds import (
    AFTER,
    BEFORE,
    BESIDE,
    BOTH,
    DECLINED,
    DONE_BEFORE,
    ELSEWHERE,
    NONE,
    PERFORMED,
)

#: Cost of a word, a comma and the border of a clause between a cue and a procedure.
_AWAY, _COMMA, _CLAUSE = 0.07, 0.12, 1.5
#: Words a cue may be away that acts beside its procedure only; what a nearer cue costs a farther one;
#: and what the border of a clause costs where the patient answers an offer.
_BESIDE_WORDS, _NEARER, _ANSWER = 2, 1.0, 0.6
#: Least strength of a cue that parts another from the procedure, and the cost of a bracket between them.
_PARTS, _BRACKET = 1.8, 0.8
_ENDS = frozenset(", ; . : ) ( - – — / ! ?".split())
_AFTER_LOOKING_BACK = frozenset(
    "and or but at on by for as per because due until today so with".split()
)
_ANSWERING = frozenset(
    "; , but and however pt patient he she they mother mom father parents parent family was is".split()
)
#: Words before a colon behind which all is of the same time.
_LISTING = frozenset(
    "following these several many multiple procedures surgeries operations".split()
)
_SHORTEST_PARTICIPLE = 6
#: Adjectives that look like verbs of what was done.
_NO_PARTICIPLES = frozenset(
    "guided limited extended combined computed attended unattended detailed focused assisted directed "
    "controlled unlisted complicated infected impacted retained weighted enhanced targeted supervised "
    "automated modified calculated accelerated".split()
)


def weight_of(cue: Cue, read: ReadSentence, first: int, last: int) -> float:
    """Return how strongly a cue speaks for the procedure from word ``first`` to ``last``, 0 if not."""
    if not _governs(cue, read, first, last):
        return 0.0
    low, high = (cue.last, first) if cue.last < first else (last, cue.first)
    answer = cue.sense.status == DECLINED and cue.first > last and answers(read, cue)
    weight = cue.sense.strength - away(read, low, high, _ANSWER if answer else _CLAUSE)
    if cue.sense.status == DONE_BEFORE and cue.last < first and _after_label(read, low, high):
        weight -= _CLAUSE
    return weight - _NEARER * _has_nearer(read, cue, first, last)


def _after_label(read: ReadSentence, low: int, high: int) -> bool:
    """Whether a colon ends what a cue tells of: "s/p knee replacement: exercises 30 min"."""
    between = [word.text for word in read.words[low + 1 : high]]
    return ":" in between[1:] and not _LISTING.intersection(between)


def is_participle(word: str) -> bool:
    """Return whether a word looks like the verb of what was done."""
    return word.endswith("ed") and len(word) >= _SHORTEST_PARTICIPLE and word not in _NO_PARTICIPLES


def _governs(cue: Cue, read: ReadSentence, first: int, last: int) -> bool:
    """Whether a cue stands on the side of the procedure on which it acts."""
    words, direction = read.words, cue.sense.direction
    if cue.sense.status == NONE:
        return False
    if first <= cue.first and cue.last <= last:  # in the name itself: "repeat x-ray"
        return (
            first < last
            and cue.sense.status != ELSEWHERE
            and (
                cue.first == first
                if direction in {BEFORE, BESIDE}
                else cue.last == last or cue.sense.status == PERFORMED
            )
        )
    if cue.first < first <= cue.last:
        return True
    if cue.first <= last < cue.last:
        return direction in {AFTER, BOTH}
    following = words[cue.last + 1].text if cue.last + 1 < len(words) else ""
    if cue.last < first:
        opens = cue.first == 0 or read.clauses[cue.first] != read.clauses[cue.first - 1]
        if direction == BESIDE:
            return first - cue.last - 1 <= _BESIDE_WORDS
        if direction == BEFORE:
            # "Biopsy declined, cryotherapy": what looks back at its own procedure governs no other.
            return opens or following not in _ENDS or following in {":", "("}
        return direction == BOTH and (opens or following not in _ENDS | {"and"})
    if direction not in {AFTER, BOTH}:
        return False
    # "EKG done; declines flu shot": an answer looks back only where nothing follows it.
    return (
        cue.sense.status != DECLINED
        or not following
        or following in _ENDS
        or following in _AFTER_LOOKING_BACK
    )


def answers(read: ReadSentence, cue: Cue) -> bool:
    """Return whether a clause that says no names nothing else: "offered; she declined"."""
    for word, clause in zip(read.words[: cue.first], read.clauses, strict=False):
        if clause == read.clauses[cue.first] and word.text not in _ANSWERING:
            return False
    return True


def _has_nearer(read: ReadSentence, cue: Cue, first: int, last: int) -> bool:
    """Whether another cue of the same side parts a cue from the procedure."""
    for other in read.cues:
        if cue.last < first and cue.last < other.first and other.last < first:
            if other.sense.direction == BEFORE and other.sense.strength >= _PARTS:
                return True
        elif (
            last < other.first
            and other.last < cue.first
            and other.sense.direction == AFTER
            and read.words[other.last + 1].text in {",", "and"}
            and other.last + 1 < cue.first
        ):
            return True
    return False


def away(read: ReadSentence, low: int, high: int, border: float = _CLAUSE) -> float:
    """Return what the words between the words ``low`` and ``high`` cost a cue."""
    between = read.words[low + 1 : high]
    commas = sum(word.text == "," for word in between)
    brackets = abs(sum((word.text == "(") - (word.text == ")") for word in between))
    borders = abs(read.clauses[min(high, len(read.clauses) - 1)] - read.clauses[low])
    return (
        _AWAY * (len(between) - commas) + _COMMA * commas + _BRACKET * brackets + border * borders
    )
