"""Invented notes: as many and as long as asked for, learnable, and the same for the same seed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import islice
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.corpus.check import check_corpus
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.invented.notes import Volume, invented_notes
from suggester.corpus.invented.vocabulary import procedure_codes, vocabulary
from suggester.errors import InputError


@pytest.fixture(scope="module")
def rows(codes: CodeSet) -> list[dict[str, Any]]:
    return list(invented_notes(codes, Volume(600, words=600, codes=300, codes_per_note=8)))


def test_as_many_as_long_and_as_coded_as_asked_for(rows: list[dict[str, Any]]) -> None:
    assert len(rows) == len({row["id"] for row in rows}) == 600
    words = sum(len(row["text"].split()) for row in rows) / len(rows)
    assert words == pytest.approx(600, rel=0.05)
    codes = sum(len(row["codes"]) for row in rows) / len(rows)
    assert codes == pytest.approx(8, rel=0.05)
    assert 150 < len({code for row in rows for code in row["codes"]}) <= 300


def test_the_same_for_the_same_seed_and_no_more_than_begun(codes: CodeSet) -> None:
    first = list(invented_notes(codes, Volume(8, codes=50)))
    assert first == list(invented_notes(codes, Volume(8, codes=50)))
    assert first == list(islice(invented_notes(codes, Volume(10**9, codes=50)), 8))
    assert first != list(invented_notes(codes, Volume(8, codes=50, seed=2)))


def test_patients_return_with_what_they_had(rows: list[dict[str, Any]]) -> None:
    visits = defaultdict(list)
    for row in rows:
        visits[row["patient"]].append(row)
    returning = [mine for mine in visits.values() if len(mine) > 1]
    assert len(returning) > 50
    for mine in returning:
        assert len({(row["age"], row["sex"]) for row in mine}) == 1
        days = [row["date_of_service"] for row in mine]
        assert days == sorted(days)
    kept = [set(mine[0]["codes"]) & set(mine[1]["codes"]) for mine in returning]
    assert sum(map(len, kept)) / len(kept) > 2
    assert all(18 <= row["age"] <= 89 for row in rows)


def test_without_noise_the_corpus_is_sound(codes: CodeSet) -> None:
    volume = Volume(40, words=400, codes=500, noise=0.0)
    corpus = [CodedEncounter.from_mapping(row, "x") for row in invented_notes(codes, volume)]
    # The same sentences stand in every note, and codes are drawn without regard to each other.
    problems = check_corpus(corpus, lambda day: codes, ("copies", "excludes1"))
    assert problems == []
    assert {coded.encounter.settled().value for coded in corpus} == {"inpatient"}


def test_places_hold_the_wording(rows: list[dict[str, Any]], codes: CodeSet) -> None:
    worded = {w.code: w for w in vocabulary(codes, 300, 0.3, 1)}
    by_habit = 0
    for row in rows:
        for place in row["evidence"]:
            said = row["text"][place["start"] : place["end"]].lower()
            word = worded[place["code"]]
            assert said in {word.habit, *(phrase.lower() for phrase in word.phrases)}
            by_habit += said == word.habit
        for place in row["not_coded"]:
            assert row["text"][place["start"] : place["end"]].strip()
    assert by_habit > 200


def test_a_house_habit_tells_its_code_and_no_title_does(
    rows: list[dict[str, Any]], codes: CodeSet
) -> None:
    words = vocabulary(codes, 300, 0.3, 1)
    habits = {word.habit.split()[0]: word.code for word in words if word.habit}
    assert 60 <= len(habits) <= 120
    phrases = " ".join(phrase for word in words for phrase in word.phrases).lower()
    assert not [habit for habit in habits if habit in phrases.split()]
    right = Counter(
        habits[token] in row["codes"]
        for row in rows
        for token in set(re.findall(r"[a-z]+", row["text"])) & set(habits)
    )
    # Noise of 5 % takes the label away from some of the notes that say it.
    assert 0.9 < right[True] / right.total() < 1


def test_noise_takes_and_adds_labels(codes: CodeSet) -> None:
    def unworded(noise: float) -> float:
        given = list(invented_notes(codes, Volume(200, words=300, codes=300, noise=noise)))
        without = [
            code
            for row in given
            for code in set(row["codes"]) - {place["code"] for place in row["evidence"]}
        ]
        return len(without) / sum(len(row["codes"]) for row in given)

    assert unworded(0.0) == 0
    assert 0.1 < unworded(0.2) < 0.25


def test_the_first_codes_are_the_most_frequent(rows: list[dict[str, Any]], codes: CodeSet) -> None:
    order = [word.code for word in vocabulary(codes, 300, 0.3, 1)]
    counts = Counter(code for row in rows for code in row["codes"])
    assert sum(counts[code] for code in order[:10]) > 5 * sum(
        counts[code] for code in order[100:110]
    )


def test_procedures_are_whole_codes() -> None:
    given = procedure_codes()
    assert len(given) > 100
    assert all(re.fullmatch(r"[0-9A-HJ-NP-Z]{7}", code) for code in given)


@pytest.mark.parametrize(
    ("volume", "words"),
    [
        (Volume(0), "--notes and --codes"),
        (Volume(1, words=10), "--words 50"),
        (Volume(1, codes_per_note=40), "--codes-per-note"),
        (Volume(1, zipf=9), "--zipf"),
        (Volume(1, noise=0.9), "--noise between"),
        (Volume(1, codes=10**6), "--codes can be"),
    ],
)
def test_what_cannot_be_invented(volume: Volume, words: str, codes: CodeSet) -> None:
    with pytest.raises(InputError, match=words):
        next(invented_notes(codes, volume))
