"""Numbers that choose an axis: coronary arteries, levels of the spine, hours of support."""

from __future__ import annotations

import re

_LEVELS = re.compile(
    r"\b(?P<a>[CTLS])\s?(?P<m>\d{1,2})\s?(?:[-–/]|to|and|through)\s?(?P<b>[CTLS])?\s?(?P<n>\d{1,2})\b",
    re.IGNORECASE,
)
_FIRST = {"C": 0, "T": 7, "L": 19, "S": 24}
_LAST = {"C": 7, "T": 12, "L": 5, "S": 1}
#: Lower of two vertebrae → the region of the joint above it.
_CERVICAL, _CERVICOTHORACIC, _THORACIC, _THORACOLUMBAR, _LUMBAR, _LUMBOSACRAL = range(6)
_JOINTS = {
    _CERVICAL: ("R", "12"),
    _CERVICOTHORACIC: ("R", "44"),
    _THORACIC: ("R", "678"),
    _THORACOLUMBAR: ("R", "AA"),
    _LUMBAR: ("S", "01"),
    _LUMBOSACRAL: ("S", "33"),
}
_DISCS = {
    _CERVICAL: ("R", "3"),
    _CERVICOTHORACIC: ("R", "5"),
    _THORACIC: ("R", "9"),
    _THORACOLUMBAR: ("R", "B"),
    _LUMBAR: ("S", "2"),
    _LUMBOSACRAL: ("S", "4"),
}
_NUMBERS = {
    "one": 1,
    "single": 1,
    "two": 2,
    "double": 2,
    "three": 3,
    "triple": 3,
    "four": 4,
    "quadruple": 4,
    "five": 5,
}
_VESSELS = re.compile(
    rf"\b(?:x|times)\s?(?P<a>\d)\b|\b(?P<b>\d|{'|'.join(_NUMBERS)})[- ](?:vessels?|grafts?|arteries|sites)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?P<n>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)\s*[- ]?\s*"
    r"(?:consecutive\s+)?(?P<u>hours?|hrs?|days?)\b",
    re.IGNORECASE,
)
_WORDS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_SOME, _MANY = 24.0, 96.0


def levels_in(text: str, root: str) -> list[tuple[str, str]]:
    """Return body system and value of the joints, or discs, that levels of the spine name.

    Joints of one region that are treated together are one value: one level, or several.
    ``root`` is the root operation: fusion is of joints, all others are of discs.
    """
    counts: dict[int, int] = {}
    seen: set[int] = set()
    for match in _LEVELS.finditer(text):
        first = _place(match["a"], match["m"])
        last = _place(match["b"] or match["a"], match["n"])
        if first is None or last is None or not first < last:
            continue
        for lower in set(range(first + 1, last + 1)) - seen:
            region = _region(lower)
            counts[region] = counts.get(region, 0) + 1
            seen.add(lower)
    if root != "G":
        return [_DISCS[region] for region in sorted(counts)]
    found = []
    for region, count in sorted(counts.items()):
        system, values = _JOINTS[region]
        several = 2 if region == _THORACIC and count > 7 else min(count, 2) - 1
        found.append((system, values[several]))
    return found


def _place(letter: str, number: str) -> int | None:
    name = letter.upper()
    return _FIRST[name] + int(number) if 0 < int(number) <= _LAST[name] else None


def _region(lower: int) -> int:
    if lower <= 7:
        return _CERVICAL
    if lower == 8:
        return _CERVICOTHORACIC
    if lower <= 19:
        return _THORACIC
    if lower == 20:
        return _THORACOLUMBAR
    return _LUMBAR if lower <= 24 else _LUMBOSACRAL


def vessels_in(text: str) -> int:
    """Return how many vessels a text counts ("x3", "two-vessel"), 0 where it counts none."""
    match = _VESSELS.search(text)
    if match is None:
        return 0
    if match["a"]:
        return int(match["a"])
    return _NUMBERS.get(match["b"].lower()) or int(match["b"])


def duration_in(text: str) -> str:
    """Return the value of the axis duration: under 24 hours, to 96, or over; "" where untold."""
    match = _TIME.search(text)
    if match is None:
        return ""
    number = float(_WORDS.get(match["n"].lower()) or match["n"])
    hours = number * 24 if match["u"].lower().startswith("d") else number
    if hours < _SOME:
        return "3"
    return "4" if hours <= _MANY else "5"
