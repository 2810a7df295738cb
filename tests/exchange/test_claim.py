"""Finished codings as FHIR Claim, CSV and claim sheet, and what a claim form cannot hold."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
from typing import get_args

import pytest

from suggester.exchange.claim import (
    ClaimDiagnosis,
    ClaimLine,
    CodedClaim,
    claim_problems,
    diagnosis_letter,
)
from suggester.exchange.claim_csv import COLUMNS, claims_csv
from suggester.exchange.claim_sheet import claim_sheet
from suggester.exchange.fhir_claim import Use, fhir_claim
from tests.exchange.fhir_checks import check_fhir

VISIT = CodedClaim(
    "E1042",
    (
        ClaimDiagnosis("E11.42", "Type 2 diabetes mellitus with diabetic polyneuropathy"),
        ClaimDiagnosis("I10", "Essential (primary) hypertension"),
    ),
    (
        ClaimLine("cpt", "99214", "Clinic visit", 1, ("25",), ("E11.42", "I10")),
        ClaimLine("hcpcs", "J1030", "Steroid", 2, ("LT", "59"), ("I10",)),
    ),
    coded_by="coder 3",
    coded_at=datetime.datetime(2026, 11, 4, 8, 15, tzinfo=datetime.UTC),
    age=67,
    sex="F",
    date_of_service=datetime.date(2026, 11, 3),
    setting="outpatient",
    model={"name": "default", "version": "1.0.0"},
    code_sets={"icd10cm": "FY2027", "cpt": "starter"},
)
STAY = dataclasses.replace(
    VISIT, setting="inpatient", lines=(ClaimLine("icd10pcs", "0DTJ4ZZ", "Resection of Appendix"),)
)
BARE = CodedClaim("x", (), (), "", datetime.datetime(2026, 1, 1))


def diagnoses(count: int) -> tuple[ClaimDiagnosis, ...]:
    return tuple(ClaimDiagnosis(f"M10.{n}") for n in range(count))


@pytest.mark.parametrize("use", get_args(Use))
def test_professional_claim(use: Use) -> None:
    claim = fhir_claim(VISIT, use=use, patient="Patient/7", encounter="Encounter/3")
    check_fhir(claim)
    assert (claim["status"], claim["use"]) == ("draft", use)
    assert claim["type"]["coding"][0]["code"] == "professional"
    assert [d["sequence"] for d in claim["diagnosis"]] == [1, 2]
    visit, drug = claim["item"]
    assert (visit["diagnosisSequence"], drug["diagnosisSequence"]) == ([1, 2], [2])
    assert drug["quantity"] == {"value": 2}
    systems = [m["coding"][0]["system"].rpartition("/")[2] for m in drug["modifier"]]
    assert systems == ["HCPCSReleaseCodeSets", "cpt"]
    assert visit["servicedDate"] == "2026-11-03"
    assert visit["encounter"][0]["reference"] == "Encounter/3"
    assert claim["patient"] == {"reference": "Patient/7"}
    assert "procedure" not in claim
    assert "total" not in claim
    assert claim["extension"][0]["valueString"] == "default 1.0.0"


def test_institutional_claim() -> None:
    claim = fhir_claim(STAY)
    check_fhir(claim)
    assert claim["type"]["coding"][0]["code"] == "institutional"
    assert claim["diagnosis"][0]["type"][0]["coding"][0]["code"] == "principal"
    [procedure] = claim["procedure"]
    assert procedure["procedureCodeableConcept"]["coding"][0]["code"] == "0DTJ4ZZ"
    assert "item" not in claim
    assert claim["billablePeriod"] == {"end": "2026-11-03"}


def test_a_claim_of_nothing_is_fhir_too() -> None:
    check_fhir(fhir_claim(BARE))
    assert [s.split(";")[0] for s in claim_problems(BARE)] == [
        "The claim has no diagnosis",
        "The claim has no line",
    ]


def test_what_a_claim_form_holds() -> None:
    assert claim_problems(VISIT) == ()
    assert claim_problems(STAY) == ()
    line = ClaimLine("cpt", "99214", pointers=("M10.0",))
    twelve = dataclasses.replace(VISIT, diagnoses=diagnoses(12), lines=(line,))
    assert claim_problems(twelve) == ()
    thirteen = dataclasses.replace(twelve, diagnoses=diagnoses(13))
    [sentence] = claim_problems(thirteen)
    assert "has 13 diagnoses; a professional claim holds at most 12" in sentence
    check_fhir(fhir_claim(thirteen))
    stay = dataclasses.replace(STAY, diagnoses=diagnoses(25))
    assert claim_problems(stay) == ()
    [sentence] = claim_problems(dataclasses.replace(stay, diagnoses=diagnoses(26)))
    assert "an institutional claim holds at most 25" in sentence
    [sentence] = claim_problems(dataclasses.replace(STAY, lines=STAY.lines * 26))
    assert "26 ICD-10-PCS codes; it holds at most 25" in sentence


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (ClaimLine("cpt", "1", units=0, pointers=("M10.0",)), "has 0 units"),
        (ClaimLine("cpt", "1", modifiers=tuple("abcde"), pointers=("M10.0",)), "has 5 modifiers"),
        (
            ClaimLine("cpt", "1", pointers=("M10.0", "M10.1", "M10.2", "M10.3", "M10.4")),
            "1 points to 5 diagnoses; a line points to at most 4",
        ),
        (ClaimLine("cpt", "1"), "points to no diagnosis"),
        (ClaimLine("cpt", "1", pointers=("I10",)), "points to I10, which is not among"),
        (ClaimLine("icd10pcs", "0DTJ4ZZ"), "which only claims for hospital stays carry"),
    ],
)
def test_problems_of_lines(line: ClaimLine, words: str) -> None:
    [sentence] = claim_problems(dataclasses.replace(VISIT, diagnoses=diagnoses(12), lines=(line,)))
    assert words in sentence


def test_pointer_past_the_last_diagnosis_and_a_code_twice() -> None:
    line = ClaimLine("cpt", "1", pointers=("M10.12",))
    found = claim_problems(dataclasses.replace(VISIT, diagnoses=diagnoses(13), lines=(line,)))
    assert found[1] == "1 points to M10.12, which stands after the 12 the claim holds."
    twice = dataclasses.replace(VISIT, diagnoses=(*VISIT.diagnoses, VISIT.diagnoses[1]))
    assert claim_problems(twice) == (
        "I10 stands more than once among the diagnoses; once is enough.",
    )
    assert fhir_claim(twice)["item"][1]["diagnosisSequence"] == [2]


def test_csv_is_one_row_a_code() -> None:
    text = claims_csv([VISIT, STAY])
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [(r["kind"], r["position"], r["code"]) for r in rows] == [
        ("diagnosis", "1", "E11.42"),
        ("diagnosis", "2", "I10"),
        ("procedure", "1", "99214"),
        ("procedure", "2", "J1030"),
        ("diagnosis", "1", "E11.42"),
        ("diagnosis", "2", "I10"),
        ("procedure", "1", "0DTJ4ZZ"),
    ]
    drug = rows[3]
    assert (drug["units"], drug["modifiers"], drug["pointers"]) == ("2", "LT 59", "I10")
    assert (drug["encounter"], drug["claim_type"], drug["age"]) == ("E1042", "professional", "67")
    assert (rows[0]["code_set"], drug["code_set"]) == ("FY2027", "")
    assert rows[0]["model"] == "default 1.0.0"
    assert text.count("\r\n") == len(rows) + 1


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "|cmd", "%0"]
)
def test_csv_cells_are_never_formulas(text: str) -> None:
    line = ClaimLine("cpt", text, text, 1, (text,), (text,))
    claim = CodedClaim(
        text, (ClaimDiagnosis(text, text),), (line,), text, VISIT.coded_at, model={"name": text}
    )
    for row in csv.reader(io.StringIO(claims_csv([claim]), newline="")):
        for cell in row:
            assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "|", "%"))
    assert claims_csv([]).splitlines() == [",".join(COLUMNS)]


def test_sheet_says_all_and_prints() -> None:
    sheet = claim_sheet(VISIT)
    json.dumps(sheet)
    assert [(d["letter"], d["code"], d["first_listed"]) for d in sheet["diagnoses"]] == [
        ("A", "E11.42", True),
        ("B", "I10", False),
    ]
    assert [line["pointers"] for line in sheet["lines"]] == ["AB", "B"]
    assert (sheet["type"], sheet["date_of_service"]) == ("professional", "2026-11-03")
    assert sheet["problems"] == []
    assert claim_sheet(BARE)["date_of_service"] is None
    assert len(claim_sheet(BARE)["problems"]) == 2
    assert [diagnosis_letter(n) for n in (0, 11, 25, 26)] == ["A", "L", "Z", "27"]
