"""Compile the term index from the lexicon, the official wording, and wording made by rule."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from suggester.preprocess.composed import composed_wordings
from suggester.preprocess.term_index import GENERATED, LEXICON, LONGEST, TermIndex
from suggester.preprocess.told_causes import codes_told, wording_of
from suggester.preprocess.wording import key_of
from suggester.preprocess.wordings import (
    in_other_words,
    official_wordings,
    phrase_words,
    title_words,
    variants,
)

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon

Words = tuple[str, ...]
_SIDE = re.compile(r"\b(?:right|left)\b", re.IGNORECASE)
#: A wording of the book with more meanings than this says too little.
_MOST_MEANINGS = 6


def build(codes: CodeSet, lexicon: Lexicon) -> TermIndex:
    """Compile the index for a code set and a lexicon; takes a few seconds."""
    plain = title_words(codes)
    written: dict[Words, list[tuple[int, int]]] = defaultdict(list)
    for number, row in enumerate(lexicon.rows):
        tokens = phrase_words(
            row.phrase, abbreviation=row.kind == "abbreviation", plain_words=plain
        )
        if tokens:
            written[tuple(sorted(tokens))].append((codes.index(row.codes[0]), number))

    official: dict[Words, list[tuple[int, int]]] = defaultdict(list)
    for node, text, kind in official_wordings(codes):
        for tokens, made in variants(text):
            if tokens:
                official[tuple(sorted(tokens))].append((node, GENERATED if made else kind))

    for signature, numbers in _reworded(lexicon, plain).items():
        one_meaning = len({lexicon.rows[number].codes for number in numbers}) == 1
        if one_meaning and signature not in written and signature not in official:
            written[signature] = [(codes.index(lexicon.rows[n].codes[0]), n) for n in numbers]

    told = {*written, *official}
    for signature, node in composed_wordings(codes, lexicon).items():
        if signature not in told:
            official[signature].append((node, GENERATED))
    # Rules are written by hand, as rows are. A release before has not all of their codes.
    for code in codes_told() & frozenset(codes.codes):
        official[wording_of(code)].append((codes.index(code), LEXICON))

    keys: list[int] = []
    starts = [0]
    node_out: list[int] = []
    kind_out: list[int] = []
    row_out: list[int] = []
    bags: list[tuple[str, ...]] = []
    counted: list[bool] = []
    for signature in sorted({*written, *official}):
        bag = signature
        if not 1 <= len(bag) <= LONGEST + 3:
            continue
        rows = written.get(signature, [])
        meanings = [(node, LEXICON, row) for node, row in rows]
        # Rows that hold only in a context leave the official meaning for all others, but not the
        # very code that they restrict to it.
        if all(lexicon.rows[row].needs for _, row in rows) and signature in official:
            best = min(kind for _, kind in official[signature])
            restricted = {node for node, _ in rows}
            nodes = [n for n, kind in official[signature] if kind == best and n not in restricted]
            kept = _sides_joined(codes, _highest(codes, nodes))
            if len(kept) <= _MOST_MEANINGS:
                meanings += [(node, best, -1) for node in kept]
        if not meanings:
            continue
        keys.append(key_of(bag))
        bags.append(bag)
        counted.append(signature in told)
        for node, kind, lexicon_row in meanings:
            node_out.append(node)
            kind_out.append(kind)
            row_out.append(lexicon_row)
        starts.append(len(node_out))
    return TermIndex(_arrays(keys, starts, node_out, kind_out, row_out, bags, counted))


def _arrays(
    keys: list[int],
    starts: list[int],
    nodes: list[int],
    kinds: list[int],
    rows: list[int],
    bags: list[tuple[str, ...]],
    counted: list[bool],
) -> dict[str, Any]:
    """Return the arrays of the index; wordings not ``counted`` say nothing of how telling words are."""
    vocabulary = {word: i for i, word in enumerate(sorted({w for bag in bags for w in bag}))}
    frequency = np.zeros(len(vocabulary))
    for bag, counts in zip(bags, counted, strict=True):
        for word in set(bag) if counts else ():
            frequency[vocabulary[word]] += 1
    idf = np.log((sum(counted) + 1) / (frequency + 1)).astype(np.float32)
    # Wording × word matrix, stored by word, so that a note's words pick their rows.
    pairs = sorted((vocabulary[w], b) for b, bag in enumerate(bags) if counted[b] for w in set(bag))
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


def _highest(codes: CodeSet, nodes: list[int]) -> list[int]:
    """Return the nodes that no other listed node is an ancestor of, in tabular order."""
    unique = sorted(set(nodes))
    names = {codes.codes[node] for node in unique}
    return [
        node
        for node in unique
        if not any(parent in names for parent in codes.ancestors(codes.codes[node]))
    ]


def _sides_joined(codes: CodeSet, nodes: list[int]) -> list[int]:
    """Return the nodes with those of both sides replaced by the node above: the note tells which."""
    siblings: dict[str, list[int]] = defaultdict(list)
    for node in nodes:
        siblings[codes.parent(codes.codes[node]) or ""].append(node)
    out = []
    for parent, group in siblings.items():
        sides = {side for node in group for side in _SIDE.findall(codes.title(codes.codes[node]))}
        joined = parent and {"right", "left"} <= {side.lower() for side in sides}
        out.extend([codes.index(parent)] if joined else group)
    return sorted(set(out))


def _reworded(lexicon: Lexicon, plain: frozenset[str]) -> dict[Words, list[int]]:
    """Return what phrases are with short forms written out, or the reverse, and their rows."""
    out: dict[Words, list[int]] = defaultdict(list)
    for number, row in enumerate(lexicon.rows):
        for phrase, short in in_other_words(row.phrase):
            if tokens := phrase_words(phrase, abbreviation=short, plain_words=plain):
                out[tuple(sorted(tokens))].append(number)
    return out
