"""The side of a diagnosis by its signs, and the finger by how often it is named."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from suggester.candidates.details import read_details
from suggester.candidates.side_signs import signs_of
from suggester.codes import CodeSet
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.wording import normal_form

KNEES = """HPI: He has complaints of both knees. The right knee has ached for years and is stiff in the morning.
The left knee was fine until he twisted it last week and felt a pop.

IMAGING: Films of both knees. On the right there is bone on bone narrowing of the medial compartment.
On the left the joint spaces are preserved. MRI of the left knee: bucket-handle tear of the medial meniscus.

IMPRESSION: Knee osteoarthritis, bucket-handle tear of the medial meniscus.

PLAN: Arthroscopy.
"""
HANDS = """HPI: The left hand goes to sleep at night. Her right ring finger catches when she makes a fist.

EXAM: Left hand: Tinel and Durkan positive. Right hand: nodule at the A1 pulley of the ring finger. Phalen negative on the right.
Both hands are warm. Full motion of both wrists.

IMPRESSION: Carpal tunnel syndrome and trigger finger.
"""
EARS = """HPI: The left ear has felt plugged. She had spells of vertigo.

EXAM: Right canal clear. Left canal fully blocked with hard wax. Dix-Hallpike: on the right, torsional nystagmus. Left negative.

IMPRESSION: Benign paroxysmal positional vertigo; impacted cerumen.

PLAN: Loose crystals in the right posterior canal; Epley on the right. The wax was removed.
"""


def best_readings(language: LanguageSide, text: str) -> set[str]:
    found = language.read(Encounter.of_text(text), procedures=False).candidates
    return {c.code for c in found if any(m.is_meant for m in c.mentions)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (KNEES, {"M17.11", "S83.212A"}),
        (HANDS, {"G56.02", "M65.341"}),
        (EARS, {"H81.11", "H61.22"}),
    ],
)
def test_a_diagnosis_is_on_the_side_of_its_signs(
    language: LanguageSide, text: str, expected: set[str]
) -> None:
    assert expected <= best_readings(language, text)


def test_signs_on_both_sides_name_neither(language: LanguageSide) -> None:
    text = (
        "HPI: Both hands go numb at night.\n\n"
        "EXAM: Tinel positive on the right. Tinel positive on the left. The left hand is cool.\n\n"
        "IMPRESSION: Carpal tunnel syndrome.\n"
    )
    assert "G56.03" in best_readings(language, text)


def test_the_side_a_diagnosis_names_stays(language: LanguageSide) -> None:
    text = HANDS.replace("Carpal tunnel syndrome", "Right carpal tunnel syndrome")
    assert "G56.01" in best_readings(language, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            (
                "HPI: A ball struck the tip of his left ring finger. He taped it to the middle finger.\n"
                "EXAM: The left ring finger rests with 40 degrees of flexion.\n"
                "IMPRESSION: Bony mallet finger.\n"
            ),
            "S62.635A",
        ),
        (
            (
                "HPI: The right long finger and the right index finger are sore. The long finger catches.\n"
                "EXAM: Nodule in the palm at the long finger. Locking of the long finger.\n"
                "IMPRESSION: Right trigger finger.\n"
            ),
            "M65.331",
        ),
        (
            (
                "HPI: Fell on the right wrist.\nX-RAY: Nondisplaced fracture through the base of the ulnar styloid.\n"
                "IMPRESSION: Right ulnar styloid fracture.\n"
            ),
            "S52.614A",
        ),
    ],
)
def test_details_told_above_the_impression_count(
    language: LanguageSide, text: str, code: str
) -> None:
    assert code in best_readings(language, text)


def test_a_finger_takes_no_detail_of_its_bone_away() -> None:
    text = "The ring finger is sore. Nondisplaced fracture of the proximal phalanx."
    told = read_details(text, lambda start, end: True)
    assert told[normal_form("phalanx")] == {normal_form("ring"), normal_form("nondisplaced")}


def test_fingers_named_alike_choose_none(language: LanguageSide) -> None:
    text = (
        "HPI: The right ring finger and the right index finger are sore.\n"
        "IMPRESSION: Right trigger finger.\n"
    )
    assert {"M65.341", "M65.321"}.isdisjoint(best_readings(language, text))


def test_the_table_is_of_codes_that_exist_and_words_that_are_looked_for(codes: CodeSet) -> None:
    table = files("suggester.candidates").joinpath("data/side_signs.tsv").read_text("utf-8")
    named = [code for line in table.splitlines()[1:] for code in line.split("\t")[0].split()]
    assert len(named) == len(set(named))
    for code in named:
        assert code in codes
        pattern = signs_of(code)
        assert isinstance(pattern, re.Pattern)
        assert not pattern.search("")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "HPI: Glucose by stick of the index finger. The left hand catches.\nIMPRESSION: Left trigger finger.\n",
            "M65.322",
        ),
        (
            (
                "X-RAY: Left foot: nondisplaced fracture of the fifth metatarsal. Right humerus: transverse fracture.\n"
                "IMPRESSION: Transverse fracture of the right humeral shaft.\n"
            ),
            "S42.324A",
        ),
        (
            (
                "HPI: Right hand: release 5 days ago, numbness resolved. The left hand is numb.\n"
                "IMPRESSION: Carpal tunnel syndrome of the other hand.\n"
            ),
            "G56.01",
        ),
    ],
)
def test_what_is_told_of_another_place_counts_not(
    language: LanguageSide, text: str, code: str
) -> None:
    assert code not in best_readings(language, text)
