"""The releases of CPT, HCPCS Level II and ICD-10-PCS on this computer; none is shipped."""

from __future__ import annotations

import datetime
import functools
import json
from dataclasses import dataclass
from pathlib import Path

from suggester.codes.flat_columns import decode
from suggester.codes.flat_set import FLAT_SYSTEMS, FlatCodeSet
from suggester.codes.installed import data_folder
from suggester.codes.release import Release
from suggester.codes.starter import STARTER, starter_set
from suggester.errors import CodeSetError, InputError, UnknownSystemError

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class FlatInstalled:
    """A release that can be loaded: what it is, where it is, and how much is in it."""

    release: Release
    path: Path
    codes: int
    modifiers: int


@dataclass(frozen=True, slots=True)
class FlatStatus:
    """The release used for a date of service, if any, and what to know about the choice."""

    day: datetime.date
    release: Release | None
    in_force: bool
    message: str


def flat_folder(system: str) -> Path:
    """Return the folder that holds the releases of a system.

    Raises
    ------
    UnknownSystemError
        The system is none of those that are imported as lists of codes.
    """
    if system not in FLAT_SYSTEMS:
        raise UnknownSystemError(
            f"{system[:20]!r} is not among the code systems that come as lists of codes: "
            f"{', '.join(FLAT_SYSTEMS)}."
        )
    return data_folder(system)


def flat_releases(system: str) -> tuple[FlatInstalled, ...]:
    """Return every installed release of a system, oldest first."""
    folder = flat_folder(system)
    # What is being written has a name that begins with a dot.
    found = [_read_about(path, system) for path in sorted(folder.glob(f"[!.]*{SUFFIX}"))]
    return tuple(sorted(found, key=lambda installed: installed.release.effective_from))


def find_flat(system: str, name: str) -> FlatInstalled:
    """Return the installed release of this name.

    Raises
    ------
    InputError
        No release of this name is installed.
    """
    releases = flat_releases(system)
    for installed in releases:
        if installed.release.name.lower() == name.lower():
            return installed
    known = ", ".join(installed.release.name for installed in releases) or "none"
    raise InputError(
        f"No {FLAT_SYSTEMS[system]} release named {name[:40]!r} is installed; there is {known}. "
        "Import another with: suggester codes import"
    )


def load_flat(
    system: str, release: str | None = None, date_of_service: datetime.date | None = None
) -> FlatCodeSet | None:
    """Load a release of CPT, HCPCS Level II or ICD-10-PCS; the same object when asked again.

    Parameters
    ----------
    system
        ``"cpt"``, ``"hcpcs"`` or ``"icd10pcs"``.
    release
        Name of an installed release.
    date_of_service
        Without ``release``: load the one in force on this day (today when not given), or the
        newest before it, or else the oldest.

    Returns
    -------
    FlatCodeSet or None
        Where no release of the system is installed and none was named, the starter set of CPT or
        HCPCS Level II, or ``None``.

    Raises
    ------
    UnknownSystemError
        The system is none of these.
    InputError
        No release of that name is installed.
    CodeSetError
        The file of the release is missing or damaged.
    """
    if release is not None and release.lower() != STARTER:
        return _load(find_flat(system, release))
    day = date_of_service or datetime.date.today()
    installed = _release_for(system, day) if release is None else None
    return starter_set(system) if installed is None else _load(installed)


def require_flat(system: str, release: str | None = None) -> FlatCodeSet:
    """Load a release as :func:`load_flat` does.

    Raises
    ------
    InputError
        No release of the system is installed, or none of that name.
    """
    loaded = load_flat(system, release)
    if loaded is None:
        raise InputError(_how_to_import(system))
    return loaded


def flat_status_on(system: str, day: datetime.date) -> FlatStatus:
    """Return the release that a date of service is coded with and say how good a choice it is."""
    installed = _release_for(system, day)
    if installed is None:
        starter = starter_set(system)
        used = f" T{starter.label[1:]} is used." if starter else ""
        return FlatStatus(day, None, False, f"{_how_to_import(system)}.{used}")
    release = installed.release
    in_force = release.in_force(day)
    if in_force:
        message = f"{release.name} is in force on {day}."
    else:
        kept = f"ended on {release.effective_to}" if release.effective_from <= day else "is newer"
        message = (
            f"No installed release of {FLAT_SYSTEMS[system]} is in force on {day}: {release.name} "
            f"{kept}. It is used all the same."
        )
    return FlatStatus(day, release, in_force, message)


def _release_for(system: str, day: datetime.date) -> FlatInstalled | None:
    releases = flat_releases(system)
    in_force = [installed for installed in releases if installed.release.in_force(day)]
    started = [installed for installed in releases if installed.release.effective_from <= day]
    fitting = in_force or started or releases[:1]
    return fitting[-1] if fitting else None


def _how_to_import(system: str) -> str:
    return (
        f"No release of {FLAT_SYSTEMS[system]} is installed; import one with: "
        "suggester codes import FILES"
    )


def _read_about(path: Path, system: str) -> FlatInstalled:
    try:
        with path.open("rb") as file:
            about = json.loads(file.readline())
        start, end = about["effective_from"], about["effective_to"]
        release = Release(
            about["system"],
            about["name"],
            datetime.date.fromisoformat(start),
            datetime.date.fromisoformat(end) if end else None,
            ", ".join(about["files"]),
            str(about["sha256"]),
        )
        if release.system != system:
            raise ValueError(release.system)
        return FlatInstalled(release, path, int(about["codes"]), int(about["modifiers"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


@functools.lru_cache(maxsize=4)
def _load(installed: FlatInstalled) -> FlatCodeSet:
    try:
        return FlatCodeSet(installed.release, decode(installed.path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(installed.path) from error


def _damaged(path: Path) -> CodeSetError:
    return CodeSetError(
        f"The imported release in {path} is damaged; delete that file and import it again."
    )
