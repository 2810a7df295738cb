"""The tables of which wordings are composed: sites of neoplasms, their cells, drugs, their effects."""

from __future__ import annotations

from importlib.resources import files

import pytest

from suggester.codes import CodeSet
from suggester.lexicon import Lexicon, load_lexicon
from suggester.lexicon.drug_rows import code_of
from suggester.lexicon.neoplasm_rows import COLUMNS, DERIVED, KINDS
from suggester.preprocess.composed import composed_wordings
from suggester.preprocess.wordings import phrase_words

INTENTS = {"1", "2", "5"}
#: Beginnings of the codes each column may lead to.
CHAPTERS = {
    "primary": ("C",),
    "secondary": ("C77", "C78", "C79"),
    "in_situ": ("D0",),
    "benign": ("D1", "D2", "D3"),
    "uncertain": ("D3", "D4"),
    "unspecified": ("D49",),
    "melanoma": ("C43", "C51", "C60", "C63"),
    "nevus": ("D22", "D28", "D29"),
    "basal": ("C44",),
    "squamous": ("C44",),
    "melanoma_in_situ": ("D03",),
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def test_sites_lead_to_codes_of_their_behaviour(lexicon: Lexicon, codes: CodeSet) -> None:
    assert len(lexicon.neoplasm_sites) >= 1_600
    for site in lexicon.neoplasm_sites:
        assert site.kind in KINDS, site.name
        assert site.name == site.name.strip().lower()
        assert site.codes, site.name
        for behaviour, code in site.codes.items():
            assert code in codes, (site.name, behaviour, code)
            assert code.startswith(CHAPTERS[behaviour]), (site.name, behaviour, code)


def test_no_site_stands_twice_in_a_kind(lexicon: Lexicon) -> None:
    names = [(site.name, site.kind) for site in lexicon.neoplasm_sites]
    assert len(names) == len(set(names))


def test_morphology_is_of_known_behaviours_and_kinds(lexicon: Lexicon) -> None:
    for morphology in lexicon.morphology:
        assert morphology.behaviour in {*COLUMNS, *DERIVED}, morphology.wording
        assert morphology.kinds <= set(KINDS), morphology.wording
        assert "{site}" in morphology.wording


def test_drugs_lead_to_poisonings_that_exist(lexicon: Lexicon, codes: CodeSet) -> None:
    assert len(lexicon.drugs) >= 3_800
    assert len({name for name, _ in lexicon.drugs}) == len(lexicon.drugs)
    for name, stem in lexicon.drugs:
        assert "T36" <= stem[:3] <= "T50", name
        assert code_of(stem, "1") in codes, (name, stem)
    for effect in lexicon.drug_effects:
        assert effect.intent in INTENTS, effect.wording
        assert "{drug}" in effect.wording


def test_composed_wordings_say_more_than_a_name(lexicon: Lexicon, codes: CodeSet) -> None:
    composed = composed_wordings(codes, lexicon)
    names = {tuple(sorted(phrase_words(name))) for name, _ in lexicon.drugs}
    names |= {tuple(sorted(phrase_words(site.name))) for site in lexicon.neoplasm_sites}
    assert not names & set(composed)


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("carcinoma of the gastroesophageal junction", "C16.0"),
        ("bcc of the nasal tip", "C44.311"),
        ("squamous cell carcinoma of the base of tongue", "C01"),
        ("osteosarcoma of the femur", "C40.2"),
        ("axillary lymph node metastasis", "C77.3"),
        ("melanoma in situ of the scalp", "D03.4"),
        ("adverse reaction to codeine", "T40.2X5"),
        ("accidental ingestion of lisinopril", "T46.4X1"),
        ("intentional overdose of sertraline", "T43.222"),
    ],
)
def test_what_is_said_leads_to_its_code(
    wording: str, code: str, lexicon: Lexicon, codes: CodeSet
) -> None:
    composed = composed_wordings(codes, lexicon)
    assert codes.codes[composed[tuple(sorted(phrase_words(wording)))]] == code


def test_a_drug_has_one_category_here_and_in_the_coding_rules(lexicon: Lexicon) -> None:
    text = files("suggester.edits.coding").joinpath("data/drugs.tsv").read_text("utf-8")
    ruled = {name: effect for name, *_, effect, _ in (r.split("\t") for r in text.splitlines()[1:])}
    both = [(name, stem) for name, stem in lexicon.drugs if ruled.get(name)]
    assert len(both) >= 1_400
    for name, stem in both:
        assert f"{code_of(stem, '5')}-" in ruled[name].split(), name
