"""``suggester evaluate`` and ``suggester compare``: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.codes import CodeSet
from suggester.errors import InputError, OutputError
from tests.cli.fake_engine import TERMS, FakeSuggester

#: Text and codes: hypertension is found, diabetes only as a candidate.
NOTES = (
    ("Hypertension and diabetes, seen again.", ["I10", "E11.9"]),
    ("Hypertension at goal.", ["I10"]),
    ("Cough, no hypertension.", ["R05.9"]),
)


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


def write(path: Path, number: int = 12, first: int = 0) -> str:
    rows = [
        {"id": f"n{n}", "text": f"{NOTES[n % 3][0]} Visit {n}.", "codes": NOTES[n % 3][1],
         "patient": f"p{n // 2}", "sex": "F", "split": "test" if n % 2 else "dev"}
        for n in range(first, first + number)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture
def notes(engine: FakeSuggester, codes: CodeSet, tmp_path: Path) -> str:
    engine.codes = codes
    return write(tmp_path / "notes.jsonl")


def test_evaluate_prints_figures_with_intervals_beside_the_look_up(notes: str) -> None:
    result = run("evaluate", notes)
    assert result.exit_code == 0, result.output
    # Of 16 gold codes the 8 I10 of two notes in three are found; 4 are wrong: 2·8 / (12 + 16).
    row = re.search(r"^micro_f1 +(\S+) +(\S+)–(\S+) +(\S+)$", result.stdout, re.MULTILINE)
    assert row is not None
    value, low, high, _ = map(float, row.groups())
    assert value == pytest.approx(16 / 28, abs=0.0005)
    assert low < value < high
    for part in (
        "default 1.0.0",
        "Look-up: official titles, found word for word.",
        "12 encounters of 6 patients. 95 %: bounds over 1000 draws of patients.",
    ):
        assert part in result.stdout
    assert re.search(r"^sex +female +12 +16 ", result.stdout, re.MULTILINE)


def test_evaluate_json_and_by_code(notes: str, tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    result = run("evaluate", notes, "--format", "json", "--by-code", str(out), "--resamples", "100")
    found = json.loads(result.stdout)
    assert found["model"] == {"name": "default", "version": "1.0.0"}
    assert found["metrics"]["micro_f1"] == pytest.approx(16 / 28)
    assert found["columns"][0]["metrics"]["micro_f1"]["value"] == round(16 / 28, 4)
    assert [column["name"] for column in found["columns"]] == ["default 1.0.0", "Look-up"]
    assert found["resamples"] == 100
    assert found["procedures"] is None
    assert list(csv.DictReader(out.open()))[1] == {
        "code": "I10", "true_positive": "8", "false_positive": "4", "false_negative": "0",
        "f1": "0.8000",
    }  # fmt: skip


def test_evaluate_only_a_split(notes: str, engine: FakeSuggester) -> None:
    assert "6 encounters" in run("evaluate", notes, "--split", "dev").stdout
    assert [note.id for note in engine.seen] == ["n0", "n2", "n4", "n6", "n8", "n10"]
    assert "There is no note of this split" in str(
        run("evaluate", notes, "--split", "train").exception
    )


def test_baselines_are_trained_apart_from_what_is_evaluated(notes: str, tmp_path: Path) -> None:
    others = write(tmp_path / "others.jsonl", 30, 6)  # n6 … n11 are evaluated
    result = run("evaluate", notes, "--baselines", "neighbours,linear", "--baseline-corpus", others)
    assert result.exit_code == 0, result.output
    assert "Notice: 6 of 30 notes are not used to train baselines" in result.stderr
    assert "Nearest notes" in result.stdout
    assert "(TF-IDF), trained on 24 encounters (others.jsonl)." in result.stdout
    alone = run("evaluate", others, "--baselines", "neighbours", "--format", "json")
    column = json.loads(alone.stdout)["columns"][2]
    assert column["trained_on"] == "the other patients of the evaluated notes, a fifth at a time"


def test_bands_of_frequency_come_from_the_corpus_that_is_named(notes: str, tmp_path: Path) -> None:
    assert "seen in training" not in run("evaluate", notes).stdout
    others = write(tmp_path / "others.jsonl", 60, 100)
    result = run("evaluate", notes, "--trained-on", others, "--format", "json")
    groups = {(g["kind"], g["name"]): g for g in json.loads(result.stdout)["groups"]}
    # Of 60 notes 40 have I10; E11.9 and R05.9 are in 20 each.
    assert groups["seen in training", "11–100"]["gold_codes"] == 16


def test_evaluate_report(notes: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert run("evaluate", notes, "--report", str(page)).exit_code == 0
    html = page.read_text("utf-8")
    assert "<h1>Evaluation of default 1.0.0</h1>" in html
    assert "seen again" not in html
    assert "p1<" not in html


@pytest.mark.parametrize(
    ("args", "kind", "words"),
    [
        (("--model", "x"), Exception, "Known models: default"),
        (("--report", "nowhere/report.html"), OutputError, "there is no folder nowhere"),
        (("--report", "."), OutputError, ". is a folder"),
        (("--baselines", "magic"), InputError, "Unknown baseline 'magic'"),
        (("--baseline-corpus", "missing.jsonl"), InputError, "There is no file missing.jsonl"),
        (("--trained-on", "missing.jsonl"), InputError, "There is no file missing.jsonl"),
    ],
)
def test_evaluate_bad_input(
    args: tuple[str, ...], kind: type[Exception], words: str, notes: str, engine: FakeSuggester
) -> None:
    result = run("evaluate", notes, *args)
    assert isinstance(result.exception, kind)
    assert words in str(result.exception)
    assert engine.seen == []


class Better(FakeSuggester):
    """Finds diabetes confidently."""

    def suggest(self, *args: object, **options: object):  # type: ignore[no-untyped-def]
        found = super().suggest(*args, **options)  # type: ignore[arg-type]
        sure = tuple(
            replace(row, tier="confident") if row.code == "E11.9" else row
            for row in found.suggestions
        )
        return replace(found, suggestions=sure)


@pytest.fixture
def two(notes: str, engine: FakeSuggester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Put a second model on disk that finds diabetes as well."""
    folder = tmp_path / "known-models" / "new"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"name": "new", "files": {}}))
    model = SimpleNamespace(name="new", version="2.0.0", manifest={})
    monkeypatch.setattr("suggester.models.load_model", lambda name: model)
    better = Better(codes=engine.codes, model=model)
    monkeypatch.setattr(FakeSuggester, "with_model", lambda self, given: better)
    assert TERMS[1][1] == "E11.9"
    return notes


