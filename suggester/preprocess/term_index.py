"""The index of wordings: every phrase that leads to a code, ready to be looked up in a note.

A wording is a set of normal forms (:mod:`suggester.preprocess.wording`), order ignored, so that
``fracture of the distal radius`` and ``distal radius fracture`` are one entry. Written lexicon rows
win over official titles, titles over inclusion terms, and these over wording made by rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LEXICON, TITLE, INCLUSION, GENERATED = range(4)
#: Most words of a wording that is looked up.
LONGEST = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a wording.

    ``node`` indexes the code set; ``row`` is the lexicon row, -1 for official and made wording.
    """

    node: int
    kind: int
    row: int


class TermIndex:
    """Wordings by key, and a sparse matrix of wordings for partial matches.

    Made by :func:`suggester.preprocess.index_building.build`, or again from :meth:`arrays`.
    """

    def __init__(self, arrays: dict[str, Any]) -> None:
        self._arrays = arrays
        self._slots: dict[int, int] = dict(
            zip(arrays["keys"].tolist(), range(len(arrays["keys"])), strict=True)
        )
        self._starts: list[int] = arrays["starts"].tolist()
        self._node: list[int] = arrays["node"].tolist()
        self._kind: list[int] = arrays["kind"].tolist()
        self._row: list[int] = arrays["row"].tolist()
        vocabulary = bytes(arrays["vocabulary"]).decode("utf-8").split("\n")
        self.vocabulary: dict[str, int] = {word: i for i, word in enumerate(vocabulary)}
        self._words = vocabulary
        self.idf: list[float] = arrays["idf"].tolist()

    def __len__(self) -> int:
        """Return the number of distinct wordings."""
        return len(self._slots)

    def slot(self, key: int) -> int | None:
        """Return the wording with this key, or None."""
        return self._slots.get(key)

    @property
    def slots(self) -> dict[int, int]:
        """Key → wording number; for the matcher's inner loop."""
        return self._slots

    def entries(self, slot: int) -> list[Entry]:
        """Return the meanings of a wording, best kind first."""
        return [
            Entry(self._node[i], self._kind[i], self._row[i])
            for i in range(self._starts[slot], self._starts[slot + 1])
        ]

    def weight(self, word: str) -> float:
        """Return how telling a normal form is (inverse document frequency over wordings)."""
        number = self.vocabulary.get(word)
        return self.idf[number] if number is not None else 0.0

    def bag(self, slot: int) -> frozenset[str]:
        """Return the words of a wording."""
        starts = self._arrays["bag_starts"]
        chosen = self._arrays["bag_words"][starts[slot] : starts[slot + 1]]
        return frozenset(self._words[i] for i in chosen.tolist())

    def arrays(self) -> dict[str, Any]:
        """Return the arrays the index consists of, none of them of objects."""
        return self._arrays
