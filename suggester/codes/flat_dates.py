"""Names and dates of releases of CPT, HCPCS Level II and ICD-10-PCS."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from suggester.codes.release import default_dates
from suggester.errors import InputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_MONTH = re.compile(r"(?<![a-z])(apr|jul|oct)(?:il|y|ober)?(?![a-z])")
_MONTHS = {"apr": 4, "jul": 7, "oct": 10}
_CALENDAR = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?")
_EXAMPLES = {"cpt": "2027", "hcpcs": "2027-07", "icd10pcs": "FY2027"}


def release_name(system: str, given: str | None, files: Iterable[str]) -> str:
    """Return the name of a release: as given, or from the year and month in the file names.

    ``HCPC2027_JUL_ANWEB.txt`` is ``2027-07``, ``icd10pcs_order_2027.txt`` is ``FY2027``.

    Raises
    ------
    InputError
        The name cannot be used, or none is given and the files do not tell one.
    """
    name = given
    if name is None:
        years = {year for file in files for year in _YEAR.findall(file)}
        months = {_MONTHS[month] for file in files for month in _MONTH.findall(file.lower())}
        if len(years) != 1 or len(months) > 1:
            raise InputError(
                "The names of the files do not tell which release this is; add --name "
                f"{_EXAMPLES[system]}, or what it is called."
            )
        name = f"FY{years.pop()}" if system == "icd10pcs" else years.pop()
        # The fiscal year starts in October, so a file of that month is the one of the year.
        if months and not (system == "icd10pcs" and months == {10}):
            name += f"-{months.pop():02d}"
    if not _NAME.fullmatch(name):
        raise InputError(
            "Give the release a name of letters, digits, dots and dashes, such as --name "
            f"{_EXAMPLES[system]}."
        )
    return name


def release_dates(
    system: str, name: str, start: datetime.date | None, end: datetime.date | None
) -> tuple[datetime.date, datetime.date | None]:
    """Return the first and last day a release is in force: as given, or from its name.

    ICD-10-PCS goes with the fiscal year, CPT and HCPCS Level II with the calendar year; an update
    (``2027-07``) starts with its month and ends with the year.

    Raises
    ------
    InputError
        No first day is given and the name does not tell it, or the end is before the start.
    """
    first, last = _dates_of(system, name)
    start, end = start or first, end or last
    if start is None:
        raise InputError(
            f"The release name {name!r} does not say when it is in force; use a name such as "
            f"{_EXAMPLES[system]}, or give --from."
        )
    if end is not None and start > end:
        raise InputError(f"The release would end ({end}) before it starts ({start}).")
    return start, end


def _dates_of(system: str, name: str) -> tuple[datetime.date | None, datetime.date | None]:
    if system == "icd10pcs":
        try:
            return default_dates(name.upper())
        except InputError:
            return None, None
    match = _CALENDAR.fullmatch(name)
    if match is None:
        return None, None
    year = int(match[1])
    return datetime.date(year, int(match[2] or 1), 1), datetime.date(year, 12, 31)
