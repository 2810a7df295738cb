"""The quarter an NCCI release is for, told by its name or by the names of its files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from suggester.errors import InputError

_NAME = re.compile(r"(20\d\d)[Qq]([1-4])(-[A-Za-z0-9]{1,20})?")
_ADD_ON = re.compile(r"aoc|add.?on", re.IGNORECASE)
#: CMS cuts the pairs of a release into this many files, f1 to f4.
PARTS = 4


def release_name(given: str | None, files: Sequence[str]) -> str:
    """Return the name of a release: as given, or the quarter that its file names agree on.

    CMS names a file by quarter (``2024q3``), first day (``Eff_07-01-2024``) or version:
    ``v302r0`` is version 30.2, where version 30.0 is the first quarter of 2024. The add-on file is
    issued once a year, so its quarter counts only where no other file tells one.

    Raises
    ------
    InputError
        The name is of another form, or the files tell no quarter or several.
    """
    if given is not None:
        found = _NAME.fullmatch(given)
        if found is None:
            raise InputError(
                "Name the release by its quarter, such as --name 2024Q3 or --name 2024Q3-hospital."
            )
        return f"{found[1]}Q{found[2]}{(found[3] or '').lower()}"
    others = [name for name in files if not _ADD_ON.search(name)]
    quarters = _quarters(others) or _quarters(files)
    if len(quarters) != 1:
        told = f"several quarters ({', '.join(sorted(quarters))})" if quarters else "no quarter"
        raise InputError(f"The file names tell {told}; name the release, such as --name 2024Q3.")
    return quarters.pop()


def quarter_dates(name: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of the quarter that a release is named by.

    Raises
    ------
    ValueError
        The name is not that of a release.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(name)
    year, quarter = int(found[1]), int(found[2])
    after = datetime.date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return datetime.date(year, quarter * 3 - 2, 1), after - datetime.timedelta(days=1)


def missing_parts(files: Sequence[str]) -> tuple[str, ...]:
    """Return which of the parts f1 to f4 are not among files that are named as such parts."""
    given = {int(n) for name in files for n in re.findall(r"-f(\d)\b", name.lower())}
    return tuple(f"f{n}" for n in range(1, PARTS + 1) if given and n not in given)


def _quarters(files: Sequence[str]) -> set[str]:
    found = set()
    for name in files:
        if match := re.search(r"(20\d\d)[ _-]?q([1-4])", name, re.IGNORECASE):
            found.add(f"{match[1]}Q{match[2]}")
        elif match := re.search(r"v(\d\d)([0-3])r\d", name, re.IGNORECASE):
            found.add(f"{1994 + int(match[1])}Q{int(match[2]) + 1}")
        elif match := re.search(r"eff_(0[1-9]|1[0-2])-\d\d-(20\d\d)", name, re.IGNORECASE):
            found.add(f"{match[2]}Q{(int(match[1]) + 2) // 3}")
    return found
