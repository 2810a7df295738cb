"""A set of codes with what is known about the patient and the visit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.edits.coding.note_facts import NoteFacts


@dataclass(frozen=True, slots=True)
class CodedEncounter:
    """What the rules are run on.

    Attributes
    ----------
    codes
        ICD-10-CM codes in the order they are assigned, the first-listed first.
    facts
        What the note says; ``None`` where there is no note.
    age
        In completed years at the date of service.
    sex
        ``F`` or ``M`` as recorded for the claim.
    setting
        ``outpatient``, ``inpatient`` or ``emergency``.
    procedures
        CPT and HCPCS codes of the same claim.
    """

    codes: tuple[str, ...]
    facts: NoteFacts | None = None
    age: int | None = None
    sex: str | None = None
    date: datetime.date | None = None
    setting: str = "outpatient"
    procedures: tuple[str, ...] = ()
