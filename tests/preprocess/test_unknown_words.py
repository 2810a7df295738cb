from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from suggester import Suggester
from suggester.engine import LanguageSide
from suggester.preprocess.unknown_words import common_words, content_words, unknown_share
from suggester.preprocess.wording import normal_form

NOTES = Path(__file__).resolve().parents[2] / "corpora" / "notes"


def test_words_of_terms_and_of_everyday_language_are_known(shipped: Suggester) -> None:
    note = "Assessment: Type 2 diabetes mellitus, hypertension. She was brought by her daughter."
    assert shipped.unknown_share(note) == 0


def test_unknown_words_are_counted(shipped: Suggester) -> None:
    assert shipped.unknown_share("Hypertension. Glorbitis and flumoxia noted.") == pytest.approx(
        0.5
    )


def test_another_language_is_mostly_unknown(shipped: Suggester) -> None:
    assert shipped.unknown_share("Der Patient klagt über starke Kopfschmerzen seit Tagen.") > 0.5


def test_numbers_and_short_words_say_nothing() -> None:
    assert content_words("BP 142/91, 20 mg po qd x3d. It is so.") == []
    assert unknown_share("142/91 20 mg", ()) == 0


def test_each_common_word_stands_in_two_notes_and_in_no_term(language: LanguageSide) -> None:
    # What only ever stands with one capital is a name, or opens a sentence.
    capital = re.compile(r"\b[A-Z][a-z]+\b")
    found: Counter[str] = Counter()
    for path in sorted(NOTES.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            text = row.get("text") or " ".join(part["text"] for part in row["documents"])
            found.update(
                word
                for word in set(content_words(capital.sub(" ", text)))
                if word not in language.vocabulary and normal_form(word) not in language.vocabulary
            )
    assert common_words() == {word for word, notes in found.items() if notes >= 2}
