"""Signs beside a term, and patterns of a sentence that act as cues or end their scope.

Signs are check-boxes, plus and minus. Patterns are what no table of words can hold: advice on when to
come back (``go to the nearest ED at once with``), numbers and dates (``2014: hip fracture``), ``had
... in March``, ``may ... and cause``, ``cannot ... without``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from suggester.preprocess.answers import find_answers
from suggester.preprocess.cues import (
    BACKWARD,
    FAMILY,
    FORWARD,
    HISTORICAL,
    HYPOTHETICAL,
    KINDS,
    NEGATED,
    UNCERTAIN,
    Cue,
    Stop,
)
from suggester.preprocess.phrases import afresh, read_phrases, weighed
from suggester.preprocess.sections import Section

#: Sections whose findings are listed with a plus or a minus.
_SIGNED_SECTIONS = frozenset({"ros", "hpi", "exam"})
#: How many characters around a term are looked at for its sign and for others.
_LOOK_BACK = 200
_BOX = re.compile(
    r"[\[(]\s*(?P<mark>[xX✓✔ _]?)\s*[\])]\s*$|(?P<empty>[☐□])\s*$|(?P<full>[☑☒✓✔])\s*$"
)
_A_BOX = r"(?:\[[ \t]*[xX✓✔_]?[ \t]*\]|\((?:[ \t]+|[ \t]*[xX✓✔_][ \t]*)\)|[☐□☑☒✓✔])"
_BOX_AFTER = re.compile(rf"[ \t]*({_A_BOX})")
_LINE_OF_BOXES_AFTER = re.compile(rf"[ \t]*+(?!{_A_BOX})[^\n]*{_A_BOX}[ \t.]*$", re.MULTILINE)
_TICKED = re.compile("[xX✓✔☑☒]")
_BOX_ENDS = frozenset("])☐□☑☒✓✔")
_SIGN = re.compile(r"(?:^|[,;(/:\n]|[,;] |\s)[ \t]*(?P<sign>[-–])[ \t]?$")
_PLUS = re.compile(r"(?:^|[\n,;:(/])[ \t]*\+[ \t]?[A-Za-z]")
#: Words that cancel a later "without": "cannot walk without pain".
_CANCELLING = frozenset("never cannot can't couldn't unable rarely hardly seldom".split())
_OVER = frozenset("resolved healed cleared subsided removed resected gone remission cured".split())
#: Words that say that it is not over: "not completely resolved".
_UNSETTLED = frozenset(
    "not never hasn't haven't isn't partially incompletely nearly almost until once if yet when".split()
)
_FOUND_OUT = frozenset("diagnosed dx dx'd".split())
_YEARS = frozenset("year years yr yrs decade decades".split())
_MODALS = frozenset("may might could can".split())
_CAUSING = frozenset("cause trigger precipitate induce provoke".split())
_BEFORE_KIN = frozenset(
    "a an his her the my two three both one several maternal paternal older younger first second "
    "half twin".split()
)
_AFTER_KIN = frozenset(") , ; and & at age".split())
_MONTHS = frozenset(
    "january february march april may june july august september october november december month "
    "jan feb mar apr jun jul aug sept sep oct nov dec".split()
)
#: What is told with a month is over: "was hospitalized for pneumonia in March".
_OVER_BY_THEN = frozenset("had hospitalized admitted".split())
#: "admitted two months ago with", "hospitalized in March for": what follows was then.
_STAYED = re.compile(
    r"\b(?:hospitalized|admitted)(?: [a-z0-9]+){0,5}?"
    r" (?:last (?:month|year|summer|winter|spring|fall)|(?:weeks?|wks?|months?|mos?|years?|yrs?) ago|"
    rf"(?:last|in|in (?:early|mid|late)|in the (?:beginning|middle|end) of) (?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))}|(?:19|20)\d\d)) (?:for|with|w/)(?= )"
)
#: What an operation of long ago was for: "cholecystectomy in 2010 for".
_REMOVED = re.compile(r"ectomy(?: ,)?(?: in)? (?:19|20)\d\d for(?= )")
#: What a disease may bring, talked about: "complications of diabetes such as ... were reviewed".
_CONSEQUENCES = re.compile(r"\bcomplications of .{1,80}? (?P<cue>including|such as|like)(?= )")
_TALKED = frozenset(
    "discussed reviewed explained discuss review explain covered understands".split()
)
#: When to come back, in what is told to patients: "go to the ED at once with", "notify physician for".
_SOON = r"(?: (?:immediately|urgently|promptly|right away|at once|asap|sooner))*"
_ADVICE = re.compile(
    r"\b(?:(?:go|return|come|report|proceed)(?: back| straight| directly| immediately)* to"
    r"(?: the| an| your| our)?(?: nearest| closest| local)?"
    rf" (?:ed|er|emergency (?:room|department)|hospital|urgent care){_SOON}"
    r"|(?:call|notify|contact|tell|inform|alert|phone)(?: the| your| our| his| her)?"
    rf" (?:us|me|md|doctor|physician|provider|pcp|nurse|clinic|office){_SOON}) (?:if|for|with)(?= )"
    r"|\b(?:monitor|monitoring|watch|watching|observe|observing)"
    r"(?: (?:closely|carefully|clinically|him|her|them|the|patient|pt|your|child|infant|incision|wound|site)){1,3}"
    r" for(?: (?:the )?development of)?(?= )"
)
_ADVISED = frozenset(
    "go return come report proceed call notify contact tell inform alert phone".split()
)
_WATCHED = frozenset("monitor monitoring watch watching observe observing".split())
#: Words before such advice that make it a tale: "had come to the ED with", "had to go to the ED".
_WENT = frozenset("had has have decided chose needed".split())
_MONTH_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])/(?:19|20)\d\d$")
#: What opens a line that tells of the past: "2014: hip fracture", "Resolved: ...".
_PAST_HEAD = re.compile(
    r"(?:(?:(?:0?[1-9]|1[0-2])/)?(?:19|20)\d\d|resolved(?: problems| issues)?)[ \t]*[:–-][ \t]"
)
_BEGAN = frozenset(
    "since diagnosed diagnosis onset started starting began begun dx due last labs presents".split()
)
_AFTER_NEGATIVE = frozenset(
    "and or but at on in of for per by to with from since today x as this though".split()
)
_CLAUSE_STARTS = frozenset(", ; ( :".split())
_JUST_NEGATED = frozenset({NEGATED})


def checkbox(text: str, start: int, end: int | None = None) -> bool | None:
    """Return whether the check-box of a term is ticked; None where there is none.

    It is the box right before ``start``, or the one right after ``end`` on a line that ends with
    a box and does not begin with one.
    """
    after = _box_after(text, start, end) if end is not None else None
    if after is not None:
        return _TICKED.search(after[1]) is not None
    if text[max(0, start - 6) : start].rstrip()[-1:] not in _BOX_ENDS:
        return None
    match = _BOX.search(text, max(0, start - 6), start)
    if match is None:
        return None
    if match["empty"]:
        return False
    return bool(match["full"]) or (match["mark"] or " ").strip(" _") != ""


def _box_after(text: str, start: int, end: int) -> re.Match[str] | None:
    after = _BOX_AFTER.match(text, end)
    if after is None:
        return None
    line = line_start(text, start)
    return after if _LINE_OF_BOXES_AFTER.match(text, line, end + _LOOK_BACK) else None


def box_place(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the check-box of a term stands that has one."""
    after = _box_after(text, start, end)
    if after is not None:
        return after.span(1)
    return max(0, start - 4), start


