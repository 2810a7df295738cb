"""Read the rule tables in ``data/``: tab-separated, a heading, one rule a row."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

Row = dict[str, str]


@lru_cache(maxsize=64)
def rule_table(name: str) -> tuple[Row, ...]:
    """Return the rows of a table, each as heading → cell."""
    text = files("suggester.edits.coding").joinpath(f"data/{name}.tsv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def phrases(cell: str) -> tuple[str, ...]:
    """Return the wordings of a cell, parted by ``|``, in small letters."""
    return tuple(part.strip().lower() for part in cell.split("|") if part.strip())
