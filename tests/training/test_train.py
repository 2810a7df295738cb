"""Training: a bundle from a corpus, the same each time, never half-written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.engine import LanguageSide, Suggester
from suggester.errors import InputError, OutputError
from suggester.models import CARD, load_model, read_manifest, verify
from suggester.models import bundle as writing
from suggester.ranking.names import NAMES
from suggester.training.train import FOLDS, TrainingReport, train_model

Train = Callable[..., TrainingReport]
NOTE = "Assessment: Hypertension, on lisinopril. No fever. Cough. Mother had asthma."


@pytest.fixture
def train(language: LanguageSide, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Train on the small corpus, the language side shared."""
    monkeypatch.setattr("suggester.engine.LanguageSide", lambda codes: language)

    def run(out: Path, **options: Any) -> TrainingReport:
        return train_model([corpus], out, **options)

    return run


def confidences(folder: Path, codes: CodeSet) -> list[tuple[str, float]]:
    result = Suggester(load_model(folder), codes).suggest(NOTE)
    return [(s.code, s.confidence) for s in result.suggestions]


def test_a_bundle_is_written(train: Train, corpus: Path, tmp_path: Path) -> None:
    stages: dict[str, tuple[int, int]] = {}

    def note(stage: str, done: int, total: int) -> None:
        stages[stage] = (done, total)

    out = tmp_path / "new" / "mine"
    report = train(out, version="0.2.0", progress=note)
    assert (report.folder, report.encounters) == (out, 14)
    manifest = verify(out)
    assert (manifest["name"], manifest["version"], manifest["encounters"]) == ("mine", "0.2.0", 14)
    assert manifest["corpora"] == [
        {"name": "corpus.jsonl", "sha256": hashlib.sha256(corpus.read_bytes()).hexdigest()}
    ]
    assert manifest["features"] == list(NAMES)
    assert manifest["settings"]["seed"] == 0
    assert manifest["rebuild"] == (
        f"suggester train {corpus} --out {out} --model-version 0.2.0 --force"
    )
    assert set(report.metrics) == set(manifest["metrics"])
    assert 0 < report.metrics["candidate_recall"] <= 1
    assert stages == {
        "reading the corpus": (14, 0),
        "looking up": (14, 14),
        "reading notes": (14, 14),
        "cross-validating": (FOLDS, FOLDS),
        "fitting": (1, 1),
    }
    card = (out / CARD).read_text("utf-8")
    assert card.startswith("# Model card: mine 0.2.0\n")
    assert "14 encounters: corpus.jsonl" in card
    for metric, value in manifest["metrics"].items():
        assert f"| {metric} | {value:.3f} |" in card
    assert "ssessment" not in card.replace("risk assessment", "")


def test_same_seed_same_predictions_whatever_the_jobs(
    train: Train, codes: CodeSet, tmp_path: Path
) -> None:
    first = train(tmp_path / "a", seed=7, jobs=1)
    second = train(tmp_path / "b", seed=7, jobs=2)
    other = train(tmp_path / "c", seed=8)
    assert first.metrics == second.metrics
    assert read_manifest(tmp_path / "a")["metrics"] == read_manifest(tmp_path / "b")["metrics"]
    assert confidences(tmp_path / "a", codes) == confidences(tmp_path / "b", codes)
    assert other.metrics != first.metrics


def test_settings_are_used(train: Train, codes: CodeSet, tmp_path: Path) -> None:
    # Leaves of two pairs, so that even this corpus lets the trees grow.
    train(tmp_path / "a", settings={"min_samples_leaf": 2, "max_iter": 1}, name="short")
    manifest = read_manifest(tmp_path / "a")
    assert (manifest["name"], manifest["settings"]["max_iter"]) == ("short", 1)
    train(tmp_path / "b", settings={"min_samples_leaf": 2})
    assert read_manifest(tmp_path / "b")["settings"]["max_iter"] > 1
    assert confidences(tmp_path / "a", codes) != confidences(tmp_path / "b", codes)


def test_an_unknown_setting(train: Train, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Unknown setting 'depth'; known: .*max_iter"):
        train(tmp_path / "a", settings={"depth": 3})
    assert not (tmp_path / "a").exists()


def test_too_small_a_corpus(train: Train, corpus: Path, tmp_path: Path) -> None:
    lines = corpus.read_text("utf-8").splitlines(keepends=True)
    corpus.write_text("".join(lines[: FOLDS - 1]), "utf-8")
    with pytest.raises(InputError, match=rf"hold {FOLDS - 1} encounters; training needs at least"):
        train(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_nothing_to_learn_from(train: Train, corpus: Path, tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": "Gut geschlafen.", "codes": ["I10"]} for n in range(FOLDS)]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with pytest.raises(InputError, match=r"Nothing to learn from"):
        train(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_an_existing_model_is_kept_unless_forced(train: Train, tmp_path: Path) -> None:
    out = tmp_path / "a"
    train(out)
    with pytest.raises(OutputError, match=r"already; choose another folder or pass --force"):
        train(out, version="2")
    assert verify(out)["version"] == "1.0.0"
    train(out, version="2", force=True)
    assert verify(out)["version"] == "2"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_or_interrupted_write_leaves_the_old_model(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    out = tmp_path / "models" / "a"
    train(out)

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(writing, "_swap", fail)
    expected = OutputError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        train(out, version="2", force=True)
    assert verify(out)["version"] == "1.0.0"
    assert [path.name for path in out.parent.iterdir()] == ["a"]


def test_an_interrupt_while_reading_leaves_nothing(train: Train, tmp_path: Path) -> None:
    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "models" / "a", progress=interrupt)
    assert not (tmp_path / "models").exists()
