"""Samples for a second coding: everyone is sampled, nobody codes twice, the seed decides."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.errors import InputError
from suggester.review.sampling import FinishedEncounter, SecondCoding, draw_sample

FINISHED = [
    *(FinishedEncounter(f"A{n}", "ada") for n in range(30)),
    *(FinishedEncounter(f"B{n}", "bob") for n in range(11)),
    FinishedEncounter("C0", "cyd"),
]
CODERS = ("ada", "bob", "cyd")


def test_the_rate_holds_for_each_coder_and_rounds_up() -> None:
    drawn = Counter(row.first_coder for row in draw_sample(FINISHED, 0.1, 7, CODERS))
    assert drawn == {"ada": 3, "bob": 2, "cyd": 1}


def test_nobody_codes_their_own_a_second_time() -> None:
    assert all(r.first_coder != r.second_coder for r in draw_sample(FINISHED, 1, 7, CODERS))


def test_somebody_who_decided_anything_in_it_does_not_either() -> None:
    finished = [FinishedEncounter(f"A{n}", "ada", frozenset({"bob"})) for n in range(5)]
    assert {row.second_coder for row in draw_sample(finished, 1, 7, CODERS)} == {"cyd"}


def test_the_seed_decides_and_order_does_not() -> None:
    once = draw_sample(FINISHED, 0.2, 7, CODERS)
    assert draw_sample(reversed(FINISHED), 0.2, 7, tuple(reversed(CODERS))) == once
    assert draw_sample(FINISHED, 0.2, 8, CODERS) != once


def test_the_sample_of_a_seed_is_pinned() -> None:
    # Holds across Python versions and computers; a change here would draw other encounters.
    assert draw_sample(FINISHED, 0.1, 2026, CODERS) == (
        SecondCoding("A1", "ada", "bob"),
        SecondCoding("A5", "ada", "bob"),
        SecondCoding("A9", "ada", "cyd"),
        SecondCoding("B2", "bob", "ada"),
        SecondCoding("B5", "bob", "cyd"),
        SecondCoding("C0", "cyd", "ada"),
    )


def test_second_codings_are_dealt_out_evenly() -> None:
    finished = [FinishedEncounter(f"A{n}", "ada") for n in range(9)]
    drawn = draw_sample(finished, 1, 7, ("bob", "cyd", "dee"))
    assert Counter(row.second_coder for row in drawn) == {"bob": 3, "cyd": 3, "dee": 3}


def test_nothing_finished_draws_nothing() -> None:
    assert draw_sample([], 0.1, 7, ()) == ()


@pytest.mark.parametrize("rate", [0, -0.1, 1.01, float("nan")])
def test_a_rate_out_of_range_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        draw_sample(FINISHED, rate, 7, CODERS)


def test_an_encounter_without_another_coder_is_named() -> None:
    with pytest.raises(InputError, match="encounter C0 a second time"):
        draw_sample([FinishedEncounter("C0", "cyd")], 1, 7, ("cyd",))


def test_an_encounter_listed_twice_is_refused() -> None:
    with pytest.raises(InputError, match="C0 is listed twice"):
        draw_sample([FINISHED[-1], FINISHED[-1]], 1, 7, CODERS)


def test_json_form() -> None:
    assert SecondCoding("C0", "cyd", "ada").to_dict() == {
        "encounter": "C0",
        "first_coder": "cyd",
        "second_coder": "ada",
    }


@settings(max_examples=50, deadline=None)
@given(
    coders=st.lists(st.sampled_from("abcde"), min_size=1, max_size=40),
    rate=st.floats(0.01, 1),
    seed=st.integers(),
)
def test_everyone_is_sampled_and_nobody_twice(coders: list[str], rate: float, seed: int) -> None:
    finished = [FinishedEncounter(str(n), coder) for n, coder in enumerate(coders)]
    drawn = draw_sample(finished, rate, seed, ("a", "b"))
    assert {row.first_coder for row in drawn} == set(coders)
    assert len({row.encounter for row in drawn}) == len(drawn)
    assert all(row.first_coder != row.second_coder for row in drawn)
