"""What is read is written again whole, as JSON lines and as Parquet."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.corpus.writing import row_of, writer
from suggester.errors import OutputError

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
FULL = {
    "id": "a",
    "documents": [
        {"id": "d1", "type": "ed note", "text": "Café – cough."},
        {"id": "d2", "type": "", "text": "Gout.\r\n"},
    ],
    "setting": "emergency",
    "age": 0,
    "sex": "F",
    "date_of_service": "2026-02-03",
    "specialty": "pediatrics",
    "patient": "p-7",
    "split": "dev",
    "codes": ["R05.9", "M10.9"],
    "evidence": [{"code": "M10.9", "start": 15, "end": 19}],
    "not_coded": [{"start": 0, "end": 4, "reason": "negated", "cue": ""}],
    "optional": ["I10"],
    "also": {"R05.9": ["R05.1"]},
    "icd10pcs": ["5A1935Z"],
    "procedures": {"codes": ["93000"], "visit": {"code": "99213", "also": ["99214"]}},
    "decisions": [
        {
            "system": "icd10cm",
            "code": "I10",
            "decision": "replaced",
            "with": "M10.9",
            "confidence": 0.25,
            "evidence": [{"start": 0, "end": 4}],
        }
    ],
}


def again(coded: list[CodedEncounter], path: Path) -> list[CodedEncounter]:
    with path.open("wb") as stream, writer(path, stream) as write:
        for one in coded:
            write(one)
    return list(read_corpus([path]))


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_every_field_comes_back(tmp_path: Path, ending: str) -> None:
    bare = {"id": "b", "text": "Cough.", "codes": []}
    nine = {"id": "c", "text": "Cough.", "icd9cm": ["786.2"]}
    visit = {"id": "d", "text": "Cough.", "procedures": {"codes": [], "visit": None}}
    coded = [CodedEncounter.from_mapping(row, "n") for row in (FULL, bare, nine, visit)]
    assert again(coded, tmp_path / f"notes.{ending}") == coded
    assert (coded[0].patient, coded[0].specialty, coded[0].note_type) == (
        "p-7",
        "pediatrics",
        "ed note",
    )
    assert not coded[2].diagnoses_coded
    assert coded[3].procedures is not None
    assert coded[3].procedures.visit == ""


def test_the_projects_own_corpora_come_back_whole(tmp_path: Path) -> None:
    coded = list(read_corpus([CORPORA / "procedures", CORPORA / "golden"]))
    assert len(coded) > 1000
    assert again(coded, tmp_path / "all.jsonl") == coded


def test_fields_that_nothing_reads_are_kept() -> None:
    row = {"id": "a", "text": "Gout.", "codes": ["M10.9"], "reader": 3, "procedures": {
        "codes": ["93000"], "lines": [{"code": "93000", "units": 2}],
        "visit": {"code": "99213", "also": [], "modifiers": ["25"]},
    }}  # fmt: skip
    written = row_of(CodedEncounter.from_mapping(row, "n"))
    assert written["reader"] == 3
    assert written["procedures"]["lines"] == [{"code": "93000", "units": 2}]
    assert written["procedures"]["visit"] == {"code": "99213", "also": [], "modifiers": ["25"]}


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"notes.xlsx must end in .jsonl or .parquet"),
        writer(tmp_path / "notes.xlsx", io.BytesIO()),
    ):
        pass
