"""Signs before a term: check-boxes, plus and minus."""

from __future__ import annotations

import re

from suggester.preprocess.sections import Section

#: Sections whose findings are listed with a plus or a minus.
_SIGNED_SECTIONS = frozenset({"ros", "hpi", "exam"})
#: How many characters around a term are looked at for its sign and for others.
_LOOK_BACK = 200
_BOX = re.compile(
    r"[\[(]\s*(?P<mark>[xX✓✔ _]?)\s*[\])]\s*$|(?P<empty>[☐□])\s*$|(?P<full>[☑☒✓✔])\s*$"
)
_SIGN = re.compile(r"(?:^|[,;(/:\n]|[,;] |\s)[ \t]*(?P<sign>[-–])[ \t]?$")
_PLUS = re.compile(r"(?:^|[\n,;:(/])[ \t]*\+[ \t]?[A-Za-z]")


def checkbox(text: str, start: int) -> bool | None:
    """Return whether a check-box right before ``start`` is ticked; None where there is none."""
    match = _BOX.search(text, max(0, start - 6), start)
    if match is None:
        return None
    if match["empty"]:
        return False
    return bool(match["full"]) or (match["mark"] or " ").strip(" _") != ""


def line_start(text: str, position: int) -> int:
    """Return where the line of ``position`` starts, looking back no further than is useful."""
    earliest = max(0, position - _LOOK_BACK)
    return max(earliest, text.rfind("\n", earliest, position) + 1)


def minus_before(text: str, section: Section, start: int) -> int | None:
    """Return the place of a minus sign that denies the term at ``start``."""
    line = line_start(text, start)
    match = _SIGN.search(text, max(0, line - 1), start)
    if match is None:
        return None
    sign, spaced = match.start("sign"), text[start - 1] in " \t"
    before = text[line:sign].strip()
    if not before:  # a bullet, unless lines near by open with a plus
        if section.kind not in _SIGNED_SECTIONS:
            return None
        first, last = (
            max(section.body_start, start - _LOOK_BACK),
            min(section.end, start + _LOOK_BACK),
        )
        return sign if _PLUS.search(text, max(0, first - 1), last) else None
    if spaced and before[-1] not in ",;(/:":
        return None
    signed = section.kind in _SIGNED_SECTIONS or _PLUS.search(text, line, start) is not None
    return sign if signed else None
