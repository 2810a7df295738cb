"""Read the rows of an .xlsx workbook one after another, however many there are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from posixpath import join, normpath
from typing import NoReturn
from xml.parsers import expat

from suggester.edits.bounded import bounded
from suggester.errors import InputError

WORKBOOK = "xl/workbook.xml"
_CHUNK = 1 << 16
# The widest edit file has eight columns; what stands far to the right is no part of it.
_MOST_COLUMNS = 50


def sheets(archive: zipfile.ZipFile, source: str) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Yield the name and the rows of each sheet; a cell is the text that is stored in it.

    Raises
    ------
    InputError
        The workbook is damaged or declares XML entities.
    """
    try:
        shared = _shared_strings(archive, source)
        for name, member in _sheet_members(archive, source):
            yield name, _rows(archive, member, shared, source)
    except (KeyError, ValueError, expat.ExpatError) as error:
        raise _damaged(source) from error


def _rows(
    archive: zipfile.ZipFile, member: str, shared: list[str], source: str
) -> Iterator[list[str]]:
    reader = _SheetReader(shared)
    try:
        for _ in _parse(archive, member, reader, source):
            yield from reader.rows
            reader.rows.clear()
    except (KeyError, ValueError, IndexError, expat.ExpatError) as error:
        raise _damaged(source) from error


def _shared_strings(archive: zipfile.ZipFile, source: str) -> list[str]:
    reader = _StringReader()
    if "xl/sharedStrings.xml" in archive.namelist():
        for _ in _parse(archive, "xl/sharedStrings.xml", reader, source):
            pass
    return reader.strings


def _sheet_members(archive: zipfile.ZipFile, source: str) -> list[tuple[str, str]]:
    workbook, relations = _ElementReader("sheet"), _ElementReader("Relationship")
    for member, reader in ((WORKBOOK, workbook), ("xl/_rels/workbook.xml.rels", relations)):
        for _ in _parse(archive, member, reader, source):
            pass
    targets = {found["Id"]: found["Target"] for found in relations.found}
    # A target is given from the folder of the workbook, or from the root when it starts with "/".
    return [
        (found["name"], normpath(join("/xl", targets[found["id"]])).lstrip("/"))
        for found in workbook.found
    ]


class _Reader:
    """Takes elements as the parser meets them, by name without namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text between elements."""


class _ElementReader(_Reader):
    """Collects the attributes of every element of one name."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._wanted:
            self.found.append({_local(key): value for key, value in attributes.items()})


class _StringReader(_Reader):
    """Collects the shared strings, runs joined, phonetic readings left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._inside = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self._inside = name == "t" and not self._phonetic
        if name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append("".join(self._parts))
            self._parts.clear()

    def text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)


class _SheetReader(_Reader):
    """Collects rows; cells that are not stored are empty."""

    def __init__(self, shared: list[str]) -> None:
        self.rows: list[list[str]] = []
        self._shared = shared
        self._row: list[str] = []
        self._column = 0
        self._type = ""
        self._parts: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self._column = _column(place) if place else len(self._row)
            self._type = attributes.get("t", "n")
            self._parts.clear()
        elif name in {"v", "t"}:
            self._inside = True
        elif name == "row":
            self._row = []

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c" and self._parts and self._column < _MOST_COLUMNS:
            text = "".join(self._parts)
            self._row += [""] * (self._column - len(self._row))
            self._row.append(self._shared[int(text)] if self._type == "s" else text)
        elif name == "row":
            self.rows.append(self._row)

    def text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)


def _parse(archive: zipfile.ZipFile, member: str, reader: _Reader, source: str) -> Iterator[None]:
    """Feed a member to ``reader``; yields after each part, so that rows need not all be held."""

    # Entities are how XML expands without end; a workbook never declares any.
    def refuse(*_: object) -> NoReturn:
        raise InputError(f"{source} declares XML entities, which a workbook never does.")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, found: reader.start(_local(name), found)
    parser.EndElementHandler = lambda name: reader.end(_local(name))
    parser.CharacterDataHandler = reader.text
    with archive.open(member) as file:
        stream = bounded(file, source)
        while data := stream.read(_CHUNK):
            parser.Parse(data, False)
            yield
    parser.Parse(b"", True)
    yield


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _column(place: str) -> int:
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1


def _damaged(source: str) -> InputError:
    return InputError(f"{source} is not a readable workbook; download it again.")
