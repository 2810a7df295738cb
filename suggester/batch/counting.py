"""How many rows the files of a run hold: counted once, to tell how long it will take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from suggester.corpus.formats import Format
from suggester.corpus.readers import rows_of
from suggester.errors import InputError

_EVERY = 1_000


def count_rows(
    paths: Iterable[Path], formats: Mapping[str, Format], progress: Callable[[int], None]
) -> int:
    """Return the number of rows, those that cannot be used included.

    Raises
    ------
    InputError
        A file cannot be read from its first row on.
    """
    number = 0
    for path in paths:
        before = number
        try:
            for _ in rows_of(path, formats, lambda _: None):
                number += 1
                if number % _EVERY == 0:
                    progress(number)
        except InputError:
            if number == before:
                raise
            # It breaks off; where, is told when it is read.
            number += 1
    return number
