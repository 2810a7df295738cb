"""The index of wordings: every phrase that leads to a code, ready to be looked up in a note.

A wording is a set of normal forms (:mod:`suggester.preprocess.wording`), order ignored, so that
``fracture of the distal radius`` and ``distal radius fracture`` are one entry. Written lexicon rows
win over official titles, titles over inclusion terms, and these over wording made by rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from suggester.preprocess.wording import STOP_WORDS, word_key, words

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon

FORMAT = 2
LEXICON, TITLE, INCLUSION, GENERATED = range(4)
KIND_NAMES = ("lexicon", "title", "inclusion term", "rule-made wording")
LONGEST = 9

SIDES = frozenset({"right", "left", "bilateral", "unilateral"})
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_VAGUE = re.compile(r"\b(other|others)\b", re.IGNORECASE)
_DROPPABLE = ("acute", "chronic", "primary", "simple", "essential", "idiopathic", "mellitus")


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

    Built by :func:`build`, or rebuilt from the arrays of :meth:`to_arrays`.
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


def build(codes: CodeSet, lexicon: Lexicon) -> TermIndex:
    """Compile the index for a code set and a lexicon; takes a few seconds."""
    plain = frozenset(
        word.lower()
        for code in codes.codes
        if len(code) < 8
        for word in codes.title(code).split()
        if word.islower() or word.istitle()
    )
    written: dict[frozenset[str] | tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for number, row in enumerate(lexicon.rows):
        tokens = phrase_words(
            row.phrase, abbreviation=row.kind == "abbreviation", plain_words=plain
        )
        if tokens:
            written[_signature(tokens)].append((codes.index(row.codes[0]), number))

    official: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for node, text, kind in _official_wordings(codes):
        for tokens, made in _variants(text):
            if tokens:
                official[_signature(tokens)].append((node, GENERATED if made else kind))

    keys: list[int] = []
    starts = [0]
    node_out: list[int] = []
    kind_out: list[int] = []
    row_out: list[int] = []
    bags: list[tuple[str, ...]] = []
    for signature in sorted({*written, *official}):
        bag = tuple(signature)
        if not 1 <= len(bag) <= LONGEST + 3:
            continue
        if signature in written:
            meanings = [(node, LEXICON, row) for node, row in written[signature]]
        else:
            best = min(kind for _, kind in official[signature])
            nodes = [node for node, kind in official[signature] if kind == best]
            kept = _highest(codes, nodes)
            if len(kept) > 6:
                continue
            meanings = [(node, best, -1) for node in kept]
        keys.append(sum(word_key(word) for word in bag))
        bags.append(bag)
        for node, kind, row in meanings:
            node_out.append(node)
            kind_out.append(kind)
            row_out.append(row)
        starts.append(len(node_out))
    return TermIndex(_arrays(keys, starts, node_out, kind_out, row_out, bags))


def _arrays(
    keys: list[int],
    starts: list[int],
    nodes: list[int],
    kinds: list[int],
    rows: list[int],
    bags: list[tuple[str, ...]],
) -> dict[str, Any]:
    vocabulary = {word: i for i, word in enumerate(sorted({w for bag in bags for w in bag}))}
    frequency = np.zeros(len(vocabulary))
    for bag in bags:
        for word in set(bag):
            frequency[vocabulary[word]] += 1
    idf = np.log((len(bags) + 1) / (frequency + 1)).astype(np.float32)
    # Wording × word matrix, stored by word, so that a note's words pick their rows.
    pairs = sorted((vocabulary[w], b) for b, bag in enumerate(bags) for w in set(bag))
    word_ids = np.array([w for w, _ in pairs], dtype=np.int32)
    bag_ids = np.array([b for _, b in pairs], dtype=np.int32)
    totals = np.zeros(len(bags), dtype=np.float32)
    np.add.at(totals, bag_ids, idf[word_ids])
    return {
        "keys": np.array(keys, dtype=np.int64),
        "starts": np.array(starts, dtype=np.int32),
        "node": np.array(nodes, dtype=np.int32),
        "kind": np.array(kinds, dtype=np.int8),
        "row": np.array(rows, dtype=np.int32),
        "vocabulary": np.frombuffer("\n".join(vocabulary).encode("utf-8"), dtype=np.uint8),
        "idf": idf,
        "indptr": np.searchsorted(word_ids, np.arange(len(vocabulary) + 1)).astype(np.int64),
        "indices": bag_ids,
        "totals": totals,
        "bag_starts": np.cumsum([0, *(len(set(bag)) for bag in bags)]).astype(np.int32),
        "bag_words": np.array([vocabulary[w] for bag in bags for w in sorted(set(bag))], np.int32),
    }


def _signature(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(tokens))


def phrase_words(
    phrase: str, *, abbreviation: bool = False, plain_words: frozenset[str] | None = None
) -> list[str]:
    """Return the normal forms of a lexicon phrase.

    An abbreviation that is also a stop word (``AS``) or one of ``plain_words``, the words official
    titles use (``ACNE``), is kept in a form that only capitals match.
    """
    if abbreviation and " " not in phrase and phrase in (plain_words or frozenset()) | STOP_WORDS:
        return ["^" + phrase]
    parts = phrase.split()
    capitals = [part for i, part in enumerate(parts) if part == "nec" or (i and part in _LAST and i == len(parts) - 1)]
    if not capitals:
        return words(phrase)
    return [*words(" ".join(part for part in parts if part not in capitals)), *("^" + part for part in capitals)]


#: Stop words that are abbreviations where they end a phrase, such as hemoglobin AS.
_LAST = frozenset({"as", "is", "it", "or", "nec"})


def _official_wordings(codes: CodeSet) -> Iterator[tuple[int, str, int]]:
    for node, code in enumerate(codes.codes):
        if len(code) == 8:  # a 7th-character form: the specificity step adds it
            continue
        title = codes.title(code)
        if not _VAGUE.search(title):
            yield node, title, TITLE
        elif title.lower().startswith("other and unspecified "):
            yield node, title[22:], TITLE
    for node, term in codes.own_inclusion_terms():
        if not _VAGUE.search(term):
            yield node, term, INCLUSION


def _variants(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the word sets a title stands for, and whether a rule made them."""
    plain = _PARENTHESES.sub("", text)
    base = _sideless(plain)
    yield base, False
    if plain != text:
        yield _sideless(re.sub(r"[()\[\]]", " ", text)), False
    for made in _made(plain):
        yield _sideless(made), True
    for word in _DROPPABLE:
        if word in base and (len(base) > 2 or (len(base) == 2 and _is_condition(base, word))):
            yield [w for w in base if w != word], True


