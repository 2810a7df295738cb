"""What the order of suggestions must respect whatever the classifier says."""

from __future__ import annotations

import numpy as np
import pytest

from suggester import Suggester
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.ranking.consistency import hold_back


def test_a_companion_never_outranks_what_it_accompanies(language: LanguageSide) -> None:
    candidates = language.read(Encounter.of_text("Assessment: Chronic back pain.")).candidates
    codes = [candidate.code for candidate in candidates]
    confidence = np.array([0.9 if code == "G89.29" else 0.5 for code in codes])
    exclusions = language.pair_features.exclusions
    held = dict(zip(codes, hold_back(candidates, confidence, exclusions).tolist(), strict=True))
    assert held["G89.29"] < held["M54.9"] == 0.5


def test_two_codes_that_exclude_each_other_share_one_certainty(language: LanguageSide) -> None:
    note = "Assessment: Type 2 diabetes. Hyperglycemia. Iron deficiency anemia. Anemia. Asthma."
    candidates = language.read(Encounter.of_text(note)).candidates
    codes = [candidate.code for candidate in candidates]
    given = {"E11.9": 0.8, "R73.9": 0.7, "D50.9": 0.6, "D64.9": 0.9, "J45.909": 0.7}
    confidence = np.array([given.get(code, 0.0) for code in codes])
    exclusions = language.pair_features.exclusions
    held = dict(zip(codes, hold_back(candidates, confidence, exclusions).tolist(), strict=True))
    # The vaguer code gives way even where it is the more confident one.
    assert held["D50.9"] == pytest.approx(0.6)
    assert held["D64.9"] == pytest.approx(0.4)
    assert held["E11.9"] == pytest.approx(0.8)
    assert held["R73.9"] == pytest.approx(0.2)
    assert held["J45.909"] == pytest.approx(0.7)


def test_the_site_of_chronic_pain_comes_first(shipped: Suggester) -> None:
    codes = [s.code for s in shipped.suggest("Assessment: Chronic back pain.").suggestions]
    assert codes[:2] == ["M54.9", "G89.29"]


def test_one_side_is_no_evidence_for_both(shipped: Suggester) -> None:
    codes = {
        s.code for s in shipped.suggest("1. Primary osteoarthritis of the left knee.").diagnoses
    }
    assert "M17.12" in codes
    assert "M17.0" not in codes
    both = shipped.suggest("1. Bilateral primary osteoarthritis of the knees.").diagnoses
    assert both[0].code == "M17.0"


def test_a_mere_rival_of_the_same_words_does_not_take_their_certainty(
    language: LanguageSide,
) -> None:
    note = "Impression: Atrial fibrillation with rapid ventricular response."
    candidates = language.read(Encounter.of_text(note)).candidates
    codes = [candidate.code for candidate in candidates]
    assert "I48.20" in codes
    confidence = np.array([{"I48.91": 0.7, "I48.20": 0.6}.get(code, 0.0) for code in codes])
    exclusions = language.pair_features.exclusions
    held = dict(zip(codes, hold_back(candidates, confidence, exclusions).tolist(), strict=True))
    assert held["I48.91"] == pytest.approx(0.7)
    assert held["I48.20"] == pytest.approx(0.3)
