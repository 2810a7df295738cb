"""Procedures as the engine returns them: lines, visits, what is listed apart, ICD-10-PCS."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from suggester import Document, Encounter, Suggester
from suggester.codes.flat_importing import import_flat
from suggester.engine.pcs import PcsLines
from suggester.engine.places import Places
from suggester.suggestions import CONFIDENT, Result
from tests.candidates.test_pcs import order_file

VISIT = (
    "Office visit, established patient.\n"
    "HPI: Here for hypertension follow-up, not at goal. Colonoscopy in 2019 was normal.\n"
    "EXAM: BP 158/92.\n"
    "PROCEDURE: 5 actinic keratoses of the scalp were destroyed with liquid nitrogen.\n"
    "EKG today shows normal sinus rhythm.\n"
    "ASSESSMENT AND PLAN:\n"
    "1. Hypertension, uncontrolled. Increase lisinopril to 20 mg daily.\n"
    "2. Actinic keratosis, treated. Dermatology referral declined.\n"
    "3. Echocardiogram will be scheduled.\n"
)
OPERATION = (
    "OPERATIVE REPORT\nPREOPERATIVE DIAGNOSIS: Acute appendicitis.\n"
    "PROCEDURE PERFORMED: Laparoscopic appendectomy.\n"
    "DETAILS: Three ports were placed. The appendix was stapled and removed. Fascia closed with Vicryl.\n"
)


def test_a_modifier_stands_once_however_many_reasons_it_has(shipped: Suggester) -> None:
    note = "OFFICE VISIT, established patient. Seen by video (telehealth), patient at home.\nASSESSMENT: Hypertension, not at goal. Increase lisinopril."
    [visit] = [s for s in shipped.suggest(note).procedures if s.visit is not None]
    assert [m.modifier for m in visit.modifiers or ()] == ["95"]


@pytest.fixture(scope="module")
def result(shipped: Suggester) -> Result:
    encounter = Encounter("v", (Document("v", VISIT),), setting="outpatient", age=70, sex="M")
    return shipped.suggest(encounter)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PROCEDURE: Laparoscopic appendectomy.", "44970"),
        ("EXAM: MRI of the brain without contrast. FINDINGS: Normal.", "70551"),
        ("EXAM: MRI of the brain without and with contrast. FINDINGS: Normal.", "70553"),
    ],
)
def test_teaching_examples(shipped: Suggester, text: str, code: str) -> None:
    assert shipped.suggest(text).procedures[0].code == code


def test_lines_carry_units_modifiers_and_diagnoses(result: Result) -> None:
    lines = {s.code: s for s in result.procedures if s.tier == CONFIDENT}
    assert {"17000", "17003", "93000"} <= set(lines)
    assert lines["17003"].units == 4
    assert lines["17003"].derived_from is not None
    assert lines["17000"].diagnoses == ("L57.0",)
    for line in lines.values():
        assert line.evidence
        assert all(VISIT[e.start : e.end] == e.text for e in line.evidence)
        assert set(line.diagnoses or ()) <= {s.code for s in result.diagnoses}


def test_the_visit_shows_what_its_level_rests_on(result: Result) -> None:
    [visit] = [s for s in result.procedures if s.visit is not None]
    assert visit.code == "99214"
    assert visit.visit is not None
    assert {"problems", "risk"} <= {e.column for e in visit.visit.elements}
    assert "99215" in visit.visit.missing
    assert [m.modifier for m in visit.modifiers or ()] == ["25"]
    assert all(m.reason for m in visit.modifiers or ())


def test_what_was_not_done_is_listed_apart(result: Result) -> None:
    apart = {row.text.lower(): row.status for row in result.not_performed}
    assert apart["colonoscopy"] == "before"
    assert apart["echocardiogram"] == "ordered"
    codes = {row.code for row in result.not_performed}
    assert not codes & {s.code for s in result.procedures if s.tier == CONFIDENT}
    for row in result.not_performed:
        assert VISIT[row.start : row.end] == row.text


def test_systems_are_chosen(shipped: Suggester) -> None:
    only = shipped.suggest(VISIT, systems=("cpt",))
    assert {s.system for s in only.suggestions} == {"cpt"}
    assert "icd10pcs" not in only.code_sets
    none = shipped.suggest(VISIT, systems=("icd10cm",))
    assert (none.procedures, none.not_performed) == ((), ())


def test_an_operation_has_no_visit_and_no_closure(shipped: Suggester) -> None:
    lines = [s for s in shipped.suggest(OPERATION).procedures if s.tier == CONFIDENT]
    assert [s.code for s in lines] == ["44970"]


def test_inpatient_procedures_need_a_release(
    shipped: Suggester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = Encounter("o", (Document("o", OPERATION),), setting="inpatient")
    without = shipped.suggest(encounter)
    assert [n for n in without.notices if "ICD-10-PCS" in n]
    asked = shipped.suggest("Assessment: Gout.", systems=("icd10pcs",))
    assert (asked.suggestions, len(asked.notices)) == ((), 1)
    assert "hospital inpatients" in asked.notices[0]
    path = tmp_path / "icd10pcs_order_2026.txt"
    path.write_bytes(order_file().encode())
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    import_flat([path])
    reading = shipped._language.read(encounter)
    found = PcsLines().suggest(reading, Places(encounter), ("icd10pcs",), None, True)
    [code] = found.suggestions
    assert (code.code, code.system) == ("0DTJ4ZZ", "icd10pcs")
    assert [axis.value for axis in code.axes or ()] == list("0DTJ4ZZ")
    assert json.loads(json.dumps(code.evidence[0].text)) == "Laparoscopic appendectomy"
    assert PcsLines().suggest(reading, Places(encounter), ("cpt",), None, True).suggestions == ()


@pytest.mark.parametrize(
    ("day", "code"),
    [(datetime.date(2025, 11, 3), "37220"), (datetime.date(2026, 3, 3), "37254"), (None, "37254")],
)
def test_codes_that_ended_are_for_their_time(
    shipped: Suggester, day: datetime.date | None, code: str
) -> None:
    text = "PROCEDURE PERFORMED: Left common iliac artery balloon angioplasty."
    encounter = Encounter("i", (Document("i", text),), date_of_service=day)
    assert shipped.suggest(encounter).procedures[0].code == code


def test_a_licensed_release_gives_its_descriptors(
    shipped: Suggester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "LONGULT.txt"
    path.write_text("Invented licence\r\n\r\n44970\tInvented wording of the licensed file\r\n")
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    import_flat([path], system="cpt", name="2026")
    engine = Suggester(shipped.model, shipped.codes)
    result = engine.suggest(OPERATION)
    line = result.procedures[0]
    assert (line.code, line.description) == ("44970", "Invented wording of the licensed file")
    assert line.billable
    assert result.code_sets["cpt"] == "2026"
    # What the release lacks is suggested in the project's words, and said not to be in force.
    other = engine.suggest("EXAM: MRI of the brain without contrast.").procedures[0]
    assert (other.code, other.billable) == ("70551", False)


def test_minutes_beyond_critical_care_are_a_line_of_their_own(shipped: Suggester) -> None:
    text = (
        "ED NOTE. Septic shock, intubated, on norepinephrine.\n"
        "Critical care time 110 minutes, exclusive of separately billable procedures.\n"
    )
    encounter = Encounter("c", (Document("c", text),), setting="emergency", age=60)
    lines = {s.code: s for s in shipped.suggest(encounter).procedures}
    assert lines["99291"].visit is not None
    further = lines["99292"]
    assert (further.units, further.visit) == (2, None)
    assert further.derived_from is not None
    assert further.derived_from["codes"] == ["99291"]


def test_what_is_cut_off_still_counts(shipped: Suggester, result: Result) -> None:
    encounter = Encounter("v", (Document("v", VISIT),), setting="outpatient", age=70, sex="M")
    for most in range(1, 5):
        assert shipped.suggest(encounter, top_k=most).procedures == result.procedures[:most]


def test_several_operations_are_told(shipped: Suggester) -> None:
    text = "PROCEDURES PERFORMED:\n1. Laparoscopic cholecystectomy.\n2. Umbilical hernia repair, 2 cm, initial.\n"
    alerts = [a["rule"] for s in shipped.suggest(text).procedures for a in s.alerts]
    assert alerts.count("modifier-51") == 1
