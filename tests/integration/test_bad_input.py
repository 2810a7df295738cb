"""Bad input gets a clear sentence and nothing is lost: the command line with the shipped model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.encounter import MOST_CHARACTERS
from suggester.engine import Suggester
from suggester.errors import InputError, ModelError, SuggesterError

MODEL = Path(__file__).parents[2] / "models" / "default"
SECRET = "Zebrafish"
NOTE = (
    f"Assessment: Acute appendicitis without perforation in {SECRET}. No fever.\r\n"
    "Mother had breast cancer. Hypertension, on lisinopril."
)
OTHER_LANGUAGES = {
    "Spanish": "Paciente de 60 años con hipertensión arterial y diabetes. Niega fiebre.",
    "German": "Der Patient klagt über Übelkeit und Schwindel; keine Atemnot.",
    "Russian": "Пациент жалуется на боль в груди и одышку.",
    "Chinese": "患者主诉胸痛三天、伴有咳嗽和发热。",
    "Arabic": "يشكو المريض من ألم في الصدر وضيق في التنفس.",
    "Hindi": "रोगी को तीन दिन से बुखार और खांसी है।",
    "symbols": "😀 \u0301\u0301\u200b\ufeff ¶ ½ µ \x0b \x85 \u2028 ﬁ İ ß",
}


@pytest.fixture(scope="module")
def loaded(shipped: Suggester) -> Suggester:
    return shipped


@pytest.fixture
def _loaded_once(loaded: Suggester, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(Suggester, "load", lambda *_: loaded)
        yield


def run(*args: str | Path, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["suggest", "--model", str(MODEL), *map(str, args)], input=input)


def refused(*args: str | Path, input: str | bytes | None = None) -> str:
    result = run(*args, input=input)
    assert isinstance(result.exception, SuggesterError), (result.output, result.exception)
    sentence = str(result.exception)
    assert SECRET not in sentence + result.output
    assert "\n" not in sentence
    return sentence


def coded(*args: str | Path, input: str | bytes | None = None) -> dict[str, object]:
    result = run(*args, "--format", "json", input=input)
    assert result.exit_code == 0, (result.output, result.exception)
    found: dict[str, object] = json.loads(result.stdout)
    return found


def places(found: dict[str, object]) -> list[tuple[int, int, str]]:
    rows = json.loads(json.dumps(found))
    evidence = [place for s in rows["suggestions"] for place in s["evidence"]] + rows["not_coded"]
    return [(place["start"], place["end"], place["text"]) for place in evidence]


@pytest.mark.parametrize("text", ["", " ", "\r\n\t \n"])
def test_empty_or_blank_note(text: str, tmp_path: Path) -> None:
    assert refused("-", input=text) == "Standard input is empty: there is nothing to code."
    path = tmp_path / "visit.txt"
    path.write_text(text)
    assert refused(path) == f"{path} is empty: there is nothing to code."
    row = json.dumps({"id": "a", "text": text})
    assert refused("-", input=row).endswith("Note 'a' is empty: there is nothing to code.")


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.7\n", "a PDF file"), (b"PK\x03\x04\x14\0\x06\0word/", "a Word document"),
     (b"\x89PNG\r\n", "an image"), (b"\x7fELF\x02\0\0\0Zebrafish", "a binary file")],
)  # fmt: skip
def test_binary_file(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    path.write_bytes(data)
    assert f"{path} seems to be {kind}" in refused(path)


def test_directory_and_missing_file(tmp_path: Path) -> None:
    (tmp_path / "visit.txt").write_text(NOTE)
    assert "is a folder; name the files in it" in refused(tmp_path)
    assert f"Nearest: {tmp_path / 'visit.txt'}." in refused(tmp_path / "visti.txt")
    assert "pipe it in" in refused(NOTE)


@pytest.mark.usefixtures("_loaded_once")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_unicode_notes_have_exact_offsets(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    text = f"\r\n\tÀ propos: 😀\r\n{NOTE}\r"
    path.write_bytes(text.encode(encoding))
    found = places(coded(path))
    assert found
    assert all(text[start:end] == words for start, end, words in found)


@pytest.mark.usefixtures("_loaded_once")
def test_latin_1_note_is_read_and_said_so(tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    path.write_bytes(f"Seen at the café\r\n{NOTE}".encode("latin-1"))
    result = run(path, "--format", "jsonl")
    assert result.exit_code == 0
    assert f"{path} is not UTF-8; it was read as Windows-1252." in result.stderr
    assert "K35.80" in result.stdout


@pytest.mark.usefixtures("_loaded_once")
def test_5_mb_note_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    path.write_text(f"{SECRET} has a cough. " * 230_000)
    assert f"{MOST_CHARACTERS:,}" in refused(path)
    assert f"{MOST_CHARACTERS:,}" in refused("-", input=path.read_bytes())
    row = json.dumps({"id": "a", "text": path.read_text()})
    assert f"{MOST_CHARACTERS:,}" in refused("-", input=row)


@pytest.mark.usefixtures("_loaded_once")
@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_note_in_another_language(language: str) -> None:
    text = OTHER_LANGUAGES[language]
    found = places(coded("-", input=text.encode()))
    assert all(text[start:end] == words for start, end, words in found)
    assert run("-", "--explain", input=text.encode()).exit_code == 0


@pytest.mark.usefixtures("_loaded_once")
def test_jsonl_errors_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    good = json.dumps({"id": "good", "text": NOTE})
    path.write_text(f'{good}\n{{"id": "cut", "text": "{SECRET}\n{{"id": "none"}}\n')
    assert refused(path, "--on-error", "stop").startswith(f"{path} line 2 is not JSON")
    result = run(path, "--on-error", "skip", "--format", "jsonl")
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["good"]
    assert f"Skipped: {path} line 2 is not JSON" in result.stderr
    assert f"Skipped: {path} line 3 has no 'text'" in result.stderr
    assert "2 notes were skipped, 1 coded." in result.stderr
    assert SECRET not in result.stderr


def test_unknown_model_code_and_system() -> None:
    result = CliRunner().invoke(app, ["suggest", "-", "--model", "defalt"], input=NOTE)
    assert "Known models: default" in str(result.exception)
    result = CliRunner().invoke(app, ["codes", "show", "K35.8O"])
    assert "Nearest: K35.8" in str(result.exception)
    assert "Nearest: icd10cm" in refused("-", "--system", "icd10-cm", input=NOTE)
    assert "No ICD-10-CM release named 'FY1999'" in refused("-", "--release", "FY1999", input=NOTE)


def test_bundle_with_changed_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(MODEL, copy)
    data = bytearray((copy / "model.joblib").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "model.joblib").write_bytes(data)
    result = CliRunner().invoke(app, ["suggest", "-", "--model", str(copy)], input=NOTE)
    assert isinstance(result.exception, ModelError)
    assert "was changed after it was made" in str(result.exception)
    assert SECRET not in str(result.exception)


@pytest.mark.usefixtures("_loaded_once")
def test_output_to_a_full_or_read_only_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if Path("/dev/full").exists():
        sentence = refused("-", "--out", "/dev/full", "--format", "json", input=NOTE)
        assert sentence == "/dev/full cannot be written: No space left on device."

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr("tempfile.mkstemp", read_only)
    assert "Read-only file system" in refused("-", "--out", tmp_path / "x.json", input=NOTE)
    assert not list(tmp_path.iterdir())


def test_encounter_errors_are_input_errors(loaded: Suggester) -> None:
    with pytest.raises(InputError, match="is empty"):
        loaded.suggest("  ")


def test_as_a_process() -> None:
    command = [sys.executable, "-m", "suggester", "suggest", "--model", str(MODEL), "-"]
    done = subprocess.run(command, input=NOTE.encode(), capture_output=True, check=False)
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "K35.80" in out
    assert "Not coded" in out
    # On an empty cache it says what it compiles, and nothing else.
    assert not [line for line in done.stderr.splitlines() if not line.startswith(b"Compiling")]
    done = subprocess.run([*command, "nowhere.txt"], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: ")
    assert done.stderr.count(b"\n") == 1
