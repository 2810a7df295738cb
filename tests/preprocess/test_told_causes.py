"""The rules that read how an injury happened."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest

from suggester.codes import CodeSet
from suggester.engine import LanguageSide
from suggester.lexicon import load_lexicon
from suggester.preprocess.index_cache import load_term_index
from suggester.preprocess.told_causes import Rule, _rule, codes_told, load_rules, wording_of
from suggester.preprocess.wording import word_key

RULES, KINDS = load_rules()


def test_rules_lead_to_external_causes_that_exist(codes: CodeSet) -> None:
    assert len(RULES) >= 500
    for code in codes_told():
        assert code in codes, code
        assert code[0] in "VWXY", code


def test_every_kind_of_words_is_used_and_holds_each_word_once() -> None:
    used = {name for rule in RULES for kind in rule.kinds for name in kind}
    for name, words in KINDS.items():
        assert name in used, name
        assert all(word.strip() == word and word for word in words), name
        assert len(set(words)) == len(words), name


def test_no_rule_is_written_twice() -> None:
    assert len(set(RULES)) == len(RULES)


def test_an_unknown_kind_of_words_is_an_error() -> None:
    with pytest.raises(ValueError, match="LADDDER"):
        _rule("W11", "fell .. LADDDER", KINDS)


@lru_cache(maxsize=1)
def _slots(release: CodeSet) -> dict[int | None, str]:
    index = load_term_index(release, load_lexicon())
    return {index.slot(word_key(wording_of(code)[0])): code for code in codes_told()}


def _told(language: LanguageSide, text: str) -> list[tuple[str, str]]:
    """Return the codes that rules read in a note, with the words that they read."""
    slots = _slots(language.codes)
    terms = language.pipeline(text)._.terms
    return [(slots[t.slot], text[t.start : t.end]) for t in terms if t.slot in slots]


def _sample(rule: Rule, chance: random.Random) -> str:
    """Return words that fulfil a rule with nothing between them."""
    out = []
    for kind in rule.kinds:
        words = [word for name in sorted(kind) for word in KINDS.get(name, (name,))]
        out.append("brick" if "THING" in kind else chance.choice(words))
    return " ".join(out).replace("*", "").replace("_", "her")


def test_every_rule_can_be_the_one_that_reads(language: LanguageSide) -> None:
    """No rule stands behind others that read all it could."""
    chance = random.Random(1)
    shadowed = [
        rule
        for rule in RULES
        if not any(
            rule.code == code
            for _ in range(25)
            for code, _ in _told(language, f"HPI: {_sample(rule, chance)}.")
        )
    ]
    assert not shadowed


def test_a_cause_told_over_two_sentences_is_a_term_of_the_second(language: LanguageSide) -> None:
    text = "HPI: A mug of tea stood on the rail. Her son tipped it over himself."
    assert _told(language, text) == [("X10.0", "tipped")]


def test_what_is_found_or_advised_tells_no_cause(language: LanguageSide) -> None:
    for heading in ("Exam", "Plan", "Medications", "Past medical history"):
        assert _told(language, f"{heading}: Slipped on the ice and fell.") == []
