"""What the order of suggestions must respect whatever the classifier says."""

from __future__ import annotations

import numpy as np

from suggester import Suggester
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.ranking.consistency import hold_back


def test_a_companion_never_outranks_what_it_accompanies(language: LanguageSide) -> None:
    candidates = language.read(Encounter.of_text("Assessment: Chronic back pain.")).candidates
    codes = [candidate.code for candidate in candidates]
    confidence = np.array([0.9 if code == "G89.29" else 0.5 for code in codes])
    held = dict(zip(codes, hold_back(candidates, confidence).tolist(), strict=True))
    assert held["G89.29"] < held["M54.9"] == 0.5


def test_the_site_of_chronic_pain_comes_first(shipped: Suggester) -> None:
    codes = [s.code for s in shipped.suggest("Assessment: Chronic back pain.").suggestions]
    assert codes[:2] == ["M54.9", "G89.29"]
