"""Decisions of coders in training: what each pair becomes, and that a corpus without them trains as ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suggester.candidates.learned import LEAST_KEPT_OF_PATIENTS
from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.engine import LanguageSide, Suggester
from suggester.models import ESTIMATORS, load_model, read_manifest
from suggester.training.pairs import Pairs, make_pairs
from suggester.training.train import train_model
from suggester.training.weights import UNSEEN, tally

NOTE = (
    "Assessment: Hypertension, on lisinopril. Cough noted. Migraine, not addressed. Asthma. Gout."
)


def decided(code: str, decision: str, **more: Any) -> dict[str, Any]:
    return {"system": "icd10cm", "code": code, "decision": decision, **more}


#: A reviewed note: accepted, typed though not suggested, rejected, replaced, and left seen and unseen.
REVIEWED = {
    "id": "reviewed",
    "text": NOTE,
    "codes": ["I10", "Z79.899", "M10.9"],
    "setting": "outpatient",
    "decisions": [
        decided("I10", "accepted"),
        decided("Z79.899", "added"),
        decided("M10.9", "added"),
        decided("G43.909", "rejected", reason="not_addressed"),
        decided("J45.909", "left", shown=True),
        decided("R05.9", "left", shown=False),
    ],
}


@pytest.fixture
def rows(corpus: Path) -> list[CodedEncounter]:
    return [*read_corpus([corpus]), CodedEncounter.from_mapping(REVIEWED, "reviewed")]


def of_last(pairs: Pairs) -> dict[str, tuple[int, float]]:
    mine = np.flatnonzero(pairs.encounter == pairs.encounter.max())
    return {pairs.codes[i]: (int(pairs.truth[i]), float(pairs.weight[i])) for i in mine}


def test_every_decision_is_a_pair_with_its_weight(
    language: LanguageSide, rows: list[CodedEncounter]
) -> None:
    pairs = make_pairs(language, rows)
    told = of_last(pairs)
    assert told["I10"] == (1, 1.0)
    assert told["M10.9"] == (1, 1.0)
    assert told["G43.909"] == (0, 1.0)
    assert told["J45.909"] == (0, 1.0)
    assert told["R05.9"] == (0, UNSEEN)
    # A code that no candidate leads to is no pair, but a miss that is counted and told.
    assert "Z79.899" not in told
    assert pairs.gold[-1] == 3
    assert tally(pairs, rows) == {
        "accepted": 1, "added": 2, "added_out_of_reach": 1, "left": 2, "rejected": 1,
    }  # fmt: skip
    weights = pairs.weights(pairs.learned)
    assert weights is not None
    assert weights.min() == UNSEEN


def test_decisions_change_what_is_learned(
    language: LanguageSide, codes: CodeSet, corpus: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The same notes, with the same code once accepted and once rejected in all of them."""
    monkeypatch.setattr("suggester.engine.LanguageSide", lambda codes: language)
    confidence = {}
    for decision in ("accepted", "rejected"):
        taken = ["R05.9"] if decision == "accepted" else []
        notes = [
            {
                "id": f"{decision}-{n}",
                "text": f"Assessment: Hypertension, stable. Cough. Visit {n}.",
                "codes": ["I10", *taken],
                "setting": "outpatient",
                "decisions": [decided("I10", "accepted"), decided("R05.9", decision)],
            }
            for n in range(20)
        ]
        path = tmp_path / f"{decision}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in notes), "utf-8")
        report = train_model([corpus, path], tmp_path / decision)
        assert report.decisions == ({"accepted": 40} if taken else {"accepted": 20, "rejected": 20})
        assert read_manifest(tmp_path / decision)["decisions"] == report.decisions
        model = Suggester(load_model(tmp_path / decision), codes)
        told = model.suggest("Assessment: Hypertension, stable. Cough.").diagnoses
        confidence[decision] = {row.code: row.confidence for row in told}.get("R05.9", 0.0)
    assert confidence["accepted"] > 0.5 > 0.2 > confidence["rejected"]


def test_without_decisions_a_model_is_what_it_always_was(
    language: LanguageSide, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights are not even handed to the classifiers, and the estimators are the same byte for byte."""
    monkeypatch.setattr("suggester.engine.LanguageSide", lambda codes: language)
    pairs = make_pairs(language, list(read_corpus([corpus])))
    assert pairs.weights(pairs.learned) is None
    plain = train_model([corpus], tmp_path / "plain")
    assert plain.decisions == {}
    assert "decisions" not in read_manifest(tmp_path / "plain")
    # The same notes with decisions that were all judged count the same, too.
    path = tmp_path / "with.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in map(json.loads, corpus.read_text("utf-8").splitlines()):
            told = [decided(code, "accepted") for code in row["codes"]]
            file.write(json.dumps(row | {"decisions": told}) + "\n")
    train_model([path], tmp_path / "with", learn_wording=False)
    train_model([corpus], tmp_path / "without", learn_wording=False)
    bytes_of = {
        name: (tmp_path / name / ESTIMATORS).read_bytes() for name in ("with", "without", "plain")
    }
    assert bytes_of["with"] == bytes_of["without"]


def test_a_model_keeps_no_words_of_few_patients(language: LanguageSide) -> None:
    """Names in no lexicon are never kept; words of it only where enough different notes have them."""

    def notes(number: int, words: str, code: str) -> list[CodedEncounter]:
        return [
            CodedEncounter.from_mapping(
                {
                    "id": f"{code}-{n}",
                    "text": f"Assessment: {words}. Visit on day {n}.",
                    "codes": [code],
                    "decisions": [decided(code, "accepted")],
                },
                "",
            )
            for n in range(number)
        ]

    few = notes(
        LEAST_KEPT_OF_PATIENTS - 1, "Parkinson disease of Mr. Kowalczyk, MRN 471122", "G20.A1"
    )
    many = notes(LEAST_KEPT_OF_PATIENTS, "Migraine of Mr. Kowalczyk", "G43.909")
    copies = notes(1, "Gout, Jehovah", "M10.9") * 9
    others = notes(40, "Hypertension", "I10")
    taught = make_pairs(language, [*few, *many, *copies, *others]).taught
    kept = {word for name in taught.seen for word in name.split()}
    assert "migraine" in kept
    assert not {"parkinson", "kowalczyk", "471122", "gout", "jehovah"} & kept
    assert min(taught.seen.values()) >= LEAST_KEPT_OF_PATIENTS
    assert min(n for of in taught.together.values() for n in of.values()) >= LEAST_KEPT_OF_PATIENTS
