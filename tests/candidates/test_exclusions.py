"""Excludes1 notes, codes that say less than another, and wordings the note contradicts."""

from __future__ import annotations

import pytest

from suggester.candidates.exclusions import Exclusions
from suggester.codes import CodeSet
from suggester.codes.named_codes import Named, intent_of, named_in
from suggester.encounter import Encounter
from suggester.engine import LanguageSide


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("diabetes mellitus (E08-E13)", [("E08", "E13", "")]),
        ("gestational diabetes (O24.4-)", [("O24.4", "O24.4", "")]),
        ("neonatal disorders (P70.0-P70.2)", [("P70.0", "P70.2", "")]),
        ("hypertension in pregnancy (O10-O11, O13-O16)", [("O10", "O11", ""), ("O13", "O16", "")]),
        ("COVID-19 (U07.1)", [("U07.1", "U07.1", "")]),
        ("head injury (S00 - S09)", [("S00", "S09", "")]),
        ("fracture of cervical vertebra (S12.0--S12.6.-)", [("S12.0", "S12.6", "")]),
        ("drug (T36-T50 with fifth or sixth character 5)", [("T36", "T50", "5")]),
        ("toxin (T36-T65 with fifth or sixth character 1-4)", [("T36", "T65", "1234")]),
        ("current injury - see injury of spine by body region", []),
    ],
)
def test_the_codes_of_a_note_are_read(note: str, found: list[tuple[str, str, str]]) -> None:
    assert list(named_in(note)) == [Named(*one) for one in found]


def test_a_span_covers_its_last_code_whole() -> None:
    [named] = named_in("diabetes mellitus (E08-E13)")
    assert named.covers("E13.9")
    assert named.covers("E08.00")
    assert not named.covers("E14")
    assert not named.covers("E07.9")


def test_a_poisoning_code_tells_how_it_came_about() -> None:
    [named] = named_in("drug (T36-T50 with fifth or sixth character 5)")
    assert named.covers("T38.3X5A")
    assert named.covers("T43.595D")
    assert not named.covers("T38.3X1A")
    assert [intent_of(code) for code in ("T45.515A", "T36.0X1S", "I10", "T81.40XA")] == [
        "5",
        "1",
        "",
        "",
    ]


def test_excludes1_notes_of_headings_hold(codes: CodeSet) -> None:
    exclusions = Exclusions(codes)
    assert exclusions.excludes("R73.09", ["I10", "E11.9"])
    assert not exclusions.excludes("R73.09", ["I10"])


@pytest.mark.parametrize(
    ("code", "other", "less"),
    [
        ("E11.9", "E11.621", True),
        ("D64.9", "D50.9", True),
        ("M54.9", "M54.50", True),
        ("E11.621", "E11.9", False),
        ("M17.11", "M17.12", False),
        ("M48.061", "M48.062", True),
        ("M48.062", "M48.061", False),
        ("K42.9", "K42.0", True),
        ("K57.80", "K57.20", True),
        ("I08.1", "I08.3", True),
        ("I35.0", "I08.2", True),
        ("F32.A", "F32.9", True),
        ("M50.222", "M50.122", True),
        ("M50.222", "M50.123", False),
        ("Z96.651", "T84.53XA", True),
        ("Z96.651", "T84.54XA", False),
        ("I10", "I50.9", False),
    ],
)
def test_the_vaguer_of_two_codes(codes: CodeSet, code: str, other: str, less: bool) -> None:
    assert Exclusions(codes).says_less(code, [other]) is less


def test_word_order_matters_around_without(language: LanguageSide) -> None:
    reading = language.read(Encounter.of_text("Assessment: Cholecystitis without cholelithiasis."))
    found = {c.code for c in reading.candidates if any(m.rank == 0 for m in c.mentions)}
    assert "K80.20" not in found
    assert any(code.startswith("K81") for code in found)


def test_a_fracture_may_be_under_active_or_under_routine_care(language: LanguageSide) -> None:
    note = "Assessment: Colles fracture of the right wrist.\nPlan: Repeat films in two weeks."
    found = {c.code for c in language.read(Encounter.of_text(note)).candidates}
    assert {"S52.531A", "S52.531D"} <= found
