"""Dates beside a procedure, against the date of the visit."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(
    r"(?<![\d/.])(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?![\d/])|(20\d\d)-(\d\d)-(\d\d)|"
    r"(?<![\d/.])(\d{1,2})/((?:19|20)\d\d)(?![\d/])"
)
_VISIT = re.compile(
    r"\b(?:date of (?:service|visit|procedure|operation|surgery|exam(?:ination)?|encounter)|dos|"
    r"(?:visit|service|encounter|procedure|exam|surgery|operation) date|date)\s*:?\s*(?=\d)",
    re.IGNORECASE,
)
_CENTURY = 2000


def visit_date(text: str) -> date | None:
    """Return the date of the visit that the note gives, None if it gives none."""
    for label in _VISIT.finditer(text):
        match = _DATE.match(text, label.end())
        if match and (found := _date(match)):
            return found
    return None


def dates_in(text: str, start: int, end: int) -> list[tuple[int, int, date]]:
    """Return the dates with a year from ``start`` to ``end``, each with its place; days default to 1."""
    return [
        (match.start(), match.end(), found)
        for match in _DATE.finditer(text, start, end)
        if (found := _date(match))
    ]


def _date(match: re.Match[str]) -> date | None:
    month, day, year, *iso, only_month, its_year = match.groups()
    try:
        if its_year:
            return date(int(its_year), int(only_month), 1)
        if iso[0]:
            return date(int(iso[0]), int(iso[1]), int(iso[2]))
        return date(int(year) + (_CENTURY if len(year) == len("yy") else 0), int(month), int(day))
    except ValueError:
        return None
