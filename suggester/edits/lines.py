"""What the note supports: lines of a claim before their modifiers, and the diagnoses beside them."""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds of a line: something done, or an evaluation and management service.
PROCEDURE, VISIT = "procedure", "visit"
#: Offsets of words in the note that speak for a line or a diagnosis, start and end.
Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One service that the note documents.

    Attributes
    ----------
    code
        CPT or HCPCS Level II code in capitals.
    system
        ``cpt`` or ``hcpcs``.
    family
        The procedure as clinicians name it, as in the starter set.
    sides
        How modifiers tell its side: ``""`` for none, ``side``, ``finger``, ``toe``, ``eyelid`` or
        ``coronary``.
    add_on
        Whether it is reported only beside a primary code.
    units
        Units of service, 1 or more.
    places
        Offsets of its evidence in the text of the note; may be empty.
    kind
        ``procedure`` or ``visit``.
    """

    code: str
    system: str
    family: str
    sides: str
    add_on: bool
    units: int
    places: Places
    kind: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10-CM code of the encounter, with dots, and the offsets of its evidence in the note.

    ``sure`` is False for one that is only likely: a procedure may be for it, a visit is not.
    """

    code: str
    places: Places
    sure: bool = True


@dataclass(frozen=True, slots=True)
class ModifierHint:
    """A modifier the documentation supports, and a sentence that says why."""

    modifier: str
    reason: str
