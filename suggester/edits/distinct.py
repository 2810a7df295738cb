"""Modifier 59: services that NCCI edits bundle, where the note shows them to be separate.

The pairs of ``data/distinct_pairs.tsv`` are those coders meet daily, in the project's own wording; an
installed edition of the edits adds all others whose modifier indicator is 1. The X{EPSU} modifier
that says the same more exactly is named in the reason: every payer accepts 59, some the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from suggester.edits.claims import PTP_MODIFIERS
from suggester.edits.code_groups import CodeSpans, groups_of
from suggester.edits.lines import PROCEDURE, Line, ModifierHint
from suggester.edits.ptp import Pair
from suggester.edits.rule_tables import rule_rows
from suggester.edits.surroundings import NEAR, Surroundings

#: What a pair may ask for beside documented facts: nothing, or that no sentence names both services.
ALWAYS, APART = "always", "apart"
#: What documents a separate service of a pair of which nothing more is known, with its modifier.
_DOCUMENTED = (
    ("separate_session", "XE", "the note documents a separate session"),
    ("separate_lesion", "XS", "the note documents a separate site or lesion"),
)


class DistinctPair(NamedTuple):
    """A pair whose second code takes 59 where one of ``needs`` is documented."""

    first: CodeSpans
    second: CodeSpans
    needs: tuple[str, ...]
    instead: str
    reason: str


@lru_cache(maxsize=1)
def distinct_pairs() -> tuple[DistinctPair, ...]:
    """Return the shipped pairs."""
    return tuple(
        DistinctPair(
            CodeSpans(first.split()),
            CodeSpans(second.split()),
            tuple(needs.split("|")),
            instead,
            reason,
        )
        for first, second, needs, instead, reason in rule_rows("distinct_pairs")
    )


def distinct_hint(
    line: Line, lines: Sequence[Line], view: Surroundings, bundled: Sequence[Pair]
) -> ModifierHint | None:
    """Return 59 for a line that another one would bundle, were it not separate as documented.

    Parameters
    ----------
    line, lines
        The line, and all lines of the claim.
    view
        The note around them.
    bundled
        Pairs among the lines of an installed edition; empty where none is.
    """
    if line.kind != PROCEDURE or line.add_on:
        return None
    others = [other for other in lines if other.code != line.code and other.kind == PROCEDURE]
    for pair in distinct_pairs():
        if line.code not in pair.second:
            continue
        for other in others:
            if other.code in pair.first and _documented(pair.needs, line, other, view):
                return _hint(other.code, pair.instead, pair.reason)
    for edit in bundled:
        if edit.column2 == line.code and edit.modifier_allowed:
            for fact, instead, reason in _DOCUMENTED:
                if view.documents(fact, line, NEAR):
                    return _hint(edit.column1, instead, reason)
    return None


def repeat_hint(
    number: int,
    lines: Sequence[Line],
    sites: Sequence[tuple[ModifierHint, ...]],
    view: Surroundings,
) -> ModifierHint | None:
    """Return 76, 77 or 91 for a line whose code an earlier line of the same site has."""
    line, groups = lines[number], groups_of(lines[number].code)
    again = any(
        earlier.code == line.code and _modifiers(sites[i]) == _modifiers(sites[number])
        for i, earlier in enumerate(lines[:number])
    )
    if not again or line.kind != PROCEDURE or "drug" in groups or line.add_on:
        return None
    if "laboratory" in groups:
        return ModifierHint("91", "The same test was repeated on the same day for a later result.")
    if view.documents("other_physician", line, NEAR):
        return ModifierHint("77", "Another physician repeated the same procedure on the same day.")
    return ModifierHint("76", "The same physician repeated the same procedure on the same day.")


def _documented(needs: Sequence[str], line: Line, other: Line, view: Surroundings) -> bool:
    for need in needs:
        if need == ALWAYS or (need == APART and view.apart(line.places, other.places)):
            return True
        if need not in {ALWAYS, APART} and view.documents(need, line):
            return True
    return False


def _hint(other: str, instead: str, reason: str) -> ModifierHint:
    said = f"Separate from {other}: {reason}"
    return ModifierHint("59", f"{said} ({instead} where the payer asks for it).")


def _modifiers(hints: Sequence[ModifierHint]) -> frozenset[str]:
    return frozenset(hint.modifier for hint in hints) & PTP_MODIFIERS
