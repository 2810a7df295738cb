"""The dictionary look-up that a model must beat: official titles found word for word in the note."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.scored import Scored

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 12


class LookUp:
    """Find official titles, without their parentheses and "unspecified", in the words of a note.

    Codes are ranked by how often their title is found, then by its length; all are "confident", with
    the share of matched words as confidence.
    """

    def __init__(self, codes: CodeSet) -> None:
        self._titles: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for code in codes.codes:
            if codes.is_billable(code):
                title = re.sub(
                    r"\([^)]*\)|,? unspecified\b|\bunspecified ", "", codes.title(code).lower()
                )
                words = tuple(_WORD.findall(title))
                if 0 < len(words) <= _LONGEST:
                    self._titles[words].append(code)

    def suggest(self, text: str) -> list[tuple[str, float]]:
        """Return codes with a score, best first."""
        words = _WORD.findall(text.lower())
        counts: Counter[str] = Counter()
        length: dict[str, int] = {}
        for start in range(len(words)):
            for size in range(1, min(_LONGEST, len(words) - start) + 1):
                for code in self._titles.get(tuple(words[start : start + size]), ()):
                    counts[code] += 1
                    length[code] = size
        ranked = sorted(counts, key=lambda code: (-counts[code], -length[code], code))
        return [(code, min(1.0, length[code] / 6)) for code in ranked]

    def score(self, coded: CodedEncounter) -> Scored:
        """Return the look-up's codes beside the gold codes of an encounter."""
        from suggester.evaluation.settle import settle

        found = dict(self.suggest(coded.encounter.text))
        return settle(coded, list(found), set(found), found)
