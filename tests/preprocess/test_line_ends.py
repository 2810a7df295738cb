"""Notes as other programs hand them on: line ends, wrapped lines, one line, lower case."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from suggester import Suggester
from suggester.preprocess.line_ends import plain

_NOTE = """CHIEF COMPLAINT

Swelling of the legs.

HISTORY OF PRESENT ILLNESS

Mrs. Doe is a 71-year-old woman with hypertension and osteoarthritis who comes with swelling of both legs and with dyspnea on the stairs for two weeks. She sleeps on three pillows and denies chest pain, palpitations, fever, cough, hemoptysis, syncope and calf pain.

FAMILY HISTORY

Mother with breast cancer, father with a stroke.

MEDICATIONS

Amlodipine 5 mg daily, acetaminophen as needed.

PHYSICAL EXAM

Heart: regular rhythm. Lungs: crackles at both bases. Legs: pitting edema to the knees, no tenderness of the calves.

ASSESSMENT AND PLAN

1. Acute on chronic systolic heart failure. We start furosemide 40 mg daily and check her electrolytes in a week.

2. Hypertension. Amlodipine may add to the edema and is replaced by lisinopril, she will measure at home.

3. Primary osteoarthritis of the right knee. She will go on with acetaminophen and was shown exercises, an injection is an option for later.
"""
_CODES = {"I11.0", "I50.23", "M17.11"}


def _wrapped(note: str) -> str:
    return "\n".join(textwrap.fill(line, 72) for line in note.split("\n"))


def _in_one_line(note: str) -> str:
    return " ".join(note.split())


def _for_the_web(note: str) -> str:
    return note.replace(" and ", "\u00a0and ").replace("'", "\u2019").replace("\n", "\u2028")


@pytest.mark.parametrize(
    "handed_on",
    [
        str,
        str.upper,
        str.lower,
        _wrapped,
        _in_one_line,
        _for_the_web,
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("\n", "\r"),
        lambda note: _wrapped(note).replace("\n", "\r\n"),
        lambda note: note.replace("\n\n", "\n"),
    ],
    ids="as_written upper lower wrapped one_line web windows old_mac wrapped_windows dense".split(),
)
def test_a_note_is_coded_the_same_however_it_is_handed_on(
    shipped: Suggester, handed_on: Callable[[str], str]
) -> None:
    note = handed_on(_NOTE)
    result = shipped.suggest(note, systems=("icd10cm",))
    assert {s.code for s in result.suggestions if s.tier == "confident"} == _CODES
    for suggestion in result.suggestions:
        for place in suggestion.evidence:
            assert place.text == note[place.start : place.end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\vd", "a \nb\nc\nd"),
        ("\ufeff5\u00a0mg don\u2019t", " 5 mg don't"),
        ("1. Asthma\n2. Eczema\n", "1. Asthma\n2. Eczema\n"),
    ],
)
def test_plain_text_keeps_every_character_in_its_place(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert len(plain(text)) == len(text)


def test_a_list_of_short_lines_is_not_wrapped() -> None:
    meds = "MEDICATIONS\nlisinopril 10 mg daily\nmetformin 500 mg twice daily\naspirin 81 mg\natorvastatin 40 mg\nfurosemide 20 mg\n"
    assert plain(meds) == meds


def test_a_list_of_full_lines_is_not_wrapped() -> None:
    meds = (
        "MEDICATIONS\nLisinopril 20 mg one tablet by mouth every day for hypertension\n"
        "Metformin 500 mg one tablet by mouth twice daily with the meals\n"
        "Atorvastatin 40 mg one tablet by mouth at bedtime for lipids\n"
        "Aspirin 81 mg one tablet by mouth every day for the heart\n"
        "Levothyroxine 75 mcg one tablet by mouth in the early morning\n"
        "Sertraline 50 mg one tablet by mouth every day for her mood\n"
    )
    assert plain(meds) == meds


def test_headings_in_small_letters_stay_lines_of_their_own() -> None:
    note = (
        "chief complaint: cough for three days and some fever that came with it\n"
        "past medical history: mild asthma as a child that she has outgrown now\n"
        "exam: crackles at the right base, no wheezes, heart is regular in rate\n"
        "and rhythm, no murmur is heard at the apex nor at the base of the heart\n"
        "assessment: pneumonia of the right lower lobe that was acquired at home\n"
        "plan: amoxicillin for five days, a film in six weeks if she still coughs\n"
    )
    assert plain(note).count("\n") == note.count("\n") - 1
