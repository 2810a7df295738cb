"""``suggester edits``: what a user types and sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.errors import SuggesterError
from tests.edits.edit_files import MUE, MUE_HEADINGS, write_csv, write_release

JULY = ("--date", "2024-07-15")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["edits", *args])


def shown(*args: str) -> str:
    result = run(*args)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def sentence(*args: str) -> str:
    result = run(*args)
    assert isinstance(result.exception, SuggesterError), result.output
    return str(result.exception)


@pytest.fixture
def release(tmp_path: Path) -> list[str]:
    paths = [str(path) for path in write_release(tmp_path)]
    shown("import", *paths)
    return paths


def test_import_tells_counts_and_missing_parts(tmp_path: Path) -> None:
    result = run("import", *map(str, write_release(tmp_path)))
    assert result.exit_code == 0
    assert result.stdout == (
        "Installed 2024Q3: 8 PTP pairs, 4 MUE values, 9 add-on code pairs, for 2024-07-01 to "
        "2024-09-30.\n"
    )
    assert "the PTP files were given without f2, f3, f4" in result.stderr


def test_import_again_says_what_stays(release: list[str]) -> None:
    text = shown("import", release[1])
    assert "8 PTP pairs (as before), 4 MUE values, 9 add-on code pairs (as before)" in text


def test_import_of_a_bad_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "edits.csv", [["a", "b"]])
    assert "holds no NCCI edits" in sentence("import", str(path), "--name", "2024Q3")
    assert "tell no quarter" in sentence("import", str(path))
    assert "by its quarter" in sentence("import", str(path), "--name", "summer")


def test_status(release: list[str]) -> None:
    text = shown("status", *JULY)
    assert "2024Q3" in text
    assert "intact" in text
    assert "yes" in text
    found = json.loads(shown("status", *JULY, "--format", "json"))
    assert (found["date"], found["release"]) == ("2024-07-15", "2024Q3")
    assert found["installed"][0]["rows"] == {"ptp": 8, "mue": 4, "add-on": 9}
    assert found["installed"][0]["intact"] is True


def test_status_of_a_damaged_release(release: list[str], tmp_path: Path) -> None:
    [keys] = (tmp_path / "data").rglob("ptp.keys.npy")
    keys.write_bytes(b"")
    assert "damaged" in shown("status")


def test_status_without_a_release() -> None:
    result = run("status")
    assert result.exit_code == 0
    assert "suggester edits import" in result.stderr
    assert json.loads(shown("status", "--format", "json"))["installed"] == []


def test_check_as_table(release: list[str]) -> None:
    text = shown("check", "00010", "00020-59", "00030:3", *JULY)
    assert "error" in text
    assert "00010 00020" in text
    assert "no modifier changes that." in text
    assert "3 units of 00030" in text


def test_check_as_json(release: list[str]) -> None:
    found = json.loads(shown("check", "00110", "--release", "2024q3", *JULY, "--format", "json"))
    assert found == [
        {
            "rule": "add-on",
            "severity": "error",
            "message": "00110 is an add-on code without its primary code on the claim; it is paid "
            "only beside one of 00010, 00020.",
            "codes": ["00110"],
            "source": "NCCI 2024Q3",
        }
    ]


def test_check_finds_nothing(release: list[str]) -> None:
    result = run("check", "00099", *JULY)
    assert result.stdout == "Nothing in NCCI 2024Q3 stands against these lines.\n"
    assert result.stderr == ""
    assert json.loads(shown("check", "00099", *JULY, "--format", "json")) == []


def test_check_says_what_it_cannot_check(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "mue.csv", [MUE_HEADINGS, *MUE])
    shown("import", str(path), "--name", "2024Q3")
    result = run("check", "00099", "--date", "2025-01-01")
    assert "without PTP pairs and add-on code pairs; these are not checked" in result.stderr
    assert "2024Q3 is not the release of 2025-01-01" in result.stderr


def test_check_of_a_bad_line_or_release(release: list[str]) -> None:
    assert "is no claim line" in sentence("check", "E11.9")
    assert "there is 2024Q3" in sentence("check", "00010", "--release", "2020Q1")


def test_check_without_a_release() -> None:
    assert "suggester edits import" in sentence("check", "00010")
