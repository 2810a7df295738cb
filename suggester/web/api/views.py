"""What the interface answers about an encounter: documents, suggestions, worksheet and checks.

Keys that have no value are left out where the command line leaves them out too; what a later version
adds to a result is passed on.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["error", "warning", "information"]


class Kept(BaseModel):
    """Part of a result as it was made, perhaps by another version: keys not known here are kept."""

    model_config = ConfigDict(extra="allow")


class EvidenceOut(Kept):
    """Words of a document; offsets count Unicode code points."""

    start: int
    end: int
    text: str
    section: str = ""
    assertion: str = ""
    document: str | None = None


class AlternativeOut(Kept):
    """A code that one more detail would choose instead."""

    code: str
    description: str
    reason: str


class ReasonOut(Kept):
    """One part of what a confidence was made of, in log-odds."""

    statement: str
    effect: float


class ModifierOut(Kept):
    """A modifier that the documentation supports, and why."""

    modifier: str
    reason: str


class SuggestionOut(Kept):
    """One suggested code."""

    rank: int
    system: str
    code: str
    description: str
    confidence: float
    tier: Literal["confident", "candidate"]
    billable: bool
    evidence: list[EvidenceOut]
    alternatives: list[AlternativeOut]
    flags: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    derived_from: dict[str, Any] | None = None
    reasons: list[ReasonOut] = []
    units: int | None = None
    modifiers: list[ModifierOut] = []
    diagnoses: list[str] = []
    visit: dict[str, Any] | None = None
    axes: list[dict[str, Any]] = []


class RefusalOut(Kept):
    """A condition the note names that is not coded, and why."""

    start: int
    end: int
    text: str
    reason: str
    cue: str
    code: str


class NotPerformedOut(Kept):
    """A procedure the note names that was not done here and now."""

    start: int
    end: int
    text: str
    status: str
    cue: str
    system: str
    code: str
    description: str


class SettingOut(Kept):
    """Where care was given, and what told so when it was not stated."""

    value: str
    inferred: bool
    because: str = ""


class ClaimOrderOut(Kept):
    """The confident diagnoses in claim order."""

    sequence: list[str]
    first_listed_because: str = ""


class ResultOut(Kept):
    """Everything suggested for one encounter."""

    id: str
    model: dict[str, str]
    code_sets: dict[str, str]
    setting: SettingOut
    suggestions: list[SuggestionOut]
    not_coded: list[RefusalOut]
    not_performed: list[NotPerformedOut] = []
    claim: ClaimOrderOut | None = None
    notices: list[str] = []


class ResultsOut(BaseModel):
    """Results in the order of the notes."""

    results: list[ResultOut]


class DocumentOut(BaseModel):
    """One document of an encounter."""

    id: str
    type: str
    text: str


class PlaceOut(Kept):
    """Words of a document that an assigned code rests on."""

    document: str
    start: int
    end: int
    text: str


class LineOut(BaseModel):
    """One assigned code; units, modifiers and pointers are those of a procedure."""

    system: str
    code: str
    description: str
    origin: str
    replaces: Annotated[str | None, Field(alias="from")] = None
    evidence: list[PlaceOut]
    rule: str | None = None
    units: int | None = None
    modifiers: list[str] = []
    pointers: list[str] = []


class RejectedOut(BaseModel):
    """A suggestion that was not taken, and why."""

    system: str
    code: str
    reason: str
    note: str


class AcknowledgedOut(BaseModel):
    """A warning that was kept, with a word why."""

    alert: str
    word: str


class QueryOut(BaseModel):
    """A query to the provider."""

    text: str
    alert: str | None = None
    codes: list[str] = []


class PendingOut(BaseModel):
    """What an encounter waits for."""

    reason: str


class WorksheetOut(BaseModel):
    """What was decided: assigned lines in claim order, diagnoses first."""

    lines: list[LineOut]
    rejected: list[RejectedOut]
    acknowledged: list[AcknowledgedOut]
    queries: list[QueryOut]
    pending: PendingOut | None
    finished: bool
    can_undo: bool


class MendOut(BaseModel):
    """What would mend an alert in one step."""

    model_config = ConfigDict(extra="allow")
    replace: dict[str, str] = {}
    remove: list[str] = []
    add: list[str] = []
    first: str = ""
    before: str = ""
    query: str = ""


class AlertOut(BaseModel):
    """What a coding rule says of the assigned codes."""

    key: str
    rule: str
    severity: Severity
    codes: list[str]
    message: str
    source: str
    mend: MendOut
    acknowledged: bool


class LockOut(BaseModel):
    """Who holds an encounter, and until when unless renewed."""

    by: str
    mine: bool
    until: str


class CodingOut(BaseModel):
    """What a decision may have changed; ``version`` is named in the next decision."""

    model_config = ConfigDict(extra="allow")
    id: str
    title: str
    state: Literal["new", "in_review", "pending", "coded", "audited", "exported"]
    version: int
    age: int | None
    sex: str | None
    date_of_service: str | None
    setting: SettingOut
    worksheet: WorksheetOut
    shown: list[tuple[str, str]]
    alerts: list[AlertOut]
    first_because: str
    lock: LockOut | None
    next: str | None


class EncounterOut(CodingOut):
    """All of an encounter."""

    documents: list[DocumentOut]
    result: ResultOut


class CodeOut(BaseModel):
    """A code; for a diagnosis also whether it is billable, and what stands above and below it."""

    system: str
    code: str
    description: str
    billable: bool | None = None
    ancestors: list[tuple[str, str]] = []
    children: list[tuple[str, str]] = []
