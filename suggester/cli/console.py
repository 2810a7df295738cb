"""Tables as the command line prints them: to a terminal, a pipe or a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Width where there is no terminal to ask; ``COLUMNS`` overrides it.
WIDTH = 100
_NARROWEST = 40


def console(stream: TextIO) -> Console:
    """Return a console that prints text as it is, in colour only to a terminal."""
    from rich.console import Console

    width = None
    if not stream.isatty():
        given = os.environ.get("COLUMNS", "")
        width = int(given) if given.isdigit() and int(given) >= _NARROWEST else WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def plain_table(expand: bool = False) -> Table:
    """Return a table with a line below its headings and no frame."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=expand)
