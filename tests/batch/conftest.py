"""A run of ``suggester batch`` with a stand-in for the engine, and files of invented notes for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from tests.cli.fake_engine import FakeSuggester


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSuggester:
    """Put the stand-in in place of the engine, and a model named ``default`` on disk."""
    fake = FakeSuggester()
    monkeypatch.setattr("suggester.engine.Suggester.load", lambda *_: fake)
    monkeypatch.setattr("suggester.engine.elsewhere._here", {})
    monkeypatch.setattr("suggester.models.verify", lambda folder: {})
    model(tmp_path / "known-models", "default")
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(tmp_path / "known-models"))
    monkeypatch.delenv("COLUMNS", raising=False)
    return fake


def model(folder: Path, name: str, version: str = "1.0.0") -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    manifest = {"name": name, "version": version, "files": {}}
    (folder / name / "manifest.json").write_text(json.dumps(manifest))


def batch(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["batch", *map(str, arguments), "--jobs", "1"])


def write_notes(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    """Write rows as JSON lines; text stands as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def visits(count: int, start: int = 0) -> list[dict[str, str]]:
    """Return invented visits, of which every third names hypertension."""
    said = ("Assessment: Hypertension, at goal.", "Cough for a week.", "Doing well, no fever.")
    return [
        {"id": f"v-{n}", "text": f"Visit {n}. {said[n % 3]}"} for n in range(start, start + count)
    ]


def parts(folder: Path) -> dict[str, bytes]:
    """Return the content of each part."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("part-*"))}


def coded_ids(folder: Path) -> list[str]:
    """Return the ids in the JSON lines of all parts, in order."""
    return [json.loads(line)["id"] for data in parts(folder).values() for line in data.splitlines()]


def bad_rows(folder: Path) -> list[dict[str, Any]]:
    """Return what stands in ``bad.jsonl``."""
    return [json.loads(line) for line in (folder / "bad.jsonl").read_text("utf-8").splitlines()]
