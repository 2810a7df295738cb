"""Everything an evaluation finds, with bounds: what the table, the JSON and the report show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from suggester.evaluation.certain import Taken, certain, taken_at
from suggester.evaluation.evaluate import Evaluation
from suggester.evaluation.groups import Group, measured, members
from suggester.evaluation.metrics import METRICS
from suggester.evaluation.mistakes import Confusion, confusions, outcomes
from suggester.evaluation.procedures import METRICS_OF_PROCEDURES, ProcedureEvaluation
from suggester.evaluation.reliability import Bin, Point, curve, reliability
from suggester.evaluation.resampling import RESAMPLES, Interval, intervals
from suggester.evaluation.scored import Scored
from suggester.evaluation.spans import EvidenceFigures, evidence_figures

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Beside:
    """A baseline's answers; ``what`` says what it is, ``trained_on`` on what it was trained, or nothing."""

    name: str
    what: str
    trained_on: str
    rows: Sequence[Scored]


@dataclass(frozen=True, slots=True)
class Column:
    """The metrics of the model or of a baseline, with bounds."""

    name: str
    what: str
    trained_on: str
    metrics: Mapping[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "what": self.what,
            "trained_on": self.trained_on,
            "metrics": {name: value.to_dict() for name, value in self.metrics.items()},
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """What an evaluation found.

    ``columns`` are the model and the baselines, the model first. ``outcomes`` tell for each chapter how
    its gold codes fared; ``procedure_metrics`` are those of procedures with bounds. ``resamples`` and ``seed`` are those of the bounds.
    """

    model: str
    version: str
    encounters: int
    patients: int
    gold_codes: int
    resamples: int
    seed: int
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    reliability: tuple[Bin, ...]
    curve: tuple[Point, ...]
    taken: tuple[Taken, ...]
    evidence: EvidenceFigures | None
    outcomes: Mapping[str, Mapping[str, int]]
    confusions: tuple[Confusion, ...]
    evaluation: Evaluation
    procedures: ProcedureEvaluation | None
    procedure_metrics: Mapping[str, Interval]

    @property
    def certain(self) -> Taken | None:
        """The lowest threshold whose suggestions are surely 95 % right."""
        return certain(self.taken)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: the metrics of model and look-up by name, then all with bounds."""
        found = self.evaluation
        return {
            "model": {"name": self.model, "version": self.version},
            "encounters": self.encounters,
            "patients": self.patients,
            "gold_codes": self.gold_codes,
            "metrics": found.metrics,
            "baseline": found.baseline,
            "procedures": None if self.procedures is None else asdict(self.procedures),
            "procedure_metrics": {
                name: value.to_dict() for name, value in self.procedure_metrics.items()
            },
            "resamples": self.resamples,
            "seed": self.seed,
            "columns": [column.to_dict() for column in self.columns],
            "groups": [group.to_dict() for group in self.groups],
            "reliability": [one.to_dict() for one in self.reliability],
            "precision_coverage": [point.to_dict() for point in self.curve],
            "taken": [one.to_dict() for one in self.taken],
            "certain": None if self.certain is None else self.certain.to_dict(),
            "evidence": None if self.evidence is None else self.evidence.to_dict(),
            "chapters": {name: dict(fates) for name, fates in self.outcomes.items()},
            "confusions": [one.to_dict() for one in self.confusions],
            "by_code": [row.to_dict() for row in found.by_code],
        }


def find(
    found: Evaluation,
    model: tuple[str, str],
    beside: Sequence[Beside] = (),
    seen: Mapping[str, int] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> Findings:
    """Return all that an evaluation tells.

    ``model`` is its name and version, ``seen`` how often each code was gold in its training.
    """
    rows = [row.scored for row in found.answered]
    patients = [row.patient for row in found.answered]
    groups = members(found.answered, seen)
    given = [Beside(" ".join(model), "", "", rows), *beside]
    total = len(groups) + len(given)
    columns = []
    for number, one in enumerate(given, 1):
        metrics = intervals(one.rows, patients, tuple(METRICS), resamples, seed)
        columns.append(Column(one.name, one.what, one.trained_on, metrics))
        progress(number, total)
    figures = []
    for number, group in enumerate(groups, len(given) + 1):
        figures.append(measured(group, patients, resamples, seed))
        progress(number, total)
    return Findings(
        *model,
        len(rows),
        len(set(patients)),
        sum(len(row.gold) for row in rows),
        resamples,
        seed,
        tuple(columns),
        tuple(figures),
        reliability(rows, patients, resamples, seed),
        curve(rows),
        taken_at(rows, patients),
        evidence_figures(found.answered, resamples, seed),
        outcomes(found.answered),
        confusions(found.answered),
        found,
        found.procedures,
        _of_procedures(found, resamples, seed),
    )


def _of_procedures(found: Evaluation, resamples: int, seed: int) -> dict[str, Interval]:
    rows = [row for _, row in found.procedure_rows]
    patients = [patient for patient, _ in found.procedure_rows]
    return intervals(rows, patients, METRICS_OF_PROCEDURES, resamples, seed) if rows else {}
