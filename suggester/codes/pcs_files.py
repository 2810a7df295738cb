"""Read the files of ICD-10-PCS that CMS publishes: the order file and the codes file."""

from __future__ import annotations

import re

from suggester.codes.listing import Listing, bad_line
from suggester.codes.text_file import TextFile

SYSTEM = "icd10pcs"
# The letters I and O are not used, being too like 1 and 0 (ICD-10-PCS Reference Manual, 1.3).
CODE = r"[0-9A-HJ-NP-Z]{7}"
_ORDER = re.compile(rf"(\d{{5}}) ({CODE}|[0-9A-HJ-NP-Z]{{3}} {{4}}) ([01]) (.{{60}}) (\S.*)")
_CODES = re.compile(rf"({CODE}) (\S.*)")
_TRIED = 50


def is_order(file: TextFile) -> bool:
    """Tell whether a file begins like the order file, and not like that of ICD-10-CM."""
    lines = _first(file)
    matches = [_ORDER.fullmatch(line) for line in lines]
    # The headings of ICD-10-CM have three characters too, its codes three to seven.
    return bool(lines) and all(matches)


def is_codes(file: TextFile) -> bool:
    """Tell whether a file begins like the codes file."""
    lines = _first(file)
    return bool(lines) and all(
        (match := _CODES.fullmatch(line)) and any(c.isdigit() for c in match[1]) for line in lines
    )


def read_order(file: TextFile) -> Listing:
    """Read the order file: short and long titles of every code; headings are left out.

    Columns: order number 1-5, code 7-13, whether it is a code 15, short title 17-76, long title
    from 78 (icd10pcsOrderFile.pdf, in the same zip).

    Raises
    ------
    InputError
        A line does not fit, lines are missing in order, or a code stands there twice.
    """
    listing = Listing(file.name, SYSTEM)
    before = 0
    for number, line in enumerate(file.lines, 1):
        if not line.strip():
            continue
        match = _ORDER.fullmatch(line)
        if match is None or (before and int(match[1]) != before + 1):
            raise bad_line(number, file.name, "an ICD-10-PCS order file in its order")
        order, code, is_code, short, long = match.groups()
        before = int(order)
        if is_code == "1":
            listing.keep("short", code, short)
            listing.keep("long", code, long)
    return listing


def read_codes(file: TextFile) -> Listing:
    """Read the codes file: the long title of every code.

    Raises
    ------
    InputError
        A line does not fit, or a code stands there twice.
    """
    listing = Listing(file.name, SYSTEM)
    for number, line in enumerate(file.lines, 1):
        if not line.strip():
            continue
        match = _CODES.fullmatch(line)
        if match is None:
            raise bad_line(number, file.name, "an ICD-10-PCS codes file")
        listing.keep("long", match[1], match[2])
    return listing


def _first(file: TextFile) -> list[str]:
    return [line for line in file.head if line.strip()][:_TRIED]
