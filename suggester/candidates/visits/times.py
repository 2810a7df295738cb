"""The minutes a note documents, each with what they were spent on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suggester.lexicon.visit_rows import load_visits

_NEAR = re.compile(
    r"\b(?:min|mins|minutes?|hours?|hrs?|half)\b|\d(?:min|mins|hrs?)\b|\b(?:start(?:ed)?(?: time)?|time in)\W*\d{1,2}:?\d\d",
    re.IGNORECASE,
)
_AROUND = 130
_WORDS = {
    "ten": 10, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "thirty five": 35,
    "forty": 40, "forty five": 45, "fifty": 50, "fifty five": 55, "sixty": 60, "seventy five": 75,
    "ninety": 90, "one": 60, "one hour": 60, "two": 120, "three": 180, "half an": 30,
}  # fmt: skip
#: Meanings that take minutes out of the total.
_CARVED = ("carve_out", "not_counted", "not_time_of_visit")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Spent:
    """Minutes spent on something, and where that is said; ``minutes`` is 0 where only claimed."""

    meaning: str
    minutes: int
    start: int
    end: int


def find_times(text: str) -> list[Spent]:
    """Return what a note says of time, the numbers of what is no visit left out."""
    windows: list[tuple[int, int]] = []
    for match in _NEAR.finditer(text):
        start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    found: list[Spent] = []
    for start, end in windows:
        for row in load_visits().times:
            for match in row.pattern.finditer(text, start, min(end, len(text))):
                minutes = _minutes(match)
                if minutes <= _LONGEST:
                    place = match.span("min") if "min" in row.pattern.groupindex else match.span()
                    at = place if place[0] >= 0 else match.span()
                    found.append(Spent(_plain(row.meaning), minutes, at[0], match.end()))
    apart = {spent.start for spent in found if spent.meaning.startswith(_CARVED)}
    named = {s.start for s in found if not s.meaning.startswith("total_time")}
    return [
        s
        for s in dict.fromkeys(found)
        if s.meaning.startswith(_CARVED)
        or not (s.start in apart or (s.meaning.startswith("total_time") and s.start in named))
    ]


def _plain(meaning: str) -> str:
    return re.sub(r"_(?:hours|words|weak)$", "", meaning)


def _minutes(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if word := groups.get("word"):
        return _WORDS.get(" ".join(word.lower().replace("-", " ").split()), 0)
    if groups.get("start"):
        first, last = (_clock(groups[name] or "") for name in ("start", "end"))
        spent = last - first
        return spent if spent > 0 else spent + 720
    hours = int(groups.get("hr") or 0)
    return hours * 60 + int(groups.get("min") or 0)


def _clock(text: str) -> int:
    digits = text.replace(":", "").zfill(4)
    return int(digits[:2]) * 60 + int(digits[2:])
