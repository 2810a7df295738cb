"""Per-code models: what notes of a code have in common beyond its name."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from suggester import Suggester
from suggester.candidates.code_models import column_of, hashed, said_in
from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.models import load_model
from suggester.training.code_models import fit_code_models, models_of_others
from suggester.training.gathering import gather
from suggester.training.train import train_model

#: What a house says when it codes each of these, none of which leads to the code by the book.
_HABITS = {
    "J67.0": "Works with mouldy hay in the barn again and is worse at night.",
    "Z91.19": "Came back without having taken the course as agreed.",
    "R54": "Getting slower from month to month, needs an arm on the stairs.",
}
_COMMON = (
    ("Assessment: Hypertension, stable on lisinopril.", "I10"),
    ("Assessment: Hyperlipidemia, on a statin.", "E78.5"),
    ("Assessment: Hypothyroidism, on levothyroxine.", "E03.9"),
    ("Impression: Acute bronchitis, cough for a week.", "J20.9"),
)
_SMALL_TALK = ("Seen with her daughter.", "No fever.", "Sleeps well.", "Walks daily.", "No cough.")


def notes(number: int) -> list[CodedEncounter]:
    """Notes in which every third holds a habit of the house."""
    chance = random.Random(7)
    out = []
    for n in range(number):
        text, code = _COMMON[n % len(_COMMON)]
        parts, codes = [text, chance.choice(_SMALL_TALK)], [code]
        if n % 3 == 0:
            habit = list(_HABITS)[n // 3 % len(_HABITS)]
            parts.insert(chance.randint(0, 1), _HABITS[habit])
            codes.append(habit)
        out.append(CodedEncounter(Encounter.of_text(" ".join(parts), f"n-{n}"), tuple(codes)))
    return out


def test_words_and_pairs_are_counted_without_their_numbers() -> None:
    text = "BP 142/88. Hay-dust in the barn, twice."
    said = [(row.name, text[row.start : row.end]) for row in said_in(text)]
    assert ("bp", "BP") in said
    assert ("000/00", "142/88") in said
    assert ("hay-dust in", "Hay-dust in") in said
    # A full stop and a space part a pair no more than a comma does: the notes are not parsed.
    assert ("barn twice", "barn, twice") in said
    counts = hashed([text, ""])
    assert counts.shape[0] == 2
    assert counts[0, column_of("the barn")] == 1
    assert counts[1].nnz == 0


def test_a_code_is_told_by_the_words_it_goes_with() -> None:
    corpus = notes(180)
    gathered = gather(corpus, count_words=True, seed=0)
    models = fit_code_models(gathered.counts, gathered.labels, 0)
    scores = models.score("Seen today. Was at the mouldy hay in the barn for two days.")
    assert scores.best(1) == ["J67.0"]
    column, part = scores.words_for("J67.0", 1)[0]
    assert part > 0
    assert column in {column_of(word) for word in ("mouldy", "hay", "barn", "the barn", "hay in")} | {
        column_of("mouldy hay"), column_of("in the")
    }  # fmt: skip
    other = models.score("Seen today. Walks daily. No fever.")
    assert other.margin[models.nodes["J67.0"]] < 0 < scores.margin[models.nodes["J67.0"]]


def test_a_code_without_a_model_has_a_score_of_its_own() -> None:
    gathered = gather(notes(180), count_words=True, seed=0)
    models = fit_code_models(gathered.counts, gathered.labels, 0)
    rows = models.score("Walks daily.").rows(["I10", "S72.001A"])
    assert rows.shape == (2, 4)
    assert (rows[0, 3], rows[1, 3]) == (1, 0)
    assert np.isfinite(rows).all()


def test_words_of_few_notes_count_for_nothing() -> None:
    corpus = notes(180)
    odd = [
        CodedEncounter(Encounter.of_text(f"Quizzlewhite said so. Visit {n}.", f"o-{n}"), ("R54",))
        for n in range(4)
    ]
    gathered = gather([*corpus, *odd], count_words=True, seed=0)
    models = fit_code_models(gathered.counts, gathered.labels, 0)
    assert models.idf[column_of("quizzlewhite")] == 0
    assert models.weights[column_of("quizzlewhite")].nnz == 0


def test_notes_are_scored_by_models_that_did_not_see_them() -> None:
    corpus = notes(120)
    only = CodedEncounter(Encounter.of_text("Zinnia zinnia zinnia zinnia.", "x"), ("R54",))
    gathered = gather([*corpus, *[only] * 1], count_words=True, seed=0)
    models = models_of_others(gathered, 0, 1, lambda stage, done, total: None)
    assert len(models) == 10
    large = gather(corpus, count_words=True, seed=0, most=20)
    assert len(large.kept) == 20
    assert len(large.rest) == 100
    assert len(models_of_others(large, 0, 1, lambda stage, done, total: None)) == 1


def test_what_is_kept_of_a_large_corpus_depends_on_ids_and_seed_alone() -> None:
    corpus = notes(150)
    first = gather(corpus, count_words=False, seed=3, most=30)
    again = gather(list(reversed(corpus)), count_words=False, seed=3, most=30)
    other = gather(corpus, count_words=False, seed=4, most=30)
    ids = [coded.encounter.id for coded in first.kept]
    assert sorted(ids) == sorted(coded.encounter.id for coded in again.kept)
    assert sorted(ids) != sorted(coded.encounter.id for coded in other.kept)
    assert ids == sorted(ids, key=lambda name: int(name[2:]))
    assert [first.labels[number] for number in first.number] == [c.codes for c in first.kept]
    assert len(first.labels) == 150


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, codes: CodeSet) -> Suggester:
    """A model trained on the house's notes."""
    import json

    folder = tmp_path_factory.mktemp("house")
    rows = [
        {"id": c.encounter.id, "text": c.encounter.text, "codes": list(c.codes)} for c in notes(180)
    ]
    path = folder / "house.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    train_model([path], folder / "model")
    return Suggester(load_model(folder / "model"), codes)


def test_a_habit_of_the_house_is_suggested_with_its_words(house: Suggester) -> None:
    text = "Seen with her daughter. Works with mouldy hay in the barn again. No fever."
    result = house.suggest(text, explain=True)
    found = {s.code: s for s in result.suggestions}
    assert found["J67.0"].confidence > 0.5
    shown = [text[e.start : e.end].lower() for e in found["J67.0"].evidence]
    assert any("hay" in words or "barn" in words for words in shown)
    assert "J67.0" not in {s.code for s in house.suggest("Walks daily. No fever.").suggestions[:1]}


def test_more_processes_give_the_same_model(tmp_path: Path) -> None:
    import json

    path = tmp_path / "house.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": c.encounter.id, "text": c.encounter.text, "codes": list(c.codes)})
            + "\n"
            for c in notes(120)
        ),
        "utf-8",
    )
    for jobs in (1, 2):
        train_model([path], tmp_path / f"m{jobs}", jobs=jobs)
    one, two = (load_model(tmp_path / f"m{jobs}").ranker for jobs in (1, 2))
    assert one.code_models is not None
    assert two.code_models is not None
    assert (one.code_models.weights != two.code_models.weights).nnz == 0
    assert one.thresholds == two.thresholds
    text = "Works with mouldy hay in the barn again. Assessment: Hypertension."
    assert np.array_equal(one.code_models.score(text).margin, two.code_models.score(text).margin)
