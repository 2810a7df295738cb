"""Whether the note denies a detail of a procedure: "no stent", "cholangiogram was not needed"."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE
#: What stands before a denied detail; the words between belong to it ("no further cold biopsies").
_AHEAD = re.compile(
    r"\b(?:no|without|w/o|not|never|nor|neither|denie[sd]|rather than|instead of|avoid(?:ed|ing)?|possible)\s+"
    r"(?:(?!and\b|but\b|with\b)[\w/-]+\s+){0,2}$",
    _FLAGS,
)
_ALTERNATIVE = re.compile(r"\b(?:no|without|not)\s+(?:[\w/-]+\s+){1,2}or\s+$", _FLAGS)
#: What follows one.
_AFTER = re.compile(
    r"^\s*(?:or\s+\w+\s+)?(?:\w+\s+)?(?:(?:was|were|is|are|has|had|have)\s+)?(?:been\s+)?(?:not|never)\s+(?:be\s+|been\s+)?(?:needed|"
    r"necessary|required|done|performed|included|used|obtained|placed|taken|given|indicated|attempted|"
    r"repeated|opened|entered|found|seen|removed|ordered)\b|"
    r"^\s*(?:was\s+|were\s+)?(?:declined|deferred|refused|omitted|cancel+ed|unavailable)\b|^:?\s*none\b|"
    r"^\s*(?:was\s+|were\s+|is\s+)?not\s+(?:an\s+option|felt|feasible|possible|appropriate)\b|^\s*(?:night\s+|study\s+)?(?:to|will)\s+follow\b",
    _FLAGS,
)
#: Dangers that a patient is told of: "risks of bleeding, conversion to open".
_RISKS = re.compile(r"\b(?:risks?|possibility|chance|potential)\b[^.;:]{0,120}$", _FLAGS)
#: A detail that is itself told by a denial: "no mesh", "without manipulation".
_DENYING = re.compile(r"\b(?:no|not|non|without|w/o|none|never|un\w+)\b", _FLAGS)
_REACH, _FAR = 40, 140


def is_denied(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Whether the words from ``first`` to ``last`` are denied in the sentence ``start``–``end``."""
    if _DENYING.search(text, first, last):
        return False
    if _RISKS.search(text, max(start, first - _FAR), first):
        return True
    ahead = text[max(start, first - _REACH) : first]
    if _AHEAD.search(ahead) or _ALTERNATIVE.search(ahead):
        return True
    return _AFTER.match(text[last : min(end, last + _REACH)]) is not None