def line_start(text: str, position: int) -> int:
    """Return where the line of ``position`` starts, looking back no further than is useful."""
    earliest = max(0, position - _LOOK_BACK)
    return max(earliest, text.rfind("\n", earliest, position) + 1)


def minus_before(text: str, section: Section, start: int) -> int | None:
    """Return the place of a minus sign that denies the term at ``start``."""
    if text[max(0, start - 2) : start].rstrip(" \t")[-1:] not in {"-", "–"}:
        return None
    line = line_start(text, start)
    match = _SIGN.search(text, max(0, line - 1), start)
    if match is None:
        return None
    sign, spaced = match.start("sign"), text[start - 1] in " \t"
    before = text[line:sign].strip()
    if not before:  # a bullet, unless lines near by open with a plus
        if section.kind not in _SIGNED_SECTIONS:
            return None
        first, last = (
            max(section.body_start, start - _LOOK_BACK),
            min(section.end, start + _LOOK_BACK),
        )
        return sign if _PLUS.search(text, max(0, first - 1), last) else None
    if spaced and before[-1] not in ",;(/:":
        return None
    signed = section.kind in _SIGNED_SECTIONS or _PLUS.search(text, line, start) is not None
    return sign if signed else None


def read_patterns(
    text: str,
    low: str,
    tokens: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    cues: list[Cue],
    stops: list[Stop],
) -> tuple[list[Cue], list[Stop]]:
    """Return the cues and stops of a sentence with those that its patterns add, and without those they drop.

    Parameters
    ----------
    text
        The note.
    low
        The sentence in lower case.
    tokens, starts, ends
        Its tokens, and where in the note each starts and ends.
    cues, stops
        What the table of cues found in it, in order.
    """
    told = set(tokens)
    made = []
    if not (_ADVISED | _WATCHED).isdisjoint(told):
        made = _phrases(_ADVICE, HYPOTHETICAL, tokens)
    if "complications" in told and not _TALKED.isdisjoint(told):
        made += _phrases(_CONSEQUENCES, HYPOTHETICAL, tokens)
    if made:
        cues = sorted(cues + made, key=lambda cue: cue.first)
    cues = _kept(cues, tokens, told)
    count = len(stops)
    phrases, cues = read_phrases(tokens, told, cues)
    made = phrases + _mirrored(cues, tokens)
    if not _OVER_BY_THEN.isdisjoint(told):
        if "month" in told or not _MONTHS.isdisjoint(told):
            made += _months(tokens)
        made += _phrases(_STAYED, HISTORICAL, tokens)
    if "ectomy " in low:
        made += _phrases(_REMOVED, HISTORICAL, tokens)
    if not _CAUSING.isdisjoint(told) and not _MODALS.isdisjoint(told):
        made += _caused(tokens)
    if ("/" in low or low[:1].isdigit() or low[:1] == "r") and _BEGAN.isdisjoint(told):
        made += _dates(low, tokens)
    if ")" in told:
        stops += _numbers(tokens, cues)
    for cue in cues + phrases:  # "no fever, likely viral": what is likely is not denied
        if (
            cue.kind == UNCERTAIN
            and cue.direction == FORWARD
            and cue.first
            and (tokens[cue.first - 1] in ",-(:;–" or afresh(tokens, cue.first))
        ):
            stops.append(Stop(cue.first, cue.first, _JUST_NEGATED))
    cues = weighed(cues, phrases, tokens)
    for first, last, denied in find_answers(text, tokens, starts, ends):
        stops.append(Stop(first, last, KINDS))
        cues = [cue for cue in cues if not first <= cue.first <= last]
        if denied:
            made.append(Cue(NEGATED, BACKWARD, 0, 6, first, last))
    if len(stops) != count:
        stops.sort(key=lambda stop: stop.first)
    return (sorted(cues + made, key=lambda cue: cue.first) if made else cues), stops


