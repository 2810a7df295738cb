"""``suggester models``: list, show, verify."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.errors import ModelError, UnknownModelError


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["models", *args])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "CARD.md").write_text("# Model card: mine\n")
    (folder / "model.joblib").write_bytes(b"estimators")
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    manifest = {
        "name": "mine",
        "version": "1.2.0",
        "created": "2026-05-01T10:00:00+00:00",
        "metrics": {"micro_f1": 0.6123, "map": 0.7, "other": 0.1},
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(folder.parent))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return folder


def test_list(folder: Path) -> None:
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "manifest.json").write_text("{")
    text = run("list").stdout
    for part in ("mine", "1.2.0", "2026-05-01", "micro f1", "0.612", "0.700", "damaged"):
        assert part in text
    rows = {row["name"]: row for row in json.loads(run("list", "--format", "json").stdout)}
    assert rows["mine"]["metrics"] == {"micro_f1": 0.6123, "map": 0.7}
    assert rows["mine"]["folder"] == str(folder)


def test_list_without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggester.models.list_models", dict)
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "suggester train" in result.stderr


def test_show(folder: Path) -> None:
    assert run("show", "mine").stdout == f"# Model card: mine\n\nFolder: {folder}\n"
    shown = json.loads(run("show", str(folder), "--format", "json").stdout)
    assert shown["manifest"]["version"] == "1.2.0"
    assert shown["card"].startswith("# Model card")
    (folder / "CARD.md").unlink()
    assert isinstance(run("show", "mine").exception, ModelError)
    result = run("show", "mien")
    assert isinstance(result.exception, UnknownModelError)
    assert "Known models: mine" in str(result.exception)


def test_verify(folder: Path) -> None:
    assert "is intact: 2 files have the SHA-256" in run("verify", "mine").stdout
    (folder / "model.joblib").write_bytes(b"Estimators")
    result = run("verify", "mine")
    assert isinstance(result.exception, ModelError)
    assert "model.joblib of model" in str(result.exception)
    assert "was changed after it was made" in str(result.exception)
