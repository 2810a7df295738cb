"""CPT and HCPCS codes, and pairs of them, as whole numbers that sort and compare in one step."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]

WIDTH = 5
#: What one more code to the right multiplies by: five digits of base 36.
SPAN = 36**WIDTH
CODE = re.compile(r"[0-9A-Z]{5}")
_ALPHABET = string.digits + string.ascii_uppercase
_NO_DIGIT = 255
_DIGITS = np.full(256, _NO_DIGIT, dtype=np.uint8)
_DIGITS[[ord(letter) for letter in _ALPHABET]] = range(36)
_POWERS = np.array([36**place for place in reversed(range(WIDTH))], dtype=np.uint64)


class BadCodeError(ValueError):
    """A text that is not a code; ``position`` says which of those given."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def encode(codes: Sequence[str]) -> Keys:
    """Return the codes as numbers below ``SPAN``, in the order given.

    Space around a code, small letters, and leading zeros that a spreadsheet took away are mended.

    Raises
    ------
    BadCodeError
        One of them is not five letters and digits.
    """
    digits = _digits(codes)
    if digits is None:
        tidied = [_tidy(code) for code in codes]
        for position, code in enumerate(tidied):
            if not CODE.fullmatch(code):
                raise BadCodeError(position)
        digits = _digits(tidied)
        assert digits is not None
    keys: Keys = digits.astype(np.uint64) @ _POWERS
    return keys


def pair_keys(first: Keys, second: Keys) -> Keys:
    """Return one number for each pair; pairs sort by their first code, then by their second."""
    return first * np.uint64(SPAN) + second


def code_of(key: int) -> str:
    """Return the code that a number below ``SPAN`` stands for."""
    out = ""
    for _ in range(WIDTH):
        key, digit = divmod(key, 36)
        out = _ALPHABET[digit] + out
    return out


def pair_of(key: int) -> tuple[str, str]:
    """Return the two codes that the number of a pair stands for."""
    first, second = divmod(key, SPAN)
    return code_of(first), code_of(second)


def _digits(codes: Sequence[str]) -> npt.NDArray[np.uint8] | None:
    if not codes:
        return np.empty((0, WIDTH), dtype=np.uint8)
    if set(map(len, codes)) != {WIDTH}:
        return None
    digits = _DIGITS[np.frombuffer("".join(codes).encode("ascii", "replace"), dtype=np.uint8)]
    if digits.max() == _NO_DIGIT:
        return None
    return digits.reshape(-1, WIDTH)


def _tidy(code: str) -> str:
    code = code.strip().upper()
    # 00100 is the least number there is, so that no code of digits loses more than two.
    return code.zfill(WIDTH) if re.fullmatch(r"[0-9]{3,4}", code) else code
