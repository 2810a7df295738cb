"""Cues: the words of a sentence that say how its terms are meant, and the words that stop them.

The table ``data/cues.tsv`` holds one cue a row: its words, what it asserts, the direction in which
it acts, for uncertainty a grade from 1 (weak) to 3, and for cues that reach only what stands close
by a reach in tokens (such a cue also ends at a comma). Rows of the kind ``stop`` end the scope of
other cues; their direction column says of which kinds, or ``both`` for all. Rows of the kind
``affirmed`` end negation and history. ``pseudo`` rows consume the words of a cue without acting.

Longest cue first; a few senses depend on what stands beside the cue, and those are written here:
answers (``Fever: no``), words that act on either side (``Strep negative``, ``negative strep``),
durations (``a two-week history of``), relatives who only report (``Mother says``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

NEGATED, UNCERTAIN, HYPOTHETICAL, HISTORICAL, FAMILY = (
    "negated",
    "uncertain",
    "hypothetical",
    "historical",
    "family",
)
KINDS = frozenset({NEGATED, UNCERTAIN, HYPOTHETICAL, HISTORICAL, FAMILY})
FORWARD, BACKWARD = "forward", "backward"

TOKEN = re.compile(
    r"[a-z0-9]+(?:[/'’][a-z0-9]+)*\.?(?:[a-z]\.)*|\(\+\)|\(-\)|\?|\+|[,;:=\-\[\]]|\S"
)
PUNCTUATION = frozenset(",;:.)]/|")
_MARKS = frozenset(":-=?(")
_AFFIRMED_ENDS = frozenset({NEGATED, HISTORICAL})
#: Words that may follow a cue which looks back: the clause is over, or what follows is no finding.
_AFTER_BACKWARD = frozenset(
    "and or but at on in of given based by clinically with for as per because though although however vs "
    "versus today currently now this bilaterally when to again so from during since after".split()
)
_AFTER_ANSWER = frozenset(
    "smoker used smoked known at since today currently reported noted recently".split()
)
_UNITS = re.compile(r"(?:day|week|month|year|yr|wk|mo|hour|hr)s?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
#: What a year that opens a sentence puts into the past, in "In 2015 he suffered a stroke".
_SUFFERED = frozenset(
    "had suffered sustained underwent fractured broke hospitalized treated".split()
)
_ONSET = frozenset("found since diagnosed diagnosis onset started starting began begun dx".split())
#: Cues that act on both of their sides at once.
_BETWEEN = frozenset({"versus", "vs"})
_COUNTED = re.compile(
    r"\d+$|(?:few|several|couple|two|three|four|five|six|seven|eight|ten|twelve|week|month|day|year|hour|night|decade)s?$"
)

#: People whose illnesses are told only with a verb of illness; everybody else acts or reports.
_UNRELATED = frozenset(
    "wife husband spouse roommate coworker coworkers boyfriend girlfriend partner friend friends neighbor "
    "classmate classmates donor".split()
)
_REPORTS = frozenset(
    "states stated state reports reported report says said say notes noted note noticed notices denies denied deny "
    "describes described feels felt thinks thought brought brings called calls gave gives giving tried tries "
    "expressed agrees agreed understands concerned worried worries observed saw sees recalls confirms confirmed "
    "mentions mentioned believes endorses admits wants asks asked requests provides provided helps helped drove "
    "watches babysits concern concerns account observation observations opinion "
    "witnessed interprets translates suggested tells told claims fills filled cares assists manages watched "
    "swinging understood accepted consented requested declined reviewed advised aware".split()
)
_AUXILIARY = frozenset(
    "also has have had is was are were who then now first recently been being did and both".split()
)
_ILLNESS = frozenset(
    "has had have with was is are were died tested diagnosed sick ill positive treated who recently also being "
    "came developed suffers got".split()
)
#: Words that name a cause. They end a scope, unless they follow a cue of doubt or denial at once: in
#: "possibly due to reflux" it is the reflux that is possible.
_CAUSAL = frozenset(
    {
        ("due", "to"),
        ("secondary", "to"),
        ("caused", "by"),
        ("because",),
        ("because", "of"),
        ("from",),
    }
)
_DOUBTFUL = frozenset({UNCERTAIN, NEGATED})
_DENIED_CAUSES = frozenset(
    {
        ("not", "due", "to"),
        ("not", "related", "to"),
        ("not", "secondary", "to"),
        ("not", "caused", "by"),
        ("unrelated", "to"),
    }
)
#: After these the cause that is denied is there all the same: "not due to her hypertension".
_KNOWN = frozenset("the her his their its known underlying chronic existing".split())
#: What may stand between such a cue and the cause: "may well be due to", "not entirely due to".
_BEING = frozenset(
    "be been being is are was were at least in part partly partially entirely largely primarily solely mainly directly".split()
)
_BRINGS = frozenset("with per by from to my".split())
_DETERMINERS = frozenset("his her the their both a patient's your".split())
_PRESENT_PERSON = re.compile(
    r"(?:(?:is|was|are) )?(?:at bedside|at the bedside|in the room|in room|present|here)\b"
)
#: What opens a cause where a preposition alone would not: "likely in the setting of sepsis".
_ATTRIBUTED = re.compile(
    r"in (?:the )?(?:setting|context)|on (?:the )?(?:basis|account)|as (?:a|the) result"
)
_PLACES = frozenset("house home place car apartment farm room".split())

Sense = tuple[str, str, int, int | None]


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a sentence; ``first`` and ``last`` are token numbers."""

    kind: str
    direction: str
    grade: int
    reach: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Words that end the scope of cues of the named kinds."""

    first: int
    last: int
    kinds: frozenset[str]


def clean(token: str) -> str:
    """Return a token as the table spells it."""
    return token.rstrip(".").replace("’", "'") or token


@lru_cache(maxsize=1)
def cue_table() -> dict[str, list[tuple[tuple[str, ...], tuple[Sense, ...]]]]:
    """Return cues by first token, longest first, each with its senses."""
    text = files("suggester.preprocess").joinpath("data/cues.tsv").read_text("utf-8")
    senses: dict[tuple[str, ...], list[Sense]] = {}
    for line in text.splitlines()[1:]:
        cue, kind, direction, grade, reach = line.split("\t")
        tokens = tuple(clean(match.group()) for match in TOKEN.finditer(cue))
        senses.setdefault(tokens, []).append(
            (kind, direction, int(grade or 0), int(reach) if reach else None)
        )
    table: dict[str, list[tuple[tuple[str, ...], tuple[Sense, ...]]]] = {}
    for tokens in sorted(senses, key=lambda key: (-len(key), key)):
        table.setdefault(tokens[0], []).append((tokens, tuple(senses[tokens])))
    return table


def find_cues(tokens: Sequence[str]) -> tuple[list[Cue], list[Stop]]:
    """Return the cues of a tokenised sentence that act and the words that end scopes, in order."""
    table = cue_table()
    cues: list[Cue] = []
    stops: list[Stop] = []
    i = 0
    while i < len(tokens):
        step = 1
        for words, senses in table.get(tokens[i], ()):
            size = len(words)
            if size > 1 and tuple(tokens[i : i + size]) != words:
                continue
            if not _stands(tokens, i, i + size, words):
                continue
            both = (
                words[0] not in _BETWEEN
                and len({d for kind, d, *_ in senses if kind in KINDS}) == 2
            )
            if (words in _CAUSAL and _doubted(tokens, cues, i)) or (
                words in _DENIED_CAUSES and not _KNOWN.isdisjoint(tokens[i + size : i + size + 1])
            ):
                senses = ()
            for kind, direction, grade, reach in senses:
                if kind == "stop":
                    stops.append(Stop(i, i + size - 1, _ended(direction)))
                elif kind == "affirmed":
                    stops.append(Stop(i, i + size - 1, _AFFIRMED_ENDS))
                elif kind in KINDS and (not both or _looks(tokens, i + size, kind, direction)):
                    cues.append(Cue(kind, direction, grade, reach, i, i + size - 1))
            step = size
            break
        i += step
    cues.extend(_years(tokens))
    return sorted(cues, key=lambda cue: cue.first), stops


def _doubted(tokens: Sequence[str], cues: Sequence[Cue], i: int) -> bool:
    """Whether the cause named at token ``i`` follows a cue of doubt or denial at once."""
    before = i - 1
    while before > 0 and tokens[before] in _BEING:
        before -= 1
    return any(
        before <= cue.last < i and cue.direction == FORWARD and cue.kind in _DOUBTFUL
        for cue in cues[-3:]
    )


@lru_cache(maxsize=64)
def _ended(column: str) -> frozenset[str]:
    return KINDS if column == "both" else frozenset(column.split("/"))


def _stands(tokens: Sequence[str], first: int, after: int, words: tuple[str, ...]) -> bool:
    """Whether the words found are the cue they look like."""
    following = tokens[after] if after < len(tokens) else ""
    if words[0] in _MARKS and len(words) > 1:
        return not following or following in PUNCTUATION | {"-"} or following in _AFTER_ANSWER
    if (words[-1] == "of" and "history" in words) or words[-1] == "h/o":
        return not _duration(tokens, first, after)
    if words in {("history",), ("hx",)} and following == "of":
        return False
    if words in {("past",), ("in", "the", "past")}:
        return _COUNTED.match(following) is None
    if _is_person(words[-1]) or words[-1] in {"member", "members"}:
        return _is_ill(tokens, first, after - 1)
    return True


def _looks(tokens: Sequence[str], after: int, kind: str, direction: str) -> bool:
    """Whether a cue that may act on either side acts in this direction."""
    following = tokens[after] if after < len(tokens) else ""
    ends = not following or (following in PUNCTUATION and following != ":")
    if direction == FORWARD:
        return not ends
    if kind == UNCERTAIN and (
        following in {"from", "to"} or _ATTRIBUTED.match(" ".join(tokens[after : after + 3]))
    ):
        return False  # "neck pain likely from a strain": the pain is there
    return ends or following in _AFTER_BACKWARD


def _duration(tokens: Sequence[str], first: int, after: int) -> bool:
    """Whether "history of" tells how long the present illness lasts."""
    if any(_UNITS.match(token) for token in tokens[max(0, first - 1) : first]):
        return True
    later = list(tokens[after : after + 5])
    unit = next((i for i, token in enumerate(later) if _UNITS.match(token)), None)
    return unit is not None and unit + 1 < len(later) and later[unit + 1] in {"of", "duration"}


@lru_cache(maxsize=512)
def _is_person(word: str) -> bool:
    senses = dict(cue_table().get(word, ())).get((word,), ())
    return any(kind == FAMILY and direction == FORWARD for kind, direction, *_ in senses)


def _is_ill(tokens: Sequence[str], first: int, i: int) -> bool:
    """Whether the person named up to token ``i`` is told of as ill, not as reporting or present."""
    before = first - 1
    while before >= 0 and tokens[before] in _DETERMINERS:
        before -= 1
    if (
        before >= 0
        and tokens[before] in _BRINGS
        and not (tokens[before] == "to" and "born" in tokens[max(0, before - 6) : before])
    ):
        return False
    after = i + 1
    while after < len(tokens) and (tokens[after] in _AUXILIARY or tokens[after].endswith("ly")):
        after += 1
    if tuple(tokens[i + 1 : i + 2]) == ("'",):
        after = i + 2
    following = tokens[after] if after < len(tokens) else ""
    if following in _REPORTS or (
        following == "found" and tuple(tokens[after + 1 : after + 2]) != ("to",)
    ):
        return False
    if following in _PLACES or _PRESENT_PERSON.match(" ".join(tokens[i + 1 : i + 5])):
        return False
    if tokens[i] in _UNRELATED:
        return i + 1 < len(tokens) and tokens[i + 1] in _ILLNESS | {":", "-", "'s"}
    return True


def _years(tokens: Sequence[str]) -> list[Cue]:
    """Return "in 2010", "age 6" and the like as cues of history, unless they tell when it began."""
    if _ONSET & set(tokens):
        return []
    out = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ""
        if _YEAR.match(token) and before not in {"/", "-", "to"}:
            out.append(
                Cue(HISTORICAL, BACKWARD, 0, 5 if before == "in" else 1, i - (before == "in"), i)
            )
            if i == 1 and before == "in" and not _SUFFERED.isdisjoint(tokens[2:6]):
                out.append(Cue(HISTORICAL, FORWARD, 0, 8, 0, 1))  # "In 2015 he suffered a stroke"
        elif token == "age" and "".join(tokens[i + 1 : i + 2]).isdigit():
            out.append(
                Cue(
                    HISTORICAL, BACKWARD, 0, 5 if before == "at" else 0, i - (before == "at"), i + 1
                )
            )
    return out
