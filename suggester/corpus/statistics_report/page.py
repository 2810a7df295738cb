"""Write the page: figures as tables, pictures with the words that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester import __version__
from suggester.corpus.statistics import Statistics
from suggester.corpus.statistics_report.pictures import (
    bars,
    codes_a_note,
    coverage,
    frequency_curve,
    lengths,
)
from suggester.corpus.statistics_summary import summary
from suggester.reports import Picture, templates

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_FOLDER = Path(__file__).parent


def statistics_page(counted: Statistics, codes: CodeSet, name: str) -> str:
    """Return the report of a corpus as one HTML page that asks for nothing else."""
    environment = templates(_FOLDER)
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    environment.filters["whole"] = lambda number: f"{number:,.0f}"
    found = summary(counted, codes)
    return environment.get_template("page.html.jinja").render(
        name=name,
        version=__version__,
        css=(_FOLDER / "page.css").read_text("utf-8"),
        found=found,
        pictures=_pictures(counted, found),
        lists=_lists(found),
    )


def _pictures(counted: Statistics, found: Mapping[str, Any]) -> dict[str, Picture]:
    chapters = {
        f"{row['chapter']} {row['title']}".strip(): row["assigned"]
        for row in found["codes"]["chapters"]
    }
    out = {"lengths": lengths(counted.words)}
    if counted.frequency:
        out |= {
            "codes": codes_a_note(counted.codes_per_note),
            "frequency": frequency_curve(counted.frequency),
            "coverage": coverage(counted.frequency),
            "chapters": bars(chapters, "Codes assigned by chapter", "every code of every note"),
        }
    if found["sections"]:
        sections = {kind.replace("_", " "): number for kind, number in found["sections"].items()}
        out["sections"] = bars(sections, "Sections", "notes that have the section")
    if set(found["ages"]) != {"not given"}:
        out["ages"] = bars(found["ages"], "Age", "notes, by completed years of the patient")
    if set(found["months"]) != {"not given"} and len(found["months"]) <= _MOST_MONTHS:
        out["months"] = bars(found["months"], "Month of service", "notes")
    return out


#: More months than these make a picture too long to read.
_MOST_MONTHS = 36


def _lists(found: Mapping[str, Any]) -> list[tuple[str, dict[str, int]]]:
    return [
        ("Setting", found["settings"]),
        ("Sex", found["sexes"]),
        ("Split", found["splits"]),
        ("Named but not coded", found["evidence"]["not_coded"]),
    ]
