"""The known codes nearest to one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence


def nearest_codes(code: str, codes: Sequence[str], limit: int = 3) -> tuple[str, ...]:
    """Return up to ``limit`` codes that someone who wrote ``code`` may have meant, best first.

    Codes with the same beginning come first, since the beginning of a code carries the condition
    and its end the detail.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    for length in range(min(len(code), 7), 0, -1):
        near = [known for known in codes if known.startswith(code[:length])]
        if near:
            break
    else:
        return ()
    best = process.extract(code, near, scorer=OSA.distance, limit=limit)
    return tuple(known for known, _, _ in best)
