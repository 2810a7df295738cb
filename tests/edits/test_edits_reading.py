"""Every layout and wrapping of the files gives the same edits; a damaged file gives one sentence."""

from __future__ import annotations

import datetime
import gzip
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from suggester.edits import bounded
from suggester.edits.add_on import AddOn
from suggester.edits.days import ALWAYS, FOREVER, day_number, first_day, last_day
from suggester.edits.importing import import_ncci
from suggester.edits.installed import load_ncci
from suggester.edits.keys import BadCodeError, code_of, encode, pair_keys, pair_of
from suggester.edits.mue import Limit
from suggester.edits.ncci import Ncci
from suggester.edits.ptp import Pair, PtpEdits
from suggester.errors import InputError
from tests.edits.edit_files import (
    ADD_ON,
    ADD_ON_HEADINGS,
    MUE,
    MUE_HEADINGS,
    NOTICE,
    PTP,
    PTP_HEADINGS,
    write_csv,
    write_gzip,
    write_text,
    write_workbook,
    write_zip,
)

JULY = day_number(datetime.date(2024, 7, 15))
TABLE = [[NOTICE], ["Column1/Column2 Edits"], PTP_HEADINGS, *PTP]
EXCLUSIVE = "Mutually exclusive procedures"
STANDARDS = "Standards of medical practice"


def imported(*paths: Path) -> Ncci:
    import_ncci(paths, "2024Q3")
    return load_ncci("2024Q3")


def ptp(*paths: Path) -> PtpEdits:
    edits = imported(*paths).ptp
    assert edits is not None
    return edits


def in_zip(path: Path, rows: list[list[str]]) -> Path:
    """Write a zip with the text and the workbook of the same table, and something else."""
    folder = path.parent
    (folder / "readme.txt").write_text("Column 1 of the file is paid.")
    text = write_text(folder / "ccipra-v302r0-f1.TXT", rows)
    book = write_workbook(folder / "ccipra-v302r0-f1.xlsx", rows)
    return write_zip(path, [folder / "readme.txt", book, text])


def book_in_zip(path: Path, rows: list[list[str]]) -> Path:
    return write_zip(path, [write_workbook(path.parent / "edits.xlsx", rows)])


