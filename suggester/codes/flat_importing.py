"""Install a release of CPT, HCPCS Level II or ICD-10-PCS from the files of its publisher."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester.codes.cache import write_atomically
from suggester.codes.flat_columns import encode
from suggester.codes.flat_dates import release_dates, release_name
from suggester.codes.flat_installed import SUFFIX, FlatInstalled, find_flat, flat_folder
from suggester.codes.flat_merging import merge
from suggester.codes.flat_recognition import Progress, one_system, recognise
from suggester.errors import OutputError


@dataclass(frozen=True, slots=True)
class FlatImported:
    """What was installed, from which files, and whether it replaced a release of that name."""

    installed: FlatInstalled
    files: tuple[str, ...]
    replaced: bool


def import_flat(
    paths: Sequence[Path],
    system: str | None = None,
    name: str | None = None,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    progress: Progress | None = None,
) -> FlatImported:
    """Check a release and install it, all of it or nothing.

    A release of the same name is replaced in one step: at any moment the old one or the new one
    is there, whole.

    Parameters
    ----------
    paths
        The files of the publisher, or the zips they come in.
    system
        ``"cpt"``, ``"hcpcs"`` or ``"icd10pcs"``; told from the files when not given.
    name
        Name of the release (``2027``, ``2027-07``, ``FY2027``); from the names of the files when
        not given.
    start, end
        First and last day it is in force; from the name when not given.
    progress
        Called as the work advances, with the stage, how much is done and how much there is.

    Raises
    ------
    UnknownSystemError
        The system is none of these.
    InputError
        The files are not a release or contradict each other, or its name or dates are not known.
    OutputError
        The release could not be written.
    """
    if system is not None:
        flat_folder(system)
    advance = progress or (lambda stage, done, total: None)
    found = recognise(paths, advance)
    system = one_system(found, system)
    folder = flat_folder(system)
    listings = []
    for done, one in enumerate(found, 1):
        if one.format is not None:
            listings.append(one.format.read(one.file))
        advance("Checking", done, len(found))
    columns = merge(listings)
    files = tuple(dict.fromkeys(one.file.name for one in found))
    name = release_name(system, name, (*files, *(path.name for path in paths)))
    first, last = release_dates(system, name, start, end)
    about = {
        "system": system,
        "name": name,
        "effective_from": first.isoformat(),
        "effective_to": last.isoformat() if last else None,
        "files": files,
        "codes": len(columns.codes),
        "modifiers": len(columns.modifiers),
    }
    replaced = _install(folder, name, encode(columns, about))
    return FlatImported(find_flat(system, name), files, replaced)


def _install(folder: Path, name: str, data: bytes) -> bool:
    path = folder / f"{name}{SUFFIX}"
    # A name written otherwise (fy2027) is the same release.
    same = [p for p in folder.glob(f"[!.]*{SUFFIX}") if p.name.lower() == path.name.lower()]
    try:
        # One file, written beside its place under a hidden name and then renamed: a folder could
        # not be replaced in one step.
        write_atomically(same[0] if same else path, data)
    except OSError as error:
        raise OutputError(
            f"The release could not be written to {folder}: {error.strerror or error}; free space "
            "there or set SUGGESTER_DATA_DIR to another folder."
        ) from error
    return bool(same)
