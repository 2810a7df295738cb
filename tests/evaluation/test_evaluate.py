"""The look-up baseline, and one evaluation of a model and the look-up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.evaluation.baseline import LookUp
from suggester.evaluation.evaluate import CodeCounts, evaluate


@pytest.fixture(scope="module")
def look_up(codes: CodeSet) -> LookUp:
    return LookUp(codes)


def test_look_up_finds_official_titles_word_for_word(look_up: LookUp) -> None:
    found = look_up.suggest("ASSESSMENT: Essential hypertension; cough. Chest pain")
    # "Essential (primary) hypertension" and "Cough, unspecified", without what stands in
    # parentheses and without "unspecified"; "Chest pain" is also a "Pain". 2 and 1 words of 6.
    assert found == [("I10", 2 / 6), ("R07.9", 2 / 6), ("R05.9", 1 / 6), ("R52", 1 / 6)]


def test_look_up_puts_what_is_said_more_often_first(look_up: LookUp) -> None:
    found = look_up.suggest("Cough. Essential hypertension. Again: cough.")
    assert [code for code, _ in found] == ["R05.9", "I10"]


def test_look_up_knows_neither_synonyms_nor_negation(look_up: LookUp) -> None:
    assert look_up.suggest("High blood pressure.") == []
    assert look_up.suggest("No cough.") == [("R05.9", 1 / 6)]
    assert look_up.suggest("") == []


def test_look_up_is_settled_like_a_model(look_up: LookUp) -> None:
    coded = CodedEncounter(Encounter.of_text("Cough."), ("R05.1",), also={"R05.1": ("R05.9",)})
    row = look_up.score(coded)
    assert row.ranked == ("R05.1",)
    assert row.confident == {"R05.1"}


def test_evaluate_counts_each_code_and_reports_progress(codes: CodeSet) -> None:
    said = {
        "one": [
            ("I10", 0.9, "confident"),
            ("R05.9", 0.8, "confident"),
            ("E11.9", 0.3, "candidate"),
        ],
        "two": [("I10", 0.7, "confident")],
    }

    class Known:
        def __init__(self) -> None:
            self.codes = codes

        def suggest(self, note: Encounter, **_: object) -> Any:
            rows = said[note.id]
            return SimpleNamespace(
                diagnoses=[
                    SimpleNamespace(code=code, confidence=p, tier=tier, evidence=())
                    for code, p, tier in rows
                ]
            )

    corpus = [
        CodedEncounter(Encounter.of_text("Essential hypertension.", "one"), ("I10", "E11.9")),
        CodedEncounter(Encounter.of_text("Nothing said.", "two"), ("J06.9",)),
    ]
    seen: list[int] = []
    found = evaluate(cast("Any", Known()), corpus, seen.append)
    assert seen == [1, 2]
    assert found.encounters == 2
    # Confident: I10 right and wrong, R05.9 wrong; missed: E11.9, J06.9. 2·1 / (2 + 2 + 2).
    assert found.metrics["micro_f1"] == pytest.approx(2 / 6)
    # (1/1 + 2/3) / 2 and 0.
    assert found.metrics["map"] == pytest.approx((5 / 6) / 2)
    # The look-up finds I10 in the first: 1 right, 2 missed.
    assert found.baseline["micro_f1"] == pytest.approx(2 / 4)
    assert found.by_code == (
        CodeCounts("E11.9", 0, 0, 1, missed_in=("one",)),
        CodeCounts("I10", 1, 1, 0, wrong_in=("two",)),
        CodeCounts("J06.9", 0, 0, 1, missed_in=("two",)),
        CodeCounts("R05.9", 0, 1, 0, wrong_in=("one",)),
    )
    assert found.by_code[1].f1 == pytest.approx(2 / 3)
    assert found.by_code[0].f1 == 0
