"""Which installed release is in force on a date of service, in words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from suggester.codes.installed import SHIPPED, SHIPPED_FROM, Installed, release_for
from suggester.codes.release import fiscal_year

DOWNLOAD_PAGE = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"


@dataclass(frozen=True, slots=True)
class Status:
    """The release used for a date of service, whether it is in force then, and what to know."""

    day: datetime.date
    release: Installed
    in_force: bool
    message: str


def status_on(day: datetime.date) -> Status:
    """Return the release that a date of service is coded with and say how good a choice it is."""
    release = release_for(day)
    in_force = release.in_force(day)
    if in_force:
        message = f"{release.name} is in force on {day}."
    elif release.effective_from <= day:
        message = _ended(release, day)
    elif release.name == SHIPPED and fiscal_year(day) == fiscal_year(SHIPPED_FROM):
        message = (
            f"{release.name} replaced the October release on {SHIPPED_FROM}; it is used for "
            f"{day} too, yet codes that came with April are not valid on that day."
        )
    else:
        message = (
            f"No installed release was in force on {day}; the oldest one, {release.name}, is used. "
            + _how_to_import(fiscal_year(day))
        )
    return Status(day, release, in_force, message)


def _ended(release: Installed, day: datetime.date) -> str:
    what = "shipped release" if release.shipped else "release"
    return (
        f"No installed release is in force on {day}: the {what} {release.name} ended on "
        f"{release.effective_to}. It is used all the same, without the codes added and deleted "
        "since. " + _how_to_import(fiscal_year(day))
    )


def _how_to_import(year: int) -> str:
    return (
        f"To install FY{year}, download its tabular XML and its order file (or the zips they come "
        f"in) from {DOWNLOAD_PAGE} and run: suggester codes import TABULAR ORDER"
    )
