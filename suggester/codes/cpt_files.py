"""Read the files of CPT that the American Medical Association delivers to who has a licence."""

from __future__ import annotations

import re

from suggester.codes.listing import Listing, bad_line
from suggester.codes.text_file import TextFile

SYSTEM = "cpt"
CODE = r"\d{4}[0-9A-Z]"
_LINE = re.compile(rf"({CODE})[ \t]+(\S.*)")
_WRAPPED = re.compile(rf"({CODE})(\d\d) (.*)")
_CONSUMER = ("CPT Code", "Consumer Friendly Descriptor")
_NAMED = (("short", "SHORT"), ("medium", "MED"), ("long", "LONG"))
# Longest short and medium title; the older files allowed medium ones of 100 characters.
_LONGEST_SHORT, _LONGEST_MEDIUM = 28, 100


def is_descriptors(file: TextFile) -> bool:
    """Tell whether a file is one of long, medium or short descriptors, after a licence or not."""
    first = _first(file)
    return first is not None and _matches(file.lines[first])


def is_consumer(file: TextFile) -> bool:
    """Tell whether a file is that of the consumer friendly descriptors."""
    return _consumer_heading(file) is not None


def read_descriptors(file: TextFile) -> Listing:
    """Read long, medium or short descriptors.

    A line is a code, a tab or blank, and the text (LONGULT, MEDU, SHORTU); in older files, of 80
    columns, it is the code 1-5, a sequence 6-7 and a part of the text 9-80. Which kind it is, the
    name says, or else the length of the texts. The lines of the licence before the first code are
    passed over.

    Raises
    ------
    InputError
        A line after the first code does not fit, or a code stands there twice.
    """
    texts: dict[str, str] = {}
    listing = Listing(file.name, SYSTEM)
    first = _first(file) or 0
    wrapped = _WRAPPED.fullmatch(file.lines[first]) is not None
    code, sequence = "", 0
    for number, line in enumerate(file.lines[first:], first + 1):
        if not line.strip():
            continue
        match = (_WRAPPED if wrapped else _LINE).fullmatch(line.rstrip())
        if match is None:
            raise bad_line(number, file.name, "a CPT file of descriptors")
        if wrapped and match[1] == code:
            if int(match[2]) != sequence + 1:
                raise bad_line(number, file.name, "a CPT file with all its records")
            texts[code] += f" {match[3]}"
        elif match[1] in texts:
            raise listing.twice(match[1])
        else:
            code = match[1]
            # Between code and text some deliveries have another column.
            texts[code] = match[3] if wrapped else match[2].rpartition("\t")[2]
        sequence = int(match[2]) if wrapped else 0
    kind = _kind(file.name, texts)
    for code, text in texts.items():
        listing.keep(kind, code, text)
    return listing


def read_consumer(file: TextFile) -> Listing:
    """Read consumer friendly descriptors: a table with a heading, separated by tabs.

    Raises
    ------
    InputError
        A row does not fit, or a code stands there twice.
    """
    listing = Listing(file.name, SYSTEM, is_whole=False)
    heading = _consumer_heading(file) or 0
    names = _names(file.lines[heading])
    code_at, text_at = (names.index(name) for name in _CONSUMER)
    for number, line in enumerate(file.lines[heading + 1 :], heading + 2):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) <= max(code_at, text_at) or not re.fullmatch(CODE, cells[code_at]):
            raise bad_line(number, file.name, "a CPT file of consumer descriptors")
        listing.keep("consumer", cells[code_at], cells[text_at])
    return listing


def _matches(line: str) -> bool:
    return bool(_LINE.fullmatch(line.rstrip()) or _WRAPPED.fullmatch(line))


def _first(file: TextFile) -> int | None:
    # A licence has telephone numbers and years in it, but not two such lines on end.
    head = [(at, line) for at, line in enumerate(file.head) if line.strip()]
    for position, (at, line) in enumerate(head):
        following = head[position + 1 : position + 2]
        if _matches(line) and all(_matches(after) for _, after in following):
            return at
    return None


def _consumer_heading(file: TextFile) -> int | None:
    for at, line in enumerate(file.head[:200]):
        if set(_CONSUMER) <= set(_names(line)):
            return at
    return None


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.split("\t")]


def _kind(name: str, texts: dict[str, str]) -> str:
    for kind, mark in _NAMED:
        if mark in name.upper():
            return kind
    longest = max(map(len, texts.values()), default=0)
    if longest <= _LONGEST_SHORT:
        return "short"
    return "medium" if longest <= _LONGEST_MEDIUM else "long"
