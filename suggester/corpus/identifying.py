"""Patterns of what would identify a person in a note.

They are coarse: they find what has the form of an identifier, not names of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|"
    rf"{_MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d\d)"
)
_NAME = r"(?:mr|mrs|ms|miss|dr|patient name|name)\b\.?:?\s+[a-z]+"
_STREET = r"street|avenue|ave|road|boulevard|blvd|lane|court|parkway"
#: Kind of identifier → what it looks like.
IDENTIFYING: dict[str, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE if kind != "postal code" else 0)
    for kind, pattern in {
        "telephone number": r"(?<![\d-])(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\d-])",
        "social security number": r"\b\d{3}-\d{2}-\d{4}\b",
        "e-mail address": r"\b[\w.+-]+@[\w-]+\.[\w.]+",
        "web address": r"https?://|\bwww\.",
        "street address": rf"\b\d{{1,5}}\s+(?:[nsew]\.?\s+)?[a-z]{{3,}}\s+(?:{_STREET})\b",
        "record number": r"\b(?:mrn|medical record|account|acct)\b\D{0,12}\d{4,}",
        "date of birth": rf"\b(?:dob|date of birth|born(?: on)?)\b\D{{0,4}}{_DATE}",
        "name with a full date": (
            rf"{_NAME}[^\n]{{0,60}}\b{_DATE}|\b{_DATE}[^\n]{{0,60}}\b{_NAME}"
        ),
        "postal code": r"\b[A-Za-z]+,\s+[A-Z]{2}\s+\d{5}\b",
    }.items()
}


def find_identifying(text: str) -> Iterator[tuple[str, int]]:
    """Yield the kind and the offset of everything in ``text`` that looks like an identifier."""
    for kind, pattern in IDENTIFYING.items():
        for match in pattern.finditer(text):
            yield kind, match.start()
