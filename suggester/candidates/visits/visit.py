"""What is known of a visit, and the places of the note that say so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a column and where the note documents it; offsets count characters.

    ``column`` is ``problems``, ``data``, ``risk``, ``time``, ``kind`` or ``patient``; ``level`` is the
    level the element reaches alone, empty where it has none.
    """

    column: str
    level: str
    element: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The code of a visit and what it rests on.

    Attributes
    ----------
    others
        Codes a second auditor could defend, or another payer asks for.
    patient
        ``new``, ``established``, ``initial``, ``subsequent`` …, empty where it makes no difference.
    basis
        ``mdm``, ``time``, ``age`` or ``kind``.
    missing
        What the next level asks for that the note does not document, empty at the top.
    modifiers
        Modifiers with the reason for each.
    add_ons
        Codes of further time with their units.
    told
        How many of kind and patient status are documented rather than assumed: 0, 1 or 2; a status
        that makes no difference counts as documented.
    """

    code: str
    others: tuple[str, ...]
    kind: str
    patient: str
    basis: str
    level: str
    elements: tuple[Element, ...]
    minutes: int | None
    missing: str
    modifiers: tuple[tuple[str, str], ...]
    add_ons: tuple[tuple[str, int], ...]
    told: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the decision-making table: its level, and what speaks for it.

    ``soft`` says that the level rests on something a second auditor could read otherwise.
    """

    level: str
    elements: tuple[Element, ...]
    soft: bool = False
