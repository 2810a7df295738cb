"""Scope: which terms of a sentence each of its cues reaches.

Cues and what they reach follow the ConText scheme (Harkema et al., 2009): a cue acts forward or
backward within its sentence until a stop phrase. The cue nearest to the term decides among those of
the same kind; kinds are ranked family, hypothetical, negated, uncertain, historical.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from suggester.preprocess.cues import (
    BACKWARD,
    FAMILY,
    FORWARD,
    HISTORICAL,
    HYPOTHETICAL,
    KINDS,
    NEGATED,
    PUNCTUATION,
    TOKEN,
    UNCERTAIN,
    Cue,
    Stop,
    clean,
    find_cues,
)

PRESENT = "present"
_RANK = {FAMILY: 0, HYPOTHETICAL: 1, NEGATED: 2, UNCERTAIN: 3, HISTORICAL: 4}
_REACH = {
    (NEGATED, FORWARD): 16,
    (NEGATED, BACKWARD): 7,
    (UNCERTAIN, FORWARD): 9,
    (UNCERTAIN, BACKWARD): 4,
    (HYPOTHETICAL, FORWARD): 14,
    (HYPOTHETICAL, BACKWARD): 1,
    (HISTORICAL, FORWARD): 12,
    (HISTORICAL, BACKWARD): 5,
    (FAMILY, FORWARD): 30,
    (FAMILY, BACKWARD): 8,
}
#: Words of a cue of uncertainty that opens a list; others end at the first comma.
_LISTING = frozenset(
    {"differential", "include", "includes", "consider", "considered", "considerations", "whether"}
)
#: No cue reaches further than this many tokens, its own words included.
_WINDOW = 40
_VERBS = frozenset(
    {"is", "are", "was", "were", "has", "have", "remains", "remain", "continues", "continue"}
)
_FOUND = frozenset(
    {
        "noted",
        "seen",
        "identified",
        "present",
        "appreciated",
        "reported",
        "found",
        "observed",
        "visualized",
    }
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """How a term is meant; ``cue`` are the note's words that decided, ``grade`` 1 (weak) to 3."""

    kind: str
    cue: str = ""
    start: int = -1
    end: int = -1
    grade: int = 0


class SentenceCues:
    """The cues of one sentence, ready to judge the terms in it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        low = text[start:end].lower()
        if len(low) != end - start:  # a character whose lower case is longer, such as U+0130
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text[start:end])
        matches = list(TOKEN.finditer(low))
        self._text = text
        self._tokens = [clean(match.group()) for match in matches]
        self._starts = [start + match.start() for match in matches]
        self._ends = [start + match.end() for match in matches]
        self._cues, self._stops = find_cues(self._tokens)
        self._cue_places = [cue.first for cue in self._cues]
        self._stop_places = [stop.first for stop in self._stops]

    @property
    def empty(self) -> bool:
        """Whether the sentence holds no cue at all."""
        return not self._cues

    @property
    def negating(self) -> bool:
        """Whether the sentence holds a cue that could negate something."""
        return any(cue.kind == NEGATED for cue in self._cues)

    def judge(self, start: int, end: int) -> Assertion:
        """Return how the term at ``start``–``end`` is meant by the cues around it."""
        if not self._cues:
            return Assertion(PRESENT)
        first = bisect_right(self._ends, start)
        last = max(first, bisect_left(self._starts, end) - 1)
        near = slice(
            bisect_left(self._cue_places, first - _WINDOW),
            bisect_right(self._cue_places, last + _WINDOW),
        )
        acting = [
            (cue, gap)
            for cue in self._cues[near]
            if (gap := self._gap(cue, first, last)) is not None
        ]
        if not acting:
            return Assertion(PRESENT)
        cue, gap = min(acting, key=lambda pair: (_RANK[pair[0].kind], pair[1]))
        if cue.kind in {HYPOTHETICAL, FAMILY}:
            cue = next((other for other, near in acting if _denies(other, near, cue, gap)), cue)
        begin, stop = self._starts[cue.first], self._ends[cue.last]
        return Assertion(cue.kind, self._text[begin:stop], begin, stop, cue.grade)

    def _gap(self, cue: Cue, first: int, last: int) -> int | None:
        """Return how many tokens lie between a cue and a term it reaches, None where it does not."""
        if cue.direction == FORWARD:
            if cue.first >= first:
                return None
            low, high = cue.last, first
        else:
            if cue.last <= last:
                return None
            low, high = last, cue.first
        gap = max(0, high - low - 1)
        if gap > (cue.reach if cue.reach is not None else _REACH[cue.kind, cue.direction]):
            return None
        between_them = slice(
            bisect_right(self._stop_places, low), bisect_left(self._stop_places, high)
        )
        if any(stop.last < high and _ends(stop, cue) for stop in self._stops[between_them]):
            return None
        between = self._tokens[low + 1 : high]
        if (
            cue.kind == NEGATED
            and cue.direction == FORWARD
            and between[-1:] == [","]
            and _opens(self._tokens[last + 1 : last + 3])
        ):
            return None
        reaches = _reaches_on if cue.direction == FORWARD else self._reaches_back
        return gap if reaches(cue, between, self._tokens) else None

    def _reaches_back(self, cue: Cue, between: Sequence[str], tokens: Sequence[str]) -> bool:
        if cue.kind == HYPOTHETICAL:  # a compound such as "breast cancer screening"
            return not between or (between[0].isalnum() and between[0] not in {"and", "or"})
        if "(" in between and (tokens[cue.first - 1] != "(" and "(" not in tokens[cue.first]):
            return False
        if cue.kind == FAMILY or "," not in between:
            return True
        following = tokens[cue.last + 1 : cue.last + 2]
        return list(between) == [","] and (not following or following[0] in PUNCTUATION)


def _reaches_on(cue: Cue, between: Sequence[str], tokens: Sequence[str]) -> bool:
    if cue.kind == FAMILY:
        return True
    if (
        ")" in between
        and "(" not in between
        and "(" in tokens[max(0, cue.first - _WINDOW) : cue.first]
    ):
        return False  # the cue stands in a parenthesis that is closed before the term
    if ":" in between[1:] and "following" not in between and cue.kind != HYPOTHETICAL:
        return False
    if "," not in between:
        return True
    if cue.reach is not None:
        return False
    if cue.kind == UNCERTAIN:
        after = tokens[cue.last + 1 : cue.last + _WINDOW]
        return (
            bool(_LISTING & set(tokens[cue.first : cue.last + 1])) or "or" in after or "vs" in after
        )
    return cue.kind != HISTORICAL or len(between) <= 8


def _ends(stop: Stop, cue: Cue) -> bool:
    """Whether a stop ends a cue's scope; those for some kinds only end what looks forward."""
    return cue.kind in stop.kinds and (cue.direction == FORWARD or stop.kinds == KINDS)


def _opens(following: Sequence[str]) -> bool:
    """Whether what follows a term after a comma shows that it opens a clause of its own."""
    return bool(following) and following[0] in _VERBS and not _FOUND & set(following)


def _denies(other: Cue, near: int, cue: Cue, gap: int) -> bool:
    """Whether ``other`` negates what a stronger cue says: "no signs of", "no cancer in the family"."""
    if other.kind != NEGATED or other.direction != FORWARD:
        return False
    if cue.kind == FAMILY:
        return cue.direction == BACKWARD or near < gap
    return 0 <= cue.first - other.last - 1 <= 1
