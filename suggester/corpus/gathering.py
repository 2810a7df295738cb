"""Notes of one encounter brought together while a table streams past."""

from __future__ import annotations

import pickle
import tempfile
from types import TracebackType
from typing import Any, BinaryIO, Generic, Self, TypeVar, cast

from suggester.corpus.keyed import KeyedRows

_Item = TypeVar("_Item")
#: Bytes of waiting notes held in memory; more wait in a file without a name.
_IN_MEMORY = 64 * 1024 * 1024


class Gathering(Generic[_Item]):
    """Hold notes back until the last one of their encounter has come.

    ``expected`` has a row for every note, by the key of its encounter. The file in which notes wait
    has no name in any folder, so that nothing stays of it even where the process is killed.
    """

    def __init__(self, expected: KeyedRows) -> None:
        self._expected = expected
        self._file = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
        self._end = 0
        self._waiting: dict[str, list[int]] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Forget what still waits."""
        self._file.close()

    def add(self, key: str, item: _Item) -> list[_Item]:
        """Return all notes of the encounter in the order they came, empty while some are to come."""
        expected = self._expected.count(key)
        if expected <= 1:
            return [item]
        places = self._waiting.setdefault(key, [])
        if len(places) + 1 < expected:
            places.append(self._end)
            self._write(item)
            return []
        del self._waiting[key]
        return [*(self._read(place) for place in places), item]

    def _write(self, item: _Item) -> None:
        self._file.seek(self._end)
        pickle.dump(item, self._file, pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()

    def _read(self, place: int) -> Any:
        self._file.seek(place)
        return pickle.load(self._file)
