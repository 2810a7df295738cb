"""How often a code was gold in training: as a model remembers it, and counted in a corpus."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.evaluation.training_counts import of_corpus, of_model
from suggester.training.counting import frequencies


def corpus() -> list[CodedEncounter]:
    return [
        CodedEncounter(Encounter.of_text("…", str(n)), ("I10", "E11.9") if n < 7 else ("I10",))
        for n in range(530)
    ]


def test_a_model_remembers_what_its_corpus_held() -> None:
    # Frequencies are kept of a thousand encounters: 7 of 530 are 13.2.
    code_frequency, _ = frequencies([coded.codes for coded in corpus()])
    model = SimpleNamespace(
        manifest={"encounters": 530}, ranker=SimpleNamespace(code_frequency=code_frequency)
    )
    assert of_model(cast("Any", model)) == of_corpus(corpus()) == {"I10": 530, "E11.9": 7}


def test_a_model_that_does_not_tell_its_encounters_remembers_nothing() -> None:
    ranker = SimpleNamespace(code_frequency={"I10": 100.0})
    assert of_model(cast("Any", SimpleNamespace(manifest={}, ranker=ranker))) is None
