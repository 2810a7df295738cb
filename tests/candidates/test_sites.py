"""A condition named without its site takes the site of its problem, or of the complaint."""

from __future__ import annotations

import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.sites import site_of


def best_readings(language: LanguageSide, text: str) -> set[str]:
    found = language.read(Encounter.of_text(text)).candidates
    return {c.code for c in found if any(m.rank == 0 for m in c.mentions)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Assessment and Plan:\n\nArthritis.\n- Her left knee has been stiff.\n", "M17.12"),
        ("Chief complaint: Right hip pain.\n\nAssessment: Osteoarthritis.\n", "M16.11"),
        ("ASSESSMENT\n1. Contusion.\n- The right forearm is tender.\n", "S50.11XA"),
        ("ASSESSMENT\n1. Left knee mass.\n- Arthritis.\n", "M17.12"),
    ],
)
def test_the_problem_or_the_complaint_gives_the_site(
    language: LanguageSide, text: str, code: str
) -> None:
    assert code in best_readings(language, text)


@pytest.mark.parametrize(
    "text",
    [
        # The site belongs to another problem.
        "ASSESSMENT\n1. Osteoarthritis.\n2. Left knee contusion.\n",
        # The condition has a site of its own.
        "Chief complaint: Knee pain.\n\nAssessment: Osteoarthritis of the hip.\n",
        # No site anywhere.
        "Assessment: Osteoarthritis.\n",
    ],
)
def test_no_site_is_made_up(language: LanguageSide, text: str) -> None:
    assert not {code for code in best_readings(language, text) if code.startswith("M17")}


def test_a_level_of_the_spine_names_its_region() -> None:
    assert [site_of(word) for word in ("c5", "t12", "l4", "knee", "c", "t4n")] == [
        site_of("cervical"),
        site_of("thoracic"),
        site_of("lumbar"),
        "knee",
        None,
        None,
    ]
