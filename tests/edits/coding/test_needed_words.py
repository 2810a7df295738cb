"""A quick look for needed words never hides what a pattern would find."""

from __future__ import annotations

import json
import re

import pytest

from suggester.edits.coding.needed import needed
from suggester.edits.coding.tables import rule_table
from tests.documents.blocks import ROOT


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bgout\b", ["gout"]),
        (r"(?:pao2|spo2)[a-z ]{0,9}\d+", ["pao2", "spo2"]),
        (r"stage ?(?:[1-4]|iv)", ["stage"]),
        (r"^(?=.*sodium)(?=.*\d)", ["sodium"]),
        (r"(?:very )*cold", ["cold"]),
        (r"(?!gout)a{2,}", []),
        (r"(?:gout|\d+)", []),
        (r"(?i)gout", []),
        (r"[ab]", []),
    ],
)
def test_words_that_are_needed(pattern: str, words: list[str]) -> None:
    assert list(needed(re.compile(pattern))) == words


def test_in_no_note_is_anything_hidden() -> None:
    patterns = [
        re.compile(row[column])
        for row in rule_table("queries")
        for column in ("says", "unless", "indicators")
        if row[column]
    ]
    assert sum(bool(needed(pattern)) for pattern in patterns) > len(patterns) / 2
    notes = [
        json.loads(line)["text"].lower()
        for path in sorted((ROOT / "corpora" / "notes").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()[:15]
    ]
    found = 0
    for pattern in patterns:
        words = needed(pattern)
        for note in notes:
            if not words or any(word in note for word in words):
                continue
            found += 1
            assert not pattern.search(note), (pattern.pattern, words)
    assert found > 10_000
