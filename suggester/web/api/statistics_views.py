"""What the interface answers about the work done: outcomes of suggestions, pace, confidence, drift."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from suggester.web.api.quality_views import PeriodOut


class OutcomesOut(BaseModel):
    """What became of suggestions in one group, by count and share; ``system`` where the group is a code."""

    group: str
    system: str | None = None
    accepted: int
    edited: int
    rejected: int
    added: int
    typed_although_suggested: int
    left: int
    total: int
    suggested: int
    assigned: int
    shares: dict[str, float | None]
    acceptance: float | None
    precision: float | None
    recall: float | None


class PaceOut(BaseModel):
    """Seconds for a note; None where there is none."""

    group: str
    notes: int
    median_seconds: float | None
    ninetieth_seconds: float | None
    median_seconds_per_thousand: float | None


class PacesOut(PaceOut):
    """Pace over all, by coder and by week."""

    coders: list[PaceOut]
    weeks: list[PaceOut]


class BandOut(BaseModel):
    """Suggestions with a confidence from ``low`` to below ``high``."""

    low: float
    high: float
    suggested: int
    chosen: int
    mean_confidence: float | None
    precision: float | None
    coverage: float | None


class PointOut(BaseModel):
    """Precision and coverage of the suggestions at or above a confidence."""

    confidence: float
    suggested: int
    chosen: int
    precision: float
    coverage: float


class ConfidenceOut(BaseModel):
    """How far confidence holds; ``reached`` is the most coverage at the wanted precision."""

    bands: list[BandOut]
    curve: list[PointOut]
    wanted_precision: float
    reached: PointOut | None


class UnknownTermsOut(BaseModel):
    """Notes with more unknown words than allowed."""

    notes: int
    with_unknown: int
    share: float | None
    mean: float | None


class WeekTermsOut(UnknownTermsOut):
    """The same in one week."""

    group: str


class AllowedTermsOut(UnknownTermsOut):
    """The same, with the share that is allowed, and week by week."""

    allowed: float
    weeks: list[WeekTermsOut]


class EarlierOut(PeriodOut):
    """The period of the same length before."""

    encounters: int


class ShiftOut(BaseModel):
    """How the confidences of the period differ from those of the one before."""

    reference: int
    current: int
    psi: float
    psi_by_chance: float
    change: Literal["little", "some", "large"]
    ks: float
    ks_p_value: float
    edges: list[float]
    reference_shares: list[float]
    current_shares: list[float]


class DriftOut(BaseModel):
    """What drifts; ``confidences`` is None where a period has no suggestions.

    Where nothing was finished in the period before, the later half of the period is compared with the
    earlier; ``period`` says which is meant.
    """

    period: PeriodOut
    earlier: EarlierOut
    confidences: ShiftOut | None
    unknown_before: UnknownTermsOut
    unknown: UnknownTermsOut


class ChoicesOut(BaseModel):
    """The coders and models that figures can be asked for."""

    coders: list[str]
    models: list[str]


class StatisticsOut(BaseModel):
    """All figures over the finished first codings of a period."""

    period: PeriodOut
    coder: str | None
    model: str | None
    encounters: int
    outcomes: OutcomesOut
    codes: list[OutcomesOut]
    coders: list[OutcomesOut]
    models: list[OutcomesOut]
    weeks: list[OutcomesOut]
    pace: PacesOut
    confidence: ConfidenceOut
    unknown_terms: AllowedTermsOut
    drift: DriftOut | None
    choices: ChoicesOut
