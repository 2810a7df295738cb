"""The readers of CPT, HCPCS Level II and ICD-10-PCS, on invented files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping

import pytest

from suggester.codes import cpt_files, cpt_modifiers, hcpcs_files, pcs_files
from suggester.codes.flat_formats import FORMATS, format_of
from suggester.codes.listing import Listing
from suggester.codes.sources import Source
from suggester.codes.text_file import TextFile, read_text_file
from suggester.codes.workbook import workbook_rows
from suggester.errors import InputError
from tests.codes.invented_files import (
    CPT,
    HCPCS,
    HCPCS_MODIFIERS,
    LICENCE,
    MODIFIERS,
    PCS,
    cpt_consumer,
    cpt_lines,
    cpt_wrapped,
    hcpcs_csv,
    hcpcs_file,
    hcpcs_records,
    hcpcs_rows,
    pcs_codes,
    pcs_order,
    workbook,
    zipped,
)


def text_file(name: str, data: bytes) -> TextFile:
    return read_text_file(Source(name, data))


def read(name: str, data: bytes) -> Listing:
    file = text_file(name, data)
    known = format_of(file)
    assert known is not None, name
    return known.read(file)


def column(table: Mapping[str, tuple[str, ...]], at: int) -> dict[str, str]:
    return {code: row[at] for code, row in table.items() if row[at]}


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("a.txt", pcs_order(), pcs_files.read_order),
        ("a.txt", pcs_codes(), pcs_files.read_codes),
        ("a.csv", hcpcs_csv(), hcpcs_files.read_descriptions),
        ("a.xlsx", workbook(hcpcs_rows()), hcpcs_files.read_table),
        ("a.txt", hcpcs_file(), hcpcs_files.read_records),
        ("a.txt", cpt_consumer(), cpt_files.read_consumer),
        ("MODUL.txt", MODIFIERS.encode(), cpt_modifiers.read_modifiers),
        ("a.txt", cpt_lines(0, "\t"), cpt_files.read_descriptors),
        ("a.txt", cpt_wrapped(), cpt_files.read_descriptors),
    ],
)
def test_each_format_is_told_by_its_contents(
    name: str, data: bytes, reader: Callable[[TextFile], Listing]
) -> None:
    file = text_file(name, data)
    assert next(known.read for known in FORMATS if known.is_it(file)) is reader


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello\n",
        b"\0\1\2",
        b"A000    Classical cholera\n",
        "\n".join(LICENCE).encode(),
        b"column1,column2\n00100,00102\n",
    ],
)
def test_other_files_are_of_no_format(data: bytes) -> None:
    assert format_of(text_file("a.txt", data)) is None


@pytest.mark.parametrize(
    ("kind", "at", "separator"), [("long", 0, "\t"), ("medium", 1, " "), ("short", 2, " ")]
)
@pytest.mark.parametrize("is_named", [True, False])
def test_cpt_descriptors(kind: str, at: int, separator: str, is_named: bool) -> None:
    name = f"{kind.upper()}U.txt" if is_named else "file.txt"
    data = cpt_lines(at, separator)
    if not is_named and kind == "long":
        data = data.replace(b"15 minutes", b"15 or even more minutes" * 6)
    listing = read(name, data)
    if is_named:
        assert listing.titles == {kind: column(CPT, at)}
    else:
        assert list(listing.titles) == [kind]
    assert (listing.system, listing.is_whole) == ("cpt", True)


def test_cpt_with_a_column_between_code_and_text() -> None:
    data = cpt_lines(0, "\t").replace(b"00002\t", b"00002\tX\t")
    assert read("LONGULT.txt", data).titles["long"] == column(CPT, 0)


def test_cpt_records_of_80_columns() -> None:
    assert read("LONG.txt", cpt_wrapped()).titles == {"long": column(CPT, 0)}


def test_cpt_without_licence_and_with_the_mark_of_dos() -> None:
    data = b"\r\n".join(cpt_lines(2, " ").splitlines()[len(LICENCE) :]) + b"\r\n\x1a"
    assert read("SHORTU.txt", data).titles == {"short": column(CPT, 2)}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (cpt_lines(0, "\t") + b"00003", "Line 9 of LONGULT.txt is not a line of a CPT file"),
        (cpt_lines(0, "\t") + b"00001\tAgain\r\n", "LONGULT.txt holds the code 00001 twice"),
        (cpt_wrapped().replace(b"0000102", b"0000103"), "with all its records"),
    ],
)
def test_damaged_cpt(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read("LONGULT.txt", data)


def test_cpt_consumer_descriptors() -> None:
    for name, data in (
        ("ConsumerDescriptor.txt", cpt_consumer()),
        ("ConsumerDescriptor.xlsx", workbook([r.split("\t") for r in cpt_consumer().decode().split("\r\n")])),
    ):  # fmt: skip
        listing = read(name, data)
        assert listing.titles == {"consumer": column(CPT, 3)}
        assert not listing.is_whole
    with pytest.raises(
        InputError, match=r"Line 4 of a\.txt is not a line of a CPT file of consumer"
    ):
        read("a.txt", cpt_consumer() + b"\r\n7\tteapot\tno")


def test_cpt_modifiers() -> None:
    listing = read("MODUL.txt", MODIFIERS.encode())
    assert listing.modifiers == {
        "11": "Louder Polishing",
        "13": "Silent Polishing",
        "P1": "A merry patient",
        "P2": "A sleepy patient",
        "1X": "Feather Not Found",
        "X1": "Upper left whisker",
        "X2": "Upper right whisker",
    }
    assert not listing.titles
    assert not listing.is_whole


def test_cpt_modifiers_as_a_plain_list() -> None:
    listing = read("MODUL.txt", b"11 Louder\n12\tQuieter\nX1 Whisker\n")
    assert listing.modifiers == {"11": "Louder", "12": "Quieter", "X1": "Whisker"}
    with pytest.raises(InputError, match="holds no modifiers"):
        cpt_modifiers.read_modifiers(TextFile("MODUL.txt", ["nothing", "here"]))


@pytest.mark.parametrize("name", ["HCPC2031_ANWEB.txt", "HCPC2031_ANWEB.xlsx"])
def test_hcpcs_records_and_workbook(name: str) -> None:
    listing = read(name, hcpcs_file() if name.endswith("txt") else workbook(hcpcs_rows()))
    assert listing.titles == {"long": column(HCPCS, 0), "short": column(HCPCS, 1)}
    assert listing.modifiers == {code: text.strip() for code, text in HCPCS_MODIFIERS.items()}
    assert listing.added == {"B0001": "1999-01-01", "B0002": "2001-07-01", "V9998": "2010-01-01"}
    assert listing.ended == {"B0002": "2025-12-31"}


def test_hcpcs_records_not_filled_up() -> None:
    records = [record.rstrip() for record in hcpcs_records()]
    assert read("a.txt", hcpcs_file(records)).titles["long"] == column(HCPCS, 0)


def damaged_records(number: int, old: str, new: str) -> bytes:
    records = hcpcs_records()
    assert old in records[number]
    records[number] = records[number].replace(old, new, 1)
    return hcpcs_file(records)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (damaged_records(-1, "V9998", "V99980"), "Line 12 of a.txt is not a line of a HCPCS"),
        (damaged_records(-1, "001003", "001009"), "Line 12 of a.txt"),
        (damaged_records(-1, "V9998", "B0001"), "holds the code B0001 twice"),
        (damaged_records(-1, "20100101", "20101301"), "has a date for V9998 that does not exist"),
        (damaged_records(1, "   Z9", "   Z1"), "Line 7 of a.txt"),
        (hcpcs_file([*hcpcs_records()[:-1], hcpcs_records()[-1][:60]]), "Line 12 of a.txt"),
        (hcpcs_file([r for r in hcpcs_records() if r[5:10] != "00200"]), "Line 8 of a.txt"),
        (hcpcs_file([*hcpcs_records(), "and so on"]), "Line 13 of a.txt"),
    ],
)
def test_damaged_hcpcs_records(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read("a.txt", data)


def test_repeated_hcpcs_modifier() -> None:
    with pytest.raises(InputError, match="holds the code Z1 twice"):
        read("a.txt", hcpcs_file([hcpcs_records()[0], *hcpcs_records()]))


def test_hcpcs_list_of_descriptions() -> None:
    listing = read("descriptions.csv", hcpcs_csv())
    assert listing.titles == {"long": column(HCPCS, 0), "short": column(HCPCS, 1)}
    assert listing.modifiers == {"Z1": "Service by a person with a hat"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"B0003,Middling,Tea", "Line 10 of a.csv is not a line of a HCPCS list"),
        (b"B003,Long,Tea", "Line 10 of a.csv"),
        (b"B0003", "Line 10 of a.csv"),
        (b"B0001,Long,Tea", "holds the code B0001 twice"),
        (b"Z1,Long,Tea", "holds the code Z1 twice"),
        (b'B0003,Long,"' + b"x" * 200_000, "Line 10 of a.csv"),
    ],
)
def test_damaged_hcpcs_list(line: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read("a.csv", hcpcs_csv() + b"\n" + line)


def test_a_quote_not_closed_is_told_where_csv_reads_long_cells() -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(InputError, match=r"Line 10 of a\.csv"):
            read("a.csv", hcpcs_csv() + b'\nB0003,Long,"' + b"x" * 200_000)
    finally:
        csv.field_size_limit(before)


def test_pcs_files() -> None:
    assert read("o.txt", pcs_order()).titles == {"short": column(PCS, 0), "long": column(PCS, 1)}
    assert read("c.txt", pcs_codes()).titles == {"long": column(PCS, 1)}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pcs_order() + b"00006", "Line 6 of a.txt is not a line of an ICD-10-PCS order file"),
        (pcs_order().replace(b"00004", b"00005"), "Line 4 of a.txt"),
        (pcs_order().replace(b"000000B", b"000000A"), "holds the code 000000A twice"),
        (pcs_codes() + b"0000", "Line 4 of a.txt is not a line of an ICD-10-PCS codes file"),
        (pcs_codes() + pcs_codes(), "holds the code 000000A twice"),
    ],
)
def test_damaged_pcs(data: bytes, message: str) -> None:
    file = text_file("a.txt", data)
    reader = pcs_files.read_order if data.startswith(b"00001 ") else pcs_files.read_codes
    with pytest.raises(InputError, match=message):
        reader(file)


def test_workbook_with_other_kinds_of_cell() -> None:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = '<c r="B1" t="inlineStr"><is><t>b</t></is></c><c r="D1"><v>7</v></c><c t="str"/>'
    sheet = f"<worksheet {space}><sheetData><row>{cells}</row></sheetData></worksheet>"
    data = workbook([], sheet=sheet, strings="")
    assert workbook_rows(Source("a.xlsx", data)) == [["", "b", "", "7", ""]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4 cut off", "damaged .xlsx"),
        (b"not a workbook", "damaged .xlsx"),
        (workbook([["a"]])[:-30], "damaged .xlsx"),
        (zipped({"readme.txt": b"hello"}), "not an .xlsx workbook with a worksheet"),
        (workbook([["a"]], sheet="<worksheet>"), "damaged .xlsx"),
        (workbook([["a"]], strings=""), "damaged .xlsx"),
        (workbook([["a"]], sheet='<!DOCTYPE x [<!ENTITY e "e">]><x/>'), "declares XML entities"),
    ],
)
def test_damaged_workbook(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        workbook_rows(Source("a.xlsx", data))


@pytest.mark.parametrize("place", ["A1", "ZZZ1"])
def test_workbook_with_cells_out_of_order(place: str) -> None:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = f'<c r="B1"><v>1</v></c><c r="{place}"><v>2</v></c>'
    sheet = f"<worksheet {space}><sheetData><row>{cells}</row></sheetData></worksheet>"
    with pytest.raises(InputError, match=r"damaged \.xlsx"):
        workbook_rows(Source("a.xlsx", workbook([], sheet=sheet, strings="")))


def test_workbook_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggester.codes.workbook.MAX_BYTES", 10)
    with pytest.raises(InputError, match="far more than any official file"):
        workbook_rows(Source("a.xlsx", workbook([["a"]])))
