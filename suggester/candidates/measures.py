"""Codes that a number in the note selects, beside a diagnosis the provider has made.

Guideline I.B.14 lets these be taken from any clinician's documentation: body mass index beside
overweight or obesity, weeks of gestation beside pregnancy, the stroke scale beside a stroke, blood
alcohol beside an alcohol diagnosis. The extent of a burn and a newborn's weight and weeks are told
by the provider as numbers in the same way (I.C.19.d.6, I.C.16.d).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.candidates.deliveries import MOTHERS, NEWBORNS, birth, outcome
from suggester.candidates.mentions import Mention, counted_at
from suggester.preprocess.modifiers import GESTATIONAL
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from suggester.codes import CodeSet

_BMI = re.compile(
    r"\b(?:BMI|body mass index)(?:\s*\(BMI\))?\s*(?:of|is|was|at|today|now|:|=|-|,|currently|calculated at|approximately|about)*\s*"
    r"(?P<n>\d{2,3}(?:\.\d{1,2})?)(?!\s*(?:%|percent|th\b))",
    re.IGNORECASE,
)
_WEEKS = re.compile(
    r"(?<![\d/.-])\b(?P<n>[1-4]?\d)(?:[- ]\d/[27])?\s*(?:(?:\+|&|and|w|-)?\s*[0-6]\s*(?:/7|d\b|days?)?)?\s*(?:-|\s)?\s*(?:weeks?|wks?|w(?:[0-6]d)?)\b(?P<after>[^.;\n]{0,40})",
    re.IGNORECASE,
)
_SHORT_WEEKS = re.compile(r"\b(?P<n>[1-4]?\d)\s?w\s?[0-6]\s?d\b|\b(?P<m>[1-4]\d)[\s-]?[0-6]/7\b")
_PERCENTILE = re.compile(
    r"\b(?:BMI|body mass index)\b[^.;\n]{0,30}?(?P<n>\d{1,2})(?:st|nd|rd|th)?\s*(?:%|percentile|%ile)",
    re.IGNORECASE,
)
_BURNT = re.compile(
    r"(?P<n>\d{1,2}(?:\.\d)?)\s*(?:%|percent)\s*(?:of (?:the |her |his )?)?(?:total )?"
    r"(?:TBSA|BSA|body surface)",
    re.IGNORECASE,
)
_ALCOHOL = re.compile(
    r"\b(?:BAL|BAC|EtOH(?: level)?|blood alcohol(?: level| concentration)?|serum alcohol|alcohol level|"
    r"ethanol(?: level)?)\s*(?:of|was|is|:|=|(?:returned|came back)(?: (?:at|as))?|measured(?: at)?)?\s*(?P<n>0?\.\d{2,3}|\d{2,3})\b(?!\s*(?:oz|ml|drinks|%\s*vol))",
    re.IGNORECASE,
)
_GRAMS = re.compile(r"\b(?P<n>\d,?\d{3}|[4-9]\d\d)\s*(?:g|gm|grams?)\b")
_BORN_AT = re.compile(
    r"\b(?P<n>2\d|3[0-6])\s*(?:(?:\+|and|w|-)?\s*[0-6](?:/7|\s*d\b|\s*days?)?)?\s*-?\s*(?:weeks?|wks?|weeker)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"[- ](?:gestation(?:al age)? )?(?:(?:male|female|twin|preterm|premature) )?"
    r"(?:infant|newborn|neonate|baby|boy|girl|male|female)\b",
    re.IGNORECASE,
)
_AFTER_BIRTH = re.compile(r"\s*(?:post|after|since|ago|old)", re.IGNORECASE)
_NIHSS = re.compile(
    r"\b(?:NIHSS|NIH stroke scale)(?: score)?\s*(?:of|was|is|:|=)?\s*(?P<n>\d{1,2})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the note and the code it selects."""

    code: str
    start: int
    end: int
    beside: re.Pattern[str]


_WEIGHT = re.compile(r"^(?:E66|E65|E4[0-6]|R63\.[3-6]|O99\.2[18]|F50|E88\.81|Z71\.3)")
_PREGNANCY = re.compile(r"^(?:O(?!80)|O80|Z3[346]|Z33|Z36)")
_ALCOHOLIC = re.compile(r"^(?:F10|T51|K29\.2|K70|R78\.0)")
_BURN = re.compile(r"^T2[0-5]")
_PREMATURE = re.compile(r"^P07")
_NEWBORNS = re.compile(r"^P")
#: Upper bound of the blood alcohol in mg/100 ml → the last character of Y90.
_ALCOHOL_STEPS = ((20, 0), (40, 1), (60, 2), (80, 3), (100, 4), (120, 5), (200, 6), (240, 7))
#: Upper bound of a newborn's weight in grams → code.
_WEIGHTS = (
    (500, "P07.01"),
    (750, "P07.02"),
    (1000, "P07.03"),
    (1250, "P07.14"),
    (1500, "P07.15"),
    (1750, "P07.16"),
    (2000, "P07.17"),
    (2500, "P07.18"),
)
_AT_BIRTH = re.compile(
    r"\b(?:birth[- ]?w(?:eight|t)|bw|weigh(?:ed|ing)|born)\b[^.\n]*$", re.IGNORECASE
)
#: How far before a weight, in characters, the note says that it is the one at birth.
_BEFORE = 60
_STROKE = re.compile(r"^I6[0-3]")


