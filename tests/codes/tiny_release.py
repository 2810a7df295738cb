"""Two tiny synthetic releases: the tabular XML and the order file that goes with it."""

from __future__ import annotations

from suggester.codes.compilation import compile_columns
from suggester.codes.tabular import read_tabular

SEVENTH = (
    "<sevenChrNote><note>The appropriate 7th character is to be added</note></sevenChrNote>"
    '<sevenChrDef><extension char="A">initial encounter</extension>'
    '<extension char="D">subsequent encounter</extension>'
    '<extension char="S">sequela</extension><note>late effect</note></sevenChrDef>'
)
# A form the definition allows and the list does not hold, as with death and later encounters.
MISSING_FORM = "S632XXS"


def diag(code: str, title: str, *inner: str) -> str:
    """Return the XML of one code."""
    return f"<diag><name>{code}</name><desc>{title}</desc>{''.join(inner)}</diag>"


def tabular(*sections: str, version: str = "2030") -> bytes:
    """Return a tabular XML of one chapter of infections and one of injuries."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>{version}</version><introduction/>
<chapter><name>1</name><desc>Infections (A00-B99)</desc>
<excludes1><note>certain localized infections</note></excludes1>
{"".join(sections)}
<section id="B20"><desc>HIV (B20)</desc>{diag("B20", "HIV disease")}</section></chapter>
<chapter><name>19</name><desc>Injury (S00-T88)</desc>
<section id="S60-S69"><desc>Injuries to the wrist (S60-S69)</desc>
{
        diag(
            "S63",
            "Sprain of wrist and hand",
            SEVENTH,
            diag("S63.2", "Subluxation of finger"),
            diag(
                "S63.5",
                "Sprain of wrist",
                diag("S63.501", "Sprain of right wrist"),
                diag("S63.502", "Sprain of left wrist"),
            ),
        )
    }
</section></chapter></ICD10CM.tabular>""".encode()


def old_tabular() -> bytes:
    """Return the older release, FY2029."""
    return tabular(
        '<section id="A00-A09"><desc>Gut infections (A00-A09)</desc>',
        diag(
            "A00",
            "Cholera",
            "<inclusionTerm><note>Rice water disease</note></inclusionTerm>",
            diag("A00.0", "Classical cholera"),
            diag("A00.9", "Cholera, unspecified"),
        ),
        diag("A01", "Typhoid fever"),
        diag(
            "A02",
            "Food poisoning",
            diag("A02.0", "Food poisoning due to eggs"),
            diag("A02.9", "Food poisoning, unspecified"),
        ),
        diag("A03", "Shigellosis", diag("A03.1", "Mild type"), diag("A03.9", "Unspecified type")),
        diag("A04", "Dracunculiasis"),
        "</section>",
        version="2029",
    )


def new_tabular() -> bytes:
    """Return the newer release, FY2030.

    A01 is expanded, A02.0 renumbered, A03 merged, A04 gone, A00.0 retitled, A00 in another block.
    """
    return tabular(
        '<section id="A00-A00"><desc>Cholera (A00)</desc>',
        diag(
            "A00",
            "Cholera",
            diag("A00.0", "Cholera, biovar cholerae"),
            diag("A00.9", "Cholera, unspecified"),
        ),
        "</section>",
        '<section id="A00-A09"><desc>Gut infections (A00-A09)</desc>',
        diag(
            "A01",
            "Typhoid fever",
            diag("A01.0", "Typhoid meningitis"),
            diag("A01.9", "Typhoid fever, unspecified"),
        ),
        diag(
            "A02",
            "Food poisoning",
            diag("A02.1", "Food poisoning due to bad eggs"),
            diag("A02.9", "Food poisoning, unspecified"),
        ),
        diag("A03", "Shigellosis"),
        "</section>",
    )


def listed(xml: bytes) -> list[tuple[str, bool, str]]:
    """Return what an official list says: code without dot, whether billable, long title."""
    columns = compile_columns(read_tabular(xml, "tiny.xml"), None)
    rows = []
    for i, code in enumerate(columns.codes):
        parent, meaning = columns.parents[i], columns.meaning[i]
        title = columns.titles[i]
        if meaning >= 0:
            title = f"{columns.titles[parent]}, {columns.meanings[meaning]}"
        rows.append((code.replace(".", ""), columns.ends[i] == i + 1, title))
    return [row for row in rows if row[0] != MISSING_FORM]


def order_file(xml: bytes) -> bytes:
    """Return the order file of a release, in the fixed width of the official one."""
    lines = [
        f"{n:05d} {code:7} {int(billable)} {title[:60]:60} {title}"
        for n, (code, billable, title) in enumerate(listed(xml), 1)
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def codes_file(xml: bytes) -> bytes:
    """Return the list of billable codes of a release, as CMS publishes it."""
    lines = [f"{code:7} {title}" for code, billable, title in listed(xml) if billable]
    return "\n".join(lines).encode()


def plain_list(xml: bytes) -> bytes:
    """Return a list of all codes, chapters and blocks without titles."""
    codes = [code for code, _, _ in listed(xml)]
    return "\n".join(["1", "A00-A09", *codes]).encode()
