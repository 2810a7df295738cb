"""Reports of studies, and what they are coded as where they show nothing."""

from __future__ import annotations

import pytest

from suggester import Suggester
from suggester.preprocess.sections import find_sections
from suggester.preprocess.studies import is_study

_NORMAL = (
    "NONCONTRAST HEAD CT\n\nCLINICAL INFORMATION: 61-year-old woman with {reason} for three days.\n\n"
    "FINDINGS: No hemorrhage, mass or infarct. Ventricles are normal in size.\n\n"
    "IMPRESSION: {said}\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EXAM: MRI LUMBAR SPINE WITHOUT CONTRAST\nFINDINGS: Normal.", True),
        ("Chest, 2 views\nThe lungs are clear.", True),
        ("ROUTINE EEG\nImpression: Normal.", True),
        ("COLONOSCOPY\nIndication: Screening.\nFindings: Normal.", True),
        ("Follow-up after home sleep study.\nAssessment: Sleep apnea.", False),
        ("He asked us about his knee.\nAssessment: Knee pain.", False),
        ("MR. SMITH IS A 60-YEAR-OLD MAN.\nAssessment: Knee pain.", False),
        ("ED NOTE: chest pain, EKG normal.\nAssessment: Chest pain.", False),
        ("ED: L calf pain since a flight. US tech gone until 0700, r/o DVT.", False),
        ("XR CHEST 2V\nThe lungs are clear.", True),
        ("US VENOUS LEFT LEG\nMEDICATIONS: aspirin\nVITALS: 120/80", False),
    ],
)
def test_reports_of_studies(text: str, expected: bool) -> None:
    assert is_study(text, find_sections(text)) is expected


@pytest.mark.parametrize(("reason", "code"), [("headaches", "R51.9"), ("vertigo", "R42")])
def test_a_normal_study_is_coded_as_its_reason(shipped: Suggester, reason: str, code: str) -> None:
    note = _NORMAL.format(reason=reason, said="Normal head CT.")
    sure = [s.code for s in shipped.suggest(note).diagnoses if s.tier == "confident"]
    assert sure == [code]


def test_what_a_study_shows_is_coded_in_place_of_its_reason(shipped: Suggester) -> None:
    note = _NORMAL.format(reason="headaches", said="Chronic subdural hematoma on the left.")
    first = shipped.suggest(note).diagnoses[0]
    assert first.code.startswith("I62.03")
    assert "R51.9" not in {s.code for s in shipped.suggest(note).diagnoses if s.confidence >= 0.6}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            (
                "SCREENING MAMMOGRAM, BILATERAL\nIndication: annual screening.\nFindings: grouped calcifications, left.\n"
                "IMPRESSION: Grouped microcalcifications in the left breast, diagnostic views advised.\n"
            ),
            "Z12.31",
        ),
        (
            (
                "COLONOSCOPY\nINDICATION: Colorectal cancer screening, average risk.\nFINDINGS: 6 mm sigmoid polyp removed.\n"
                "IMPRESSION: Polyp of the sigmoid colon. Diverticulosis.\n"
            ),
            "Z12.11",
        ),
    ],
    ids=["mammogram", "colonoscopy"],
)
def test_a_screening_is_one_whatever_it_finds(shipped: Suggester, text: str, code: str) -> None:
    result = shipped.suggest(text, systems=("icd10cm",))
    assert code in {s.code for s in result.suggestions if s.tier == "confident"}
