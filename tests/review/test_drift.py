"""Drift against examples worked by hand."""

from __future__ import annotations

import json
import math

import pytest

from suggester.review.drift import (
    UnknownTerms,
    confidence_shift,
    stability_index,
    unknown_terms,
)

TENTHS = [(2 * n + 1) / 20 for n in range(10)]


def test_share_of_notes_with_unknown_terms() -> None:
    shares = [0, 0, 0.1, 0.5]
    found = unknown_terms(shares)
    assert (found.notes, found.with_unknown, found.share) == (4, 2, 0.5)
    assert found.mean == pytest.approx(0.15)
    assert unknown_terms(shares, allowed=0.1).share == 0.25
    assert unknown_terms([]) == UnknownTerms(0, 0, None, None)


def test_stability_index() -> None:
    # With half a count each: 0.3 and 0.7 before, 0.7 and 0.3 now.
    assert stability_index((1, 3), (3, 1)) == pytest.approx(2 * 0.4 * math.log(7 / 3))


def test_stability_index_is_nothing_without_change_and_the_same_both_ways() -> None:
    assert stability_index((5, 2, 9), (5, 2, 9)) == 0
    assert stability_index((5, 2, 9), (1, 8, 0)) == pytest.approx(
        stability_index((1, 8, 0), (5, 2, 9))
    )


def test_an_empty_bin_is_not_infinitely_far() -> None:
    # 0.5/5 and 4.5/5 against 2.5/5 twice.
    by_hand = (0.5 - 0.1) * math.log(5) + (0.5 - 0.9) * math.log(5 / 9)
    assert stability_index((0, 4), (2, 2)) == pytest.approx(by_hand)


@pytest.mark.parametrize(("before", "now"), [((), ()), ((1, 2), (1,))])
def test_histograms_must_match(before: tuple[int, ...], now: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        stability_index(before, now)


def test_kolmogorov_smirnov() -> None:
    # At 0.2 half of the first are passed and none of the second. Of 70 orders of 4 and 4, 2^4 keep
    # the two within 1 of each other.
    shift = confidence_shift([0.1, 0.2, 0.3, 0.4], [0.3, 0.4, 0.5, 0.6])
    assert shift is not None
    assert shift.ks == pytest.approx(0.5)
    assert shift.ks_p_value == pytest.approx(1 - 16 / 70)


def test_bins_are_deciles_of_the_reference() -> None:
    shift = confidence_shift(TENTHS, TENTHS)
    assert shift is not None
    assert shift.edges == tuple(TENTHS[1:])
    assert shift.reference_shares == shift.current_shares == (0.1,) * 10
    assert (shift.psi, shift.change) == (0, "little")
    # 16.919 is the 95 % point of chi-square with 9 degrees of freedom.
    assert shift.psi_by_chance == pytest.approx(0.2 * 16.919, abs=1e-3)


def test_a_large_change_of_many_is_large_and_of_few_may_be_chance() -> None:
    now = [value / 2 for value in TENTHS]
    many = confidence_shift(TENTHS * 100, now * 100)
    few = confidence_shift(TENTHS, now)
    assert many is not None
    assert few is not None
    assert many.change == "large"
    assert few.psi > 0.25
    assert few.change == "little"


@pytest.mark.parametrize(
    ("moved", "psi", "change"),
    [
        # The share of both bins changes by moved / 1005: half a count is in every bin.
        (50, 50 / 1005 * math.log(150.5 / 50.5), "little"),  # 0.05
        (75, 75 / 1005 * math.log(175.5 / 25.5), "some"),  # 0.14
        (100, 100 / 1005 * math.log(200.5 / 0.5), "large"),  # 0.60
    ],
)
def test_how_large_a_change_is(moved: int, psi: float, change: str) -> None:
    # 100 in each tenth; then some move from the lowest tenth to the highest.
    current = TENTHS[1:] * 100 + [0.05] * (100 - moved) + [0.95] * moved
    shift = confidence_shift(TENTHS * 100, current)
    assert shift is not None
    assert shift.psi == pytest.approx(psi)
    assert shift.change == change


def test_one_confidence_only_is_compared_in_tenths() -> None:
    shift = confidence_shift([0.5] * 200, [0.9] * 200)
    assert shift is not None
    assert shift.edges == tuple(n / 10 for n in range(1, 10))
    assert (shift.change, shift.ks) == ("large", 1)


def test_a_period_without_suggestions_cannot_be_compared() -> None:
    assert confidence_shift([], [0.5]) is None
    assert confidence_shift([0.5], []) is None


def test_json_forms() -> None:
    shift = confidence_shift(TENTHS, TENTHS)
    assert shift is not None
    assert json.loads(json.dumps(shift.to_dict()))["change"] == "little"
    assert unknown_terms([0.5]).to_dict() == {
        "notes": 1,
        "with_unknown": 1,
        "share": 1,
        "mean": 0.5,
    }
