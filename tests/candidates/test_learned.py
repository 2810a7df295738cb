"""What a corpus teaches about its own wording, and what is made of it."""

from __future__ import annotations

import pytest

from suggester.candidates.learned import Learned, learn, wording
from suggester.candidates.mentions import LEARNED
from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.training.pairs import make_pairs


def test_words_and_codes_that_meet_are_counted() -> None:
    notes = [({"barn lung", "visit"}, {"J67.0"})] * 8 + [({"visit"}, {"I10"})] * 24
    taught = learn(notes)
    assert taught.seen["barn lung"] == 8
    assert taught.codes("barn lung") == ["J67.0"]
    assert 0.3 < taught.rate("barn lung", "J67.0") < 1.0
    # A word of every note says nothing about any code.
    assert taught.codes("visit") == []
    assert taught.rate("visit", "I10") == 0.0
    assert taught.rate("unheard of", "I10") == 0.0


def test_a_few_meetings_are_chance() -> None:
    notes = [({"odd phrase"}, {"J67.0"})] * 2 + [({"other"}, {"I10"})] * 30
    assert learn(notes).codes("odd phrase") == []


def test_word_order_does_not_matter() -> None:
    assert wording(["lung", "barn"]) == wording(["barn", "lung"]) == "barn lung"


def test_a_taught_wording_leads_to_its_code(language: LanguageSide) -> None:
    taught = Learned({"necrosis": 20}, {"necrosis": {"J67.0": 19, "E11": 19, "X99.0": 19}})
    note = Encounter.of_text("Assessment: Necrosis again. No blorbitis.")
    plain = {c.code for c in language.read(note).candidates}
    found = {c.code: c for c in language.read(note, taught).candidates}
    assert "J67.0" not in plain
    (mention,) = found["J67.0"].mentions
    assert mention.kind == LEARNED
    assert note.text[mention.term.start : mention.term.end] == "Necrosis"
    # Headings and codes the release does not know are never suggested.
    assert "E11" not in found


def test_what_is_denied_teaches_nothing(language: LanguageSide) -> None:
    doc = language.process(Encounter.of_text("Assessment: Cough. Denies fever."))
    said = language.generator.wordings(doc)
    assert "cough" in said
    assert "fever" not in said


def test_names_are_never_learned(language: LanguageSide) -> None:
    doc = language.process(
        Encounter.of_text("Ms. Quizzlewhite has a cough. Seen by Dr. Vandermoof.")
    )
    said = language.generator.wordings(doc)
    assert not {"quizzlewhite", "vandermoof"} & {word for name in said for word in name.split()}


@pytest.mark.parametrize("wanted", [True, False])
def test_training_learns_wording_where_asked(language: LanguageSide, wanted: bool) -> None:
    corpus = [
        CodedEncounter(
            Encounter.of_text(f"Assessment: Necrosis. Hypertension. Visit {n}.", f"z-{n}"),
            ("J67.0", "I10"),
        )
        for n in range(12)
    ] + [
        CodedEncounter(Encounter.of_text(f"Assessment: Asthma. Cough {n}.", f"a-{n}"), ("J45.909",))
        for n in range(36)
    ]
    pairs = make_pairs(language, corpus, learn_wording=wanted)
    assert ("J67.0" in pairs.codes) is wanted
    assert bool(pairs.taught.codes("necrosis")) is wanted
