"""Add-on code edits: codes that are paid only beside one of their primary codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from suggester.edits.batches import Batch
from suggester.edits.days import first_day, last_day
from suggester.edits.keys import SPAN, Keys, code_of, encode, pair_keys

#: Types (CMS, Medicare NCCI Add-on Code Edits): CMS lists every primary code, the contractor
#: defines them all, or CMS lists some and the contractor may define more.
LISTED, CONTRACTOR, BOTH = 1, 2, 3
#: Stands in the place of a primary code where the contractor defines them.
BY_CONTRACTOR = "CCCCC"


@dataclass(frozen=True, slots=True)
class AddOn:
    """What an add-on code needs: its type (1, 2 or 3) and the primary codes CMS lists, sorted."""

    type: int
    primaries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddOnEdits:
    """All pairs of add-on and primary code as columns of equal length, sorted by ``keys``.

    See ``PtpEdits``; ``types`` holds 1, 2 or 3.
    """

    keys: Keys
    types: npt.NDArray[np.uint8]
    first_days: npt.NDArray[np.uint16]
    last_days: npt.NDArray[np.uint16]

    def needs(self, code: str, day: int) -> AddOn | None:
        """Return what a code needs on ``day``; ``None`` where it is no add-on code then."""
        [key] = encode([code])
        first = key * np.uint64(SPAN)
        bounds = np.array([first, first + np.uint64(SPAN)], dtype=np.uint64)
        start, end = np.searchsorted(self.keys, bounds)
        in_force = (self.first_days[start:end] <= day) & (day <= self.last_days[start:end])
        if not in_force.any():
            return None
        primaries = [code_of(int(pair) % SPAN) for pair in self.keys[start:end][in_force]]
        listed = dict.fromkeys(primary for primary in primaries if primary != BY_CONTRACTOR)
        return AddOn(int(self.types[start:end][in_force].max()), tuple(listed))


class AddOnBuilder:
    """Takes the file of one release and makes a sorted table of it."""

    def __init__(self) -> None:
        self._parts: list[tuple[npt.NDArray[np.generic], ...]] = []

    def add(self, batch: Batch) -> None:
        """Take some rows.

        Raises
        ------
        InputError
            A row is not an add-on code edit.
        """
        ends = ("deletion", "add_on_deletion", "primary_deletion")
        lasts = [batch.values(field, last_day, np.uint16) for field in ends]
        self._parts.append(
            (
                pair_keys(batch.codes("add_on"), batch.codes("primary")),
                batch.values("effective", first_day, np.uint16),
                reduce(np.minimum, lasts),
                batch.values("type", _type, np.uint8),
            )
        )

    def build(self) -> AddOnEdits:
        """Return the table; rows given twice are in it once."""
        columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
        order = np.lexsort(columns[::-1])
        keys, first, last, types = (column[order] for column in columns)
        again = np.zeros(len(keys), dtype=bool)
        again[1:] = True
        for column in (keys, first, last, types):
            again[1:] &= column[1:] == column[:-1]
        kept = ~again
        return AddOnEdits(keys[kept], types[kept], first[kept], last[kept])


def _type(text: str) -> int:
    kind = int(text.strip().removesuffix(".0").lower().removeprefix("type "))
    if kind not in {LISTED, CONTRACTOR, BOTH}:
        raise ValueError(text)
    return kind
