"""Numbers that choose between the codes of a procedure, by the unit that follows them."""

from __future__ import annotations

import re
from collections import defaultdict

from suggester.candidates.procedures.measures import sizes_in

_WORDS = {
    word: float(number)
    for number, names in enumerate(
        ("", "one single", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for word in names.split()
}
_N = rf"(?P<n>\d+(?:\.\d+)?|\.\d+|{'|'.join(_WORDS)})"
_COUNTED = (
    r"lesions?|polyps?|biops(?:y|ies)|sites?|specimens?|teeth|warts?|ak'?s?|(?:actinic )?keratos[ei]s|"
    r"(?:skin )?tags?|callus(?:es)?|corns?|(?:toe)?nails?|joints?|trigger points?|nerves?|muscles?|"
    r"levels?|views?|vessels?|grafts?|screws?|tubes?|stents?|injections?|areas?|cysts?|fragments?|visits?|"
    r"stations?|stages?|nodules?|keloids?|masses|thyroid nodules|limbs?|extremit(?:y|ies)|studies|blocks?|slides?|units?|papules?|spots?|doses?"
)
#: Attribute → how its numbers are written, and what one of them counts in the attribute's unit.
_PATTERNS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("views", re.compile(rf"\b{_N}[- ]?(?:views?|vw)\b", re.IGNORECASE), 1.0),
    ("size", re.compile(rf"(?<![\w.]){_N}\s*-?\s*(?:cm|centimeters?)\b", re.IGNORECASE), 1.0),
    ("size", re.compile(rf"(?<![\w.]){_N}\s*-?\s*(?:mm|millimeters?)\b", re.IGNORECASE), 0.1),
    ("minutes", re.compile(rf"\b{_N}\s*-?\s*(?:min|mins|minutes?)\b", re.IGNORECASE), 1.0),
    ("minutes", re.compile(rf"\b{_N}\s*-?\s*(?:hrs?|hours?)\b", re.IGNORECASE), 60.0),
    ("weeks", re.compile(rf"\b{_N}\s*-?\s*(?:weeks?|wks?)\b", re.IGNORECASE), 1.0),
    ("grams", re.compile(rf"\b{_N}\s*-?\s*(?:g|gm|gms|grams?)\b", re.IGNORECASE), 1.0),
    ("regions", re.compile(rf"\b{_N}\s+(?:\w+\s+)?(?:regions?|areas?)\b", re.IGNORECASE), 1.0),
    ("levels", re.compile(rf"\b{_N}[- ]levels?\b", re.IGNORECASE), 1.0),
    ("vessels", re.compile(rf"\b{_N}[- ]vessels?\b", re.IGNORECASE), 1.0),
    ("muscles", re.compile(rf"\b{_N}\s+muscles?\b", re.IGNORECASE), 1.0),
    ("count", re.compile(rf"\b{_N}\s+(?:[a-z]+\s+){{0,2}}?(?:{_COUNTED})\b", re.IGNORECASE), 1.0),
    (
        "count",
        re.compile(
            rf"\bvisits?\b[^.;]{{0,160}}?[=:]\s*(?:total\s+)?{_N}\b(?![/\d-])", re.IGNORECASE
        ),
        1.0,
    ),
    ("count", re.compile(r"[x×]\s?(?P<n>\d{1,2})\b(?!\s*(?:cm|mm|\d))", re.IGNORECASE), 1.0),
)
_AREA = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?:sq\.?|square)\s*(?:cm|centimeters?)|"
    r"(?P<a>\d+(?:\.\d+)?)\s*(?:cm)?\s*[x×]\s*(?P<b>\d+(?:\.\d+)?)\s*cm",
    re.IGNORECASE,
)
#: Views told by name: "AP, lateral and oblique", "PA/lat".
_VIEW = (
    r"(?:ap|pa|lat(?:eral)?s?|both obliques|(?:internal |external )?obliques?|mortise|sunrise|merchant|"
    r"axillary|scapular y|y[- ]view|grashey|odontoid|open[- ]mouth|flexion|extension|swimmer'?s|tunnel|"
    r"frog[- ]?leg|frog|cross[- ]table|decubitus|upright|supine|lordotic|outlet|inlet|judet|waters|townes?)"
)
_VIEW_LIST = re.compile(
    rf"\b{_VIEW}(?:\s*(?:,|/|and|&|\+|plus|with)+\s*(?:and\s+|an?\s+)?{_VIEW})+\b", re.IGNORECASE
)
_ONE_VIEW = re.compile(_VIEW, re.IGNORECASE)
_DIGIT = re.compile(
    r"\d|\b(?:one|single|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE
)
_LEVELS = re.compile(
    r"\b(?P<a>[CTL])(?P<from>\d{1,2})\s?(?:[-–/]|to|through|thru)\s?(?P<b>[CTLS])?(?P<to>\d{1,2})\b",
    re.IGNORECASE,
)
#: Body regions that are treated by hand, in a list.
_REGION = (
    r"(?:head|cervical|thoracic|lumbar|sacral|sacrum|pelvic|pelvis|ribs?|rib cage|abdomen|neck|"
    r"upper extremit(?:y|ies)|lower extremit(?:y|ies)|sacroiliac|c-spine|t-spine|l-spine)"
)
_REGION_LIST = re.compile(
    rf"\b{_REGION}(?:\s*(?:,|/|and|&|\+)+\s*(?:and\s+)?{_REGION})+\b", re.IGNORECASE
)
_ONE_REGION = re.compile(_REGION, re.IGNORECASE)
#: Lymph node stations: "stations 4R, 7 and 11L".
_STATION = re.compile(r"\b\d{1,2}(?:[RL][is]?)?\b", re.IGNORECASE)
_STATIONS = re.compile(
    r"\b(?:stations?|levels?|nodes?|tbna)\s*:?\s*(?:at\s+|of\s+|from\s+)?\d{1,2}(?:[RL][is]?)?\b"
    r"(?:\s*(?:,|/|and|&|\+)+\s*(?:and\s+)?\d{1,2}(?:[RL][is]?)?\b)+",
    re.IGNORECASE,
)
_ONE_STATION = re.compile(r"\bstation\s*:?\s*(?P<name>\d{1,2}(?:[RL][is]?)?)\b", re.IGNORECASE)
#: Levels told one by one, no interspaces: "L5 and S1", "left L3, L4 and L5".
_ROOT = re.compile(r"\b[CTLS]\d{1,2}\b", re.IGNORECASE)
_ROOTS = re.compile(
    r"\b[CTLS]\d{1,2}\b(?!\s?[-–/]\s?[CTLS]?\d)(?:\s*(?:,|/|and|&|\+|plus)+\s*(?:and\s+)?"
    r"(?:(?:right|left|bilateral|r|l|rt|lt|the|mb|medial branch|branch(?:es)?|dr|dorsal ramus)\s+)*"
    r"[CTLS]\d{1,2}\b(?!\s?[-–/]\s?[CTLS]?\d)(?:\s+(?:mb|dr))?)*",
    re.IGNORECASE,
)
#: From when to when: "0900-1205", "10:00 to 11:10".
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-3]):?(?P<m>[0-5]\d)\s*(?:-|–|to|until|till)\s*"
    r"(?P<h2>[01]?\d|2[0-3]):?(?P<m2>[0-5]\d)\b"
)
#: The age of an infant in months, where no years are told.
_MONTHS = re.compile(
    r"\b(?P<n>\d{1,2})[- ]?(?:m/?o|mos|mths?|months?)\b\.?(?=\s*(?:-?\s*old|wcc|wcv|well|check|visit|male|"
    r"female|boy|girl|infant|baby|shots|vacc|immun|[,;:.)]|$))",
    re.IGNORECASE,
)