_CONDITION = re.compile(
    r"(?:itis|osis|emia|oma|pathy|algia|uria|plegia|paresis|trophy|plasia|rrhea|rrhage|cele|lith|iasis|ism|"
    r"diabete|hypertension|asthma|anemia|failure|infarction|ulcer|leukemia|lymphoma)$"
)


def _is_condition(base: list[str], dropped: str) -> bool:
    """Whether the one word left names a condition, not merely a part of the body."""
    return all(_CONDITION.search(word) for word in base if word != dropped)


def _sideless(text: str) -> list[str]:
    return [word for word in words(text) if word not in SIDES]


_REWRITES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), results)
    for pattern, results in (
        (r"^malignant neoplasm of (?P<x>.+)", (r"\g<x> cancer", r"\g<x> carcinoma", r"\g<x> malignancy", r"malignant \g<x> tumor", r"\g<x> malignant neoplasm")),
        (r"^secondary malignant neoplasm of (?P<x>.+)", (r"metastatic \g<x> cancer", r"\g<x> metastasis", r"metastatic disease \g<x>")),
        (r"^carcinoma in situ of (?P<x>.+)", (r"\g<x> cancer in situ",)),
        (r"^benign neoplasm of (?P<x>.+)", (r"benign \g<x> tumor", r"\g<x> adenoma")),
        (r"^neoplasm of uncertain behavior of (?P<x>.+)", (r"\g<x> tumor uncertain behavior",)),
        (r"^personal history of malignant neoplasm of (?P<x>.+)", (r"history \g<x> cancer", r"history \g<x> carcinoma")),
        (r"^personal history of (?P<x>.+)", (r"history \g<x>",)),
        (r"^family history of malignant neoplasm of (?P<x>.+)", (r"family history \g<x> cancer",)),
        (r"^encounter for screening for malignant neoplasm of (?P<x>.+)", (r"screening \g<x> cancer", r"\g<x> cancer screening")),
        (r"^encounter for (?P<x>.+)", (r"\g<x>",)),
        (r"^type 2 diabetes mellitus with (?P<x>.+)", (r"diabetes \g<x>", r"diabetes 2 \g<x>", r"type 2 diabetes \g<x>")),
        (r"^type 1 diabetes mellitus with (?P<x>.+)", (r"diabetes 1 \g<x>", r"type 1 diabetes \g<x>")),
        (r"^calculus of (?P<x>.+)", (r"\g<x> stone",)),
        (r"^unspecified (?P<x>.+)", (r"\g<x>",)),
        (r"^(?P<x>.+?),? without (?!.*remission).+", (r"\g<x>",)),
    )
)


def _made(title: str) -> Iterator[str]:
    for pattern, results in _REWRITES:
        if pattern.match(title):
            for result in results:
                yield pattern.sub(result, title)


def _highest(codes: CodeSet, nodes: list[int]) -> list[int]:
    """Return the nodes that no other listed node is an ancestor of, in tabular order."""
    unique = sorted(set(nodes))
    names = {codes.codes[node] for node in unique}
    return [
        node
        for node in unique
        if not any(parent in names for parent in codes.ancestors(codes.codes[node]))
    ]
