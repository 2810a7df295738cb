"""What kind of note it is, by the words of its first lines."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

#: Characters at the start of a note that tell what it is.
_OPENING = 600


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    path = files("suggester.lexicon").joinpath("procedures/note_kinds.tsv")
    words: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        said, kind = line.split("\t")
        words.setdefault(kind, []).append(re.escape(said))
    return tuple(
        (kind, re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE))
        for kind, said in words.items()
    )


def note_kinds() -> tuple[str, ...]:
    """Return the names of the kinds of note, the most telling first."""
    return tuple(kind for kind, _ in _kinds())


def note_kind(text: str) -> str:
    """Return the kind of note that ``text`` opens like, or an empty text."""
    opening = text[:_OPENING]
    return next((kind for kind, words in _kinds() if words.search(opening)), "")
