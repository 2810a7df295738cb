"""What is kept of an encounter and its suggestions; where evidence stands in the whole text."""

from __future__ import annotations

import pytest

from suggester.corpus.gold import CodedEncounter, Span
from suggester.encounter import Document, Encounter
from suggester.evaluation.answered import NOT_TOLD, age_band, answered, facts_of, patient_of
from suggester.evaluation.spans import evidence_figures
from suggester.suggestions import CANDIDATE, CONFIDENT, Evidence, Suggestion


def suggestion(code: str, *evidence: Evidence, tier: str = CONFIDENT) -> Suggestion:
    return Suggestion(1, "icd10cm", code, "…", 0.8, tier, True, evidence)


def place(
    start: int, end: int, section: str = "assessment", document: str | None = None
) -> Evidence:
    return Evidence(start, end, "…", section, "present", document)


def test_evidence_of_a_second_document_is_counted_from_the_start_of_the_text() -> None:
    encounter = Encounter("e", (Document("a", "Cough."), Document("b", "Gout of the toe.")))
    coded = CodedEncounter(encounter, ("M10.9",), {"M10.9": (Span(8, 12),)})
    row = answered(coded, [suggestion("M10.9", place(0, 4, document="b"))])
    # "Cough." and two line ends come before.
    assert row.spans == {"M10.9": (Span(8, 12),)}
    assert encounter.text[8:12] == "Gout"
    assert row.sections == {"M10.9": "assessment"}


def test_evidence_of_a_stand_in_is_that_of_the_code_it_stands_for() -> None:
    coded = CodedEncounter(
        Encounter.of_text("CKD stage 3."), ("N18.32",), also={"N18.32": ("N18.30",)}
    )
    row = answered(coded, [suggestion("N18.30", place(0, 11))])
    assert row.scored.confident == {"N18.32"}
    assert row.spans == {"N18.32": (Span(0, 11),)}


def test_facts_of_an_encounter() -> None:
    encounter = Encounter("e", (Document("e", "…", "Discharge Summary"),), age=66, sex="F")
    coded = CodedEncounter(encounter, (), specialty="Cardiology")
    assert facts_of(coded) == {
        "setting": "inpatient",
        "note type": "discharge summary",
        "specialty": "cardiology",
        "age": "65–79",
        "sex": "female",
    }
    bare = facts_of(CodedEncounter(Encounter.of_text("Cough."), ()))
    assert [bare[kind] for kind in ("note type", "specialty", "age", "sex")] == [NOT_TOLD] * 4


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0–1"), (1, "0–1"), (2, "2–17"), (17, "2–17"), (18, "18–44"), (45, "45–64"), (80, "80 and over")],
)  # fmt: skip
def test_age_bands(age: int, band: str) -> None:
    assert age_band(age) == band


def test_where_no_patient_is_told_every_encounter_is_its_own() -> None:
    one, two = (
        CodedEncounter(Encounter.of_text("…", id), (), patient=p)
        for id, p in (("7", ""), ("8", "7"))
    )
    assert patient_of(one) != patient_of(two)


def test_evidence_figures() -> None:
    text = "Severe gout of the left toe. Cough."
    coded = CodedEncounter(
        Encounter.of_text(text),
        ("M10.9", "R05.9", "I10"),
        {"M10.9": (Span(7, 11), Span(19, 27)), "R05.9": (Span(29, 34),), "I10": (Span(0, 6),)},
    )
    rows = [
        answered(
            coded,
            [
                suggestion("M10.9", place(0, 11), place(12, 14)),
                suggestion("R05.9", place(29, 34)),
                suggestion("I10", place(0, 6), tier=CANDIDATE),
                suggestion("J90", place(0, 6)),
            ],
        )
    ]
    found = evidence_figures(rows, resamples=100)
    assert found is not None
    # Right, confident and marked: M10.9 and R05.9; both overlap.
    assert (found.codes, found.touched.value) == (2, 1.0)
    # Characters shared 4 + 5 = 9; suggested 11 + 2 + 5 = 18; marked 4 + 8 + 5 = 17.
    assert found.characters.value == pytest.approx(2 * 9 / (18 + 17))
    # One place the same of 3 suggested and 3 marked.
    assert found.exact.value == pytest.approx(2 * 1 / (3 + 3))
    # Of 3 suggested places 2 overlap a marked one; of 3 marked 2 are overlapped.
    assert found.overlapping.value == pytest.approx(2 / 3)


def test_no_evidence_figures_where_no_place_is_marked() -> None:
    coded = CodedEncounter(Encounter.of_text("Gout."), ("M10.9",))
    assert evidence_figures([answered(coded, [suggestion("M10.9", place(0, 4))])]) is None
    assert evidence_figures([]) is None
