"""Codes that a number in the note selects: body mass index, weeks of gestation, stroke scale.

Guideline I.B.14: these may be taken from any clinician's documentation, but only beside a diagnosis
the provider has made (overweight or obesity, pregnancy, stroke).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BMI = re.compile(
    r"\b(?:BMI|body mass index)(?:\s*\(BMI\))?\s*(?:of|is|was|at|today|now|:|=|-|,|currently|calculated at|approximately|about)*\s*"
    r"(?P<n>\d{2,3}(?:\.\d{1,2})?)(?!\s*(?:%|percent|th\b))",
    re.IGNORECASE,
)
_WEEKS = re.compile(
    r"\b(?P<n>[1-4]?\d)\s*(?:(?:\+|&|and|w)?\s*[0-6]\s*(?:/7|d\b|days?)?)?\s*(?:-|\s)?\s*(?:weeks?|wks?|w[0-6]d)\b(?P<after>[^.;\n]{0,40})",
    re.IGNORECASE,
)
_SHORT_WEEKS = re.compile(r"\b(?P<n>[1-4]\d)\s?w\s?[0-6]\s?d\b|\b(?P<m>[1-4]\d)\s?[0-6]/7\b")
_GESTATION = re.compile(
    r"gestat|pregnan|\biup\b|\bega\b|\bga\b|intrauterine|\bg\d|prenatal|gravida|ob\b", re.IGNORECASE
)
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
    for match in _NIHSS.finditer(text):
        if int(match["n"]) <= 42:
            out.append(Measure(f"R29.7{int(match['n']):02d}", match.start(), match.end(), _STROKE))
    return out


def _weeks(text: str) -> Iterable[Measure]:
    for match in _WEEKS.finditer(text):
        around = text[max(0, match.start() - 40) : match.end()]
        if _GESTATION.search(around):
            yield from _week(int(match["n"]), match.start(), match.start("after"))
    for match in _SHORT_WEEKS.finditer(text):
        yield from _week(int(match["n"] or match["m"]), match.start(), match.end())


def _week(number: int, start: int, end: int) -> Iterable[Measure]:
    if number < 8:
        yield Measure("Z3A.01", start, end, _PREGNANCY)
    elif number <= 42:
        yield Measure(f"Z3A.{number:02d}", start, end, _PREGNANCY)
