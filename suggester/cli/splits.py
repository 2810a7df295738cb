"""The option that chooses notes of a corpus by their split."""

from __future__ import annotations

from collections.abc import Iterable

from suggester.errors import InputError


def check_splits(given: Iterable[str] | None) -> tuple[str, ...]:
    """Return the splits asked for, all of them where none was.

    Raises
    ------
    InputError
        There is no such split.
    """
    from suggester.corpus.gold import SPLITS

    wanted = tuple(given or ())
    for split in wanted:
        if split not in SPLITS:
            raise InputError(f"Unknown split {split!r}; known: {', '.join(SPLITS)}.")
    return wanted
