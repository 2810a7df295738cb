"""Splits worked by hand, and what holds of every split."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.corpus.split_table import SplitRow, split_rows
from suggester.corpus.splitting import (
    Note,
    Shares,
    cut_dates,
    split_by_codes,
    split_by_patient,
    split_by_time,
)
from suggester.errors import InputError


def note(name: str, patient: str, *codes: str, day: str = "2025-10-01") -> Note:
    return Note(name, patient, codes, datetime.date.fromisoformat(day))


def many(patients: int, seed: int = 1) -> list[Note]:
    """Notes with 400 codes of very unequal frequency; some patients have several notes."""
    rng = random.Random(seed)
    weights = [1 / rank for rank in range(1, 401)]
    out = []
    for patient in range(patients):
        for visit in range(rng.choice((1, 1, 1, 2, 3))):
            codes = dict.fromkeys(f"C{n}" for n in rng.choices(range(400), weights, k=8))
            out.append(note(f"{patient}-{visit}", f"p{patient}", *codes))
    return out


def patients_of(notes: list[Note], chosen: dict[str, str]) -> dict[str, set[str]]:
    splits = defaultdict(set)
    for one in notes:
        splits[one.patient].add(chosen[one.id])
    return splits


@pytest.mark.parametrize("how", [split_by_patient, split_by_codes])
def test_a_patient_stays_together_and_the_shares_hold(how: object) -> None:
    notes = many(1000)
    chosen = how(notes, Shares(0.2, 0.1), 3)  # type: ignore[operator]
    assert set(chosen) == {one.id for one in notes}
    assert all(len(splits) == 1 for splits in patients_of(notes, chosen).values())
    for row, share in zip(split_rows(notes, chosen), (0.7, 0.1, 0.2), strict=True):
        assert row.share == pytest.approx(share, abs=0.01), row.split


def test_codes_of_two_patients_are_learned_and_tested() -> None:
    # Ten patients, five codes of two patients each: with half for the test, each code is in both.
    notes = [note(f"n{i}", f"p{i}", f"R{i // 2}", "I10") for i in range(10)]
    chosen = split_by_codes(notes, Shares(0.5), 0)
    for pair in range(5):
        assert {chosen[f"n{2 * pair}"], chosen[f"n{2 * pair + 1}"]} == {"train", "test"}


def test_a_code_of_one_patient_goes_to_training() -> None:
    notes = [note(f"n{i}", f"p{i}", "I10", *(["Z99.9"] if i == 7 else [])) for i in range(10)]
    for seed in range(5):
        chosen = split_by_codes(notes, Shares(0.3), seed)
        assert chosen["n7"] == "train"
        assert sum(split == "test" for split in chosen.values()) == 3


def test_stratification_leaves_fewer_codes_unseen_than_chance() -> None:
    notes = many(800)
    by_codes = split_rows(notes, split_by_codes(notes, Shares(0.2)))[-1]
    by_chance = split_rows(notes, split_by_patient(notes, Shares(0.2)))[-1]
    assert by_codes.unseen_codes is not None
    assert by_chance.unseen_codes is not None
    assert by_codes.unseen_codes < by_chance.unseen_codes / 2
    assert by_codes.codes > by_chance.codes


def test_codes_of_many_patients_keep_their_share() -> None:
    notes = many(2000)
    chosen = split_by_codes(notes, Shares(0.2))
    carriers: dict[str, list[str]] = defaultdict(list)
    for one in notes:
        for code in one.codes:
            carriers[code].append(chosen[one.id])
    for code, splits in carriers.items():
        if len(splits) >= 200:
            assert splits.count("test") / len(splits) == pytest.approx(0.2, abs=0.05), code


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sets(st.sampled_from("ABCDEFGH"), max_size=4)),
        min_size=8,
        max_size=40,
    ),
    st.integers(0, 3),
)
def test_whatever_the_corpus(rows: list[tuple[int, set[str]]], seed: int) -> None:
    notes = [note(f"n{i}", f"p{p}", *sorted(codes)) for i, (p, codes) in enumerate(rows)]
    chosen = split_by_codes(notes, Shares(0.25), seed)
    assert set(chosen) == {one.id for one in notes}
    assert all(len(splits) == 1 for splits in patients_of(notes, chosen).values())
    assert chosen == split_by_codes(notes, Shares(0.25), seed)
    # No patient is larger than what the test may exceed its share by.
    largest = max(sum(one.patient == other.patient for other in notes) for one in notes)
    tested = sum(split == "test" for split in chosen.values())
    assert tested <= 0.25 * len(notes) + largest


def test_the_seed_decides() -> None:
    notes = many(600)
    assert split_by_patient(notes, Shares(0.2), 1) == split_by_patient(notes, Shares(0.2), 1)
    assert split_by_patient(notes, Shares(0.2), 1) != split_by_patient(notes, Shares(0.2), 2)
    assert split_by_codes(notes, Shares(0.2), 1) != split_by_codes(notes, Shares(0.2), 2)


def test_by_time_leaves_out_what_would_tell_of_the_test() -> None:
    notes = [
        note("old", "a", day="2025-01-05"),
        note("returns", "a", day="2025-03-01"),  # known already: in no part
        note("middle", "b", day="2025-02-03"),
        note("later", "b", day="2025-02-20"),
        note("new", "c", day="2025-03-01"),
        note("on-the-cut", "d", day="2025-02-10"),
    ]
    cuts = {
        "dev": datetime.date(2025, 2, 1),
        "test": datetime.date(2025, 2, 10),
    }
    assert split_by_time(notes, cuts) == {
        "old": "train", "middle": "dev", "new": "test", "on-the-cut": "test",
    }  # fmt: skip


def test_the_cut_takes_the_latest_share() -> None:
    notes = [note(f"n{day}", f"p{day}", day=f"2025-01-{day:02}") for day in range(1, 11)]
    # Ten notes on ten days: the last two are the 9th and 10th, the one before them the 8th.
    assert cut_dates(notes, Shares(0.2)) == {"test": datetime.date(2025, 1, 9)}
    assert cut_dates(notes, Shares(0.2, 0.1)) == {
        "test": datetime.date(2025, 1, 9), "dev": datetime.date(2025, 1, 8),
    }  # fmt: skip


def test_a_note_without_a_date_is_named() -> None:
    notes = [Note("n1", "p", ())]
    with pytest.raises(InputError, match="'n1' has no date_of_service"):
        split_by_time(notes, {"test": datetime.date(2025, 1, 1)})


@pytest.mark.parametrize("shares", [Shares(0.0), Shares(1.0), Shares(0.6, 0.4), Shares(0.2, -0.1)])
def test_shares_that_leave_nothing(shares: Shares) -> None:
    with pytest.raises(InputError, match="shares between 0 and 1"):
        shares.of()


def test_the_table_worked_by_hand() -> None:
    notes = [
        note("a", "p1", "I10", "E11.9"),
        note("b", "p1", "I10"),
        note("c", "p2", "I10", "J18.9", "N39.0"),
        note("d", "p3", "J18.9"),
    ]
    rows = split_rows(notes, {"a": "train", "b": "train", "c": "test", "d": "test"})
    # The test has 4 codes assigned; 3 of them (J18.9 twice, N39.0) stand in no training note.
    assert rows == [
        SplitRow("train", 2, 0.5, 1, 2, None, None),
        SplitRow("test", 2, 0.5, 2, 3, 2, 0.75),
    ]


def test_the_cut_counts_only_what_remains() -> None:
    # p1 to p5 are seen on the 1st and the 8th; p6 to p9 once, on the 6th to the 9th.
    known = [note(f"k{p}-{d}", f"p{p}", day=f"2025-01-{d:02}") for p in range(1, 6) for d in (1, 8)]
    new = [note(f"n{d}", f"p{d}", day=f"2025-01-{d:02}") for d in range(6, 10)]
    notes = known + new
    # A cut at the 9th keeps n9 in the test and the other 13 in training: 7 %. At the 8th the five
    # returns drop out, which leaves 2 of 9 for the test: 22 %.
    assert cut_dates(notes, Shares(0.2)) == {"test": datetime.date(2025, 1, 8)}
    assert cut_dates(notes, Shares(0.05)) == {"test": datetime.date(2025, 1, 9)}
