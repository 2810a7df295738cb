"""The coding rules over what is suggested: combinations, what they take away, alerts, claim order."""

from __future__ import annotations

import json

import pytest

from suggester import Suggester
from suggester.codes import CodeSet
from suggester.edits.coding.patterns import patterns
from suggester.suggestions import CONFIDENT, Result

NOTE = (
    "Discharge summary.\n"
    "Hospital course: 72 y.o. man with COPD admitted with right lower lobe pneumonia. Treated with ceftriaxone. "
    "Type 2 diabetes on metformin with CKD stage 3a, creatinine stable.\n"
    "Discharge diagnoses:\n1. Pneumonia\n2. COPD\n3. CKD 3a\n"
)


@pytest.fixture(scope="module")
def result(shipped: Suggester) -> Result:
    return shipped.suggest(NOTE, systems=("icd10cm",))


def test_a_combination_says_where_it_came_from_and_its_parts_go(result: Result) -> None:
    found = {s.code: s for s in result.diagnoses}
    assert found["J44.0"].tier == CONFIDENT
    assert found["J44.0"].derived_from is not None
    assert "J44.9" in found["J44.0"].derived_from["codes"]
    assert "J44.9" not in found
    gone = {r.code: r for r in result.not_coded if r.reason == "rule"}
    assert gone["J44.9"].rule is not None
    assert gone["J44.9"].text == "COPD"
    assert NOTE[gone["J44.9"].start : gone["J44.9"].end] == "COPD"


def test_ranks_stay_without_gap(result: Result) -> None:
    assert [s.rank for s in result.diagnoses] == list(range(1, len(result.diagnoses) + 1))


def test_alerts_carry_rule_source_and_mend(result: Result) -> None:
    alerts = [alert for s in result.diagnoses for alert in s.alerts]
    assert any(a["rule"] == "drug-status" and a["fix"] == {"add": ["Z79.84"]} for a in alerts)
    assert all(a["source"] and a["message"] and a["id"].startswith(a["rule"]) for a in alerts)


def test_claim_order_holds_the_confident_codes(result: Result) -> None:
    confident = {s.code for s in result.diagnoses if s.tier == CONFIDENT}
    assert set(result.claim.sequence) == confident
    order = list(result.claim.sequence)
    assert order.index("E11.22") < order.index("N18.31")
    assert result.claim.first_because


def test_risk_categories_are_flagged_with_their_support(result: Result) -> None:
    [ckd] = [s for s in result.diagnoses if s.code == "N18.31"]
    flags = {f["model"]: f for f in ckd.flags if f["kind"] == "hcc"}
    assert flags["V24"]["category"] == "138"
    assert flags["V28"]["category"] == "329"
    assert flags["V28"]["supported"]
    assert not any("coefficient" in json.dumps(f) or "$" in json.dumps(f) for f in flags.values())


def test_without_edits_the_ranking_stays(shipped: Suggester, result: Result) -> None:
    plain = shipped.suggest(NOTE, systems=("icd10cm",), edits=False)
    assert not any(s.alerts for s in plain.diagnoses)
    assert not any(r.reason == "rule" for r in plain.not_coded)
    assert not plain.claim.sequence
    kept = {s.code for s in result.diagnoses}
    assert kept <= {s.code for s in plain.diagnoses} | {"J44.0"}


def test_same_words_make_no_combination(shipped: Suggester) -> None:
    note = "Assessment: Kidney stone of 4 mm now in the right mid ureter. Fluids, tamsulosin."
    found = {s.code: s for s in shipped.suggest(note, systems=("icd10cm",)).diagnoses}
    assert found["N20.1"].tier == CONFIDENT
    assert "N20.2" not in {c for c, s in found.items() if s.tier == CONFIDENT}


def test_unknown_and_empty_sets(shipped: Suggester) -> None:
    assert shipped.check([], "Doing well.").claim == ()
    report = shipped.check(["Q99.Z", "I10"], "Hypertension, stable on lisinopril.")
    assert [a.rule for a in report.alerts if a.severity == "error"] == ["validity"]
    assert report.claim == ("I10", "Q99.Z")


@pytest.mark.parametrize(
    ("cell", "code", "expected"),
    [
        ("E11.-", "E11.9", True),
        ("E11.-", "E10.9", False),
        ("N18.1-N18.4", "N18.30", True),
        ("N18.1-N18.4", "N18.5", False),
        ("T36-T50:5", "T38.3X5A", True),
        ("T36-T50:5", "T38.3X1A", False),
        ("S00-S99/DG", "S52.501D", True),
        ("S00-S99/DG", "S52.501A", False),
        ("C00-C96", "C97", False),
        ("A40-A41 R65.2-", "R65.21", True),
    ],
)
def test_patterns(cell: str, code: str, expected: bool) -> None:
    assert any(pattern.matches(code) for pattern in patterns(cell)) == expected


@pytest.mark.parametrize(
    ("code", "kind", "other", "heading"),
    [
        ("I20.9", "excludes1", "I25.119", "I20"),
        ("M54.50", "excludes1", "M54.41", "M54.5"),
        ("J12.82", "code_first", "U07.1", "J12.82"),
        ("E11.22", "use_additional", "N18.31", "E11.22"),
        # From the block, from the chapter, from a range, by the character of intent.
        ("I63.9", "use_additional", "F10.20", "I60-I69"),
        ("L97.512", "code_first", "E11.621", "L97"),
        ("I42.7", "code_first", "T40.5X1A", "I42.7"),
        ("G21.19", "use_additional", "T43.595A", "G21.19"),
    ],
)
def test_notes_of_the_tabular_list_hold_from_every_heading(
    code: str, kind: str, other: str, heading: str, codes: CodeSet
) -> None:
    line = codes.instructions.naming(code, kind, other)
    assert line is not None
    assert line.heading == heading


def test_notes_do_not_name_what_they_do_not_mean(codes: CodeSet) -> None:
    naming = codes.instructions.naming
    assert naming("I10", "excludes1", "E11.9") is None
    assert naming("G21.19", "use_additional", "T43.591A") is None
    assert naming("I25.119", "excludes1", "I25.10") is None
