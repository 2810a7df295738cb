"""Two models on the same encounters, and how sure the difference between them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.answered import patient_of
from suggester.evaluation.resampling import RESAMPLES, differences, intervals
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import settle
from suggester.suggestions import CONFIDENT, SYSTEMS, Suggestion

if TYPE_CHECKING:
    from suggester.engine import Suggester

#: Metrics that are compared, the one that gives the verdict first.
COMPARED = ("micro_f1", "micro_precision", "micro_recall", "map", "recall_at_10", "ece")
#: The same of procedures, visits left out.
COMPARED_PROCEDURES = ("micro_f1", "map")
#: Below so many encounters a comparison says little, and says so.
FEW = 50


@dataclass(frozen=True, slots=True)
class Answers:
    """What one model suggested for some encounters, ready for the metrics.

    ``procedures`` are those of the encounters whose procedures were coded. ``patients`` and
    ``procedure_patients`` tell which encounters are of one patient; where they are empty, every
    encounter is its own.
    """

    diagnoses: tuple[Scored, ...]
    procedures: tuple[Scored, ...] = ()
    patients: tuple[str, ...] = ()
    procedure_patients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of both models.

    Attributes
    ----------
    low, high
        Bounds of the difference ``other`` less ``base``.
    base_bounds, other_bounds
        Bounds of each alone. They may overlap though the difference is sure: both models swing
        together with the encounters drawn.
    """

    metric: str
    base: float
    other: float
    low: float
    high: float
    base_bounds: tuple[float, float] = (0.0, 0.0)
    other_bounds: tuple[float, float] = (0.0, 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "metric": self.metric,
            **{key: round(getattr(self, key), 4) for key in ("base", "other", "low", "high")},
            "base_bounds": [round(bound, 4) for bound in self.base_bounds],
            "other_bounds": [round(bound, 4) for bound in self.other_bounds],
        }


def answers(
    suggester: Suggester,
    corpus: Iterable[CodedEncounter],
    progress: Callable[[int], None] = lambda done: None,
) -> Answers:
    """Run a model over coded encounters.

    Raises
    ------
    InputError
        An encounter cannot be read.
    """
    diagnoses: list[Scored] = []
    procedures: list[Scored] = []
    patients: list[str] = []
    procedure_patients: list[str] = []
    for number, coded in enumerate(corpus, 1):
        systems = ("icd10cm",) if coded.procedures is None else SYSTEMS
        result = suggester.suggest(coded.encounter, systems=systems)
        if coded.diagnoses_coded:
            diagnoses.append(settle(coded, *_told(result.diagnoses)))
            patients.append(patient_of(coded))
        if coded.procedures is not None:
            done = [row for row in result.procedures if row.visit is None]
            procedures.append(settle(coded.procedures, *_told(done)))
            procedure_patients.append(patient_of(coded))
        progress(number)
    return Answers(tuple(diagnoses), tuple(procedures), tuple(patients), tuple(procedure_patients))


def compare(
    base: Answers,
    other: Answers,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return the metrics of two models on the same encounters, with bounds of their difference.

    The bounds are those of a paired bootstrap: patients are drawn with replacement, the same for both
    models (:mod:`suggester.evaluation.resampling`).

    Raises
    ------
    ValueError
        The models answered different encounters.
    """
    drawing = (resamples, seed)
    rows = _compared(COMPARED, "", base.diagnoses, other.diagnoses, base.patients, drawing)
    progress(1, 2)
    if base.procedures:
        rows += _compared(
            COMPARED_PROCEDURES,
            "procedure_",
            base.procedures,
            other.procedures,
            base.procedure_patients,
            drawing,
        )
    progress(2, 2)
    return rows


def verdict(rows: Sequence[Row], encounters: int) -> str:
    """Say in one sentence what a comparison found."""
    if not rows or not encounters:
        return "There was nothing to compare the models on."
    main = rows[0]
    beside = (
        f"micro-F1 {main.other:.3f} against {main.base:.3f} on {encounters} held-back encounters, "
        f"a difference of {main.low:+.3f} to {main.high:+.3f}"
    )
    few = (
        " With so few encounters this is rough; compare again when more are finished."
        if encounters < FEW
        else ""
    )
    if main.low > 0:
        return f"The new model is better by more than chance: {beside}.{few}"
    if main.high < 0:
        return f"The new model is worse by more than chance: {beside}.{few}"
    return f"The difference may be chance: {beside}.{few}"


def _told(given: Sequence[Suggestion]) -> tuple[list[str], set[str], Mapping[str, float]]:
    confidence = {row.code: row.confidence for row in given}
    return list(confidence), {row.code for row in given if row.tier == CONFIDENT}, confidence


def _compared(
    names: Sequence[str],
    prefix: str,
    base: Sequence[Scored],
    other: Sequence[Scored],
    patients: Sequence[str],
    drawing: tuple[int, int],
) -> list[Row]:
    given = patients or [str(number) for number in range(len(base))]
    # The same seed draws the same patients for both models, and for each alone.
    found = differences(base, other, given, names, *drawing)
    ours, theirs = (intervals(rows, given, names, *drawing) for rows in (base, other))
    return [
        Row(
            prefix + row.metric,
            row.base,
            row.other,
            row.low,
            row.high,
            (ours[row.metric].low, ours[row.metric].high),
            (theirs[row.metric].low, theirs[row.metric].high),
        )
        for row in found
    ]
