"""What the record of a delivery tells in its own ways (guidelines I.C.15 and I.C.16).

A condition of pregnancy is one of childbirth on the record of the delivery, an infected cesarean wound is
an obstetric one, and the outcome is told by who was born.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.candidates.leaves import fetus
from suggester.preprocess.assertion import PRESENT

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.codes import CodeSet
    from suggester.preprocess.modifiers import NoteFacts

_CHILD = r"(?:infant|newborn|baby|neonate|male|female|boy|girl|singleton)"
_GAP = r"(?:(?!still|non|previ|dead|with|in\b|at\b|near|together|alone)\w+[ -]){0,2}"
#: A child born alive, told by the mother's record.
_BORN = re.compile(
    rf"\b(?:live[- ]?born|viable|vigorous|live)\b[ ,]+{_GAP}{_CHILD}\b|"
    rf"\bliving (?:male|female|infant|newborn)\b|"
    rf"\b{_CHILD}\b[ ,:(-]+{_GAP}(?:live[- ]?born|born alive)\b|"
    rf"\b(?:live[- ]?birth|delivered (?:a|of a) {_GAP}{_CHILD})\b",
    re.IGNORECASE,
)
#: What only the record of the delivery tells, and the head of a note of another time.
_EVIDENT = re.compile(
    r"\b(?:apgars?|placenta|live[- ]?born|delivery (?:note|summary|record|dictation)|ebl|qbl|"
    r"head delivered|delivered (?:a|of a|at|by|via|vaginally)|delivery of (?:a|the)|cesarean delivery|hysterotomy|"
    r"lacerations?|nsvd|svd|live (?:male|female|boy|girl|infant)|living (?:male|female)|viable)\b",
    re.IGNORECASE,
)
_OF_ANOTHER_TIME = re.compile(
    r"\b(?:pre-?natal|ante-?natal|antepartum|triage|non-?stress|readmi\w+|ultrasound|sonogram|"
    r"\d+[ -]?(?:weeks?|wks?|months?)[ -]?(?:post-?partum|pp\b|after (?:delivery|birth))|"
    r"post-?partum (?:visit|follow|check|day #?(?:[5-9]|\d\d))|ppd ?#?(?:[5-9]|\d\d))\b",
    re.IGNORECASE,
)
_HEAD = 160
_DEAD = re.compile(r"\bstill-?(?:born|birth)|\bdemise\b|\biufd\b|\btriplets?\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\btwins?\b|\btriplets?\b|\bmultiple gestation", re.IGNORECASE)
_TWINS = re.compile(r"\btwins?\b", re.IGNORECASE)
#: One of several: "twin B", "baby #1", "fetus 2".
_ONE_OF = re.compile(
    r"\b(?:twin|triplet|baby|fetus|infant)[ ]?#?[ ]?((?-i:[A-E])|[1-5]|one|two|three)\b"
    r"(?!\s*(?:\.\d|cm|kg|g\b|lb|%|weeks?|wks?|months?|days?))",
    re.IGNORECASE,
)
_NUMBER_OF = {
    "a": "1",
    "b": "2",
    "c": "3",
    "d": "4",
    "e": "5",
    "one": "1",
    "two": "2",
    "three": "3",
}
#: What tells that it was born at another time.
_EARLIER = re.compile(
    r"\b(?:ago|last (?:year|month)|previous\w*|prior|history|in (?:19|20)\d\d)\b", re.IGNORECASE
)
#: An infant's record that tells how it was born, in the stay in which it was.
_NEWBORN = re.compile(
    r"\b(?:apgars?|nursery|newborn|birth ?w(?:eigh)?t|day of life|dol)\b", re.IGNORECASE
)
_CESAREAN = re.compile(
    r"\b(?:c(?:a?esarean)?[- /]?s(?:ection)?|c[- ]sections?|ca?esarean)\b", re.IGNORECASE
)
_VAGINAL = re.compile(r"\b(?:vaginal(?:ly)?|nsvd|svd|vacuum|forceps|vbac)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:outside hospital|transferred? (?:in )?(?:from|to us)|born at (?:another|home)|outborn|readmi\w+)\b",
    re.IGNORECASE,
)
_TRIMESTER = re.compile(r",? (?:first|second|third|unspecified) trimester$")
#: Infection of a surgical wound → of an obstetric one.
_WOUNDS = {
    "T81.41XA": "O86.01",
    "T81.42XA": "O86.02",
    "T81.43XA": "O86.03",
    "T81.44XA": "O86.04",
    "T81.49XA": "O86.09",
}
#: Diabetes that a pregnant patient with gestational diabetes has not, and its drugs (I.C.15.i).
_DIABETES = re.compile(r"E1[1-3]\.9$|Z79\.(?:4|84)$")
#: Scars of cesareans that say more than O34.219.
_SCARS = frozenset({"O34.211", "O34.212", "O34.218"})
#: What is not coded with a delivery: weeks that end none, and the visit some weeks later.
_BEFORE_OR_AFTER = re.compile(r"Z3A\.(?:0|1)|Z39\.2")
#: Preterm labor before a delivery, and with it.
_LABOR = {"O60.00": "O60.10X0", "O60.02": "O60.12X0", "O60.03": "O60.14X0"}
_ECLAMPSIA = {"O15.00": "O15.1", "O15.02": "O15.1", "O15.03": "O15.1"}
#: Weeks from which a birth is not preterm.
_TERM = "Z3A.37"
MOTHERS, NEWBORNS = re.compile(r"^O"), re.compile(r"^(?:P|Q|Z05|Z20|Z23|Z41)")


def outcome(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the outcome of a delivery (Z37), with the place of each child born alive.

    Nothing where a child was stillborn, or three were born: the lexicon has words for that.
    """
    if not is_delivery(text) or _DEAD.search(text):
        return
    born = [
        match
        for match in _BORN.finditer(text)
        if not _EARLIER.search(text, *_around(text, match.start(), match.end()))
    ]
    code = "Z37.2" if len(born) > 1 and _TWINS.search(text) else "Z37.0"
    for match in born:
        yield code, match.start(), match.end()


