"""Category and chapter of an ICD-10-CM code, for metrics that forgive what is nearly right."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("chapters.tsv")
#: Length of a category, the part of a code before the point.
CATEGORY = 3


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the Tabular List: its categories from ``first`` to ``last``."""

    number: int
    first: str
    last: str
    title: str

    @property
    def name(self) -> str:
        """Return the chapter as ``I00–I99``."""
        return f"{self.first}–{self.last}"


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return the chapters in the order of their first category."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        rows = [
            Chapter(int(row["number"]), row["first"], row["last"], row["title"])
            for row in csv.DictReader(stream, delimiter="\t")
        ]
    return tuple(sorted(rows, key=lambda chapter: chapter.first))


@cache
def _firsts() -> tuple[str, ...]:
    return tuple(chapter.first for chapter in chapters())


def category(code: str) -> str:
    """Return the category of a code: ``I11`` of ``I11.0``."""
    return code[:CATEGORY]


def chapter(code: str) -> Chapter | None:
    """Return the chapter of a code, or None where it lies in none."""
    found = bisect_right(_firsts(), category(code)) - 1
    if found < 0:
        return None
    one = chapters()[found]
    return one if category(code) <= one.last else None


def chapter_name(code: str) -> str:
    """Return the name of the chapter of a code; of a code in no chapter, its first letter."""
    found = chapter(code)
    return code[:1] if found is None else found.name


def with_ancestors(codes: Iterable[str]) -> set[str]:
    """Return the codes together with their categories and chapters.

    The root, an ancestor of every code, is left out, as in Kiritchenko et al., Learning and
    Evaluation in the Presence of Class Hierarchies (Canadian AI 2006), section 4.
    """
    out: set[str] = set()
    for code in codes:
        out |= {code, category(code), chapter_name(code)}
    return out
