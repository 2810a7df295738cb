"""The command line with a stand-in for the engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.fake_engine import FakeSuggester


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSuggester:
    """Put the stand-in in place of the engine, and a model named ``default`` on disk."""
    fake = FakeSuggester()

    def load(
        model: str = "default", release: str | None = None, rules: Path | None = None
    ) -> FakeSuggester:
        fake.loaded.append((model, release))
        fake.rules.append(rules)
        return fake

    monkeypatch.setattr("suggester.engine.Suggester.load", load)
    folder = tmp_path / "known-models" / "default"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"name": "default", "files": {}}))
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(folder.parent))
    monkeypatch.delenv("COLUMNS", raising=False)
    return fake
