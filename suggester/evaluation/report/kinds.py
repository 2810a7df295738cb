"""Groups of one kind together, as a page shows them: those large enough first, the small ones named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from suggester.evaluation.groups import FREQUENCY, SECTION
from suggester.reports import Picture

#: Kind of group → what it is called, and a sentence about it.
_TITLES = {
    FREQUENCY: (
        "how often a code was seen in training",
        "Codes are sorted by the number of training encounters in which they were gold.",
    ),
    SECTION: (
        "section of the evidence",
        (
            "A suggested code stands where its first evidence stands, confident or not; gold codes "
            "that were not suggested at all stand in none."
        ),
    ),
}
#: Kinds in the order of the page.
_ORDER = (FREQUENCY, "setting", "note type", "specialty", "age", "sex", SECTION)


class _Group(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def encounters(self) -> int: ...


_Of = TypeVar("_Of", bound=_Group)


@dataclass(frozen=True, slots=True)
class Kind(Generic[_Of]):
    """The groups of one kind; ``small`` names those with too few encounters, with how many."""

    title: str
    note: str
    groups: tuple[_Of, ...]
    small: str
    picture: Picture | None


def by_kind(
    groups: Sequence[_Of],
    too_few: Callable[[_Of], bool],
    drawn: Callable[[str, Sequence[_Of]], Picture | None],
) -> list[Kind[_Of]]:
    """Return the kinds of groups that tell something, each with its picture.

    Of a kind whose groups are all too small only their names are left.
    """
    out = []
    for kind in sorted({group.kind for group in groups}, key=_place):
        mine = [group for group in groups if group.kind == kind]
        title, note = _TITLES.get(kind, (kind, ""))
        shown = tuple(group for group in mine if not too_few(group))
        small = ", ".join(f"{group.name} ({group.encounters})" for group in mine if too_few(group))
        out.append(Kind(title, note, shown, small, drawn(title, shown) if shown else None))
    return out


def _place(kind: str) -> tuple[int, str]:
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)
