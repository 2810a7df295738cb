"""A published file as lines of text, whether it came as text or as a workbook."""

from __future__ import annotations

from dataclasses import dataclass

from suggester.codes.sources import Source
from suggester.codes.workbook import is_workbook, workbook_rows

# Enough to get past any licence that stands before the first code.
_HEAD = 2000


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file's name, for messages, and its lines; a workbook's cells are separated by tabs."""

    name: str
    lines: list[str]

    @property
    def head(self) -> list[str]:
        """The first lines, to tell by them what the file is."""
        return self.lines[:_HEAD]


def read_text_file(source: Source) -> TextFile:
    """Return the lines of a source; a file that is neither text nor a workbook has none.

    Raises
    ------
    InputError
        The file is a damaged workbook.
    """
    if is_workbook(source):
        rows = workbook_rows(source)
        return TextFile(source.name, ["\t".join(map(_one_line, row)).rstrip() for row in rows])
    if b"\0" in source.data[:4000]:
        return TextFile(source.name, [])
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = source.data.decode("cp1252", errors="replace")
    # Only these end a line in the official files; ``splitlines`` knows a dozen more. Some end
    # with the mark by which DOS ended a file.
    lines = text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return TextFile(source.name, lines)


def _one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ").replace("\r", " ")
