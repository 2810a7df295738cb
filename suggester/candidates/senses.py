"""Which meaning of an ambiguous phrase its context admits.

A lexicon row may need words that stand elsewhere in the note, or be ruled out by others; the order
of rows never decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from suggester.preprocess.term_index import LEXICON, Entry, TermIndex
from suggester.preprocess.terms import Term

if TYPE_CHECKING:
    from suggester.lexicon import Lexicon

#: Beginnings of words that say who the patient is, wherever in the note they stand.
_WHO = ("pregnan", "gravid", "gestation", "postpartum", "newborn", "neonat", "infant", "prenatal")
_EXPECTING = r"(?:gestational\s+\w+|pregnan\w+|gravid\w*)"
#: A pregnancy that is over, or was never there, says nothing of who the patient is now.
_NOT_EXPECTING = re.compile(
    rf"\b(?:history of|hx(?: of)?|h/o|prior|previous|past|last|first|second|earlier|denies|not|never|no|"
    rf"cannot be|had)\s(?:[^.;:\n]{{0,30}}\s)?{_EXPECTING}"
    rf"|\bgravida (\d),? para \1\b"
    rf"|{_EXPECTING}[^.;,\n]{{0,25}}\b(?:(?:19|20)\d\d|ago|test|negative)\b"
)


class Senses:
    """The meanings that hold in one note.

    Parameters
    ----------
    text
        The note.
    terms
        Its terms; what they name without ambiguity helps with the rest.
    """

    def __init__(
        self,
        text: str,
        terms: Iterable[Term],
        lexicon: Lexicon,
        index: TermIndex,
    ) -> None:
        self._low = text.lower()
        self._who = _NOT_EXPECTING.sub(" ", self._low)
        self._rows = lexicon.rows
        self._index = index
        # A short form ("reflux") may mean what the note calls by its full name elsewhere.
        self._named = frozenset(
            entry.node
            for term in terms
            if term.coverage >= 0.999
            for entry in index.entries(term.slot)
            if entry.row < 0 or not self._rows[entry.row].needs
        )

    def of(self, slot: int, sentence: str = "", *, alone: bool = False) -> list[Entry]:
        """Return the meanings of a wording that the context admits.

        Needed words may stand anywhere in the note; forbidden ones count in ``sentence`` (lower
        case), but for those that say who the patient is. A wording that stands ``alone`` where
        diagnoses are named ("1. PBC") is one: its only meaning needs no context.
        """
        entries = self._index.entries(slot)
        if entries[0].kind != LEXICON:
            return entries
        plain: dict[int, Entry] = {}
        needed: list[tuple[int, Entry]] = []
        lacking: dict[int, Entry] = {}
        for entry in entries:
            if entry.row < 0:
                plain.setdefault(entry.node, entry)
                continue
            row = self._rows[entry.row]
            if any(
                stands(word, self._who if word.startswith(_WHO) else sentence)
                for word in row.forbids
            ):
                continue
            if not row.needs:
                plain.setdefault(entry.node, entry)
                continue
            hits = sum(
                stands(word, self._who if word.startswith(_WHO) else self._low)
                for word in row.needs
            )
            hits += row.chapter != "obstetrics" and entry.node in self._named
            if hits:
                needed.append((hits, entry))
            else:
                lacking.setdefault(entry.node, entry)
        if needed:
            most = max(hits for hits, _ in needed)
            return [entry for hits, entry in needed if hits == most][:2]
        if alone and not plain and len(lacking) == 1:
            return list(lacking.values())
        return list(plain.values())

    def rivals(self, slot: int, chosen: list[Entry]) -> list[Entry]:
        """Return the plain meanings that gave way to ``chosen``, which the context favours."""
        taken = {entry.node for entry in chosen}
        rows = self._rows
        if all(entry.row < 0 or not rows[entry.row].needs for entry in chosen):
            return []
        return [
            entry
            for entry in self._index.entries(slot)
            if entry.node not in taken and (entry.row < 0 or not rows[entry.row].needs)
        ][:1]


def stands(word: str, low: str) -> bool:
    """Whether a context word stands in ``low``: whole if short, else as the start of a word."""
    position = low.find(word)
    while position >= 0:
        end = position + len(word)
        if position == 0 or not low[position - 1].isalnum():
            rest = low[end : end + 2]
            plural = rest[:1] == "s" and not rest[1:].isalpha()
            if len(word) > 4 or not rest[:1].isalpha() or plural:
                return True
        position = low.find(word, position + 1)
    return False
