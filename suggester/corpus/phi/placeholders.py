"""What a de-identifier left in place of an identifier: to be read over, not reported."""

from __future__ import annotations

import re

_HIDDEN = "█"
_PLACEHOLDER = re.compile(
    r"\[\*\*.*?\*\*\]"  # [**2101-3-4**], [**First Name8 (NamePattern2) **]
    r"|_{2,}"
    r"|<[A-Z][A-Z0-9_ -]*>"  # <NAME>, <DATE_1>
    r"|\[[A-Z][A-Z0-9_ /-]*\]"  # [DATE], [PATIENT NAME]
    r"|\{\{[^{}\n]*\}\}"
    r"|\b[Xx]{3,}(?:[-/][Xx]{2,})*\b"
    r"|\*{3,}(?:[A-Za-z]+\*{3,}|\w+\[\d+\])?",  # *****, ***NAME***, **NAME[1]
    re.DOTALL,
)
_SCRUBBED = re.compile(r"\*\*[A-Z-]+\[[^\]\n]*\]")


def hidden(text: str) -> str:
    """Return the text with every placeholder covered, each character by one that is part of no word."""
    covered = _PLACEHOLDER.sub(lambda match: _HIDDEN * len(match.group()), text)
    return _SCRUBBED.sub(lambda match: _HIDDEN * len(match.group()), covered)
