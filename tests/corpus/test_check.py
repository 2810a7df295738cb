"""The corpus check finds each kind of fault, says where, and never quotes the note."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.corpus.check import KINDS, check_corpus
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.identifying import IDENTIFYING, find_identifying

TEXT = (
    "CHIEF COMPLAINT: Follow-up of blood pressure and sugar in the clinic this morning.\n"
    "Denies chest pain or palpitations since the last visit to us in the spring of the year.\n"
    "ASSESSMENT: Hypertension, controlled. Type 2 diabetes, stable on metformin.\n"
)


def row(**other: Any) -> dict[str, Any]:
    start = TEXT.index("Hypertension")
    pain = TEXT.index("chest pain")
    return {
        "id": "n-1",
        "text": TEXT,
        "codes": ["I10"],
        "evidence": [{"code": "I10", "start": start, "end": start + 12}],
        "not_coded": [{"start": pain, "end": pain + 10, "reason": "negated", "cue": "Denies"}],
        "optional": ["E11.9"],
        "split": "train",
        **other,
    }


def problems(codes: CodeSet, *rows: dict[str, Any], ignore: tuple[str, ...] = ()) -> list[str]:
    corpus = [CodedEncounter.from_mapping(given, "n") for given in rows]
    return [f"{p.kind}: {p.message}" for p in check_corpus(corpus, lambda day: codes, ignore)]


def test_a_sound_note_has_no_problem(codes: CodeSet) -> None:
    assert problems(codes, row()) == []


def test_a_corpus_without_evidence_is_sound(codes: CodeSet) -> None:
    assert problems(codes, {"id": "n-1", "text": TEXT, "codes": ["I10", "E11.9"]}) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"codes": [], "evidence": []}, "codes: no code at all"),
        ({"codes": ["I10", "Q99.99"], "evidence": []}, "codes: Q99.99 is not a code of"),
        ({"codes": ["I10", "E11"], "evidence": []}, "codes: E11 is not billable in"),
        ({"optional": ["I10"]}, "codes: I10 is both gold and optional"),
        ({"also": {"J45.909": ["J45.20"]}}, "codes: J45.909 has stand-ins but is neither"),
        ({"codes": ["I10", "J45.909"]}, "evidence: J45.909 has no evidence"),
        (
            {
                "evidence": [
                    {"code": "I10", "start": 0, "end": 5},
                    {"code": "R51.9", "start": 0, "end": 5},
                ]
            },
            "evidence: evidence for R51.9",
        ),
        (
            {"evidence": [{"code": "I10", "start": 5, "end": 6}]},
            "evidence: the evidence of I10 at 5 does not hold whole words",
        ),
        ({"not_coded": [{"start": 0, "end": 5, "reason": "boring"}]}, "not_coded: unknown reason"),
        (
            {"not_coded": [{"start": 0, "end": 5, "reason": "negated", "cue": "never"}]},
            "not_coded: the cue of what is not coded at 0 is not in the note",
        ),
        (
            {"procedures": {"codes": ["ECG"]}},
            "procedures: ECG has not the form of a CPT or HCPCS code",
        ),
        (
            {"procedures": {"codes": ["93000"], "not_performed": ["93000"]}},
            "procedures: 93000 was done and is optional or not performed",
        ),
        (
            {"procedures": {"codes": [], "also": {"93000": ["93010"]}}},
            "procedures: 93000 has stand-ins but was not done",
        ),
        ({"split": "holdout"}, "split: unknown split; known: train, dev, test"),
        (
            {"codes": ["E11.9", "R73.9"], "evidence": [], "optional": []},
            "excludes1: R73.9 and E11.9 exclude each other",
        ),
        ({"text": TEXT + "Call 555-123-4567."}, "identifying: looks like a telephone number at"),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_each_fault_is_found(codes: CodeSet, other: dict[str, Any], said: str) -> None:
    found = problems(codes, row(**other))
    assert len(found) == 1, found
    assert found[0].startswith(said)
    assert "Hypertension" not in found[0]


def test_a_copy_is_found(codes: CodeSet) -> None:
    copy = row(id="n-2", text=TEXT + "Return in three months.\n")
    assert problems(codes, row(), copy) == ["copies: nearly a copy of n-1"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_may_be_left_out(codes: CodeSet, kind: str) -> None:
    faulty = [
        row(
            codes=["E11.9", "R73.9", "E11"],
            evidence=[{"code": "I10", "start": 5, "end": 6}],
            not_coded=[{"start": 0, "end": 5, "reason": "boring"}],
            split="holdout",
            procedures={"codes": ["93000", "EKG"], "not_performed": ["93000"]},
            text=TEXT + "MRN 1234567",
        ),
        row(id="n-2"),
    ]
    every = {said.split(":")[0] for said in problems(codes, *faulty)}
    assert every == set(KINDS)
    assert {said.split(":")[0] for said in problems(codes, *faulty, ignore=(kind,))} == every - {
        kind
    }


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
    assert kind in {found for found, _ in find_identifying(text)}
    assert kind in IDENTIFYING


def test_clinical_numbers_identify_nobody() -> None:
    text = (
        "BP 120/80, 98.6 F, 5/5 strength, L4-5, 500 mg, G2P1001, visit 3 of 12, 1,520 g, 10-12 days"
    )
    assert list(find_identifying(text)) == []
    assert re.search(r"\d", text)


def test_codes_are_checked_for_the_day_of_the_visit(codes: CodeSet) -> None:
    asked: list[datetime.date | None] = []

    def on(day: datetime.date | None) -> CodeSet:
        asked.append(day)
        return codes

    corpus = [CodedEncounter.from_mapping(row(date_of_service="2026-03-14"), "n")]
    assert check_corpus(corpus, on) == []
    assert set(asked) == {datetime.date(2026, 3, 14)}
