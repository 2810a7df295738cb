"""``suggester train``: what it passes on, prints and refuses."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.errors import InputError, OutputError
from suggester.exchange.corpus_layouts import ALL_LAYOUTS


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
            metrics={"micro_f1": 0.61234, "ece": 0.02},
            encounters=1,
            folder=out,
            decisions={},
            sure={},
        )

    def cleared(
        corpora: list[Path], allowed: list[str], *_: object, **__: object
    ) -> dict[str, str]:
        return dict.fromkeys(map(str, corpora), f"allowed: {' '.join(allowed)}")

    monkeypatch.setattr("suggester.training.train.train_model", train_model)
    monkeypatch.setattr("suggester.corpus.phi.guard.cleared", cleared)
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
        "--layout", "rows",
        "--allow-phi", "corpus.jsonl",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    del trained["report"]
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
        "identifying_text": dict.fromkeys([corpus, str(tmp_path)], "allowed: corpus.jsonl"),
        "force": True,
        "layout": "rows",
        "layouts": ALL_LAYOUTS,
        "resume": True,
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
