"""The lines of a dictated note that lost them: headings and numbers run on behind commas."""

from __future__ import annotations

import re

#: A heading in capitals whose line break became a comma: ``… normal.,IMPRESSION:, Sprain``.
_RUN_ON = re.compile(r"[A-Z)]:,")
_BEFORE_HEADING = re.compile(r",(?=[ \t]*[A-Z][A-Z0-9 /&'()\-,]{1,60}:(?:,|[ \t]))")
_AFTER_HEADING = re.compile(r"(?<=[A-Z)]:),")
_BEFORE_NUMBER = re.compile(r"(?<=[.;!?]),(?=[ \t]*\d{1,2}[.)][ \t]*[A-Za-z])")
#: So many headings tell such a note from one with a comma out of place.
_FEWEST = 2


def unfold(text: str) -> str:
    """Return the text with its lines restored, each character where it was; itself if they stand."""
    if "\n" in text.strip() and text.count("\n") > len(text) / 200:
        return text
    if sum(1 for _ in _RUN_ON.finditer(text)) < _FEWEST:
        return text
    text = _BEFORE_HEADING.sub("\n", text)
    text = _AFTER_HEADING.sub(" ", text)
    return _BEFORE_NUMBER.sub("\n", text)
