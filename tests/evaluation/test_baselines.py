"""Baselines that learn from words: they find what words tell, and never see a patient they are tested on."""

from __future__ import annotations

import importlib.util

import pytest

from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.errors import InputError
from suggester.evaluation.baselines import BASELINES, check_names, installed
from suggester.evaluation.baselines.training import apart, folds, out_of_fold, scored_by
from suggester.evaluation.metrics import METRICS

STORIES = (
    ("Blood pressure high again, amlodipine raised. Hypertension not at goal.", "I10"),
    ("Swollen red big toe, colchicine helped. Gout flare.", "M10.9"),
    ("Barking cough at night, lungs clear. Cough for two weeks.", "R05.9"),
)


def corpus(number: int, start: int = 0) -> list[CodedEncounter]:
    """Return encounters of three stories in turn, two of each patient one after the other."""
    return [
        CodedEncounter(
            Encounter.of_text(f"Visit {n}. {STORIES[n % 3][0]}", f"n{n}"),
            (STORIES[n % 3][1],),
            patient=f"p{n // 2}",
        )
        for n in range(start, start + number)
    ]


@pytest.mark.parametrize("name", installed())
def test_a_baseline_learns_which_words_go_with_which_codes(name: str) -> None:
    rows = scored_by(name, corpus(60), corpus(9, 100))
    assert len(rows) == 9
    assert [row.ranked[0] for row in rows] == [STORIES[n % 3][1] for n in range(100, 109)]
    assert METRICS["micro_f1"](rows) == 1.0
    assert all(0 <= p <= 1 for row in rows for p in row.confidence.values())


@pytest.mark.parametrize("name", ["neighbours", "linear"])
def test_the_same_seed_gives_the_same_answers(name: str) -> None:
    assert scored_by(name, corpus(30), corpus(6, 90)) == scored_by(name, corpus(30), corpus(6, 90))


def test_a_baseline_out_of_fold_answers_every_encounter() -> None:
    seen: list[tuple[int, int]] = []
    rows = out_of_fold("neighbours", corpus(60), progress=lambda done, of: seen.append((done, of)))
    assert len(rows) == 60
    assert METRICS["r_precision"](rows) == 1.0
    assert seen[-1] == (5, 5)


def test_one_patient_is_in_one_part() -> None:
    parts = folds(corpus(60), 0)
    assert parts[::2] == parts[1::2]
    assert set(parts) == set(range(5))
    assert folds(corpus(60), 1) != parts


def test_nothing_that_is_evaluated_is_learned_from() -> None:
    evaluated = corpus(2)  # patient p0
    others = corpus(6)
    same_text = CodedEncounter(Encounter.of_text(evaluated[0].encounter.text, "copy"), ("I10",))
    uncoded = CodedEncounter(Encounter.of_text("Wound sutured.", "u"), (), diagnoses_coded=False)
    kept = apart([*others, same_text, uncoded], evaluated)
    assert [coded.encounter.id for coded in kept] == ["n2", "n3", "n4", "n5"]
    other_visit = CodedEncounter(Encounter.of_text("Later.", "later"), ("I10",), patient="p0")
    assert apart([other_visit], evaluated) == []


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(
        InputError, match="There are 9 encounters to train baselines on; at least 10"
    ):
        scored_by("neighbours", corpus(9), corpus(3, 90))
    empty = [CodedEncounter(Encounter.of_text("!", str(n)), ("I10",)) for n in range(12)]
    with pytest.raises(InputError, match="hold no words"):
        scored_by("neighbours", empty, corpus(3))


def test_names_of_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_names(["linear", "neighbours", "linear"]) == ("linear", "neighbours")
    with pytest.raises(
        InputError, match="Unknown baseline 'magic'; known: neighbours, linear, omikuji"
    ):
        check_names(["magic"])
    monkeypatch.setattr("suggester.evaluation.baselines.find_spec", lambda name: None)
    assert installed() == ("neighbours", "linear")
    with pytest.raises(InputError, match="pip install omikuji"):
        check_names(["omikuji"])
    assert set(BASELINES) == {"neighbours", "linear", "omikuji"}


@pytest.mark.skipif(not importlib.util.find_spec("omikuji"), reason="omikuji is not installed")
def test_omikuji_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    scored_by("omikuji", corpus(30), corpus(3, 90))
    assert capfd.readouterr() == ("", "")
