"""``suggester suggest``: formats, options, and where results go."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.cli.progress import progress
from suggester.cli.result_table import _percent, confidence_word, one_line
from suggester.errors import SuggesterError
from suggester.suggestions import SYSTEMS
from tests.cli.fake_engine import FakeSuggester

NOTE = "PMH: hypertension, diabetes. Hypertension on lisinopril. Cough. Denies fever; no fever."


def run(*args: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["suggest", *args], input=input)


def shown(*args: str, input: str | bytes | None = None) -> str:
    result = run(*args, input=input)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def refused(*args: str, input: str | bytes | None = None) -> str:
    result = run(*args, input=input)
    assert isinstance(result.exception, SuggesterError), (result.output, result.exception)
    return str(result.exception)


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "visit.txt"
    path.write_text(NOTE)
    return str(path)


@pytest.fixture
def lines(tmp_path: Path) -> str:
    path = tmp_path / "notes.jsonl"
    rows = [{"id": "a", "text": NOTE}, {"id": "b", "text": ""}, {"id": "c", "text": "Cough."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.usefixtures("engine")
def test_table_shows_what_a_coder_needs(note: str) -> None:
    text = shown(note)
    assert text.startswith("visit\n")
    assert "Setting: outpatient (inferred: nothing points elsewhere)." in text
    assert "Model: default 1.0.0. Codes: ICD-10-CM FY2026-04." in text
    assert "likely    91%" in text
    assert "possible  62%" in text
    assert "weak      10%" in text
    assert "“hypertension” in past medical history, 2 places" in text
    assert "more detail would change this code: E11.65" in text
    assert "fever (2 places)" in text
    assert "“denies”" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.usefixtures("engine")
def test_table_with_explanations_and_notices() -> None:
    text = shown("-", "--explain", input="hypertension notice")
    assert "+1.25 how often it is said" in text
    assert "Notice: A notice." in text
    assert "No code is suggested" in shown(input="Nothing of note.")


def test_table_hides_weak_candidates_unless_asked(
    engine: FakeSuggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suggester.cli.result_table.MOST_CANDIDATES", 1)
    text = shown("-", input=NOTE)
    assert "R05.9" not in text
    assert "1 weaker candidate is not shown; --top-k shows more." in text
    assert "R05.9" in shown("-", "--top-k", "3", input=NOTE)
    assert engine.asked == [(50, False), (3, False)]


def test_table_width_follows_columns(
    engine: FakeSuggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not engine.seen
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, shown("-", input=NOTE).splitlines())) <= 70


@pytest.mark.usefixtures("engine")
def test_json_of_one_note_and_of_several(note: str, lines: str) -> None:
    one = json.loads(shown(note, "--format", "json"))
    assert one["id"] == "visit"
    assert one["suggestions"][0]["code"] == "I10"
    result = run(note, lines, lines, "--format", "json", "--on-error", "skip")
    several = json.loads(result.stdout)
    assert [row["id"] for row in several] == ["visit", "a", "c"]
    assert result.exit_code == 1
    assert "4 notes were skipped, 3 coded." in result.stderr


@pytest.mark.usefixtures("engine")
def test_every_note_skipped_still_gives_json(lines: str) -> None:
    Path(lines).write_text('{"id": "b", "text": " "}\n')
    result = run(lines, "--format", "json", "--on-error", "skip")
    assert (json.loads(result.stdout), result.exit_code) == ([], 1)
    assert "Skipped: " in result.stderr
    assert "1 note was skipped, 0 coded." in result.stderr


@pytest.mark.usefixtures("engine")
def test_jsonl_is_one_line_a_note(lines: str) -> None:
    result = run(lines, "--format", "jsonl", "--on-error", "skip")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", "c"]
    place = rows[0]["suggestions"][0]["evidence"][0]
    assert NOTE[place["start"] : place["end"]] == place["text"]


@pytest.mark.usefixtures("engine")
def test_stop_is_the_default(lines: str) -> None:
    result = run(lines, "--format", "jsonl")
    assert "notes.jsonl line 2: Note 'b' is empty" in str(result.exception)


@pytest.mark.usefixtures("engine")
def test_csv_is_one_row_a_suggestion() -> None:
    rows = list(csv.DictReader(io.StringIO(shown("-", "--format", "csv", input=NOTE))))
    assert [row["code"] for row in rows] == ["I10", "E11.9", "R05.9"]
    first = rows[0]
    assert NOTE[int(first["start"]) : int(first["end"])] == first["evidence"] == "hypertension"
    assert (first["id"], first["rank"], first["tier"]) == ("note", "1", "confident")


@pytest.mark.usefixtures("engine")
def test_offsets_count_the_text_as_received() -> None:
    text = "\r\n\tÉpistaxis: 😀 épistaxis\r\nhypertension\r\n"
    found = json.loads(shown("-", "--format", "json", input=text.encode()))
    for suggestion in found["suggestions"]:
        for place in suggestion["evidence"]:
            assert text[place["start"] : place["end"]] == place["text"]
    assert found["suggestions"][0]["evidence"][0]["start"] == text.index("hypertension")


def test_options_fill_in_what_the_note_does_not_say(engine: FakeSuggester) -> None:
    row = {"id": "x", "text": "cough", "age": 7, "setting": "inpatient"}
    options = ("--setting", "Emergency", "--age", "60", "--sex", "f", "--date", "2026-05-01")
    shown("-", *options, input=json.dumps(row))
    (seen,) = engine.seen
    assert (seen.setting, seen.age, seen.sex) == ("inpatient", 7, "F")
    assert seen.date_of_service == datetime.date(2026, 5, 1)
    assert engine.loaded == [("default", "FY2026-04")]
    shown("-", "--release", "FY2027", *options, input="cough")
    assert engine.loaded[1] == ("default", "FY2027")
    assert engine.seen[1].setting == "emergency"


def test_coding_rules_can_be_left_out_or_be_those_of_a_site(engine: FakeSuggester) -> None:
    shown("-", input="cough")
    shown("-", "--no-edits", "--rules", "site.toml", input="cough")
    assert engine.edited == [True, False]
    assert engine.rules == [None, Path("site.toml")]


def test_out_replaces_the_file_only_when_complete(engine: FakeSuggester, tmp_path: Path) -> None:
    out = tmp_path / "codes.json"
    out.write_text("before")
    out.chmod(0o640)
    result = run("-", "--out", str(out), "--format", "json", input="explode")
    assert isinstance(result.exception, ValueError)
    assert run("-", "--out", str(out), input="interrupt").exit_code == 130
    assert out.read_text() == "before"
    assert shown("-", "--out", str(out), "--format", "json", input=NOTE) == ""
    assert json.loads(out.read_text())["id"] == "note"
    assert out.stat().st_mode & 0o777 == 0o640
    fresh = tmp_path / "fresh.csv"
    shown("-", "--out", str(fresh), "--format", "csv", input=NOTE)
    assert fresh.read_text().startswith("id,rank,")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["codes.json", "fresh.csv", "known-models"]
    assert len(engine.seen) == 4


@pytest.mark.usefixtures("engine")
def test_out_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = "/dev/full"
    if Path(full).exists():
        for format_ in ("table", "json", "jsonl", "csv"):
            sentence = refused("-", "--out", full, "--format", format_, input=NOTE)
            assert sentence == f"{full} cannot be written: No space left on device."
        assert Path(full).is_char_device()
    assert "is a folder" in refused("-", "--out", str(tmp_path), input=NOTE)
    missing = tmp_path / "nowhere" / "x.json"
    assert "there is no folder" in refused("-", "--out", str(missing), input=NOTE)

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", read_only)
    assert "Read-only file system" in refused("-", "--out", str(tmp_path / "x"), input=NOTE)
    monkeypatch.undo()


@pytest.mark.usefixtures("engine")
def test_disk_that_fills_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sentence = refused("-", "--out", str(tmp_path / "x.json"), input=NOTE)
    assert "No space left on device" in sentence
    assert not [p for p in tmp_path.iterdir() if "x.json" in p.name]


def test_code_systems(engine: FakeSuggester) -> None:
    assert "Nearest: icd10cm. Known: icd10cm, cpt" in refused("--system", "icd10", input=NOTE)
    assert "Nearest" not in refused("--system", "zzz", input=NOTE)
    shown("-", input=NOTE)
    shown("-", "--system", "cpt", "--system", "hcpcs", input=NOTE)
    assert engine.systems == [SYSTEMS, ("cpt", "hcpcs")]


@pytest.mark.usefixtures("engine")
def test_unknown_model_names_the_nearest() -> None:
    assert "Known models: default" in refused("--model", "defualt", input=NOTE)


@pytest.mark.usefixtures("engine")
def test_nothing_given_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda _: True)
    assert refused().startswith("Name the notes to code, such as: suggester suggest visit.txt")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "args",
    [
        ("--format", "xml"),
        ("--top-k", "0"),
        ("--age", "200"),
        ("--sex", "q"),
        ("--setting", "home"),
        ("--date", "May 1"),
        ("--on-error", "ignore"),
    ],
)
def test_bad_options_exit_with_2(args: tuple[str, ...]) -> None:
    assert run(*args, input=NOTE).exit_code == 2


def test_progress_is_shown_to_a_person(
    engine: FakeSuggester, lines: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Watched(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert not engine.seen
    watched = Watched()
    monkeypatch.setattr(sys, "stderr", watched)
    with progress() as advance:
        advance("notes", 1, 0)
        advance("notes", 2, 4)
    assert "notes" in watched.getvalue()
    assert "notes" not in run(lines, "--out", str(tmp_path / "o"), "--on-error", "skip").stdout


def test_words() -> None:
    words = [confidence_word(p) for p in (0.99, 0.7, 0.69, 0.25, 0.24, 0.0)]
    assert words == ["likely", "likely", "possible", "possible", "weak", "weak"]
    assert [_percent(p) for p in (0.999, 0.99, 0.5, 0.01, 0.004)] == [
        ">99%",
        "99%",
        "50%",
        "1%",
        "<1%",
    ]
    assert one_line("chest\r\n  pain\x1b[31m") == "chest pain�[31m"
