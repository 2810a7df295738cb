"""Small edit files in the layouts of CMS, with invented codes, pairs and limits."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str]]

NOTICE = "CPT only copyright 2023 American Medical Association. All rights reserved, see notice."
PTP_HEADINGS = [
    "Column 1",
    "Column 2",
    "*=in existence prior to 1996",
    "Effective Date",
    "Deletion Date\n*=no data",
    "Modifier\n0=not allowed\n1=allowed\n9=not applicable",
    "PTP Edit Rationale",
]
# Column 1, column 2, before 1996, effective, deletion, modifier indicator, rationale.
PTP = [
    ["00010", "00020", "", "20200101", "*", "0", "Mutually exclusive procedures"],
    ["00010", "00030", "*", "19960101", "*", "1", "Standards of medical practice"],
    ["00010", "00040", "", "20200101", "20231231", "1", "Deleted before"],
    ["00010", "00050", "", "20241001", "*", "1", "Not yet in force"],
    ["00010", "00060", "", "20200101", "20200101", "9", "Deleted the day it took effect"],
    ["Z0010", "0001T", "", "20200101", "*", "1", "Standards of medical practice"],
    # Forbidden at first, allowed since July.
    ["00010", "00070", "", "20200101", "20240630", "0", "Mutually exclusive procedures"],
    ["00010", "00070", "", "20240701", "*", "1", "Mutually exclusive procedures"],
]
MUE_HEADINGS = [
    "HCPCS/\nCPT Code",
    "Practitioner Services MUE Values",
    "MUE Adjudication Indicator",
    "MUE Rationale",
]
MUE = [
    ["00010", "1", "2 Date of Service Edit: Policy", "Anatomic Consideration"],
    ["00020", "3", "3 Date of Service Edit: Clinical", "Clinical: Data"],
    ["00030", "2", "1 Line Edit", "Nature of Service/Procedure"],
    ["Z0010", "0", "3 Date of Service Edit: Clinical", "Drug discontinued"],
]
ADD_ON_HEADINGS = [
    "AOC_Edit_Type",
    "Add-On_Code",
    "AOC_DelDT",
    "Primary_Code",
    "Primary_Code_DelDT",
    "AOC_Edit_EffDT",
    "AOC_Edit_DelDT",
    "Special_Instruction_Notes",
]
# Dates are years with the day of the year: 2024091 is March 31.
ADD_ON = [
    ["1", "00110", "", "00010", "", "2013091", "", ""],
    ["1", "00110", "", "00020", "", "2013091", "", ""],
    ["1", "00110", "", "00030", "2023365", "2013091", "", ""],
    ["1", "00120", "", "00010", "", "2013091", "", ""],
    ["2", "00130", "", "CCCCC", "", "2013091", "", "Contractor Defined Primary Codes"],
    ["3", "00140", "", "CCCCC", "", "2013091", "", ""],
    ["3", "00140", "", "00010", "", "2013091", "", ""],
    ["1", "00150", "2023365", "00010", "", "2013091", "", ""],
    ["1", "00160", "", "00010", "", "2013091", "2024091", ""],
]


def write_release(folder: Path) -> list[Path]:
    """Write PTP as text, MUE as CSV and add-on codes as a workbook; return the three paths."""
    return [
        write_text(folder / "ccipra-v302r0-f1.TXT", [[NOTICE], PTP_HEADINGS, *PTP]),
        write_csv(
            folder / "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv",
            [[f"{NOTICE}\nAnd more."], MUE_HEADINGS, *MUE],
        ),
        write_workbook(folder / "AOC_V2024Q1-MCR.xlsx", [[NOTICE], ADD_ON_HEADINGS, *ADD_ON]),
    ]


def as_text(rows: Rows, delimiter: str) -> str:
    """Return rows as delimited text with the line ends of Windows."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def write_text(path: Path, rows: Rows) -> Path:
    path.write_text(as_text(rows, "\t"), "utf-8", newline="")
    return path


def write_csv(path: Path, rows: Rows) -> Path:
    path.write_text(as_text(rows, ","), "utf-8", newline="")
    return path


def write_gzip(path: Path, rows: Rows) -> Path:
    path.write_bytes(gzip.compress(as_text(rows, ",").encode()))
    return path


def write_zip(path: Path, files: Sequence[Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def write_workbook(path: Path, rows: Rows, *, shared: bool = True, doctype: str = "") -> Path:
    """Write a workbook with an empty first sheet; texts are shared or stand in the cells.

    Empty cells are left out and digits stored as numbers where no zero leads them, as Excel does.
    """
    strings: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, text in enumerate(row):
            place = f"{chr(65 + column)}{number}"
            if not text:
                continue
            if text.isdecimal() and not text.startswith("0"):
                cells.append(f'<c r="{place}"><v>{text}</v></c>')
            elif shared:
                index = strings.setdefault(text, len(strings))
                cells.append(f'<c r="{place}" t="s"><v>{index}</v></c>')
            else:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    head = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
    items = "".join(
        f"<si><r><t>{escape(text)}</t></r><rPh><t>no</t></rPh></si>" for text in strings
    )
    parts = {
        "xl/workbook.xml": (
            f'{head}<workbook xmlns="{MAIN}" xmlns:r="{_RELATED}"><sheets>'
            '<sheet name="About" sheetId="1" r:id="rId1"/>'
            '<sheet name="Edits" sheetId="2" r:id="rId2"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{head}<Relationships xmlns="{_PACKAGE}">'
            '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
        "xl/worksheets/sheet2.xml": (
            f'{head}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        ),
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f'{head}<sst xmlns="{MAIN}">{items}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path
