"""What is sent to the interface and what it answers, as its document describes them."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from suggester.review.events import ORIGINS

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


_CODE = {"type": "string", "minLength": 1, "maxLength": 10}
_SYSTEM = {"enum": list(get_args(System))}
_PLACE = {
    "type": "object",
    "required": ["document", "start", "end"],
    "properties": {
        "document": {"type": "string"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
    },
}
#: Fields of a decision beside its kind; which of them a kind needs is checked where it is read.
_FIELDS: dict[str, Any] = {
    "system": _SYSTEM,
    "code": _CODE,
    "codes": {"type": "array", "description": "Pairs for accept_many, codes for query."},
    "with": _CODE | {"description": "replace: the code that takes its place."},
    "with_system": _SYSTEM,
    "reason": {"type": "string", "description": "reject: one of a list; pend, reopen: words."},
    "note": {"type": "string", "description": "reject: words of the coder."},
    "origin": {"enum": list(ORIGINS)},
    "evidence": {"type": "array", "items": _PLACE},
    "rule": {"type": "string", "minLength": 1},
    "position": {"type": "integer", "minimum": 0, "maximum": 200},
    "units": {"type": "integer", "minimum": 1, "maximum": 9999},
    "modifiers": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
    "pointers": {"type": "array", "items": _CODE, "maxItems": 12},
    "alert": {"type": "string", "description": "Key of a check."},
    "word": {"type": "string", "description": "acknowledge: why it may stay."},
    "text": {"type": "string", "description": "query: what is asked."},
}


def _describe(schema: dict[str, Any]) -> None:
    schema["properties"] |= _FIELDS


class DecisionIn(BaseModel):
    """One decision about an encounter, taken on a version of it."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_describe)
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


class SearchIn(BaseModel):
    """What code is searched for."""

    q: Annotated[str, Field(max_length=200, description="Words, or the start of a code.")]
    system: Annotated[System | None, Field(description="Only this system.")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 12


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
