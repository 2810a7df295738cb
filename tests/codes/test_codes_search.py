"""Search: what a coder types and what should come first."""

from __future__ import annotations

import pytest

from suggester.codes import CodeSet
from suggester.codes.words import words_of


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("asthma", "J45"),
        ("heart failure", "I50"),
        ("failure heart", "I50"),
        ("acute appendicitis", "K35"),
        ("sprain right wrist", "S63.501"),
        ("wrist, right, sprain", "S63.501"),
        ("diabetes", "E11"),
        ("diabtes", "E11"),
        ("pnuemonia", "J18"),
        ("wrist sprian", "S63.50"),
        ("type 2 diabetes with neuropathy", "E11.40"),
        ("hypertension", "I10"),
        ("high blood pressure", "I10"),
        ("urinary tract infection", "N39.0"),
        ("gastroesophageal reflux disease", "K21"),
        ("gastro-esophagal reflux disease", "K21"),
        ("anaemia", "D64.9"),
        ("menieres disease", "H81.0"),
        ("Ménière\u2019s diseases", "H81.0"),
        ("crohns disease", "K50.9"),
        ("appendicit acute", "K35"),
        ("acute appendic", "K35"),
    ],
)
def test_first_hit(icd10cm: CodeSet, query: str, first: str) -> None:
    assert icd10cm.search(query)[0].code == first


def test_inclusion_term_is_found_and_named(icd10cm: CodeSet) -> None:
    hit = icd10cm.search("vitamin b12 deficiency")[0]
    assert (hit.code, hit.term) == ("E53.8", "Vitamin B12 deficiency")


def test_scores_fall_and_codes_are_unique(icd10cm: CodeSet) -> None:
    hits = icd10cm.search("fracture of femur", limit=50)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.code for hit in hits}) == 50
    assert all(0 <= score <= 1 for score in scores)


def test_all_hits_hold_all_words(icd10cm: CodeSet) -> None:
    for hit in icd10cm.search("sprain wrist", limit=100):
        text = (hit.term or hit.title).lower()
        assert "sprain" in text
        assert "wrist" in text


def test_forms_are_left_out_unless_only_billable_codes_will_do(icd10cm: CodeSet) -> None:
    general = icd10cm.search("sprain right wrist", limit=5)
    assert "S63.501A" not in [hit.code for hit in general]
    billable = icd10cm.search("sprain right wrist", limit=5, billable_only=True)
    assert [hit.code for hit in billable[:3]] == ["S63.501A", "S63.501D", "S63.501S"]
    assert all(hit.billable for hit in billable)
    asked = icd10cm.search("sprain right wrist subsequent")
    assert asked[0].code == "S63.501D"


@pytest.mark.parametrize("query", ["s63.5", "S635", " s63.5- "])
def test_code_prefix(icd10cm: CodeSet, query: str) -> None:
    hits = icd10cm.search(query, limit=500)
    assert hits[0].code == "S63.5"
    assert hits[0].score == 1
    assert all(hit.code.startswith("S63.5") for hit in hits)
    assert len(hits) == 1 + len(icd10cm.descendants("S63.5"))


def test_code_prefix_puts_general_codes_first(icd10cm: CodeSet) -> None:
    assert [hit.code for hit in icd10cm.search("E11", limit=4)] == [
        "E11",
        "E11.0",
        "E11.1",
        "E11.2",
    ]
    hits = icd10cm.search("e1", limit=200, billable_only=True)
    assert all(hit.billable and hit.code.startswith("E1") for hit in hits)


def test_words_that_look_like_a_code_prefix_are_words_too(icd10cm: CodeSet) -> None:
    assert "B12" not in icd10cm
    assert "vitamin b12" in " ".join(hit.term or "" for hit in icd10cm.search("b12")).lower()


def test_unknown_word_falls_back_to_the_others(icd10cm: CodeSet) -> None:
    hits = icd10cm.search("diabetes xyzzyqqq")
    assert hits[0].code == "E11"
    assert hits[0].score < 0.5


@pytest.mark.parametrize("query", ["", "   ", "of the", "xyzzyqqq", "???", "q9q", "qz"])
def test_nothing_to_find(icd10cm: CodeSet, query: str) -> None:
    assert icd10cm.search(query) == []


def test_limit(icd10cm: CodeSet) -> None:
    assert icd10cm.search("diabetes", limit=0) == []
    assert len(icd10cm.search("diabetes", limit=7)) == 7
    assert len(icd10cm.search("fracture initial encounter", limit=300)) == 300


def test_words_are_folded() -> None:
    assert list(words_of("Crohn's Diseases (ileum) of the GALLBLADDERS, status")) == [
        "crohn",
        "disease",
        "ileum",
        "gallbladder",
        "status",
    ]
