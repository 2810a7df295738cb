"""Train the ranker of procedures: candidates of coded encounters → classifier, calibration, threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.metrics import average_precision, expected_calibration_error, recall_at
from suggester.parallel import spread
from suggester.ranking.calibration import fit_calibration
from suggester.ranking.procedure_features import NAMES, matrix
from suggester.ranking.procedure_ranker import ProcedureRanker, fit_trees, scores
from suggester.ranking.tiers import best_threshold
from suggester.training.patients import drawn_folds, numbered

if TYPE_CHECKING:
    from suggester.engine import LanguageSide

FOLDS = 10
#: Characters from which a text counts as a note: shorter ones are learned from, but say little of how
#: much is reported in a note, so calibration and threshold leave them out.
NOTE = 400
#: Right pairs a corpus needs before anything can be learned from it.
FEWEST = 50
#: Kind and patient status of a visit: none of them told, one, or both.
VISIT_STEPS = 3
#: Visits counted as right, and as wrong, before the first: the rules were written with such notes in sight.
PRIOR = 5


@dataclass(frozen=True, slots=True)
class ProcedurePairs:
    """(encounter, procedure code) pairs.

    Attributes
    ----------
    features
        Shape (pairs, features).
    truth
        1 where the code was reported, else 0; shape (pairs,). Optional codes and stand-ins are left out.
    encounter
        Number of the encounter of each pair; shape (pairs,).
    gold
        Codes reported in each encounter, found among the candidates or not; shape (encounters,).
    notes
        Mask of the encounters that are whole notes; shape (encounters,).
    patients
        Number of the patient of each encounter; each one its own where there are none.
    """

    features: npt.NDArray[np.float32]
    truth: npt.NDArray[np.float64]
    encounter: npt.NDArray[np.int32]
    gold: npt.NDArray[np.int32]
    notes: npt.NDArray[np.bool_]
    patients: tuple[int, ...] = ()


def make_procedure_pairs(
    language: LanguageSide,
    corpus: Sequence[CodedEncounter],
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> ProcedurePairs:
    """Read every encounter whose procedures were coded and return its pairs."""
    coded_ones = [coded for coded in corpus if coded.procedures is not None]
    blocks: list[npt.NDArray[np.float32]] = [np.zeros((0, len(NAMES)), dtype=np.float32)]
    truth: list[float] = []
    owner: list[int] = []
    gold: list[int] = []
    for number, coded in enumerate(coded_ones):
        assert coded.procedures is not None
        procedures = coded.procedures
        doc = language.process(coded.encounter)
        candidates = language.procedures.generate(doc)
        features = matrix(doc, candidates, coded.encounter.settled().value)
        used = [i for i, c in enumerate(candidates) if c.code.code not in procedures.neutral]
        blocks.append(features[used])
        truth.extend(float(candidates[i].code.code in procedures.codes) for i in used)
        owner.extend([number] * len(used))
        gold.append(len(procedures.codes))
        progress("reading procedures", number + 1, len(coded_ones))
    return ProcedurePairs(
        np.vstack(blocks),
        np.array(truth),
        np.array(owner, dtype=np.int32),
        np.array(gold, dtype=np.int32),
        np.array([len(coded.encounter.text) >= NOTE for coded in coded_ones], dtype=np.bool_),
        numbered(coded_ones),
    )


def fit_procedures(
    pairs: ProcedurePairs,
    visits: tuple[float, ...],
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[ProcedureRanker | None, dict[str, float]]:
    """Return the ranker fitted on all pairs and its out-of-fold metrics on whole notes.

    ``visits`` are what :func:`visit_rates` returns. ``None`` and no metrics where the corpus holds too few procedures to learn from.
    """
    if pairs.truth.sum() < FEWEST or not pairs.notes.any():
        return None, {}
    raw = _out_of_fold(pairs, seed, jobs, progress)
    of_notes = pairs.notes[pairs.encounter]
    calibration = fit_calibration(raw[of_notes], pairs.truth[of_notes])
    confidence = calibration(raw)
    gold = int(pairs.gold[pairs.notes].sum())
    threshold, f1 = best_threshold(confidence[of_notes], pairs.truth[of_notes], gold)
    ranker = ProcedureRanker(
        fit_trees(pairs.features, pairs.truth, seed), calibration, threshold, visits
    )
    return ranker, {
        "procedure_micro_f1": f1,
        **_ranking_metrics(pairs, confidence),
        "procedure_candidate_recall": float(pairs.truth[of_notes].sum() / max(1, gold)),
        "procedure_threshold": threshold,
    }


def visit_rates(
    language: LanguageSide,
    corpus: Sequence[CodedEncounter],
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[float, ...]:
    """Return how often the level of a visit is right, by how much of it is told (0, 1 or 2 things).

    Counted over the encounters whose visit was coded, the absence of one included.
    """
    from suggester.candidates.visits.read_visit import read_visit

    coded_ones = [c for c in corpus if c.procedures is not None and c.procedures.visit is not None]
    right, wrong = [PRIOR] * VISIT_STEPS, [PRIOR] * VISIT_STEPS
    for number, coded in enumerate(coded_ones, 1):
        assert coded.procedures is not None
        reading = language.read(coded.encounter)
        visit = read_visit(reading.doc, reading.setting.value, reading.candidates)
        if visit is not None:
            accepted = {coded.procedures.visit, *coded.procedures.visit_also}
            (right if visit.code in accepted else wrong)[visit.told] += 1
        progress("reading visits", number, len(coded_ones))
    return tuple(hits / (hits + misses) for hits, misses in zip(right, wrong, strict=True))


def _out_of_fold(
    pairs: ProcedurePairs, seed: int, jobs: int, progress: Callable[[str, int, int], None]
) -> npt.NDArray[np.float64]:
    fold = drawn_folds(pairs.patients or range(len(pairs.gold)), FOLDS, seed)[pairs.encounter]

    def score(k: int) -> npt.NDArray[np.float64]:
        if not (fold == k).any():
            return np.zeros(0)
        fitted = fit_trees(pairs.features[fold != k], pairs.truth[fold != k], seed)
        return scores(fitted, pairs.features[fold == k])

    out = np.zeros(len(pairs.truth))
    for k, result in enumerate(spread(score, ((k,) for k in range(FOLDS)), jobs)):
        out[fold == k] = result
        progress("cross-validating procedures", k + 1, FOLDS)
    return out


def _ranking_metrics(
    pairs: ProcedurePairs, confidence: npt.NDArray[np.float64]
) -> dict[str, float]:
    precision, recall = [], []
    for number in np.flatnonzero(pairs.notes & (pairs.gold > 0)):
        mine = np.flatnonzero(pairs.encounter == number)
        order = mine[np.argsort(-confidence[mine], kind="stable")]
        hits = (pairs.truth[order] == 1).tolist()
        precision.append(average_precision(hits, int(pairs.gold[number])))
        recall.append(recall_at(hits, int(pairs.gold[number]), 5))
    counted = pairs.notes[pairs.encounter]
    return {
        "procedure_map": float(np.mean(precision)) if precision else 0.0,
        "procedure_recall_at_5": float(np.mean(recall)) if recall else 0.0,
        "procedure_ece": expected_calibration_error(
            confidence[counted].tolist(), (pairs.truth[counted] == 1).tolist()
        ),
    }
