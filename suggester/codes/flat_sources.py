"""Open the files a user names to import, zips included."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from suggester.codes.sources import MAX_BYTES, Source
from suggester.errors import InputError

# Of all files together; the largest official zip unpacks to a tenth of it.
_MAX_TOTAL = 3 * MAX_BYTES
_MAX_FILES = 1000
_READ = frozenset((".txt", ".csv", ".tsv", ".tab", ".xlsx", ".xml"))


def open_sources(path: Path) -> Iterator[Source]:
    """Yield the file at ``path``, or those files in a zip that may hold codes.

    Raises
    ------
    InputError
        The path cannot be read, is not what it seems, holds files named outside of the zip, or
        unpacks to far more than any official release.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name the files in it.")
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(str(path))
        source = Source(path.name, path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if path.suffix.lower() == ".zip":
        yield from _unpacked(path)
    elif source.data:
        yield source
    else:
        raise InputError(f"{path} is empty; download it again.")


def _unpacked(path: Path) -> Iterator[Source]:
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path} is not a whole zip file; download it again.")
    left = _MAX_TOTAL
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > _MAX_FILES:
                raise _too_large(str(path))
            for member in archive.infolist():
                if not _is_wanted(member, path):
                    continue
                # The size in the directory can lie, so the reading itself is bounded.
                with archive.open(member) as file:
                    data = file.read(min(MAX_BYTES, left) + 1)
                left -= len(data)
                if len(data) > MAX_BYTES or left < 0:
                    raise _too_large(f"{member.filename} in {path}")
                if data:
                    yield Source(PurePosixPath(member.filename).name, data)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise InputError(f"{path} is a damaged or locked zip file; download it again.") from error


def _is_wanted(member: zipfile.ZipInfo, path: Path) -> bool:
    place = PurePosixPath(member.filename.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts:
        raise InputError(
            f"{path} holds a file named outside of the zip ({member.filename[:60]!r}), which an "
            "official one never does; download it again."
        )
    if member.is_dir() or not place.parts or place.parts[0] == "__MACOSX":
        return False
    return place.suffix.lower() in _READ and "addenda" not in place.name.lower()


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} holds more than {MAX_BYTES // 1_000_000} MB or {_MAX_FILES} files, far more than "
        "any official release."
    )
