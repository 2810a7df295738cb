"""Stand-ins and optional codes are settled before anything is counted."""

from __future__ import annotations

from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.evaluation.metrics import Scored
from suggester.evaluation.settle import settle


def settled(
    ranked: str,
    confident: str,
    codes: str,
    optional: str = "",
    also: dict[str, tuple[str, ...]] | None = None,
) -> Scored:
    coded = CodedEncounter(
        Encounter.of_text("A note."),
        tuple(codes.split()),
        optional=tuple(optional.split()),
        also=also or {},
    )
    order = ranked.split()
    confidence = {code: 1 - n / 10 for n, code in enumerate(order)}
    return settle(coded, order, set(confident.split()), confidence)


def test_plain_codes_stay_as_they_are() -> None:
    row = settled("I10 E11.9 R05.9", "I10 R05.9", "I10 E11.9")
    assert row.gold == {"I10", "E11.9"}
    assert row.ranked == ("I10", "E11.9", "R05.9")
    assert row.confident == {"I10", "R05.9"}
    assert row.confidence == {"I10": 1.0, "E11.9": 0.9, "R05.9": 0.8}


def test_a_stand_in_counts_as_its_gold_code() -> None:
    row = settled("N18.30 I10", "N18.30", "N18.32 I10", also={"N18.32": ("N18.30",)})
    assert row.ranked == ("N18.32", "I10")
    assert row.confident == {"N18.32"}
    assert row.confidence["N18.32"] == 1.0


def test_a_stand_in_beside_its_gold_code_counts_neither_way() -> None:
    row = settled("N18.30 N18.32", "N18.30", "N18.32", also={"N18.32": ("N18.30",)})
    assert row.ranked == ("N18.32",)
    assert row.confident == frozenset()


def test_of_two_stand_ins_the_better_counts_and_the_other_is_left_out() -> None:
    row = settled("N18.31 N18.30", "N18.31 N18.30", "N18.32", also={"N18.32": ("N18.30", "N18.31")})
    assert row.ranked == ("N18.32",)
    assert row.confident == {"N18.32"}
    assert row.confidence == {"N18.32": 1.0}


def test_optional_codes_are_left_out() -> None:
    row = settled("Z79.4 E11.9", "Z79.4 E11.9", "E11.9", optional="Z79.4")
    assert row.gold == {"E11.9"}
    assert row.ranked == ("E11.9",)
    assert row.confident == {"E11.9"}


def test_a_code_that_is_both_gold_and_optional_is_gold() -> None:
    row = settled("Z79.4", "Z79.4", "Z79.4", optional="Z79.4")
    assert row.ranked == ("Z79.4",)


def test_a_stand_in_of_an_optional_code_is_left_out() -> None:
    row = settled("Z68.41 I10", "Z68.41", "I10", optional="Z68.42", also={"Z68.42": ("Z68.41",)})
    assert row.ranked == ("I10",)
    assert row.confident == frozenset()
