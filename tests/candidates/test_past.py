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
