"""Modifiers: sides, encounter, trimester, age and sex."""

from __future__ import annotations

import pytest

from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT, NoteFacts, read_facts, word_sides
from suggester.preprocess.sections import find_sections
from suggester.preprocess.sentences import find_sentences
from suggester.preprocess.terms import note_words


def sides(text: str) -> list[str]:
    words = note_words(text, find_sentences(text, find_sections(text)))
    return [side for side in word_sides(text, words) if side]


def facts(text: str, age: int | None = None, sex: str | None = None) -> NoteFacts:
    sentences = find_sentences(text, find_sections(text))
    words = note_words(text, sentences)
    return read_facts(text, words, word_sides(text, words), sentences, age, sex)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("right knee pain", [RIGHT]),
        ("pain of the left hip", [LEFT]),
        ("bilateral cataracts", [BILATERAL]),
        ("wheezes bilaterally", [BILATERAL]),
        ("both knees ache", [BILATERAL]),
        ("Lt. foot and rt. ankle", [LEFT, RIGHT]),
        ("RLE swelling, LUE normal", [RIGHT, LEFT]),
        ("cataract OD, glaucoma OS, dry eye OU", [RIGHT, LEFT, BILATERAL]),
        ("otitis media AU", [BILATERAL]),
        ("R knee effusion", [RIGHT]),
        ("left-sided weakness", [LEFT]),
        ("right sided weakness", [RIGHT]),
        ("she has right shoulder pain", [RIGHT]),
        ("the pain is right sided", [RIGHT]),
    ],
)
def test_modifiers_sides(text: str, expected: list[str]) -> None:
    assert sides(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "right-handed woman",
        "right handed man",
        "right hand dominant painter",
        "left-hand dominant",
        "she left the hospital",
        "he left against advice",
        "the wound was left untreated",
        "come back right away",
        "not right now",
        "R. Smith was seen",
        "took too much (OD) last year",
        "as soon as possible",
        "call us AS needed",
    ],
)
def test_modifiers_not_a_side(text: str) -> None:
    assert sides(text) == []


@pytest.mark.parametrize(
    ("text", "weeks", "trimester"),
    [
        ("Intrauterine pregnancy at 10 weeks.", 10, 1),
        ("She is 13w6d pregnant.", 13, 1),
        ("G2P1 at 14 weeks gestation", 14, 2),
        ("27 weeks and 6 days gestation", 27, 2),
        ("28 weeks gestation", 28, 3),
        ("IUP 39 3/7 weeks", 39, 3),
        ("Pregnant, second trimester.", None, 2),
        ("3rd trimester pregnancy", None, 3),
        ("Pregnant. Cough for 3 weeks.", None, None),
        ("Knee pain for 10 weeks.", None, None),
    ],
)
def test_modifiers_gestation(text: str, weeks: int | None, trimester: int | None) -> None:
    found = facts(text)
    assert (found.weeks, found.trimester) == (weeks, trimester)


@pytest.mark.parametrize(
    "condition",
    (
        "hyperemesis|threatened AB|breech|di-di|mo/di|didi|twins|polyhydramnios|PPROM|preterm labor|premature contractions|"
        "PTL|placental abruption|preeclampsia|GHTN|IUGR|FGR|HELLP|LTCS|NSVD|TOLAC|GBS unknown|VBAC|cholestasis of pregnancy|"
        "emesis gravidarum|cervical insufficiency|cerclage|fetal movement"
    ).split("|"),
)
def test_modifiers_a_condition_of_pregnancy_beside_its_weeks(condition: str) -> None:
    assert facts(f"Seen for {condition}, 8 wks.").pregnant


def test_modifiers_a_man_is_not_pregnant() -> None:
    assert not facts("Wife is pregnant, 20 weeks gestation.", sex="M").pregnant


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("A 45-year-old woman with cough. She is well.", 45, "F"),
        ("72 y/o male", 72, "M"),
        ("33yo gentleman, he coughs", 33, "M"),
        ("58F with chest pain", 58, "F"),
        ("58M with chest pain", 58, "M"),
        ("Age: 61. Her knee hurts.", 61, "F"),
        ("A 3 year old girl", 3, "F"),
        ("Cough for 3 days.", None, None),
        ("6-month-old boy", 0, "M"),
        ("2 week old female", 0, "F"),
        ("18-month-old toddler, he coughs", 1, "M"),
        ("A 3-day-old laceration of the hand.", None, None),
        ("Temp 98.6 F today", None, None),
    ],
)
def test_modifiers_age_and_sex(text: str, age: int | None, sex: str | None) -> None:
    found = facts(text)
    assert (found.age, found.sex) == (age, sex)


def test_modifiers_given_age_and_sex_win() -> None:
    found = facts("A 45-year-old woman.", age=46, sex="M")
    assert (found.age, found.sex) == (46, "M")


@pytest.mark.parametrize(
    ("text", "subsequent"),
    [
        ("CC: Follow-up of wrist fracture.", True),
        ("CC: cast removal", True),
        ("Returns today for recheck of her ankle.", True),
        ("She is 6 weeks out from a fall.\nAssessment: fracture", True),
        ("Assessment: Radius fracture, routine healing.", True),
        ("CC: fell today\nPlan: follow-up in 2 weeks.", False),
        ("Seen after a fall. Follow up with orthopedics.\nAssessment: wrist fracture", False),
        ("Ankle sprain this morning.", False),
    ],
)
def test_modifiers_episode_of_care(text: str, subsequent: bool) -> None:
    assert facts(text).subsequent is subsequent


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("open fracture of the tibia", True),
        ("compound fracture", True),
        ("open displaced tibial shaft fracture", True),
        ("Gustilo type II", True),
        ("closed fracture", False),
        ("open reduction of a fracture", False),
        ("open reduction internal fixation of the fracture", False),
        ("no open fracture", False),
    ],
)
def test_modifiers_open_fracture(text: str, opened: bool) -> None:
    assert facts(text).open_fracture is opened


def test_modifiers_sequela() -> None:
    assert facts("Late effect of a burn.").sequela
    assert not facts("Effect of the burn.").sequela


def test_modifiers_sides_by_word() -> None:
    found = facts("Left knee pain. The right knee is normal. Left hip pain.").sides_by_word
    assert found["knee"] == {LEFT, RIGHT}
    assert found["hip"] == {LEFT}


@pytest.mark.parametrize(
    ("text", "dominant"),
    [
        ("She is left-handed.", LEFT),
        ("A 48-year-old RHF, violinist, is seen for a numb hand.", RIGHT),
        ("right-hand dominant", RIGHT),
        ("He is ambidextrous.", BILATERAL),
        ("Right hand pain.", None),
    ],
)
def test_modifiers_dominant_side(text: str, dominant: str | None) -> None:
    assert facts(text).dominant == dominant


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("SIUP 28w4d, routine OB visit.", 28),
        ("Pt is 32w with GDM.", 32),
        ("39 4/7 weeks, here for induction. G2P1.", 39),
        ("Cough for 6 weeks. Smoker.", None),
    ],
)
def test_modifiers_weeks_of_gestation(text: str, weeks: int | None) -> None:
    assert facts(text, sex="F").weeks == weeks


def test_modifiers_newborns_and_the_puerperium() -> None:
    baby = facts("Newborn girl, 33 weeks, mother aged 27.")
    assert (baby.age, baby.pregnant) == (0, False)
    assert facts("Mastitis, nine days postpartum.").postpartum
    assert not facts("32 weeks pregnant with preeclampsia.").postpartum
