"""Phrases of many wordings: hedged causes, opinions and exclusions that no table of words can hold.

Clinicians hedge in every order of words: "felt by cardiology to reflect", "cannot with confidence be
excluded", "could well be contributing to". Each pattern here is matched on the tokens of a sentence
joined by single spaces; what it finds is one cue, in place of the cues of the table inside it.

Where a cause is hedged, its effect is there: of "X may be contributing to her cough", "the likely
cause of her cough is X" and "I wonder whether her cough is due to X", only X is uncertain.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from suggester.preprocess.cues import BACKWARD, FORWARD, HYPOTHETICAL, NEGATED, UNCERTAIN, Cue
from suggester.preprocess.denied import COMPLICATIONS

_SLIGHTLY = (
    r"(?:(?:also|well|very|simply|just|only|merely|actually|indeed|conceivably|still|perhaps|possibly|potentially"
    r"|likely|probably|certainly|instead|most|more|rather|all|in part|at least|partly|partially|largely) ){0,3}"
)
_FULLY = (
    r"(?:(?:yet|entirely|completely|fully|totally|wholly|definitively|definitely|absolutely|confidently|reliably"
    r"|easily|reasonably|safely|truly|clinically|radiographically|with certainty|with confidence|at this time"
    r"|at this point|on this study) ){0,3}"
)
_CAUSE = (
    r"(?:due to|d/t|secondary to|2/2|related to|caused by|because of|from|driven by|triggered by|explained by"
    r"|precipitated by|brought on by|attributable to|attributed to|associated with|on the basis of|on account of"
    r"|in the setting of|(?:a|the) (?:result|consequence|complication|manifestation|reflection|component) of"
    r"|an effect of|the effect of)"
)
_OPINION = r"(?:felt|thought|believed|considered|deemed|judged|assumed|presumed)"
_LIKELY = r"(?:possible|potential|probable|likely|presumed|presumptive|suspected|putative|plausible|leading)"
_ROLE = (
    r"(?:cause|causes|contributor|contributors|culprit|etiology|etiologies|explanation|source|trigger|precipitant"
    r"|driver|suspicion|diagnosis|complication|contributing factor)"
)
_IS = r"(?:is|are|was|were|being|remains?|would be|appears to be|may be|might be|could be)"
_UNKNOWN = (
    r"(?:wonder(?:s|ed|ing)?|unclear|unsure|unknown|uncertain|not (?:entirely |completely )?(?:clear|sure|certain|known)"
    r"|question(?:s|ed|ing)?|(?:hard|difficult|impossible|too early|unable) to (?:say|tell|know|be sure)"
    r"|to (?:determine|assess|ascertain|establish|tell|find out|see|know))"
)

#: Each pattern with the words of which one must be told, what it asserts, the direction, and the grade.
#: The group "cue" is where the cue stands, if it is not all of the match; "denied" turns it round.
_PATTERNS = tuple(
    (frozenset(guard.split()), re.compile(pattern), kind, direction, grade)
    for guard, pattern, kind, direction, grade in (
        (  # "venous insufficiency may also be contributing to her edema", "could explain the fever"
            (
                "contribute contributing contributed role part explain explaining account accounting blame "
                "responsible causing driving underlie factor contributor cause culprit"
            ),
            (
                rf"\b(?:may|might|could|would|likely|probably|possibly|potentially) {_SLIGHTLY}(?:(?:be|have|been) ){{0,2}}"
                rf"{_SLIGHTLY}(?:contribut(?:e|ing|ed)|play(?:ing|ed)? (?:an?|some) (?:\w+ )?(?:role|part)"
                r"|explain(?:ing)?|account(?:ing)? for|to blame|responsible|causing|driving|underlie"
                r"|an? (?:contributing )?(?:factor|contributor)|(?:the|an?) (?:cause|culprit))\b(?: (?:for|to|of|in)\b)?"
            ),
            UNCERTAIN,
            BACKWARD,
            3,
        ),
        (  # "the likely cause of her anemia is a bleed", "the leading suspicion is sepsis"
            (
                "cause causes contributor contributors culprit etiology etiologies explanation source trigger "
                "precipitant driver suspicion diagnosis factor complication"
            ),
            rf"\b(?:most |more |very )?{_LIKELY} (?:\w+ )?{_ROLE}(?: (?:of|for|behind) (?:[^\s,;:]+ ){{1,6}}?)? ?(?P<cue>\b{_IS})\b",
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "with shock liver the presumed cause", "sepsis is a possible explanation for the confusion"
            (
                "cause causes contributor contributors culprit etiology etiologies explanation source trigger "
                "precipitant driver suspicion diagnosis factor complication"
            ),
            (
                r"(?:\b(?:as|is|are|was|were|being|remains?) (?:also )?(?:an? |the |one |another )?"
                r"|(?<!\bwith )(?<!\bof )(?<!\bfor )(?<!\bto )(?<!\bhas )(?<!\band )(?<!\bin )(?<=[\w,] )(?:an?|the) )"
                rf"(?:most |more )?{_LIKELY} (?:\w+ )?{_ROLE}\b(?: (?:of|for|behind|to)\b)?"
            ),
            UNCERTAIN,
            BACKWARD,
            3,
        ),
        (  # "I wonder whether her headaches are due to caffeine", "a suggestion that ... is driven by"
            (
                "whether if that sure certain convinced suspect suspects believe believes feel feels think thinks perhaps "
                "probably presumably maybe possibly likely"
            ),
            (
                rf"\b(?:(?:{_UNKNOWN} )?whether|{_UNKNOWN} (?:if|that)|not (?:sure|certain|convinced)(?= (?:the|her|his|this))"
                r"|(?:suggestion|possibility|concern|suspicion|impression|opinion|thought|possible|may be|might be) that"
                r"|(?P<denied>(?:do not|does not|did not|not|don't|doesn't|didn't) )?(?:suspect|believe|feel|think)s?(?: that)?"
                r"|(?:^|(?<=[,;:(\-] ))(?:perhaps|probably|presumably|maybe|possibly|likely)(?= (?:the|her|his|this|these))) "
                rf"(?:(?!if |whether |not |no |there )[^\s,;:]+ ){{1,6}}?(?P<cue>{_IS} (?:being )?{_SLIGHTLY}{_CAUSE}"
                r"|(?:stems?|arises?|comes?|results?|stemmed|resulted|came) from|represents?\b|reflects?\b)"
            ),
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "wonders if it is anxiety", "hard to say whether there is"
            "whether if",
            rf"\b{_UNKNOWN} (?:whether|if)\b",
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "arrhythmia could not be completely excluded"
            "excluded out dismissed discounted eliminated discarded",
            (
                rf"\b(?:can not|cannot|can't|could not|couldn't|not) {_FULLY}(?:be|been) {_FULLY}"
                r"(?:excluded|ruled out|dismissed|discounted|eliminated|discarded)\b"
            ),
            UNCERTAIN,
            BACKWARD,
            3,
        ),
        (  # "cannot with certainty exclude", "difficult to exclude"
            "exclude out r/o dismiss discount eliminate",
            (
                r"\b(?:can not|cannot|can't|could not|couldn't|unable to|difficult to|hard to|impossible to"
                rf"|do not|does not|doesn't|did not|didn't) {_FULLY}(?:exclude|rule out|r/o|dismiss|discount|eliminate)\b"
            ),
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "has to be ruled out", "must also be considered"
            "excluded out considered entertained",
            (
                r"\b(?:must|should|needs? to|has to|have to|ought to|still to|yet to|remains? to) (?:also |still |first ){0,2}"
                rf"be {_FULLY}(?:excluded|ruled out|considered|entertained)\b"
            ),
            UNCERTAIN,
            BACKWARD,
            3,
        ),
        (  # "felt by cardiology to reflect", "thought secondary to", "not felt to represent"
            "felt thought believed considered deemed judged assumed presumed",
            (
                rf"\b(?P<denied>(?:not|never|isn't|wasn't|aren't|weren't) )?(?:{_OPINION} (?:by (?:[^\s,;:]+ ){{1,4}}?)?"
                rf"{_SLIGHTLY}to (?:have|reflect|represent|indicate|signify|stem from|arise from|result from|relate to"
                rf"|be(?: {_SLIGHTLY}{_CAUSE})?)|{_OPINION} {_SLIGHTLY}(?!from){_CAUSE}|thought from)(?= |$)"
            ),
            UNCERTAIN,
            FORWARD,
            2,
        ),
        (  # "could well reflect", "may simply be", "would be explained by"
            "may might could would",
            (
                rf"\b(?:(?:may|might|could) {_SLIGHTLY}(?:be|have|represent|reflect|indicate|signify|stem from|arise from"
                rf"|relate to)|would {_SLIGHTLY}(?:represent|reflect|suggest|favor|fit with|be consistent with)"
                rf"|(?:may|might|could|would) {_SLIGHTLY}be {_SLIGHTLY}{_CAUSE})(?= |$)"
            ),
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "I think it is", "I believe she has", "related, I suspect, to anxiety"
            "i we",
            (
                r"\b(?:i|we) (?:suspect|think|believe|presume|imagine|assume|would guess|feel)"
                rf"(?:(?: ,)? (?:by|to|{_CAUSE})| (?:that )?(?:(?:this|it|these|they) {_SLIGHTLY}(?:is|are|was|represents?"
                rf"|reflects?)|(?:he|she|the patient|pt) {_SLIGHTLY}(?:has|have)))(?= |$)"
            ),
            UNCERTAIN,
            FORWARD,
            2,
        ),
        (  # "contributors may include", "the differential is broad and would include"
            "include includes included including causes contributors etiologies explanations diagnoses",
            (
                r"\b(?:(?:causes?|contributors|etiologies|explanations|contributing factors)(?: [^\s,;:]+){0,6}? "
                r"(?:may|might|could|would) (?:also )?include"
                rf"|{_LIKELY} (?:causes|contributors|etiologies|explanations|diagnoses) (?:includes?|are|:)"
                r"|(?:differential|ddx|possibilities|considerations)(?: [^\s,;:]+){1,7}? (?P<cue>includes?|included|including))(?= |$)"
            ),
            UNCERTAIN,
            FORWARD,
            3,
        ),
        (  # "we spoke of bleeding, infection, injury to the bladder and retention of urine"
            " ".join(COMPLICATIONS),
            (
                r"\b(?:spoke|talked|went over|gone over|discussed|explained|warned|cautioned|counsell?ed)"
                r"(?: with (?:[^\s,;:]+ ){0,2}?(?:him|her|them|patient|parents|family))?(?: (?:of|about|on|that|regarding))?"
                rf"(?= (?:{'|'.join(COMPLICATIONS)})\b(?=(?:[^,]*,){{2}})(?=.*\b(?:{'|'.join(COMPLICATIONS)})\b))"
            ),
            HYPOTHETICAL,
            FORWARD,
            0,
        ),
        (  # "Question bipolar disorder"
            "question",
            (
                r"(?:^|(?<=[,;:(\-] ))question (?!of |about |regarding |re |whether |if |is |was |as |that |mark |to |[\d,:?.])"
                r"(?=[a-z])"
            ),
            UNCERTAIN,
            FORWARD,
            3,
        ),
    )
)
#: Who has the cause already: "her hypothyroidism may be contributing" leaves no doubt about it.
_OWNED = frozenset("her his their the patient's this these known".split())
#: What is left open is open whosever it is: "the presence of a fracture cannot be excluded".
_OPEN = frozenset("excluded out dismissed discounted eliminated discarded entertained".split())
_REACH_BACK = 4
#: What parts an effect from its cause: "weakness with a stroke the presumed cause".
_PARTING = frozenset({"with", "from"})
#: Words by which a clause stays under the negation before it: "no cough or signs suggestive of".
_SHARING = frozenset("or nor to no not any evidence findings signs symptoms features".split())
_PREDICATES = frozenset("is are was were equivocal indeterminate raised raises remains".split())
_VERSUS = frozenset({"versus", "vs"})
_DASHES = frozenset("-–")


def read_phrases(
    tokens: Sequence[str], told: set[str], cues: list[Cue]
) -> tuple[list[Cue], list[Cue]]:
    """Return the cues that phrases make, and those of the table that are left beside them."""
    made: list[Cue] = []
    taken: set[int] = set()
    ends: dict[int, int] = {}
    for cue in cues:
        ends[cue.first] = max(cue.last, ends.get(cue.first, -1))
    for cue, first, last in _found(tokens, told):
        within = range(first, last + 1)
        if ends.get(first, -1) > last or not taken.isdisjoint(within):
            continue
        taken.update(within)
        if cue.direction == FORWARD or not _owned(tokens, cue):
            made.append(cue)
    return made, [cue for cue in cues if cue.first not in taken] if taken else cues


def _found(tokens: Sequence[str], told: set[str]) -> Iterator[tuple[Cue, int, int]]:
    """Yield the cue of each phrase, and the first and last token of all that the phrase takes in."""
    said, places = "", []
    for guard, pattern, kind, direction, grade in _PATTERNS:
        if guard.isdisjoint(told):
            continue
        if not said:
            said = " ".join(tokens)
            position = 0
            for token in tokens:
                places.append(position)
                position += len(token) + 1
        for match in pattern.finditer(said):
            first, last = _span(places, match.start(), match.end())
            group = match.groupdict()
            begin, end = _span(places, *match.span("cue")) if group.get("cue") else (first, last)
            denied = group.get("denied") is not None
            reach = _reach_back(tokens, begin) if direction == BACKWARD else None
            cue = (
                Cue(NEGATED, FORWARD, 0, None, begin, end)
                if denied
                else Cue(kind, direction, grade, reach, begin, end)
            )
            yield cue, first, last


def _span(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Return the first and last token of a stretch of the joined tokens."""
    return bisect_right(places, start) - 1, bisect_left(places, end) - 1


