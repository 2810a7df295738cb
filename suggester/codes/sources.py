"""Find the tabular XML and the code list among the files a user names, zips included."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from suggester.errors import InputError

# The official files are about 10 MB each; one that unpacks to far more is broken or hostile.
MAX_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """One file's name, for messages, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """The files one release is made from."""

    tabular: Source
    code_list: Source | None


#: What opens the XML of the index and of the tables of neoplasms and drugs, or its schema.
_INDEX = re.compile(rb"<ICD10CM\.index\b|<xs:schema\b|<xsd:schema\b")
_OPENING = 2000


def find_sources(paths: Sequence[Path]) -> Sources:
    """Return the tabular XML and the code list found in ``paths``, which may be zips.

    Of several lists the order file is taken, because it holds headings and marks too.

    Raises
    ------
    InputError
        A path cannot be read, is not what it seems, or there is not exactly one tabular XML.
    """
    tabulars: list[Source] = []
    lists: list[Source] = []
    for path in paths:
        found = list(_read(path))
        if not found:
            raise InputError(
                f"{path} is a zip without a tabular XML, an order file or a code list in it."
            )
        for source in found:
            if _INDEX.search(source.data[:_OPENING]):
                raise InputError(
                    f"{source.name} is an index or a table of ICD-10-CM; codes are imported from the tabular "
                    "XML and the order file."
                )
            (tabulars if _is_xml(source) else lists).append(source)
    if len(tabulars) != 1:
        raise InputError(
            "Give exactly one tabular XML (or the zip it comes in); found "
            + (", ".join(source.name for source in tabulars) or "none")
            + "."
        )
    lists = [source for source in lists if "order" in source.name.lower()] or lists
    if len(lists) > 1:
        names = ", ".join(source.name for source in lists)
        raise InputError(f"Give one order file or code list; found {names}.")
    return Sources(tabulars[0], lists[0] if lists else None)


def _is_xml(source: Source) -> bool:
    start = source.data[:100].lstrip(b"\xef\xbb\xbf \r\n")
    return source.name.lower().endswith(".xml") or start.startswith(b"<")


def _read(path: Path) -> Iterator[Source]:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name the files in it.")
        if zipfile.is_zipfile(path):
            yield from _read_zip(path)
            return
        if path.suffix.lower() == ".zip":
            path.stat()
            raise InputError(f"{path} is not a zip file; download it again.")
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(str(path))
        yield Source(path.name, path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read_zip(path: Path) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not _is_wanted(member, path):
                    continue
                # The size in the directory can lie, so the reading itself is bounded too.
                if member.file_size > MAX_BYTES:
                    raise _too_large(f"{member.filename} in {path}")
                with archive.open(member) as file:
                    data = file.read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise _too_large(f"{member.filename} in {path}")
                yield Source(PurePosixPath(member.filename).name, data)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise InputError(f"{path} is a damaged or locked zip file; download it again.") from error


def _is_wanted(member: zipfile.ZipInfo, path: Path) -> bool:
    place = PurePosixPath(member.filename.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts:
        raise InputError(
            f"{path} holds a file named outside of the zip ({member.filename[:60]!r}), which an "
            "official one never does; download it again."
        )
    name = place.name.lower()
    if member.is_dir() or place.parts[0] == "__MACOSX" or "addenda" in name:
        return False
    if name.endswith(".xml"):
        return "tabular" in name
    return name.endswith(".txt") and ("order" in name or "codes" in name)


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} holds more than {MAX_BYTES // 1_000_000} MB, far more than any official release."
    )
