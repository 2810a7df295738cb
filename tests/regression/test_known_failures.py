"""The shipped model fails exactly where the table says: nothing new, and nothing solved unnoticed."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from suggester import Suggester
from tests.regression.failures import HEADER, KNOWN, ROOT, find_failures


def test_failures_are_those_known(capsys: pytest.CaptureFixture[str]) -> None:
    lines = KNOWN.read_text("utf-8").splitlines()
    assert lines[0] == HEADER
    known = lines[1:]
    found = [failure.line() for failure in find_failures(Suggester.load(ROOT / "models/default"))]
    costs = Counter(line.split("\t")[0] for line in found)
    with capsys.disabled():
        sys.stdout.write("\nfailures on the test split, by cause\n")
        for cause, number in costs.most_common():
            sys.stdout.write(f"  {number:4}  {cause}\n")
    assert sorted(set(found) - set(known)) == [], "new failures"
    assert sorted(set(known) - set(found)) == [], "solved: run python -m tests.regression"
    # The most costly cause stands first.
    assert [line.split("\t")[0] for line in known] == [
        cause
        for cause, number in sorted(costs.items(), key=lambda c: (-c[1], c[0]))
        for _ in range(number)
    ]
