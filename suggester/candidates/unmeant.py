"""Codes that a note names and that this encounter has no use for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from suggester.candidates.mentions import keep
from suggester.preprocess.note_text import text_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from suggester.candidates.mentions import Mention

#: How far before a mention words are looked for, in characters.
_BEFORE = 40
#: What is said of a screening at another time.
_PLANNED = re.compile(
    r"\bup[- ]to[- ]date\b|\butd\b|\bordered\b|\border in\b|\bdue (?:in|next|now|at)\b|\bnext\b|\byearly\b|\bannually\b|\bevery (?:year|other year|\d+ years)\b|"
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
#: A patient who is a man, and what is told of anybody's pregnancy or newborn.
_A_MAN = re.compile(
    r"\b\d{1,3}[- ]?(?:years?[- ]old|y/?o|y\.o\.|yr[- ]old)[ ,]+(?:[\w-]+ ){0,3}(?:man|male|gentleman|boy)\b",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"\bpregnan|\bG ?\d+,? ?P ?\d|\bgravid|\bgestation|\bfetus|\bfetal|\blabor\b|\bdeliver(?:y|ed)\b|\bpostpartum|\btrimester|"
    r"\b(?:infant|newborn)\b|\bweeks? (?:pregnant|gestation|EGA)|\b\d\dw\d",
    re.IGNORECASE,
)
#: No woman of this age, in years, is pregnant.
_PAST_BEARING = 60
#: Long-term use of an opiate, dependence on one, and what treats that.
_ON_OPIATES = "Z79.891"
_DEPENDENT = re.compile(r"F11\.[12]")
_SUBSTITUTES = re.compile(
    r"buprenorphine|methadone|suboxone|subutex|sublocade|zubsolv|brixadi|\bbup\b|\bmat\b|\bmoud\b",
    re.IGNORECASE,
)
#: Nicotine that is chewed or vaped, and of cigarettes or of unknown kind; who smokes.
_NOT_SMOKED, _OF_CIGARETTES = re.compile(r"F17\.2[29]"), re.compile(r"F17\.2[01]")
_SMOKES = re.compile(
    r"\bcigarettes?\b|\bsmok(?:es|er|ing)\b|\bpacks?\b|\bppd\b|\bpk\b|\btobacco use\b|\bmarlboro",
    re.IGNORECASE,
)
#: Insulin, and how it is told that it was given for a while only.
_ON_INSULIN = "Z79.4"
_FOR_A_WHILE = re.compile(
    r"\b(?:iv|intravenous) insulin\b|\binsulin (?:drip|gtt|infusion|bolus|sliding|correction|protocol|(?:was|were) given)\b|"
    r"\b(?:sliding[- ]scale|correction(?:al)?) (?:\w+ )?(?:insulin|lispro|aspart|regular)\b|\bfluids and insulin\b|"
    r"\breceived (?:\w+ ){0,3}(?:units|insulin)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:long[- ]term|home|nightly|daily|bedtime|glargine|lantus|basal|basaglar|detemir|levemir|degludec|tresiba|toujeo|pump|qhs|bid|takes|uses)\b",
    re.IGNORECASE,
)
_BESIDE = 24
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
_CIRCUMSTANCE = re.compile(r"Y9[239]")
_HURT = re.compile(r"[STMVWX]|G5[67]")


def leave_out_unmeant(found: dict[str, list[Mention]], doc: Doc) -> None:
    """Take from ``found`` the codes that the places of a note name and its encounter has no use for."""
    text = text_of(doc)
    _leave_out_mothers(found, doc)
    _leave_out_substitution(found, text)
    _leave_out_passing_insulin(found, text)
    _leave_out_cigarettes(found, text)
    _leave_out_earlier_weeks(found, text)
    _leave_out_todays_work(found, text)
    _leave_out_circumstances(found)
    _leave_out_planned(found, text)


def _leave_out_mothers(found: dict[str, list[Mention]], doc: Doc) -> None:
    """Take the codes of pregnancy from what the note of a newborn, a man or an old woman has ``found``.

    They are for the mother's record alone (I.C.15.a.2, I.C.21.c.11), as the place of birth is for the
    newborn's (I.C.16.a.2).
    """
    age = doc._.facts.age
    if age:
        _leave_out(found, _OF_NEWBORNS)
    if age == 0 or doc._.sex == "M" or (doc._.age or 0) >= _PAST_BEARING or _of_a_man(text_of(doc)):
        _leave_out(found, _OF_MOTHERS)


def _of_a_man(text: str) -> bool:
    """Whether a note that tells of no pregnancy opens with a man: "This 74-year-old gentleman"."""
    return _A_MAN.search(text) is not None and _PREGNANT.search(text) is None


def _leave_out(found: dict[str, list[Mention]], codes: re.Pattern[str]) -> None:
    for code in [code for code in found if codes.match(code)]:
        del found[code]


def _leave_out_substitution(found: dict[str, list[Mention]], text: str) -> None:
    """Take Z79.891 from what a note of opioid dependence has ``found``, where the drug treats that.

    Its Excludes1 note: methadone for the treatment of dependence.
    """
    mentions = found.get(_ON_OPIATES, ())
    substitutes = all(_SUBSTITUTES.search(text, m.term.start, m.term.end) for m in mentions)
    if mentions and substitutes and any(_DEPENDENT.match(code) for code in found):
        del found[_ON_OPIATES]


def _given_for_a_while(text: str, mention: Mention) -> bool:
    """Whether the clause of a mention tells of insulin that was given, and not of insulin taken."""
    start = max(mention.sentence.start, mention.term.start - _BESIDE)
    end = min(mention.sentence.end, mention.term.end + _BESIDE)
    return _FOR_A_WHILE.search(text, start, end) is not None and not _TAKEN.search(text, start, end)


def _leave_out_cigarettes(found: dict[str, list[Mention]], text: str) -> None:
    """Take from ``found`` the cigarettes of who vapes or chews, and is not said to smoke."""
    otherwise = any(m.is_meant for code in found if _NOT_SMOKED.match(code) for m in found[code])
    if otherwise and not _SMOKES.search(text):
        _leave_out(found, _OF_CIGARETTES)


def _leave_out_passing_insulin(found: dict[str, list[Mention]], text: str) -> None:
    """Take from ``found`` the insulin that was given for a while: it is no long-term drug (I.C.4.a.3)."""
    if mentions := found.get(_ON_INSULIN):
        keep(found, _ON_INSULIN, [m for m in mentions if not _given_for_a_while(text, m)])


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
    if not any(_HURT.match(code) for code in found):
        _leave_out(found, _CIRCUMSTANCE)
