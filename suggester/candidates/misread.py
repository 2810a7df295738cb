"""What words of a code's wording do not mean where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.preprocess.terms import Term

#: "Metastasis from breast" is none of the breast; the order of words is ignored in looking up.
_SECONDARY = re.compile(r"C7[789]")
_FROM = re.compile(r"\b(?:metasta\w+|mets?|spread)\s+from\b", re.IGNORECASE)
#: "Cancer to the spine" is one of another organ that has spread there.
_PRIMARY = re.compile(r"C(?:[0-6]|7[0-6])")
_TO = re.compile(
    r"\b(?:cancer|carcinoma|malignancy|tumou?r|disease|spread|metasta\w+|mets?)\s+to\b",
    re.IGNORECASE,
)
#: What is secondary *to* a drug is an effect of it; a secondary drug is none.
_ADVERSE = re.compile(r"T(?:3[6-9]|4\d|50)\.")
_SECOND = re.compile(r"\bsecondary\b(?! to\b)", re.IGNORECASE)
#: "Anemia secondary to vitamin B12 deficiency" is due to no vitamin.
_LACKING = re.compile(r"[- ]*(?:deficien|resist|withdraw|lack)", re.IGNORECASE)
#: Stones of kidney and ureter are two: "kidney stone now in the ureter" is one.
_SEVERAL_STONES = re.compile(r"\b(?:stones|calculi|and|with|plus|both)\b|&|/|\+", re.IGNORECASE)
#: What names a cause: "hypertension, well controlled with her medication" is not due to it.
_CAUSE = re.compile(
    r"\b(?:due|secondary|caused|because|induced|related|associated|from|by|after|following|2/2|d/t)\b|(?<=\w)-(?=\w)|/",
    re.IGNORECASE,
)
#: What is secondary *to* hypertension is no secondary hypertension.
_SECONDARY_TO = re.compile(r"\bsecondary to\b", re.IGNORECASE)
_SECONDARY_FORM = re.compile(r"I15|E21\.1|N25\.81|G21\.9|D75\.1|M18\.[45]|G44\.40")
#: Valves of which a trace of regurgitation is no disease.
_VALVES = re.compile(r"I0[5-8]|I3[4-7]")
_TRACE = re.compile(r"\b(?:physiologic\w*|trivial|trace)\b[^.;\n]*$", re.IGNORECASE)
#: A word that takes a number, and its number.
_NUMBERED = re.compile(r"\b(stage|type|grade|class|category)\W{0,2}(\w+)", re.IGNORECASE)
#: A drug that is not taken: "does not take blood thinners".
_NOT_ON = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer)\s+(?:currently |now )?(?:(?:on|takes?|taking|taken|uses?|using)\s+(?:any )?)?$",
    re.IGNORECASE,
)
_BEFORE = 40
#: What is vaped without nicotine.
_NO_NICOTINE = re.compile(r"\bnicotine[- ]free\b|\b(?:no|without|zero) nicotine\b", re.IGNORECASE)
_BESIDE = 24
#: What an examining finger found, which is no diagnosis yet: "the prostate felt slightly enlarged".
_FELT = re.compile(r"\b(?:felt|feels|palpated|palpates|palpably)\b", re.IGNORECASE)
#: An operation that is thought of.
_WANTED = re.compile(
    r"\b(?:toward|discuss\w*|candidate|planned|planning|consider\w*|schedul\w+|proceed\w*|options?|interested|wishes|wants|evaluat\w+|pursu\w+|"
    r"(?:consult\w*|workup|work-up|approved|clearance) for)\b[^.;\n]*$",
    re.IGNORECASE,
)
_SENTENCE = 90
_HAD = re.compile(
    r"\b(?:after|since|s/p|status[- ]post|history of|h/o|previous|prior|had)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(\d+)[ -]?(?:wks?|weeks?|days?|d|mos?|months?|yrs?|years?|hrs?|hours?|min|mg|mcg|ml|units?|cm|mm|kg|lbs?|pounds?|times|x)\b",
    re.IGNORECASE,
)
#: Low sugar of which patients are told, that they have not.
_LOW_SUGAR = re.compile(r"E(?:0[89]|1[013])\.64|E16\.[02]")
_TAUGHT = re.compile(
    r"\b(?:talked about|spoke (?:of|about)|discussed|reviewed|went over|education (?:on|about)|taught|teaching (?:on|about)|"
    r"counsel\w+ (?:on|about|regarding)|(?:signs?|symptoms?|risks?|avoid\w*|prevent\w*|treat\w*|recogni[sz]\w+|watch for)(?: and symptoms)?(?: of)?)\s+"
    r"(?:(?:the|how|to|and|treatment|of|symptoms|signs)\s+)*$",
    re.IGNORECASE,
)
#: What the disease is told with; by itself the word names the vaccine.
_OF_TETANUS = re.compile(
    r"\b(?:trismus|lockjaw|jaw|risus|opisthoton\w+|spasms?|rigid\w*|stiff\w*|clostridium|toxin|neonatal|obstetrical|(?:general|local)i[sz]ed|cephalic)\b",
    re.IGNORECASE,
)
#: A moderate attack is none of moderate asthma.
_ASTHMA = re.compile(r"J45\.[2-5]")
_ATTACK = re.compile(
    r"\b(?:mild|moderate|severe)\s+(?:acute\s+)?(?:exacerbation|flare|attack|episode)",
    re.IGNORECASE,
)
_CLASSED = re.compile(r"\bpersistent\b|\bintermittent\b", re.IGNORECASE)
#: What falls and is no patient: "call if BP falls".
_PRESSURE = re.compile(
    r"\b(?:bp|pressure|sats?|saturations?|spo2|hgb|hemoglobin|hematocrit|count|counts|level|levels|sugar|sugars|glucose|"
    r"rate|hr|temp|temperature|weight|egfr|ef|output)\s+$",
    re.IGNORECASE,
)
#: Oxygen on which nobody depends: given in the emergency room or on the ward.
_AS_NEEDED = re.compile(r"(?:supplemental )?(?:o2|oxygen)$", re.IGNORECASE)
_AT_HOME = re.compile(
    r"\bhome (?:o2|oxygen)\b|\b(?:o2|oxygen)\b[^.;\n]{0,30}\b(?:at home|nightly|at night|around the clock|continuous\w*|chronic\w*|for good)\b|"
    r"\b(?:chronic|continuous|dependent|dependence|concentrator)\b[^.;\n]{0,45}\b(?:o2|oxygen)\b|\b(?:o2|oxygen)\b[^.;\n]{0,20}24/7|\boxygen[- ]dependen|\bconcentrator\b",
    re.IGNORECASE,
)
#: How many degrees a tear or burn has, and a tracing that is as it should be.
_DEGREE = re.compile(r"\b(\w+)[- ]degree", re.IGNORECASE)
_REASSURING = re.compile(r"(?<!non)(?<!non-)(?<!non )(?<!not )\breassuring\b", re.IGNORECASE)
#: What is said of a screening at another time.
_PLANNED = re.compile(
    r"\bup[- ]to[- ]date\b|\butd\b|\bordered\b|\border in\b|\bdue (?:in|next|now|at)\b|\bnext\b|"
    r"\b(?:to|will|can|should) be (?:done|discussed|ordered|scheduled|due|repeated)\b|\bdeclin|\brefus|\bdeferred\b",
    re.IGNORECASE,
)
#: What is said of a vaccination at another time, or elsewhere.
_NOT_GIVEN = re.compile(
    r"\badvis\w+|\brecommend\w*|\bpharmacy\b|\blast (?:week|month|year|fall|winter|spring|summer|season)\b|\bonce\b|"
    r"\blater\b|\bdiscuss\w*|\boffered\b|\bby facility\b|\balready\b|\bprevious\w*|\b20\d\d\b|\bcompleted?\b|"
    r"\bschedul\w+|\bbefore\b|\bshould\b|\bconsider\w*|\bimmune\b|\bseries finished\b|\bencourag\w+|\bneeds\b|\bwhen\b",
    re.IGNORECASE,
)
#: Codes for the mother's record alone, and for the newborn's.
_OF_MOTHERS = re.compile(r"O|Z3A|Z34|Z37")
_OF_NEWBORNS = re.compile(r"Z38")
#: What is said of weeks to come.
_LATER = re.compile(
    r"\b(?:repeat\w*|recheck\w*|re-?scan\w*|return\w*|again|next|schedul\w+|plan\w*|until|starting|will|offer\w*)\b[^.;\n]*$",
    re.IGNORECASE,
)
#: What is said of the weeks of today.
_TODAY = re.compile(
    r"\b(?:admitted|admission|presents?|presented|presenting|now|currently|today|delivered|arrived|scheduled)\b[^.\n]*$",
    re.IGNORECASE,
)
_SHORTLY_BEFORE = 60
#: Codes for what an operation leaves behind.
_LEFT_BEHIND = re.compile(r"Z(?:89|90|94|95|96|97|98)")
_EARLIER = re.compile(
    r"status[- ]post|s/p\b|\bprior\b|\bprevious|\bexisting\b|(?<!year[- ])(?<!years )(?<!month[- ])\bold\b|\bhistory\b|\bh/o\b|\bago\b|\bhad\b|\bhas\b|"
    r"\bnative\b|\bdemonstrat|\bin place\b",
    re.IGNORECASE,
)
#: What is done at this stay: "admitted for elective right total hip replacement".
_OF_THIS_STAY = re.compile(
    r"\b(?:admitted|scheduled|here|presents?|presented|taken|brought in|comes?) (?:electively )?(?:for|to undergo)\b|\belective\b",
    re.IGNORECASE,
)
#: Place, activity and status: told only of an injury or a strain (I.C.20.i to k).
#: How far before a regurgitation, in characters, it is called trivial.
_TRACED = 40
_CIRCUMSTANCE = re.compile(r"Y9[239]")
_HURT = re.compile(r"[STMVWX]|G5[67]")


def misread(code: str, term: Term, text: str, phrase: str) -> bool:
    """Whether a term has the words of a code's wording, and other words say that it is not meant.

    ``phrase`` is the row of the lexicon that has these words; empty where none does.
    """
    written = bool(phrase)
    if term.gap and _CAUSE.search(phrase) and not _CAUSE.search(text, term.start, term.end):
        return True
    if term.gap and (_of_another_number(term, text) or _counts_time(term, text)):
        return True
    if _LOW_SUGAR.match(code) and _TAUGHT.search(text, max(0, term.start - _BEFORE), term.start):
        return True
    if _VALVES.match(code) and _TRACE.search(text, max(0, term.start - _TRACED), term.end):
        return True
    if code.startswith("O76") and _REASSURING.search(text, term.start, term.end):
        return True
    if code == "N20.2" and not _SEVERAL_STONES.search(text, term.start, term.end):
        return True
    if code.startswith("Z79") and _NOT_ON.search(text, max(0, term.start - _BEFORE), term.start):
        return True
    if code == "A35" and not _OF_TETANUS.search(text):
        return True
    if code == "W19.XXXA" and _PRESSURE.search(text, max(0, term.start - _BEFORE), term.start):
        return True
    if (
        code == "Z99.81"
        and _AS_NEEDED.match(text[term.start : term.end])
        and not _AT_HOME.search(text)
    ):
        return True
    if _ASTHMA.match(code) and _ATTACK.search(text, term.start, term.end):
        return not _CLASSED.search(text, term.start, term.end)
    if code.startswith("F17.29") and _NO_NICOTINE.search(text, term.start, term.end + _BESIDE):
        return True
    if code.startswith("N40") and _FELT.search(text, term.start, term.end):
        return True
    if code == "Z98.84" and _WANTED.search(text, max(0, term.start - _SENTENCE), term.start):
        return not _HAD.search(text, max(0, term.start - _BEFORE), term.start)
    if code.startswith("Z3A"):  # "32-year-old ... at 38 weeks" is no 32nd week
        return term.gap > 0
    if _SECONDARY_FORM.match(code) and _SECONDARY_TO.search(text, term.start, term.end):
        return "secondary" in term.words
    if _ADVERSE.match(code):
        whole = term.coverage >= 0.999 and not term.gap and not _LACKING.match(text, term.end)
        return not written and (not whole or _SECOND.search(text, term.start, term.end) is not None)
    if _PRIMARY.match(code):
        return not written and _TO.search(text, term.start, term.end) is not None
    return _SECONDARY.match(code) is not None and bool(_FROM.search(text, term.start, term.end))


def _of_another_number(term: Term, text: str) -> bool:
    """Whether no number of a *stage*, *type* or *degree* is the term's: "stage 3, was 2.4 cm"."""
    others = False
    numbered = [(m[1], m[2]) for m in _NUMBERED.finditer(text, term.start, term.end)]
    numbered += [("degree", m[1]) for m in _DEGREE.finditer(text, term.start, term.end)]
    for name, number in numbered:
        if normal_form(name.lower()) in term.words:
            if normal_form(number.lower()) in term.words:
                return False
            others = True
    return others and any(word[:1].isdigit() for word in term.words)


