"""Lines with their modifiers against an installed edition, and add-on codes without one."""

from __future__ import annotations

import datetime

import pytest

from suggester.edits.lines import PROCEDURE, Line, ModifierHint
from suggester.edits.lines_check import (
    STARTER_SOURCE,
    bundled_pairs,
    check_lines,
    installed_edits,
)
from suggester.edits.ncci import Ncci
from tests.edits.note_lines import line

DAY = datetime.date(2024, 8, 1)


def service(code: str, units: int = 1) -> Line:
    return Line(code, "cpt", "", "", False, units, (), PROCEDURE)


def test_without_an_edition_nothing_is_said() -> None:
    assert installed_edits() is None
    assert bundled_pairs([service("00010")], None) == []
    lines = [service("00010"), service("00020", 9)]
    assert check_lines(lines, [(), ()]) == [[], []]


def test_an_installed_edition_is_found(ncci: Ncci) -> None:
    found = installed_edits(DAY)
    assert found is not None
    assert found.release == ncci.release


def test_a_pair_stands_at_the_line_not_paid(ncci: Ncci) -> None:
    lines = [service("00010"), service("00020")]
    first, second = check_lines(lines, [(), ()], ncci=ncci, day=DAY)
    assert first == []
    assert [(a["rule"], a["severity"], a["codes"], a["source"]) for a in second] == [
        ("ncci-ptp", "error", ["00010", "00020"], "NCCI 2024Q3")
    ]


@pytest.mark.parametrize(("modifier", "severity"), [("", "warning"), ("59", "info")])
def test_a_modifier_lets_a_pair_through(ncci: Ncci, modifier: str, severity: str) -> None:
    hints = [(), (ModifierHint(modifier, "Another site."),) if modifier else ()]
    found = check_lines([service("00010"), service("00030")], hints, ncci=ncci, day=DAY)
    assert [alert["severity"] for alert in found[1]] == [severity]


def test_units_over_the_limit(ncci: Ncci) -> None:
    [alerts] = check_lines([service("00020", 4)], [()], [("I10",)], ncci=ncci, day=DAY)
    assert [(a["rule"], a["codes"]) for a in alerts] == [("mue", ["00020"])]


def test_an_add_on_code_of_the_edition(ncci: Ncci) -> None:
    [alerts] = check_lines([service("00110")], [()], ncci=ncci, day=DAY)
    assert [(a["rule"], a["severity"]) for a in alerts] == [("add-on", "error")]


def test_pairs_of_an_edition_are_told(ncci: Ncci) -> None:
    pairs = bundled_pairs([service("00010"), service("00030")], ncci, DAY)
    assert [(pair.column1, pair.column2, pair.modifier_allowed) for pair in pairs] == [
        ("00010", "00030", True)
    ]
    assert bundled_pairs([], ncci, DAY) == []


def test_an_add_on_code_alone_needs_its_primary() -> None:
    [alerts] = check_lines([line("", "11103")], [()])
    assert [(a["rule"], a["severity"], a["source"]) for a in alerts] == [
        ("add-on", "warning", STARTER_SOURCE)
    ]


def test_an_add_on_code_beside_another_family_needs_its_primary() -> None:
    found = check_lines([line("", "64484"), line("", "20610")], [(), ()])
    assert [alert["codes"] for alert in found[0]] == [["64484"]]
    assert "64483" in found[0][0]["message"]


def test_an_add_on_code_beside_its_primary_is_right() -> None:
    assert check_lines([line("", "64483"), line("", "64484")], [(), ()]) == [[], []]
    assert check_lines([line("", "36556"), line("", "76937")], [(), ()]) == [[], []]
