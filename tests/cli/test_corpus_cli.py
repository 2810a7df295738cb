"""``suggester corpus check``: problems one a line, and the process fails with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suggester.cli import app
from suggester.errors import InputError

GOOD: dict[str, object] = {"id": "a", "text": "Assessment: Hypertension.", "codes": ["I10"]}
BAD: dict[str, object] = {
    "id": "b",
    "text": "Assessment: Zanzibar fever of secret words.",
    "codes": ["I10", "E11"],
}


def written(folder: Path, *rows: dict[str, object]) -> str:
    path = folder / "notes.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    return str(path)


def test_a_sound_corpus_passes(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["corpus", "check", written(tmp_path, GOOD)])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "1 notes, 0 problems."


def test_problems_are_listed_without_the_note(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["corpus", "check", written(tmp_path, GOOD, BAD)])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("b: E11 is not billable in FY2026")
    assert lines[-1] == "2 notes, 1 problems."
    assert "secret" not in done.output


def test_problems_as_json(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, BAD)
    done = CliRunner().invoke(app, ["corpus", "check", path, "--format", "json"])
    found = json.loads(done.stdout)
    assert found["notes"] == 2
    assert [(p["note"], p["kind"]) for p in found["problems"]] == [("b", "codes")]
    ignored = CliRunner().invoke(app, ["corpus", "check", path, "--ignore", "codes"])
    assert ignored.exit_code == 0


def test_an_unknown_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Unknown kind of problem 'spelling'; known: codes"):
        CliRunner().invoke(
            app,
            ["corpus", "check", written(tmp_path, GOOD), "--ignore", "spelling"],
            catch_exceptions=False,
        )


def test_splits_choose_notes(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD | {"split": "train"}, GOOD | {"id": "c", "split": "test"})
    done = CliRunner().invoke(app, ["evaluate", path, "--split", "test", "--format", "json"])
    assert json.loads(done.stdout)["encounters"] == 1
    with pytest.raises(InputError, match="Unknown split 'tests'; known: train, dev, test"):
        CliRunner().invoke(app, ["evaluate", path, "--split", "tests"], catch_exceptions=False)
    with pytest.raises(InputError, match="no note of this split"):
        CliRunner().invoke(app, ["evaluate", path, "--split", "dev"], catch_exceptions=False)
