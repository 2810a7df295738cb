"""Phrases that coders marked as evidence lead to their codes, where they hold up in other notes."""

from __future__ import annotations

from suggester.candidates.mentions import LEARNED
from suggester.candidates.phrases import phrase_of
from suggester.corpus.gold import CodedEncounter, Span
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.training.pairs import Pairs, make_pairs

HELD, NOT_HELD = "always close to a bathroom", "cannot lie flat"
WHO = ("Ms. Alderwick", "Mr. Brackstone", "Mrs. Cotterell", "Mr. Dunmoor", "Ms. Elphick")
SEEN_FOR = (
    "Hypertension, at goal",
    "Gout of the left knee",
    "Migraine without aura",
    "Asthma, mild",
)
CODES = ("I10", "M10.9", "G43.009", "J45.20")


def coded(number: int, said: str, code: str = "", marked: bool = True) -> CodedEncounter:
    """Return a note that says something, of which some is marked as evidence for a code."""
    kind = number % len(SEEN_FOR)
    text = (
        f"{WHO[number % 5]} says: {said}, for {number} weeks now.\n"
        f"Assessment: {SEEN_FOR[kind]}. Review in {number % 7} months."
    )
    begin = text.index(said)
    spans = {code: (Span(begin, begin + len(said)),)} if code and marked else {}
    codes = (CODES[kind], code) if code else (CODES[kind],)
    return CodedEncounter(Encounter.of_text(text, f"n-{number}"), codes, spans)


def trained(language: LanguageSide) -> Pairs:
    corpus = [coded(n, HELD, "N39.41") for n in range(20)]
    corpus += [coded(n, NOT_HELD, "R06.01") for n in range(20, 26)]
    corpus += [coded(n, NOT_HELD) for n in range(26, 60)]
    # Each of its words alone says nothing.
    corpus += [coded(n, "always busy, close to tears in the bathroom") for n in range(60, 180)]
    return make_pairs(language, corpus)


def test_a_marked_phrase_leads_to_its_code_where_it_holds_up(language: LanguageSide) -> None:
    pairs = trained(language)
    assert pairs.taught.phrases == {phrase_of(HELD)}
    assert set(pairs.taught.together[phrase_of(HELD)]) == {"N39.41"}
    note = Encounter.of_text("Shopping is hard, he is always close to a bathroom. No fever.")
    assert "N39.41" not in {c.code for c in language.read(note).candidates}
    found = {c.code: c for c in language.read(note, pairs.taught).candidates}
    mention = found["N39.41"].mentions[0]
    assert mention.kind == LEARNED
    assert note.text[mention.term.start : mention.term.end] == "always close to a bathroom"
    # Its folds saw it as well, so the ranker knows what to make of it.
    taught = [n for n, code in enumerate(pairs.codes) if code == "N39.41"]
    assert len({int(pairs.encounter[n]) for n in taught}) == 20


def test_a_phrase_that_is_denied_or_cut_in_two_leads_nowhere(language: LanguageSide) -> None:
    taught = trained(language).taught
    for text in (
        "He denies being always close to a bathroom.",
        "It is always close. To a bathroom window he ran.",
        "Always close to a new bathroom.",
    ):
        found = language.read(Encounter.of_text(text), taught).candidates
        assert "N39.41" not in {c.code for c in found}, text


def test_what_makes_a_phrase() -> None:
    assert phrase_of("Always close to the bathrooms") == phrase_of(HELD)
    assert phrase_of("Cough") == ""
    assert phrase_of("one two three four five six seven") == ""
