"""Sections: which part of the note each character stands in."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.preprocess.sections import (
    find_sections,
    heading_kind,
    headings,
    is_report,
    section_at,
)
from suggester.preprocess.sentences import find_sentences

KINDS = {
    "chief_complaint", "hpi", "pmh", "psh", "family_history", "social_history", "medications",
    "allergies", "immunizations", "ros", "exam", "vitals", "results", "findings", "indication",
    "procedure", "administrative", "assessment", "assessment_plan", "plan", "diagnosis",
    "preop_diagnosis", "hospital_course", "problem_list", "instructions", "habit",
}  # fmt: skip


def kinds(text: str) -> list[str]:
    return [section.kind for section in find_sections(text)]


def kind_of(text: str, words: str) -> str:
    return section_at(find_sections(text), text.index(words)).kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Chief Complaint", "chief_complaint"),
        ("CC", "chief_complaint"),
        ("HPI", "hpi"),
        ("History of Present Illness", "hpi"),
        ("Past Medical History", "pmh"),
        ("PMHx", "pmh"),
        ("Past Surgical History", "psh"),
        ("Family History", "family_history"),
        ("FHx", "family_history"),
        ("Social History", "social_history"),
        ("Current Medications", "medications"),
        ("Allergies", "allergies"),
        ("Immunizations", "immunizations"),
        ("Review of Systems", "ros"),
        ("Physical Examination", "exam"),
        ("Vital Signs", "vitals"),
        ("Labs", "results"),
        ("Imaging", "results"),
        ("Laboratory Data", "results"),
        ("Operative Findings", "findings"),
        ("Indications for Procedure", "indication"),
        ("Description of Procedure", "procedure"),
        ("Estimated Blood Loss", "administrative"),
        ("Assessment", "assessment"),
        ("Impression", "assessment"),
        ("Assessment & Plan", "assessment_plan"),
        ("A/P", "assessment_plan"),
        ("Plan", "plan"),
        ("Discharge Diagnoses", "diagnosis"),
        ("Postoperative Diagnosis", "diagnosis"),
        ("Admission Diagnosis", "preop_diagnosis"),
        ("Hospital Course", "hospital_course"),
        ("ED Course", "hospital_course"),
        ("COURSE", "hospital_course"),
        ("Problem List", "problem_list"),
        ("Discharge Instructions", "instructions"),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "{0}:\n",
        "{0}: ",
        "{1}\n",
        "{1}:\n",
        "**{0}**\n",
        "**{0}:** ",
        "## {0}\n",
        "- {0}: ",
        "1. {0}: ",
        "  {0} :\n",
        "{0}\n",
    ],
)
def test_sections_heading_forms(heading: str, kind: str, form: str) -> None:
    text = (
        "Seen today in clinic.\n\n" + form.format(heading, heading.upper()) + "zoster of the trunk"
    )
    assert kind_of(text, "zoster") == kind


def test_sections_without_any_heading() -> None:
    text = "She has had a cough for a week. It is worse at night.\nNo fever."
    (section,) = find_sections(text)
    assert (section.kind, section.heading, section.start, section.end) == ("body", "", 0, len(text))


def test_sections_of_an_empty_note() -> None:
    assert kinds("") == ["body"]


def test_sections_in_the_middle_of_a_line() -> None:
    text = "She denies fever. ALLERGIES: none. MEDICATIONS: lisinopril. ASSESSMENT: Hypertension."
    assert kind_of(text, "fever") == "body"
    assert kind_of(text, "none") == "allergies"
    assert kind_of(text, "lisinopril") == "medications"
    assert kind_of(text, "Hypertension") == "assessment"


def test_sections_follow_each_other_without_blank_lines() -> None:
    text = "CC: cough\nHPI: cough for a week\nPMH: asthma\nA: bronchitis\nP: fluids"
    assert kinds(text) == ["chief_complaint", "hpi", "pmh", "assessment", "plan"]


@pytest.mark.parametrize(
    "line",
    [
        "Patient: the boy in room two",
        "He said: no",
        "Blood pressure medications were reviewed and he takes them.",
        "Family history was discussed at length with her today.",
        "Peanut allergy: carries an injector",
        "Medication overuse headache: stop the tablets",
        "Hypertension follow-up: at goal",
        "RHEUMATOLOGY FOLLOW UP NOTE",
    ],
)
def test_sections_not_opened_by(line: str) -> None:
    assert kinds(f"It began at work.\n{line}\nMore text.") == ["body"]


def test_sections_body_parts_stand_within_an_exam() -> None:
    text = "PHYSICAL EXAM\nLungs: clear\nHeart: regular\nASSESSMENT\nLungs: COPD stable"
    assert kinds(text) == ["exam", "exam", "exam", "assessment"]
    assert kind_of(text, "COPD") == "assessment"


def test_sections_body_parts_within_a_review_of_systems() -> None:
    assert set(kinds("ROS:\nCardiac: palpitations\nGI: nausea")) == {"ros"}


def test_sections_habits_are_problems_in_an_assessment() -> None:
    assert kind_of("Tobacco: quit last year", "quit") == "social_history"
    assert kind_of("Assessment:\nTobacco: counselled to quit", "quit") == "assessment"


def test_sections_of_a_discharge_summary() -> None:
    text = (
        "DISCHARGE SUMMARY\nADMITTING DIAGNOSIS: Chest pain.\nDISCHARGE DIAGNOSES:\n1. NSTEMI.\n"
        "HOSPITAL COURSE:\nShe was catheterized.\nDISCHARGE MEDICATIONS:\naspirin\n"
        "DISCHARGE INSTRUCTIONS:\nLow-salt diet."
    )
    assert kind_of(text, "Chest pain") == "preop_diagnosis"
    assert kind_of(text, "NSTEMI") == "diagnosis"
    assert kind_of(text, "catheterized") == "hospital_course"
    assert kind_of(text, "aspirin") == "medications"
    assert kind_of(text, "Low-salt") == "instructions"


def test_sections_of_an_operative_report() -> None:
    text = (
        "PREOPERATIVE DIAGNOSIS: Cholelithiasis.\nPOSTOPERATIVE DIAGNOSIS: Acute cholecystitis.\n"
        "PROCEDURE PERFORMED: Cholecystectomy.\nANESTHESIA: General.\nFINDINGS: Gangrene.\n"
        "DESCRIPTION OF PROCEDURE: The abdomen was entered.\nCOMPLICATIONS: None."
    )
    assert kinds(text) == [
        "preop_diagnosis", "diagnosis", "procedure", "administrative", "findings", "procedure", "administrative",
    ]  # fmt: skip


def test_sections_of_a_radiology_report() -> None:
    text = "EXAM: CT chest.\nINDICATION: Cough.\nCOMPARISON: None.\nFINDINGS: A nodule.\nIMPRESSION: Lung nodule."
    assert kind_of(text, "Cough") == "indication"
    assert kind_of(text, "A nodule") == "findings"
    assert kind_of(text, "Lung nodule") == "assessment"


def test_sections_of_an_emergency_note() -> None:
    text = "CC: fall\nED Course: splinted\nMDM: low risk\nFinal ED diagnosis: wrist fracture\nDisposition: home"
    assert kinds(text) == [
        "chief_complaint",
        "hospital_course",
        "assessment",
        "diagnosis",
        "administrative",
    ]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_sections_with_windows_line_ends(newline: str) -> None:
    text = newline.join(["CC:", "cough", "", "Assessment:", "bronchitis"])
    assert kinds(text) == ["chief_complaint", "assessment"]
    assert kind_of(text, "bronchitis") == "assessment"


def test_sections_body_starts_after_the_heading() -> None:
    text = "HPI:\tcough\nPlan: rest"
    first, second = find_sections(text)
    assert text[first.start : first.body_start].strip(" \t") == "HPI:"
    assert text[second.body_start : second.end] == "rest"


def test_sections_table_rows() -> None:
    rows = (
        files("suggester.preprocess").joinpath("data/headings.tsv").read_text("utf-8").splitlines()
    )
    assert rows[0] == "heading\tsection"
    names = [row.split("\t")[0] for row in rows[1:]]
    assert len(names) == len(set(names))
    assert set(headings().values()) == KINDS
    for name in names:
        assert name == re.sub(r"\s+", " ", name.strip().lower())
        assert heading_kind(name.upper()) == headings()[name]


_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "ASSESSMENT:",
                "Plan",
                "HPI: ",
                "**Exam**",
                "1. Gout",
                "- rash",
                "",
                "\t",
                "İ: ₂",
                "FH\r",
                "x" * 80,
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=12,
).map("\n".join)


@given(_LINES)
def test_sections_cover_any_text_in_order(text: str) -> None:
    sections = find_sections(text)
    position = 0
    for section in sections:
        assert section.start == position
        assert section.start <= section.body_start <= max(section.end, section.body_start)
        position = section.end
    assert position == len(text)


def test_sections_letters_of_a_soap_note() -> None:
    text = "S - Itchy elbows since spring.\nO - Plaques with scale.\nA - Psoriasis.\nP - Topical steroid."
    assert kinds(text) == ["hpi", "exam", "assessment", "plan"]
    assert kind_of(text, "Psoriasis") == "assessment"


def test_sections_a_lone_letter_opens_none() -> None:
    assert kinds("Findings were graded.\nA - mild\nB - severe") == ["body"]


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("EXAM: CT chest.\nFINDINGS: A nodule.\nIMPRESSION: Lung nodule.", True),
        ("PREOPERATIVE DIAGNOSIS: Cataract.\nPROCEDURE: Phacoemulsification.", True),
        ("Assessment: Lung nodule, stable.", False),
        ("Sore throat x 3 d. Rapid strep positive. Amoxicillin.", False),
        ("CHIEF COMPLAINT: Cough.\nHPI: Two weeks of cough.\nASSESSMENT: Bronchitis.", False),
        ("DISCHARGE DIAGNOSIS: Pneumonia.\nHOSPITAL COURSE: Treated with ceftriaxone.", False),
    ],
)
def test_reports_are_told_from_visits_and_stays(text: str, report: bool) -> None:
    assert is_report(find_sections(text)) is report


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("TRANSFER DIAGNOSES", "diagnosis"),
        ("HEMATOLOGIC DIAGNOSIS", "diagnosis"),
        ("CLINICAL NOTE", "indication"),
        ("DESCRIPTION OF SURGERY", "procedure"),
        ("CHIEF COMPLAINTS", "chief_complaint"),
        ("DIAGNOSTIC SUMMARY AND IMPRESSION", "assessment"),
    ],
)
def test_headings_of_dictated_reports(heading: str, kind: str) -> None:
    assert heading_kind(heading) == kind


def test_a_tentative_diagnosis_is_no_heading_of_diagnoses() -> None:
    assert heading_kind("TENTATIVE DIAGNOSIS") != "diagnosis"


def test_labels_that_every_problem_repeats_open_no_section() -> None:
    text = (
        "ASSESSMENT\n\nCOPD\nDiscussion: Half treated.\nMedication: Doxycycline.\nFollow up: Call in two days.\n\n"
        "Hypertension\nDiscussion: At goal.\nMedication: Lisinopril.\n"
    )
    sections = find_sections(text)
    assert [section.kind for section in sections] == ["assessment"]
    blocks: dict[int, list[str]] = {}
    for sentence in find_sentences(text, sections):
        blocks.setdefault(sentence.block, []).append(text[sentence.start : sentence.end])
    assert [lines[0] for lines in blocks.values()] == ["COPD", "Hypertension"]
    assert "Follow up: Call in two days." in next(iter(blocks.values()))


def test_a_label_said_once_still_opens_its_section() -> None:
    text = "ASSESSMENT\nCOPD\n\nMedications: Tiotropium.\n\nPlan: Recheck in May.\n"
    assert [section.kind for section in find_sections(text)] == [
        "assessment",
        "medications",
        "plan",
    ]


def test_headings_in_capitals_open_sections_however_often_they_come() -> None:
    text = (
        "POSTOPERATIVE DIAGNOSIS: Right inguinal hernia.\nOPERATION: Repair.\nANESTHESIA: General.\n"
        "FINDINGS: Indirect sac.\nOPERATION: The sac was dissected.\nCOMPLICATIONS: None.\n"
    )
    kinds = [section.kind for section in find_sections(text)]
    assert kinds.count("procedure") >= 2
    assert "findings" in kinds


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (
            (
                "58 yo man, refill visit. Smokes.\nFam hx: father with gout.\n\nBP 132/80, lungs clear.\n\n"
                "1. Hypertension: at goal.\n2. Tobacco: patch.\n"
            ),
            "1. Hypertension",
        ),
        (
            (
                "Seen for hot flashes.\n\nExamination: breasts without masses, pelvic normal.\n\n"
                "Menopausal symptoms. Starting estradiol, back in three months.\n"
            ),
            "Menopausal symptoms",
        ),
        (
            (
                "She has felt flat since June.\n\nPHQ-9 17, no suicidal thoughts.\n\n"
                "I believe this is major depression. We will restart escitalopram.\n"
            ),
            "I believe",
        ),
    ],
)
def test_a_conclusion_without_a_heading_is_found(text: str, begins: str) -> None:
    last = find_sections(text)[-1]
    assert last.kind == "assessment_plan"
    assert text[last.start :].startswith(begins)


def test_lists_of_drugs_are_no_conclusion() -> None:
    text = "Annual visit, no complaints.\n\nMedications:\n1. Lisinopril 10 mg\n2. Aspirin 81 mg\n"
    assert [section.kind for section in find_sections(text)] == ["body", "medications"]


def test_headings_may_end_in_a_period() -> None:
    text = "HPI. Fell skiing.\n\nExam. Thumb swollen.\n\nOpinion. Skier's thumb.\n\nPlan. Splint.\n"
    assert [s.kind for s in find_sections(text)] == ["hpi", "exam", "assessment", "plan"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "POSTOP DX: Gout.\nANESTHESIA: General\nThe patient is a 58-year-old man.\n",
            [
                ("diagnosis", "Gout."),
                ("administrative", "General"),
                ("body", "The patient is a 58-year-old man."),
            ],
        ),
        (
            "FINDINGS: Polyp.\nCOMPLICATIONS: none\nThe cecum was normal.\n",
            [
                ("findings", "Polyp."),
                ("administrative", "none"),
                ("findings", "The cecum was normal."),
            ],
        ),
        (
            "COMPARISON:\nFilms of 2024.\n\nIMPRESSION: Normal.\n",
            [("administrative", "Films of 2024."), ("assessment", "Normal.")],
        ),
    ],
)
def test_the_account_goes_on_below_a_line_of_particulars(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(s.kind, text[s.body_start : s.end].strip()) for s in find_sections(text)] == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Dx pre: Bunion.\nDx post: Hallux valgus.\n", ["preop_diagnosis", "diagnosis"]),
        (
            "Pre-procedure Dx: Screening\nPost-procedure Dx: Polyp\n",
            ["preop_diagnosis", "diagnosis"],
        ),
        (
            "Diagnosis before surgery . . . Cyst\nDiagnosis after surgery . . . Same\n",
            ["preop_diagnosis", "diagnosis"],
        ),
        (
            "SUBJECTIVE  Sore exit site.\nOBJECTIVE  Afebrile.\nASSESSMENT  Cellulitis.\nPLAN  Cephalexin.\n",
            ["hpi", "exam", "assessment", "plan"],
        ),
        (
            "S  Stiff hand.\n\nO  Grip 9 lb.\n\nA  Stiffness.\n\nP  Therapy.\n",
            ["hpi", "exam", "assessment", "plan"],
        ),
        ("EXAM: Normal.\nCONCLUSIONS AND PLAN\n1. Grief.\n", ["exam", "assessment_plan"]),
    ],
)
def test_headings_of_other_forms_open_their_sections(text: str, kinds: list[str]) -> None:
    assert [section.kind for section in find_sections(text)] == kinds
