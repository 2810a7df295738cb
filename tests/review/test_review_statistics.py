"""Counts of outcomes against an example worked by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest

from suggester.review.statistics import (
    OUTCOMES,
    DecidedCode,
    Outcome,
    OutcomeCounts,
    count_all,
    count_by_code,
    count_by_coder,
    count_by_model,
    count_by_week,
    tally,
    week_of,
    weeks_between,
)


def decided(
    code: str,
    outcome: Outcome,
    week: str = "2026-W02",
    coder: str = "ada",
    model: str = "1.0.0",
    system: str = "icd10cm",
) -> DecidedCode:
    return DecidedCode("E1", system, code, week, coder, model, outcome, 0.5)


ROWS = [
    decided("I10", "accepted"),
    decided("I10", "accepted", coder="bob", week="2025-W52"),
    decided("I10", "rejected", model="1.1.0"),
    decided("E11.9", "edited"),
    decided("E11.65", "added"),
    decided("R05.9", "left", coder="bob"),
    decided("J18.9", "typed_although_suggested", coder="bob"),
    decided("99214", "accepted", system="cpt", model="1.1.0"),
]


def test_counts_and_shares() -> None:
    counts = count_all(tally(ROWS))
    assert counts == OutcomeCounts("all", 3, 1, 1, 1, 1, 1)
    assert (counts.total, counts.suggested, counts.chosen, counts.assigned) == (8, 7, 4, 5)
    assert counts.shares()["accepted"] == pytest.approx(3 / 8)
    assert sum(share or 0 for share in counts.shares().values()) == pytest.approx(1)
    assert counts.acceptance == pytest.approx(3 / 5)  # left and typed do not count
    assert counts.precision == pytest.approx(4 / 7)  # left counts as wrong
    assert counts.recall == pytest.approx(4 / 5)


def test_nothing_has_no_shares() -> None:
    counts = count_all(tally([]))
    assert counts.total == 0
    assert set(counts.shares().values()) == {None}
    assert (counts.acceptance, counts.precision, counts.recall) == (None, None, None)


@pytest.mark.parametrize(
    ("outcome", "suggested", "assigned"),
    [
        ("accepted", True, True),
        ("edited", True, False),
        ("rejected", True, False),
        ("added", False, True),
        ("typed_although_suggested", True, True),
        ("left", True, False),
    ],
)
def test_what_an_outcome_means(outcome: Outcome, suggested: bool, assigned: bool) -> None:
    row = decided("I10", outcome)
    counts = count_all(tally([row]))
    assert (row.suggested, row.assigned) == (suggested, assigned)
    assert (counts.suggested, counts.assigned) == (suggested, assigned)


def test_every_outcome_is_counted() -> None:
    assert all(name in OutcomeCounts.__dataclass_fields__ for name in OUTCOMES)


def test_codes_come_most_frequent_first_then_by_system_and_code() -> None:
    assert [(c.system, c.group, c.total) for c in count_by_code(tally(ROWS))] == [
        ("icd10cm", "I10", 3),
        ("cpt", "99214", 1),
        ("icd10cm", "E11.65", 1),
        ("icd10cm", "E11.9", 1),
        ("icd10cm", "J18.9", 1),
        ("icd10cm", "R05.9", 1),
    ]


def test_coders_and_models() -> None:
    assert [(c.group, c.total) for c in count_by_coder(tally(ROWS))] == [("ada", 5), ("bob", 3)]
    assert [(c.group, c.total) for c in count_by_model(tally(ROWS))] == [("1.0.0", 6), ("1.1.0", 2)]


def test_weeks_without_work_count_nothing() -> None:
    assert [(c.group, c.total) for c in count_by_week(tally(ROWS))] == [
        ("2025-W52", 1),
        ("2026-W01", 0),
        ("2026-W02", 7),
    ]
    assert count_by_week(tally([])) == ()


def test_weeks_cross_a_year_of_53() -> None:
    assert weeks_between("2026-W52", "2027-W01") == ("2026-W52", "2026-W53", "2027-W01")
    assert weeks_between("2026-W02", "2026-W01") == ()


def test_a_day_in_january_may_be_of_the_last_week() -> None:
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2026, 8, 1)) == "2026-W31"


@pytest.mark.parametrize("week", ["2026-31", "2026-W7", "2026-W54", "", "2026W31"])
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(ValueError):
        weeks_between(week, "2026-W31")


def test_json_form_names_the_system_of_codes_only() -> None:
    whole = json.loads(json.dumps(count_all(tally(ROWS)).to_dict()))
    assert whole["shares"]["left"] == pytest.approx(1 / 8)
    assert "system" not in whole
    assert count_by_code(tally(ROWS))[0].to_dict()["system"] == "icd10cm"
