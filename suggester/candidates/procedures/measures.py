"""Sizes that a coder works out before choosing: with margins, or summed over several wounds."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE
_N = r"(?P<n>\d+(?:\.\d+)?|\.\d+)"
_UNIT = r"\s*-?\s*(?P<u>cm|mm|centimeters?|millimeters?)\b"
_MEASURE = re.compile(rf"(?<![\w.]){_N}{_UNIT}", _FLAGS)
#: The diameter as it was cut out, margins included.
_EXCISED = re.compile(
    r"\b(?:excised diameter|excision diameter|total (?:excised )?(?:diameter|size)|total excision size|"
    r"excised size|(?:diameter|size) (?:with|including) margins?|including margins?(?: of)?|"
    rf"with margins?,?)\s*(?:was|is|of|=|:)?\s*(?:about\s+)?{_N}{_UNIT}(?!\s*margin)|"
    r"(?P<n2>\d+(?:\.\d+)?)\s*-?\s*(?P<u2>cm|mm)\s*(?:total|in all|excised diameter|including (?:the )?margins?|with margins)\b",
    _FLAGS,
)
_MARGIN = re.compile(
    rf"(?<![\w.]){_N}{_UNIT}\s+(?:\w+\s+)?margins?\b|\bmargins?\s+(?:of|were|was)\s+"
    r"(?P<n2>\d+(?:\.\d+)?|\.\d+)\s*-?\s*(?P<u2>cm|mm)\b",
    _FLAGS,
)
#: The length of a closure, beside other measures.
_CLOSED = re.compile(
    rf"\b(?:clos(?:ure|ed)|repair(?:ed)?)\s+(?:\w+\s+){{0,2}}?(?:of|was|measur\w+|length|total\w*|=|:)*\s*{_N}{_UNIT}|"
    r"(?P<n2>\d+(?:\.\d+)?)\s*-?\s*(?P<u2>cm|mm)\s+(?:\w+\s+)?(?:layered|intermediate|complex|simple|linear)?\s*"
    r"(?:closure|repair)\b|\btotal(?:\s+\w+)?\s+length\s*(?:of|was|:)?\s*"
    r"(?P<n3>\d+(?:\.\d+)?)\s*-?\s*(?P<u3>cm|mm)\b",
    _FLAGS,
)
_WOUND = re.compile(r"\b(?:lacerations?|lacs?|wounds?|cuts?|gash(?:es)?)\b", _FLAGS)
_MEASURED_WOUND = re.compile(
    rf"(?<![\w.]){_N}{_UNIT}\s+(?:[\w-]+\s+){{0,4}}?(?:lacerations?|lac|wound|cut|gash)\b|"
    r"\b(?:laceration|lac|wound|cut|gash)\b[^.;\n\d]{0,40}?(?P<n2>\d+(?:\.\d+)?)\s*-?\s*(?P<u2>cm|mm)\b",
    _FLAGS,
)
_FACE = re.compile(
    r"\b(?:face|facial|forehead|cheek|chin|lips?|nose|nasal|eyebrow|brow|ear|eyelid|lid)\b", _FLAGS
)
_BODY = re.compile(
    r"\b(?:scalp|neck|arm|forearm|hand|finger|thumb|wrist|elbow|leg|knee|thigh|shin|foot|toe|trunk|back|chest)\b",
    _FLAGS,
)
_DEEP = re.compile(r"\s*(?:deep|wide|in depth|above|below|from|distal|proximal|x\b|×|by\b)", _FLAGS)


def sizes_in(text: str, start: int, end: int) -> tuple[list[float], list[float]]:
    """Return the excised sizes and the lengths of closure that the words of a note lead to, in cm.

    Empty where the note gives nothing to work out: the plain measures then hold.
    """
    measures = [
        _in_cm(match["n"], match["u"])
        for match in _MEASURE.finditer(text, start, end)
        if _DEEP.match(text, match.end()) is None
    ]
    closed = [value for match in _CLOSED.finditer(text, start, end) if (value := _value(match))]
    excised = [value for match in _EXCISED.finditer(text, start, end) if (value := _value(match))]
    if not excised:
        margins = [
            value for match in _MARGIN.finditer(text, start, end) if (value := _value(match))
        ]
        lesion = [size for size in measures if size not in margins and size not in closed]
        if margins and lesion:
            excised = [round(max(lesion) + 2 * max(margins), 2)]
    wounds = _WOUND.findall(text, start, end)
    several = len(measures) > 1 and (len(wounds) > 1 or any(w.endswith(("s", "S")) for w in wounds))
    mixed = _FACE.search(text, start, end) and _BODY.search(text, start, end)
    if several and not closed and not mixed:
        # Wounds of one class of sites and one kind of closure are added up.
        closed = [round(sum(measures), 2)]
    return excised, closed


def _value(match: re.Match[str]) -> float:
    for name in ("n", "n2", "n3"):
        groups = match.groupdict()
        if groups.get(name):
            return _in_cm(groups[name], groups["u" + name[1:]])
    return 0.0


def _in_cm(number: str, unit: str) -> float:
    return float(number) * (0.1 if unit.lower().startswith("mm") or "milli" in unit else 1.0)


def wound_lengths(text: str) -> list[float]:
    """Return the lengths, in cm, of the wounds that a text measures."""
    return [value for match in _MEASURED_WOUND.finditer(text) if (value := _value(match))]
