"""Figures of a small corpus, counted by hand, and a page that needs nothing but itself."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from suggester.cli import app
from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.statistics import (
    Statistics,
    chapters,
    corpus_statistics,
    covered_by,
    rare_shares,
    spread,
)
from suggester.corpus.statistics_report.page import statistics_page
from suggester.corpus.statistics_summary import summary

ROWS: list[dict[str, object]] = [
    {
        "id": "a", "patient": "p1", "age": 70, "sex": "F", "setting": "inpatient",
        "date_of_service": "2025-11-02", "split": "train",
        "text": "HISTORY: Tired.\nASSESSMENT: Hypertension and gout.",
        "codes": ["I10", "M10.9"],
        "evidence": [{"code": "I10", "start": 28, "end": 40}, {"code": "I10", "start": 0, "end": 7}],
        "not_coded": [{"start": 9, "end": 14, "reason": "integral"}],
    },
    {"id": "b", "patient": "p1", "age": 71, "sex": "F", "text": "Hypertension only.", "codes": ["I10"]},
    {"id": "c", "patient": "p2", "sex": "M", "age": 91, "text": "One two three four.",
     "codes": ["I10", "J18.9", "Q99.99Z"]},
    {"id": "d", "text": "Excision.", "procedures": {"codes": ["11400"]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def counted() -> Statistics:
    return corpus_statistics(CodedEncounter.from_mapping(row, "x") for row in ROWS)


def test_counts_worked_by_hand(counted: Statistics, codes: CodeSet) -> None:
    found = summary(counted, codes)
    assert (found["notes"], found["patients"], found["notes_without_patient"]) == (4, 2, 1)
    assert found["notes_per_patient"]["mean"] == 1.5
    # 6, 2, 4 and 1 words; the fourth note was not coded for diagnoses.
    assert list(counted.words) == [6, 2, 4, 1]
    assert list(counted.codes_per_note) == [2, 1, 3]
    assert counted.frequency == {"I10": 3, "M10.9": 1, "J18.9": 1, "Q99.99Z": 1}
    assert found["codes"]["assigned"] == 6
    # Only I10 of the first note has a place: 1 of 6 codes assigned, 2 places.
    assert found["evidence"] == {
        "places": 2, "of_assigned": pytest.approx(1 / 6), "not_coded": {"integral": 1},
    }  # fmt: skip
    assert found["procedures"] == {"assigned": 1, "different": 1}
    assert found["settings"] == {"not given": 3, "inpatient": 1}
    assert found["ages"] == {"65–79": 2, "90 and over": 1, "not given": 1}
    assert found["sexes"] == {"F": 2, "M": 1, "not given": 1}
    assert found["months"] == {"2025-11": 1, "not given": 3}
    assert found["splits"] == {"not given": 3, "train": 1}
    assert found["sections"]["assessment"] == 1
    assert found["codes"]["most_frequent"][0] == {
        "code": "I10", "title": "Essential (primary) hypertension", "notes": 3,
    }  # fmt: skip


def test_rare_codes_worked_by_hand() -> None:
    frequency = Counter({"A": 60, "B": 30, "C": 4, "D": 4, "E": 1, "F": 1})
    # Of 100 assigned: two codes of one note (2), four of fewer than five (10), five of fewer than 50.
    assert rare_shares(frequency)[:2] == [(2, 2, 2 / 6, 0.02), (5, 4, 4 / 6, 0.1)]
    assert rare_shares(frequency)[3] == (50, 5, 5 / 6, 0.4)
    assert covered_by(frequency, 2) == 0.9
    assert covered_by(Counter(), 10) == 0


def test_chapters_in_their_order(codes: CodeSet) -> None:
    frequency = {"M10.9": 1, "I10": 5, "I50.9": 2, "Q99.99Z": 4}
    assert chapters(frequency, codes) == [
        ("9", "Diseases of the circulatory system", 2, 7),
        ("13", "Diseases of the musculoskeletal system and connective tissue", 1, 1),
        ("", "not in this release", 1, 4),
    ]


def test_spread() -> None:
    assert spread(list(range(1, 101))).median == 51
    assert spread(list(range(1, 101))).p95 == 96
    assert (spread([7]).p5, spread([7]).most, spread([]).mean) == (7, 7, 0)


def test_the_page_is_complete_in_itself_and_holds_no_note(
    counted: Statistics, codes: CodeSet
) -> None:
    page = statistics_page(counted, codes, "<ours>.jsonl")
    assert "&lt;ours&gt;.jsonl" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)|https?://|url\(|<script|@import", page)
    assert "default-src 'none'" in page
    for words in ("Tired", "gout.", "three four"):
        assert words not in page
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', page)
    assert page.count("<img") == len(pictures) >= 6
    for data, alt in pictures:
        assert len(alt) > 20
        root = ElementTree.fromstring(base64.b64decode(data))
        assert root.tag.endswith("svg")
        # Letters are shapes: no font is asked for.
        assert not [node for node in root.iter() if node.tag.endswith("}text")]
    assert any("I10" in cell for cell in re.findall(r"<code>(.*?)</code>", page))
    assert statistics_page(counted, codes, "<ours>.jsonl") == page


def test_a_corpus_without_diagnoses_has_a_page_too(codes: CodeSet) -> None:
    counted = corpus_statistics([CodedEncounter.from_mapping(ROWS[3], "x")])
    assert "Procedure codes" in statistics_page(counted, codes, "procedures.jsonl")


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    report = tmp_path / "stats.html"
    done = CliRunner().invoke(app, ["corpus", "stats", str(path), "--report", str(report)])
    assert done.exit_code == 0, done.output
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Patients 2, 1.5 notes each, 2 at most" in lines
    assert "Codes of one note 3, 75.0% of codes, 50.0% of assigned" in lines
    assert "9 Diseases of the circulatory system 1 3 50.0%" in lines
    assert report.read_text("utf-8").startswith("<!doctype html>")
    found = json.loads(
        CliRunner().invoke(app, ["corpus", "stats", str(path), "--format", "json"]).stdout
    )
    assert found["codes"]["different"] == 4
