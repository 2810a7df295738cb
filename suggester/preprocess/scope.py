"""Scope: which terms of a sentence each of its cues reaches.

Cues and what they reach follow the ConText scheme (Harkema et al., 2009): a cue acts forward or
backward within its sentence until a stop phrase. The cue nearest to the term decides among those of
the same kind; kinds are ranked family, hypothetical, negated, uncertain, historical.

How far a list that shares a negation goes on, and what a negation leaves alone (``no change in``, ``no
surgery for``), is said in :mod:`suggester.preprocess.denied`.
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
    find_cues,
)
from suggester.preprocess.denied import (
    FOUND,
    LONGEST_LIST,
    NO_CLAUSE,
    POSSESSIVE,
    VERBS,
    bears,
    is_long_list,
    is_result,
    is_spared,
    tells_findings,
    tells_risks,
    tests_begin,
)
from suggester.preprocess.signs import read_patterns

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
    "differential ddx include includes included including consider considered considerations "
    "possibilities whether causes contributors etiologies".split()
)
#: How far the lists of differential diagnoses go on, where commas part their items.
_LIST_REACH = 24
#: No other cue reaches further than this many tokens, its own words included.
_WINDOW = 40
#: Words behind a finding that tell how it is doing, so that it is there.
_STATES = frozenset(
    "measuring measures improving improved worsening stable persists persisting unchanged well".split()
)
_GRADED = frozenset("trace mild minimal slight".split())
#: Words that begin what was done, after a comma: "no angina, s/p PCI".
_DONE = frozenset({"s/p", "status"})
_CONDITIONS = frozenset("if unless should".split())
#: Compounds in the plural share their head: "influenza and pneumonia vaccines".
_SHOTS = frozenset("vaccines vaccinations immunizations".split())
_NO_COMPOUND = frozenset(
    "for of due needs wants received got gets getting to with on in her his the a is was has had".split()
)
#: Words that leave an affirmation under the negation before them: "never been diagnosed with".
_UNDER = frozenset(
    "been any ever formally previously a an prior yet otherwise really new recent being to support "
    "suggest make confirm".split()
)
#: Words that say that it is over wherever they go on: "resolved with fluids", "quit 2009".
_ENDED = frozenset("resolved healed cleared subsided cured quit sober outgrown".split())
_ONWARD = frozenset("with after in on since by following for at".split())
_AFFIRMED = frozenset({NEGATED, HISTORICAL})
_DENIED_OR_DOUBTED = frozenset({NEGATED, UNCERTAIN})
#: Words that say that what was seen before is still there.
_PERSISTING = frozenset("unchanged stable worse worsened larger persistent increased again".split())
#: Words behind a finding that tell how it changed, so that only the change is denied.
_CHANGED = frozenset(
    "worsened changed improved progressed increased decreased worse better different".split()
)


#: What was thought of, and is denied behind a comma: "sepsis considered on arrival, ruled out".
_WEIGHED = frozenset("considered suspected questioned raised entertained".split())


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
        low = low.replace("’", "'")
        matches = list(TOKEN.finditer(low))
        self._text = text
        #: Names that hold a cue, which says nothing of what follows: "panic disorder without agoraphobia, ADHD".
        self.names: list[tuple[int, int]] = []
        # As ``clean`` does, without a call for each token.
        self._tokens = [match.group().rstrip(".") or "." for match in matches]
        self._starts = [start + match.start() for match in matches]
        self._ends = [start + match.end() for match in matches]
        cues, stops = find_cues(self._tokens)
        self._cues, self._stops = read_patterns(
            text, low, self._tokens, self._starts, self._ends, cues, stops
        )
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
            bisect_left(self._cue_places, first - LONGEST_LIST),
            bisect_right(self._cue_places, last + _WINDOW),
        )
        acting = [
            (cue, gap)
            for cue in self._cues[near]
            if (gap := self._gap(cue, first, last)) is not None
            and not any(a < self._starts[cue.first] < b <= start for a, b in self.names)
        ]
        acting = [pair for pair in acting if not self._says_no_more(pair[0], acting)]
        if not acting:
            return Assertion(PRESENT)
        cue, gap = min(acting, key=lambda pair: (_RANK[pair[0].kind], pair[1]))
        # A condition stands in spite of what is denied before it: "do not drive if you have".
        if cue.kind in {HYPOTHETICAL, FAMILY} and self._tokens[cue.first] not in _CONDITIONS:
            cue = next((other for other, near in acting if _denies(other, near, cue, gap)), cue)
        begin, stop = self._starts[cue.first], self._ends[cue.last]
        return Assertion(cue.kind, self._text[begin:stop], begin, stop, cue.grade)

    def _says_no_more(self, cue: Cue, acting: Sequence[tuple[Cue, int]]) -> bool:
        """Whether a cue stands under a negation that ends before the term: "no signs of A, and a B"."""
        return cue.kind == HYPOTHETICAL and any(
            other.kind == NEGATED
            and other.direction == FORWARD
            and 0 <= cue.first - other.last - 1 <= 1
            and all(other is not one for one, _ in acting)
            for other in self._cues
        )

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
        if gap > self._reach(cue, low, high):
            return None
        between_them = slice(
            bisect_right(self._stop_places, low), bisect_left(self._stop_places, high)
        )
        for stop in self._stops[between_them]:
            if stop.last < high and _ends(stop, cue) and not self._under(stop, cue):
                return None
        between = self._tokens[low + 1 : high]
        if (
            cue.kind == NEGATED
            and cue.direction == FORWARD
            and (
                ("," in between[-2:] and NO_CLAUSE.isdisjoint(between[-2:]))
                or (between[-2:-1] == ["and"] and between[-1] in POSSESSIVE)
            )
            and (
                _opens(self._tokens[last + 1 : last + 3])
                or (between[-1] == "," and self._tokens[first] in _GRADED | _DONE)
            )
        ):
            return None
        if cue.kind in _AFFIRMED and cue.direction == FORWARD and self._changed(cue.kind, last):
            return None  # "denies that the tinnitus has worsened", "previous rash has not cleared"
        reaches = _reaches_on if cue.direction == FORWARD else self._reaches_back
        return gap if reaches(cue, between, self._tokens) else None

    def _reach(self, cue: Cue, low: int, high: int) -> int:
        if cue.reach is not None:
            return cue.reach
        reach = _REACH[cue.kind, cue.direction]
        if cue.kind == UNCERTAIN and cue.direction == FORWARD and high - low > reach:
            listing = not _LISTING.isdisjoint(self._tokens[cue.first : cue.last + 1])
            if listing and self._tokens[low + 1 : high].count(",") > 1:
                return _LIST_REACH
        if cue.kind == NEGATED and cue.direction == FORWARD and high - low > reach:
            return LONGEST_LIST if is_long_list(self._tokens[low + 1 : high]) else reach
        if cue.kind == HYPOTHETICAL and cue.direction == FORWARD and high - low > reach:
            return LONGEST_LIST if tells_risks(self._tokens[low + 1 : high]) else reach
        if cue.direction == BACKWARD and high - low > reach and self._tested(cue, low):
            return LONGEST_LIST
        return reach

    def _tested(self, cue: Cue, last: int) -> bool:
        """Whether a cue is the result of tests of which the term is one: "flu A/B, COVID and RSV negative"."""
        return (
            cue.kind == NEGATED
            and is_result(self._tokens[cue.first : cue.last + 1])
            and tests_begin(self._tokens[: cue.first]) <= last
        )

    def _changed(self, kind: str, last: int) -> bool:
        """Whether the words behind a term say that it changed, or that it is not over."""
        verb, *after = [*self._tokens[last + 1 : last + 5], ""]
        if kind == HISTORICAL:
            if verb in {"has", "have"} and "not" in after[:1]:
                return not _ENDED.isdisjoint(after)
            return verb in {"is", "are", "has", "have"} and not _PERSISTING.isdisjoint(after)
        if verb in {"or", "nor"}:  # "denies that cough or dyspnea has worsened"
            after = [*self._tokens[last + 2 : last + 8], ""]
            verb = next((token for token in after if token in VERBS or token == ","), "")
            after = after[after.index(verb) + 1 :]
        return (verb in VERBS or verb == "had") and not _CHANGED.isdisjoint(after[:2])

    def _under(self, stop: Stop, cue: Cue) -> bool:
        """Whether the words of a stop are themselves negated: "never been diagnosed with"."""
        if cue.kind != NEGATED or cue.direction != FORWARD or stop.kinds != _AFFIRMED:
            return False
        tokens = self._tokens
        return tokens[stop.first][0].isalpha() and _UNDER.issuperset(
            tokens[cue.last + 1 : stop.first]
        )

    def _reaches_back(self, cue: Cue, between: Sequence[str], tokens: Sequence[str]) -> bool:
        if cue.kind == HYPOTHETICAL:  # a compound such as "breast cancer screening"
            if tokens[cue.last] in _SHOTS and between and between[0] in {"and", "or", ",", "/"}:
                return _NO_COMPOUND.isdisjoint(between)
            return (
                not between
                or between[0] == ")"
                or (
                    between[0].isalnum()
                    and between[0] not in {"and", "or"}
                    and len(between) <= _REACH[HYPOTHETICAL, BACKWARD]
                )
            )
        if cue.kind == NEGATED and tokens[cue.first] in {":", "?", "=", "-"} and ":" in between:
            return False  # the answer to a later question
        if cue.kind == UNCERTAIN and ":" in between[:-1]:
            return False  # "pain: A or B are possibilities"
        if "(" in between and (tokens[cue.first - 1] != "(" and "(" not in tokens[cue.first]):
            return False
        if cue.kind == FAMILY or "," not in between:
            return True
        if cue.kind in _DENIED_OR_DOUBTED and tokens[cue.first] in {"are", "were", "remain"}:
            # "A, B and C are absent", "A, B or C are possibilities"
            return not {"and", "or"}.isdisjoint(between) and VERBS.isdisjoint(between)
        following = "".join(tokens[cue.last + 1 : cue.last + 2])
        if cue.kind == NEGATED and between[-1] == "," and not _WEIGHED.isdisjoint(between):
            return True
        if self._tested(cue, cue.first - len(between) - 1) and (
            not following or following in PUNCTUATION
        ):
            return True
        return list(between) == [","] and (
            not following
            or following in PUNCTUATION
            or (tokens[cue.last] in _ENDED and (following in _ONWARD or following[0].isdigit()))
        )


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
    if cue.kind == NEGATED and (
        is_spared(between) or tells_findings(between) or bears(tokens[cue.last], between)
    ):
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
    if not following or not FOUND.isdisjoint(following):
        return False
    word, after = following[0], "".join(following[1:2])
    return (
        word in VERBS
        or word in _STATES
        or (word.isdigit() and after == "+")
        or (word.endswith("ly") and after.endswith(("ed", "ing")))
    )


def _denies(other: Cue, near: int, cue: Cue, gap: int) -> bool:
    """Whether ``other`` negates what a stronger cue says: "no signs of", "no cancer in the family"."""
    if other.kind != NEGATED or other.direction != FORWARD:
        return False
    if cue.kind == FAMILY and (cue.direction == BACKWARD or near < gap):
        return True
    return 0 <= cue.first - other.last - 1 <= 1
