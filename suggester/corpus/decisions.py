"""What a coder decided about each suggestion: the pairs a review leaves behind for training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suggester.errors import InputError
from suggester.suggestions import SYSTEMS

#: Decisions that make a code right for an encounter.
POSITIVE = ("accepted", "added")
#: Decisions that make it wrong: replaced by another code, rejected, or left without a word.
NEGATIVE = ("replaced", "rejected", "left")
DECISIONS = (*POSITIVE, *NEGATIVE)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decided pair of encounter and code.

    Attributes
    ----------
    decision
        One of :data:`DECISIONS`.
    reason
        Why a suggestion was rejected; ``removed`` where it was accepted and taken off again.
    instead
        The code that took the place of a replaced one.
    confidence
        What the model that suggested it said; None for an added code.
    evidence
        Start and end of its words, in the joined text of the encounter.
    shown
        Whether the coder looked at the evidence of the suggestion.
    """

    system: str
    code: str
    decision: str
    reason: str = ""
    instead: str = ""
    confidence: float | None = None
    evidence: tuple[tuple[int, int], ...] = ()
    shown: bool = False

    @property
    def positive(self) -> bool:
        """Tell whether the code is right."""
        return self.decision in POSITIVE


def read_decisions(given: Any, size: int, identity: str) -> tuple[Decision, ...]:
    """Read the ``decisions`` of a corpus row of ``size`` characters.

    Raises
    ------
    InputError
        A decision cannot be used.
    """
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise InputError(f"Note {identity!r}: 'decisions' must be a list of objects.")
    return tuple(_decision(row, size, identity) for row in given)


def _decision(row: Any, size: int, identity: str) -> Decision:
    if (
        not isinstance(row, Mapping)
        or row.get("system") not in SYSTEMS
        or not isinstance(row.get("code"), str)
        or row.get("decision") not in DECISIONS
    ):
        raise InputError(
            f"Note {identity!r}: each of 'decisions' has 'system', 'code' and 'decision' "
            f"({', '.join(DECISIONS)})."
        )
    confidence = row.get("confidence")
    return Decision(
        row["system"],
        row["code"].strip().upper(),
        row["decision"],
        str(row.get("reason") or ""),
        str(row.get("with") or "").strip().upper(),
        float(confidence) if isinstance(confidence, int | float) else None,
        tuple(_place(place, size, identity) for place in row.get("evidence") or ()),
        row.get("shown") is True,
    )


def _place(place: Any, size: int, identity: str) -> tuple[int, int]:
    start, end = (
        (place.get("start"), place.get("end")) if isinstance(place, Mapping) else (None, None)
    )
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= size:
        raise InputError(f"Note {identity!r} has a span outside its text.")
    return start, end
