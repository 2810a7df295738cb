"""Medically unlikely edits: the most units of a code that are paid."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suggester.edits.batches import Batch
from suggester.edits.keys import Keys, code_of, encode
from suggester.edits.wordings import Wordings
from suggester.errors import InputError

#: Adjudication indicators (NCCI Policy Manual, chapter I): the limit holds for each claim line,
#: absolutely for the date of service, or for the date of service unless documentation shows need.
LINE, DAY_ABSOLUTE, DAY_CLINICAL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Limit:
    """The most units of a code, and what they are counted over (1, 2 or 3)."""

    units: int
    indicator: int
    rationale: str


@dataclass(frozen=True, slots=True)
class MueEdits:
    """All limits as columns of equal length, sorted by ``keys``; see ``Limit`` and ``PtpEdits``."""

    keys: Keys
    units: npt.NDArray[np.uint32]
    indicators: npt.NDArray[np.uint8]
    reasons: npt.NDArray[np.uint8]
    rationales: tuple[str, ...]

    def limit(self, code: str) -> Limit | None:
        """Return the limit of a code; ``None`` where CMS publishes none."""
        [key] = encode([code])
        row = int(np.searchsorted(self.keys, key))
        if row == len(self.keys) or self.keys[row] != key:
            return None
        reason = self.rationales[self.reasons[row]]
        return Limit(int(self.units[row]), int(self.indicators[row]), reason)


class MueBuilder:
    """Takes the file of one release and makes a sorted table of it."""

    def __init__(self) -> None:
        self._wordings = Wordings()
        self._parts: list[tuple[npt.NDArray[np.generic], ...]] = []

    def add(self, batch: Batch) -> None:
        """Take some rows.

        Raises
        ------
        InputError
            A row is not an MUE.
        """
        self._parts.append(
            (
                batch.codes("code"),
                batch.values("units", _units, np.uint32),
                batch.values("mai", _indicator, np.uint8),
                batch.values("rationale", self._wordings.number, np.uint8),
            )
        )

    def build(self) -> MueEdits:
        """Return the table; codes given twice are in it once.

        Raises
        ------
        InputError
            A code has two different limits.
        """
        columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        keys, units, indicators, reasons = (column[order] for column in columns)
        again = np.zeros(len(keys), dtype=bool)
        again[1:] = keys[1:] == keys[:-1]
        other = (units[1:] != units[:-1]) | (indicators[1:] != indicators[:-1])
        differ = np.flatnonzero(again[1:] & other)
        if differ.size:
            raise InputError(
                f"The files give two different MUE values for {code_of(int(keys[differ[0]]))}; "
                "import the file of one quarter and one kind of provider only."
            )
        kept = ~again
        return MueEdits(
            keys[kept], units[kept], indicators[kept], reasons[kept], self._wordings.texts()
        )


def _units(text: str) -> int:
    return int(text.strip().removesuffix(".0").replace(",", ""))


def _indicator(text: str) -> int:
    # CMS writes "2 Date of Service Edit: Policy"; the digit says it all.
    found = re.match(r"\s*([123])(?:\s|\.0|$)", text)
    if found is None:
        raise ValueError(text)
    return int(found[1])