def _counts_time(term: Term, text: str) -> bool:
    """Whether a number of the wording counts weeks or milligrams here: "F/u 1 wk leg, 4 wks DM"."""
    return not term.words.isdisjoint(
        match[1] for match in _COUNTED.finditer(text, term.start, term.end)
    )


def leave_out_unmeant(found: dict[str, list[Mention]], text: str, age: int | None) -> None:
    """Take from ``found`` the codes that its places name and this encounter has no use for."""
    _leave_out_mothers(found, age)
    _leave_out_earlier_weeks(found, text)
    _leave_out_todays_work(found, text)
    _leave_out_circumstances(found)
    _leave_out_planned(found, text)


def _leave_out_mothers(found: dict[str, list[Mention]], age: int | None) -> None:
    """Take the codes of pregnancy from what a newborn's note has ``found`` (I.C.15.a.2, I.C.21.c.11).

    The place of birth is coded on the newborn's record alone (I.C.16.a.2).
    """
    if age is not None:
        others = _OF_NEWBORNS if age else _OF_MOTHERS
        for code in [code for code in found if others.match(code)]:
            del found[code]


def _leave_out_earlier_weeks(found: dict[str, list[Mention]], text: str) -> None:
    """Of several weeks of gestation, keep today's, or else those for which nothing is planned (I.C.21.c.11)."""
    weeks = {code: found[code] for code in found if code.startswith("Z3A")}
    today = [
        code
        for code, mentions in weeks.items()
        if any(
            _TODAY.search(text, max(0, m.term.start - _SHORTLY_BEFORE), m.term.start)
            for m in mentions
        )
    ]
    kept = today or [
        code
        for code, mentions in weeks.items()
        if not all(
            _LATER.search(text, max(m.sentence.start, m.term.start - _BEFORE), m.term.start)
            for m in mentions
        )
    ]
    for code in weeks if kept else ():
        if code not in kept:
            del found[code]