def _kept(cues: list[Cue], tokens: Sequence[str], told: set[str]) -> list[Cue]:
    """Return the cues without those that the words before them take back."""
    dropped: set[Cue] = set()
    if "without" in told and not _CANCELLING.isdisjoint(told):
        for cue in cues:
            if tokens[cue.first] != "without":
                continue
            before = tokens[max(0, cue.first - 6) : cue.first]
            places = [i for i, token in enumerate(before) if token in _CANCELLING]
            if not places or not {",", ";", "and", "or", "but"}.isdisjoint(before[places[-1] :]):
                continue
            place = cue.first - len(before) + places[-1]
            dropped.add(cue)
            dropped.update(c for c in cues if c.first <= place <= c.last and c.kind == NEGATED)
    if "ago" in told and not _FOUND_OUT.isdisjoint(told):  # "diagnosed with lupus 5 years ago"
        dropped.update(
            cue
            for cue in cues
            if cue.kind == HISTORICAL
            and cue.direction == BACKWARD
            and tokens[cue.first] in _YEARS
            and not _FOUND_OUT.isdisjoint(tokens[max(0, cue.first - 8) : cue.first])
        )
    if not _WENT.isdisjoint(told):
        dropped.update(
            cue
            for cue in cues
            if cue.kind == HYPOTHETICAL
            and cue.first
            and tokens[cue.first] in _ADVISED
            and (
                tokens[cue.first - 1] in _WENT
                or (tokens[cue.first - 1] == "to" and tokens[cue.first - 2] in _WENT)
            )
        )
    if not _UNSETTLED.isdisjoint(told) and not _OVER.isdisjoint(told):
        dropped.update(
            cue
            for cue in cues
            if cue.kind == HISTORICAL
            and cue.direction == BACKWARD
            and tokens[cue.last] in _OVER
            and not _UNSETTLED.isdisjoint(tokens[max(0, cue.first - 3) : cue.first])
        )
    return [cue for cue in cues if cue not in dropped] if dropped else cues


