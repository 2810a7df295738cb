"""The tables in the files a user names: text, gzip, workbook, or a zip of these."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from suggester.edits.bounded import MAX_BYTES, bounded
from suggester.edits.spreadsheet import WORKBOOK, sheets
from suggester.errors import InputError

# Text is quicker to read than the workbook beside it that says the same.
_PREFERENCE = {".csv": 0, ".txt": 1, ".gz": 2, ".xlsx": 3}
#: Characters of the longest cell; one of more is a quotation mark that is never closed.
_LONGEST_CELL = 100_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, RuntimeError, csv.Error)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text cells, to be read before the next table is asked for.

    Attributes
    ----------
    name
        What to call it in messages.
    group
        Tables of one group say the same in several forms; the first understood is enough.
    rows
        Each row's cells; rows may differ in length.
    """

    name: str
    group: str
    rows: Iterator[list[str]]


def open_tables(path: Path) -> Iterator[Table]:
    """Yield each table in a file.

    Raises
    ------
    InputError
        The file cannot be read or is damaged.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name the files in it.")
        with path.open("rb") as file:
            if zipfile.is_zipfile(file):
                yield from _open_zip(file, path.name)
            elif path.suffix.lower() in {".zip", ".xlsx"}:
                raise InputError(f"{path.name} is damaged; download it again.")
            else:
                file.seek(0)  # Looking for a zip's directory went to the end.
                yield _open_text(file, path.name, path.name)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _open_zip(file: IO[bytes], name: str) -> Iterator[Table]:
    try:
        with zipfile.ZipFile(file) as archive:
            if WORKBOOK in archive.namelist():
                yield from _open_workbook(archive, name, name)
                return
            for member in sorted(archive.infolist(), key=_order):
                if _is_wanted(member):
                    yield from _open_member(archive, member, name)
    except _DAMAGED as error:
        raise _damaged(name) from error


def _open_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, zip_name: str
) -> Iterator[Table]:
    path = PurePosixPath(member.filename)
    name = f"{path.name} in {zip_name}"
    with archive.open(member) as file:
        if path.suffix.lower() != ".xlsx":
            yield _open_text(file, name, path.stem)
            return
        data = bounded(file, name).read(MAX_BYTES)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise _damaged(name)
    with zipfile.ZipFile(io.BytesIO(data)) as workbook:
        yield from _open_workbook(workbook, name, path.stem)


def _open_workbook(archive: zipfile.ZipFile, name: str, group: str) -> Iterator[Table]:
    for sheet, rows in sheets(archive, name):
        yield Table(f"{name}, sheet {sheet}", group, _safely(rows, name))


def _open_text(file: IO[bytes], name: str, group: str) -> Table:
    return Table(name, group, _safely(_text_rows(file, name), name))


def _text_rows(file: IO[bytes], name: str) -> Iterator[list[str]]:
    if name.split(" in ")[0].lower().endswith(".gz"):
        file = cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    stream = bounded(file, name)
    start = stream.peek(1 << 16)
    delimiter = "\t" if start.count(b"\t") > start.count(b",") else ","
    # Codes and marks are ASCII; only the wording of a rationale can hold anything else.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    for row in csv.reader(text, delimiter=delimiter):
        # The csv module's own limit holds for the whole process, and others raise it.
        if any(len(cell) > _LONGEST_CELL for cell in row):
            raise csv.Error("a cell without end")
        yield row


def _safely(rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    try:
        yield from rows
    except _DAMAGED as error:
        raise _damaged(name) from error


def _order(member: zipfile.ZipInfo) -> tuple[str, int]:
    path = PurePosixPath(member.filename)
    return path.stem.lower(), _PREFERENCE.get(path.suffix.lower(), len(_PREFERENCE))


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not member.is_dir() and not hidden and path.suffix.lower() in _PREFERENCE


def _damaged(name: str) -> InputError:
    return InputError(f"{name} is damaged or locked; download it again.")
