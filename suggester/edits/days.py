"""Dates as CMS writes them in its edit files, kept as two bytes each."""

from __future__ import annotations

import datetime
import re

#: Day 0 is before every date a file can name, the last one after them all.
ALWAYS, FOREVER = 0, 65_535
_EPOCH = datetime.date(1950, 1, 1)
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


def day_number(day: datetime.date) -> int:
    """Return the days from 1950-01-01 to ``day``, held between ``ALWAYS`` and ``FOREVER``."""
    return min(max((day - _EPOCH).days, ALWAYS + 1), FOREVER - 1)


def first_day(text: str) -> int:
    """Return the number of an effective date; ``ALWAYS`` where none is given.

    Raises
    ------
    ValueError
        The text is not a date.
    """
    day = _parse(text)
    return ALWAYS if day is None else day_number(day)


def last_day(text: str) -> int:
    """Return the number of a deletion date, the last day in force; ``FOREVER`` for ``*`` or none.

    Raises
    ------
    ValueError
        The text is not a date.
    """
    day = _parse(text)
    return FOREVER if day is None else day_number(day)


def _parse(text: str) -> datetime.date | None:
    text = text.strip().removesuffix(".0")
    if text in {"", "*"}:
        return None
    if text.isdecimal():
        return _parse_digits(text)
    written = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text)
    if written:
        month, day, year = map(int, written.groups())
        return datetime.date(year, month, day)
    return datetime.date.fromisoformat(text[:10])


def _parse_digits(text: str) -> datetime.date | None:
    if len(text) == 8:
        return datetime.datetime.strptime(text, "%Y%m%d").date()
    if len(text) == 7:
        # The add-on file counts days within the year: 2024092 is April 1.
        return datetime.datetime.strptime(text, "%Y%j").date()
    if len(text) == 5:
        return _EXCEL_EPOCH + datetime.timedelta(days=int(text))
    if not text.strip("0"):
        return None
    raise ValueError(text)
