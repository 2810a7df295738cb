"""The starter set: procedures, drugs and supplies in common use, in the project's own wording.

The descriptors of CPT belong to the American Medical Association and are not shipped; an imported
release takes the place of the starter set of its system. The rows of ``data/starter/*.tsv`` also say which
family of procedures a code belongs to and which details choose it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.codes.flat_columns import FlatColumns
from suggester.codes.flat_set import FLAT_SYSTEMS, FlatCodeSet
from suggester.codes.release import Release
from suggester.errors import UnknownCodeError

STARTER = "starter"
#: The chapter of visits (E/M), which are chosen by rules of their own and not by what they are called.
VISITS = "visits"
#: The systems that a starter set is shipped of.
SYSTEMS = ("cpt", "hcpcs")
COLUMNS = ("code", "family", "attributes", "default", "side", "wording")
_WRITTEN = datetime.date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class StarterRow:
    """One code of a family; ``attributes``, ``default`` and ``side`` as written in the table."""

    code: str
    family: str
    attributes: str
    default: str
    side: str
    wording: str
    chapter: str


class StarterSet(FlatCodeSet):
    """The starter set of one system: not every code there is, and none of the official wording."""

    @property
    def label(self) -> str:
        """The system in words: ``"the starter set of CPT"``."""
        return f"the starter set of {FLAT_SYSTEMS[self.system]}"

    def _unknown(self, code: str) -> UnknownCodeError:
        near = self.nearest(code)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        return UnknownCodeError(
            f"{code.strip()[:20]!r} is not in {self.label}, which holds {len(self):,} codes in common "
            f"use and not all there are.{hint} Import the publisher's files to be sure."
        )


def system_of(code: str) -> str:
    """Return the system by the form of a code: a digit opens CPT, a letter HCPCS Level II."""
    return "cpt" if code[:1].isdigit() else "hcpcs"


@lru_cache(maxsize=1)
def starter_rows() -> tuple[StarterRow, ...]:
    """Return the rows of the starter set, read once a process."""
    return tuple(_rows())


def starter_digest() -> str:
    """Return the SHA-256 of the tables."""
    return hashlib.sha256("".join(text for _, text in _tables()).encode("utf-8")).hexdigest()


@lru_cache(maxsize=2)
def starter_set(system: str) -> StarterSet | None:
    """Return the starter set of ``cpt`` or ``hcpcs``; ``None`` for any other system."""
    if system not in SYSTEMS:
        return None
    wording: dict[str, str] = {}
    for row in starter_rows():
        if system_of(row.code) == system:
            wording.setdefault(row.code, row.wording)
    codes = sorted(wording)
    release = Release(system, STARTER, _WRITTEN, None, "data/starter/*.tsv", starter_digest())
    return StarterSet(release, FlatColumns(codes, {"long": [wording[code] for code in codes]}))


def _tables() -> Iterator[tuple[str, str]]:
    folder = files("suggester.codes").joinpath("data/starter")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".tsv"):
            yield path.name.removesuffix(".tsv"), path.read_text("utf-8")


def _rows() -> Iterator[StarterRow]:
    for chapter, text in _tables():
        for line in text.splitlines()[1:]:
            if line.strip():
                cells = [cell.strip() for cell in line.split("\t")]
                cells += [""] * (len(COLUMNS) - len(cells))
                code, family, attributes, default, side, wording = cells[: len(COLUMNS)]
                yield StarterRow(code, family, attributes, default, side, wording, chapter)
