"""A disease is there although its flare is doubtful; a code and what it is combined of go together."""

from __future__ import annotations

import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide


@pytest.mark.parametrize(
    ("sentence", "code", "there"),
    [
        (
            "Shortness of breath, probably an exacerbation of her congestive heart failure.",
            "I50.9",
            True,
        ),
        ("Shortness of breath, probably congestive heart failure.", "I50.9", False),
        ("Cough, possibly an exacerbation of his COPD.", "J44.1", False),
    ],
)
def test_a_doubtful_flare_leaves_the_disease(
    language: LanguageSide, sentence: str, code: str, there: bool
) -> None:
    note = f"HPI: Seen today.\n\nASSESSMENT AND PLAN\n{sentence}\n"
    found = language.read(Encounter.of_text(note), procedures=False).candidates
    assert there == any(c.code == code and any(m.is_meant for m in c.mentions) for c in found)


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (
            "29 yo G1P0 at 38w4d. Viable male infant, he weighed 3200 g. Second degree laceration repaired.",
            "O70.1",
        ),
        (
            "Pregnant at 28 weeks, her grandmother is 70 years old.\nASSESSMENT: Gestational diabetes.",
            "O24.419",
        ),
        (
            "ASSESSMENT: Type 2 diabetes on glargine insulin 30 units nightly. IV antibiotics today.",
            "Z79.4",
        ),
        (
            "HPI: Slipped on the wet floor beside her bed and fell.\nASSESSMENT: Right wrist sprain.",
            "W01.0XXA",
        ),
    ],
)
def test_what_this_encounter_is_of_stays(language: LanguageSide, note: str, code: str) -> None:
    found = language.read(Encounter.of_text(note), procedures=False).candidates
    assert any(c.code == code for c in found)


@pytest.mark.parametrize(
    ("note", "beginning"),
    [
        (
            "74-year-old gentleman with a foot ulcer.\nASSESSMENT: Diabetic PAD, class B findings.",
            "O24",
        ),
        ("ASSESSMENT: Opioid use disorder, severe, on buprenorphine long term.", "Z79.891"),
        ("ASSESSMENT: Type 2 diabetes. Covered with an insulin drip for one night.", "Z79.4"),
        ("ASSESSMENT: Nicotine dependence, vaping daily. Dependent on nicotine.", "F17.21"),
        ("Rule-out dx: appendicitis\nASSESSMENT: Abdominal pain.", "K37.0"),
        ("HPI: Fell off the monkey bars onto his arm.\nASSESSMENT: Right forearm fracture.", "W01"),
    ],
)
def test_what_this_encounter_has_no_use_for_is_left_out(
    language: LanguageSide, note: str, beginning: str
) -> None:
    found = language.read(Encounter.of_text(note), procedures=False).candidates
    assert not [c.code for c in found if c.code.startswith(beginning)]
