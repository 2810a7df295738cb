from __future__ import annotations

import pytest

from suggester.corpus.gold import CodedEncounter, CodedProcedures
from suggester.encounter import Encounter
from suggester.engine import Suggester
from suggester.evaluation.metrics import Scored
from suggester.evaluation.paired import COMPARED, Answers, Row, answers, compare, verdict


def scored(gold: str, confident: str, ranked: str = "") -> Scored:
    codes = tuple((ranked or confident).split())
    return Scored(
        frozenset(gold.split()), codes, frozenset(confident.split()), dict.fromkeys(codes, 0.9)
    )


RIGHT, WRONG = scored("I10", "I10"), scored("I10", "J90")


def test_the_same_answers_differ_by_nothing() -> None:
    same = Answers((RIGHT, WRONG, RIGHT))
    for row in compare(same, same):
        assert (row.base, row.low, row.high) == (row.other, 0.0, 0.0)


def test_a_model_that_is_always_right_is_better_than_one_that_never_is() -> None:
    rows = compare(Answers((WRONG,) * 10), Answers((RIGHT,) * 10))
    assert [row.metric for row in rows] == list(COMPARED)
    assert (rows[0].base, rows[0].other, rows[0].low, rows[0].high) == (0.0, 1.0, 1.0, 1.0)
    assert verdict(rows, 10).startswith(
        "The new model is better by more than chance: micro-F1 1.000 against 0.000 on 10"
    )
    back = compare(Answers((RIGHT,) * 10), Answers((WRONG,) * 10))
    assert verdict(back, 10).startswith("The new model is worse")


def test_one_encounter_more_of_twenty_is_what_chance_makes() -> None:
    base = Answers((RIGHT,) * 10 + (WRONG,) * 10)
    rows = compare(base, Answers((RIGHT,) * 11 + (WRONG,) * 9))
    assert rows[0].other > rows[0].base
    assert rows[0].low == 0.0 < rows[0].high
    assert verdict(rows, 20).startswith("The difference may be chance")


def test_bounds_come_from_pairs_not_from_either_alone() -> None:
    # Both models swing with the encounters drawn, but always by the same: the difference does not.
    base = Answers((scored("I10", "I10 J90"), scored("I10 E11.9", "I10 J90 K35.80")) * 10)
    other = Answers(base.diagnoses)
    assert compare(base, other)[0].high == 0.0


def test_encounters_of_one_patient_are_drawn_together() -> None:
    base, other = (RIGHT, WRONG, WRONG), (RIGHT, RIGHT, WRONG)
    one = compare(Answers(base, patients=("p", "p", "p")), Answers(other, patients=("p", "p", "p")))
    # One patient: every draw is the whole, 1 of 3 right against 2 of 3.
    assert one[0].low == one[0].high == pytest.approx(1 / 3)
    assert compare(Answers(base), Answers(other))[0].low == 0.0


def test_procedures_are_compared_where_they_were_coded() -> None:
    base = Answers((RIGHT,), (scored("69210", "11042"),))
    rows = {
        row.metric: row for row in compare(base, Answers((RIGHT,), (scored("69210", "69210"),)))
    }
    assert (rows["procedure_micro_f1"].base, rows["procedure_micro_f1"].other) == (0.0, 1.0)


def test_nothing_to_compare_is_said() -> None:
    assert verdict([], 0) == "There was nothing to compare the models on."
    assert verdict([Row("micro_f1", 0, 0, 0, 0)], 0).startswith("There was nothing")


def test_different_encounters_are_refused() -> None:
    with pytest.raises(ValueError, match="same encounters"):
        compare(Answers((RIGHT,)), Answers((RIGHT, WRONG)))


def test_answers_are_those_of_the_model(shipped: Suggester) -> None:
    note = Encounter.of_text("Assessment: Hypertension, on lisinopril.", "n")
    told = answers(shipped, [CodedEncounter(note, ("I10",))])
    assert told.diagnoses[0].ranked[0] == "I10"
    assert told.procedures == ()


def test_each_model_has_bounds_of_its_own() -> None:
    base = Answers((RIGHT,) * 10 + (WRONG,) * 10)
    [row, *_] = compare(base, Answers((RIGHT,) * 20))
    assert row.base_bounds[0] < row.base < row.base_bounds[1]
    assert row.other_bounds == (1.0, 1.0)
    assert row.to_dict()["other_bounds"] == [1.0, 1.0]
    # Nearly the same for other resamples: the bounds are not those of single draws.
    [again, *_] = compare(base, Answers((RIGHT,) * 20), seed=9)
    assert again.base_bounds == pytest.approx(row.base_bounds, abs=0.06)


def test_few_encounters_are_called_few() -> None:
    row = Row("micro_f1", 0.5, 0.6, 0.01, 0.2)
    assert "so few encounters" in verdict([row], 11)
    assert "so few" not in verdict([row], 200)


def test_where_diagnoses_were_not_coded_they_are_not_measured(shipped: Suggester) -> None:
    note = Encounter.of_text("Assessment: Hypertension. Ear wax removed by curette.", "n")
    coded = CodedEncounter(
        note, (), procedures=CodedProcedures(("69210",)), diagnoses_coded=False, patient="7"
    )
    told = answers(shipped, [coded])
    assert (told.diagnoses, told.patients) == ((), ())
    assert len(told.procedures) == len(told.procedure_patients) == 1