def bmi_code(value: float, age: int | None) -> str | None:
    """Return the Z68 code of an adult body mass index; None for children and impossible values."""
    if (age is not None and age < 20) or not 10 <= value < 150:
        return None
    if value < 20:
        return "Z68.1"
    if value < 40:
        return f"Z68.{int(value)}"
    return "Z68." + next(
        c for top, c in ((45, "41"), (50, "42"), (60, "43"), (70, "44"), (999, "45")) if value < top
    )


def find_measures(text: str, age: int | None, pregnant: bool) -> list[Measure]:
    """Return the codes that numbers in ``text`` select, with the place of each."""
    out: list[Measure] = []
    for match in _BMI.finditer(text):
        code = bmi_code(float(match["n"]), age)
        if code:
            out.append(Measure(code, match.start(), match.end(), _WEIGHT))
    if pregnant:
        out.extend(_weeks(text))
        out.extend(Measure(code, start, end, MOTHERS) for code, start, end in outcome(text))
    if age is not None and 2 <= age < 20:
        for match in _PERCENTILE.finditer(text):
            step = next(
                c for top, c in ((5, 1), (85, 2), (95, 3), (100, 4)) if int(match["n"]) < top
            )
            out.append(Measure(f"Z68.5{step}", match.start(), match.end(), _WEIGHT))
    for match in _BURNT.finditer(text):
        tens = int(float(match["n"])) // 10
        # The share that is of third degree is not read: the lowest, unless the whole is under 10 %.
        code = "T31.0" if tens == 0 else f"T31.{tens}0"
        out.append(Measure(code, match.start(), match.end(), _BURN))
    for match in _ALCOHOL.finditer(text):
        level = float(match["n"]) * (1000 if "." in match["n"] else 1)
        step = next((c for top, c in _ALCOHOL_STEPS if level < top), 8)
        out.append(Measure(f"Y90.{step}", match.start(), match.end(), _ALCOHOLIC))
    if age == 0:
        out.extend(_newborn(text))
        out.extend(Measure(code, start, end, NEWBORNS) for code, start, end in birth(text))
    for match in _NIHSS.finditer(text):
        if int(match["n"]) <= 42:
            out.append(Measure(f"R29.7{int(match['n']):02d}", match.start(), match.end(), _STROKE))
    return out


def _newborn(text: str) -> Iterable[Measure]:
    """Yield the codes of a preterm newborn's birth weight and completed weeks."""
    weights = list(_GRAMS.finditer(text))
    # Weighed again at discharge: the weight at birth is the one that is coded.
    at_birth = [
        m for m in weights if _AT_BIRTH.search(text, max(0, m.start() - _BEFORE), m.start())
    ]
    for match in at_birth or weights:
        grams = int(match["n"].replace(",", ""))
        code = next((code for top, code in _WEIGHTS if grams < top), None)
        if code:
            yield Measure(code, match.start(), match.end(), _PREMATURE)
    for match in _BORN_AT.finditer(text):
        week = int(match["n"])
        code = f"P07.3{week - 27}" if week >= 28 else f"P07.2{max(week, 22) - 21}"
        # An infant called by its weeks is called preterm; weeks alone may be the mother's.
        called = _CALLED.match(text, match.end())
        yield Measure(code, match.start(), match.end(), _NEWBORNS if called else _PREMATURE)


def _weeks(text: str) -> Iterable[Measure]:
    for match in _WEEKS.finditer(text):
        around = text[max(0, match.start() - 40) : match.end()]
        if GESTATIONAL.search(around) and not _AFTER_BIRTH.match(match["after"]):
            yield from _week(int(match["n"]), match.start(), match.start("after"))
    for match in _SHORT_WEEKS.finditer(text):
        yield from _week(int(match["n"] or match["m"]), match.start(), match.end())


def _week(number: int, start: int, end: int) -> Iterable[Measure]:
    if number < 8:
        yield Measure("Z3A.01", start, end, _PREGNANCY)
    elif number <= 42:
        yield Measure(f"Z3A.{number:02d}", start, end, _PREGNANCY)


def take_measures(doc: Doc, found: dict[str, list[Mention]], codes: CodeSet) -> None:
    """Add the codes that numbers select to what a note has ``found``, where a diagnosis they may stand beside is."""
    for measure in find_measures(text_of(doc), doc._.facts.age, doc._.facts.pregnant):
        beside = any(measure.beside.match(code) for code in found)
        number = sentence_at(doc._.sentences, measure.start)
        if measure.code not in codes or not beside or number is None:
            continue
        found[measure.code].append(
            counted_at(doc, measure.code, measure.start, measure.end, number)
        )
