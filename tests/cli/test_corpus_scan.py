"""``suggester corpus scan-phi``: places, never the text unless it is asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app, corpus_scan
from suggester.corpus.phi import recognisers
from suggester.corpus.phi.scan import THRESHOLD, WHAT_IT_IS
from suggester.errors import InputError

NOTES: list[dict[str, object]] = [
    {"id": "n-1", "text": "Impression: gout.", "codes": ["M10.9"]},
    {
        "id": "n-2",
        "codes": ["I10"],
        "documents": [
            {"id": "ed", "text": "Seen by Dr. Okonkwo on 03/14/2025."},
            {"id": "film", "text": "Chest clear. Call 617-555-0123."},
        ],
    },
]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in NOTES), "utf-8")
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["corpus", "scan-phi", *map(str, args)])


def test_places_are_told_by_note_and_the_text_is_not(notes: Path) -> None:
    done = run(notes)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "n-2: 3 places: name ed 12–19 (0.85); date ed 23–33 (0.90); telephone or fax film 18–30 (0.75)",
        f"{notes}: 3 places in 1 of 2 notes: name 1, date 1, telephone or fax 1.",
        WHAT_IT_IS,
    ]
    assert "not a de-identifier" in WHAT_IT_IS


def test_the_text_is_shown_when_asked_for(notes: Path) -> None:
    assert '    name ed 12–19 (0.85) "Okonkwo"\n' in run(notes, "--show-text").stdout
    found = json.loads(run(notes, "--show-text", "--format", "json").stdout)
    assert [place["text"] for place in found["places"]] == [
        "Okonkwo", "03/14/2025", "617-555-0123",
    ]  # fmt: skip


def test_json_and_the_report_beside_the_corpus(notes: Path) -> None:
    done = run(notes, "--format", "json")
    found = json.loads(done.stdout)
    assert found["notes"] == {"n-2": 3}
    assert found["places"][0] == {
        "note": "n-2", "document": "ed", "kind": "name", "start": 12, "end": 19, "score": 0.85,
    }  # fmt: skip
    beside = (notes.parent / "notes.jsonl.phi.json").read_text("utf-8")
    report = json.loads(beside)
    assert (report["passed"], report["notes"], report["notes_with_places"]) == (False, 2, 1)
    assert report["places"] == {"name": 1, "date": 1, "telephone or fax": 1}
    assert "Okonkwo" not in beside + done.output
    assert "n-2" not in beside


def test_threshold_and_kinds_left_out(notes: Path) -> None:
    assert (
        "1 places in 1 of 2 notes: date 1."
        in run(notes, "--threshold", "0.9", "--no-report").stdout
    )
    done = run(
        notes, "--ignore", "name", "--ignore", "date", "--ignore", "telephone or fax", "--no-report"
    )
    assert (done.exit_code, done.stdout.splitlines()[0]) == (
        0, f"{notes}: nothing found in 2 notes.",
    )  # fmt: skip
    assert not (notes.parent / "notes.jsonl.phi.json").exists()
    unknown = run(notes, "--ignore", "names")
    assert isinstance(unknown.exception, InputError)
    assert "Unknown kind 'names'; known: name, date" in str(unknown.exception)
    assert corpus_scan._THRESHOLD == THRESHOLD


def test_a_missing_library_is_one_sentence(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recognisers.finder.cache_clear()
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    refused = run(notes).exception
    assert isinstance(refused, InputError)
    assert str(refused) == (
        "Looking for identifying text needs presidio-analyzer; install it with: "
        "pip install 'suggester[phi]'"
    )


def test_training_refuses_and_records_what_overruled_it(
    notes: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from suggester.corpus.phi.guard import OVERRULED

    given: list[object] = []

    def train_model(*_: object, identifying_text: object, **__: object) -> None:
        given.append(identifying_text)
        raise InputError("enough")

    monkeypatch.setattr("suggester.training.train.train_model", train_model)
    args = ["train", str(notes), "--out", str(tmp_path / "model")]
    refused = CliRunner().invoke(app, args).exception
    assert isinstance(refused, InputError)
    assert "looks identifying at 3 places" in str(refused)
    assert given == []
    CliRunner().invoke(app, [*args, "--allow-phi", "notes.jsonl"])
    assert given == [{str(notes): OVERRULED}]
