"""Reading tabular XML files and code lists, and refusing what is neither."""

from __future__ import annotations

import pytest

from suggester.codes.code_list import read_code_list
from suggester.codes.compilation import compile_columns, find_disagreement
from suggester.codes.tabular import read_tabular
from suggester.errors import InputError
from tests.codes.tiny_release import (
    MISSING_FORM,
    codes_file,
    diag,
    listed,
    old_tabular,
    order_file,
    plain_list,
    tabular,
)


def test_tabular_keeps_version_titles_and_nested_blocks() -> None:
    xml = tabular(
        '<section id="A10-A19"><desc>Group (A10-A19)</desc></section>',
        f'<section id="A15-A17"><desc>Part (A15-A17)</desc>{diag("A15", "One")}</section>',
        f'<section id="A20-A21"><desc>Other (A20-A21)</desc>{diag("A20", "Two")}</section>',
    )
    read = read_tabular(xml, "tiny.xml")
    assert read.version == "2030"
    group, other, hiv = read.chapters[0].children
    assert [group.title, other.title, hiv.title] == ["Group", "Other", "HIV"]
    assert group.children[0].name == "A15-A17"
    assert hiv.name == "B20-B20"


def test_line_under_a_seventh_character_is_kept_as_note() -> None:
    category = read_tabular(old_tabular(), "tiny.xml").chapters[1].children[0].children[0]
    assert category.seventh == {
        "A": "initial encounter",
        "D": "subsequent encounter",
        "S": "sequela",
    }
    assert ("general", "7th character S (sequela): late effect") in category.notes


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<ICD10CM.tabular>&b;</ICD10CM.tabular>"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7 not xml", "not well-formed XML"),
        (b"", "not well-formed XML"),
        (b"<ICD10CM.tabular><chapter>", "not well-formed XML"),
        (b"<html><body/></html>", "not an ICD-10-CM Tabular List: its root is <html>"),
        (b"<ICD10CM.tabular/>", "without any code"),
        (BOMB, "declares XML entities"),
        (b"<ICD10CM.tabular><chapter><desc>x</desc></chapter></ICD10CM.tabular>", "without a name"),
    ],
)
def test_tabular_refuses(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=r"tiny\.xml") as caught:
        read_tabular(data, "tiny.xml")
    assert message in str(caught.value)


def test_code_twice_is_refused() -> None:
    double = diag("A00", "One") + diag("A00", "Two")
    xml = tabular(f'<section id="A00-A09"><desc>x</desc>{double}</section>')
    with pytest.raises(InputError, match="A00 twice"):
        compile_columns(read_tabular(xml, "tiny.xml"), None)


def test_order_file_gives_marks_and_titles() -> None:
    xml = old_tabular()
    read = read_code_list(order_file(xml), "order.txt")
    assert read.billable == frozenset(code for code, billable, _ in listed(xml) if billable)
    assert read.codes == {code for code, _, _ in listed(xml)}
    assert read.titles["S63501A"] == "Sprain of right wrist, initial encounter"


def test_order_file_without_long_title_gives_the_short_one() -> None:
    read = read_code_list(b"00001 A00     0 Cholera", "order.txt")
    assert read.titles == {"A00": "Cholera"}


def test_codes_file_holds_billable_codes_only() -> None:
    xml = old_tabular()
    read = read_code_list(codes_file(xml), "codes.txt")
    assert read.only_billable
    assert read.billable is not None
    assert not read.billable ^ read.codes
    assert read.codes == {code for code, billable, _ in listed(xml) if billable}


def test_plain_list_holds_all_codes_and_no_marks() -> None:
    xml = old_tabular()
    read = read_code_list(b"\xef\xbb\xbf" + plain_list(xml) + b"\n\nA05.1\n", "list.txt")
    assert read.billable is None
    assert not read.only_billable
    assert read.codes == {code for code, _, _ in listed(xml)} | {"A051"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "list.txt is empty"),
        (b"A00\nthis is a letter\n", "Line 2 of list.txt"),
        (b"00001 A00     0 Cholera\nA01\n", "Line 2 of list.txt"),
        (b"\x00\x01\x02\xff", "Line 1 of list.txt"),
    ],
)
def test_code_list_refuses(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_code_list(data, "list.txt")


@pytest.mark.parametrize("writer", [order_file, codes_file, plain_list])
def test_list_decides_which_forms_exist(writer) -> None:  # type: ignore[no-untyped-def]
    xml = old_tabular()
    code_list = read_code_list(writer(xml), "list.txt")
    columns = compile_columns(read_tabular(xml, "tiny.xml"), code_list)
    assert "S63.2XXD" in columns.codes
    assert f"{MISSING_FORM[:3]}.{MISSING_FORM[3:]}" not in columns.codes
    assert not find_disagreement(columns, code_list)
    assert columns.is_sound()


def test_disagreement_names_counts_and_codes() -> None:
    xml = old_tabular()
    lines = order_file(xml).decode().splitlines()
    lines = [line for line in lines if not line[6:].startswith("A040 ")]
    lines = [line for line in lines if line[6:13].strip() not in ("A04", "A031")]
    lines = [line.replace("A01     1", "A01     0") for line in lines]
    lines += [f"99999 Z9{n}     1 {'x':60} x" for n in range(10, 17)]
    code_list = read_code_list("\n".join(lines).encode(), "order.txt")
    found = find_disagreement(compile_columns(read_tabular(xml, "tiny.xml"), code_list), code_list)
    assert str(found) == (
        "7 only in the list (Z910, Z911, Z912, Z913, Z914, …); "
        "2 only in the Tabular List (A031, A04); 1 billable in one of them only (A01)"
    )
