"""What is sent to the interface and what it answers, as its document describes them."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[str, Field(pattern=r"^E[0-9]{1,9}$", description="An encounter, such as E12.")]
System = Literal["icd10cm", "cpt", "hcpcs", "icd10pcs"]


class ErrorBody(BaseModel):
    """What went wrong, in one sentence."""

    code: str
    message: str
    detail: dict[str, Any] = {}


class ErrorAnswer(BaseModel):
    """Every answer that is not a success."""

    error: ErrorBody


class DocumentIn(BaseModel):
    """One document of an encounter."""

    model_config = ConfigDict(extra="ignore")
    id: str | None = None
    type: str = ""
    text: str


class EncounterIn(BaseModel):
    """An encounter: one ``text``, or several ``documents``."""

    model_config = ConfigDict(extra="ignore")
    id: str | None = None
    text: str | None = None
    documents: list[DocumentIn] | None = None
    setting: Literal["outpatient", "inpatient", "emergency"] | None = None
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    sex: Literal["F", "M"] | None = None
    date_of_service: datetime.date | None = None

    def to_mapping(self) -> dict[str, Any]:
        """Return the JSON object that the rest of the project reads."""
        row = self.model_dump(mode="json", exclude_none=True)
        for number, document in enumerate(row.get("documents", ()), 1):
            document.setdefault("id", str(number))
        return row


class DecisionIn(BaseModel):
    """One decision about an encounter, taken on a version of it."""

    model_config = ConfigDict(extra="allow")
    version: Annotated[int, Field(ge=0, le=1_000_000)]
    kind: Literal[
        "accept", "accept_many", "replace", "reject", "add", "remove", "move", "line", "mend",
        "acknowledge", "query", "pend", "resume", "finish", "reopen", "undo",
    ]  # fmt: skip
    seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = None


class ShownIn(BaseModel):
    """Suggestions whose evidence was shown."""

    codes: Annotated[list[tuple[System, str]], Field(max_length=500)]


class AssignIn(BaseModel):
    """Whose an encounter is to be; nobody's where it is null."""

    to: str | None


class HitOut(BaseModel):
    """A code that was found."""

    system: str
    code: str
    description: str
    billable: bool
    score: float


class HitsOut(BaseModel):
    """Codes that were found, the best first."""

    hits: list[HitOut]


class ItemOut(BaseModel):
    """One row of the worklist."""

    id: str
    title: str
    state: str
    age: int | None
    sex: str | None
    date_of_service: str | None
    setting: str | None
    assigned: str | None
    locked_by: str | None
    waiting_since: str
    documents: int
    suggestions: int
    least_confidence: float | None


class WorklistOut(BaseModel):
    """The worklist, and how many encounters are in each state."""

    encounters: list[ItemOut]
    counts: dict[str, int]


class EventOut(BaseModel):
    """One entry of the timeline."""

    at: str
    who: str
    kind: str
    summary: str
    model: str
    code_set: str


class TimelineOut(BaseModel):
    """What was done to an encounter, the first first."""

    events: list[EventOut]


class NumberOut(BaseModel):
    """An encounter."""

    id: str


class UploadOut(BaseModel):
    """What became of an uploaded file."""

    created: list[str]
    known: list[str]
    problems: list[str]


class HealthOut(BaseModel):
    """How the service is."""

    status: str
    model: dict[str, str] = {}
    code_sets: dict[str, str] = {}
