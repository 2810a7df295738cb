"""Find codes by code prefix or by words, with typing errors, best first."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from suggester.codes.postings import postings_of
from suggester.codes.words import STOP_WORDS, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from suggester.codes.code_set import CodeSet

_CODE_PREFIX = re.compile(r"(?=.*\d)[A-Z][0-9A-Z]{1,2}(\.[0-9A-Z]{0,4})?")
_PREFIX_QUALITY = 0.9
_TYPO_QUALITY = 0.8
# An inclusion term ranks behind an official title that fits as well.
_TERM_PENALTY = 0.02


@dataclass(frozen=True, slots=True)
class Hit:
    """One code that was found.

    Attributes
    ----------
    code, title
        The code and its official title.
    score
        How well it fits, from 0 to 1.
    billable
        Whether the code may stand on a claim.
    term
        The inclusion term or *includes* note that was matched, when it was not the title.
    """

    code: str
    title: str
    score: float
    billable: bool
    term: str | None = None


class SearchIndex:
    """The words of all titles and inclusion terms of one code set."""

    def __init__(self, code_set: CodeSet) -> None:
        self.code_set = code_set
        self.postings = postings_of(code_set)
        self._numbers = {word: number for number, word in enumerate(self.postings.words)}
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word, number in self._numbers.items():
            if not word.isdigit():
                self._by_length.setdefault(len(word), []).append((number, word))
        self._wordings = [wording for _, wording in code_set.own_wordings()]

    def search(self, query: str, limit: int = 20, billable_only: bool = False) -> list[Hit]:
        """Return up to ``limit`` hits; see :meth:`CodeSet.search`."""
        if limit < 1:
            return []
        return self._by_prefix(query, limit, billable_only) or self._by_words(
            query, limit, billable_only
        )

    def _by_prefix(self, query: str, limit: int, billable_only: bool) -> list[Hit]:
        code_set = self.code_set
        prefix = code_set.normalise(query)
        if len(query.split()) != 1 or not _CODE_PREFIX.fullmatch(prefix):
            return []
        # Every code begins with its category, so a whole one narrows the choice to what is below.
        category = prefix[:3]
        near = (category, *code_set.descendants(category)) if category in code_set else ()
        found = [
            code
            for code in near or code_set.codes
            if code.startswith(prefix) and (not billable_only or code_set.is_billable(code))
        ]
        # General codes before their details; the sort keeps the tabular order within a length.
        found.sort(key=len)
        return [
            Hit(
                code,
                code_set.title(code),
                round(len(prefix) / len(code), 3),
                code_set.is_billable(code),
            )
            for code in found[:limit]
        ]

    def _by_words(self, query: str, limit: int, billable_only: bool) -> list[Hit]:
        postings = self.postings
        asked = list(dict.fromkeys(words_of(query)))
        if not asked:
            return []
        unfinished = not query[-1].isspace() and query.lower().split()[-1] not in STOP_WORDS
        matched = np.zeros(len(postings.text_code), dtype=np.float32)
        count = np.zeros(len(postings.text_code), dtype=np.int32)
        total = 0.0
        for position, word in enumerate(asked):
            is_last = unfinished and position == len(asked) - 1
            quality, weight = self._match(word, is_last)
            total += weight
            matched += quality * weight
            count += quality > 0
        if billable_only:
            count[~postings.billable[postings.text_code]] = 0
        candidates = np.flatnonzero(count == len(asked))
        if not len(candidates):
            candidates = np.flatnonzero(count)
        covered = np.minimum(matched[candidates] / postings.text_weight[candidates], 1)
        score = matched[candidates] / total * (0.6 + 0.4 * covered)
        score[candidates >= len(self.code_set)] -= _TERM_PENALTY
        return self._best(candidates, score, limit)

    def _best(self, texts: NDArray[np.intp], score: NDArray[np.float32], limit: int) -> list[Hit]:
        code_set, codes = self.code_set, self.postings.text_code[texts]
        # Equal scores: the more general code first, then tabular order.
        order = np.lexsort((codes, self.postings.length[codes], -np.round(score, 3)))
        hits: dict[str, Hit] = {}
        for at in order:
            code = code_set.codes[codes[at]]
            # A form says nothing its code, already found, does not say unless only forms will do.
            is_repeat = code_set.is_seventh_character_form(code) and code_set.parent(code) in hits
            if code not in hits and not is_repeat:
                text = int(texts[at]) - len(code_set)
                hits[code] = Hit(
                    code,
                    code_set.title(code),
                    round(max(float(score[at]), 0.0), 3),
                    code_set.is_billable(code),
                    self._wordings[text] if text >= 0 else None,
                )
                if len(hits) == limit:
                    break
        return list(hits.values())

    def _match(self, word: str, is_last: bool) -> tuple[NDArray[np.float32], float]:
        """Return for each text how well it holds ``word`` (0 to 1), and the word's weight."""
        postings = self.postings
        quality = np.zeros(len(postings.text_code), dtype=np.float32)
        alike = self._alike(word, is_last)
        # Worse matches first, so that a better one in the same text overwrites them.
        for number, fit in sorted(alike.items(), key=lambda item: item[1]):
            quality[postings.texts[postings.starts[number] : postings.starts[number + 1]]] = fit
        if not alike:
            return quality, float(postings.word_weight.max())
        best = max(alike.values())
        return quality, max(
            float(postings.word_weight[number]) for number, fit in alike.items() if fit == best
        )

    def _alike(self, word: str, is_last: bool) -> dict[int, float]:
        """Return the words that may be meant by ``word``, by number, with how well they fit."""
        found: dict[int, float] = {}
        exact = self._numbers.get(word)
        if (is_last and len(word) > 1) or (exact is None and len(word) > 3):
            words = self.postings.words
            at = bisect_left(words, word)
            while at < len(words) and words[at].startswith(word):
                found[at] = _PREFIX_QUALITY * (0.5 + 0.5 * len(word) / len(words[at]))
                at += 1
        if exact is not None:
            found[exact] = 1.0
        return found or self._misspelled(word)

    def _misspelled(self, word: str) -> dict[int, float]:
        allowed = 0 if len(word) < 4 or word.isdigit() else 1 + (len(word) > 5) + (len(word) > 8)
        if not allowed:
            return {}
        choices = {
            number: known
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for number, known in self._by_length.get(length, ())
        }
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=10)
        # Only the nearest: a word one slip away makes one two slips away implausible.
        return {
            number: _TYPO_QUALITY * (1 - distance / len(word))
            for _, distance, number in near
            if distance == near[0][1]
        }
