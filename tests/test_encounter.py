"""Encounters: read from JSON objects, refused with a sentence, their setting inferred."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from suggester.encounter import MOST_CHARACTERS, Document, Encounter
from suggester.errors import InputError

SECRET = "Zebrafish"


def read(**fields: Any) -> Encounter:
    return Encounter.from_mapping({"id": "a", "text": SECRET, **fields}, "fallback")


def refused(**fields: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(**fields).check()
    sentence = str(caught.value)
    assert SECRET not in sentence
    assert "'a'" in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_text_is_an_encounter_of_one_document() -> None:
    encounter = Encounter.of_text("Cough.\r\n")
    assert encounter.documents == (Document("note", "Cough.\r\n"),)
    assert encounter.text == "Cough.\r\n"
    assert encounter.places() == [(0, 8)]


def test_fields_are_read() -> None:
    encounter = Encounter.from_mapping(
        {
            "text": "Cough.",
            "type": "office visit",
            "setting": "Emergency ",
            "age": "61",
            "sex": "female",
            "date_of_service": "2026-03-14T09:30:00",
        },
        "fallback",
    )
    assert encounter.id == "fallback"
    assert encounter.documents == (Document("fallback", "Cough.", "office visit"),)
    assert (encounter.setting, encounter.age, encounter.sex) == ("emergency", 61, "F")
    assert encounter.date_of_service == datetime.date(2026, 3, 14)
    encounter.check()


def test_what_is_not_said_stays_unknown() -> None:
    encounter = read(setting="", age=None, sex="unknown", date_of_service="")
    assert (encounter.setting, encounter.age, encounter.sex) == (None, None, None)
    assert encounter.date_of_service is None


@pytest.mark.parametrize(
    "day", [datetime.date(2026, 3, 14), datetime.datetime(2026, 3, 14, 9, 30), "2026-03-14"]
)
def test_dates(day: Any) -> None:
    assert read(date=day).date_of_service == datetime.date(2026, 3, 14)
    assert "YYYY-MM-DD" in refused(date="14/03/2026")


@pytest.mark.parametrize(
    "age", [-1, 131, "old", [3], math.inf, -math.inf, math.nan, "1e400", 10**400]
)
def test_ages_that_cannot_be(age: Any) -> None:
    assert "age must be a number of years from 0 to 130" in refused(age=age)


def test_ages_in_parts_of_a_year_are_completed_years() -> None:
    assert read(age=0).age == 0
    assert read(age=3.9).age == 3


def test_bad_choices() -> None:
    assert "setting must be one of outpatient, inpatient, emergency" in refused(setting="ward")
    assert "sex must be F, M or unknown" in refused(sex="girl")


def test_no_text() -> None:
    assert "has no 'text'" in refused(text=None)
    assert "has no 'text'" in refused(text=5)
    assert "is empty: there is nothing to code" in refused(text=" \n\t")


def test_too_long_names_the_limit() -> None:
    Encounter.of_text("x" * MOST_CHARACTERS).check()
    sentence = refused(text="x" * (MOST_CHARACTERS + 1))
    assert f"at most {MOST_CHARACTERS:,} are read" in sentence


def test_half_a_character() -> None:
    assert "half a character (an unpaired surrogate)" in refused(text="Cough \ud83d.")
    read(text="Cough \U0001f600.").check()


def test_several_documents() -> None:
    encounter = Encounter.from_mapping(
        {
            "id": "a",
            "documents": [
                {"id": "er", "type": "ED note", "text": "Fell."},
                {"text": ""},
                {"text": "Fracture of the wrist."},
            ],
        },
        "fallback",
    )
    assert [(d.id, d.type) for d in encounter.documents] == [
        ("er", "ED note"),
        ("2", ""),
        ("3", ""),
    ]
    texts = [encounter.text[start:end] for start, end in encounter.places()]
    assert texts == ["Fell.", "", "Fracture of the wrist."]
    encounter.check()


@pytest.mark.parametrize("given", [[], "x", {"text": SECRET}])
def test_documents_must_be_a_list(given: Any) -> None:
    assert "must be a list of at least one document" in refused(documents=given)


def test_bad_documents() -> None:
    assert "document 2 has no 'text'" in refused(documents=[{"text": SECRET}, {"id": "b"}])
    assert "document 1 has no 'text'" in refused(documents=[SECRET])
    twice = [{"id": "x", "text": SECRET}, {"id": "x", "text": SECRET}]
    assert "two documents have the same 'id'" in refused(documents=twice)
    assert "is empty" in refused(documents=[{"text": " "}, {"text": "\n"}])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here for follow-up of hypertension.", "outpatient"),
        ("HOSPITAL COURSE: The patient improved.", "inpatient"),
        ("Discharge diagnoses: 1. Pneumonia.", "inpatient"),
        ("Admitted to the ICU on postoperative day 2.", "inpatient"),
        ("FINAL DIAGNOSIS/REASON FOR ADMISSION: Lobar pneumonia.", "inpatient"),
        ("FINAL DIAGNOSIS: Skin, left arm, punch biopsy: seborrheic keratosis.", "outpatient"),
        ("She was once an inpatient admission years ago.", "outpatient"),
        ("ED course: given fluids.", "emergency"),
        ("Triage: ESI 3. Abdominal pain.", "emergency"),
        ("Presented via EMS to the emergency department.", "emergency"),
        ("Was seen in the emergency room last week.", "outpatient"),
    ],
)
def test_setting_inferred_from_words(text: str, expected: str) -> None:
    setting = Encounter.of_text(text).settled()
    assert (setting.value, setting.inferred) == (expected, True)
    assert setting.because


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("Discharge summary", "inpatient"),
        ("inpatient progress note", "inpatient"),
        ("Emergency note", "emergency"),
        ("ED provider note", "emergency"),
        ("Reduced-fat diet sheet", "outpatient"),
        ("office visit", "outpatient"),
    ],
)
def test_setting_inferred_from_the_type_of_a_document(type_: str, expected: str) -> None:
    setting = Encounter("a", (Document("1", "Cough.", type_),)).settled()
    assert setting.value == expected
    if expected != "outpatient":
        assert type_ in setting.because


def test_a_stated_setting_is_kept() -> None:
    setting = read(text="HOSPITAL COURSE: …", setting="outpatient").settled()
    assert (setting.value, setting.inferred, setting.because) == ("outpatient", False, "")
