"""Queries to the provider: every row fires on its case, quotes the note, and leads to no answer."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest

from suggester import Encounter, Suggester
from suggester.edits.coding.case import Case, CodeBook
from suggester.edits.coding.encounter import CodedEncounter
from suggester.edits.coding.rules.queries import queries, query_rows
from tests.edits.coding.golden import DATA

CASES = [json.loads(line) for line in (DATA / "queries.jsonl").read_text("utf-8").splitlines()]
FORBIDDEN = re.compile(
    r"\b(?:reimburs|payment|drg|severity of illness|quality score|hcc|cc/mcc)", re.IGNORECASE
)


@pytest.fixture(scope="module")
def book(shipped: Suggester) -> CodeBook:
    return CodeBook(shipped.codes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_query(case: dict[str, Any], shipped: Suggester, book: CodeBook) -> None:
    setting = case.get("setting") or "outpatient"
    encounter = dataclasses.replace(
        Encounter.of_text(case["note"]), age=case.get("age"), sex=case.get("sex"), setting=setting
    )
    facts = shipped.facts(encounter)
    coded = CodedEncounter(
        tuple(case["codes"]), facts, case.get("age"), case.get("sex"), None, setting
    )
    alerts = [a for a in queries(Case(book, coded, coded.codes)) if a.row == case["row"]]
    assert bool(alerts) == case["fires"]
    for alert in alerts:
        for indicator in case["indicators"]:
            assert indicator.split()[0].lower() in alert.mend.query.lower()
        for start, end in alert.evidence:
            assert case["note"][start:end].strip(" .,;:()[]") in alert.mend.query


def test_every_row_is_exercised() -> None:
    assert {row.id for row in query_rows()} == {case["row"] for case in CASES if case["fires"]}


@pytest.mark.parametrize("row", query_rows(), ids=lambda row: row.id)
def test_queries_do_not_lead(row: Any) -> None:
    assert row.options[-2:] == ("other, please specify", "unable to determine")
    assert len(row.options) >= 4
    text = " ".join((row.question, *row.options))
    assert not FORBIDDEN.search(text)
    assert not re.search(r"\bdo you agree\b|\bplease (?:add|document that)\b", row.question.lower())
