"""Marked-up narrative as plain text: paragraphs as lines, list items with ``- ``, table rows with `` | ``.

HTML and the narrative of C-CDA name the same things differently; both are told to one
:class:`PlainText` as a run of starts, words and ends, which need not be balanced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKS = re.compile(r"[ \t\f\v]+")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure "
    "footer form header hr html main nav p paragraph pre section tbody tfoot thead".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "list", "menu"})
_ITEMS = frozenset({"li", "item"})
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
#: Deepest list that is still indented.
_DEEPEST = 8


@dataclass(slots=True)
class _List:
    ordered: bool
    items: int = 0


@dataclass(slots=True)
class _Table:
    cells: list[str] | None = None
    cell: list[str] | None = None


@dataclass(slots=True)
class PlainText:
    """Takes narrative piece by piece and gives it as lines of text.

    Attributes
    ----------
    keep_lines
        Line ends within words are line ends of the note, as in preformatted text.
    """

    keep_lines: bool = False
    _lines: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _marker: str = ""
    _preformatted: int = 0
    _unseen: int = 0

    def start(self, tag: str, ordered: bool = False) -> None:
        """Begin an element; ``ordered`` says that a list counts its items."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._end_line()
        elif tag in _LISTS:
            self._end_line()
            self._lists.append(_List(ordered or tag == "ol"))
        elif tag in _ITEMS:
            self._end_line()
            self._marker = self._item_marker()
        elif tag == "table":
            self._end_line()
            self._tables.append(_Table())
        elif tag == "tr":
            self._end_row()
            self._table().cells = []
        elif tag in _CELLS:
            self._end_cell()
            table = self._table()
            table.cells = table.cells or []
            table.cell = []
        elif tag in _HEADINGS:
            self._end_line()
            self._blank()
        elif tag in _BLOCKS:
            self._end_line()
        if tag == "pre":
            self._preformatted += 1

    def words(self, text: str) -> None:
        """Add words of the element that is open."""
        if self._unseen:
            return
        if not (self.keep_lines or self._preformatted):
            self._words.append(text)
            return
        first, *others = _LINE_END.split(text)
        self._words.append(first)
        for line in others:
            self._end_line(keep_blank=True)
            self._words.append(line)

    def end(self, tag: str) -> None:
        """End an element; the end of one that was never begun changes nothing but the line."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _LISTS:
            self._end_line()
            if self._lists:
                self._lists.pop()
        elif tag == "table":
            self._end_row()
            if self._tables:
                self._tables.pop()
        elif tag == "tr":
            self._end_row()
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _BLOCKS or tag in _ITEMS or tag in _HEADINGS:
            self._end_line()
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def text(self) -> str:
        """Return what was taken as text, without blank lines at its ends."""
        while self._tables:
            self.end("table")
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _table(self) -> _Table:
        if not self._tables:
            self._tables.append(_Table())
        return self._tables[-1]

    def _item_marker(self) -> str:
        if not self._lists:
            return "- "
        here = self._lists[-1]
        here.items += 1
        indent = "  " * min(len(self._lists) - 1, _DEEPEST)
        return f"{indent}{here.items}. " if here.ordered else f"{indent}- "

    def _end_line(self, keep_blank: bool = False) -> None:
        said = "".join(self._words)
        self._words.clear()
        preformatted = self.keep_lines or self._preformatted
        line = (_BLANKS if preformatted else _SPACES).sub(" ", said).strip()
        if line:
            self._put(self._marker + line)
            self._marker = ""
        elif keep_blank:
            self._blank()

    def _put(self, line: str) -> None:
        cell = self._tables[-1].cell if self._tables else None
        (self._lines if cell is None else cell).append(line)

    def _blank(self) -> None:
        if (not self._tables or self._tables[-1].cell is None) and self._lines and self._lines[-1]:
            self._lines.append("")

    def _end_cell(self) -> None:
        self._end_line()
        if not self._tables or self._tables[-1].cell is None:
            return
        table = self._tables[-1]
        if table.cells is not None and table.cell is not None:
            table.cells.append("; ".join(line.strip() for line in table.cell))
        table.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if not self._tables or self._tables[-1].cells is None:
            return
        cells = self._tables[-1].cells
        self._tables[-1].cells = None
        if any(cells):
            outer = self._tables[-2].cell if len(self._tables) > 1 else None
            (self._lines if outer is None else outer).append(" | ".join(cells).strip())
