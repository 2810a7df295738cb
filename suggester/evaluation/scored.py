"""One encounter's suggestions beside its gold codes: what every metric is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scored:
    """One encounter's ranked codes beside its gold codes.

    ``ranked`` is best first; ``confident`` are the codes that would be pre-selected; ``confidence``
    gives a probability for each ranked code.
    """

    gold: frozenset[str]
    ranked: tuple[str, ...]
    confident: frozenset[str]
    confidence: Mapping[str, float]

    @property
    def hits(self) -> list[bool]:
        """Tell of each ranked code whether it is gold, best first."""
        return [code in self.gold for code in self.ranked]
