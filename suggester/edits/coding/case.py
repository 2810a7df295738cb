"""The codes of an encounter at one moment of checking, with what the rules look up about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.candidates.exclusions import Exclusions
from suggester.edits.coding.patterns import CodePatterns, match_any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from suggester.codes import CodeSet
    from suggester.codes.instructions import Instructions
    from suggester.edits.coding.encounter import CodedEncounter
    from suggester.edits.coding.note_facts import NoteFacts

_INPATIENT = "inpatient"


class CodeBook:
    """One code set as the rules ask about it, with the answers kept."""

    def __init__(self, codes: CodeSet) -> None:
        self.codes = codes
        self.instructions: Instructions = codes.instructions
        self.exclusions = Exclusions(codes)
        self.title = lru_cache(maxsize=100_000)(codes.title)
        self.low_title = lru_cache(maxsize=100_000)(lambda code: codes.title(code).lower())
        self.above = lru_cache(maxsize=100_000)(codes.ancestors)

    def is_billable(self, code: str) -> bool:
        """Tell whether a code is in the set and may stand on a claim."""
        return code in self.codes and self.codes.is_billable(code)


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule sees.

    Attributes
    ----------
    assigned
        The codes in order; all of them known and billable after the rules of validity.
    """

    book: CodeBook
    encounter: CodedEncounter
    assigned: tuple[str, ...]

    @property
    def facts(self) -> NoteFacts | None:
        """What the note says; ``None`` without one."""
        return self.encounter.facts

    @property
    def inpatient(self) -> bool:
        """Whether uncertain diagnoses at discharge are coded as if established (II.H)."""
        return self.encounter.setting == _INPATIENT

    def with_codes(self, assigned: Iterable[str]) -> Case:
        """Return the same encounter with other codes."""
        return replace(self, assigned=tuple(assigned))

    def having(self, found: CodePatterns) -> Iterator[str]:
        """Yield the assigned codes that one of the patterns means, in order."""
        return (code for code in self.assigned if match_any(found, code))

    def has(self, found: CodePatterns) -> bool:
        """Tell whether one of the patterns means an assigned code."""
        return any(match_any(found, code) for code in self.assigned)

    def says(self, wordings: Iterable[str]) -> bool:
        """Tell whether there is a note that has one of the wordings."""
        return self.facts is not None and self.facts.says(wordings)
