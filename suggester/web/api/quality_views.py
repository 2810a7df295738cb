"""What the interface answers about second codings: agreement of coders, and what they differ in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

#: System and code.
Code = tuple[str, str]


class PeriodOut(BaseModel):
    """First and last day; None where the period is open."""

    since: str | None
    until: str | None


class DecisionsOut(BaseModel):
    """The four cells of two coders' decisions, and what follows from them; None where nothing does."""

    both: int
    only_first: int
    only_second: int
    neither: int
    observed: float | None
    expected: float | None
    kappa: float | None
    positive_agreement: float | None
    negative_agreement: float | None


class DisagreementOut(BaseModel):
    """What two coders see differently in one encounter."""

    encounter: str
    only_first: list[Code]
    only_second: list[Code]
    details: list[tuple[Code, Code]]
    first_listed: tuple[Code | None, Code | None] | None


class AgreedOut(BaseModel):
    """How far two codings of the same encounters agree; a share is None where nothing was compared."""

    encounters: int
    exact_match: float | None
    micro_f1: float | None
    category_agreement: float | None
    first_listed: float | None
    first_listed_of: int
    decisions: DecisionsOut
    disagreements: list[DisagreementOut]


class AgreedPairOut(AgreedOut):
    """The same of one pair of coders."""

    first_coder: str
    second_coder: str


class AgreementOut(BaseModel):
    """Agreement over a period; ``to_settle`` waits for an auditor, ``unfinished`` for its second coder."""

    period: PeriodOut
    all: AgreedOut
    pairs: list[AgreedPairOut]
    to_settle: list[str]
    unfinished: int


class CodedLineOut(BaseModel):
    """One line of a coding; ``differs`` where the other coder has it not."""

    system: str
    code: str
    description: str
    units: int | None
    modifiers: list[str] | None
    differs: bool


class CodingSideOut(BaseModel):
    """One coder's lines."""

    coder: str
    lines: list[CodedLineOut]


class DifferenceOut(BaseModel):
    """One difference, and what may be taken for it."""

    first: Code | None
    second: Code | None
    choices: list[Literal["first", "second", "both", "neither", "other"]]


class DifferencesOut(BaseModel):
    """What is to be settled."""

    codes: list[DifferenceOut]
    first_listed: tuple[Code | None, Code | None] | None


class SettledOut(BaseModel):
    """What was settled, by whom and why; ``exported_before`` where the claim had gone out before."""

    by: str
    at: str
    because: str
    lines: list[CodedLineOut]
    exported_before: bool


class SettlingOut(BaseModel):
    """Both codings of an encounter side by side, and what was settled."""

    id: str
    title: str
    settled: bool
    result: SettledOut | None
    first: CodingSideOut
    second: CodingSideOut
    differences: DifferencesOut
