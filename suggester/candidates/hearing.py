"""Hearing loss by ear: the code for one ear says whether the other hears (H90).

"Mixed hearing loss, right. Sensorineural hearing loss, left" are two codes, each with restricted hearing
on the other side; the same loss on both sides is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention

#: Codes of a kind of hearing loss without a side → the digit of the kind beside restricted hearing, the
#: beginning of its codes for one ear, and its code for both.
_KINDS = {
    "H90.2": ("1", "H90.1", "H90.0"),
    "H90.5": ("2", "H90.4", "H90.3"),
    "H90.8": ("3", "H90.7", "H90.6"),
}
#: Sections that tell of another time, or of others.
_APART = frozenset({"pmh", "psh", "family_history", "social_history"})
_EARS = {RIGHT: "1", LEFT: "2"}


def settle_hearing(
    found: dict[str, list[Mention]], side_of: Callable[[Mention], str | None]
) -> None:
    """Lead the kinds of hearing loss that a note has ``found`` to the codes of the ears that have them.

    ``side_of`` tells the side of a mention.
    """
    ears: dict[str, dict[str, list[tuple[str, int]]]] = {RIGHT: {}, LEFT: {}}
    for code in _KINDS:
        for place, mention in enumerate(found.get(code, ())):
            if mention.is_meant and mention.sentence.section.kind not in _APART:
                side = side_of(mention)
                for ear in ears if side == BILATERAL else (side,):
                    if ear is not None:
                        ears[ear].setdefault(code, []).append((code, place))
    if any(len(kinds) > 1 for kinds in ears.values()):
        return  # one place says less than another
    for ear, kinds in ears.items():
        other = ears[LEFT if ear == RIGHT else RIGHT]
        for code, places in kinds.items():
            digit, one, both = _KINDS[code]
            if not other:
                meant = one + _EARS[ear]
            else:
                meant = both if code in other else f"H90.A{digit}{_EARS[ear]}"
            for kind, place in places:
                mention = found[kind][place]
                known = found[meant]
                if all(m.term.start != mention.term.start or m.rank for m in known):
                    chosen = mention.chosen._replace(code=meant, side_known=True)
                    known.append(mention._replace(chosen=chosen, rank=0))
                found[kind][place] = mention._replace(rank=1)
