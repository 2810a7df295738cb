"""Visits: the code, what it rests on, and what the next level would ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from suggester.candidates.visits.levels import further_time
from suggester.candidates.visits.outline import unfold
from suggester.candidates.visits.read_visit import read_visit
from suggester.candidates.visits.visit import Visit
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.lexicon.visit_rows import LEVELS, load_visits


@dataclass(frozen=True)
class Case:
    """A note with the code of its visit and the elements that must be among its reasons."""

    name: str
    text: str
    code: str
    elements: frozenset[str] = frozenset()
    setting: str = "outpatient"
    age: int | None = 50
    basis: str = "mdm"
    missing: str = ""
    modifiers: frozenset[str] = field(default_factory=frozenset)


def case(
    name: str,
    text: str,
    code: str,
    elements: str = "",
    *,
    setting: str = "outpatient",
    age: int | None = 50,
    basis: str = "mdm",
    missing: str = "",
    modifiers: str = "",
) -> Case:
    return Case(
        name,
        text,
        code,
        frozenset(elements.split()),
        setting,
        age,
        basis,
        missing,
        frozenset(modifiers.split()),
    )


CASES = (
    case(
        "time beats decisions",
        "Established patient. Hypothyroidism, feels well.\nExam: BP 118/70, thyroid normal.\n"
        "Assessment: Hypothyroidism, stable.\nPlan: Continue levothyroxine 75 mcg daily. Many questions about diet.\n"
        "I spent 42 minutes on this visit today including chart review and documentation.",
        "99215", "chronic prescription total_time", basis="time",
    ),
    case(
        "decisions beat time",
        "Follow-up visit, established patient.\nAssessment/Plan:\n1. Hypertension above goal. Increase lisinopril to 40 mg.\n"
        "2. Type 2 diabetes, uncontrolled. Start empagliflozin 10 mg daily.\nTotal time today 22 minutes.",
        "99214", "chronic_exacerbation prescription", missing="99215",
    ),
    case(
        "one stable chronic illness",
        "Established patient here for refills. No complaints.\nAssessment: GERD, well controlled.\n"
        "Plan: Continue pantoprazole 40 mg daily. Return in one year.",
        "99213", "chronic prescription", missing="99214",
    ),
    case(
        "self-limited problem",
        "Established patient with a runny nose for two days.\nExam: clear rhinorrhea, lungs clear.\n"
        "Assessment: Common cold.\nPlan: rest and fluids, reassurance. Return as needed.",
        "99212", "self_limited minimal_treatment", age=30, missing="99213",
    ),
    case(
        "new patient with an undiagnosed problem",
        "New patient, never seen here. Noticed a breast lump three weeks ago.\nExam: 2 cm firm mass, right breast.\n"
        "Impression: Breast mass, right, uncertain cause.\nPlan: diagnostic mammogram ordered, breast ultrasound ordered, "
        "CBC ordered. Follow up after imaging.",
        "99204", "undiagnosed_uncertain imaging_test lab_test new", age=44,
    ),
    case(
        "new patient, low",
        "NEW PATIENT. Twisted left ankle yesterday.\nExam: tender ATFL, no bony tenderness.\nA: Left ankle sprain.\n"
        "P: ankle brace, ice, OTC ibuprofen. RTC prn.",
        "99203", "acute_uncomplicated new", age=25, missing="99204",
    ),
    case(
        "suicidal ideation with a transfer is high",
        "Established patient.\nAssessment: Major depressive disorder, severe, worse. Suicidal ideation with plan.\n"
        "Plan: sent to the ED now by ambulance for psychiatric admission; spoke with the on-call psychiatrist.",
        "99215", "threat hospital_decision", age=33,
    ),
    case(
        "chemotherapy with monitoring",
        "Oncology follow-up, established.\nAssessment: Metastatic colon cancer on FOLFOX, cycle 4.\n"
        "Plan: CBC and CMP reviewed for toxicity before treatment. Proceed with oxaliplatin at reduced dose.",
        "99215", "severe_exacerbation toxicity_monitoring", age=61,
    ),
    case(
        "emergency, chest pain worked up and sent home",
        "EMERGENCY DEPARTMENT NOTE\nHPI: substernal chest pain since noon.\nExam: comfortable.\n"
        "Results: troponin <6 x2, CBC normal, BMP normal, CXR clear. ECG interpreted by me: no ischemia.\n"
        "MDM: Atypical chest pain, low risk.\nPlan: start famotidine, prescription for omeprazole. Discharge home.",
        "99284", "undiagnosed_uncertain independent_interpretation", setting="emergency", age=48,
    ),
    case(
        "emergency never by time",
        "ED NOTE\nHPI: sore throat.\nRapid strep negative.\nAssessment: acute pharyngitis.\n"
        "Plan: ibuprofen over the counter. I spent 65 minutes on this visit.",
        "99283", "acute_uncomplicated otc_drug", setting="emergency", age=20,
    ),
    case(
        "emergency, admitted stroke",
        "ED NOTE\nHistory from wife. Sudden right weakness at 0800.\nCT head personally reviewed by me, no bleed.\n"
        "Glucose 110, INR 1.0, CBC normal.\nImpression: acute ischemic stroke.\n"
        "Discussed with neurology. Tenecteplase given. Admit to ICU.",
        "99285", "threat hospital_decision external_discussion", setting="emergency", age=71,
    ),
    case(
        "critical care, 35 minutes",
        "ED NOTE\nSeptic shock from pneumonia, norepinephrine started.\nCritical care time: 35 minutes, exclusive of "
        "separately billable procedures.",
        "99291", "critical_care critical_care_time", setting="emergency", age=66, basis="time",
    ),
    case(
        "critical care not claimed",
        "ED NOTE\nAssessment: septic shock, pneumonia.\nPlan: norepinephrine, IV antibiotics, admit to ICU.\n"
        "Critical care time: 20 minutes, not billed. No critical care claimed.",
        "99285", "threat hospital_decision", setting="emergency", age=66,
    ),
    case(
        "admission",
        "HISTORY AND PHYSICAL\n78 yo with dyspnea.\nData: BNP 2100, troponin 30, Cr 1.8. CXR personally reviewed: edema.\n"
        "Assessment and Plan:\n1. Acute on chronic systolic heart failure, decompensated. IV furosemide 80 bid, BMP q12h.\n"
        "2. Hypertension. Continue carvedilol.\nAdmit to telemetry. I am the principal physician of record.",
        "99223", "severe_exacerbation hospital_decision", setting="inpatient", age=78, modifiers="AI",
    ),
    case(
        "later hospital day",
        "HOSPITAL DAY 2\nS: less cough.\nO: T 37.2, sat 95% RA. WBC 10.1.\nA/P:\n1. Pneumonia, improving. Change ceftriaxone "
        "to oral cefuroxime.\n2. Hypertension, stable on amlodipine.",
        "99232", "acute_systemic prescription", setting="inpatient", age=67, missing="99233",
    ),
    case(
        "discharge over 30 minutes",
        "DISCHARGE SUMMARY\nAdmitted 3/2, discharged 3/5. Pneumonia treated. Home with amoxicillin.\n"
        "Discharge time 38 minutes.",
        "99239", "discharge_time", setting="inpatient", age=70, basis="time",
    ),
    case(
        "discharge over 30 minutes, claimed without a number",
        "DISCHARGE SUMMARY\nHospital day 6, home today after heart failure.\n"
        "More than 30 minutes were spent on discharge planning.",
        "99239", "discharge_over_30", setting="inpatient", age=64, basis="time",
    ),
    case(
        "discharge without time",
        "DISCHARGE SUMMARY\nAdmitted 3/2, discharged 3/5. Pneumonia treated. Home with amoxicillin in good condition.",
        "99238", "hospital_discharge", setting="inpatient", age=70, basis="kind", missing="99239",
    ),
    case(
        "observation, in and out on one date",
        "OBSERVATION - admitted and discharged on the same date, 0700 to 1900, seen twice.\n"
        "Assessment: Chest pain, undifferentiated. Troponin negative x3, CBC normal, stress test negative.\n"
        "Plan: start pantoprazole 40 mg daily. Home.",
        "99235", "undiagnosed_uncertain hospital_same_day", age=52,
    ),
    case(
        "nursing facility",
        "Nursing facility visit. Staff report cough and fever.\nAssessment:\n1. Pneumonia, right base. Start levofloxacin 500 mg "
        "daily x7.\n2. Dementia, stable.\nPlan: CBC, chest x-ray ordered.",
        "99309", "acute_systemic prescription", setting="inpatient", age=86,
    ),
    case(
        "nursing facility discharge",
        "SNF DISCHARGE SUMMARY\nDischarged home after rehabilitation for hip fracture. Total discharge time 25 minutes.",
        "99315", "nursing_discharge", setting="inpatient", age=82, basis="time", missing="99316",
    ),
    case(
        "consultation asked for and answered",
        "CONSULTATION requested by Dr. Invented for an opinion on palpitations. Report sent to Dr. Invented.\n"
        "Impression: 1. Atrial fibrillation, new, not controlled.\nPlan: start apixaban 5 mg bid and metoprolol 25 mg bid. "
        "Echo and TSH ordered.",
        "99244", "consultation_office chronic_exacerbation", age=63,
    ),
    case(
        "inpatient consultation",
        "INPATIENT CONSULTATION\nAsked by the hospitalist to evaluate acute kidney injury.\nCr 3.1, K 5.2, UA bland. "
        "Renal ultrasound negative.\nImpression: Acute kidney injury from volume depletion.\nPlan: IV fluids, stop lisinopril, "
        "BMP tomorrow.",
        "99254", "consultation_inpatient", setting="inpatient", age=59,
    ),
    case(
        "preventive, established adult",
        "Annual physical exam. Established patient, no complaints.\nExam normal.\nAssessment: healthy adult. Counseled on diet.",
        "99396", "preventive established", age=52, basis="age",
    ),
    case(
        "preventive, new infant",
        "WELL CHILD VISIT, 6 months. New patient to our clinic.\nGrowth normal. Exam normal.\nVaccines given.",
        "99381", "preventive new", age=0, basis="age",
    ),
    case(
        "video visit",
        "Video visit, synchronous audio and video. Established patient.\nAssessment: Generalized anxiety disorder, not controlled.\n"
        "Plan: increase sertraline to 100 mg.",
        "99214", "chronic_exacerbation prescription", age=29, modifiers="95",
    ),
    case(
        "telephone visit by time",
        "PHONE VISIT, audio only. Established patient.\nAssessment: hypothyroidism, stable.\nPlan: continue levothyroxine.\n"
        "Total time on the date of the encounter 24 minutes.",
        "99213", "chronic total_time", age=70, basis="time", modifiers="93",
    ),
    case(
        "home visit",
        "Home visit, established patient, homebound.\nAssessment: 1. COPD, worsening. Start prednisone 40 mg x5 days.\n"
        "2. Hypertension, stable.",
        "99349", "home chronic_exacerbation", age=80,
    ),
    case(
        "psychotherapy takes time out of the visit",
        "Established patient, follow-up.\nAssessment: Major depressive disorder, stable.\nPlan: continue sertraline 50 mg.\n"
        "Psychotherapy 38 minutes. Total time 60 minutes.",
        "99213", "chronic prescription", age=40,
    ),
    case(
        "negated and a relative's illness is no problem",
        "Established patient.\nFamily history: father had a myocardial infarction; mother with breast cancer.\n"
        "Assessment: Left knee strain. No evidence of sepsis, no DVT.\nPlan: ice, knee brace.",
        "99213", "acute_uncomplicated", age=35, missing="99214",
    ),
    case(
        "a dictated note whose lines ran together",
        "SURGICAL HISTORY AND PHYSICAL,CHIEF COMPLAINT:, Belly pain.,HISTORY OF PRESENT ILLNESS:, A 41-year-old woman with right "
        "upper abdominal pain since last night.,PAST HISTORY:, Sepsis in 2015, healed.,DATA:, White count 15.1.,"
        "IMPRESSION:, Acute calculous cholecystitis.,PLAN:, Admit to surgery. Piperacillin-tazobactam 3.375 g. Laparoscopic "
        "cholecystectomy tomorrow morning.",
        "99222", "acute_systemic hospital_decision", setting="inpatient", age=41,
    ),
    case(
        "a heading on the next line ends a title",
        "CARDIOLOGY CONSULTATION\n\nRequested by her surgeon, for an opinion on fitness for hip replacement.\n"
        "RECORDS: creatinine 1.1, hemoglobin 12.9, BNP 84.\nOPINION: Coronary disease, stable.\n"
        "RECOMMENDATION: Amlodipine reduced to 5 mg, chlorthalidone 12.5 mg added. Report sent to her surgeon.",
        "99244", "consultation_office prescription", age=70,
    ),
    case(
        "a later visit of the consultant",
        "NEUROLOGY CONSULT FOLLOW-UP (hospital day 2)\nLegs weaker than yesterday, FVC 2.6 L.\n"
        "Assessment: acute polyneuropathy likely GBS, worsening. Start IVIG 0.4 g/kg. Transfer to the ICU, FVC q4h.",
        "99233", "threat hospital_subsequent", setting="inpatient", age=27,
    ),
    case(
        "kidney injury with a rising potassium is a threat",
        "NEPHROLOGY CONSULT, requested by the surgical team\nDATA: creatinine 3.8, hemoglobin 8.4, urinalysis with muddy casts.\n"
        "IMPRESSION: Acute kidney injury, oliguric. Potassium rising.\n"
        "PLAN: Stop vancomycin. Furosemide 120 mg IV. Discussed by phone with the surgeon.",
        "99255", "threat external_discussion", setting="inpatient", age=67,
    ),
    case(
        "cancer under a drug that is watched for toxicity",
        "ONCOLOGY FOLLOW-UP, established patient.\nImpression: Adenocarcinoma of the colon, stage IIIB.\n"
        "Plan: he chose CAPOX for three months. CBC and metabolic panel before each cycle.",
        "99215", "severe_exacerbation toxicity_monitoring", age=61,
    ),
    case(
        "a responding tumour on chemotherapy is no lesser problem",
        "Established patient.\nImpression: Metastatic prostate cancer, responding.\n"
        "Plan: docetaxel tomorrow at 80 percent. CBC and liver panel before each cycle for toxicity.",
        "99215", "severe_exacerbation toxicity_monitoring", age=63,
    ),
    case(
        "worse in plain words",
        "Established patient.\nAssessment: Migraine, more frequent than in the spring.\nPlan: topiramate goes up to 75 mg twice a day.",
        "99214", "chronic_exacerbation prescription", age=45,
    ),
    case(
        "the only problem is treated with more",
        "Established patient.\nASSESSMENT: Rheumatoid arthritis.\n\nPLAN:\nIncrease methotrexate to 20 mg a week.",
        "99214", "chronic_exacerbation prescription", age=60,
    ),
    case(
        "a dose given, but none prescribed",
        "EMERGENCY ROOM NOTE\nTurned the right ankle.\nCOURSE: Ibuprofen 600 mg by mouth. Films read by the radiologist: no fracture.\n"
        "IMPRESSION: Sprain of right ankle.\nPLAN: Rest, ice, ibuprofen over the counter. No prescription given.",
        "99283", "acute_uncomplicated otc_drug", setting="emergency", age=19,
    ),
    case(
        "an image seen by the author, in free words",
        "NEW PATIENT\nHISTORY: She brought a disc of the MRI of her knee from the hospital and I looked at it with her.\n"
        "IMPRESSION: Meniscal tear, right knee, uncertain whether repairable.\nPLAN: physical therapy.",
        "99204", "independent_interpretation", age=50,
    ),
    case(
        "the name of a test is no problem",
        "Established patient.\nAssessment: Hypothyroidism, stable.\nPlan: continue levothyroxine. A stress test is not needed. "
        "Chest x-ray next year.",
        "99213", "chronic prescription", age=55,
    ),
    case(
        "growths removed at the visit are paid for themselves",
        "Derm f/u, est. pt., skin check.\nS: rough spots, rosacea well controlled.\nO: scaly macules of the scalp.\nProcedures - consent: LN2, 12 AKs. Shave bx nose, lido w epi.\n"
        "A: 1 AK x12. 2 Neoplasm of uncertain behavior of skin nose. 3 Rosacea, stable.\nP: Metronidazole gel refill x3.",
        "99213", "chronic prescription", age=66,
    ),
    case(
        "sutures of someone else come out",
        "Est pt, suture removal, placed at an out of state ED (not us).\nExam BP 146/88, healed.\n"
        "A/P 1. Lacerations healed, sutures removed.\n2. HTN above goal: increase lisinopril to 20.",
        "99214", "chronic_exacerbation prescription", age=63,
    ),
)  # fmt: skip

NO_VISITS = (
    ("outpatient", ("PREOP DX: cataract, left.\nPOSTOP DX: same.\nPROCEDURE: phacoemulsification, left eye.\n"
     "ANESTHESIA: topical.\nComplications: none.")),
    ("outpatient", ("EXAM: CT chest with contrast\nHISTORY: cough.\nCOMPARISON: none.\nTECHNIQUE: axial images.\n"
     "FINDINGS: no nodule.\nIMPRESSION: normal.")),
    ("outpatient", "SURGICAL PATHOLOGY REPORT\nSpecimens received: skin, back.\nGROSS: 3 mm.\nDIAGNOSIS: nevus."),
    ("outpatient", ("POST-OP CHECK, 10 days after laparoscopic cholecystectomy. Within the 90-day global.\n"
     "Incisions clean. Assessment: doing well.")),
    ("outpatient", "PHYSICAL THERAPY NOTE\nTherapeutic exercise 30 minutes, manual therapy 15 minutes. Tolerated well."),
    ("outpatient", ("PROCEDURE NOTE. No separate visit today.\nRight knee injection, 40 mg Kenalog, sterile prep, tolerated well. "
     "Consent signed.")),
    ("inpatient", ("OPERATIVE REPORT\nPreoperative diagnosis: appendicitis.\nPostoperative diagnosis: same.\n"
     "Procedure: appendectomy.\nEstimated blood loss: 5 mL.")),
    ("outpatient", ("EXAM:, Chest, PA and lateral.,CLINICAL DATA:, Cough, seen at our clinic.,COMPARISON:, None.,TECHNIQUE:, Two views.,"
     "FINDINGS:, Right lower lobe opacity.,IMPRESSION:, Pneumonia.,FOLLOW UP:, Repeat in six weeks.")),
    ("outpatient", ("CERVICAL BIOPSY - FINAL REPORT\nCollected in clinic, follow up visit.\nA. Cervix: fragments, 0.4 cm in aggregate, "
     "all submitted.\nDiagnosis: CIN 2, p16 positive. Signed electronically.")),
    ("outpatient", ("AUDIOLOGY / VESTIBULAR TEST REPORT. Referred for vertigo.\nAudiometry: mild loss.\n"
     "IMP: Low-frequency hearing loss.\nReturn to ENT 12/9.")),
    ("outpatient", ("WOUND CENTER FOLLOW UP\nNo other complaints. Consent. With a curette I debrided subcutaneous tissue, 6.7 sq cm.\n"
     "Dressing: alginate. RTC 1 wk.")),
    ("outpatient", ("OPERATIVE NOTE\nH&P reviewed, no change since office visit.\nPRE-OP DX: Chronic tonsillitis\nPOST-OP DX: same\n"
     "PROC: Tonsillectomy\nANES: GETA\nEBL 15 mL. To PACU.")),
    ("inpatient", ("ELECTROCONVULSIVE THERAPY TREATMENT NOTE\nInterim: eating well.\nPre: HR 74, BP 138/82.\n"
     "Anesthesia: methohexital. Seizure 31 s.\nPlan: continue three a week.")),
    ("inpatient", ("NEPHROLOGY - INPATIENT HD NOTE\nESRD on HD, seen twice during dialysis.\nExam lungs clear.\n"
     "1. ESRD - HD as above.\n2. Anemia: epoetin on hold.")),
    ("inpatient", ("CARDIAC CATHETERIZATION LABORATORY\nIndication: NSTEMI.\nAccess: radial.\nLAD: 95 %.\n"
     "Intervention: stent.\nPlan: two antiplatelets.")),
)  # fmt: skip


def read(language: LanguageSide, text: str, setting: str, age: int | None) -> Visit | None:
    encounter = Encounter.from_mapping({"text": text, "setting": setting, "age": age}, "note")
    reading = language.read(encounter)
    return read_visit(reading.doc, setting, reading.candidates)


@pytest.mark.parametrize("known", CASES, ids=lambda known: known.name)
def test_visit(language: LanguageSide, known: Case) -> None:
    visit = read(language, known.text, known.setting, known.age)
    assert visit is not None
    assert (visit.code, visit.basis) == (known.code, known.basis)
    found = {element.element for element in visit.elements}
    assert known.elements <= found | {visit.kind, visit.patient}
    assert known.missing in visit.missing
    assert {modifier for modifier, _ in visit.modifiers} == known.modifiers
    assert visit.code not in visit.others


@pytest.mark.parametrize("known", CASES, ids=lambda known: known.name)
def test_elements_stand_in_the_note(language: LanguageSide, known: Case) -> None:
    visit = read(language, known.text, known.setting, known.age)
    assert visit is not None
    for element in visit.elements:
        assert 0 <= element.start < element.end <= len(known.text)


@pytest.mark.parametrize(("setting", "text"), NO_VISITS)
def test_no_visit(language: LanguageSide, setting: str, text: str) -> None:
    assert read(language, text, setting, 50) is None


def test_negated_and_family_text_is_no_problem(language: LanguageSide) -> None:
    text = "Established patient.\nAssessment: Ankle sprain. No sepsis. Father had a stroke.\nPlan: brace."
    visit = read(language, text, "outpatient", 30)
    assert visit is not None
    assert "threat" not in {element.element for element in visit.elements}


def test_critical_care_of_80_minutes_has_one_further_block(language: LanguageSide) -> None:
    text = "ED NOTE\nCardiogenic shock on pressors.\nTotal critical care time 80 minutes, excluding procedures."
    visit = read(language, text, "emergency", 60)
    assert visit is not None
    assert (visit.code, visit.add_ons) == ("99291", (("99292", 1),))


@pytest.mark.parametrize(
    ("code", "minutes", "add_ons"),
    [
        ("99215", 54, ()),
        ("99215", 55, (("99417", 1),)),
        ("99205", 90, (("99417", 2),)),
        ("99291", 74, ()),
        ("99291", 105, (("99292", 2),)),
        ("99213", 90, ()),
        ("99215", None, ()),
    ],
)
def test_further_time(code: str, minutes: int | None, add_ons: tuple[tuple[str, int], ...]) -> None:
    assert further_time(code, minutes) == add_ons


def test_consultation_of_a_medicare_patient_is_an_office_visit(language: LanguageSide) -> None:
    text = (
        "CONSULTATION requested by Dr. Invented, opinion on tremor. Medicare. New patient.\n"
        "Impression: Parkinson's disease, not controlled.\nPlan: start carbidopa/levodopa 25/100 tid."
    )
    visit = read(language, text, "outpatient", 71)
    assert visit is not None
    assert visit.code == "99204"
    assert "99244" in visit.others


def test_silence_on_the_patient_is_said(language: LanguageSide) -> None:
    visit = read(
        language, "Assessment: acute sinusitis.\nPlan: amoxicillin 500 mg tid.", "outpatient", 30
    )
    assert visit is not None
    assert (visit.code, visit.told) == ("99213", 0)


@pytest.mark.parametrize(
    "text",
    [
        "Assessment:, one comma out of place. Plan: rest.",
        "HISTORY:, Cough.,PLAN:, 1. Rest.,2. Fluids, warm.",
        "LABS:, Na 140.,IMPRESSION:, Cold.",
    ],
)
def test_unfolding_keeps_every_place(text: str) -> None:
    unfolded = unfold(text)
    assert len(unfolded) == len(text)
    assert all(new == old or old == "," for new, old in zip(unfolded, text, strict=True))
    assert unfold(unfolded) == unfolded


def test_a_note_in_lines_is_left_as_it_is() -> None:
    text = "HISTORY:, Cough.\nPLAN:, Rest.\nFluids.\n"
    assert unfold(text) == text


def test_tables_hold_together() -> None:
    rows = load_visits()
    assert {code.level for code in rows.codes} <= {*LEVELS, "none"}
    assert all(cue.cue and cue.element for cue in rows.cues)
    assert len({(c.table, c.element, c.detail, c.cue) for c in rows.cues}) == len(rows.cues)
    assert all(
        code.minutes_to is None or (code.minutes_from or 0) <= code.minutes_to
        for code in rows.codes
    )
