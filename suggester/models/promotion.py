"""Change which version of a name is in use, and tell who did so, when and why."""

from __future__ import annotations

import datetime
import getpass
from dataclasses import dataclass
from pathlib import Path

from suggester.errors import InputError, ModelError, UnknownModelError
from suggester.models.bundle import load_model
from suggester.models.finding import (
    AT,
    base_name,
    find_model,
    list_models,
    model_folders,
    version_of,
)
from suggester.models.history import (
    PROMOTED,
    ROLLED_BACK,
    Change,
    changing,
    in_use,
    read_history,
    write_history,
)
from suggester.models.manifest import MANIFEST, read_manifest


@dataclass(frozen=True, slots=True)
class Moved:
    """A change that was made: the name, its version in use, and the one before."""

    name: str
    version: str
    before: str
    folder: Path


def promote(given: str, why: str = "", by: str | None = None) -> Moved:
    """Let ``NAME`` mean one version from now on: the one given as ``NAME@VERSION``, else the newest made.

    The bundle is verified and loaded first.

    Raises
    ------
    UnknownModelError
        There is no such version.
    ModelError
        It is damaged, or cannot be used with this software.
    InputError
        It is in use already.
    OutputError
        The folder cannot be written to.
    """
    name, _, wanted = given.partition(AT)
    folder = find_model(given) if wanted else _newest(name)
    version = version_of(folder)
    if not version or AT in version or "/" in version:
        raise ModelError(f"Model {folder} has no version that could be promoted.")
    if folder.name not in (name, f"{name}{AT}{version}"):
        raise ModelError(
            f"The folder {folder} says another version than its manifest ({version}); rename it."
        )
    load_model(folder)
    place = folder.parent
    with changing(place):
        changes = read_history(place, name)
        before = _now(name, changes)
        if before == version:
            raise InputError(f"Version {version} of {name!r} is in use already.")
        change = Change(_moment(), by or _user(), PROMOTED, version, before, why)
        write_history(place, name, [*changes, change])
    return Moved(name, version, before, folder)


def roll_back(name: str, why: str = "", by: str | None = None) -> Moved:
    """Let ``NAME`` mean again what it meant before the last promotion that holds.

    Raises
    ------
    InputError
        Nothing was promoted.
    UnknownModelError, ModelError
        What it meant before is gone or cannot be used any more; nothing changed.
    OutputError
        The folder cannot be written to.
    """
    name = base_name(name)
    place = _place(name)
    with changing(place):
        changes = read_history(place, name)
        *held, version = in_use(changes) or [""]
        if not version:
            raise InputError(
                f"No version of {name!r} was promoted; there is nothing to go back to."
            )
        target = f"{name}{AT}{held[-1]}" if held else _unpromoted(place, name)
        folder = find_model(target)
        load_model(folder)
        to = version_of(folder)
        change = Change(_moment(), by or _user(), ROLLED_BACK, to, version, why)
        write_history(place, name, [*changes, change])
    return Moved(name, to, version, folder)


def history_of(folder: Path) -> list[Change]:
    """Return the changes of the name of a bundle, oldest first; nothing where none was promoted.

    Raises
    ------
    ModelError
        The file was damaged.
    """
    return read_history(folder.parent, base_name(folder.name))


def _newest(name: str) -> Path:
    known = {n: path for n, path in list_models().items() if base_name(n) == name}
    if not known:
        return find_model(name)
    return max(known.values(), key=lambda path: str(read_manifest(path).get("created", "")))


def _now(name: str, changes: list[Change]) -> str:
    held = in_use(changes)
    if held:
        return held[-1]
    try:
        return version_of(find_model(name))
    except UnknownModelError:
        return ""


def _unpromoted(place: Path, name: str) -> str | Path:
    """Return what a name means without promotions: the folder of that name, here or further on."""
    folders = model_folders()
    later = folders[folders.index(place) + 1 :] if place in folders else folders
    for folder in (place, *later):
        if (folder / name / MANIFEST).is_file():
            return folder / name
    raise UnknownModelError(
        f"Before that no version of {name!r} was in use; promote the one you want instead."
    )


def _place(name: str) -> Path:
    for folder in model_folders():
        if read_history(folder, base_name(name)):
            return folder
    raise InputError(f"No version of {name!r} was promoted; there is nothing to go back to.")


def _moment() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
