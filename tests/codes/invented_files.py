"""Files of CPT, HCPCS Level II and ICD-10-PCS with invented codes and wording, as published."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

LICENCE = [
    "Invented code files for tests only.",
    "Write to Nobody, 12345 Nowhere Road, Suite 67890, telephone 000 000-0000.",
    "",
    "2 pages of terms follow, or do not.",
    "",
]
#: Code → (long, medium, short, consumer).
CPT = {
    "00001": (
        "Polishing of the left kneecap with a feather, including all feathers needed, one session",
        "POLISHING LEFT KNEECAP WITH FEATHER",
        "POLISH KNEECAP FEATHER",
        "Polishing of a kneecap",
    ),
    "00002": (
        "Polishing of both kneecaps, pre- and postprandial",
        "POLISHING BOTH KNEECAPS",
        "POLISH KNEECAPS",
        "Polishing of two kneecaps",
    ),
    "0009Z": (
        "Counting of eyelashes, 15 minutes’ count",
        "COUNTING OF EYELASHES",
        "COUNT EYELASHES",
        "",
    ),
}
MODIFIERS = """
Appendix A

This part is about modifiers, of which
22 are invented.

11 Louder Polishing: When the polishing is heard
12 rooms away, this modifier is added.

13 Silent Polishing: Nobody heard it.

Anesthesia Physical Status

Awake Status P1: A merry patient
P2 A sleepy patient

CPT Level I Modifiers

11 Louder Polishing in Another Place: As above.

Category II Modifiers

1X Feather Not Found: The feather was
not found.

Level II (HCPCS/National) Modifiers

X1 Upper left whisker
X2 Upper right whisker
"""
#: Code → (long, short, added, ended).
HCPCS = {
    "B0001": (
        f"Left-handed teapot, porcelain, with {'lid, spout and ' * 11}all fittings, per month",
        "Left-handed teapot",
        "19990101",
        "",
    ),
    "B0002": ("Cup for teapot, each", "Teapot cup", "20010701", "20251231"),
    "V9998": ("Saucer", "Saucer", "20100101", ""),
}
HCPCS_MODIFIERS = {"Z1": "Service by a person with a hat", "Z9": "Service without any " * 8}
#: Code → (short, long).
PCS = {
    "000000A": ("Tickle L Toe, Open Feather", "Tickle of Left Toe, Open Feather Approach"),
    "000000B": ("Tickle R Toe, Open Feather", "Tickle of Right Toe, Open Feather Approach"),
    "ZZ9ZZZZ": ("Yodel", "Yodelling at Patient, External Approach"),
}


def cpt_lines(kind: int, separator: str, codes: Sequence[str] = tuple(CPT)) -> bytes:
    """Return a file of long (0), medium (1) or short (2) descriptors after the licence."""
    lines = [*LICENCE, *(f"{code}{separator}{CPT[code][kind]}" for code in codes)]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def cpt_wrapped() -> bytes:
    """Return long descriptors in records of 80 columns, directly after the licence."""
    lines = [line.ljust(80) for line in LICENCE if line]
    for code, (long, *_) in CPT.items():
        for sequence, part in enumerate(wrapped(long, 72), 1):
            lines.append(f"{code}{sequence:02d} {part:72}")
    return "\n".join(lines).encode("cp1252")


def cpt_consumer() -> bytes:
    """Return the consumer descriptors, of which one code has none."""
    lines = ["Concept Id\tCPT Code\tConsumer Friendly Descriptor"]
    lines += [f"{n}\t{code}\t{row[3]}" for n, (code, row) in enumerate(CPT.items()) if row[3]]
    return "\r\n".join(lines).encode()


def cpt_files() -> dict[str, bytes]:
    """Return the files of a delivery by name."""
    return {
        "LONGULT.txt": cpt_lines(0, "\t"),
        "MEDU.txt": cpt_lines(1, " "),
        "SHORTU.txt": cpt_lines(2, " "),
        "ConsumerDescriptor.txt": cpt_consumer(),
        "MODUL.txt": MODIFIERS.encode(),
    }


def hcpcs_records() -> list[str]:
    """Return contractor records of 320 columns."""
    records = []
    rows = {f"   {code}": (text, "", "", "") for code, text in HCPCS_MODIFIERS.items()} | HCPCS
    for code, (long, short, added, ended) in rows.items():
        kinds = "78" if code.startswith(" ") else "34"
        for part, text in enumerate(wrapped(long, 80)):
            record = f"{code}{(part + 1) * 100:05d}{kinds[part > 0]}{text:80}"
            if not part:
                record = f"{record}{short:28}".ljust(268) + f"{added:8}{added:8}{ended:8}N"
            records.append(record.ljust(320))
    return records


def hcpcs_file(records: Sequence[str] | None = None) -> bytes:
    """Return the contractor file: a disclaimer, then the records."""
    lines = ["***Disclaimers\t\t", "\t\t", "*Teapots are invented.\xa0\t", ""]
    lines += hcpcs_records() if records is None else records
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def hcpcs_rows() -> list[list[str]]:
    """Return the rows of the workbook that goes with the records."""
    heading = (
        "HCPC SEQNUM RECID LONG_DESCRIPTION SHORT_DESCRIPTION PRICE1 ADD_DT ACT_EFF_DT TERM_DT"
    )
    rows = [["***Disclaimers"], [], [name.replace("_", " ") for name in heading.split()]]
    for record in hcpcs_records():
        code, sequence, kind = record[:5], record[5:9], record[10]
        fields = (record[11:91], record[91:119], "", record[268:276], "", record[284:292])
        rows.append([code, sequence, kind, *(field.strip() for field in fields)])
    return rows


def hcpcs_csv() -> bytes:
    """Return the list of long and short descriptions, one modifier among them."""
    lines = ["hcpcs_code,hcpcs_desc_type,hcpcs_description"]
    for code, (long, short, *_) in HCPCS.items():
        lines += [f'{code},Long,"{long}"', f"{code},Short,{short}"]
    lines += ["Z1,Long,Service by a person with a hat", "Z1,Short,Hat"]
    return "\n".join(lines).encode()


def pcs_order() -> bytes:
    """Return the order file with its headings."""
    lines: list[str] = []
    heading = ""
    for code, (short, long) in PCS.items():
        if code[:3] != heading:
            heading = code[:3]
            title = f"Heading of {heading}"
            lines.append(f"{len(lines) + 1:05d} {heading:7} 0 {title:60} {title}")
        lines.append(f"{len(lines) + 1:05d} {code} 1 {short:60} {long}")
    return ("\r\n".join(lines) + "\r\n").encode()


def pcs_codes() -> bytes:
    """Return the codes file."""
    return "".join(f"{code} {long}\r\n" for code, (_, long) in PCS.items()).encode()


def workbook(rows: Sequence[Sequence[str]], **parts: str) -> bytes:
    """Return an .xlsx workbook of shared strings; ``parts`` replace what is in it, by short name."""
    strings = list(dict.fromkeys(cell for row in rows for cell in row if cell))
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(65 + c)}{r}" t="s"><v>{strings.index(cell)}</v></c>'
            for c, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in strings)
    contents = {
        "sheet": f"<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>",
        "strings": f"<sst {space}>{shared}</sst>",
        **parts,
    }
    places = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    return zipped({places[name]: text.encode() for name, text in contents.items() if text})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text broken between words."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
