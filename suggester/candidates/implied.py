"""Words that others imply: a TKA is one of the knee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from suggester.preprocess.wording import normal_form, words


@lru_cache(maxsize=1)
def _meanings() -> dict[str, tuple[tuple[frozenset[str], frozenset[str]], ...]]:
    """Read the table of words that name a part of the body, or a depth, without saying it.

    By the first word of each row: all words that must be near, and those that they imply.
    """
    text = files("suggester.candidates").joinpath("data/implied.tsv").read_text("utf-8")
    out = defaultdict(list)
    for said, part in (line.split("\t") for line in text.splitlines()[1:]):
        said_words = [normal_form(word) for word in said.split()]
        out[said_words[0]].append((frozenset(said_words), frozenset(words(part))))
    return {word: tuple(rows) for word, rows in out.items()}


def implied(near: Iterable[str]) -> frozenset[str]:
    """Return the words that others imply: a TKA is one of the knee."""
    known = _meanings()
    near = frozenset(near)
    return frozenset().union(
        *(
            meant
            for word in near
            if word in known
            for needed, meant in known[word]
            if needed <= near
        )
    )
