"""What comes out for one encounter: suggestions, what is not coded, and the model behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONFIDENT, CANDIDATE = "confident", "candidate"
#: Code systems that are suggested from.
SYSTEMS = ("icd10cm", "cpt", "hcpcs", "icd10pcs")


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
class Modifier:
    """A modifier that the documentation supports, and why."""

    modifier: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitElement:
    """One element that an E/M level rests on, with its words where the note has them."""

    column: str
    level: str
    element: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What an E/M level rests on.

    Attributes
    ----------
    kind, patient
        Kind of visit (``office``, ``emergency`` …) and of patient (``new``, ``established``,
        ``initial`` …); ``patient`` is empty where the note does not tell.
    basis
        ``mdm`` (medical decision making), ``time``, ``age`` or ``kind``.
    missing
        The element that the next level asks for and the note does not document: information only.
    """

    kind: str
    patient: str
    basis: str
    level: str
    minutes: int | None
    elements: tuple[VisitElement, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One character of an ICD-10-PCS code, and the words that tell it.

    ``told`` is false where the note does not document it and a value had to be taken.
    """

    name: str
    value: str
    meaning: str
    told: bool
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested code; ``confidence`` is a calibrated probability.

    ``rank`` counts diagnoses and procedures apart. ``units``, ``modifiers`` and ``diagnoses`` (the codes
    a line is for, most relevant first) are those of procedures, and None for a diagnosis; ``visit`` is
    that of an E/M code, ``axes`` are those of an ICD-10-PCS code.
    """

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
    units: int | None = None
    modifiers: tuple[Modifier, ...] | None = None
    diagnoses: tuple[str, ...] | None = None
    visit: Visit | None = None
    axes: tuple[Axis, ...] | None = None


@dataclass(frozen=True, slots=True)
class NotPerformed:
    """A procedure the note names that was not done here and now.

    ``status`` is ``ordered``, ``before``, ``elsewhere``, ``declined``, ``discussed`` or ``cancelled``;
    ``cue`` are the words that decided.
    """

    start: int
    end: int
    text: str
    status: str
    cue: str
    system: str
    code: str
    description: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A condition the note names that is not coded, with the words that decided.

    Where ``reason`` is ``rule``, ``rule`` is the id of the coding rule and ``cue`` its sentence.
    """

    start: int
    end: int
    text: str
    reason: str
    cue: str
    code: str
    document: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The confident diagnoses in claim order, and why the first stands first."""

    sequence: tuple[str, ...] = ()
    first_because: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything suggested for one encounter."""

    id: str
    model: dict[str, str]
    code_sets: dict[str, str]
    setting: dict[str, Any]
    suggestions: tuple[Suggestion, ...]
    not_coded: tuple[Refusal, ...]
    not_performed: tuple[NotPerformed, ...] = ()
    notices: tuple[str, ...] = field(default=())
    claim: Claim = field(default_factory=Claim)

    @property
    def diagnoses(self) -> tuple[Suggestion, ...]:
        """The ICD-10-CM suggestions."""
        return tuple(s for s in self.suggestions if s.system == "icd10cm")

    @property
    def procedures(self) -> tuple[Suggestion, ...]:
        """The suggestions of what was done, visits included."""
        return tuple(s for s in self.suggestions if s.system != "icd10cm")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form that the command line, the API and the database share."""
        out: dict[str, Any] = {
            "id": self.id,
            "model": self.model,
            "code_sets": self.code_sets,
            "setting": self.setting,
            "suggestions": [_suggestion(s) for s in self.suggestions],
            "not_coded": [_drop_none(_fields(r)) for r in self.not_coded],
            "not_performed": [_drop_none(_fields(r)) for r in self.not_performed],
        }
        if self.claim.sequence:
            out["claim"] = {
                "sequence": list(self.claim.sequence),
                "first_listed_because": self.claim.first_because,
            }
        if self.notices:
            out["notices"] = list(self.notices)
        return out


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _drop_none(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _with_evidence(row: VisitElement | Axis) -> dict[str, Any]:
    return _drop_none(
        _fields(row) | {"evidence": row.evidence and _drop_none(_fields(row.evidence))}
    )


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    row = _drop_none(_fields(suggestion))
    row["evidence"] = [_drop_none(_fields(e)) for e in suggestion.evidence]
    row["alternatives"] = [_fields(a) for a in suggestion.alternatives]
    row["flags"] = list(suggestion.flags)
    row["alerts"] = list(suggestion.alerts)
    if suggestion.modifiers is not None:
        row["modifiers"] = [_fields(m) for m in suggestion.modifiers]
    if suggestion.diagnoses is not None:
        row["diagnoses"] = list(suggestion.diagnoses)
    if suggestion.visit is not None:
        row["visit"] = _fields(suggestion.visit) | {
            "elements": [_with_evidence(element) for element in suggestion.visit.elements]
        }
    if suggestion.axes is not None:
        row["axes"] = [_with_evidence(axis) for axis in suggestion.axes]
    if suggestion.reasons:
        row["reasons"] = [_fields(r) for r in suggestion.reasons]
    else:
        row.pop("reasons")
    return row
