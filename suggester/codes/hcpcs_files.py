"""Read the files of HCPCS Level II that CMS publishes: records, workbook, list of descriptions."""

from __future__ import annotations

import csv
import re

from suggester.codes.listing import Listing, bad_line
from suggester.codes.text_file import TextFile
from suggester.errors import InputError

SYSTEM = "hcpcs"
CODE = r"[A-V]\d{4}"
_FIELD = re.compile(rf"{CODE}| {{3}}[0-9A-Z]{{2}}")
_RECORD = re.compile(rf"(?:{CODE}| {{3}}[0-9A-Z]{{2}})\d{{5}}[3478]\S")
_CODE = re.compile(CODE)
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
# Identification codes of the first and of the following records (field 6 of the layout).
_FIRST, _FOLLOWING = {"3", "7"}, {"4", "8"}
# How long a record is at least: up to its dates, or to the end of its description.
_NOT_FILLED = dict.fromkeys(_FIRST, 276)
_FILLED = _NOT_FILLED | dict.fromkeys(_FOLLOWING, 91)
# Records of one code are numbered by hundreds (field 5), the rows of the workbook by tens.
_RECORD_STEP, _ROW_STEP = 100, 10
_TABLE = ("HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION")
#: Most characters of a description.
_LONGEST = 100_000
_DESCRIPTIONS = ("hcpcs_code", "hcpcs_desc_type", "hcpcs_description")


def is_records(file: TextFile) -> bool:
    """Tell whether a file holds contractor records, after a disclaimer or not."""
    return any(_RECORD.match(line) for line in file.head)


def is_table(file: TextFile) -> bool:
    """Tell whether a file is the workbook that comes with the records."""
    return _table_heading(file) is not None


def is_descriptions(file: TextFile) -> bool:
    """Tell whether a file is a list with a line for each long and each short description."""
    return bool(file.lines) and set(_DESCRIPTIONS) <= set(_names(file.lines[0]))


def read_records(file: TextFile) -> Listing:
    """Read contractor records of 320 columns; a long description goes on over several.

    Columns: code 1-5 (a modifier in 4-5), sequence 6-10, identification 11, long description
    12-91, short description 92-119, added 269-276, ended 285-292 (CMS, HCPCS Contractor Record).

    Raises
    ------
    InputError
        A record does not fit or stands in the wrong place, or a code stands there twice.
    """
    rows = _Rows(file, "a HCPCS contractor file", _RECORD_STEP)
    shortest: dict[str, int] = {}
    for number, line in enumerate(file.lines, 1):
        if not shortest and _RECORD.match(line):
            # Where records are filled up with blanks, a short one was cut off.
            shortest = _FILLED if line.endswith(" ") else _NOT_FILLED
        if not shortest or not line.strip():
            continue
        if not _FIELD.match(line) or len(line) < shortest.get(line[10:11], 0):
            raise rows.bad(number)
        fields = (line[:5], line[5:10], line[10:11], line[11:91], line[91:119])
        rows.add(number, *fields, line[268:276], line[284:292])
    return rows.finish()


def read_table(file: TextFile) -> Listing:
    """Read the workbook that comes with the records and has the same fields.

    Raises
    ------
    InputError
        A row does not fit, or a code stands there twice.
    """
    rows = _Rows(file, "a HCPCS workbook", _ROW_STEP)
    heading = _table_heading(file)
    if heading is None:
        raise rows.bad(1)
    names = _names(file.lines[heading], "\t")
    for number, line in enumerate(file.lines[heading + 1 :], heading + 2):
        if not line.strip():
            continue
        cells = dict(zip(names, line.split("\t"), strict=False))
        code, sequence, kind, long, short, added, ended = (
            cells.get(name, "")
            for name in (
                *("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION"),
                *("ADD DT", "TERM DT"),
            )
        )
        rows.add(number, code, sequence, kind.strip(), long, short, added, ended)
    return rows.finish()


def read_descriptions(file: TextFile) -> Listing:
    """Read a list with the columns code, type of description (Long, Short) and description.

    Raises
    ------
    InputError
        A row does not fit, or a code has two descriptions of a type.
    """
    listing = Listing(file.name, SYSTEM)
    modifiers = Listing(file.name, SYSTEM)
    at = [_names(file.lines[0]).index(name) for name in _DESCRIPTIONS]
    reader = csv.reader(line + "\n" for line in file.lines[1:])
    try:
        for row in filter(None, reader):
            # A quote not closed; how long a cell csv reads depends on who asked for more before.
            if max(map(len, row)) > _LONGEST:
                raise ValueError(len(row))
            code, kind, text = (row[i].strip() for i in at)
            if kind not in {"Long", "Short"}:
                raise ValueError(kind)
            if _MODIFIER.fullmatch(code):
                modifiers.keep(kind.lower(), code, text)
            elif _CODE.fullmatch(code):
                listing.keep(kind.lower(), code, text)
            else:
                raise ValueError(code)
    except (ValueError, IndexError, csv.Error) as error:
        what = "a HCPCS list of descriptions"
        raise bad_line(reader.line_num + 1, file.name, what) from error
    for kind in ("short", "long"):
        listing.modifiers.update(modifiers.titles.get(kind, {}))
    return listing


class _Rows:
    """The first row of each code or modifier, and the rows in which its description goes on."""

    def __init__(self, file: TextFile, what: str, step: int) -> None:
        self.listing = Listing(file.name, SYSTEM)
        self.what = what
        self.step = step
        self.code = ""
        self.sequence = 0
        self.long: list[str] = []
        self.short = ""

    def add(
        self,
        number: int,
        code: str,
        sequence: str,
        kind: str,
        long: str,
        short: str,
        added: str,
        ended: str,
    ) -> None:
        code = code.strip()
        if not (_CODE.fullmatch(code) or _MODIFIER.fullmatch(code)) or not sequence.isdigit():
            raise self.bad(number)
        if kind in _FIRST:
            self._keep()
            self.code, self.long, self.short = code, [long], short
            if len(code) != 2:
                self.listing.keep_dates(code, added, ended)
        elif (
            kind in _FOLLOWING and code == self.code and int(sequence) == self.sequence + self.step
        ):
            self.long.append(long)
        else:
            raise self.bad(number)
        self.sequence = int(sequence)

    def finish(self) -> Listing:
        self._keep()
        return self.listing

    def bad(self, number: int) -> InputError:
        return bad_line(number, self.listing.source, self.what)

    def _keep(self) -> None:
        if not self.code:
            return
        long = " ".join(" ".join(self.long).split())
        if len(self.code) == 2:
            if self.code in self.listing.modifiers:
                raise self.listing.twice(self.code)
            self.listing.modifiers[self.code] = long or " ".join(self.short.split())
            return
        self.listing.keep("long", self.code, long)
        self.listing.keep("short", self.code, self.short)


def _table_heading(file: TextFile) -> int | None:
    for at, line in enumerate(file.head[:100]):
        if set(_TABLE) <= set(_names(line, "\t")):
            return at
    return None


def _names(line: str, separator: str = ",") -> list[str]:
    return [name.strip().strip('"') for name in line.split(separator)]
