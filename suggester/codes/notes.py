"""Instructional notes of the Tabular List, each with the heading it is printed under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Note:
    """One line of an instructional note.

    Attributes
    ----------
    text
        The line as printed.
    source_node
        The code, block (``"S60-S69"``) or chapter (``"19"``) it is printed under.
    """

    text: str
    source_node: str


@dataclass(frozen=True, slots=True)
class Notes:
    """All notes that hold for one code, nearest heading first."""

    inclusion_terms: tuple[Note, ...] = ()
    includes: tuple[Note, ...] = ()
    excludes1: tuple[Note, ...] = ()
    excludes2: tuple[Note, ...] = ()
    code_first: tuple[Note, ...] = ()
    use_additional: tuple[Note, ...] = ()
    code_also: tuple[Note, ...] = ()
    general: tuple[Note, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, tuple[Note, ...]]]:
        """Yield each kind of note with its lines, kinds without lines included."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)


KINDS = tuple(field.name for field in fields(Notes))
