"""Read the cells of an .xlsx workbook: what is needed of it, and nothing a hostile one could use."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from suggester.codes.sources import MAX_BYTES, Source
from suggester.errors import InputError

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_COLUMN = re.compile(r"([A-Z]{1,3})\d+")
_MOST_COLUMNS = 1000


def is_workbook(source: Source) -> bool:
    """Tell whether a file is named or begins like an .xlsx workbook."""
    return source.name.lower().endswith(".xlsx") or source.data.startswith(b"PK\x03\x04")


def workbook_rows(source: Source) -> list[list[str]]:
    """Return the rows of the first worksheet, each with its cells as text.

    Raises
    ------
    InputError
        The file is no workbook, is damaged, declares XML entities or unpacks to far more than any
        official file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = archive.namelist()
            sheets = sorted((int(m[1]), m[0]) for m in map(_SHEET.fullmatch, names) if m)
            if not sheets:
                raise InputError(f"{source.name} is not an .xlsx workbook with a worksheet in it.")
            strings = _strings(archive, source.name) if _STRINGS in names else []
            with _part(archive, sheets[0][1], source.name) as sheet:
                return [_cells(row, strings) for row in _elements(sheet, "row")]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ET.ParseError) as error:
        raise _damaged(source.name) from error
    except (IndexError, ValueError) as error:
        raise _damaged(source.name) from error


def _strings(archive: zipfile.ZipFile, name: str) -> list[str]:
    with _part(archive, _STRINGS, name) as strings:
        return [_text(item) for item in _elements(strings, "si")]


def _part(archive: zipfile.ZipFile, part: str, name: str) -> IO[bytes]:
    # The size in the directory can lie, so the reading itself is bounded too.
    with archive.open(part) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name} holds more than {MAX_BYTES // 1_000_000} MB, far more than any official file."
        )
    # Entities are how an XML file expands to gigabytes; workbooks declare none. In an encoding
    # that does not contain ASCII the declaration could hide.
    if b"<!" in data or b"\0" in data:
        raise InputError(f"{name} declares XML entities, which an official workbook never does.")
    return io.BytesIO(data)


def _elements(file: IO[bytes], tag: str) -> Iterator[ET.Element]:
    for _, element in ET.iterparse(file):
        if element.tag == _SPACE + tag:
            yield element
            element.clear()


def _cells(row: ET.Element, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind(f"{_SPACE}c"):
        at = _column(cell.get("r", ""), len(cells))
        # Empty cells are left out of the file.
        cells += [""] * (at - len(cells))
        cells.append(_value(cell, strings))
    return cells


def _column(place: str, following: int) -> int:
    match = _COLUMN.fullmatch(place)
    if match is None:
        return following
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    if not following < number <= _MOST_COLUMNS:
        raise ValueError("cells out of order")
    return number - 1


def _value(cell: ET.Element, strings: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.find(f"{_SPACE}v")
    text = "" if value is None else value.text or ""
    return strings[int(text)] if kind == "s" and text else text


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_SPACE}t"))


def _damaged(name: str) -> InputError:
    return InputError(f"{name} is a damaged .xlsx workbook; download it again.")
