"""Read the tables of visits: kinds, patient status, problems, data, risk, time and codes.

The tables stand in ``visits/``. A cue is written in lower case and matches whole words whatever their
case; one with a capital matches as written. ``diagnoses.tsv`` gives ICD-10-CM categories the column of
the decision-making table they fall in, the longest beginning of a code deciding. The levels follow the
2021 and 2023 E/M guidelines, in this project's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LEVELS = ("straightforward", "low", "moderate", "high")
#: Tables of cues; each has an element, a cue and perhaps a detail in between.
CUE_TABLES = ("kinds", "patients", "problems", "data", "risk", "drugs")
#: What opens a row that holds only the end of drug names.
STEM = "-"


@dataclass(frozen=True, slots=True)
class VisitCode:
    """One code of a kind of visit and patient.

    ``level`` is one of :data:`LEVELS` or ``none``; minutes and ages (years) are inclusive, ``None``
    where open.
    """

    code: str
    kind: str
    patient: str
    level: str
    minutes_from: int | None
    minutes_to: int | None
    age_from: float | None
    age_to: float | None
    wording: str


@dataclass(frozen=True, slots=True)
class VisitCue:
    """Words that speak for an element of one table; ``detail`` is the place or test it names."""

    table: str
    element: str
    detail: str
    cue: str


@dataclass(frozen=True, slots=True)
class TimePattern:
    """A pattern with the groups ``min``, ``hr``, ``word``, ``start`` and ``end`` it may have."""

    meaning: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class VisitRows:
    """All tables of visits."""

    codes: tuple[VisitCode, ...]
    cues: tuple[VisitCue, ...]
    times: tuple[TimePattern, ...]
    diagnoses: Mapping[str, str]
    #: Patterns of a problem and of what beside it makes it a threat.
    threats: tuple[tuple[str, str], ...]

    def of_kind(self, kind: str, patient: str) -> tuple[VisitCode, ...]:
        """Return the codes of a kind for this patient, in the order of their levels."""
        return tuple(c for c in self.codes if c.kind == kind and c.patient in {patient, "any"})

    def diagnosis(self, code: str) -> str:
        """Return the element an ICD-10-CM code falls in, ``none`` where it is no problem."""
        plain = code.replace(".", "")
        for length in range(len(plain), 0, -1):
            if element := self.diagnoses.get(plain[:length]):
                return element
        return "none"


@lru_cache(maxsize=1)
def load_visits() -> VisitRows:
    """Return the shipped tables of visits, read once a process."""
    codes = tuple(
        VisitCode(
            code,
            kind,
            patient,
            level,
            int(first) if first else None,
            int(last) if last else None,
            float(young) if young else None,
            float(old) if old else None,
            wording,
        )
        for code, kind, patient, level, first, last, young, old, wording in _rows("codes")
    )
    times = tuple(TimePattern(m, re.compile(p, re.IGNORECASE)) for m, p in _rows("times"))
    cues = [cue for table in CUE_TABLES for cue in _cues(table)]
    diagnoses = {row[0]: row[1] for row in _rows("diagnoses")}
    threats = tuple((problem, beside) for problem, beside in _rows("threats"))
    return VisitRows(codes, tuple(cues), times, diagnoses, threats)


def _cues(table: str) -> Iterator[VisitCue]:
    for cells in _rows(table):
        element, *detail, cue = cells
        yield VisitCue(table, element, detail[0] if detail else "", cue)


def _rows(table: str) -> Iterator[list[str]]:
    text = files("suggester.lexicon").joinpath(f"visits/{table}.tsv").read_text("utf-8")
    header, *lines = text.splitlines()
    width = header.count("\t") + 1
    for line in lines:
        if line.strip():
            cells = line.split("\t")
            yield cells + [""] * (width - len(cells))
