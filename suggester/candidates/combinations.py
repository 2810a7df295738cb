"""Combination codes: one code for conditions that the classification takes together.

The table names, for each combination, the codes one of which must be present for every part. Where
the classification itself joins the parts (``classified``) the combination becomes a candidate; where
the guideline only assumes that they are linked (``assumed``: the "with" convention, I.A.15), it is
offered as an alternative to its parts, for the coder to decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.candidates.mentions import DERIVED, Mention, mention_order
from suggester.candidates.specificity import Chosen
from suggester.preprocess.wording import normal_form

_POLYNEUROPATHY = re.compile(r"E(?:0[89]|1[013])\.42")
_NEUROPATHY = frozenset({normal_form("neuropathy")})
#: Share of a wording's weight from which it is said in full.
_WHOLE = 0.9


@dataclass(frozen=True, slots=True)
class Combination:
    """A combination code, what each of its parts may be, and the rule's source."""

    code: str
    parts: tuple[re.Pattern[str], ...]
    assumed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A code that a rule derived, and the codes it came from."""

    code: str
    rule: str
    assumed: bool
    codes: tuple[str, ...]
    mentions: tuple[Mention, ...]


@lru_cache(maxsize=1)
def combinations() -> tuple[Combination, ...]:
    """Return the table of combinations, read once."""
    text = files("suggester.candidates").joinpath("data/combinations.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return tuple(
        Combination(
            code,
            tuple(
                re.compile("(?:" + "|".join(map(re.escape, part.split("|"))) + ")")
                for part in parts.split()
            ),
            link == "assumed",
            source,
        )
        for code, parts, link, source in rows
    )


def assumed_link(code: str, part: str) -> str:
    """Return the guideline that links ``part`` to a combination code; empty where none does."""
    for combination in combinations():
        applies = combination.code == code and combination.assumed
        if applies and any(pattern.match(part) for pattern in combination.parts):
            return combination.source
    return ""


def combine(found: Mapping[str, Sequence[Mention]]) -> list[Derived]:
    """Return the combinations all of whose parts the note says are present.

    Parameters
    ----------
    found
        Code → its mentions, as collected from the terms of one note.
    """
    present = {
        code: best
        for code, mentions in found.items()
        if (best := [m for m in mentions if m.is_meant and m.term.coverage >= _WHOLE])
    }
    present = _best_of_category(present)
    out = []
    for combination in combinations():
        parts = []
        for part in combination.parts:
            fitting = sorted(code for code in present if part.match(code))
            if not fitting:
                break
            parts.append(max(fitting, key=lambda code: len(present[code])))
        else:
            derived = _as_said(combination.code, present[parts[-1]])
            out.append(
                Derived(
                    derived,
                    f"combination:{combination.code}",
                    combination.assumed,
                    tuple(parts),
                    tuple(
                        m._replace(kind=DERIVED, chosen=_chosen(derived), companion=True)
                        for code in parts
                        for m in present[code]
                    ),
                )
            )
    return out


def names_as_well(mentions: Sequence[Mention], derived: Derived) -> bool:
    """Whether the note names a combination outright, in as good a place as its parts."""
    outright = [mention_order(m)[:2] for m in mentions if m.rank == 0]
    return bool(outright) and min(outright) <= min(mention_order(m)[:2] for m in derived.mentions)


def _as_said(code: str, mentions: Sequence[Mention]) -> str:
    """Return the code for a neuropathy of diabetes that the note calls no more than that.

    The Index has "diabetes, with neuropathy" at .40, and the polyneuropathy at .42.
    """
    if _POLYNEUROPATHY.fullmatch(code) and all(m.term.words == _NEUROPATHY for m in mentions):
        return code[:-1] + "0"
    return code


def _best_of_category(present: dict[str, list[Mention]]) -> dict[str, list[Mention]]:
    """Keep, of several codes of one category, those that the note names in the best place.

    Where the assessment says stage 4, an end-stage disease in the history is another's, or feared.
    """
    places = {code: min(mention_order(m)[:2] for m in found) for code, found in present.items()}
    best: dict[str, tuple[float, ...]] = {}
    for code, place in places.items():
        best[code[:3]] = min(place, best.get(code[:3], place))
    return {code: found for code, found in present.items() if places[code] == best[code[:3]]}


def _chosen(code: str) -> Chosen:
    return Chosen(code, 0.5, 1.0, 0.0, False, False, False)
