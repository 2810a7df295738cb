"""Read the tables of coding rules in ``data/``."""

from __future__ import annotations

from importlib.resources import files


def rule_rows(name: str) -> list[list[str]]:
    """Return the rows of a table below its heading, each with as many cells as the heading has."""
    text = files("suggester.edits").joinpath(f"data/{name}.tsv").read_text("utf-8")
    heading, *lines = text.splitlines()
    width = heading.count("\t") + 1
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip()]
    return [row + [""] * (width - len(row)) for row in rows]
