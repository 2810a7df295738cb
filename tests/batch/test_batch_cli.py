"""``suggester batch``: what comes out, what is set aside, and what is refused."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from suggester.batch.folder import batch_folder
from suggester.cli import app
from suggester.encounter import Encounter
from suggester.errors import InputError, OutputError, UnknownSystemError
from tests.batch.conftest import (
    bad_rows,
    batch,
    coded_ids,
    model,
    parts,
    visits,
    write_notes,
)
from tests.cli.fake_engine import FakeSuggester


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_notes(tmp_path / "notes.jsonl", visits(7))


def test_notes_come_out_in_parts(engine: FakeSuggester, notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes"
    result = batch(notes, out, "--partition", "3", "--format", "jsonl")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"7 notes are coded in {out}.\n"
    assert list(parts(out)) == ["part-000000.jsonl", "part-000001.jsonl", "part-000002.jsonl"]
    assert coded_ids(out) == [f"v-{n}" for n in range(7)]
    first = json.loads(parts(out)["part-000000.jsonl"].splitlines()[0])
    assert first["suggestions"][0]["code"] == "I10"
    assert first["suggestions"][0]["evidence"][0] == {
        "start": 21, "end": 33, "text": "Hypertension",
        "section": "past_medical_history", "assertion": "present",
    }  # fmt: skip
    assert not (out / "bad.jsonl").exists()
    assert engine.asked[0] == (50, False)
    plan = json.loads((out / "batch.json").read_text())
    assert plan["settings"]["partition"] == 3
    assert (plan["rows"], plan["notes"], plan["bad"]) == (7, 7, 0)
    assert plan["inputs"][0]["name"] == "notes.jsonl"
    # The parts hold what was said of patients: their owner alone may read them.
    assert {path.stat().st_mode & 0o077 for path in out.iterdir()} == {0}


def test_a_row_a_suggestion_in_parquet(engine: FakeSuggester, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "Hypertension and diabetes.", "setting": "inpatient"},
        {"id": "b", "text": "Doing well."},
    ]
    out = tmp_path / "codes"
    assert batch(write_notes(tmp_path / "n.jsonl", rows), out).exit_code == 0
    table = parquet.read_table(out / "part-000000.parquet").to_pylist()
    assert [
        (row["id"], row["rank"], row["code"], row["confidence"], row["tier"]) for row in table
    ] == [
        ("a", 1, "I10", 0.91, "confident"),
        ("a", 2, "E11.9", 0.62, "candidate"),
        ("b", None, None, None, None),
    ]
    assert table[0]["setting"] == "inpatient"
    assert json.loads(table[1]["evidence"]) == [
        {"start": 17, "end": 25, "section": "past_medical_history", "assertion": "present"}
    ]
    assert b"Hypertension and" not in (out / "part-000000.parquet").read_bytes()


def test_rows_that_cannot_be_used_are_set_aside(engine: FakeSuggester, tmp_path: Path) -> None:
    notes = write_notes(
        tmp_path / "notes.jsonl",
        [
            {"id": "a", "text": "Hypertension."},
            '{"id": "b", "text": "secret words',
            {"id": "c", "age": 40},
            {"id": "a", "text": "Cough, secret words."},
            {"id": "d", "text": "explode, secret words"},
            {"id": "e", "text": "  "},
            {"id": "f", "text": "Cough."},
        ],
    )
    out = tmp_path / "codes"
    result = batch(notes, out, "--partition", "2", "--format", "jsonl")
    assert result.exit_code == 1
    assert (
        f"2 notes are coded in {out}; 5 rows were set aside, see {out}/bad.jsonl." in result.stdout
    )
    assert coded_ids(out) == ["a", "f"]
    found = bad_rows(out)
    assert [(row["partition"], row["step"], row.get("id")) for row in found] == [
        (0, "reading", None),
        (1, "reading", None),
        (1, "reading", None),
        (2, "reading", None),
        (2, "coding", "d"),
    ]
    reasons = [row["reason"].replace(str(tmp_path), "") for row in found]
    assert reasons[0] == "/notes.jsonl line 2 is not JSON; each line must be one complete object."
    assert reasons[1] == "/notes.jsonl line 3 has no 'text' (or 'documents')."
    assert "line 4 has the id 'a', which" in reasons[2]
    assert "line 6: Note 'e' is empty" in reasons[3]
    assert reasons[4].startswith("Something unexpected went wrong (ValueError in suggester.")
    assert "secret" not in (out / "bad.jsonl").read_text() + result.output
    # Again: nothing is left to do, and it is still told.
    engine.seen.clear()
    assert batch(notes, out, "--partition", "2", "--format", "jsonl").exit_code == 1
    assert engine.seen == []


def test_notes_of_many_files(engine: FakeSuggester, tmp_path: Path) -> None:
    folder = tmp_path / "month"
    folder.mkdir()
    table = pyarrow.Table.from_pylist(visits(2))
    parquet.write_table(table, folder / "a.parquet")
    with gzip.open(folder / "b.jsonl.gz", "wt") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in visits(2, 2))
    (folder / "c.csv").write_text('id,text\nv-4,"Cough,\nsince May"\nv-1,Gout.\n')
    (tmp_path / "letter.txt").write_text("Hypertension.")
    out = tmp_path / "codes"
    result = batch(folder, tmp_path / "letter.txt", out, "--format", "jsonl", "--partition", "4")
    assert result.exit_code == 1
    assert coded_ids(out) == ["v-0", "v-1", "v-2", "v-3", "v-4", "letter"]
    [row] = bad_rows(out)
    assert "c.csv line 4 has the id 'v-1', which" in row["reason"]
    assert "a.parquet row 2 has already" in row["reason"]


def test_what_is_there_is_not_done_again(
    engine: FakeSuggester, notes: Path, tmp_path: Path
) -> None:
    out = tmp_path / "codes"
    asked = (notes, out, "--partition", "3", "--format", "jsonl")
    batch(*asked)
    whole = parts(out)
    # As a run leaves it that was killed in the third part, while it wrote.
    (out / "part-000001.jsonl").unlink()
    (out / ".part-000001.jsonl.x8_k2mqp").write_text("half a li")
    (out / "bad.jsonl").write_text('{"partition": 1, "step": "coding", "reason": "…"}\n{"parti')
    plan = json.loads((out / "batch.json").read_text())
    del plan["notes"], plan["bad"]
    (out / "batch.json").write_text(json.dumps(plan))
    engine.seen.clear()
    assert batch(*asked).exit_code == 0
    assert [note.id for note in engine.seen] == ["v-3", "v-4", "v-5"]
    assert parts(out) == whole
    assert bad_rows(out) == []
    assert {path.name for path in out.glob(".*")} == {".lock"}


def test_an_id_is_known_from_a_part_that_is_there(engine: FakeSuggester, tmp_path: Path) -> None:
    notes = write_notes(tmp_path / "n.jsonl", [*visits(4), {"id": "v-0", "text": "Cough."}])
    out = tmp_path / "codes"
    asked = (notes, out, "--partition", "2", "--format", "jsonl")
    batch(*asked)
    (out / "part-000002.jsonl").unlink()
    plan = json.loads((out / "batch.json").read_text())
    del plan["notes"], plan["bad"]
    (out / "batch.json").write_text(json.dumps(plan))
    assert batch(*asked).exit_code == 1
    assert coded_ids(out) == ["v-0", "v-1", "v-2", "v-3"]
    assert len(bad_rows(out)) == 1


def test_interrupted(engine: FakeSuggester, tmp_path: Path) -> None:
    rows = visits(6)
    rows[4]["text"] = "interrupt"
    notes = write_notes(tmp_path / "notes.jsonl", rows)
    out = tmp_path / "codes"
    result = batch(notes, out, "--partition", "2", "--format", "jsonl")
    assert result.exit_code == 130
    assert "2 parts are there; the same command goes on from here." in result.stderr
    assert coded_ids(out) == ["v-0", "v-1", "v-2", "v-3"]
    assert {path.name for path in out.iterdir()} == {
        "batch.json", ".lock", "part-000000.jsonl", "part-000001.jsonl",
    }  # fmt: skip


def test_a_run_with_something_else_is_refused(
    engine: FakeSuggester, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "codes"
    site = tmp_path / "site.toml"
    site.write_text('off = ["excludes2"]\n')
    batch(notes, out, "--partition", "3")
    before = parts(out)

    def refused(*more: str | Path) -> str:
        asked = more or (notes, out)
        result = batch(*asked, *(() if "--partition" in more else ("--partition", "3")))
        assert isinstance(result.exception, OutputError), result.output
        assert parts(out) == before
        return (
            str(result.exception).removeprefix(f"{out} was begun otherwise: ").split(". Go on")[0]
        )

    assert refused(notes, out, "--partition", "2") == "--partition was 3 and is 2"
    assert refused(notes, out, "--format", "jsonl") == "--format was parquet and is jsonl"
    assert refused(notes, out, "--top-k", "5") == "--top-k was 50 and is 5"
    assert refused(notes, out, "--rules", site) == "the rules of the site (--rules) are others"
    assert (
        refused(notes, out, "--system", "icd10cm")
        == "--system was icd10cm cpt hcpcs icd10pcs and is icd10cm"
    )
    model(tmp_path / "known-models", "ours")
    assert refused(notes, out, "--model", "ours") == "the model was default and is ours"
    other = write_notes(tmp_path / "other.jsonl", visits(2))
    assert refused(notes, other, out) == "the inputs were notes.jsonl"
    model(tmp_path / "known-models", "default", "1.0.1")
    assert refused() == "the model default has changed since"
    model(tmp_path / "known-models", "default")
    monkeypatch.setattr("suggester.batch.plan.__version__", "9.9")
    assert refused().endswith(" and is 9.9")


def test_changed_notes_are_refused_and_begun_anew(
    engine: FakeSuggester, notes: Path, tmp_path: Path
) -> None:
    out = tmp_path / "codes"
    batch(notes, out, "--partition", "3", "--format", "jsonl")
    write_notes(notes, visits(2))
    result = batch(notes, out, "--partition", "3", "--format", "jsonl")
    assert isinstance(result.exception, OutputError)
    assert "notes.jsonl has changed since. Go on with" in str(result.exception)
    assert coded_ids(out) == [f"v-{n}" for n in range(7)]
    (out / "thesis.docx").write_text("not ours")
    assert batch(notes, out, "--partition", "1", "--fresh").exit_code == 0
    assert list(parts(out)) == ["part-000000.parquet", "part-000001.parquet"]
    assert (out / "thesis.docx").exists()


def test_notes_whose_coding_failed_are_tried_again(
    engine: FakeSuggester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[dict[str, str] | str] = [*visits(4), "no JSON", {"id": "x", "text": "explode"}]
    notes = write_notes(tmp_path / "notes.jsonl", rows)
    out = tmp_path / "codes"
    asked = (notes, out, "--partition", "2", "--format", "jsonl")
    assert batch(*asked).exit_code == 1
    assert [row["step"] for row in bad_rows(out)] == ["reading", "coding"]
    monkeypatch.setattr(
        "tests.cli.fake_engine.TERMS", [("explode", "T70.3", "Blast", 0.9, "confident")]
    )
    suggest = FakeSuggester.suggest
    monkeypatch.setattr(
        FakeSuggester,
        "suggest",
        lambda self, note, **more: suggest(self, _defused(note), **more),
    )
    engine.seen.clear()
    assert batch(*asked).exit_code == 1
    assert engine.seen == []
    result = batch(*asked, "--retry-bad")
    assert f"5 notes are coded in {out}; 1 row was set aside" in result.stdout
    assert [note.id for note in engine.seen] == ["x"]
    assert coded_ids(out) == ["v-0", "v-1", "v-2", "v-3", "x"]
    assert [row["step"] for row in bad_rows(out)] == ["reading"]


def _defused(note: Encounter) -> Encounter:
    [document] = note.documents
    return replace(note, documents=(replace(document, text="Defused."),))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("missing.jsonl", "OUT"), InputError, "There is no file missing.jsonl."),
        (("-", "OUT"), InputError, "Standard input cannot be read twice"),
        (("notes.pdf", "OUT"), InputError, "seems to be a PDF file"),
        (("empty.jsonl", "OUT"), InputError, "empty.jsonl is empty"),
        (("notes.jsonl", "thesis"), OutputError, "thesis holds something that is not a batch"),
        (("notes.jsonl", "notes.jsonl"), OutputError, "notes.jsonl is a file; name a folder"),
        (("notes.jsonl", "no/where"), OutputError, "there is no folder no."),
        (("thesis/n.jsonl", "thesis"), InputError, "is in the folder that is written to"),
        (("notes.jsonl", "OUT", "--jobs", "0"), InputError, "--jobs must be a number"),
        (("notes.jsonl", "OUT", "--system", "icd9"), UnknownSystemError, "Nearest: icd10cm."),
        (("notes.jsonl", "OUT", "--scheduler", "tcp://h:1"), InputError, "give --engine dask"),
        (("notes.jsonl", "OUT", "--engine", "dask"), InputError, "needs the address"),
    ],
)
def test_bad_use(
    arguments: tuple[str, ...],
    error: type[Exception],
    words: str,
    engine: FakeSuggester,
    notes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.pdf").write_bytes(b"%PDF-1.7 \n" * 10)
    Path("empty.jsonl").write_text("")
    Path("thesis").mkdir()
    write_notes(Path("thesis/n.jsonl"), visits(1))
    jobs = () if "--jobs" in arguments else ("--jobs", "1")
    result = CliRunner().invoke(app, ["batch", *arguments, *jobs])
    assert isinstance(result.exception, error), result.output
    assert words in str(result.exception)
    assert not parts(tmp_path / "OUT")


def test_one_run_at_a_time(engine: FakeSuggester, notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes"
    out.mkdir()
    with batch_folder(out):
        result = batch(notes, out)
    assert isinstance(result.exception, OutputError)
    assert "Another run is writing to" in str(result.exception)
    assert batch(notes, out).exit_code == 0


def test_a_disk_that_is_full(
    engine: FakeSuggester, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "codes"
    sync = os.fsync
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 6:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr("suggester.batch.folder.os.fsync", full)
    result = batch(notes, out, "--partition", "3", "--format", "jsonl")
    assert isinstance(result.exception, OutputError)
    assert "cannot be written: No space left on device. The same command" in str(result.exception)
    # The plan twice and its folder, then one part and its folder.
    assert list(parts(out)) == ["part-000000.jsonl"]
    assert not list(out.glob(".part*"))
