"""A suggested ICD-10-PCS code with its seven axes shown, and how surely it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from suggester.candidates.pcs.choice import Choice
from suggester.candidates.pcs.report import Mention
from suggester.candidates.pcs.told import BODY_PART, DEVICE, QUALIFIER
from suggester.lexicon.pcs_rows import PcsLexicon, PcsRoot

#: Confidence by what names the procedure, and what each open axis leaves of it.
_TITLE, _NAMED, _ROOT, _PER_OPEN = 0.95, 0.9, 0.75, 0.85
#: What drains stands a little behind what is cut out.
_FLUID = 0.05
#: Inspection and mapping.
_LOOKS = frozenset("JK")


@dataclass(frozen=True, slots=True)
class Axis:
    """One character of a code: what it is called, what it means, and the words that tell it.

    ``start`` and ``end`` count characters of the note; both are -1 where no words tell it.
    """

    name: str
    value: str
    meaning: str
    start: int
    end: int
    told: bool


@dataclass(frozen=True, slots=True)
class PcsCandidate:
    """A code the note documents; ``open`` names the axes it does not tell.

    ``others`` are codes that the open axes could lead to as well.
    """

    code: str
    score: float
    axes: tuple[Axis, ...]
    open: tuple[str, ...]
    others: tuple[str, ...]
    start: int
    end: int


class Shown:
    """Put choices into words."""

    def __init__(self, lexicon: PcsLexicon) -> None:
        self._lexicon = lexicon

    def candidate(self, mention: Mention, choice: Choice) -> PcsCandidate:
        """Return a choice with its axes, named and told."""
        base = _TITLE if mention.title else _NAMED
        if isinstance(mention.row, PcsRoot):
            base = _ROOT
        names = self._lexicon.axis_names[choice.code[0]]
        return PcsCandidate(
            choice.code,
            round(base * _PER_OPEN ** len(choice.open), 4),
            tuple(
                Axis(
                    names[axis],
                    value,
                    self._meaning(choice.code, axis),
                    *_place(mention, choice, axis),
                    axis < BODY_PART or axis in choice.told,
                )
                for axis, value in enumerate(choice.code)
            ),
            tuple(names[axis] for axis in choice.open),
            choice.others,
            mention.start,
            mention.end,
        )

    def _meaning(self, code: str, axis: int) -> str:
        """Return what a value is called, or nothing where the tables do not name it."""
        lexicon, value = self._lexicon, code[axis]
        if axis == 0:
            return lexicon.section_names[value]
        if axis == 1:
            return lexicon.system_names.get((code[0], value), "")
        if axis == 2:
            return lexicon.root_names.get((code[0], value), "")
        if axis == BODY_PART:
            named = lexicon.body_part_names.get((code[1], value), "")
            return named if code[0] == "0" else ""
        if value == "Z" and axis in {DEVICE, QUALIFIER}:
            return "No Device" if axis == DEVICE else "No Qualifier"
        for at, where, known, name in lexicon.detail_names:
            if at == axis and known == value and re.match(where, code):
                return name if where or code[0] in "018" else ""
        return ""


def _place(mention: Mention, choice: Choice, axis: int) -> tuple[int, int]:
    """Return the words that tell an axis: those of the procedure where no others do."""
    if axis < BODY_PART:
        return mention.start, mention.end
    start, end = choice.places[axis - BODY_PART]
    if start < 0 and axis in choice.told:
        return mention.start, mention.end
    return start, end


def one_a_site(found: Sequence[PcsCandidate]) -> list[PcsCandidate]:
    """Return the surest code for each root operation and site; a biopsy stands beside a removal."""
    best: dict[tuple[str, bool], PcsCandidate] = {}
    for one in found:
        # Each conduit of a bypass is coded (B3.6b); else a site is coded once for an operation.
        bypass = one.code[0] == "0" and one.code[2] == "1"
        site = one.code if bypass else one.code[:4]
        key = (site, one.code[QUALIFIER] == "X")
        if key not in best or _fuller(best[key]) < _fuller(one):
            best[key] = one
    return list(best.values())


def _fuller(one: PcsCandidate) -> tuple[bool, float]:
    """Of two codes for one site, the one with a device tells of more."""
    return (one.code[DEVICE] != "Z", one.score)


def rank(one: PcsCandidate) -> float:
    """Definitive procedures stand before diagnostic ones, and those before support."""
    if one.code[0] not in "01":
        return one.score - 0.6
    if one.code[2] in _LOOKS:
        return one.score - 0.4
    diagnostic = 0.2 if one.code[QUALIFIER] == "X" else 0.0
    return one.score - diagnostic - (_FLUID if one.code[2] == "9" else 0.0)
