"""How codes are distributed, worked out by hand."""

from __future__ import annotations

import pytest

from suggester.corpus.distribution import Distributing, describe
from suggester.corpus.gold import CodedEncounter


def test_figures_of_a_corpus() -> None:
    counting = Distributing()
    rows = [(["I10", "E11.9"], "train")] * 10 + [(["I10"], "train"), (["R05.9", "I10", "J45.909"], "test")]  # fmt: skip
    for number, (codes, split) in enumerate(rows):
        given = {"id": str(number), "text": "x", "codes": codes, "split": split}
        counting.add(CodedEncounter.from_mapping(given, "n"))
    counting.add(
        CodedEncounter.from_mapping({"id": "p", "text": "x", "procedures": {"codes": []}}, "n")
    )
    found = counting.figures()
    assert (found.notes, found.coded) == (13, 12)
    # I10 in all twelve, E11.9 in ten, two codes once: 24 uses.
    assert (found.uses, found.different, found.once, found.rare) == (24, 4, 2, 2)
    assert found.tail == pytest.approx(2 / 24)
    # One note of one code, ten of two, one of three.
    assert (found.mean, found.median, found.most) == (2.0, 2.0, 3)
    assert found.common == (("I10", 12), ("E11.9", 10), ("J45.909", 1), ("R05.9", 1))
    assert found.splits == {"test": 1, "train": 11}
    assert found.unseen == pytest.approx(2 / 3)  # of the three codes in test two are not in train
    assert describe(found) == [
        "Codes: 4 different ones in 24 uses; 2 used once, 2 fewer than 10 times (8% of the uses).",
        "Codes of a note: 2.0 on average, median 2, at most 3.",
        "Most frequent: I10 (12), E11.9 (10), J45.909 (1), R05.9 (1).",
        "Splits: test 1, train 11. 67% of the codes in dev and test are not in train.",
    ]


def test_a_corpus_without_diagnoses() -> None:
    assert describe(Distributing().figures()) == ["No diagnosis is coded."]
