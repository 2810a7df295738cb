"""The golden suite: what the rules say of sets of codes, and the claims they make of encounters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suggester import Suggester
from suggester.codes import CodeSet
from suggester.edits.coding import Checker
from tests.edits.coding.golden import DATA, Case, cases, checked, problems

#: Cases that are not solved yet, by id; one that starts to pass must be taken out.
KNOWN_FAILURES = frozenset((DATA / "known_failures.txt").read_text("utf-8").split())
#: Known failures are few: this share of the suite must pass.
LEAST = 0.8


@pytest.fixture(scope="module")
def checker(codes: CodeSet) -> Checker:
    return Checker(codes)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_case(case: Case, shipped: Suggester, checker: Checker) -> None:
    report = checked(case, shipped, checker)
    assert {alert.row for alert in report.alerts}.issuperset(case.get("rows", ()))
    found = problems(case, report)
    if case["id"] in KNOWN_FAILURES:
        assert found, "this known failure passes now: take it out of known_failures.txt"
    else:
        assert found == []


def test_suite_is_large_enough_and_every_case_has_its_source() -> None:
    ids = [case["id"] for case in cases()]
    assert len(ids) == len(set(ids))
    assert set(ids) >= KNOWN_FAILURES
    encounters = [case for case in cases() if case.get("claim")]
    assert len(ids) - len(encounters) >= 400
    assert len(encounters) >= 40
    assert all(case["source"].strip() and case["phenomenon"].strip() for case in cases())
    assert len(ids) - len(KNOWN_FAILURES) >= LEAST * len(ids)


def test_no_case_is_one_of_the_corpora() -> None:
    corpora = Path(__file__).parents[3] / "corpora"
    lines = (line for p in corpora.rglob("*.jsonl") for line in p.read_text("utf-8").splitlines())
    texts = {json.loads(line).get("text") for line in lines if line.strip()}
    assert not [c["id"] for c in cases() if c.get("note") in texts - {None}]
