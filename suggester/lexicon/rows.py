"""Read the lexicon's TSV files.

Each row of ``data/*.tsv`` is ``phrase, code, kind, needs, forbids, source``. ``code`` may be a
category (the specificity step descends from it) or several codes joined by ``+``; ``needs`` and
``forbids`` are words, separated by ``|``, looked for elsewhere in the note.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.lexicon.drug_rows import DrugEffect, read_drugs
from suggester.lexicon.neoplasm_rows import Morphology, NeoplasmSite, read_tables

COLUMNS = ("phrase", "code", "kind", "needs", "forbids", "source")
KINDS = ("synonym", "abbreviation", "lay", "eponym", "misspelling", "adjective")


@dataclass(frozen=True, slots=True)
class LexiconRow:
    """One phrase and the code or codes it leads to by default."""

    phrase: str
    codes: tuple[str, ...]
    kind: str
    needs: tuple[str, ...]
    forbids: tuple[str, ...]
    source: str
    chapter: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rows, and the tables of neoplasms and drugs, with the SHA-256 of their files.

    ``drugs`` holds names with their categories of T36-T50.
    """

    rows: tuple[LexiconRow, ...]
    sha256: str
    neoplasm_sites: tuple[NeoplasmSite, ...] = ()
    morphology: tuple[Morphology, ...] = ()
    drugs: tuple[tuple[str, str], ...] = ()
    drug_effects: tuple[DrugEffect, ...] = ()


def parse_rows(lines: Iterable[str], chapter: str) -> Iterable[LexiconRow]:
    """Yield the rows of one TSV file, its header line left out."""
    for number, line in enumerate(lines):
        if number == 0 or not line.strip():
            continue
        phrase, code, kind, needs, forbids, source = line.rstrip("\n").split("\t")
        yield LexiconRow(
            phrase,
            tuple(code.split("+")),
            kind,
            tuple(needs.split("|")) if needs else (),
            tuple(forbids.split("|")) if forbids else (),
            source,
            chapter,
        )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the shipped lexicon, read once a process."""
    folder = files("suggester.lexicon").joinpath("data")
    rows: list[LexiconRow] = []
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".tsv"):
            text = path.read_text("utf-8")
            digest.update(text.encode("utf-8"))
            rows.extend(parse_rows(text.splitlines(), path.name.removesuffix(".tsv")))
    sites, morphology, table = read_tables()
    digest.update(table)
    drugs, effects, table = read_drugs()
    digest.update(table)
    return Lexicon(tuple(rows), digest.hexdigest(), sites, morphology, drugs, effects)
