"""Words of a code's wording that mean something else where they stand, and the same words meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.candidates.misread import misreadings
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.assertion import PRESENT

EXAMPLES = [
    line.split("\t")
    for line in (Path(__file__).parent / "misread.tsv").read_text("utf-8").splitlines()[1:]
]


def _named(language: LanguageSide, sentence: str) -> set[str]:
    """Return the codes that a conclusion of one sentence names."""
    note = f"HPI: Seen today.\n\nASSESSMENT AND PLAN\n{sentence}\n"
    reading = language.read(Encounter.of_text(note), procedures=False)
    return {
        candidate.code
        for candidate in reading.candidates
        if any(m.rank == 0 and m.assertion.kind == PRESENT for m in candidate.mentions)
    }


@pytest.mark.parametrize(("code", "misread", "meant"), EXAMPLES)
def test_words_are_read_as_they_are_meant(
    language: LanguageSide, code: str, misread: str, meant: str
) -> None:
    assert code not in _named(language, misread)
    assert code in _named(language, meant)


def test_every_row_has_an_example() -> None:
    codes = [code for code, _, _ in EXAMPLES]
    for row in misreadings():
        assert any(row.codes.match(code) for code in codes), row.codes.pattern
