"""Procedures are learned from the encounters whose procedures were coded."""

from __future__ import annotations

import numpy as np
import pytest

from suggester.corpus.gold import CodedEncounter
from suggester.engine import LanguageSide
from suggester.errors import InputError
from suggester.ranking.procedure_features import NAMES
from suggester.training.procedures import (
    FEWEST,
    ProcedurePairs,
    fit_procedures,
    make_procedure_pairs,
)

EXCISED = "Procedure: laparoscopic appendectomy. Chest x-ray, two views, was done before."


def coded(**row: object) -> CodedEncounter:
    return CodedEncounter.from_mapping({"id": "a", "text": EXCISED, **row}, "a")


def test_rows_may_code_procedures_alone() -> None:
    alone = coded(procedures={"codes": ["44970"], "not_performed": ["71046"], "visit": None})
    assert not alone.diagnoses_coded
    assert alone.codes == ()
    assert alone.procedures is not None
    assert alone.procedures.codes == ("44970",)
    assert alone.procedures.not_performed == ("71046",)
    assert coded(codes=["K35.80"]).procedures is None
    with pytest.raises(InputError, match="'procedures' must be an object with 'codes'"):
        coded(procedures=["44970"])
    with pytest.raises(InputError, match="'visit' must be an object"):
        coded(procedures={"codes": [], "visit": "99213"})
    with pytest.raises(InputError, match="has no 'codes'"):
        coded()


def test_pairs_leave_out_what_counts_neither_way(language: LanguageSide) -> None:
    row = coded(procedures={"codes": ["44970"], "optional": ["71046"]})
    pairs = make_procedure_pairs(language, [row, coded(codes=["K35.80"])])
    assert pairs.features.shape[1] == len(NAMES)
    assert pairs.truth.sum() == 1
    assert pairs.gold.tolist() == [1]
    assert not pairs.notes.any()
    with_film = make_procedure_pairs(language, [coded(procedures={"codes": ["44970"]})])
    assert len(with_film.truth) == len(pairs.truth) + 1


def made(right: int) -> ProcedurePairs:
    """Return pairs of notes of which every second procedure was done, as its first feature tells."""
    rng = np.random.default_rng(0)
    truth = np.tile([1.0, 0.0], right)
    features = rng.normal(size=(2 * right, len(NAMES))).astype(np.float32)
    features[:, 0] += 3 * truth
    encounter = np.repeat(np.arange(right), 2).astype(np.int32)
    return ProcedurePairs(
        features, truth, encounter, np.ones(right, np.int32), np.ones(right, np.bool_)
    )


def test_fitting_separates_what_can_be_separated() -> None:
    ranker, metrics = fit_procedures(made(120), (0.1, 0.5, 0.9))
    assert ranker is not None
    assert metrics["procedure_micro_f1"] > 0.85
    assert metrics["procedure_candidate_recall"] == 1
    assert (ranker.visit_confidence(0), ranker.visit_confidence(2)) == (0.1, 0.9)
    done, named = ranker.confidence(made(120).features[:2])
    assert done > ranker.threshold > named
    assert len(ranker.confidence(np.zeros((0, len(NAMES)), np.float32))) == 0


def test_too_few_procedures_teach_nothing() -> None:
    assert fit_procedures(made(FEWEST - 1), (0.5, 0.5, 0.5)) == (None, {})
