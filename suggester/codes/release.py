"""Releases: which edition of a code system this is and on which dates of service it is in force."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from suggester.errors import InputError


@dataclass(frozen=True, slots=True)
class Release:
    """One published edition of a code system.

    Attributes
    ----------
    system
        The code system, such as ``"icd10cm"``.
    name
        The release name, such as ``"FY2026-04"``.
    effective_from, effective_to
        First and last date of service it is in force; ``None`` when no end is known.
    source
        The file the release was read from.
    sha256
        SHA-256 of that file, in hexadecimal.
    """

    system: str
    name: str
    effective_from: datetime.date
    effective_to: datetime.date | None
    source: str
    sha256: str

    def in_force(self, day: datetime.date) -> bool:
        """Tell whether the release is in force on ``day``."""
        return covers(self.effective_from, self.effective_to, day)


def covers(start: datetime.date, end: datetime.date | None, day: datetime.date) -> bool:
    """Tell whether ``day`` lies from ``start`` to ``end``, both included; ``None`` has no end."""
    return start <= day and (end is None or day <= end)


def fiscal_year(day: datetime.date) -> int:
    """Return the US federal fiscal year of ``day``; the year starts on October 1 of the one before.

    ICD-10-CM is updated with the fiscal year (45 CFR 162.1002).
    """
    return day.year + (day.month >= 10)


def default_dates(name: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day a release of this name is in force.

    ``FY2027`` starts with the fiscal year, ``FY2027-04`` with the April update; both end with the
    fiscal year.

    Raises
    ------
    InputError
        The name does not say which fiscal year it is.
    """
    match = re.fullmatch(r"FY(20\d\d)(?:-(0[1-9]|1[0-2]))?", name)
    if match is None:
        raise InputError(
            f"The release name {name!r} does not say when it is in force; use a name such as "
            "FY2027 or FY2027-04, or give both --from and --to."
        )
    year = int(match[1])
    month = int(match[2] or 10)
    start = datetime.date(year - (month >= 10), month, 1)
    return start, datetime.date(year, 9, 30)
