"""What training says of its own model: how sure, for whom, on what."""

from __future__ import annotations

import pytest

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.answered import Answered
from suggester.evaluation.scored import Scored
from suggester.training.card import sure_sentence
from suggester.training.judged import data_of, judgement, sure_of
from suggester.training.patients import drawn_folds, folds, numbered


def row(
    number: int, confidence: float, right: bool = True, patient: str = "", **facts: str
) -> Answered:
    code = "I10" if right else "E78.5"
    scored = Scored(frozenset({"I10"}), (code,), frozenset({code}), {code: confidence})
    return Answered(f"n-{number}", patient or f"p-{number}", scored, facts)


def test_so_many_patients_without_an_error_are_needed() -> None:
    # 0.95 ** 58 = 0.0510 and 0.95 ** 59 = 0.0485: one above, one below the 5 % that may fail.
    none = sure_of([row(n, 0.97) for n in range(58)])
    assert none["threshold"] is None
    assert sure_sentence(none) == (
        "No confidence can be named from which diagnoses are surely 95% right, on 58 patients. 58 patients "
        "have any of confidence 0.95 or above; of these 100.0% are right, 95.0% certainly."
    )
    sure = sure_of([row(n, 0.97) for n in range(59)])
    assert (sure["threshold"], sure["coverage"], sure["patients"]) == (0.5, 1.0, 59)


def test_notes_of_one_patient_are_one_draw() -> None:
    rows = [row(n, 0.97, patient=f"p-{n % 20}") for n in range(200)]
    assert sure_of(rows)["threshold"] is None
    assert sure_of(rows)["patients"] == 20


def test_the_threshold_stops_above_the_errors() -> None:
    # 200 right ones at 0.97, 30 wrong ones at 0.72: from 0.72 on 200 of 230 are right, 87 %.
    rows = [row(n, 0.97) for n in range(200)] + [row(n, 0.72, right=False) for n in range(200, 230)]
    sure = sure_of(rows)
    assert sure["threshold"] == 0.73
    assert sure["coverage"] == pytest.approx(200 / 230, abs=1e-4)
    assert [one["threshold"] for one in sure["measured"]] == [0.5, 0.6, 0.7, 0.73, 0.8, 0.9, 0.95]
    assert sure_sentence(sure).startswith(
        "From confidence 0.73 on, diagnoses are at least 95% right"
    )


def test_an_error_at_the_top_ends_the_search() -> None:
    # 6 of 100 wrong at 0.99: no lower threshold is tried, though more right ones stand there.
    rows = [row(n, 0.99, right=n >= 6) for n in range(100)] + [row(n, 0.8) for n in range(100, 900)]
    assert sure_of(rows)["threshold"] is None


def test_small_groups_have_no_figures() -> None:
    rows = [row(n, 0.9, sex="female") for n in range(10)] + [
        row(n, 0.9, right=False, sex="male") for n in range(10, 19)
    ]
    told = {group["name"]: group for group in judgement(rows, 0)["groups"]}
    assert told["female"]["figures"]["micro_f1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert told["male"]["too_few"]
    assert told["male"]["figures"] == {}
    (band,) = judgement(rows, 0)["calibration"]
    assert (band["from"], band["suggestions"], band["said"]) == (0.9, 19, 0.9)
    assert band["held"]["value"] == pytest.approx(10 / 19, abs=1e-4)


def test_data_in_counts() -> None:
    rows = [
        {
            "id": f"n-{n}",
            "text": "Gout.",
            "codes": ["M10.9"],
            "setting": "outpatient",
            "patient": f"p{n % 6}",
        }
        | ({"date_of_service": f"202{4 + n % 2}-03-01"})
        for n in range(12)
    ]
    corpus = [CodedEncounter.from_mapping(one, "n") for one in rows]
    labels = [("M10.9", "I10") if n == 0 else ("M10.9",) for n in range(12)]
    data = data_of(corpus, labels, 6)
    assert (data["encounters"], data["patients"], data["patients_told"]) == (12, 6, True)
    assert data["years"] == [2024, 2025]
    assert data["settings"] == {"outpatient": 12}
    assert (data["codes_assigned"], data["codes_different"]) == (13, 2)
    assert data["bands"]["1–10"] == {"codes": 1, "assigned": 1}
    assert data["bands"]["11–100"] == {"codes": 1, "assigned": 12}


def test_notes_of_a_patient_stay_in_one_fold() -> None:
    corpus = [
        CodedEncounter.from_mapping(
            {"id": f"n{n}", "text": "Gout.", "codes": ["M10.9"], "patient": who}, "n"
        )
        for n, who in enumerate(["b", "a", "b", "", "", "a"])
    ]
    assert numbered(corpus) == (0, 1, 0, 2, 3, 1)
    assert folds(numbered(corpus)) == [0, 1, 0, 2, 3, 1]
    drawn = drawn_folds(numbered(corpus), 4, 0).tolist()
    assert drawn[0] == drawn[2]
    assert drawn[1] == drawn[5]
    assert sorted({*drawn}) == [0, 1, 2, 3]