def _reach_back(tokens: Sequence[str], first: int) -> int:
    """Return how far a phrase at token ``first`` looks back."""
    before = list(tokens[max(0, first - _REACH_BACK - 1) : first])
    parted = max((i for i, token in enumerate(before) if token in _PARTING), default=-1)
    return min(_REACH_BACK, max(0, len(before) - parted - 2))


def _owned(tokens: Sequence[str], cue: Cue) -> bool:
    """Whether what a phrase looks back at is told of as the patient's own."""
    if tokens[cue.last] in _OPEN:
        return False
    before = list(tokens[max(0, cue.first - 4) : cue.first])
    while "," in before:
        del before[: before.index(",") + 1]
    if tokens[cue.last] == "considered" and "the" in before:
        before.remove("the")
    return not _OWNED.isdisjoint(before)


def afresh(tokens: Sequence[str], first: int) -> bool:
    """Whether the cue at token ``first`` stands in a clause joined on: "no fever and MRI suggests"."""
    before = list(tokens[max(0, first - 7) : first])
    if "and" in before:  # not the last of a list: "no mass, node, and lesion suspicious for"
        place = len(before) - before[::-1].index("and")
        shared = before[: place - 1]
        while not _SHARING.isdisjoint(shared):
            del shared[0]
        listed = shared.count(",") > (shared[-1:] == [","])
        return not listed and _SHARING.isdisjoint(before[place:])
    if "," in before:  # "no instability, McMurray equivocal for"
        place = len(before) - before[::-1].index(",")
        return (
            place < len(before)
            and tokens[first] in _PREDICATES
            and _SHARING.isdisjoint(before[place:])
        )
    return False


def weighed(cues: list[Cue], phrases: list[Cue], tokens: Sequence[str]) -> list[Cue]:
    """Return the cues with those that look back held to what they weigh.

    In "pain - reflux likely" and "pain likely reflux vs ulcer" the pain is there.
    """
    doubts = sorted(
        cue.last
        for cue in cues + phrases
        if cue.kind == UNCERTAIN and cue.direction == FORWARD and tokens[cue.first] not in _VERSUS
    )
    out = []
    for cue in cues:
        if cue.direction == BACKWARD and cue.kind == UNCERTAIN:
            opened = [
                i for i in range(max(1, cue.first - 6), cue.first - 1) if tokens[i] in _DASHES
            ]
            if tokens[cue.first] in _VERSUS:
                opened += _before(doubts, cue.first - 1)
            if opened:
                reach = _REACH_BACK if cue.reach is None else cue.reach
                cue = replace(cue, reach=min(reach, cue.first - max(opened) - 2))
        out.append(cue)
    return out


def _before(places: Sequence[int], end: int) -> list[int]:
    """Return the last of some sorted places before ``end``, in a list that may be empty."""
    place = bisect_left(places, end)
    return [places[place - 1]] if place else []
