"""Two models on the same encounters, and how sure the difference between them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.metrics import METRICS, Scored
from suggester.evaluation.settle import settle
from suggester.suggestions import CONFIDENT, SYSTEMS, Suggestion

if TYPE_CHECKING:
    from suggester.engine import Suggester

#: Metrics that are compared, the one that gives the verdict first.
COMPARED = ("micro_f1", "micro_precision", "micro_recall", "map", "recall_at_10", "ece")
#: The same of procedures, visits left out.
COMPARED_PROCEDURES = ("micro_f1", "map")
#: Share of the resamples between the bounds of an interval.
LEVEL = 0.95
#: Below so many encounters a comparison says little, and says so.
FEW = 50


@dataclass(frozen=True, slots=True)
class Answers:
    """What one model suggested for some encounters, ready for the metrics.

    ``procedures`` are those of the encounters whose procedures were coded.
    """

    diagnoses: tuple[Scored, ...]
    procedures: tuple[Scored, ...] = ()


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
    for number, coded in enumerate(corpus, 1):
        systems = ("icd10cm",) if coded.procedures is None else SYSTEMS
        result = suggester.suggest(coded.encounter, systems=systems)
        diagnoses.append(settle(coded, *_told(result.diagnoses)))
        if coded.procedures is not None:
            done = [row for row in result.procedures if row.visit is None]
            procedures.append(settle(coded.procedures, *_told(done)))
        progress(number)
    return Answers(tuple(diagnoses), tuple(procedures))


def compare(
    base: Answers,
    other: Answers,
    resamples: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return the metrics of two models on the same encounters, with bounds of their difference.

    The bounds are those of a paired bootstrap: whole encounters are drawn with replacement, the same
    for both models (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
    """
    wanted = [("", name) for name in COMPARED]
    if base.procedures:
        wanted += [("procedure_", name) for name in COMPARED_PROCEDURES]
    rows = []
    for number, (prefix, name) in enumerate(wanted, 1):
        ours, theirs = (
            (base.procedures, other.procedures) if prefix else (base.diagnoses, other.diagnoses)
        )
        rows.append(_compared(prefix + name, METRICS[name], ours, theirs, resamples, seed))
        progress(number, len(wanted))
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
    name: str,
    metric: Callable[[Sequence[Scored]], float],
    base: Sequence[Scored],
    other: Sequence[Scored],
    resamples: int,
    seed: int,
) -> Row:
    if len(base) != len(other):
        raise ValueError("both models must have answered the same encounters")
    # The same seed draws the same encounters for every metric.
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(0, len(base), len(base)) for _ in range(resamples if base else 0)]
    theirs = np.array([metric([other[i] for i in picked]) for picked in drawn])
    ours = np.array([metric([base[i] for i in picked]) for picked in drawn])
    return Row(
        name, metric(base), metric(other), *_bounds(theirs - ours), _bounds(ours), _bounds(theirs)
    )


def _bounds(drawn: npt.NDArray[np.float64]) -> tuple[float, float]:
    if not len(drawn):
        return 0.0, 0.0
    low, high = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
