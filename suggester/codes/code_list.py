"""Read the official lists of codes that are published beside the Tabular List."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suggester.errors import InputError

_ORDER_LINE = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) *([01]) (.*)")
_CODES_LINE = re.compile(r"([A-Z][0-9A-Z]{2,6})(?:\s+(.*))?")
_BLOCK = re.compile(r"\d{1,2}|[A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class CodeList:
    """What a code list says.

    Attributes
    ----------
    codes
        The listed codes without dot.
    billable
        Those the list marks as valid for billing; ``None`` when the list has no such mark and
        holds headings too, so that a code is billable when none is below it.
    only_billable
        Whether the list leaves out headings.
    titles
        Official long titles, where the list gives them.
    """

    codes: frozenset[str]
    billable: frozenset[str] | None
    only_billable: bool
    titles: dict[str, str]


def read_code_list(data: bytes, source: str) -> CodeList:
    """Read an order file, a list of billable codes with titles, or a plain list of all codes.

    Raises
    ------
    InputError
        The bytes are none of the three; names the first line that does not fit.
    """
    text = data.decode("utf-8-sig", errors="replace")
    lines = [(n, line.rstrip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError(f"{source} is empty; expected a list of ICD-10-CM codes.")
    if _ORDER_LINE.fullmatch(lines[0][1]):
        return _read_order(lines, source)
    return _read_plain(lines, source)


def _read_order(lines: list[tuple[int, str]], source: str) -> CodeList:
    billable: set[str] = set()
    titles: dict[str, str] = {}
    for number, line in lines:
        match = _ORDER_LINE.fullmatch(line)
        if match is None:
            raise _bad_line(number, source)
        code, flag, rest = match.groups()
        # Fixed width: the short title takes 60 columns and one blank, then the long title.
        titles[code] = (rest[61:] or rest[:60]).strip()
        if flag == "1":
            billable.add(code)
    return CodeList(frozenset(titles), frozenset(billable), only_billable=False, titles=titles)


def _read_plain(lines: list[tuple[int, str]], source: str) -> CodeList:
    codes: set[str] = set()
    titles: dict[str, str] = {}
    blocks = 0
    for number, line in lines:
        if _BLOCK.fullmatch(line):
            blocks += 1
            continue
        match = _CODES_LINE.fullmatch(line.replace(".", "", 1) if line[3:4] == "." else line)
        if match is None:
            raise _bad_line(number, source)
        codes.add(match[1])
        if match[2]:
            titles[match[1]] = match[2]
    # A list with titles and without headings is the list of billable codes that CMS publishes.
    only_billable = not blocks and bool(titles)
    return CodeList(
        frozenset(codes), frozenset(codes) if only_billable else None, only_billable, titles
    )


def _bad_line(number: int, source: str) -> InputError:
    return InputError(
        f"Line {number} of {source} is not a line of an ICD-10-CM order file or code list."
    )
