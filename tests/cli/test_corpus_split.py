"""``suggester corpus split``: files with the split in each row, all fields kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.corpus.readers import read_corpus
from suggester.errors import InputError, OutputError


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "ours.jsonl"
    rows = [
        {"id": f"n{i}", "patient": f"p{i // 2}", "text": f"Impression: gout {i}.",
         "codes": ["M10.9"], "date_of_service": f"2025-11-{i + 1:02}", "ward": "4B"}
        for i in range(20)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["corpus", "split", *map(str, args)])


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_files_rows_and_table(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "parts"
    done = run(corpus, "--out", out, "--dev", "0.1", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [(row["split"], row["notes"], row["patients"]) for row in told["splits"]] == [
        ("train", 14, 7), ("dev", 2, 1), ("test", 4, 2),
    ]  # fmt: skip
    assert told["left_out"] == 0
    for name in ("train", "dev", "test"):
        rows = rows_of(out / f"{name}.jsonl")
        assert {row["split"] for row in rows} == {name}
        assert {row["ward"] for row in rows} == {"4B"}
    read = list(read_corpus([out]))
    assert sorted(coded.encounter.id for coded in read) == sorted(f"n{i}" for i in range(20))
    table = run(corpus, "--out", tmp_path / "again").stdout
    assert "Unseen codes" in table
    assert "20.0%" in table


def test_an_earlier_split_is_kept_unless_forced(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "parts"
    assert run(corpus, "--out", out, "--dev", "0.1").exit_code == 0
    refused = run(corpus, "--out", out).exception
    assert isinstance(refused, OutputError)
    assert run(corpus, "--out", out, "--force").exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["test.jsonl", "train.jsonl"]


def test_by_time_says_what_it_leaves_out(corpus: Path, tmp_path: Path) -> None:
    # Patients have the days 1 and 2, 3 and 4, …; from the 18th on: n17 belongs to p8, seen on the 17th.
    done = run(corpus, "--out", tmp_path / "t", "--by", "time", "--cut", "2025-11-18")
    assert "Notice: 1 later notes of patients who were seen before are in no part." in done.stderr
    assert [row["id"] for row in rows_of(tmp_path / "t" / "test.jsonl")] == ["n18", "n19"]
    none = run(corpus, "--out", tmp_path / "u", "--by", "time", "--cut", "2026-01-01").exception
    assert "No note would be for test" in str(none)
    wrong = run(corpus, "--out", tmp_path / "u", "--cut", "2026-01-01").exception
    assert isinstance(wrong, InputError)


def test_a_table_becomes_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("id", "text", "codes"))
        rows.writerows((f"n{i}", "Gout and hypertension.", "M10.9|I10") for i in range(10))
    done = run(path, "--out", tmp_path / "parts")
    assert "10 notes have no 'patient'" in done.stderr
    assert rows_of(tmp_path / "parts" / "test.jsonl")[0]["codes"] == ["M10.9", "I10"]


def test_too_few_patients(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"id": "a", "text": "Gout.", "codes": ["M10.9"]}\n')
    assert "too few patients" in str(run(path, "--out", tmp_path / "parts").exception)
    assert not (tmp_path / "parts").exists()
