"""Whether a place says what was written, where the index compares less than that.

The index leaves small words out and takes ordinals for numbers: "in office" would be any office,
"second mass" a mass at 2:00, "IV 20g" a fourth of 20 g.
"""

from __future__ import annotations

import re
from functools import cache

from suggester.preprocess.wording import STOP_WORDS
from suggester.preprocess.wordings import phrase_words

#: What may stand for a small word.
_LIKE = {
    "with": r"with|w/|w|and|&|\+|plus",
    "and": r"and|&|\+|plus|with|w/|then",
    "in": r"in|inside|within",
    "into": r"into|in|to|through|thru|down",
    "to": r"to|into|through|thru|down|at",
    "by": r"by|per|via|under",
    "other": r"other|another|opposite|second|different|separate",
    "also": r"also|additional(?:ly)?|another|in addition|too",
    "at": r"at|@|during",
    "during": r"during|while|at",
}
_ARTICLES = frozenset("a an the of it its this that his her their be been is are was were".split())
#: Details for which the bare word says as much.
_BARE = frozenset({"contrast", "views"})
_ORDINALS = {"second": r"second|2nd", "third": r"third|3rd", "fourth": r"fourth|4th"}
_VEIN = r"iv|i\.v|intravenous\w*|ivs|peripheral"
#: Characters on either side in which a small word is looked for.
_BESIDE = 18


def says(text: str, start: int, end: int, written: str, key: str = "") -> bool:
    """Whether the text from ``start`` to ``end`` holds the words of ``written`` that are not compared.

    ``key`` is the detail that a cue tells, empty for a name.
    """
    inside, beside = _needed(written)
    if inside is None and beside is None:
        return True
    if inside is not None and not inside.search(text, start, end):
        return False
    if beside is None or key in _BARE:
        return True
    return beside.search(text, max(0, start - _BESIDE), end + _BESIDE) is not None


@cache
def _needed(written: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return what must stand in the place itself, and what in it or beside it."""
    parts = written.lower().split()
    exact = next((_ORDINALS[part] for part in parts if part in _ORDINALS), None)
    if exact is None and "iv" in parts and len(parts) > 1:
        exact = _VEIN
    small = [part for part in parts if part in STOP_WORDS and part not in _ARTICLES]
    near = None
    if small and len(phrase_words(written)) == 1:
        near = _pattern(_LIKE.get(small[0], re.escape(small[0])))
    return (_pattern(exact) if exact else None), near


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
