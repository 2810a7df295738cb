"""The project's own corpus: sound codes and places, nothing that looks like a real person."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.encounter import SETTINGS

NOTES = Path(__file__).resolve().parents[1] / "corpora" / "notes"
FEWEST = 60
REASONS = {
    "family",
    "historical",
    "hypothetical",
    "integral",
    "negated",
    "not_addressed",
    "planned",
    "uncertain",
}
FIELDS = {
    "age",
    "also",
    "codes",
    "date_of_service",
    "evidence",
    "id",
    "not_coded",
    "optional",
    "setting",
    "sex",
    "specialty",
    "text",
    "type",
}
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|{_MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d\d)"
_NAME = r"(?:mr|mrs|ms|miss|dr|patient name|name)\b\.?:?\s+[a-z]+"
#: What would identify a person.
IDENTIFYING = {
    "telephone number": r"(?<![\d-])(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\d-])",
    "social security number": r"\b\d{3}-\d{2}-\d{4}\b",
    "e-mail address": r"\b[\w.+-]+@[\w-]+\.[\w.]+",
    "web address": r"https?://|\bwww\.",
    "street address": r"\b\d{1,5}\s+(?:[nsew]\.?\s+)?[a-z]{3,}\s+(?:street|avenue|ave|road|boulevard|blvd|lane|court|parkway)\b",
    "record number": r"\b(?:mrn|medical record|account|acct)\b\D{0,12}\d{4,}",
    "date of birth": rf"\b(?:dob|date of birth|born(?: on)?)\b\D{{0,4}}{_DATE}",
    "name with a full date": rf"{_NAME}[^\n]{{0,60}}\b{_DATE}|\b{_DATE}[^\n]{{0,60}}\b{_NAME}",
    "postal code": r"\b[a-z]+,\s+[A-Z]{2}\s+\d{5}\b",
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
    assert len({code for coded in corpus for code in coded.codes}) >= 200


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


def test_codes_are_billable(corpus: list[CodedEncounter], codes: CodeSet) -> None:
    for coded in corpus:
        stand_ins = {code for others in coded.also.values() for code in others}
        for code in {*coded.codes, *coded.optional, *stand_ins, *coded.also, *coded.evidence}:
            assert code in codes, (coded.encounter.id, code)
            assert codes.is_billable(code), (coded.encounter.id, code)


def test_codes_are_listed_once_and_not_also_optional(notes: dict[str, dict[str, Any]]) -> None:
    for place, row in notes.items():
        assert row["codes"], place
        assert len(set(row["codes"])) == len(row["codes"]), place
        assert not set(row["codes"]) & set(row["optional"]), place
        assert set(row["also"]) <= {*row["codes"], *row["optional"]}, place


def test_every_gold_code_has_evidence(corpus: list[CodedEncounter]) -> None:
    for coded in corpus:
        assert set(coded.codes) <= set(coded.evidence), coded.encounter.id
        assert set(coded.evidence) <= {*coded.codes, *coded.optional}, coded.encounter.id


def test_spans_lie_in_the_text_and_hold_whole_words(corpus: list[CodedEncounter]) -> None:
    for coded in corpus:
        text = coded.encounter.text
        spans = [(s.start, s.end) for places in coded.evidence.values() for s in places]
        for start, end in [*spans, *((s.start, s.end) for s in coded.not_coded)]:
            assert 0 <= start < end <= len(text), coded.encounter.id
            quoted = text[start:end]
            assert quoted == quoted.strip(), (coded.encounter.id, start)
            assert any(letter.isalnum() for letter in quoted), (coded.encounter.id, start)


def test_reasons_are_known_and_cues_are_in_the_note(corpus: list[CodedEncounter]) -> None:
    for coded in corpus:
        text = coded.encounter.text.lower()
        for span in coded.not_coded:
            assert span.reason in REASONS, (coded.encounter.id, span)
            assert span.cue.lower() in text, (coded.encounter.id, span)


@pytest.mark.parametrize("kind", sorted(IDENTIFYING))
def test_nothing_identifies_a_person(kind: str, notes: dict[str, dict[str, Any]]) -> None:
    pattern = re.compile(IDENTIFYING[kind], re.IGNORECASE)
    found = [
        (place, m.group()) for place, row in notes.items() for m in pattern.finditer(row["text"])
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("telephone number", "Call (555) 123-4567 with questions."),
        ("social security number", "SSN 123-45-6789"),
        ("e-mail address", "Write to a.person@example.org."),
        ("web address", "See www.example.org"),
        ("street address", "Lives at 12 Elm Street."),
        ("record number", "MRN: 00123456"),
        ("date of birth", "DOB: 03/04/1961"),
        ("name with a full date", "Mr. Jones was seen on March 3, 2026."),
        ("postal code", "Springfield, IL 62704"),
    ],
)
def test_the_patterns_find_what_they_are_for(kind: str, text: str) -> None:
    assert re.search(IDENTIFYING[kind], text, re.IGNORECASE)


def test_no_note_is_nearly_another(notes: dict[str, dict[str, Any]]) -> None:
    """No two notes share a tenth of their runs of eight words."""
    shingles: dict[str, set[tuple[str, ...]]] = {}
    owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for place, row in notes.items():
        words = re.findall(r"\w+", row["text"].lower())
        shingles[place] = set(zip(*(words[i:] for i in range(8)), strict=False))
        for shingle in shingles[place]:
            owners[shingle].append(place)
    shared: Counter[tuple[str, str]] = Counter()
    for places in owners.values():
        for i, first in enumerate(places):
            for second in places[i + 1 :]:
                shared[first, second] += 1
    near = [
        (a, b, count)
        for (a, b), count in shared.items()
        if count > 0.1 * min(len(shingles[a]), len(shingles[b]))
    ]
    assert near == []
