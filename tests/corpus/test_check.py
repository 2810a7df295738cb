"""The corpus check finds each kind of fault, says where, and never quotes the note."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from suggester.codes import CodeSet
from suggester.corpus.check import KINDS, Checking, check_corpus
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
    plan: dict[str, Any] = {"codes": ["I10"], "evidence": [], "not_coded": []}
    faulty = [
        row(
            codes=["E11.9", "R73.9", "E11", "I60.20"],
            evidence=[{"code": "I10", "start": 5, "end": 6}],
            not_coded=[{"start": 0, "end": 5, "reason": "boring"}],
            procedures={"codes": ["93000", "EKG"], "not_performed": ["93000"]},
            text=TEXT + "MRN 1234567, Caf\u00c3\u00a9, E11.9",
        ),
        row(id="n-2", patient="p-1"),
        row(id="n-3"),
        row(id="n-4", text=TEXT + "Return in three months.\n"),
        row(id="n-5", text=TEXT.upper(), split="test"),
        row(id="n-6", text="Hypertension.", split="test", patient="p-1", **plan),
        row(id="n-7", text="Gout of the left foot.", split="holdout", **plan),
    ]
    every = {said.split(":")[0] for said in problems(codes, *faulty)}
    assert every == set(KINDS)
    assert {said.split(":")[0] for said in problems(codes, *faulty, ignore=(kind,))} == every - {
        kind
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Caf\ufffd",
            "encoding: 1 replacement characters (U+FFFD), left by a conversion, the first at",
        ),
        (
            "Sj\u00c3\u00b6gren, 38 \u00c2\u00b0C",
            "encoding: 2 characters of UTF-8 that were read as W",
        ),
        (
            "patient\u00e2\u20ac\u2122s",
            "encoding: 1 characters of UTF-8 that were read as Windows-1252",
        ),
        ("one\u0000two\u0085", "encoding: 2 control characters, the first at"),
    ],
    ids=["replaced", "accents", "quotes", "control"],
)
def test_damaged_characters_are_found(codes: CodeSet, text: str, said: str) -> None:
    found = problems(codes, row(text=TEXT + text))
    assert len(found) == 1, found
    assert found[0].startswith(said)


def test_foreign_letters_are_no_damage(codes: CodeSet) -> None:
    text = (
        TEXT
        + "S\u00e3o Paulo, \u00c2ngela, fa\u00e7ade, 38 \u00b0C, \u2019quoted\u2019 \u2013 \u20ac5\f\r\n\t"
    )
    assert problems(codes, row(text=text)) == []


def test_a_note_with_hardly_any_text_is_found(codes: CodeSet) -> None:
    rest: dict[str, Any] = {"evidence": [], "not_coded": [], "optional": []}
    assert problems(codes, row(text="See  above. \n", **rest)) == [
        "short: only 9 characters, white space aside"
    ]
    assert problems(codes, row(text="Assessment: Gout.", **rest)) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [("Dx E11.9", 3), ("dx e119, stable", 3), ("(E11.9).", 1), ("E11.90 XE119 B12 E11.9.1", None)],
)
def test_a_code_written_in_its_note_is_found(codes: CodeSet, text: str, place: int | None) -> None:
    given = row(text=TEXT + text, codes=["I10", "E11.9"], evidence=[], optional=[])
    said = "" if place is None else f"the code E11.9 is written in the note at {len(TEXT) + place}"
    assert problems(codes, given) == ([f"written_codes: {said}"] if said else [])


def test_the_code_of_a_procedure_written_in_its_note_is_found(codes: CodeSet) -> None:
    given = row(
        text=TEXT + "CPT 93000", procedures={"codes": ["93000"], "visit": {"code": "99213"}}
    )
    assert problems(codes, given) == [
        f"written_codes: the code 93000 is written in the note at {len(TEXT) + 4}"
    ]


def test_the_same_text_twice_is_found_whatever_its_spaces_and_case(codes: CodeSet) -> None:
    again = row(id="n-2", text=TEXT.upper().replace(" ", "  "), evidence=[], not_coded=[])
    assert problems(codes, row(), again) == ["duplicates: the same text as n-1"]


@pytest.mark.parametrize("added", ["", "Return in three months.\n"])
def test_a_copy_in_another_split_is_a_leak(codes: CodeSet, added: str) -> None:
    other = row(id="n-2", text=TEXT + added, split="test")
    said = "nearly a copy of" if added else "the same text as"
    assert problems(codes, row(), other) == [f"leaks: {said} n-1, which is in the split train"]


def test_one_patient_in_two_splits_is_found_without_naming_the_patient(codes: CodeSet) -> None:
    rest: dict[str, Any] = {"evidence": [], "not_coded": [], "optional": []}
    texts = (
        "Assessment: Hypertension.",
        "Plan: lisinopril for pressure.",
        "Plan: come again soon.",
    )
    rows = [
        row(id=f"n-{n}", text=text, patient="MRN-778", split=split, **rest)
        for n, (text, split) in enumerate(zip(texts, ("train", "train", "test"), strict=True))
    ]
    assert problems(codes, *rows) == [
        "patients: of the same patient as n-0, which is in the split train"
    ]
    assert problems(codes, *[r | {"split": ""} for r in rows]) == []


@pytest.mark.parametrize(
    ("code", "day", "said"),
    [
        ("I60.20", None, "dates: I60.20 was deleted on 2016-10-01; now I60.2"),
        ("I60.20", "2020-01-01", "dates: I60.20 was deleted on 2016-10-01; now I60.2"),
        (
            "I60.20",
            "2016-01-01",
            "dates: I60.20 was in force on 2016-01-01 and was deleted on 2016-10-01; now I60.2",
        ),
        (
            "S02.10XA",
            "2020-01-01",
            "dates: S02.10XA was deleted on 2016-10-01; now S02.109A or S02.101A or S02.102A",
        ),
        (
            "U07.1",
            "2020-03-31",
            (
                "dates: U07.1 came into force on 2020-04-01, before it: B97.29; the date of service is "
                "2020-03-31"
            ),
        ),
        ("U07.1", "2020-04-01", None),
        ("U07.1", None, None),
        (
            "A84.8",
            "2020-09-30",
            (
                "dates: A84.8 was in force on 2020-09-30 and has been a heading since 2020-10-01; now "
                "A84.81 or A84.89"
            ),
        ),
        ("A84.8", "2020-10-01", "codes: A84.8 is not billable in"),
        ("Q99.99", "2020-10-01", "codes: Q99.99 is not a code of"),
    ],
)
def test_codes_are_judged_by_the_date_of_service(
    codes: CodeSet, code: str, day: str | None, said: str | None
) -> None:
    found = problems(codes, row(codes=[code], evidence=[], optional=[], date_of_service=day))
    assert [problem.startswith(said or "?") for problem in found] == [True] * bool(said)


def test_problems_are_counted_and_some_are_listed(codes: CodeSet) -> None:
    checking = Checking(lambda day: codes, listed=1)
    for given in (row(text="x"), row(id="n-2", text="y")):
        checking.add(CodedEncounter.from_mapping(given | {"evidence": [], "not_coded": []}, "n"))
    assert [(p.note, p.kind) for p in checking.problems()] == [("n-1", "short")]
    assert dict(checking.counts) == {"short": 2}


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
