"""Clinical terms: what the lexicon and the code titles find in a sentence."""

from __future__ import annotations

import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.terms import Term


def terms(text: str, language: LanguageSide) -> list[Term]:
    found: list[Term] = language.read(Encounter.of_text(text)).doc._.terms
    return found


def whole(text: str, language: LanguageSide) -> set[str]:
    return {text[t.start : t.end] for t in terms(text, language) if t.coverage == 1.0}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("She has hypertension.", "hypertension"),
        ("HTN, stable", "HTN"),
        ("Heart failure, congestive", "Heart failure, congestive"),
        ("osteoarthritis of the knee", "osteoarthritis of the knee"),
        ("knee osteoarthritis", "knee osteoarthritis"),
        ("Migraines for years", "Migraines"),
        ("kidney stones", "kidney stones"),
        ("anaemia", "anaemia"),
        ("oesophagitis", "oesophagitis"),
        ("diarrhoea", "diarrhoea"),
        ("haemorrhoids", "haemorrhoids"),
        ("CHRONIC KIDNEY DISEASE", "CHRONIC KIDNEY DISEASE"),
        ("Crohn’s disease", "Crohn’s disease"),
        ("Crohn's disease", "Crohn's disease"),
        ("type 2 diabetes mellitus", "type 2 diabetes mellitus"),
        ("uncontrolled severe hypertension", "hypertension"),
    ],
)
def test_terms_are_found(text: str, term: str, language: LanguageSide) -> None:
    assert term in whole(text, language)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("He was told to add salt and pop a pill.", "add"),
        ("Ms. Jones is here.", "Ms"),
        ("Mr. Dunn is here.", "Mr"),
        ("no cap on the tooth", "cap"),
    ],
)
def test_terms_are_not_english_words(text: str, word: str, language: LanguageSide) -> None:
    assert word not in whole(text, language)


def test_terms_never_cross_a_sentence(language: LanguageSide) -> None:
    assert "kidney. Stones" not in whole("Ache by the kidney. Stones in the road.", language)
    assert not any("\n" in found for found in whole("right knee\nosteoarthritis clinic", language))


def test_terms_same_wording_same_slot(language: LanguageSide) -> None:
    forms = ("tumor of the oesophagus", "esophageal tumour", "Tumours of the esophagus")
    slots = [
        {
            t.slot
            for t in terms(form, language)
            if t.coverage == 1.0 and t.last_word - t.first_word == 1
        }
        for form in forms
    ]
    assert slots[0]
    assert slots[0] == slots[1] == slots[2]


def test_terms_partly_matched_in_an_assessment(language: LanguageSide) -> None:
    text = "Assessment: Nondisplaced spiral fracture, shaft of humerus, right arm"
    partial = [t for t in terms(text, language) if t.coverage < 1.0]
    assert partial
    assert all(t.coverage >= 0.6 for t in partial)


def test_terms_modifiers_may_stand_between(language: LanguageSide) -> None:
    text = "osteoarthritis of the right knee"
    assert any(text[t.start : t.end] == text and t.gap == 1 for t in terms(text, language))


def test_no_term_reaches_across_or(language: LanguageSide) -> None:
    assert "pain or a foot" not in whole("Return for any pain or a foot ulcer.", language)
    assert "nausea and vomiting" in whole("Nausea and vomiting: nausea and vomiting.", language)


def test_terms_a_side_belongs_to_what_follows(language: LanguageSide) -> None:
    doc = language.process(Encounter.of_text("Right MCA stroke with left hemiplegia."))
    found = {
        doc._.words[t.first_word].text + " … " + doc._.words[t.last_word].text for t in doc._.terms
    }
    assert "MCA … stroke" in found
    assert not any(name.endswith("… left") for name in found)


def test_terms_pronouns_are_no_abbreviations(language: LanguageSide) -> None:
    doc = language.process(Encounter.of_text("He is well. Ca 9.1. HE stage 2."))
    alone = [doc._.words[t.first_word].text for t in doc._.terms if t.first_word == t.last_word]
    assert "He" not in alone
    assert "Ca" not in alone
    assert "HE" in alone


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("ACL tear", "anterior cruciate ligament tear"),
        ("PCL strain", "posterior cruciate ligament strain"),
        ("RCA stenosis", "right coronary artery stenosis"),
    ],
)
def test_terms_a_short_form_means_its_words(short: str, long: str, language: LanguageSide) -> None:
    def meant(text: str) -> set[str]:
        reading = language.read(Encounter.of_text(f"IMPRESSION: {text}."))
        return {c.code for c in reading.candidates if any(m.rank == 0 for m in c.mentions)}

    assert meant(short) == meant(long) != set()


def test_no_partial_match_of_words_that_name_no_illness(language: LanguageSide) -> None:
    text = "FINDINGS: Left ventricular ejection fraction. Tympanic membranes. Signs and symptoms."
    assert terms(text, language) == []


def test_a_dose_is_no_part_of_a_wording(language: LanguageSide) -> None:
    text = "ASSESSMENT AND PLAN: Continue amlodipine 5 mg daily and losartan 100 mg twice daily."
    assert not [t for t in terms(text, language) if t.coverage < 1.0]