def test_compare_says_which_is_better_and_on_what(two: str) -> None:
    result = run("compare", "default", "new", two)
    assert result.exit_code == 0, result.output
    # E11.9 of four notes is found as well: 2·12 / (16 + 16).
    assert result.stdout.startswith(
        "new 2.0.0 is better than default 1.0.0, more than chance explains: "
        "micro-F1 0.750 against 0.571 on 12 encounters"
    )
    assert re.search(r"^micro_f1 +0.571 +0.750 +\+0.179 ", result.stdout, re.MULTILINE)
    assert re.search(r"^E11.9 +4 +0 +n0, n3, n6 *$", result.stdout, re.MULTILINE)
    assert "Lost by new 2.0.0: no code more often than the other way round." in result.stdout


def test_compare_json_and_report(two: str, tmp_path: Path) -> None:
    page = tmp_path / "compared.html"
    result = run("compare", "default", "new", two, "--format", "json", "--report", str(page))
    found = json.loads(result.stdout)
    assert (found["base"], found["other"], found["verdict"]) == (
        "default 1.0.0",
        "new 2.0.0",
        "better",
    )
    assert found["codes"] == [
        {"code": "E11.9", "won": 4, "lost": 0, "won_in": ["n0", "n3", "n6"], "lost_in": []}
    ]
    assert "seen again" not in page.read_text("utf-8")
    assert (
        run("compare", "default", "new", two, "--report", str(page), "--show-text").exit_code == 0
    )
    assert "diabetes, seen again" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("default", "x", "NOTES"), "There is no model 'x'"),
        (("default", "new", "missing.jsonl"), "There is no file missing.jsonl"),
        (("default", "new", "NOTES", "--split", "train"), "There is no note with coded diagnoses"),
        (("default", "new", "NOTES", "--show-text"), "give its file with --report"),
        (("default", "new", "NOTES", "--report", "nowhere/x.html"), "there is no folder nowhere"),
    ],
)
def test_compare_bad_input(args: tuple[str, ...], words: str, two: str) -> None:
    result = run("compare", *(two if arg == "NOTES" else arg for arg in args))
    assert words in str(result.exception)