def months_in(text: str) -> int:
    """Return the first age of an infant told in months; 0 where none is."""
    match = _MONTHS.search(text)
    return int(match["n"]) if match else 0


def _spaces(text: str, start: int, end: int) -> int:
    """Return the number of spaces between vertebrae that are named: 3 for "C3 to C6", 2 for "L4-5, L5-S1"."""
    found: set[tuple[str, int]] = set()
    for match in _LEVELS.finditer(text, start, end):
        first, last = int(match["from"]), int(match["to"])
        region = match["a"].upper()
        if (match["b"] or region).upper() == region and last > first:
            found.update((region, number) for number in range(first, last))
        else:
            found.add((region, first))
    return len(found)


def numbers_in(text: str, start: int, end: int) -> dict[str, list[float]]:
    """Return the numbers between two places by attribute, in the attribute's unit."""
    found: dict[str, list[float]] = defaultdict(list)
    if not _DIGIT.search(text, start, end):
        found["views"] += _views_named(text, start, end)
        found["regions"] += _regions_named(text, start, end)
        return found
    for key, pattern, unit in _PATTERNS:
        for match in pattern.finditer(text, start, end):
            low = match["n"].lower()
            found[key].append((_WORDS[low] if low in _WORDS else float(low)) * unit)
    for match in _AREA.finditer(text, start, end):
        if match["n"]:
            found["area"].append(float(match["n"]))
        else:
            found["area"].append(float(match["a"]) * float(match["b"]))
    found["views"] += _views_named(text, start, end)
    found["regions"] += _regions_named(text, start, end)
    levels = _spaces(text, start, end)
    if levels and "levels" not in found:
        found["levels"].append(float(levels))
    roots = {
        label.upper()
        for match in _ROOTS.finditer(text, start, end)
        for label in _ROOT.findall(match.group())
    }
    if roots:
        found["roots"].append(float(len(roots)))
    for match in _CLOCK.finditer(text, start, end):
        began = int(match["h"]) * 60 + int(match["m"])
        ended = int(match["h2"]) * 60 + int(match["m2"])
        if began < ended:
            found["minutes"].append(float(ended - began))
    for match in _STATIONS.finditer(text, start, end):
        found["count"].append(float(len(_STATION.findall(match.group()))))
    if alone := {m["name"].upper() for m in _ONE_STATION.finditer(text, start, end)}:
        found["count"].append(float(len(alone)))
    if "size" in found:
        found["length"] = list(found["size"])
        excised, closed = sizes_in(text, start, end)
        if excised:
            found["size"] = excised
        if closed:
            found["length"] = closed
    return found


def _views_named(text: str, start: int, end: int) -> list[float]:
    """Return the number of views of each list of names."""
    return [
        float(
            sum(1 + view.group().lower().startswith("both") for view in _ONE_VIEW.finditer(found))
        )
        for match in _VIEW_LIST.finditer(text, start, end)
        if (found := match.group())
    ]


def _regions_named(text: str, start: int, end: int) -> list[float]:
    """Return the number of body regions of each list of them."""
    return [
        float(len({region.lower() for region in _ONE_REGION.findall(match.group())}))
        for match in _REGION_LIST.finditer(text, start, end)
    ]
