"""``suggester train`` and ``suggester evaluate``: what they pass on, print and refuse."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError, OutputError
from suggester.evaluation.procedures import ProcedureEvaluation
from tests.cli.fake_engine import FakeSuggester


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "a", "text": "hypertension", "codes": ["I10"]}\n')
    return str(path)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    calls: dict[str, Any] = {}

    def train_model(corpora: list[Path], out: Path, **options: Any) -> SimpleNamespace:
        options.pop("progress")("folds", 1, 10)
        calls.update(options, corpora=corpora, out=out)
        return SimpleNamespace(
            metrics={"micro_f1": 0.61234, "ece": 0.02}, encounters=1, folder=out, decisions={}
        )

    monkeypatch.setattr("suggester.training.train.train_model", train_model)
    return calls


def test_train_passes_everything_on_and_prints_the_metrics(
    corpus: str, trained: dict[str, Any], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"max_iter": 5}')
    measured = tmp_path / "measured.md"
    measured.write_text("## Measured\n")
    out = tmp_path / "models" / "mine"
    result = run(
        "train", corpus, str(tmp_path), "--out", str(out), "--name", "mine", "--model-version",
        "2.0.0", "--seed", "7", "--jobs", "1", "--settings", str(settings),
        "--measured", str(measured), "--split", "train", "--no-learn-wording", "--force",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert trained == {
        "corpora": [Path(corpus), tmp_path],
        "out": out,
        "name": "mine",
        "version": "2.0.0",
        "seed": 7,
        "jobs": 1,
        "settings": {"max_iter": 5},
        "splits": ("train",),
        "learn_wording": False,
        "measured": "## Measured\n",
        "force": True,
    }
    assert "micro_f1  0.612\n" in result.stdout
    assert f"Trained on 1 encounters (figures out of fold); the model is in {out}." in result.stdout


def test_train_refuses_what_it_would_destroy(
    corpus: str, trained: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "manifest.json").write_text("{}")
    result = run("train", corpus, "--out", str(out))
    assert isinstance(result.exception, OutputError)
    assert "pass --force" in str(result.exception)
    assert run("train", corpus, "--out", str(out), "--force").exit_code == 0
    (out / "manifest.json").rename(out / "thesis.docx")
    result = run("train", corpus, "--out", str(out), "--force")
    assert "holds something that is not a model" in str(result.exception)
    assert trained["force"] is True


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("missing.jsonl",), "There is no file missing.jsonl"),
        (("CORPUS", "--jobs", "0"), "--jobs must be"),
        (("CORPUS", "--settings", "missing.json"), "There is no file missing.json"),
        (("CORPUS", "--settings", "bad.json"), "The settings bad.json are not JSON."),
        (("CORPUS", "--settings", "list.json"), "must be a JSON object"),
    ],
)
def test_train_bad_input(
    args: tuple[str, ...], words: str, corpus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    given = [corpus if arg == "CORPUS" else arg for arg in args]
    result = run("train", *given, "--out", "new")
    assert isinstance(result.exception, InputError)
    assert words in str(result.exception)


@pytest.fixture
def evaluated(engine: FakeSuggester, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    assert not engine.seen

    def evaluate(
        _: FakeSuggester, corpus: Iterable[CodedEncounter], progress: Callable[[int], None]
    ) -> SimpleNamespace:
        seen.extend(coded.encounter.id for coded in corpus)
        progress(len(seen))
        row = SimpleNamespace(
            code="I10", true_positive=1, false_positive=0, false_negative=0, f1=1.0
        )
        return SimpleNamespace(
            metrics={"map": 0.75, "ece": 0.021},
            baseline={"map": 0.5},
            encounters=1,
            by_code=(row,),
            procedures=ProcedureEvaluation(2, {"map": 0.66}, 0.5, 1.0, 3, 1, 2, 1),
        )

    monkeypatch.setattr("suggester.evaluation.evaluate.evaluate", evaluate)
    return seen


def test_evaluate_prints_model_beside_baseline(corpus: str, evaluated: list[str]) -> None:
    result = run("evaluate", corpus)
    assert result.exit_code == 0, result.output
    for part in ("default 1.0.0", "Look-up", "0.750", "0.500", "0.021", "1 encounters"):
        assert part in result.stdout
    for part in ("0.660", "1 of 3", "1 of 2", "2 encounters whose procedures were coded"):
        assert part in result.stdout
    assert evaluated == ["a"]


def test_evaluate_json_and_by_code(corpus: str, evaluated: list[str], tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    result = run("evaluate", corpus, "--format", "json", "--by-code", str(out))
    found = json.loads(result.stdout)
    assert found["model"] == {"name": "default", "version": "1.0.0"}
    assert found["baseline"] == {"map": 0.5}
    assert list(csv.DictReader(out.open())) == [
        {"code": "I10", "true_positive": "1", "false_positive": "0", "false_negative": "0",
         "f1": "1.0000"}
    ]  # fmt: skip
    assert evaluated == ["a"]


def test_evaluate_bad_input(corpus: str, evaluated: list[str]) -> None:
    assert "Known models: default" in str(run("evaluate", corpus, "--model", "x").exception)
    assert isinstance(run("evaluate", corpus + "l").exception, InputError)
    assert evaluated == []
