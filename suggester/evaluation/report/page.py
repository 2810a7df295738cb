"""The page that findings are written on: templates, style and glossary."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

from suggester.reports import templates

_HERE = Path(__file__).parent


@cache
def glossary() -> dict[str, tuple[str, str]]:
    """Return the figures by name: title and meaning."""
    with (_HERE / "glossary.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return {row["name"]: (row["title"], row["meaning"]) for row in rows}


def title_of(metric: str) -> str:
    """Return what a figure is called on the page."""
    return glossary()[metric][0]


def percent(share: float) -> str:
    """Return a share in words, in one piece: ``72 %``."""
    return f"{100 * share:.0f}\u00a0%"


def write_page(template: str, **told: Any) -> str:
    """Return a template filled in; every value is escaped."""
    environment = templates(_HERE / "templates")
    environment.filters["figure"] = lambda value: f"{value:.3f}"
    environment.filters["signed"] = lambda value: f"{value:+.3f}"
    environment.filters["percent"] = percent
    environment.globals["title_of"] = title_of
    style = (_HERE / "report.css").read_text("utf-8")
    return environment.get_template(template).render(style=style, glossary=glossary(), **told)
