"""What the order of suggestions must respect whatever the classifier says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from suggester import Suggester
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.ranking.consistency import hold_back
from suggester.ranking.tiers import best_threshold


def _held(language: LanguageSide, note: str, given: Mapping[str, float]) -> dict[str, float]:
    """Return what the others leave each candidate of a note of the confidence ``given``, else 0."""
    candidates = language.read(Encounter.of_text(note)).candidates
    codes = [candidate.code for candidate in candidates]
    assert set(given) <= set(codes)
    confidence = np.array([given.get(code, 0.0) for code in codes])
    held = hold_back(candidates, confidence, language.pair_features.exclusions)
    return dict(zip(codes, held.tolist(), strict=True))


def test_a_companion_never_outranks_what_it_accompanies(language: LanguageSide) -> None:
    held = _held(language, "Assessment: Chronic back pain.", {"G89.29": 0.9, "M54.9": 0.5})
    assert held["G89.29"] < held["M54.9"] == 0.5


def test_two_codes_that_exclude_each_other_share_one_certainty(language: LanguageSide) -> None:
    note = "Assessment: Type 2 diabetes. Hyperglycemia. Iron deficiency anemia. Anemia. Asthma."
    given = {"E11.9": 0.8, "R73.9": 0.7, "D50.9": 0.6, "D64.9": 0.9, "J45.909": 0.7}
    held = _held(language, note, given)
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
    held = _held(language, note, {"I48.91": 0.7, "I48.20": 0.6})
    assert held["I48.91"] == pytest.approx(0.7)
    assert held["I48.20"] == pytest.approx(0.3)


def test_what_the_guidelines_link_is_coded_as_one(shipped: Suggester) -> None:
    note = (
        "HPI: History of congestive heart failure, hypertension and reflux.\n\n"
        "ASSESSMENT AND PLAN\n1. Congestive heart failure.\n- Increase furosemide.\n"
        "2. Hypertension.\n- Above goal, increase lisinopril."
    )
    sure = {s.code for s in shipped.suggest(note).suggestions if s.tier == "confident"}
    assert {"I11.0", "I50.9"} <= sure
    assert "I10" not in sure


def test_an_osteoporotic_fracture_takes_the_place_of_the_traumatic_one(
    language: LanguageSide,
) -> None:
    note = "ADMITTING DIAGNOSIS: Right hip fracture.\nFINAL DIAGNOSIS: Osteoporotic fracture of the right femoral neck."
    held = _held(language, note, {"M80.051A": 0.9, "S72.001A": 0.9})
    assert held["M80.051A"] == pytest.approx(0.9)
    assert held["S72.001A"] == pytest.approx(0.1)


def test_a_finding_makes_an_examination_one_with_abnormal_findings(
    language: LanguageSide,
) -> None:
    note = "Assessment: Annual physical exam. Molluscum contagiosum, new. Hypertension, at goal."
    given = {"Z00.00": 0.9, "B08.1": 0.8, "I10": 0.9}
    held = _held(language, note, given)
    assert held["Z00.01"] == pytest.approx(0.72)
    assert held["Z00.00"] == pytest.approx(0.18)
    known = _held(language, note, {**given, "B08.1": 0.1})
    assert known["Z00.00"] == pytest.approx(0.9)


def test_hyperglycemia_stands_beside_another_complication_of_diabetes(
    language: LanguageSide,
) -> None:
    note = "Assessment:\n1. DM2, poorly controlled.\n2. Polyneuropathy, symmetric."
    held = _held(language, note, {"E11.65": 0.9, "G62.9": 0.9})
    assert held["E11.65"] == pytest.approx(0.9)


_COMPLAINT = """REASON FOR VISIT

Tingling in the hands.

HISTORY

Testcase Nine, 66, has psoriasis and gout and comes in with tingling in the hands, worse at night since spring.

SUMMARY AND PLAN

Testcase Nine, 66, has psoriasis and gout and comes in with tingling in the hands.

Vitamin B12 deficiency.
- Why: B12 of 121, on metformin for years, reflexes kept.
- Next: 1000 mcg by mouth daily, level in eight weeks.

Gout.
- Why: Two attacks since Easter, uric acid 8.9.
- Next: Allopurinol 100 mg, colchicine in reserve.
"""


def test_a_complaint_on_a_line_of_its_own_is_no_conclusion(shipped: Suggester) -> None:
    sure = {s.code for s in shipped.suggest(_COMPLAINT).suggestions if s.tier == "confident"}
    assert sure == {"E53.8", "M10.9"}


def test_of_several_accounts_of_an_injury_the_fullest_is_its_cause(shipped: Suggester) -> None:
    note = (
        "HPI: Slipped on black ice outside the bakery, fell and hit his left hip. He has fallen before.\n\n"
        "ASSESSMENT: Fall, contusion of the left hip.\n\nPLAN: Ibuprofen."
    )
    order = [s.code for s in shipped.suggest(note).suggestions]
    causes = [code for code in order if code[0] in "VWXY"]
    assert causes[0] == "W00.0XXA"


def test_of_thresholds_as_good_as_the_best_the_middle_one_is_taken() -> None:
    # 500 right, then one of three right, which leaves micro-F1 as it is, then none.
    truth = np.array([1.0] * 500 + [1.0, 0.0, 0.0] * 100 + [0.0] * 700)
    confidence = np.linspace(1.0, 0.0, len(truth))
    bound, best = best_threshold(confidence, truth, 1000)
    assert best == pytest.approx(2 / 3, abs=0.002)
    assert bound == pytest.approx(float(confidence[650]), abs=0.02)
    stricter, same = best_threshold(confidence, truth, 1000, quantile=0.75)
    assert stricter == pytest.approx(float(confidence[575]), abs=0.02)
    assert same == best


_INTRODUCED = """HISTORY OF PRESENT ILLNESS
Mr. Pt is a 61-year-old man who comes about his knee. He has type 2 diabetes and takes metformin.

ASSESSMENT AND PLAN
Mr. Pt is a 61-year-old man with a history of type 2 diabetes who presents with right knee pain.

Primary osteoarthritis of the right knee
Reasoning: Pain going down stairs for a year, crepitus, and joint space loss on the films.
Treatment: Physical therapy for six weeks, acetaminophen as needed, an injection if that does not help him.
Counseling: We talked about weight, shoes and what to expect of the joint over the coming years.

{heading}
"""


def test_what_is_only_told_of_who_comes_counts_less_than_a_problem_of_its_own(
    shipped: Suggester,
) -> None:
    headed = "Type 2 diabetes\nTreatment: Continue metformin, A1c in three months."
    confidence = [
        {s.code: s.confidence for s in shipped.suggest(note).diagnoses}.get("E11.9", 0.0)
        for note in (_INTRODUCED.format(heading=""), _INTRODUCED.format(heading=headed))
    ]
    assert confidence[0] < 0.5 < confidence[1]
