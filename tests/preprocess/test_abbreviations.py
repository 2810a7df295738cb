"""Abbreviations a note defines for itself."""

from __future__ import annotations

import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.abbreviations import find_definitions


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        (
            "granulomatosis with polyangiitis (GPA) was found",
            "GPA",
            "granulomatosis with polyangiitis",
        ),
        ("She has pelvic inflammatory disease (PID).", "PID", "pelvic inflammatory disease"),
        ("known transient ischemic attacks (TIAs)", "TIAs", "transient ischemic attacks"),
        ("Gastroesophageal reflux disease (GERD)", "GERD", "Gastroesophageal reflux disease"),
    ],
)
def test_abbreviations_defined_in_the_note(text: str, short: str, long: str) -> None:
    (found,) = find_definitions(text)
    assert found.short == short
    assert text[found.start : found.end].strip() == long


@pytest.mark.parametrize(
    "text",
    [
        "the left knee (LCL)",
        "pain (MRI pending)",
        "see note (Smith)",
        "(GPA)",
        "a (B)",
        "chest pain\n(CP)",
        "stable (on meds)",
    ],
)
def test_abbreviations_not_defined(text: str) -> None:
    assert find_definitions(text) == []


def test_abbreviations_mean_what_the_note_defines(language: LanguageSide) -> None:
    text = "She has pelvic inflammatory disease (PID). The PID is treated with doxycycline."
    doc = language.read(Encounter.of_text(text)).doc
    long = {t.slot for t in doc._.terms if text[t.start : t.end] == "pelvic inflammatory disease"}
    second = text.rindex("PID")
    short = {t.slot for t in doc._.terms if (t.start, t.end) == (second, second + 3)}
    assert long
    assert short == long


def test_abbreviations_defined_otherwise_lose_their_usual_meaning(language: LanguageSide) -> None:
    text = "Multiple sclerosis (MS) is stable. MS follow-up in May."
    codes = {c.code for c in language.read(Encounter.of_text(text)).candidates}
    assert "G35.D" in codes or any(code.startswith("G35") for code in codes)
    assert not any(code.startswith("I05") for code in codes)
