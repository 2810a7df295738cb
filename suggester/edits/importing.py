"""Install a quarter's NCCI edits from the files CMS publishes."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from suggester.edits.batches import batches
from suggester.edits.installed import Installed, data_folder
from suggester.edits.layouts import PTP, Layout, find_layout
from suggester.edits.ncci import BUILDERS, Builder, Edits
from suggester.edits.release import missing_parts, quarter_dates, release_name
from suggester.edits.store import read_about, write_about, write_table
from suggester.edits.tables import Table, open_tables
from suggester.errors import InputError, OutputError

#: Takes what is read, how many rows are done, and how many there are (0: not known).
Progress = Callable[[str, int, int], None]
# The notice of copyright above the headings takes a few rows, one a line at most.
_MOST_ABOVE = 60


@dataclass(frozen=True, slots=True)
class Imported:
    """What was installed.

    Attributes
    ----------
    release
        The release, with its number of rows by kind.
    kept
        Kinds kept from an earlier import of the same release.
    missing_parts
        Parts of the PTP edits, such as ``f3``, that were not among the files.
    """

    release: Installed
    kept: tuple[str, ...]
    missing_parts: tuple[str, ...]


def import_ncci(
    paths: Sequence[Path], name: str | None = None, progress: Progress | None = None
) -> Imported:
    """Read the files of one release and install it, all of it or nothing.

    The kinds of edits found in the files replace those of an earlier import of the same release;
    kinds that are not in the files are kept from it.

    Parameters
    ----------
    paths
        PTP, MUE and add-on files in any order: text, gzip, workbook, or the zips they come in.
    name
        Name of the release, such as ``2024Q3``; from the file names when not given.
    progress
        Told how many rows of each file are read.

    Raises
    ------
    InputError
        A file cannot be read or is not an edit file, or the files contradict each other.
    OutputError
        The release could not be written.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} cannot be read: there is no such file.")
    name = release_name(name, [path.name for path in paths])
    builders: dict[str, Builder] = {}
    sources: dict[str, list[str]] = {}
    for path in paths:
        for kind, source in _read(path, builders, progress):
            sources.setdefault(kind, []).append(source)
    edits = {kind: builder.build() for kind, builder in builders.items()}
    folder = data_folder() / name
    kept = _earlier(folder, edits)
    rows = _install(folder, name, edits, sources, kept)
    parts = missing_parts(sources.get(PTP, []))
    return Imported(Installed(name, *quarter_dates(name), folder, rows), tuple(kept), parts)


def _read(
    path: Path, builders: dict[str, Builder], progress: Progress | None
) -> Iterator[tuple[str, str]]:
    understood: set[str] = set()
    for table in open_tables(path):
        if table.group in understood:
            continue
        layout, row = _find_headings(table)
        if layout is None:
            continue
        understood.add(table.group)
        builder = builders.setdefault(layout.kind, BUILDERS[layout.kind]())
        done = 0
        for batch in batches(table.name, layout, table.rows, row + 1):
            builder.add(batch)
            done += len(batch.rows)
            if progress is not None:
                progress(f"Reading {table.name}", done, 0)
        yield layout.kind, table.name
    if not understood:
        raise InputError(
            f"{path.name} holds no NCCI edits: no row has the headings of a PTP, MUE or add-on "
            "table; of the add-on file take the .xlsx, because its text has no headings."
        )


def _find_headings(table: Table) -> tuple[Layout | None, int]:
    for number, row in enumerate(islice(table.rows, _MOST_ABOVE), 1):
        layout = find_layout(row)
        if layout is not None:
            return layout, number
    return None, 0


def _earlier(folder: Path, edits: Mapping[str, Edits]) -> dict[str, Any]:
    """Return what an earlier import of the release says of the kinds not imported now."""
    if not folder.exists() or set(edits) == set(BUILDERS):
        return {}
    try:
        kinds: dict[str, Any] = read_about(folder)["kinds"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"The earlier import of this release in {folder} is damaged; delete that folder, or "
            "give the PTP, MUE and add-on files together."
        ) from error
    return {kind: table for kind, table in kinds.items() if kind not in edits}


def _install(
    folder: Path,
    name: str,
    edits: Mapping[str, Edits],
    sources: Mapping[str, list[str]],
    kept: Mapping[str, Any],
) -> dict[str, int]:
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # A hidden folder, which the listing of releases passes over, becomes the release at once.
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{name}."))
        new = temporary / "new"
        new.mkdir()
        kinds = dict(kept)
        for table in kept.values():
            for file in table["files"]:
                shutil.copyfile(folder / file, new / file)
        for kind in edits:
            kinds[kind] = write_table(new, kind, edits[kind], sources[kind])
        write_about(new, name, kinds)
        _put_in_place(new, folder)
    except OSError as error:
        raise OutputError(
            f"The release could not be written to {folder.parent}: {error.strerror}; free space "
            "there or set SUGGESTER_DATA_DIR to another folder."
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(temporary)
    return {kind: table["rows"] for kind, table in kinds.items()}


def _put_in_place(new: Path, folder: Path) -> None:
    """Make ``new`` the release; the one that is there stays where that fails."""
    aside = folder.parent / f"{new.parent.name}.old"
    try:
        if folder.exists():
            folder.rename(aside)
        new.rename(folder)
    except BaseException:
        if aside.exists() and not folder.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
