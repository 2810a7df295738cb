"""``suggester models promote|rollback|rebuild|drift`` and ``suggester suggest --sure``, as a user sees them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.engine import LanguageSide
from suggester.errors import InputError, ModelError
from suggester.models import load_model, read_manifest, same_content
from suggester.training.train import train_model
from tests.training.conftest import NOTES

ROOT = Path(__file__).resolve().parents[2]
VISIT = "Assessment: Hypertension, stable on lisinopril. Hyperlipidemia, on a statin. No fever."


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


@pytest.fixture(scope="module")
def desk(language: LanguageSide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a corpus and two versions of a model; the second knows what is surely right."""
    folder = tmp_path_factory.mktemp("desk of ours")
    rows = [
        {"id": f"t-{n}", "text": text, "codes": codes.split(), "setting": "outpatient"}
        for n, (text, codes) in enumerate(NOTES * 8)
    ]
    (folder / "our notes.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), "utf-8"
    )
    (folder / "visit.txt").write_text(VISIT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SUGGESTER_MODELS_DIR", raising=False)
        patch.setenv("COLUMNS", "200")
        patch.setattr("suggester.engine.LanguageSide", lambda codes: language)
        corpus = Path("our notes.jsonl")
        train_model([corpus], Path("models/ours@1.0"), version="1.0", settings={"max_iter": 20})
        train_model([corpus], Path("models/ours@2.0"), version="2.0")
        yield folder


def test_promoted_shown_and_taken_back(desk: Path) -> None:
    assert run("models", "promote", "ours@1.0", "--by", "ada").exit_code == 0
    done = run("models", "promote", "ours", "--why", "measured better", "--by", "ada")
    assert done.stdout.startswith("ours is now version 2.0 in ")
    assert done.stdout.rstrip().endswith("; before that 1.0.")
    rows = {
        row["name"]: row for row in json.loads(run("models", "list", "--format", "json").stdout)
    }
    assert (rows["ours@1.0"]["in_use"], rows["ours@2.0"]["in_use"]) == (False, True)
    assert rows["default"]["in_use"]
    (line,) = [line for line in run("models", "list").stdout.splitlines() if "ours@2.0" in line]
    assert " yes " in line
    assert "promoted to 2.0 by ada: measured better" in run("models", "show", "ours").stdout
    shown = json.loads(run("suggest", "visit.txt", "--model", "ours", "--format", "json").stdout)
    assert shown["model"] == {"name": "ours", "version": "2.0"}
    back = run("models", "rollback", "ours")
    assert back.stdout.startswith("ours is again version 1.0 in ")
    shown = json.loads(run("suggest", "visit.txt", "--model", "ours", "--format", "json").stdout)
    assert shown["model"] == {"name": "ours", "version": "1.0"}
    run("models", "rollback", "ours")


def test_the_one_command_of_the_manifest_makes_the_same_model(desk: Path, tmp_path: Path) -> None:
    command = run("models", "rebuild", "ours@1.0", "--dry-run").stdout.strip()
    assert command == (
        "suggester train 'our notes.jsonl' --out models/ours@1.0 --model-version 1.0 "
        "--set max_iter=20 --force"
    )
    shutil.copy(desk / "our notes.jsonl", tmp_path)
    program = "import sys; from suggester.cli import main; sys.argv[0] = 'suggester'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *shlex.split(command)[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    again = tmp_path / "models" / "ours@1.0"
    assert [path.name for path in again.parent.iterdir()] == ["ours@1.0"]
    assert same_content(desk / "models" / "ours@1.0", again)
    assert not same_content(desk / "models" / "ours@2.0", again)
    second = read_manifest(again)
    assert (second["name"], second["version"]) == ("ours", "1.0")
    answers = [
        json.loads(run("suggest", "visit.txt", "--model", str(f), "--format", "json").stdout)
        for f in (desk / "models" / "ours@1.0", again)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["suggestions"]


def test_rebuilding_proves_itself(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    out = tmp_path / "again"
    result = run("models", "rebuild", "ours@2.0", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert f"The model in {out} is the same as that of " in result.stdout
    assert isinstance(run("models", "rebuild", "ours@2.0", "--out", str(out)).exception, InputError)


def test_rebuilding_refuses_another_corpus(desk: Path, tmp_path: Path) -> None:
    result = run("models", "rebuild", "ours@1.0")
    assert isinstance(result.exception, InputError)
    assert "with --out, or pass --dry-run" in str(result.exception)
    notes = desk / "our notes.jsonl"
    before = notes.read_text("utf-8")
    notes.write_text(before.replace("Cough", "Coughs"), "utf-8")
    try:
        result = run("models", "rebuild", "ours@1.0", "--out", str(tmp_path / "again"))
    finally:
        notes.write_text(before, "utf-8")
    assert str(result.exception) == (
        "The corpus our notes.jsonl was changed since the model was trained."
    )
    assert not (tmp_path / "again").exists()


def test_only_what_is_sure(desk: Path) -> None:
    sure = read_manifest(desk / "models" / "ours@2.0")["sure"]
    least = load_model("ours@2.0").ranker.sure
    assert least is not None
    assert sure["threshold"] == least
    card = run("models", "show", "ours@2.0").stdout
    assert f"From confidence {least:.2f} on, diagnoses are at least 95% right" in card

    whole = json.loads(
        run("suggest", "visit.txt", "--model", "ours@2.0", "--format", "json").stdout
    )
    part = json.loads(
        run("suggest", "visit.txt", "--model", "ours@2.0", "--sure", "--format", "json").stdout
    )
    wanted = [
        row
        for row in whole["suggestions"]
        if row["system"] == "icd10cm" and row["tier"] == "confident" and row["confidence"] >= least
    ]
    assert wanted
    assert len(wanted) < len(whole["suggestions"])
    assert part["suggestions"] == wanted
    assert part["notices"][-1].startswith(f"Only diagnoses of confidence {least:.2f} and above")


def test_a_model_that_names_no_sure_confidence_says_why(desk: Path) -> None:
    del desk
    shipped = load_model("default")
    if "sure" not in shipped.manifest:
        result = run("suggest", "visit.txt", "--sure")
        assert isinstance(result.exception, ModelError)
        assert "was trained before it was measured" in str(result.exception)


def test_drift_is_told_with_what_to_do(desk: Path, tmp_path: Path) -> None:
    same = run("models", "drift", "ours@2.0", "our notes.jsonl")
    assert same.exit_code == 0, same.output
    assert same.stdout.startswith("112 notes beside the 112 that ours 2.0 was trained on.")
    other = tmp_path / "export.jsonl"
    other.write_text(
        "".join(
            json.dumps({"id": f"x{n}", "text": f"Motivo: cefalea desde ayer, turno {n}."}) + "\n"
            for n in range(60)
        ),
        "utf-8",
    )
    page = tmp_path / "drift.html"
    told = json.loads(
        run(
            "models", "drift", "ours@2.0", str(other), "--format", "json", "--report", str(page)
        ).stdout
    )
    changes = {row["feature"]: row["change"] for row in told["features"]}
    assert changes["unknown"] == "large"
    assert "train it again with them" in told["verdict"]
    assert "cefalea" not in page.read_text("utf-8") + json.dumps(told)
    assert "Words that nothing here knows" in page.read_text("utf-8")
