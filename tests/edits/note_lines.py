"""Notes and lines for the tests: a note read without terms, and lines whose evidence is quoted."""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from suggester.codes.starter import StarterRow, starter_rows, system_of
from suggester.edits.lines import PROCEDURE, VISIT, Diagnosis, Line
from suggester.preprocess import sections, sentences  # noqa: F401  (registers the factories)


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("suggester_sections")
    nlp.add_pipe("suggester_sentences")
    return nlp


@lru_cache(maxsize=1)
def starter() -> dict[str, StarterRow]:
    """Return the first row of each code of the starter set."""
    found: dict[str, StarterRow] = {}
    for row in starter_rows():
        found.setdefault(row.code, row)
    return found


def read(text: str) -> Doc:
    """Return a note with its sections and sentences."""
    return _pipeline()(text)


def line(text: str, code: str, words: str = "", units: int = 1) -> Line:
    """Return the line of a code, with the words quoted from the note as its evidence."""
    row = starter().get(code)
    marks = row.side.split(",") if row and row.side else []
    start = text.find(words) if words else -1
    assert not words or start >= 0, words
    visit = code.startswith(("992", "993")) or code in {"G0438", "G0439"}
    return Line(
        code,
        system_of(code),
        row.family if row else "",
        next((mark for mark in marks if mark != "add-on"), ""),
        "add-on" in marks,
        units,
        ((start, start + len(words)),) if words else (),
        VISIT if visit and not code.startswith(("9915", "9918")) else PROCEDURE,
    )


def diagnosis(text: str, code: str, words: str = "") -> Diagnosis:
    """Return a diagnosis with the words quoted from the note as its evidence."""
    start = text.find(words) if words else -1
    assert not words or start >= 0, words
    return Diagnosis(code, ((start, start + len(words)),) if words else ())
