"""``suggester corpus generate``: JSON Lines, Parquet, and the tables of MIMIC-IV."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.corpus.phi.scan import scan_file
from suggester.corpus.readers import read_corpus
from suggester.errors import InputError, OutputError

SMALL = ("--notes", "30", "--words", "300", "--codes", "200")


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["corpus", "generate", *map(str, args)])


def table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_json_lines_and_parquet_hold_the_same(tmp_path: Path) -> None:
    lines, parquet = tmp_path / "a.jsonl", tmp_path / "a.parquet"
    for path in (lines, parquet):
        done = run(*SMALL, "--out", path)
        assert done.exit_code == 0, done.output
        assert done.stdout == (
            f"30 invented notes are in {path}. They measure scale, not quality.\n"
        )
    first, second = list(read_corpus([lines])), list(read_corpus([parquet]))
    assert [c.encounter for c in first] == [c.encounter for c in second]
    assert [(c.codes, c.patient, dict(c.evidence)) for c in first] == [
        (c.codes, c.patient, dict(c.evidence)) for c in second
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "a.parquet"]


def test_nothing_in_them_looks_identifying(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert run("--notes", "200", "--words", "800", "--out", path).exit_code == 0
    assert scan_file(path).passed


def test_the_tables_have_the_columns_of_mimic(tmp_path: Path) -> None:
    out = tmp_path / "mimic"
    assert run(*SMALL, "--layout", "mimic", "--out", out).exit_code == 0
    notes = table(out / "discharge.csv.gz")
    assert list(notes[0]) == [
        "note_id", "subject_id", "hadm_id", "note_type", "note_seq", "charttime", "storetime", "text",
    ]  # fmt: skip
    assert len(notes) == 30
    assert notes[0]["note_id"] == f"{notes[0]['subject_id']}-DS-{notes[0]['note_seq']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", notes[0]["charttime"])
    diagnoses = table(out / "diagnoses_icd.csv.gz")
    assert list(diagnoses[0]) == ["subject_id", "hadm_id", "seq_num", "icd_code", "icd_version"]
    assert {row["icd_version"] for row in diagnoses} == {"10"}
    assert not any("." in row["icd_code"] for row in diagnoses)
    procedures = table(out / "procedures_icd.csv.gz")
    assert list(procedures[0]) == [
        "subject_id", "hadm_id", "seq_num", "chartdate", "icd_code", "icd_version",
    ]  # fmt: skip
    stays = {row["hadm_id"]: row["subject_id"] for row in notes}
    assert all(stays[row["hadm_id"]] == row["subject_id"] for row in diagnoses + procedures)
    own = tmp_path / "own.jsonl"
    run(*SMALL, "--out", own)
    assert next(read_corpus([own])).codes == tuple(
        _dotted(row["icd_code"]) for row in diagnoses if row["hadm_id"] == notes[0]["hadm_id"]
    )


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def test_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(*SMALL, "--layout", "mimic", "--out", tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (("--out", "a.txt"), InputError, "--out must end in"),
        (("--out", "there.jsonl"), OutputError, "is a folder"),
        (("--out", "file", "--layout", "mimic"), OutputError, "is a file"),
        (("--out", "nowhere/a.parquet", *SMALL), OutputError, "cannot be written"),
        (("--out", "nowhere/a.jsonl", *SMALL), OutputError, "there is no folder nowhere"),
        (("--out", "a.jsonl", "--notes", "0"), InputError, "--notes and --codes"),
    ],
)
def test_bad_use(
    args: tuple[str, ...],
    error: type[Exception],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.jsonl").mkdir()
    (tmp_path / "file").touch()
    failed = run(*args).exception
    assert isinstance(failed, error)
    assert words in str(failed)


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise InputError("stopped")

    monkeypatch.setattr("suggester.corpus.invented.notes._Writer._labelled", stop)
    for name, more in (("a.jsonl", ()), ("a.parquet", ()), ("m", ("--layout", "mimic"))):
        assert "stopped" in str(run(*SMALL, "--out", tmp_path / name, *more).exception)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_help_says_what_they_are_for() -> None:
    assert "scale, never quality" in " ".join(run("--help").stdout.split())
