"""What comes out for one encounter: suggestions, what is not coded, and the model behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONFIDENT, CANDIDATE = "confident", "candidate"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the note that support a code; offsets count code points of the document."""

    start: int
    end: int
    text: str
    section: str
    assertion: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A code that one more detail would choose instead."""

    code: str
    description: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of what a confidence was made of; ``effect`` in log-odds, above 0 speaks for."""

    statement: str
    effect: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested code; ``confidence`` is a calibrated probability."""

    rank: int
    system: str
    code: str
    description: str
    confidence: float
    tier: str
    billable: bool
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...] = ()
    flags: tuple[dict[str, Any], ...] = ()
    alerts: tuple[dict[str, Any], ...] = ()
    derived_from: dict[str, Any] | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A condition the note names that is not coded, with the words that decided."""

    start: int
    end: int
    text: str
    reason: str
    cue: str
    code: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything suggested for one encounter."""

    id: str
    model: dict[str, str]
    code_sets: dict[str, str]
    setting: dict[str, Any]
    suggestions: tuple[Suggestion, ...]
    not_coded: tuple[Refusal, ...]
    notices: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form that the command line, the API and the database share."""
        out: dict[str, Any] = {
            "id": self.id,
            "model": self.model,
            "code_sets": self.code_sets,
            "setting": self.setting,
            "suggestions": [_suggestion(s) for s in self.suggestions],
            "not_coded": [_drop_none(_fields(r)) for r in self.not_coded],
        }
        if self.notices:
            out["notices"] = list(self.notices)
        return out


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _drop_none(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    row = _drop_none(_fields(suggestion))
    row["evidence"] = [_drop_none(_fields(e)) for e in suggestion.evidence]
    row["alternatives"] = [_fields(a) for a in suggestion.alternatives]
    row["flags"] = list(suggestion.flags)
    row["alerts"] = list(suggestion.alerts)
    if suggestion.reasons:
        row["reasons"] = [_fields(r) for r in suggestion.reasons]
    else:
        row.pop("reasons")
    return row
