"""The code for the personal history of a condition, by its chapter (categories Z86 and Z87)."""

from __future__ import annotations

#: Beginning of the condition's code → code of its personal history; the longest beginning counts.
_PAST = {
    "A": "Z86.19",
    "B": "Z86.19",
    "D5": "Z86.2",
    "D6": "Z86.2",
    "D7": "Z86.2",
    "D8": "Z86.2",
    "E": "Z86.39",
    "F": "Z86.59",
    "G": "Z86.69",
    "H": "Z86.69",
    "I": "Z86.79",
    "J": "Z87.09",
    "J1": "Z87.01",
    "K": "Z87.19",
    "K25": "Z87.11",
    "K26": "Z87.11",
    "K27": "Z87.11",
    "L": "Z87.2",
    "M": "Z87.39",
    "N0": "Z87.448",
    "N1": "Z87.448",
    "N2": "Z87.448",
    "N20": "Z87.442",
    "N3": "Z87.448",
    "N39.0": "Z87.440",
    "N4": "Z87.438",
    "N5": "Z87.438",
    "N6": "Z87.42",
    "N7": "Z87.42",
    "N8": "Z87.42",
    "N9": "Z87.42",
    "O": "Z87.59",
    "Q": "Z87.798",
    "R": "Z87.898",
    "S": "Z87.828",
    "T": "Z87.828",
}


def past_of(code: str) -> str | None:
    """Return the personal-history code for a condition; None where the book has none by chapter.

    >>> past_of("M10.9")
    'Z87.39'
    """
    for length in range(len(code), 0, -1):
        if code[:length] in _PAST:
            return _PAST[code[:length]]
    return None
