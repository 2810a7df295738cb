"""Install another official release of ICD-10-CM beside those already there."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester.codes.code_list import read_code_list
from suggester.codes.compilation import compile_columns, find_disagreement
from suggester.codes.compiled import Columns
from suggester.codes.installed import SYSTEM, Installed, data_folder, installed_releases
from suggester.codes.release import default_dates
from suggester.codes.sources import Source, find_sources
from suggester.codes.tabular import Tabular, read_tabular
from suggester.errors import InputError, OutputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was installed: the release, its number of codes and of billable codes."""

    release: Installed
    codes: int
    billable: int


def import_release(
    paths: Sequence[Path],
    name: str | None = None,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
) -> Imported:
    """Check a release and install it, all of it or nothing.

    Parameters
    ----------
    paths
        The tabular XML and the order file or code list, or the zips they come in.
    name
        Name of the release; from the version in the XML when not given (``FY2027``).
    start, end
        First and last day it is in force; from the name or version when not given.

    Raises
    ------
    InputError
        The files are not a release, contradict each other, or the name is taken.
    OutputError
        The release could not be written.
    """
    sources = find_sources(paths)
    if sources.code_list is None:
        raise InputError(
            "The order file (or code list) of the release is missing; it decides which "
            "7th-character codes exist. Name it beside the tabular XML."
        )
    tabular = read_tabular(sources.tabular.data, sources.tabular.name)
    columns = _check(tabular, sources.code_list)
    name, start, end = _name_and_dates(tabular.version, name, start, end)
    folder = data_folder() / name
    release = Installed(name, start, end, folder / "tabular.xml", folder / "codes.txt")
    _install(folder, release, sources.tabular, sources.code_list)
    billable = sum(end == i for i, end in enumerate(columns.ends[: len(columns.codes)], 1))
    return Imported(release, len(columns.codes), billable)


def _check(tabular: Tabular, source: Source) -> Columns:
    code_list = read_code_list(source.data, source.name)
    columns = compile_columns(tabular, code_list)
    disagreement = find_disagreement(columns, code_list)
    if disagreement:
        raise InputError(
            f"The Tabular List and {source.name} are not of the same release: {disagreement}."
        )
    return columns


def _name_and_dates(
    version: str, name: str | None, start: datetime.date | None, end: datetime.date | None
) -> tuple[str, datetime.date, datetime.date]:
    year = f"FY{version}" if re.fullmatch(r"20\d\d", version) else ""
    name = name or year
    if not _NAME.fullmatch(name):
        raise InputError(
            "Give the release a name of letters, digits, dots and dashes, such as --name FY2027."
        )
    taken = [known for known in installed_releases() if known.name.lower() == name.lower()]
    if taken:
        where = "it is the shipped one" if taken[0].shipped else str(taken[0].tabular.parent)
        raise InputError(
            f"A release named {name} is installed already ({where}); choose another --name."
        )
    if start is None or end is None:
        looks_dated = name.upper().startswith("FY20") or not year
        first, last = default_dates(name.upper() if looks_dated else year)
        start, end = start or first, end or last
    if start > end:
        raise InputError(f"The release would end ({end}) before it starts ({start}).")
    return name, start, end


def _install(folder: Path, release: Installed, tabular: Source, code_list: Source) -> None:
    about = {
        "system": SYSTEM,
        "name": release.name,
        "effective_from": release.effective_from.isoformat(),
        "effective_to": release.effective_to.isoformat() if release.effective_to else None,
        "sources": [tabular.name, code_list.name],
    }
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # A hidden folder, which the listing of releases passes over, becomes the release at once.
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{release.name}."))
        (temporary / "tabular.xml").write_bytes(tabular.data)
        (temporary / "codes.txt").write_bytes(code_list.data)
        (temporary / "release.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        temporary.rename(folder)
    except OSError as error:
        raise OutputError(
            f"The release could not be written to {folder.parent}: {error.strerror}; free space "
            "there or set SUGGESTER_DATA_DIR to another folder."
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(temporary)
