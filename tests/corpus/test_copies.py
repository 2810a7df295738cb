"""Near copies are found in a small corpus exactly, and in a large one by a few runs of each note."""

from __future__ import annotations

import random

import pytest

from suggester.corpus import copies
from suggester.corpus.copies import Copies, Copy

WORDS = [f"word{number}" for number in range(5000)]


def note(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def found(texts: list[list[str]], shared: float = 0.5) -> tuple[list[Copy], list[int]]:
    counting = Copies(shared)
    for words in texts:
        counting.add(" ".join(words))
    return counting.pairs()


def test_the_share_is_that_of_the_shorter_note() -> None:
    # 107 words make 100 runs of eight; 57 of the first words make 50 of these.
    first = note(1, 107)
    second = first[:57] + note(2, 57)
    # 114 words have 107 runs, of which 50 are shared: 50 of the 100 of the shorter note.
    assert found([first, second], 0.49)[0] == [Copy(0, 1, 0.5)]
    assert found([first, second], 0.5)[0] == []


def test_notes_of_seven_words_have_no_runs() -> None:
    assert found([note(1, 7), note(1, 7)]) == ([], [])
    assert found([]) == ([], [])


def test_a_copy_is_found_among_many_by_few_of_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    # 300 notes of 200 words would have 57,900 runs; no more than 20,000 are held.
    monkeypatch.setattr(copies, "_MOST", 20_000)
    texts = [note(seed) for seed in range(300)]
    texts[120] = texts[7][:180] + note(1000, 20)
    texts[250] = texts[40][:40] + note(1001, 160)
    counting = Copies(0.5)
    for words in texts:
        counting.add(" ".join(words))
    assert sum(map(len, counting._sketches)) <= 20_000
    pairs, templates = counting.pairs()
    assert [(pair.first, pair.second) for pair in pairs] == [(7, 120)]
    assert pairs[0].shared == pytest.approx(173 / 193, abs=0.15)
    assert templates == []


def test_wording_of_a_template_makes_no_copy() -> None:
    template = note(1, 150)
    texts = [template + note(seed, 60) for seed in range(2, 62)]
    assert found(texts) == ([], [])


def test_a_note_that_is_nothing_but_a_template_is_told() -> None:
    template = note(1, 150)
    texts = [[*template, f"name{number}"] for number in range(60)] + [note(99)]
    pairs, templates = found(texts)
    assert pairs == []
    assert templates == list(range(60))
