"""The NCCI releases on this computer, and which of them a date of service is checked against."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suggester.codes.release import covers
from suggester.edits.release import quarter_dates
from suggester.errors import CodeSetError, InputError

if TYPE_CHECKING:
    from suggester.edits.ncci import Ncci


@dataclass(frozen=True, slots=True)
class Installed:
    """A release that can be loaded: its quarter, where it is, and its number of rows by kind."""

    name: str
    effective_from: datetime.date
    effective_to: datetime.date
    folder: Path
    rows: Mapping[str, int]

    def in_force(self, day: datetime.date) -> bool:
        """Tell whether ``day`` is in the quarter of the release."""
        return covers(self.effective_from, self.effective_to, day)


def data_folder() -> Path:
    """Return the folder releases live in: below ``SUGGESTER_DATA_DIR`` or the user's data."""
    given = os.environ.get("SUGGESTER_DATA_DIR")
    if given:
        return Path(given) / "edits" / "ncci"
    from platformdirs import user_data_path

    return user_data_path("suggester") / "edits" / "ncci"


def installed_releases() -> tuple[Installed, ...]:
    """Return every release on this computer, oldest first.

    Raises
    ------
    CodeSetError
        What is known of one of them cannot be read.
    """
    folder = data_folder()
    found = [_installed(path.parent) for path in folder.glob("[!.]*/release.json")]
    return tuple(sorted(found, key=lambda release: (release.effective_from, release.name)))


def find_release(name: str) -> Installed:
    """Return the release of this name.

    Raises
    ------
    InputError
        No release of this name is installed.
    """
    releases = _some_release()
    for release in releases:
        if release.name.lower() == name.lower():
            return release
    known = ", ".join(release.name for release in releases)
    raise InputError(
        f"No NCCI release named {name[:40]!r} is installed; there is {known}. "
        "Import another with: suggester edits import"
    )


def release_for(day: datetime.date) -> Installed:
    """Return the release to check a date of service against.

    That is the one of its quarter, or the newest before it, or else the oldest; of several for one
    quarter the one named by the quarter alone.

    Raises
    ------
    InputError
        No release is installed.
    """
    releases = _some_release()
    started = [release for release in releases if release.effective_from <= day]
    start = (started[-1] if started else releases[0]).effective_from
    return next(release for release in releases if release.effective_from == start)


def load_ncci(release: str | None = None, date_of_service: datetime.date | None = None) -> Ncci:
    """Load a release of the NCCI edits.

    Parameters
    ----------
    release
        Name of an installed release, such as ``2024Q3``.
    date_of_service
        Without ``release``: load the one to check this day against; today when not given.

    Raises
    ------
    InputError
        There is no such release.
    CodeSetError
        The files of the release are missing or damaged.
    """
    if release is not None:
        return load_installed(find_release(release))
    return load_installed(release_for(date_of_service or datetime.date.today()))


def load_installed(installed: Installed) -> Ncci:
    """Load a release that is installed.

    Raises
    ------
    CodeSetError
        Its files are missing or damaged.
    """
    from suggester.edits.store import read_release

    try:
        return read_release(installed.folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(installed.folder) from error


def is_intact(installed: Installed) -> bool:
    """Tell whether every file of a release has the SHA-256 it was written with."""
    from suggester.edits.store import read_about, sha256

    try:
        kinds = read_about(installed.folder)["kinds"].values()
        files = [item for kind in kinds for item in kind["files"].items()]
        return all(sha256(installed.folder / name) == digest for name, digest in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _some_release() -> tuple[Installed, ...]:
    releases = installed_releases()
    if not releases:
        raise InputError(
            "No NCCI edits are installed; download them from CMS and run: suggester edits import"
        )
    return releases


def _installed(folder: Path) -> Installed:
    from suggester.edits.store import read_about

    try:
        about = read_about(folder)
        start, end = quarter_dates(about["name"])
        rows = {kind: table["rows"] for kind, table in about["kinds"].items()}
        return Installed(about["name"], start, end, folder, rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder) from error


def _damaged(folder: Path) -> CodeSetError:
    return CodeSetError(
        f"The NCCI release in {folder} is damaged; delete that folder and import it again."
    )
