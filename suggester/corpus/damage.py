"""Damage that a note took on its way: wrong encodings, lost characters, hardly any text."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Fewest characters of a note, white space aside.
FEWEST_CHARACTERS = 15
# What the second and third byte of a UTF-8 character become in Windows-1252.
_SECOND = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_DAMAGES = (
    (re.compile("\ufffd"), "replacement characters (U+FFFD), left by a conversion"),
    (
        re.compile(
            f"\u00c2[\u0080-\u00bf]|\u00c3[{_SECOND}]|\u00e2\u20ac[{_SECOND}]|\u00ef\u00bb\u00bf"
        ),
        "characters of UTF-8 that were read as Windows-1252",
    ),
    (
        re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufeff\ufff9-\ufffb]"),
        "control characters",
    ),
)


def find_damage(text: str) -> Iterator[str]:
    """Yield a sentence for each kind of damage to the characters of a note."""
    for pattern, kind in _DAMAGES:
        places = [match.start() for match in pattern.finditer(text)]
        if places:
            yield f"{len(places)} {kind}, the first at {places[0]}"


def find_short(text: str) -> Iterator[str]:
    """Yield a sentence where there is hardly any text."""
    size = len("".join(text.split()))
    if size < FEWEST_CHARACTERS:
        yield f"only {size} characters, white space aside"
