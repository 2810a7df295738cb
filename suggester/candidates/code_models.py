"""Per-code linear models: what a large corpus taught about the words that go with each code.

A dictionary knows what a code is called; a hospital's own notes know what else is said when it is
assigned. Words are hashed, so that a model holds no vocabulary, and words of fewer than
:data:`LEAST_NOTES` notes count for nothing, so that it holds no name of a patient either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

#: Columns that words and pairs of words are hashed into.
COLUMNS = 2**19
#: Notes that a word must stand in to count.
LEAST_NOTES = 5
_WORD = re.compile(r"[^\W_]+(?:['’./-][^\W_]+)*", re.UNICODE)
_DIGITS = re.compile(r"\d")
_CATEGORY = 3
#: Score and rank of a code that has no model.
_UNKNOWN, _LAST = -1.5, 200.0

Floats = npt.NDArray[np.float32]


class Said(NamedTuple):
    """A word or a pair of words of a note, with its place."""

    name: str
    start: int
    end: int


def said_in(text: str) -> Iterator[Said]:
    """Yield the words of a text and the pairs of neighbours, in lower case, numbers made alike."""
    before: Said | None = None
    for match in _WORD.finditer(text):
        word = Said(_DIGITS.sub("0", match.group().lower()), match.start(), match.end())
        yield word
        if before is not None and word.start - before.end <= 2:
            yield Said(f"{before.name} {word.name}", before.start, word.end)
        before = word


def hashed(texts: Iterable[str]) -> Any:
    """Return how often each column's words stand in each text; scipy CSR of shape (texts, COLUMNS)."""
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(COLUMNS, input_type="string", alternate_sign=False, dtype=np.float32)
    return hasher.transform([said.name for said in said_in(text)] for text in texts)


@lru_cache(maxsize=200_000)
def column_of(name: str) -> int:
    """Return the column of a word or pair of words, as :func:`hashed` counts it."""
    from sklearn.utils import murmurhash3_32

    return abs(int(murmurhash3_32(name.encode("utf-8"), seed=0))) % COLUMNS


def weighted(counts: Any, idf: Floats) -> Any:
    """Return TF-IDF rows of length 1 from counts: logarithmic, words of too few notes left out."""
    from sklearn.preprocessing import normalize

    rows = counts.copy()
    rows.data = np.log1p(rows.data) * idf[rows.indices]
    rows.eliminate_zeros()
    return normalize(rows, copy=False)


@dataclass(frozen=True, slots=True)
class Scores:
    """What per-code models say of one note.

    Attributes
    ----------
    nodes
        Code or category → its number.
    margin
        Score of each node, 0 where its model is undecided; shape (nodes,).
    rank
        Place of each code among all codes by the scores of it and its category, 0 the best; shape (nodes,).
    parts
        What each column of the note adds to the score of each node; scipy CSC, (columns, nodes).
    columns
        Column of each row of ``parts``.
    """

    nodes: Mapping[str, int]
    margin: Floats
    rank: Floats
    parts: Any
    columns: npt.NDArray[np.int32]

    def rows(self, codes: Iterable[str]) -> Floats:
        """Return the features of codes; shape (codes, 4), see ``ranking.names.TAUGHT_NAMES``."""
        return np.array([self._row(code) for code in codes], dtype=np.float32).reshape(-1, 4)

    def _row(self, code: str) -> tuple[float, float, float, float]:
        own, category = self.nodes.get(code), self.nodes.get(code[:_CATEGORY])
        above = _UNKNOWN if category is None else float(self.margin[category])
        if own is None:
            return min(above, _UNKNOWN), above, _LAST, 0.0
        return float(self.margin[own]), above, min(float(self.rank[own]), _LAST), 1.0

    def best(self, number: int) -> list[str]:
        """Return the codes that are ranked first, best first."""
        first = [code for code, node in self.nodes.items() if self.rank[node] < number]
        return sorted(first, key=lambda code: self.rank[self.nodes[code]])

    def words_for(self, code: str, most: int) -> list[tuple[int, float]]:
        """Return the columns that speak most for a code, with what each adds to its score."""
        column = self.parts[:, [self.nodes[code]]].tocoo()
        order = np.argsort(-column.data, kind="stable")[:most]
        return [
            (int(self.columns[column.row[i]]), float(column.data[i]))
            for i in order
            if column.data[i] > 0
        ]


@dataclass(frozen=True, slots=True)
class CodeModels:
    """One linear model a code, and one a category, over hashed words.

    Attributes
    ----------
    nodes
        Code or category → its column in ``weights``.
    weights
        scipy CSR, shape (COLUMNS, nodes).
    intercepts
        Shape (nodes,).
    idf
        Weight of each column, 0 for words of too few notes; shape (COLUMNS,).
    is_code
        Whether a node is a code of the corpus, not only a category; shape (nodes,).
    above
        Node of the category of each node, -1 where there is none or it is the node; shape (nodes,).
    """

    nodes: Mapping[str, int]
    weights: Any
    intercepts: Floats
    idf: Floats
    is_code: npt.NDArray[np.bool_]
    above: npt.NDArray[np.int32]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, to be saved."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def score(self, text: str) -> Scores:
        """Return the scores of a note."""
        from scipy.sparse import diags_array

        row = weighted(hashed([text]), self.idf)
        parts = (diags_array(row.data) @ self.weights[row.indices]).tocsc()
        margin = np.asarray(parts.sum(axis=0)).ravel().astype(np.float32) + self.intercepts
        return Scores(self.nodes, margin, self._ranks(margin), parts, row.indices)

    def _ranks(self, margin: Floats) -> Floats:
        """Return the place of each code among the codes by its own score and its category's."""
        above = margin[self.above]
        together = np.where(self.is_code, margin + np.where(self.above >= 0, above, 0), -np.inf)
        ranks = np.empty(len(margin), dtype=np.float32)
        ranks[np.argsort(-together, kind="stable")] = np.arange(len(margin))
        return ranks