def is_delivery(text: str) -> bool:
    """Whether a note is the record of the delivery itself, not of a visit before or after it.

    >>> is_delivery("Prenatal visit at 31w4d. OB history: NSVD in 2019.")
    False
    """
    return not _OF_ANOTHER_TIME.search(text, 0, _HEAD) and any(
        not _EARLIER.search(text, *_around(text, match.start(), match.end()))
        for match in _EVIDENT.finditer(text)
    )


def birth(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield how a newborn was born in this hospital (Z38), from its own record."""
    if not _NEWBORN.search(text) or _ELSEWHERE.search(text) or _TWINS.search(text):
        return
    by_cesarean = _CESAREAN.search(text)
    found = by_cesarean or _VAGINAL.search(text)
    if found:
        yield "Z38.01" if by_cesarean else "Z38.00", found.start(), found.end()


def fetuses(text: str, start: int, end: int) -> frozenset[str]:
    """Return the words for the fetuses, of several, that a stretch of the text is about.

    >>> sorted(fetuses("Twin B breech.", 0, 14))
    ['fetus-2']
    """
    if not _SEVERAL.search(text):
        return frozenset()
    return frozenset(
        fetus(_NUMBER_OF.get(match[1].lower(), match[1]))
        for match in _ONE_OF.finditer(text, start, end)
    )


def settle_deliveries(
    found: dict[str, list[Mention]], text: str, facts: NoteFacts, codes: CodeSet
) -> None:
    """Lead what a mother's record has ``found`` to the codes of childbirth and of obstetric wounds."""
    if "Z37.2" in found:  # "female, liveborn" is each of two
        found.pop("Z37.0", None)
    delivered = facts.delivered and is_delivery(text)
    for code in _unmeant(found, facts, delivered=delivered):
        found.pop(code, None)
    if delivered:
        term = any(code >= _TERM for code in found if code.startswith("Z3A"))
        for code in [code for code in found if code[0] == "O"]:
            if not (term and code in _LABOR):
                _move(found, code, at_delivery(code, codes))
    if (facts.delivered or facts.postpartum) and _CESAREAN.search(text):
        for code, other in _WOUNDS.items():
            if code in found:
                _move(found, code, other)


def _unmeant(found: dict[str, list[Mention]], facts: NoteFacts, *, delivered: bool) -> list[str]:
    """Return the codes of what is ``found`` that are none of a mother's record."""
    out = []
    present = {code for code, mentions in found.items() if mentions[0].assertion.kind == PRESENT}
    if any(code.startswith("O24.4") for code in present):  # "the diabetes" is that of the pregnancy
        out += [code for code in found if _DIABETES.match(code)]
    if present & _SCARS:
        out.append("O34.219")
    if delivered:
        out += [code for code in found if _BEFORE_OR_AFTER.match(code)]
    if facts.pregnant and facts.age and facts.sex != "M":
        out += [code for code in found if code[0] == "P"]
    return out


def _move(found: dict[str, list[Mention]], code: str, other: str | None) -> None:
    """Let the places of one code speak for another, unless that has a place of its own."""
    if other is None or other == code:
        return
    mentions = found.pop(code)
    if all(m.assertion.kind != PRESENT for m in found.get(other, ())):
        found[other] = [
            m._replace(chosen=m.chosen._replace(code=other)) for m in mentions
        ] + found.get(other, [])


def at_delivery(code: str, codes: CodeSet) -> str | None:
    """Return the code of a condition of pregnancy on the record of the delivery, if there is another.

    >>> from suggester.codes import load_icd10cm
    >>> at_delivery("O24.414", load_icd10cm())
    'O24.424'
    """
    if told_apart := _LABOR.get(code) or _ECLAMPSIA.get(code):
        return told_apart
    title = codes.title(code).lower()
    stem = _TRIMESTER.sub("", title)
    known = _titles_of(codes, code[:3])
    for told in (
        stem.replace("in pregnancy", "in childbirth"),
        stem.replace("complicating pregnancy", "complicating childbirth"),
        f"{stem}, complicating childbirth",
        f"{stem} complicating childbirth",
    ):
        if told != title and "childbirth" in told and told in known:
            return known[told]
    return None


@lru_cache(maxsize=256)
def _titles_of(codes: CodeSet, category: str) -> dict[str, str]:
    """Return the billable codes of a category by their titles, in lower case."""
    out: dict[str, str] = {}
    queue = [category]
    while queue:
        code = queue.pop()
        children = codes.children(code)
        queue.extend(children)
        if not children:
            out[codes.title(code).lower()] = code
    return out


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentence around a place."""
    before = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start))
    after = [place for mark in (". ", "\n") if (place := text.find(mark, end)) >= 0]
    return before + 1, min(after, default=len(text))
