"""What may be trained on: the project's own, what passed, what is allowed by name; nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suggester.corpus.phi import guard
from suggester.corpus.phi.report import passed_before, report_of, report_path
from suggester.corpus.phi.scan import file_digest, scan_file
from suggester.errors import InputError
from tests.corpus.layout_files import write_mimic

CLEAN: dict[str, object] = {
    "id": "a",
    "text": "Assessment: gout of the left foot.",
    "codes": ["M10.9"],
}
NAMED: dict[str, object] = {
    "id": "b",
    "text": "Mr. Brzezinski, DOB 7/4/1951, has gout.",
    "codes": ["M10.9"],
}
OWN = Path(__file__).resolve().parents[3] / "corpora"


def corpus(folder: Path, *rows: dict[str, object], name: str = "notes.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def no_presidio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "find_spec", lambda name: None)

    def scanned(*_: object, **__: object) -> None:
        pytest.fail("nothing can be scanned without presidio-analyzer")

    monkeypatch.setattr(guard, "scan_file", scanned)


def test_the_projects_own_corpora_need_no_scan(no_presidio: None) -> None:
    reasons = guard.cleared([OWN / "notes", OWN / "procedures" / "notes.jsonl"])
    assert set(reasons.values()) == {guard.OWN}
    assert len(reasons) == len(list((OWN / "notes").glob("*.jsonl"))) + 1


def test_a_clean_corpus_passes_and_another_is_refused_by_name(tmp_path: Path) -> None:
    clean = corpus(tmp_path, CLEAN, name="clean.jsonl")
    assert guard.cleared([clean]) == {str(clean): guard.PASSED}
    path = corpus(tmp_path, CLEAN, NAMED)
    with pytest.raises(InputError) as refused:
        guard.cleared([clean, path])
    sentence = str(refused.value)
    assert "notes.jsonl looks identifying at 2 places of 1 notes (name 1, date 1)" in sentence
    assert sentence.endswith("pass --allow-phi notes.jsonl.")
    assert "Brzezinski" not in sentence
    assert "1951" not in sentence
    assert guard.cleared([tmp_path], ["notes.jsonl"]) == {
        str(clean): guard.PASSED, str(path): guard.OVERRULED,
    }  # fmt: skip


def test_a_name_that_is_not_given_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--allow-phi other\.jsonl names no file"):
        guard.cleared([corpus(tmp_path, CLEAN)], ["other.jsonl"])


def test_without_presidio_only_the_name_or_a_report_helps(
    tmp_path: Path, no_presidio: None
) -> None:
    path = corpus(tmp_path, CLEAN)
    with pytest.raises(InputError, match=r"pip install 'suggester\[phi\]'.*--allow-phi notes"):
        guard.cleared([path])
    assert guard.cleared([path], ["notes.jsonl"]) == {str(path): guard.OVERRULED}
    report_path(path).write_text(json.dumps(report_of(scan_file(path))))
    assert guard.cleared([path]) == {str(path): guard.PASSED}


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": "0"},
        {"recognisers": "0"},
        {"threshold": 0.9},
        {"not_looked_for": ["date"]},
        {"passed": False},
    ],
)
def test_a_report_of_something_else_says_nothing(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    path = corpus(tmp_path, CLEAN)
    report = report_of(scan_file(path))
    report_path(path).write_text(json.dumps(report))
    assert passed_before(path, file_digest(path))
    report_path(path).write_text(json.dumps(report | changed))
    assert not passed_before(path, file_digest(path))
    report_path(path).write_text("[]")
    assert not passed_before(path, file_digest(path))


def test_standard_input_is_refused() -> None:
    with pytest.raises(InputError, match="save it as a file"):
        guard.cleared([Path("-")])


def test_another_layout_is_converted_first_or_allowed_by_name(tmp_path: Path) -> None:
    notes, hosp = write_mimic(tmp_path / "in")
    with pytest.raises(InputError, match=r"layout mimic.*suggester corpus convert"):
        guard.cleared([notes, hosp])
    assert guard.cleared([notes, hosp], [notes.name]) == {str(notes): guard.OVERRULED}
