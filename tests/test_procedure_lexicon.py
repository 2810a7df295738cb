"""What clinicians call procedures: every row leads somewhere and can match."""

from __future__ import annotations

import pytest

from suggester.lexicon.procedure_rows import (
    NUMERIC,
    ProcedureLexicon,
    load_procedures,
    parse_wanted,
)
from suggester.preprocess.wordings import phrase_words


@pytest.fixture(scope="module")
def lexicon() -> ProcedureLexicon:
    return load_procedures()


def test_phrases_lead_to_families_and_can_match(lexicon: ProcedureLexicon) -> None:
    unknown = {row.family for row in lexicon.phrases} - set(lexicon.families)
    assert unknown == set()
    never = [row.phrase for row in lexicon.phrases if not phrase_words(row.phrase)]
    assert never == []
    assert [row.phrase for row in lexicon.phrases if row.phrase != row.phrase.lower()] == []


def test_every_family_has_a_phrase(lexicon: ProcedureLexicon) -> None:
    named = {row.family for row in lexicon.phrases}
    assert sorted(set(lexicon.families) - named) == []


def test_cues_tell_attributes_that_some_code_asks_for(lexicon: ProcedureLexicon) -> None:
    asked = {key for code in lexicon.codes for key in code.wants}
    assert sorted({cue.key for cue in lexicon.cues} - asked) == []
    assert {family for cue in lexicon.cues for family in cue.families} <= set(lexicon.families)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("3", [3.0], [2.0, 4.0]),
        ("0.6-1.0", [0.6, 1.0], [0.5, 1.1]),
        ("<=0.5", [0.5, 0.1], [0.6]),
        (">5", [5.1], [5.0]),
        ("1|4", [1.0, 4.0], [2.0]),
    ],
)
def test_spans_of_numbers(text: str, inside: list[float], outside: list[float]) -> None:
    wanted = parse_wanted(text, next(iter(NUMERIC)))
    assert all(wanted.accepts(number) for number in inside)
    assert not any(wanted.accepts(number) for number in outside)


def test_words_of_an_attribute() -> None:
    wanted = parse_wanted("limited|followup", "extent")
    assert wanted.accepts("limited")
    assert not wanted.accepts("complete")