def _leave_out_todays_work(found: dict[str, list[Mention]], text: str) -> None:
    """Take from ``found`` the status codes that only the account of this operation speaks for.

    A stent placed today is no status of the patient who came for it (I.C.21.c.3).
    """
    for code in [code for code in found if _LEFT_BEHIND.match(code)]:
        if all(
            (
                mention.sentence.section.kind == "procedure"
                or _OF_THIS_STAY.search(text, mention.sentence.start, mention.term.start)
            )
            and not _EARLIER.search(text, mention.sentence.start, mention.sentence.end)
            for mention in found[code]
        ):
            del found[code]


def _leave_out_planned(found: dict[str, list[Mention]], text: str) -> None:
    """Take from ``found`` the screenings and vaccinations that the note only plans, or says were done.

    "Mammogram ordered" is no encounter for it (I.C.21.c.5), nor is "flu shot at the pharmacy last week".
    """
    for code in [code for code in found if code.startswith(("Z12", "Z13.8", "Z23"))]:
        vaccine = code == "Z23"
        if all(
            (vaccine and _only_planned(text, mention))
            or (
                not (vaccine or mention.sentence.title)
                and _PLANNED.search(text, mention.sentence.start, mention.sentence.end)
            )
            for mention in found[code]
        ):
            del found[code]


def _only_planned(text: str, mention: Mention) -> bool:
    """Whether the clause that names a vaccination tells of another time or place."""
    sentence, term = mention.sentence, mention.term
    start = max(text.rfind(mark, sentence.start, term.start) for mark in ",;(") + 1
    ends = [text.find(mark, term.end, sentence.end) for mark in ",;)"]
    end = min((at for at in ends if at >= 0), default=sentence.end)
    start = max(start, sentence.start)
    return any(p.search(text, start, end) for p in (_PLANNED, _NOT_GIVEN))


def _leave_out_circumstances(found: dict[str, list[Mention]]) -> None:
    """Take from ``found`` where and doing what a patient was hurt, where nothing was.

    "Cleared for football" at a check-up is no activity at the time of an injury.
    """
    if any(_HURT.match(code) for code in found):
        return
    for code in [code for code in found if _CIRCUMSTANCE.match(code)]:
        del found[code]
