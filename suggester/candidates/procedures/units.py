"""Units of a drug code: the dose that the note tells, in billing units, rounded up."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib.resources import files

#: Characters after and before the name of a drug in which its dose stands.
_AFTER, _BEFORE = 60, 30
_DOSE = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)\s*-?\s*(?:million\s+)?"
    r"(?P<u>mg|mcg|µg|ug|g|gm|grams?|units?|iu|ml|cc|mci|l|liters?)\b(?!\s*/|\s*per\b)"
)
#: Unit as written → unit of the table, and how many of it one is.
_SAME = {
    "µg": ("mcg", 1.0),
    "ug": ("mcg", 1.0),
    "gm": ("mg", 1000.0),
    "g": ("mg", 1000.0),
    "gram": ("mg", 1000.0),
    "grams": ("mg", 1000.0),
    "unit": ("units", 1.0),
    "iu": ("units", 1.0),
    "cc": ("ml", 1.0),
    "l": ("ml", 1000.0),
    "liter": ("ml", 1000.0),
    "liters": ("ml", 1000.0),
}
_BETWEEN = {("mg", "mcg"): 1000.0, ("mcg", "mg"): 0.001}


def drug_units(code: str, text: str, start: int, end: int) -> int:
    """Return the billing units of a drug code for the dose beside its name; 1 where none is told.

    ``text`` is in lower case; ``start`` and ``end`` are those of the drug's name in it.
    """
    billed = _billed().get(code)
    if billed is None:
        return 1
    amount, unit = billed
    after = text[start : end + _AFTER]
    cut = re.search(r"[;\n]|\.\s", after[end - start :])
    if cut is not None:
        after = after[: end - start + cut.start()]
    for part in (after, text[max(0, start - _BEFORE) : start]):
        for match in _DOSE.finditer(part):
            given = _in_unit(match, unit)
            if given:
                return max(1, math.ceil(given / amount - 1e-6))
    return 1


def _in_unit(match: re.Match[str], unit: str) -> float:
    """Return a dose in ``unit``; 0 where it is measured in something else."""
    number = float(match["n"].replace(",", ""))
    if "million" in match.group():
        number *= 1_000_000
    known, times = _SAME.get(match["u"], (match["u"], 1.0))
    if known == unit:
        return number * times
    return number * times * _BETWEEN.get((known, unit), 0.0)


@lru_cache(maxsize=1)
def _billed() -> dict[str, tuple[float, str]]:
    """Read the table: code → amount and unit of one billing unit."""
    table = files("suggester.lexicon").joinpath("procedures/drug_units.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines()[1:] if line)
    return {code: (float(amount), unit) for code, amount, unit in rows}
