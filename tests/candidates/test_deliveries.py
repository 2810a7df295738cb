"""Records of deliveries: what a condition of pregnancy is there, the outcome, and which twin."""

from __future__ import annotations

import pytest

from suggester import Suggester
from suggester.candidates.deliveries import at_delivery, birth, outcome
from suggester.codes import CodeSet
from suggester.encounter import Encounter
from suggester.engine import LanguageSide

_DELIVERY = (
    "DELIVERY NOTE\n30-year-old G2P1 at 39w2d, {more} Spontaneous vaginal delivery of a live-born girl over an "
    "intact perineum. Apgars 8 and 9. Placenta delivered intact, EBL 250 mL."
)


def codes_of(language: LanguageSide, text: str) -> set[str]:
    found = language.read(Encounter.of_text(text)).candidates
    return {c.code for c in found if any(m.rank == 0 for m in c.mentions)}


@pytest.mark.parametrize(
    ("of_pregnancy", "of_childbirth"),
    [
        ("O24.414", "O24.424"),
        ("O10.013", "O10.02"),
        ("O13.3", "O13.4"),
        ("O14.13", "O14.14"),
        ("O99.213", "O99.214"),
        ("O99.820", "O99.824"),
        ("O60.03", "O60.14X0"),
        ("O34.211", None),
        ("O70.0", None),
    ],
)
def test_conditions_of_pregnancy_at_the_delivery(
    codes: CodeSet, of_pregnancy: str, of_childbirth: str | None
) -> None:
    assert at_delivery(of_pregnancy, codes) == of_childbirth


@pytest.mark.parametrize(
    ("more", "code", "other"),
    [
        ("gestational diabetes on insulin.", "O24.424", "O24.414"),
        ("GBS positive, treated.", "O99.824", "O99.820"),
        ("gestational hypertension.", "O13.4", "O13.3"),
    ],
)
def test_a_delivery_record_has_the_codes_of_childbirth(
    language: LanguageSide, more: str, code: str, other: str
) -> None:
    found = codes_of(language, _DELIVERY.format(more=more))
    assert {code, "Z37.0", "Z3A.39"} <= found
    assert other not in found


def test_a_prenatal_visit_keeps_the_codes_of_pregnancy(language: LanguageSide) -> None:
    found = codes_of(
        language, "Prenatal visit, 31w4d.\nAssessment: Gestational diabetes on insulin."
    )
    assert "O24.414" in found
    assert not {"O24.424", "Z37.0"} & found


def test_diabetes_of_the_pregnancy_is_no_other(language: LanguageSide) -> None:
    text = _DELIVERY.format(more="gestational diabetes. Induced because of the diabetes.")
    assert "E11.9" not in codes_of(language, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Labor note at 38w0d. Breech presentation.", "O32.1XX0"),
        ("Labor note at 36w0d, twins. Twin B is a breech presentation.", "O32.1XX2"),
        ("Ultrasound at 31w3d. 2. Fetal growth restriction, 5th percentile, 4 cm.", "O36.5930"),
    ],
)
def test_a_fetus_has_a_number_only_among_several(
    language: LanguageSide, text: str, code: str
) -> None:
    assert code in codes_of(language, text)


def test_who_lives_with_a_baby_has_not_delivered_it(language: LanguageSide) -> None:
    text = "Prenatal visit, 31w4d. They live with a baby of her sister's. Breech presentation, baby a bit small."
    found = codes_of(language, text)
    assert "O32.1XX0" in found
    assert "Z37.0" not in found


def test_twins_are_one_outcome(language: LanguageSide) -> None:
    text = "Delivery note, twins at 37w0d. Twin A: live-born boy, apgar 8. Twin B: live-born girl, apgar 8."
    found = codes_of(language, text)
    assert "Z37.2" in found
    assert "Z37.0" not in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Lacerations: first degree perineal, repaired with 3-0 chromic x 2. Live-born boy.",
            "O70.1",
        ),
        ("Triage at 33w0d. Reassuring fetal status, discharged.", "O76"),
        ("Delivery note at 39w0d. Live-born boy. Routine postpartum care.", "Z39.2"),
    ],
)
def test_what_is_not_meant(language: LanguageSide, text: str, code: str) -> None:
    assert code not in codes_of(language, text)


def test_an_infected_cesarean_wound_is_an_obstetric_one(language: LanguageSide) -> None:
    text = (
        "28-year-old woman, postpartum day 9 after cesarean section.\n"
        "Assessment: Superficial surgical site infection."
    )
    found = codes_of(language, text)
    assert "O86.01" in found
    assert "T81.41XA" not in found


@pytest.mark.parametrize(
    ("born", "code"), [("by repeat cesarean", "Z38.01"), ("by vaginal delivery", "Z38.00")]
)
def test_a_newborn_record_tells_how_it_was_born(
    language: LanguageSide, born: str, code: str
) -> None:
    text = f"NEWBORN ADMISSION\n0-day-old boy born at term {born}. Apgars 8, 9. Assessment: Healthy newborn."
    assert code in codes_of(language, text)


def test_weeks_and_outcome_are_as_certain_as_the_delivery(shipped: Suggester) -> None:
    text = (
        "DELIVERY SUMMARY\n30-year-old G2P1 at 39w2d, induced. Live-born girl, apgars 8 and 9.\n"
        "ASSESSMENT\n1. Severe preeclampsia.\n"
    )
    confidence = {s.code: s.confidence for s in shipped.suggest(text).diagnoses}
    certain = max(value for code, value in confidence.items() if code.startswith("O14"))
    assert min(confidence["Z3A.39"], confidence["Z37.0"]) >= 0.9 * certain > 0.3


@pytest.mark.parametrize(
    ("text", "code", "others"),
    [
        (
            "Prenatal visit at 31w4d. OB history: NSVD in 2019.\nAssessment: Gestational diabetes on insulin.",
            "O24.414",
            {"O24.424"},
        ),
        (
            "30 F, 6 weeks postpartum after delivery of a live-born girl.\nAssessment: Routine postpartum follow-up.",
            "Z39.2",
            {"Z37.0"},
        ),
    ],
)
def test_a_delivery_at_another_time_changes_no_code(
    language: LanguageSide, text: str, code: str, others: set[str]
) -> None:
    found = codes_of(language, text)
    assert code in found
    assert not others & found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Delivery note. Live-born girl, apgars 8 and 9.", {"Z37.0"}),
        ("Delivery note. Viable male infant delivered at 10:02.", {"Z37.0"}),
        ("Delivery note, twins. Twin A: live-born boy. Twin B: live-born girl.", {"Z37.2"}),
        ("Delivery note, twins. Twin A: live-born boy. Twin B: stillborn girl.", set()),
        ("Delivery note. Delivered of a nonviable male infant.", set()),
        ("Labor and delivery note. She has a living daughter. Placenta low-lying.", set()),
        ("Prenatal visit. Last year delivered a girl at term.", set()),
    ],
)
def test_the_outcome_is_told_by_who_was_born(text: str, expected: set[str]) -> None:
    assert {code for code, _, _ in outcome(text)} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nursery note. Born by repeat cesarean, apgars 9 and 9.", {"Z38.01"}),
        ("Newborn admission. Vaginal birth, apgars 9 and 9.", {"Z38.00"}),
        ("Newborn admission. Transferred from an outside hospital after cesarean.", set()),
        ("Two-month-old with a cold, born by cesarean.", set()),
    ],
)
def test_how_a_newborn_was_born(text: str, expected: set[str]) -> None:
    assert {code for code, _, _ in birth(text)} == expected
