"""Pairs: each candidate with what the coder decided; frequencies without its own fold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.ranking.names import NAMES
from suggester.training.counting import frequencies
from suggester.training.pairs import OPTIONAL, STAND_IN, make_pairs


def test_frequencies_are_per_thousand_encounters() -> None:
    corpus = [
        CodedEncounter(Encounter.of_text("a"), ("I10", "E11.9", "E11.22")),
        CodedEncounter(Encounter.of_text("b"), ("I10",)),
        CodedEncounter(Encounter.of_text("c"), ()),
        CodedEncounter(Encounter.of_text("d"), ("E11.9",)),
    ]
    codes, categories = frequencies([coded.codes for coded in corpus])
    # I10 and E11.9 in two of four encounters; category E11 in two as well, counted once each.
    assert codes == pytest.approx({"E11.22": 250, "E11.9": 500, "I10": 500})
    assert categories == pytest.approx({"E11": 500, "I10": 500})


def test_pairs_line_up(language: LanguageSide, corpus: Path) -> None:
    encounters = list(read_corpus([corpus]))
    pairs = make_pairs(language, encounters)
    assert pairs.features.shape == (len(pairs.codes), len(NAMES))
    assert len(pairs.truth) == len(pairs.encounter) == len(pairs.codes)
    assert pairs.gold.tolist() == [len(coded.codes) for coded in encounters]
    for code, truth, number in zip(pairs.codes, pairs.truth, pairs.encounter, strict=True):
        assert truth == (code in encounters[number].codes)
    assert np.isfinite(pairs.features).all()
    found = {(int(n), c) for n, c in zip(pairs.encounter, pairs.codes, strict=True)}
    assert (0, "I10") in found


def test_optional_codes_and_stand_ins_count_neither_way(
    language: LanguageSide, corpus: Path
) -> None:
    encounters = list(read_corpus([corpus]))
    note = Encounter.of_text("Assessment: Hypertension. Cough. Hyperlipidemia. Asthma.")
    encounters.append(CodedEncounter(note, ("I10",), optional=("R05.9",), also={"I10": ("E78.5",)}))
    pairs = make_pairs(language, encounters)
    mine = pairs.encounter == len(encounters) - 1
    truth = dict(zip(np.array(pairs.codes)[mine].tolist(), pairs.truth[mine].tolist(), strict=True))
    assert (truth["I10"], truth["R05.9"], truth["E78.5"]) == (1, OPTIONAL, STAND_IN)
    assert truth["J45.909"] == 0
    counted = dict(zip(np.array(pairs.codes)[mine], pairs.counted[mine], strict=True))
    assert (counted["I10"], counted["R05.9"], counted["E78.5"]) == (True, False, False)
    # What another coder would leave out is learned as left out; a stand-in is not learned from.
    learned = dict(zip(np.array(pairs.codes)[mine], pairs.learned[mine], strict=True))
    assert (learned["I10"], learned["R05.9"], learned["E78.5"]) == (True, True, False)
