"""Clinical sentences marked inline with what became of each procedure; see ``procedure_status.txt``.

The place is marked, so these sentences test sections, sentence cutting and the reading of the status
together, and no lexicon of procedures. ``\\n`` in a line stands for a line break. A line counts as
right only if every procedure in it is.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pytest
import spacy

from suggester.candidates.procedures.apart import not_performed
from suggester.candidates.procedures.generate import ProcedureGenerator
from suggester.candidates.procedures.status import StatusReader
from suggester.candidates.procedures.status_kinds import (
    AFTER,
    BEFORE,
    BESIDE,
    BOTH,
    HEADING,
    KINDS,
    ORDERED,
)
from suggester.lexicon.procedure_rows import load_procedures
from suggester.preprocess.modifiers import NoteFacts
from suggester.preprocess.procedure_index import load_procedure_index
from suggester.preprocess.procedure_terms import ProcedureTermFinder, with_headings
from suggester.preprocess.sections import find_sections
from suggester.preprocess.sentences import find_sentences

SENTENCES = Path(__file__).with_name("procedure_status.txt")
LEAST_ACCURACY = 0.95
_MARK = re.compile(rf"<(?P<tag>{'|'.join(KINDS)})>(?P<name>.*?)</(?P=tag)>")

#: Lines that are not solved yet, by cause.
KNOWN_FAILURES: frozenset[str] = frozenset(
    {
        # "Impression" heads the conclusions of a visit as well as those of a report.
        "IMPRESSION: <performed>Ultrasound of the thyroid</performed> with 1.2 cm TR4 nodule.",
        # When it is to be done and on what it depends stand side by side.
        "Continue PT; <ordered>injection</ordered> next time if still painful.",
    }
)


@dataclass(frozen=True)
class Marked:
    line: str
    phenomenon: str
    text: str
    places: tuple[tuple[int, int, str], ...]


def parse(line: str, phenomenon: str) -> Marked:
    text, places, position = "", [], 0
    for match in _MARK.finditer(line):
        text += line[position : match.start()].replace("\\n", "\n")
        start = len(text)
        text += match["name"]
        places.append((start, len(text), match["tag"]))
        position = match.end()
    text += line[position:].replace("\\n", "\n")
    return Marked(line, phenomenon, text, tuple(places))


@lru_cache(maxsize=1)
def marked_sentences() -> tuple[Marked, ...]:
    out, phenomenon = [], ""
    for line in SENTENCES.read_text("utf-8").splitlines():
        if line.startswith("# "):
            phenomenon = line[2:]
        elif line:
            out.append(parse(line, phenomenon))
    return tuple(out)


def read(marked: Marked) -> list[str]:
    sections = find_sections(marked.text)
    sentences = with_headings(sections, find_sentences(marked.text, sections))
    reader = StatusReader(marked.text, sentences)
    kinds = []
    for start, end, _ in marked.places:
        number = max(i for i, sentence in enumerate(sentences) if sentence.start <= start)
        kinds.append(reader.read(number, start, end).kind)
    return kinds


def test_sentences_are_marked_and_distinct() -> None:
    every = marked_sentences()
    assert len(every) >= 300
    assert all(marked.places for marked in every)
    assert len({marked.line for marked in every}) == len(every)
    assert not any(re.search(r"</?\w+>", marked.text) for marked in every)


def test_known_failures_are_lines_of_the_file() -> None:
    assert {marked.line for marked in marked_sentences()} >= KNOWN_FAILURES


@pytest.mark.parametrize("phenomenon", sorted({m.phenomenon for m in marked_sentences()}))
def test_status_of_marked_sentences(phenomenon: str) -> None:
    wrong, mended = [], []
    for marked in marked_sentences():
        if marked.phenomenon != phenomenon:
            continue
        found, expected = read(marked), [kind for *_, kind in marked.places]
        if found != expected and marked.line not in KNOWN_FAILURES:
            wrong.append(f"{marked.line}\n      read {found}")
        if found == expected and marked.line in KNOWN_FAILURES:
            mended.append(marked.line)
    assert not wrong, "\n".join(wrong)
    assert not mended, "now right; take them out of KNOWN_FAILURES:\n" + "\n".join(mended)


def test_status_accuracy_of_marked_lines(capsys: pytest.CaptureFixture[str]) -> None:
    right: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for marked in marked_sentences():
        right[marked.phenomenon] += read(marked) == [kind for *_, kind in marked.places]
        total[marked.phenomenon] += 1
    lines = [
        f"  {phenomenon:48}{right[phenomenon]:4} of {count:4}  {right[phenomenon] / count:.3f}"
        for phenomenon, count in total.items()
    ]
    overall = sum(right.values()) / sum(total.values())
    lines.append(f"  {'all':48}{sum(right.values()):4} of {sum(total.values()):4}  {overall:.3f}")
    with capsys.disabled():
        sys.stdout.write("\n".join(["\nprocedure status accuracy", *lines, ""]))
    assert overall >= LEAST_ACCURACY


def test_the_deciding_cue_is_named_with_its_place() -> None:
    marked = parse("Will schedule <ordered>colonoscopy</ordered> next month.", "")
    sections = find_sections(marked.text)
    sentences = with_headings(sections, find_sentences(marked.text, sections))
    start, end, _ = marked.places[0]
    status = StatusReader(marked.text, sentences).read(0, start, end)
    assert status.cue == "Will schedule"
    assert marked.text[status.cue_start : status.cue_end] == status.cue
    assert status.ordered_ahead
    assert not status.done_ahead


def test_cues_of_the_status_are_well_formed() -> None:
    path = files("suggester.lexicon").joinpath("procedures/status_cues.tsv")
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    assert len(rows) >= 500
    assert all(len(row) == 5 for row in rows)
    assert {status for _, status, *_ in rows} <= set(KINDS)
    assert {row[2] for row in rows} <= {BEFORE, BESIDE, AFTER, BOTH, HEADING}
    assert len({(cue, direction) for cue, _, direction, *_ in rows}) == len(rows)


def test_a_family_none_of_whose_mentions_was_performed_is_shown_apart() -> None:
    lexicon = load_procedures()
    finder = ProcedureTermFinder()
    finder.use(load_procedure_index(lexicon))
    text = "EKG today shows sinus rhythm. Plan: will schedule screening colonoscopy."
    nlp = spacy.blank("en")
    nlp.add_pipe("suggester_sections")
    nlp.add_pipe("suggester_sentences")
    doc = finder(nlp(text))
    doc._.facts = NoteFacts()
    apart = not_performed(ProcedureGenerator(lexicon).generate(doc))
    assert [text[found.start : found.end] for found in apart] == ["screening colonoscopy"]
    assert apart[0].kind == ORDERED
    assert text[apart[0].cue_start : apart[0].cue_end] == apart[0].cue == "will schedule"
