"""A stream that ends with an error instead of unpacking without end."""

from __future__ import annotations

import io
from typing import IO

from suggester.errors import InputError

# The largest official table unpacks to some 200 MB; one that gives far more is broken or hostile.
MAX_BYTES = 1_000_000_000


class _Bounded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], source: str, most: int) -> None:
        self._stream = stream
        self._source = source
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise InputError(
                f"{self._source} unpacks to more than {MAX_BYTES // 1_000_000:,} MB, far more than "
                "any official file."
            )
        buffer[: len(data)] = data
        return len(data)


def bounded(stream: IO[bytes], source: str) -> io.BufferedReader:
    """Return ``stream`` such that reading over ``MAX_BYTES`` of it raises ``InputError``."""
    return io.BufferedReader(_Bounded(stream, source, MAX_BYTES), 1 << 16)
