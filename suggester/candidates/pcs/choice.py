"""From what is told of a procedure to the valid code that says most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggester.candidates.pcs.tables import LENGTH, Pattern
from suggester.candidates.pcs.told import APPROACH, BODY_PART, DEVICE, QUALIFIER, MentionAxes
from suggester.lexicon.pcs_rows import PcsLexicon

#: Worth of a usual value, of "no device" and "no qualifier", and of the open approach, untold.
_USUAL, _NONE, _OPEN = 0.95, 0.9, 0.3
#: What is told in the sentence leaves little to what is usual.
_PLAIN, _STILL = 2.0, 0.1
_SAME_SIDE, _OTHER_SIDE = 0.8, 1.5
#: Told by a diagnosis or nearer.
_TOLD = 0.65
_MOST_OTHERS = 6
_SITED = 1.39
#: Approaches that the kind of procedure itself implies where it is the usual one.
_IMPLIED = frozenset("3478FX")


@dataclass(frozen=True, slots=True)
class Choice:
    """The best code, the axes that are told, those left open, and what they could be instead."""

    code: str
    score: float
    told: frozenset[int]
    open: tuple[int, ...]
    others: tuple[str, ...]
    #: Where each axis from the body part on is told.
    places: tuple[tuple[int, int], ...]
    #: Whether the body part is told in the sentence of the procedure or beside it.
    sited: bool

    def like(self, other: Choice) -> bool:
        """Whether another code is the same operation on the same system, as diagnostic as this."""
        return self.code[:3] == other.code[:3] and self.code[QUALIFIER] == other.code[QUALIFIER]


def choose(
    family: Sequence[str],
    pattern: Pattern,
    axes: MentionAxes,
    lexicon: PcsLexicon,
    side: str,
    needs_part: bool,
) -> Choice | None:
    """Return the code of a family that fits best; None where a body part has to be told and is not.

    Parameters
    ----------
    family
        The valid codes the pattern stands for.
    side
        The side of the procedure: ``right``, ``left``, ``bilateral`` or nothing.
    needs_part
        Whether the words of the procedure say nothing of its body part.
    """
    if not family:
        return None
    scores = {code: _score(code, pattern, axes, lexicon, side) for code in family}
    best = max(family, key=lambda code: (scores[code], _plainness(code)))
    told = frozenset(
        axis for axis in range(BODY_PART, LENGTH) if _is_told(axis, best, pattern, axes)
    )
    if side and {code[BODY_PART] for code in family if _side_of(code, lexicon) == side} == {
        best[BODY_PART]
    }:
        told |= {BODY_PART}
    if needs_part and not axes.told(BODY_PART, best).get(best[BODY_PART]):
        return None
    opened: list[int] = []
    others: list[str] = []
    for axis in range(BODY_PART, LENGTH):
        rivals = [
            code
            for code in family
            if code[axis] != best[axis]
            and code[:axis] == best[:axis]
            and (code[axis + 1 :] == best[axis + 1 :] or axis == DEVICE)
        ]
        sided = axis == BODY_PART and not side and (best[1], best[axis]) in lexicon.sides
        if sided and best[0] == "0":
            rivals = [c for c in rivals if scores[c] > scores[best] - 0.5]
        elif axis in told or not _asks(axis, best, pattern):
            continue
        if rivals:
            opened.append(axis)
            others.extend(sorted(rivals, key=lambda code: -scores[code]))
    return Choice(
        best,
        scores[best],
        told - set(opened),
        tuple(opened),
        tuple(dict.fromkeys(others))[:_MOST_OTHERS],
        tuple(axes.place(axis, best) for axis in range(BODY_PART, LENGTH)),
        len(pattern.allowed[BODY_PART]) == 1
        or axes.told(BODY_PART, best).get(best[BODY_PART], 0.0) >= _SITED,
    )


def _score(code: str, pattern: Pattern, axes: MentionAxes, lexicon: PcsLexicon, side: str) -> float:
    score = 0.0
    for axis in range(BODY_PART, LENGTH):
        value = code[axis]
        told = axes.told(axis, code)
        score += told.get(value, 0.0)
        if value in pattern.usual[axis]:
            score += _USUAL if max(told.values(), default=0.0) < _PLAIN else _STILL
        elif axis in {DEVICE, QUALIFIER} and value == "Z" and not pattern.usual[axis]:
            score += _NONE
        elif axis == APPROACH and value == "0" and code[0] == "0" and not pattern.usual[axis]:
            score += _OPEN
    if code[0] == "0" and side:
        mine = _side_of(code, lexicon)
        if mine == side:
            score += _SAME_SIDE
        elif mine is not None:
            score -= _OTHER_SIDE if side != "bilateral" else 0.4
    return score


def _side_of(code: str, lexicon: PcsLexicon) -> str | None:
    return lexicon.sides.get((code[1], code[BODY_PART]))


def _is_told(axis: int, code: str, pattern: Pattern, axes: MentionAxes) -> bool:
    return len(pattern.allowed[axis]) == 1 or (axes.told(axis, code).get(code[axis], 0.0) >= _TOLD)


def _asks(axis: int, code: str, pattern: Pattern) -> bool:
    """Whether silence on an axis leaves it open; no device and no qualifier are what silence means."""
    value = code[axis]
    if axis == APPROACH and code[0] == "0":
        return value not in _IMPLIED or not pattern.usual[axis]
    if axis in pattern.asked:
        return True
    if axis in {DEVICE, QUALIFIER}:
        return value != "Z" and value not in pattern.usual[axis]
    return True


def _plainness(code: str) -> tuple[bool, str]:
    return (code[QUALIFIER] == "Z", "".join(chr(255 - ord(c)) for c in code))
