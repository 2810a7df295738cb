"""The few rationales that CMS gives for its many edits, each kept once."""

from __future__ import annotations

_MOST = 255


class Wordings:
    """Numbers the different texts met, from 1; 0 stands for none.

    The official files have about a dozen; beyond 255 a text is not kept.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text, a new one the first time."""
        text = " ".join(text.split())
        if not text:
            return 0
        if text not in self._numbers and len(self._numbers) == _MOST:
            return 0
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def texts(self) -> tuple[str, ...]:
        """Return the text of each number, number 0 included."""
        return ("", *self._numbers)
