"""Whether a study was done with contrast, without it, or both: words too small to be looked up."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE
_AGENT = r"(?:iv |intravenous |oral and iv |gadolinium |gadolinium-based )?(?:contrast|gadolinium|gad\b|gado\w*|gadavist|dotarem|dye|enhancement)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "both",
        re.compile(
            r"\bwith(?:out)?\s*(?:and|&|/|\+|,|then|followed by)+\s*(?:then )?with(?:out)?\b|\bw\s*/?\s*wo\b|"
            r"\bw/?\s*(?:and|&|\+|/)\s*w/?o\b|\bw/?o\s*(?:and|&|\+|/)\s*w/?\b|\bwwo\b|\b\+/-\s*(?:contrast|gad)|"
            r"\bpre[- ]?\s*(?:and|&|/)\s*post[- ]?(?:\s*(?:contrast|gad\w*|iv)|contrast)|"
            rf"\bbefore and (?:after|following)\s+(?:[\w.]+\s+){{0,4}}?{_AGENT}|"
            rf"\bwithout\s+{_AGENT}?[\w\s,]{{0,40}}?\b(?:then|followed by|and again|and then|and)\s+(?:\w+\s+)?with\s+{_AGENT}|"
            r"\bunenhanced and enhanced\b|"
            # Sequences before the agent and after it.
            r"\b(?:t1|t2|t1w|t2w|stir|flair|dwi|gre|swi|haste|precontrast|pre-?contrast)\b[^.;]{0,140}?"
            r"\b(?:post|after)[- ]?(?:gad\w*|contrast|iv contrast)",
            _FLAGS,
        ),
    ),
    (
        "without",
        re.compile(
            rf"\b(?:without|w/o|no)\s+(?:the use of |any )?{_AGENT}|\bnon-?\s?contrast(?:ed)?\b|\bunenhanced\b|\bnoncon\b|"
            r"\bw/o\b|\bwithout iv\b",
            _FLAGS,
        ),
    ),
    (
        "with",
        re.compile(
            rf"(?<!without and )\bwith\s+(?:\d+\s*(?:ml|cc)\s+(?:of\s+)?)?{_AGENT}|\bw/\s*(?:iv\s+)?(?:contrast|con\b|gad\w*)|"
            r"\b(?:contrast|gadolinium)[- ]enhanced\b|\bpost[- ]?(?:contrast|gadolinium)\b|\bce-?mri\b|\benhanced (?:ct|mri)\b",
            _FLAGS,
        ),
    ),
)


def contrast_near(text: str, start: int, end: int, place: int) -> str | None:
    """Return ``both``, ``without`` or ``with`` as the sentence tells it nearest to ``place``."""
    found: list[tuple[int, int, str]] = []
    for value, pattern in _PATTERNS:
        for match in pattern.finditer(text, start, end):
            if any(s <= match.start() < e for s, e, _ in found):
                continue
            found.append((match.start(), match.end(), value))
    if not found:
        return None
    # What follows a study tells of it, rather than what stands before.
    after = [entry for entry in found if entry[0] >= place]
    return min(after)[2] if after else max(found)[2]
