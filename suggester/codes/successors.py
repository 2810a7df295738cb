"""Where a deleted code went: a suggestion for whoever still uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.codes.words import words_of
from suggester.errors import UnknownCodeError

if TYPE_CHECKING:
    from suggester.codes.code_set import CodeSet

# Below this similarity of titles (0 to 100) two codes have little in common.
_MIN_SIMILARITY = 60
# What a title leaves open or denies, and so does not say.
_UNSAID = re.compile(r", unspecified\b[^,]*|\bunspecified( \w+)?|\bwithout\b.*|\buncomplicated\b")


@dataclass(frozen=True, slots=True)
class Successor:
    """A code to use instead, and why it is suggested."""

    code: str
    title: str
    reason: str


def suggest_successor(code: str, old: CodeSet, new: CodeSet) -> Successor | None:
    """Return the code of ``new`` to use in place of ``code`` of ``old``, if there is a likely one.

    A code that became a heading is followed by its default detail; one whose details were merged
    is followed by the code above it; any other by the most similar title, first in its category,
    then in its block.
    """
    if code in new:
        leaf = default_leaf(code, new)
        return Successor(leaf, new.title(leaf), f"{code} was expanded; this is its default detail")
    for above in old.ancestors(code):
        if above in new and new.is_billable(above) and old.is_billable(code):
            return Successor(above, new.title(above), "the details were merged into it")
    return _most_similar(code, old, new)


def default_leaf(code: str, code_set: CodeSet) -> str:
    """Return the billable code below ``code`` that says least beyond it.

    At each level the child is taken that adds the fewest words, not counting what it leaves
    unspecified or says is absent (Guidelines I.A.9.b), and of the 7th characters the initial
    encounter.
    """
    while children := code_set.children(code):
        known = _said(code_set.title(code))
        code = min(children, key=lambda child: _detail(child, known, code_set))
    return code


def _detail(code: str, known: set[str], code_set: CodeSet) -> tuple[int, bool, int]:
    if code_set.is_seventh_character_form(code) and code.endswith("A"):
        return 0, False, code_set.index(code)
    new = _said(code_set.title(code)) - known
    return len(new), not code.endswith(("9", "0")), code_set.index(code)


def _said(title: str) -> set[str]:
    return set(words_of(_UNSAID.sub(" ", title.lower())))


def _most_similar(code: str, old: CodeSet, new: CodeSet) -> Successor | None:
    from rapidfuzz import fuzz, process

    blocks = [above for above in old.ancestors(code) if old.get(above).kind == "block"]
    for place in (old.category(code), *blocks):
        try:
            below = new.leaves(place) if old.is_billable(code) else new.descendants(place)
        except UnknownCodeError:
            continue
        best = process.extractOne(
            old.title(code),
            {near: new.title(near) for near in below},
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_MIN_SIMILARITY,
        )
        if best is not None:
            return Successor(best[2], best[0], f"the most similar title in {place}")
    return None
