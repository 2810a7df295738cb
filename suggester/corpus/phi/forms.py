"""One form that identifying text takes: its kind, its pattern, and what a match must fulfil."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Kinds of identifying text, as the report names them.
KINDS = (
    "name",
    "date",
    "age over 89",
    "telephone or fax",
    "e-mail address",
    "web address",
    "IP address",
    "social security number",
    "record number",
    "address",
    "facility",
    "device number",
    "licence number",
)


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern of the ``regex`` library, matched with ``MULTILINE`` and case as written.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    score
        How sure a match is, from 0 to 1.
    valid
        Tells whether the matched words can be what the pattern takes them for.
    """

    kind: str
    name: str
    pattern: str
    score: float
    valid: Callable[[str], bool] | None = None
