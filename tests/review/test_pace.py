"""Seconds a note against examples worked by hand."""

from __future__ import annotations

import pytest

from suggester.review.pace import Pace, TimedEncounter, pace, pace_by_coder, pace_by_week


def timed(
    seconds: float, characters: int = 1000, coder: str = "ada", week: str = "2026-W31"
) -> TimedEncounter:
    return TimedEncounter("E1", coder, week, seconds, characters)


def test_median_and_ninetieth_percentile() -> None:
    # Eleven notes: the sixth is the median, the tenth the 90th percentile.
    found = pace(timed(10 * n) for n in (7, 3, 11, 1, 5, 9, 2, 8, 4, 10, 6))
    assert (found.notes, found.median_seconds, found.ninetieth_seconds) == (11, 60, 100)


def test_between_two_notes_is_interpolated() -> None:
    found = pace([timed(10), timed(20)])
    assert found.median_seconds == 15
    assert found.ninetieth_seconds == pytest.approx(19)


def test_one_note_and_none() -> None:
    assert pace([timed(42, 2000)]) == Pace("all", 1, 42, 42, 21)
    assert pace([]) == Pace("all", 0, None, None, None)


def test_seconds_a_thousand_characters_leave_empty_notes_out() -> None:
    # 60 s for 2,000, 60 s for 1,000, 60 s for 500 characters: 30, 60, 120.
    found = pace([timed(60, 2000), timed(60, 1000), timed(60, 500), timed(60, 0)])
    assert found.median_seconds_per_thousand == 60
    assert pace([timed(60, 0)]).median_seconds_per_thousand is None


def test_by_coder_and_week() -> None:
    rows = [timed(30, coder="bob"), timed(10, week="2026-W30"), timed(20)]
    assert [(p.group, p.notes, p.median_seconds) for p in pace_by_coder(rows)] == [
        ("ada", 2, 15),
        ("bob", 1, 30),
    ]
    assert [(p.group, p.notes, p.median_seconds) for p in pace_by_week(rows)] == [
        ("2026-W30", 1, 10),
        ("2026-W31", 2, 25),
    ]


def test_json_form() -> None:
    assert pace([timed(42)]).to_dict() == {
        "group": "all",
        "notes": 1,
        "median_seconds": 42,
        "ninetieth_seconds": 42,
        "median_seconds_per_thousand": 42,
    }
