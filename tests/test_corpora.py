"""The project's own corpus: sound codes and places, nothing that looks like a real person."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.corpus.check import check_corpus
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.encounter import SETTINGS

NOTES = Path(__file__).resolve().parents[1] / "corpora" / "notes"
FEWEST, FEWEST_CODES = 400, 900
FIELDS = {
    "age",
    "also",
    "codes",
    "date_of_service",
    "evidence",
    "id",
    "not_coded",
    "optional",
    "procedures",
    "setting",
    "sex",
    "specialty",
    "split",
    "text",
    "type",
}


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(NOTES.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", json.loads(line)


@pytest.fixture(scope="module")
def notes() -> dict[str, dict[str, Any]]:
    return dict(rows())


@pytest.fixture(scope="module")
def corpus() -> list[CodedEncounter]:
    return list(read_corpus([NOTES]))


def test_there_are_enough_notes_of_every_setting(corpus: list[CodedEncounter]) -> None:
    assert len(corpus) >= FEWEST
    settings = Counter(coded.encounter.setting for coded in corpus)
    assert set(settings) == set(SETTINGS)
    assert len({code for coded in corpus for code in coded.codes}) >= FEWEST_CODES


def test_ids_differ(notes: dict[str, dict[str, Any]]) -> None:
    counts = Counter(row["id"] for row in notes.values())
    assert [name for name, count in counts.items() if count > 1] == []


def test_rows_have_the_fields_the_readme_lists(notes: dict[str, dict[str, Any]]) -> None:
    for place, row in notes.items():
        assert set(row) == FIELDS, place
        assert row["setting"] in SETTINGS, place
        assert row["sex"] in {"F", "M"}, place
        assert isinstance(row["age"], int), place
        assert re.fullmatch(r"202[56]-\d\d-\d\d", row["date_of_service"]), place
        assert all(set(item) == {"code", "start", "end"} for item in row["evidence"]), place
        assert all(set(i) - {"cue"} == {"start", "end", "reason"} for i in row["not_coded"]), place


def test_the_corpus_check_finds_nothing(corpus: list[CodedEncounter], codes: CodeSet) -> None:
    assert check_corpus(corpus, lambda day: codes, shared=0.1) == []


def test_every_gold_code_has_evidence(corpus: list[CodedEncounter]) -> None:
    for coded in corpus:
        assert set(coded.codes) <= set(coded.evidence), coded.encounter.id


def test_the_split_is_fixed(corpus: list[CodedEncounter]) -> None:
    sizes = Counter(coded.split for coded in corpus)
    assert set(sizes) == {"train", "dev", "test"}
    assert min(sizes["dev"], sizes["test"]) >= 0.08 * len(corpus)
    for coded in corpus:
        digest = hashlib.sha256(coded.encounter.id.encode()).digest()
        assert coded.split == ("test", "dev", *["train"] * 8)[digest[0] % 10], coded.encounter.id


def test_every_note_was_coded_twice(corpus: list[CodedEncounter], codes: CodeSet) -> None:
    lines = (NOTES.parent / "codings.tsv").read_text("utf-8").splitlines()
    assert lines[0].split("\t") == ["note", "first", "second"]
    coded = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:]}
    assert set(coded) == {one.encounter.id for one in corpus}
    for note, columns in coded.items():
        assert len(columns) == 2, note
        for column in columns:
            assert column.split(), note
            assert all(codes.is_billable(code) for code in column.split()), note


def test_procedures_are_codes_with_their_words(notes: dict[str, dict[str, Any]]) -> None:
    form = re.compile(r"\d{4}[\dFTU]|[A-V]\d{4}")
    coded = 0
    for place, row in notes.items():
        done = row["procedures"]
        assert set(done) == {"codes", "evidence", "optional", "also"}, place
        assert not set(done["codes"]) & set(done["optional"]), place
        assert len(set(done["codes"])) == len(done["codes"]), place
        stand_ins = [code for others in done["also"].values() for code in others]
        assert all(form.fullmatch(c) for c in [*done["codes"], *done["optional"], *stand_ins]), (
            place
        )
        assert set(done["codes"]) <= {item["code"] for item in done["evidence"]}, place
        for item in done["evidence"]:
            quoted = row["text"][item["start"] : item["end"]]
            assert quoted == quoted.strip() != "", place
        coded += bool(done["codes"])
    assert coded >= 200