def _mirrored(cues: Sequence[Cue], tokens: Sequence[str]) -> list[Cue]:
    """Return cues that act on their other side too: "(mother, aunt)", "A favored over B"."""
    made = []
    for cue in cues:
        first, last = cue.first, cue.last
        following = "".join(tokens[last + 1 : last + 2])
        if cue.kind == FAMILY and cue.direction == FORWARD:
            first -= 1
            while first >= 0 and tokens[first] in _BEFORE_KIN:
                first -= 1
            if first >= 0 and (
                tokens[first] == "in"
                or (tokens[first] == "(" and (following in _AFTER_KIN or following.isdigit()))
            ):
                made.append(Cue(FAMILY, BACKWARD, 0, None, first, last))
        elif cue.kind == UNCERTAIN and cue.direction == BACKWARD:
            if tokens[last] in {"over", "than"}:
                made.append(Cue(UNCERTAIN, FORWARD, cue.grade, 5, first, last))
        elif cue.kind == HYPOTHETICAL and tokens[first : last + 1] == ["risk", "of"]:
            if following[:1].isdigit():  # "a stroke risk of 4%"
                made.append(Cue(HYPOTHETICAL, BACKWARD, 0, 0, first, last))
        elif (
            cue.kind == NEGATED
            and cue.direction == BACKWARD
            and first == last
            and tokens[first] in {"neg", "negative"}
            and (first == 0 or tokens[first - 1] in _CLAUSE_STARTS)
            and following[:1].isalpha()
            and following not in _AFTER_NEGATIVE
        ):
            made.append(Cue(NEGATED, FORWARD, 0, None, first, last))
    return made


def _phrases(pattern: re.Pattern[str], kind: str, tokens: Sequence[str]) -> list[Cue]:
    """Return the phrases of a pattern, or its part named cue, as forward cues.

    The pattern is sought in the tokens set apart by spaces.
    """
    said = " ".join(tokens)
    part = "cue" if "cue" in pattern.groupindex else 0
    return [
        Cue(
            kind,
            FORWARD,
            0,
            None,
            said.count(" ", 0, match.start(part)),
            said.count(" ", 0, match.end(part)),
        )
        for match in pattern.finditer(said)
    ]


def _months(tokens: Sequence[str]) -> list[Cue]:
    """Return "in March" and "last month" as cues of history after "had" and "admitted"."""
    made = []
    for i, token in enumerate(tokens):
        if i < 2 or tokens[i - 1] not in {"in", "last"}:
            continue
        if token not in _MONTHS and (token != "month" or tokens[i - 1] != "last"):
            continue
        for j in range(max(0, i - 10), i - 1):
            before = tokens[j - 1] if j else ""
            if (
                tokens[j] in _OVER_BY_THEN
                and before not in {"has", "have", "having", "not"}
                and not before.endswith("'s")
                and _BEGAN.isdisjoint(tokens[j + 1 : i - 1])
            ):
                made.append(Cue(HISTORICAL, BACKWARD, 0, 5, i - 1, i))
                break
    return made


def _caused(tokens: Sequence[str]) -> list[Cue]:
    """Return what may be caused: "may raise the sugar and cause insomnia"."""
    return [
        Cue(HYPOTHETICAL, FORWARD, 0, None, i, i)
        for i, token in enumerate(tokens)
        if token in _CAUSING and not _MODALS.isdisjoint(tokens[max(0, i - 8) : i])
    ]


def _dates(low: str, tokens: Sequence[str]) -> list[Cue]:
    """Return dates that tell of the past: one that opens the line, and "6/2021" after a term."""
    made = []
    if _PAST_HEAD.match(low):
        made.append(Cue(HISTORICAL, FORWARD, 0, None, 0, 0))
    made += [
        Cue(HISTORICAL, BACKWARD, 0, 1, i, i)
        for i, token in enumerate(tokens)
        if i and _MONTH_YEAR.match(token) and tokens[i - 1] not in {"-", "to", "in", ":"}
    ]
    return made


def _numbers(tokens: Sequence[str], cues: Sequence[Cue]) -> list[Stop]:
    """Return the numbers of a list, "1) ... 2) ...", unless a cue introduces the list."""
    stops: list[Stop] = []
    opened = False
    for i, token in enumerate(tokens):
        if token == "(":
            opened = True
        elif token == ")":
            if not opened and i and tokens[i - 1].isdigit() and len(tokens[i - 1]) <= 2:
                before = i - 3 if i > 1 and tokens[i - 2] == ":" else i - 2
                if not stops and any(cue.last == before for cue in cues):
                    return []
                stops.append(Stop(i - 1, i, KINDS))
            opened = False
    return stops
