"""Rows found by a key, held in a few bytes each: the small tables that a corpus is joined with."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_DIGITS = 18


def key_number(key: str) -> int:
    """Return a 64-bit number for a key: a plain number as it is, any other text by its digest.

    Two texts among millions get the same number with a chance of one in a million millions; plain
    numbers, such as those of admissions, never do.
    """
    if key.isascii() and key.isdigit() and len(key) <= _DIGITS and (key[0] != "0" or key == "0"):
        return int(key)
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return -1 - (int.from_bytes(digest, "big") >> 1)


class KeyedRows:
    """Rows of whole numbers by key; a key may have several, which keep the order they came in.

    A row takes 8 bytes and 4 more for each of its ``width`` numbers; while rows are put in order it
    takes about twice that.
    """

    def __init__(self, width: int) -> None:
        self._keys = array("q")
        self._columns = [array("i") for _ in range(width)]
        self._sorted: npt.NDArray[np.int64] | None = None
        self._values: list[npt.NDArray[np.int32]] = []

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._keys) if self._sorted is None else len(self._sorted)

    def add(self, key: str, *values: int) -> None:
        """Add a row; all are added before the first is asked for."""
        self._keys.append(key_number(key))
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)

    def of(self, key: str) -> list[tuple[int, ...]]:
        """Return the rows of a key."""
        start, end = self._range(key)
        return list(zip(*(column[start:end].tolist() for column in self._values), strict=True))

    def count(self, key: str) -> int:
        """Return how many rows a key has."""
        start, end = self._range(key)
        return end - start

    def keys(self) -> int:
        """Return how many different keys there are."""
        keys = self._settled()
        return int(np.count_nonzero(np.diff(keys))) + 1 if len(keys) else 0

    def without(self, asked: KeyedRows) -> int:
        """Return how many of the keys are none of ``asked``."""
        mine = np.unique(self._settled())
        return int(len(mine) - np.isin(mine, asked._settled()).sum())

    def _range(self, key: str) -> tuple[int, int]:
        keys = self._settled()
        number = key_number(key)
        return int(np.searchsorted(keys, number)), int(np.searchsorted(keys, number, "right"))

    def _settled(self) -> npt.NDArray[np.int64]:
        if self._sorted is None:
            keys = np.frombuffer(self._keys, np.int64) if self._keys else np.zeros(0, np.int64)
            order = np.argsort(keys, kind="stable")
            self._sorted = keys[order]
            for number, column in enumerate(self._columns):
                values = np.frombuffer(column, np.int32) if column else np.zeros(0, np.int32)
                self._values.append(values[order])
                self._columns[number] = array("i")
            self._keys = array("q")
        return self._sorted


class AssignedCodes:
    """The codes of every encounter, by the encounter's key."""

    def __init__(self) -> None:
        self._rows = KeyedRows(2)
        self._numbers: dict[tuple[str, str], int] = {}
        self._names: list[tuple[str, str]] = []

    def __len__(self) -> int:
        """Return how many codes there are, repeated ones included."""
        return len(self._rows)

    def add(self, key: str, system: str, code: str, sequence: int = 0) -> None:
        """Add a code; those of the lowest sequence stand first, equal ones as they came."""
        name = (system, code)
        number = self._numbers.setdefault(name, len(self._numbers))
        if number == len(self._names):
            self._names.append(name)
        self._rows.add(key, number, sequence)

    def of(self, key: str) -> dict[str, list[str]]:
        """Return code system → codes in order, each once."""
        out: dict[str, dict[str, None]] = {}
        for number, _ in sorted(self._rows.of(key), key=_sequence):
            system, code = self._names[number]
            out.setdefault(system, {})[code] = None
        return {system: list(codes) for system, codes in out.items()}

    def without(self, asked: KeyedRows) -> int:
        """Return how many encounters have codes and are none of ``asked``."""
        return self._rows.without(asked)


def _sequence(row: Sequence[int]) -> int:
    return row[1]
