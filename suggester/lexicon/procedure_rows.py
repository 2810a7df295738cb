"""Read the tables of procedures: what clinicians call them, and the words that tell their details.

A *family* is a procedure as a clinician names it ("chest x-ray"); its codes are told apart by
*attributes* (views, contrast, approach, size …). The codes are those of the starter set
(:mod:`suggester.codes.starter`); two tables a chapter in ``procedures/`` say what clinicians write:
``phrases_*.tsv`` (phrase, family, attributes it tells, needs, forbids) and ``cues_*.tsv`` (attribute
key, value, words that tell it, families it holds for). ``described.tsv`` (groups of words, family,
attributes, forbids, reach) holds what describes a procedure without its name.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from sys import intern

from suggester.codes.starter import VISITS, starter_digest, starter_rows, system_of

#: Attributes whose values are numbers, in these units: size and length in cm, area in cm², age in
#: years, weeks of gestation, minutes, grams; the others count ("found": procedures of the same kind).
NUMERIC = frozenset(
    "views size length area count levels regions roots vessels muscles minutes age weeks grams units found "
    "components".split()
)
_RANGE = re.compile(r"(?P<op><=|>=|<|>)?(?P<a>\d+(?:\.\d+)?)(?:-(?P<b>\d+(?:\.\d+)?))?")
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from ``low`` to ``high``; an open end leaves its number out."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def holds(self, number: float) -> bool:
        """Whether ``number`` lies in the span."""
        above = number > self.low + _CLOSE if self.low_open else number >= self.low - _CLOSE
        below = number < self.high - _CLOSE if self.high_open else number <= self.high + _CLOSE
        return above and below


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values of one attribute for which a code is right: words, or spans of numbers."""

    words: frozenset[str]
    spans: tuple[Span, ...] = ()

    def accepts(self, value: str | float) -> bool:
        """Whether a value found in a note is one of these."""
        if isinstance(value, str):
            return value in self.words
        return any(span.holds(value) for span in self.spans)


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """One code of a family.

    ``system`` is ``cpt`` or ``hcpcs``; ``wants`` says when the code is right, ``sides`` how a side is
    told by modifiers (``side``, ``finger``, ``toe``, ``eyelid``, ``coronary``).
    """

    code: str
    system: str
    family: str
    wants: Mapping[str, Wanted]
    default: bool
    sides: str
    add_on: bool
    wording: str


@dataclass(frozen=True, slots=True)
class ProcedurePhrase:
    """What clinicians call a family, with the attributes the phrase itself tells."""

    phrase: str
    family: str
    tells: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    forbids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttributeCue:
    """Words that tell an attribute's value, in all families or in those named."""

    key: str
    value: str
    cue: str
    families: frozenset[str]


@dataclass(frozen=True, slots=True)
class DescribedProcedure:
    """Words that together describe a family without its name; one of each group must stand there.

    ``near`` allows two sentences that follow each other.
    """

    groups: tuple[tuple[str, ...], ...]
    phrase: ProcedurePhrase
    forbids: tuple[str, ...]
    near: bool


@dataclass(frozen=True, slots=True)
class ProcedureLexicon:
    """All tables, with the codes by family and the SHA-256 of the files they came from."""

    codes: tuple[ProcedureCode, ...]
    phrases: tuple[ProcedurePhrase, ...]
    cues: tuple[AttributeCue, ...]
    described: tuple[DescribedProcedure, ...]
    families: Mapping[str, tuple[ProcedureCode, ...]]
    sha256: str


def parse_wanted(text: str, key: str) -> Wanted:
    """Read the values of one attribute: ``a|b``, and for numbers ``3``, ``0.6-1.0``, ``<=5``, ``>5``."""
    words = frozenset(text.split("|"))
    if key not in NUMERIC:
        return Wanted(words)
    spans = []
    for part in words:
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no number or range for {key}")
        number = float(match["a"])
        op = match["op"] or ""
        if match["b"]:
            spans.append(Span(number, float(match["b"])))
        elif op.startswith("<"):
            spans.append(Span(float("-inf"), number, high_open=op == "<"))
        elif op.startswith(">"):
            spans.append(Span(number, float("inf"), low_open=op == ">"))
        else:
            spans.append(Span(number, number))
    return Wanted(words, tuple(spans))


# Rows share what they have in common: there are a hundred thousand of them.
@cache
def parse_attributes(text: str) -> tuple[tuple[str, str], ...]:
    """Read ``key=value key=value``."""
    return tuple((key, value) for key, _, value in (part.partition("=") for part in text.split()))


@lru_cache(maxsize=1)
def load_procedures() -> ProcedureLexicon:
    """Return the shipped tables of procedures, read once a process."""
    digest = hashlib.sha256()
    codes: list[ProcedureCode] = []
    digest.update(starter_digest().encode("ascii"))
    for row in starter_rows():
        if row.chapter == VISITS:
            continue
        marks = row.side.split(",") if row.side else []
        wanted = parse_attributes(row.attributes)
        codes.append(
            ProcedureCode(
                row.code,
                system_of(row.code),
                row.family,
                {key: parse_wanted(value, key) for key, value in wanted},
                row.default == "yes",
                next((mark for mark in marks if mark != "add-on"), ""),
                "add-on" in marks,
                row.wording,
            )
        )
    phrases = tuple(
        ProcedurePhrase(
            phrase, intern(family), parse_attributes(tells), _listed(needs), _listed(forbids)
        )
        for phrase, family, tells, needs, forbids in _rows("phrases", digest)
    )
    cues = tuple(
        AttributeCue(intern(key), intern(value), cue, _families(family))
        for key, value, cue, family in _rows("cues", digest)
    )
    described = tuple(
        DescribedProcedure(
            tuple(tuple(group.split("|")) for group in words.split(" + ")),
            ProcedurePhrase("", family, parse_attributes(tells), (), ()),
            _listed(forbids),
            reach == "near",
        )
        for words, family, tells, forbids, reach in _rows("described", digest)
    )
    families: dict[str, list[ProcedureCode]] = defaultdict(list)
    for entry in codes:
        families[entry.family].append(entry)
    return ProcedureLexicon(
        tuple(codes),
        phrases,
        cues,
        described,
        {family: tuple(found) for family, found in families.items()},
        digest.hexdigest(),
    )


@cache
def _families(text: str) -> frozenset[str]:
    return frozenset(map(intern, _listed(text)))


@cache
def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _rows(kind: str, digest: hashlib._Hash) -> Iterator[list[str]]:
    folder = files("suggester.lexicon").joinpath("procedures")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not (path.name.startswith(kind) and path.name.endswith(".tsv")):
            continue
        text = path.read_text("utf-8")
        digest.update(text.encode("utf-8"))
        header, *lines = text.splitlines()
        width = header.count("\t") + 1
        for line in lines:
            if line.strip():
                cells = [cell.strip() for cell in line.split("\t")]
                yield cells + [""] * (width - len(cells))
