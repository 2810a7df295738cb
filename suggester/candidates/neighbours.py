"""Codes that coders choose between for the same words, though no detail of a title parts them.

Lumbar strain or sprain, back pain or low back pain, kidney or ureteral stone: the second is ranked
behind the first, and offered beside it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    text = files("suggester.candidates").joinpath("data/neighbours.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {code: tuple(neighbours.split()) for code, neighbours, _ in rows}


@lru_cache(maxsize=20_000)
def neighbours(code: str) -> tuple[str, ...]:
    """Return the codes or headings to consider beside ``code``, by its longest listed beginning."""
    table = _table()
    for length in range(len(code), 2, -1):
        if (found := table.get(code[:length])) is not None:
            return found
    return ()
