"""How titles and queries are cut into words for the search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|[()\[\],]")
_MARKS = "()[],"
_UNSPECIFIED = frozenset(("unspecified", "nos"))
# A clause after a comma that begins so leaves a detail open: ", site not specified".
_OPEN_CLAUSE = frozenset(("unspecified", "site", "not"))
# Words that join others; a coder who leaves one out, or adds one, means the same codes.
STOP_WORDS = frozenset(re.findall(r"\w+", "and as at by due for from in into of on or the to with"))


def fold(text: str) -> str:
    """Return ``text`` in small letters without accents and apostrophes (``Ménière's``)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text.lower().replace("'", "")


def singular(word: str) -> str:
    """Return ``word`` without a plural *s*, so that ``fractures`` finds ``fracture``."""
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu":
        return word[:-1]
    return word


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a query."""
    for token in _TOKEN.findall(fold(text)):
        if token not in _MARKS:
            yield from (singular(word) for word in token.split("-") if word not in STOP_WORDS)


def weighted_words(text: str) -> Iterator[tuple[str, float]]:
    """Yield the words of a title or inclusion term, each with what it counts for.

    Little counts what a query may leave out and still mean this code: nonessential modifiers,
    which stand in parentheses (Guidelines I.A.7), and the words for *not otherwise specified*
    (I.A.6): a bare "pneumonia" is "Pneumonia, unspecified organism".
    """
    depth = 0
    after_comma = is_open = False
    for token in _TOKEN.findall(fold(text)):
        if token in _MARKS:
            depth += (token in "([") - (token in ")]")
            after_comma, is_open = token == ",", is_open and token != ","
            continue
        is_open = is_open or (after_comma and token in _OPEN_CLAUSE)
        after_comma = False
        parts = token.split("-")
        for word in parts:
            if word in STOP_WORDS:
                continue
            if depth > 0 or is_open or word in _UNSPECIFIED:
                yield singular(word), 0.05
            else:
                # A residual code ("Other hypertension") is not what the bare word means.
                yield singular(word), 2.0 if word == "other" else 1.0
        if len(parts) > 1:
            yield singular("".join(parts)), 0.0
