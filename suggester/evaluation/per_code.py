"""Where two models differ on the same encounters: for each code, what one gets right and the other not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggester.evaluation.paired import Answers
from suggester.evaluation.scored import Scored

DIAGNOSIS, PROCEDURE = "diagnosis", "procedure"


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What changes for one code when a model takes the place of another.

    Attributes
    ----------
    kind
        :data:`DIAGNOSIS` or :data:`PROCEDURE`.
    gold
        Encounters that have the code.
    found, missed
        Encounters that have it, in which only the new model, only the old one is confident of it.
    avoided, false
        Encounters that do not have it, in which only the old model, only the new one is confident of it.
    """

    code: str
    kind: str
    gold: int
    found: int = 0
    missed: int = 0
    avoided: int = 0
    false: int = 0

    @property
    def wins(self) -> int:
        """Encounters in which only the new model is right."""
        return self.found + self.avoided

    @property
    def losses(self) -> int:
        """Encounters in which only the old model is right."""
        return self.missed + self.false

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        names = ("code", "kind", "gold", "found", "missed", "avoided", "false")
        return {name: getattr(self, name) for name in names}


def code_changes(base: Answers, other: Answers) -> list[CodeChange]:
    """Return the codes that the models differ in: most encounters won first, most lost last."""
    changes = [
        *_changes(DIAGNOSIS, base.diagnoses, other.diagnoses),
        *_changes(PROCEDURE, base.procedures, other.procedures),
    ]
    return sorted(changes, key=lambda row: (row.losses - row.wins, row.losses, row.code))


def _changes(kind: str, base: Sequence[Scored], other: Sequence[Scored]) -> list[CodeChange]:
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    gold: dict[str, int] = defaultdict(int)
    for old, new in zip(base, other, strict=True):
        for code in old.gold:
            gold[code] += 1
        for code in old.confident ^ new.confident:
            is_new = code in new.confident
            if code in old.gold:
                counted[code]["found" if is_new else "missed"] += 1
            else:
                counted[code]["false" if is_new else "avoided"] += 1
    return [CodeChange(code, kind, gold[code], **counts) for code, counts in counted.items()]
