"""Procedure-to-procedure edits: pairs of codes that are not paid together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suggester.edits.batches import Batch
from suggester.edits.days import first_day, last_day
from suggester.edits.keys import Keys, encode, pair_keys, pair_of
from suggester.edits.wordings import Wordings
from suggester.errors import InputError

#: Modifier indicators (NCCI Policy Manual, chapter I): no modifier allows both codes, one may,
#: or the edit was deleted on the day it took effect and never holds.
NEVER, ALLOWED, NOT_APPLICABLE = 0, 1, 9


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair in force: the code that is paid, the one that is not, and whether a modifier helps."""

    column1: str
    column2: str
    modifier_allowed: bool
    rationale: str


@dataclass(frozen=True, slots=True)
class PtpEdits:
    """All pairs as columns of equal length, sorted by ``keys``.

    Attributes
    ----------
    keys
        Both codes in one number, see ``suggester.edits.keys``.
    indicators
        0, 1 or 9.
    first_days, last_days
        First and last day in force, as numbers of ``suggester.edits.days``.
    reasons
        Place in ``rationales``.
    rationales
        Wordings of CMS; the first is empty.
    """

    keys: Keys
    indicators: npt.NDArray[np.uint8]
    first_days: npt.NDArray[np.uint16]
    last_days: npt.NDArray[np.uint16]
    reasons: npt.NDArray[np.uint8]
    rationales: tuple[str, ...]

    def among(self, codes: Sequence[str], day: int) -> list[Pair]:
        """Return the pairs in force on ``day`` whose codes are both among ``codes``."""
        numbers = encode(codes)
        wanted = pair_keys(np.repeat(numbers, len(numbers)), np.tile(numbers, len(numbers)))
        starts = np.searchsorted(self.keys, wanted, side="left")
        ends = np.searchsorted(self.keys, wanted, side="right")
        found = []
        for place in np.flatnonzero(ends > starts):
            rows = range(starts[place], ends[place])
            in_force = [row for row in rows if self.first_days[row] <= day <= self.last_days[row]]
            # Rows are sorted by first day: of several in force the newest one holds.
            if in_force and self.indicators[in_force[-1]] != NOT_APPLICABLE:
                row = in_force[-1]
                first, second = divmod(int(place), len(codes))
                allowed = bool(self.indicators[row] == ALLOWED)
                reason = self.rationales[self.reasons[row]]
                found.append(Pair(codes[first], codes[second], allowed, reason))
        return found


class PtpBuilder:
    """Takes the files of one release, in any order, and makes one sorted table of them."""

    def __init__(self) -> None:
        self._wordings = Wordings()
        self._parts: list[tuple[npt.NDArray[np.generic], ...]] = []

    def add(self, batch: Batch) -> None:
        """Take some rows.

        Raises
        ------
        InputError
            A row is not a PTP edit.
        """
        self._parts.append(
            (
                pair_keys(batch.codes("column1"), batch.codes("column2")),
                batch.values("effective", first_day, np.uint16),
                batch.values("deletion", last_day, np.uint16),
                batch.values("modifier", _indicator, np.uint8),
                batch.values("rationale", self._wordings.number, np.uint8),
            )
        )

    def build(self) -> PtpEdits:
        """Return the table; rows given twice are in it once.

        Raises
        ------
        InputError
            Two rows contradict each other.
        """
        columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
        order = np.lexsort((columns[2], columns[1], columns[0]))
        keys, first, last, indicators, reasons = (column[order] for column in columns)
        again = np.zeros(len(keys), dtype=bool)
        again[1:] = (keys[1:] == keys[:-1]) & (first[1:] == first[:-1]) & (last[1:] == last[:-1])
        differ = np.flatnonzero(again[1:] & (indicators[1:] != indicators[:-1]))
        if differ.size:
            one, other = pair_of(int(keys[differ[0]]))
            raise InputError(
                f"The files give two different modifier indicators for {one} and {other}; import "
                "the files of one quarter and one kind of provider only."
            )
        kept = ~again
        return PtpEdits(
            keys[kept],
            indicators[kept],
            first[kept],
            last[kept],
            reasons[kept],
            self._wordings.texts(),
        )


def _indicator(text: str) -> int:
    indicator = int(text.strip().removesuffix(".0"))
    if indicator not in {NEVER, ALLOWED, NOT_APPLICABLE}:
        raise ValueError(text)
    return indicator