def plain_strings(path: Path, rows: list[list[str]]) -> Path:
    return write_workbook(path, rows, shared=False)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("edits.txt", write_text),
        ("edits.csv", write_csv),
        ("edits.csv.gz", write_gzip),
        ("edits.xlsx", write_workbook),
        ("edits.xlsx", plain_strings),
        ("edits.zip", in_zip),
        ("edits.zip", book_in_zip),
    ],
)
def test_ptp_reads_every_form(
    tmp_path: Path, name: str, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    edits = ptp(write(tmp_path / name, TABLE))
    assert len(edits.keys) == len(PTP)
    assert edits.among(["00020", "00010", "00030"], JULY) == [
        Pair("00010", "00020", False, EXCLUSIVE),
        Pair("00010", "00030", True, STANDARDS),
    ]
    assert edits.among(["0001T", "Z0010"], JULY) == [Pair("Z0010", "0001T", True, STANDARDS)]


def test_ptp_headings_over_several_rows(tmp_path: Path) -> None:
    rows = [
        [NOTICE],
        [
            "Column 1",
            "Column 2",
            "*=in existence",
            "Effective",
            "Deletion",
            "Modifier",
            "Rationale",
        ],
        ["", "", "prior to 1996", "Date", "Date", "0=not allowed", ""],
        ["", "", "", "", "*=no data", "1=allowed", ""],
        *PTP,
        ["", "", "", "", "", "", ""],
    ]
    assert len(ptp(write_text(tmp_path / "edits.txt", rows)).keys) == len(PTP)


def test_ptp_holds_only_within_its_dates(tmp_path: Path) -> None:
    edits = ptp(write_text(tmp_path / "edits.txt", TABLE))

    def on(code: str, *date: int) -> list[bool]:
        pairs = edits.among(["00010", code], day_number(datetime.date(*date)))
        return [pair.modifier_allowed for pair in pairs]

    assert on("00040", 2023, 12, 31) == [True]
    assert on("00040", 2024, 1, 1) == []
    assert on("00050", 2024, 9, 30) == []
    assert on("00050", 2024, 10, 1) == [True]
    assert on("00060", 2020, 1, 1) == []
    assert on("00070", 2024, 6, 30) == [False]
    assert on("00070", 2024, 7, 1) == [True]


def test_ptp_reduced_file_without_dates(tmp_path: Path) -> None:
    rows = [["column1", "column2", "modifier_indicator"], ["00010", "00020", "1"]]
    edits = ptp(write_gzip(tmp_path / "edits.csv.gz", rows))
    assert (edits.first_days[0], edits.last_days[0]) == (ALWAYS, FOREVER)
    assert edits.among(["00010", "00020"], JULY) == [Pair("00010", "00020", True, "")]


def test_ptp_files_of_one_release_are_taken_together(tmp_path: Path) -> None:
    parts = [
        write_text(tmp_path / f"ccipra-v302r0-f{n}.txt", [PTP_HEADINGS, *rows])
        for n, rows in ((1, PTP[3:]), (2, PTP[:3]), (3, PTP[:1]))
    ]
    edits = ptp(*parts)
    assert len(edits.keys) == len(PTP)
    assert np.all(edits.keys[1:] >= edits.keys[:-1])


def test_ptp_contradiction_is_refused(tmp_path: Path) -> None:
    rows = [PTP_HEADINGS, *PTP, [*PTP[0][:5], "1", ""]]
    with pytest.raises(InputError, match="two different modifier indicators for 00010 and 00020"):
        import_ncci([write_text(tmp_path / "edits.txt", rows)], "2024Q3")


@pytest.mark.parametrize("write", [write_csv, write_text, write_workbook])
def test_mue_official_layout(
    tmp_path: Path, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    name = "edits.xlsx" if write is write_workbook else "edits.csv"
    edits = imported(write(tmp_path / name, [[NOTICE], MUE_HEADINGS, *MUE])).mue
    assert edits is not None
    assert edits.limit("00010") == Limit(1, 2, "Anatomic Consideration")
    assert edits.limit("00030") == Limit(2, 1, "Nature of Service/Procedure")
    assert edits.limit("Z0010") == Limit(0, 3, "Drug discontinued")
    assert edits.limit("00099") is None
    assert edits.limit("ZZZZZ") is None


def test_mue_reduced_file(tmp_path: Path) -> None:
    rows = [
        ["hcpcs_code", "mue_units", "mue_mai", "mue_rationale", "mue_service"],
        ["00010", "90000", "3", "Clinical: Data", "Practitioner"],
        ["00010", "90000", "3", "Clinical: Data", "Practitioner"],
    ]
    edits = imported(write_csv(tmp_path / "edits.csv", rows)).mue
    assert edits is not None
    assert len(edits.keys) == 1
    assert edits.limit("00010") == Limit(90_000, 3, "Clinical: Data")


def test_mue_of_two_kinds_of_provider_is_refused(tmp_path: Path) -> None:
    paths = [
        write_csv(tmp_path / f"{n}.csv", [MUE_HEADINGS, ["00010", n, "2 Policy", ""]]) for n in "12"
    ]
    with pytest.raises(InputError, match="two different MUE values for 00010"):
        import_ncci(paths, "2024Q3")


def test_add_on_official_layout(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "edits.xlsx", [[NOTICE], ADD_ON_HEADINGS, *ADD_ON])
    edits = imported(path).add_on
    assert edits is not None
    assert edits.needs("00110", JULY) == AddOn(1, ("00010", "00020"))
    assert edits.needs("00110", day_number(datetime.date(2023, 12, 31))) == AddOn(
        1, ("00010", "00020", "00030")
    )
    assert edits.needs("00130", JULY) == AddOn(2, ())
    assert edits.needs("00140", JULY) == AddOn(3, ("00010",))
    assert edits.needs("00150", JULY) is None
    assert edits.needs("00160", JULY) is None
    assert edits.needs("00160", day_number(datetime.date(2024, 3, 31))) is not None
    assert edits.needs("00010", JULY) is None


def test_add_on_reduced_file(tmp_path: Path) -> None:
    rows = [
        ["primary_code", "add_on_code", "aoc_edit_type"],
        ["CCCCC", "00130", "2"],
        ["ZZZZZ", "ZZZZZ", "1"],
    ]
    edits = imported(write_csv(tmp_path / "edits.csv", rows)).add_on
    assert edits is not None
    assert edits.needs("00130", JULY) == AddOn(2, ())
    assert edits.needs("ZZZZZ", JULY) == AddOn(1, ("ZZZZZ",))


def broken(column: int, text: str) -> list[list[str]]:
    row = list(PTP[1])
    row[column] = text
    return [[NOTICE], PTP_HEADINGS, PTP[0], row]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (broken(0, "0003"), None),  # A zero that a spreadsheet took away.
        (broken(0, "000300"), "edits.txt, row 4: '000300' is no code for column 1"),
        (broken(0, "E+05"), "'E\\+05' is no code"),
        (broken(1, "0003é"), "'0003é' is no code for column 2"),
        (broken(1, ""), "row 4: nothing is no code for column 2"),
        (broken(5, "2"), "'2' is no modifier indicator"),
        (broken(5, ""), "nothing is no modifier indicator"),
        (broken(3, "20241301"), "'20241301' is no effective date"),
        (broken(4, "soon"), "'soon' is no deletion date"),
        (broken(4, "300000"), "'300000' is no deletion date"),
        ([PTP_HEADINGS, ["00010"]], "row 2: nothing is no code for column 2"),
        ([PTP_HEADINGS], "has headings but no rows"),
        ([[NOTICE], ["00010", "00020"]], "holds no NCCI edits"),
        ([MUE_HEADINGS, ["00010", "-1", "2", ""]], "'-1' is no MUE value"),
        ([MUE_HEADINGS, ["00010", "1e3", "2", ""]], "'1e3' is no MUE value"),
        ([MUE_HEADINGS, ["00010", "99999999999", "2", ""]], "'99999999999' is no MUE value"),
        ([MUE_HEADINGS, ["00010", "1", "4 Edit", ""]], "'4 Edit' is no MUE adjudication indicator"),
        ([ADD_ON_HEADINGS, ["4", "00110", "", "00010", "", "", "", ""]], "'4' is no add-on edit"),
        ([ADD_ON_HEADINGS, ["1", "", "", "00010", "", "", "", ""]], "nothing is no add-on code"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, rows: list[list[str]], sentence: str | None) -> None:
    path = write_text(tmp_path / "edits.txt", rows)
    if sentence is None:
        assert len(ptp(path).keys) == 2
        return
    with pytest.raises(InputError, match=sentence) as failure:
        import_ncci([path], "2024Q3")
    assert "\n" not in str(failure.value)


def cut(path: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def wrong_sheet(folder: Path) -> Path:
    path = write_workbook(folder / "good.xlsx", TABLE)
    with (
        zipfile.ZipFile(path) as good,
        zipfile.ZipFile(folder / "edits.xlsx", "w") as bad,
    ):
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[:-40] if name.endswith("sheet2.xml") else data)
    return folder / "edits.xlsx"


def no_strings(folder: Path) -> Path:
    path = write_workbook(folder / "good.xlsx", TABLE)
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(folder / "edits.xlsx", "w") as bad:
        for name in good.namelist():
            if "shared" not in name:
                bad.writestr(name, good.read(name))
    return folder / "edits.xlsx"


def wrong_checksum(folder: Path) -> Path:
    path = folder / "edits.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("edits.csv", "Column 1,Column 2,Modifier\n00010,00020,1\n" * 9)
    path.write_bytes(path.read_bytes().replace(b"00020", b"00021", 1))
    return path


def other_bytes(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: cut(write_gzip(folder / "edits.csv.gz", TABLE * 99)), "is damaged"),
        (lambda folder: cut(write_workbook(folder / "edits.xlsx", TABLE)), "is damaged"),
        (lambda folder: cut(in_zip(folder / "edits.zip", TABLE)), "is damaged"),
        (lambda folder: other_bytes(folder, "a.csv.gz", b"no gzip"), "a.csv.gz is damaged"),
        (lambda folder: other_bytes(folder, "a.zip", b""), "a.zip is damaged"),
        (lambda folder: other_bytes(folder, "a.txt", b""), "holds no NCCI edits"),
        (lambda folder: other_bytes(folder, "a.txt", bytes(range(256)) * 99), "holds no NCCI"),
        (lambda folder: other_bytes(folder, "a.csv", b'"' + b"x" * 200_000), "is damaged"),
        (lambda folder: write_zip(folder / "a.zip", []), "holds no NCCI edits"),
        (wrong_sheet, "is not a readable workbook"),
        (no_strings, "is not a readable workbook"),
        (wrong_checksum, "is damaged"),
        (lambda folder: folder, "is a folder; name the files in it"),
        (lambda folder: folder / "none.csv", "there is no such file"),
        (
            lambda folder: write_workbook(
                folder / "a.xlsx", TABLE, doctype='<!DOCTYPE x [<!ENTITY a "aaaa">]>'
            ),
            "declares XML entities",
        ),
    ],
)
def test_damaged_file_gives_one_sentence(
    tmp_path: Path, data_dir: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    with pytest.raises(InputError, match=sentence) as failure:
        import_ncci([make(folder)], "2024Q3")
    assert "\n" not in str(failure.value)
    assert not list(data_dir.rglob("*.json"))


def test_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MAX_BYTES", 1_000_000)
    path = tmp_path / "edits.csv.gz"
    path.write_bytes(gzip.compress(b"x" * 2_000_000))
    with pytest.raises(InputError, match="unpacks to more than 1 MB"):
        import_ncci([path], "2024Q3")


def test_codes_become_numbers_that_sort_alike() -> None:
    codes = ["00000", "00001", "0001T", "99213", "A0001", "CCCCC", "ZZZZZ"]
    keys = encode(codes)
    assert list(keys) == sorted(keys)
    assert [code_of(int(key)) for key in keys] == codes
    pairs = pair_keys(keys[:-1], keys[1:])
    assert [pair_of(int(pair)) for pair in pairs] == list(pairwise(codes))
    assert list(encode([" z0010 ", "100"])) == list(encode(["Z0010", "00100"]))
    assert len(encode([])) == 0
    with pytest.raises(BadCodeError):
        encode(["00010", "1234"[:2]])


@pytest.mark.parametrize(
    "text",
    ["20240401", "2024092", "45383", "45383.0", "4/1/2024", "04-01-2024", "2024-04-01 00:00:00"],
)
def test_dates_in_every_form_of_cms(text: str) -> None:
    assert first_day(text) == last_day(text) == day_number(datetime.date(2024, 4, 1))


def test_dates_that_are_not_given() -> None:
    assert first_day("") == first_day("*") == ALWAYS
    assert last_day("") == last_day(" * ") == last_day("0") == FOREVER
    assert ALWAYS < day_number(datetime.date.min) < day_number(datetime.date.max) < FOREVER
