"""The shipped model on the golden cases of procedures: sentences and notes of ``corpora/golden``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from suggester import Encounter, Suggester
from suggester.codes import CodeSet
from suggester.corpus.check import check_corpus
from suggester.corpus.readers import read_corpus
from suggester.evaluation.procedures import ProcedureEvaluation, measure
from suggester.suggestions import CONFIDENT, Result

GOLDEN = Path(__file__).resolve().parents[1] / "corpora" / "golden"
SENTENCES, NOTES = 350, 60


@dataclass
class Lines:
    """What the confident lines that are right say beside their code, counted over all cases.

    ``pointed`` counts those of which a diagnosis they are for was suggested.
    """

    right: int = 0
    units_right: int = 0
    hints: int = 0
    hints_right: int = 0
    hints_wanted: int = 0
    pointed: int = 0
    pointed_right: int = 0
    results: list[Result] = field(default_factory=list)

    def add(self, row: dict[str, Any], result: Result) -> None:
        """Count one case."""
        self.results.append(result)
        gold = {line["code"]: line for line in row["procedures"]["lines"]}
        for line in result.procedures:
            wanted = gold.get(line.code)
            if line.tier != CONFIDENT or wanted is None:
                continue
            self.right += 1
            self.units_right += line.units == wanted.get("units", 1)
            shown = {hint.modifier for hint in line.modifiers or ()}
            asked = set(wanted.get("modifiers", ()))
            self.hints += len(shown)
            self.hints_right += len(shown & asked)
            self.hints_wanted += len(asked)
            likely = {
                d.code for d in result.diagnoses if d.tier == CONFIDENT or d.confidence >= 0.3
            }
            if likely & set(wanted.get("diagnoses", ())):
                self.pointed += 1
                self.pointed_right += bool(set(line.diagnoses or ()) & set(wanted["diagnoses"]))


def rows() -> Iterator[dict[str, Any]]:
    for name in ("sentences.jsonl", "notes.jsonl"):
        for line in (GOLDEN / name).read_text("utf-8").splitlines():
            yield json.loads(line)


@pytest.fixture(scope="module")
def lines(shipped: Suggester) -> Lines:
    counted = Lines()
    for row in rows():
        encounter = Encounter.from_mapping(row, "case")
        counted.add(row, shipped.suggest(encounter))
    return counted


@pytest.fixture(scope="module")
def found(lines: Lines) -> ProcedureEvaluation:
    coded = [case.procedures for case in read_corpus([GOLDEN])]
    by_id = {result.id: result for result in lines.results}
    cases = [case.encounter.id for case in read_corpus([GOLDEN])]
    return measure([(c, by_id[i]) for c, i in zip(coded, cases, strict=True) if c is not None])


def test_there_are_enough_cases_and_they_are_sound(codes: CodeSet) -> None:
    assert sum(1 for _ in (GOLDEN / "sentences.jsonl").open("rb")) >= SENTENCES
    assert sum(1 for _ in (GOLDEN / "notes.jsonl").open("rb")) >= NOTES
    # With what the model learned from: none of it is a copy of a golden case.
    cases = list(read_corpus([GOLDEN, GOLDEN.parent / "procedures"]))
    assert check_corpus(cases, lambda day: codes, shared=0.1) == []


def test_the_first_code_is_right(found: ProcedureEvaluation) -> None:
    assert found.first_right >= 0.90
    assert found.in_five >= 0.97


def test_what_was_not_performed_is_no_line(found: ProcedureEvaluation) -> None:
    assert found.made_lines <= 0.02 * found.named


def test_visit_levels_are_exactly_right(found: ProcedureEvaluation) -> None:
    assert found.visits >= 50
    assert found.visits_right >= 0.85 * found.visits


def test_units_modifiers_and_pointers(lines: Lines) -> None:
    assert lines.units_right >= 0.9 * lines.right
    assert lines.hints_right >= 0.9 * lines.hints
    assert lines.hints_right >= 0.8 * lines.hints_wanted
    assert lines.pointed >= 60
    assert lines.pointed_right >= 0.9 * lines.pointed
