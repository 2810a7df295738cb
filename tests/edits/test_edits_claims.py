"""What the check says about a claim: each alert, and where there is none."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from suggester.edits.claims import PTP_MODIFIERS, Alert, ClaimLine, check, read_line
from suggester.edits.ncci import Ncci
from suggester.errors import InputError

JULY = datetime.date(2024, 7, 15)


def alerts(ncci: Ncci, *lines: str) -> list[Alert]:
    return check([read_line(line) for line in lines], ncci, JULY)


def of(rule: str, ncci: Ncci, *lines: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(a.severity, a.codes) for a in alerts(ncci, *lines) if a.rule == rule]


def test_pair_that_no_modifier_allows(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00020-59", "00010")
    assert alert == Alert(
        "ncci-ptp",
        "error",
        "00020 is not paid beside 00010 (Mutually exclusive procedures), and no modifier changes "
        "that.",
        ("00010", "00020"),
        "NCCI 2024Q3",
    )


def test_pair_that_a_modifier_would_allow(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00010", "00030-GP")
    assert (alert.rule, alert.severity) == ("ncci-ptp", "warning")
    assert alert.message.startswith(
        "00030 is not paid beside 00010 (Standards of medical practice)"
    )
    assert "without a modifier such as 59" in alert.message


@pytest.mark.parametrize(
    "lines", [("00010", "00030-59"), ("00010-RT", "00030"), ("00010-76-LT", "00030-XS")]
)
def test_pair_whose_modifier_is_there(ncci: Ncci, lines: tuple[str, ...]) -> None:
    [alert] = alerts(ncci, *lines)
    assert (alert.rule, alert.severity) == ("ncci-ptp", "info")
    assert "the note must show" in alert.message


def test_pair_tells_which_modifier_on_which_code(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00010-76-LT", "00030-XS")
    assert "only because of XS on 00030 and LT on 00010" in alert.message


def test_each_line_of_a_pair_needs_its_modifier(ncci: Ncci) -> None:
    assert of("ncci-ptp", ncci, "00010", "00030-LT", "00030") == [("warning", ("00010", "00030"))]
    assert of("ncci-ptp", ncci, "00010-LT", "00030-LT", "00030") == [("info", ("00010", "00030"))]
    assert of("ncci-ptp", ncci, "00010-LT", "00010-RT", "00030") == [("info", ("00010", "00030"))]


@pytest.mark.parametrize(
    "modifier",
    (
        "59 XE XS XP XU 25 57 58 78 79 91 24 27 E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 "
        "T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI"
    ).split(),
)
def test_every_ncci_modifier_lets_a_pair_through(ncci: Ncci, modifier: str) -> None:
    assert of("ncci-ptp", ncci, "00010", f"00030-{modifier}") == [("info", ("00010", "00030"))]
    assert modifier in PTP_MODIFIERS


@pytest.mark.parametrize("modifier", ["50", "51", "76", "GA", "F0", "E5"])
def test_other_modifiers_do_not(ncci: Ncci, modifier: str) -> None:
    assert of("ncci-ptp", ncci, "00010", f"00030-{modifier}") == [("warning", ("00010", "00030"))]


def test_pair_out_of_force_is_passed_over(ncci: Ncci) -> None:
    for code in ("00040", "00050", "00060"):
        assert of("ncci-ptp", ncci, "00010", code) == []
    lines = [read_line("00010"), read_line("00040")]
    assert check(lines, ncci, datetime.date(2023, 6, 1))[0].codes == ("00010", "00040")
    # Today: what was deleted is gone, what took effect holds.
    assert [a.codes[1] for a in check([*lines, read_line("00050")], ncci)] == ["00050"]


def test_units_over_an_absolute_limit(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00010-LT", "00010-RT")
    assert alert == Alert(
        "mue",
        "error",
        "2 units of 00010 exceed the limit of 1 (Anatomic Consideration) for a date of service, "
        "which is absolute whatever the note shows (MAI 2).",
        ("00010",),
        "NCCI 2024Q3",
    )


def test_units_over_a_clinical_limit(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00020:2", "00020-76:2")
    assert (alert.rule, alert.severity, alert.codes) == ("mue", "warning", ("00020",))
    assert alert.message.startswith("4 units of 00020 exceed the limit of 3 (Clinical: Data)")
    assert alert.message.endswith("(MAI 3).")


def test_units_over_a_line_limit(ncci: Ncci) -> None:
    assert alerts(ncci, "00030:2", "00030-76:2") == []
    [alert] = alerts(ncci, "00030:3", "00030-76:2")
    assert (alert.rule, alert.severity) == ("mue", "warning")
    assert "3 units of 00030 exceed the limit of 2" in alert.message
    assert "a claim line" in alert.message
    assert "(MAI 1)" in alert.message


def test_units_of_a_code_with_limit_0(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "Z0010")
    assert alert.message.startswith("1 unit of Z0010 exceeds the limit of 0 (Drug discontinued)")


def test_units_within_the_limit(ncci: Ncci) -> None:
    assert alerts(ncci, "00020:3") == []
    assert alerts(ncci, "00099:500") == []


def test_add_on_without_its_primary(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00110")
    assert alert == Alert(
        "add-on",
        "error",
        "00110 is an add-on code without its primary code on the claim; it is paid only beside "
        "one of 00010, 00020.",
        ("00110",),
        "NCCI 2024Q3",
    )
    [alert] = alerts(ncci, "00120")
    assert alert.message.endswith("paid only beside 00010.")


def test_add_on_with_its_primary(ncci: Ncci) -> None:
    assert of("add-on", ncci, "00110", "00020") == []
    # This primary code was deleted at the end of 2023.
    assert of("add-on", ncci, "00110", "00030") == [("error", ("00110",))]


def test_add_on_of_the_contractor(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00130", "00099")
    assert (alert.severity, alert.codes) == ("info", ("00130",))
    assert "Medicare contractor defines" in alert.message


def test_add_on_with_both(ncci: Ncci) -> None:
    [alert] = alerts(ncci, "00140")
    assert alert.severity == "warning"
    assert "(00010); the Medicare contractor may accept others" in alert.message
    assert alerts(ncci, "00140", "00010") == []


def test_add_on_deleted_is_passed_over(ncci: Ncci) -> None:
    assert alerts(ncci, "00150", "00160") == []


def test_gravest_comes_first(ncci: Ncci) -> None:
    found = alerts(ncci, "00130", "00030", "00010", "00020")
    assert [a.severity for a in found] == ["error", "warning", "info"]


def test_every_message_is_one_sentence(ncci: Ncci) -> None:
    found = alerts(ncci, "00010:2", "00020:9", "00030:3", "Z0010", "0001T-59", "00130", "00140")
    found += alerts(ncci, "00110", "00140")
    assert len(found) >= 9
    for alert in found:
        assert alert.message.endswith(".")
        assert ". " not in alert.message
        assert "\n" not in alert.message


def test_kinds_that_were_not_imported_are_not_checked(ncci: Ncci) -> None:
    lines = [read_line(line) for line in ("00010:2", "00020", "00110")]
    assert len(check(lines, ncci, JULY)) == 2
    assert len(check(lines, replace(ncci, ptp=None), JULY)) == 1
    bare = Ncci("2024Q3")
    assert check(lines, bare, JULY) == []
    assert bare.missing() == ("PTP pairs", "MUE values", "add-on code pairs")


def test_no_lines_no_alerts(ncci: Ncci) -> None:
    assert check([], ncci) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("11042", ClaimLine("11042")),
        ("99213-25", ClaimLine("99213", ("25",))),
        ("11045:2", ClaimLine("11045", (), 2)),
        (" z0010-59-lt:012 ", ClaimLine("Z0010", ("59", "LT"), 12)),
    ],
)
def test_read_line(text: str, line: ClaimLine) -> None:
    assert read_line(text) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1104",
        "110425",
        "E11.9",
        "11042-5",
        "11042-599",
        "11042:",
        "11042:0",
        "11042:-1",
        "1104é",
        "11042:9999999",
        "11042:2-59",
        "١١٠٤٢",
        "11042 97597",
    ],
)
def test_line_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_line(text)


def test_claim_line_is_checked() -> None:
    for bad in (("e1190", ()), ("11042", ("5",)), ("11042", ("lt",))):
        with pytest.raises(InputError):
            ClaimLine(bad[0], bad[1])
    with pytest.raises(InputError):
        ClaimLine("11042", (), 0)
