"""What a note documents becomes modifiers, each with its reason; what it does not, does not."""

from __future__ import annotations

import pytest

from suggester.edits.claims import PTP_MODIFIERS
from suggester.edits.code_groups import CodeSpans, groups_of
from suggester.edits.distinct import ALWAYS, APART
from suggester.edits.documented import read_documented
from suggester.edits.modifiers import modifiers, rules
from suggester.edits.ptp import Pair
from suggester.edits.rule_tables import rule_rows
from suggester.edits.sites import SiteReader
from tests.edits.note_lines import line, read, starter

OUT, IN, ED = "outpatient", "inpatient", "emergency"
# Setting, note, and for each line: code, words of the note that name it, modifiers.
Case = tuple[str, str, list[tuple[str, str, str]]]
CASES: list[Case] = [
    # Sides.
    (OUT, "Right knee injected with 40 mg Kenalog.", [("20610", "injected", "RT"), ("J3301", "Kenalog", "")]),
    (OUT, "L shoulder injection, subacromial, lateral approach.", [("20610", "injection", "LT")]),
    (OUT, "Open carpal tunnel release, left hand. Right side in six weeks.", [("64721", "carpal tunnel release", "LT")]),
    (OUT, "Bilateral knee injections done.", [("20610", "knee injections", "50")]),
    (OUT, "Carpal tunnel release right and left, one sitting.", [("64721", "Carpal tunnel release", "50")]),
    (OUT, "Phaco with lens, OD. The left eye will be done in May.", [("66984", "Phaco", "RT")]),
    (OUT, "History: left phaco 2022.\nProcedure: phacoemulsification with lens, right eye.", [("66984", "phacoemulsification", "RT")]),
    (OUT, "PE tubes placed AU under the microscope, both ears dry.", [("69436", "PE tubes", "50")]),
    (ED, "XR R ankle 3 views: no fracture.", [("73610", "XR R ankle", "RT")]),
    (OUT, "Right heart sounds normal. Knee injected, drain left in place.", [("20610", "injected", "")]),
    (OUT, "Thyroid ultrasound shows a nodule in the left lobe.", [("76536", "Thyroid ultrasound", "")]),
    (OUT, "Lumbar facet injections L4-5 bilaterally.", [("64493", "facet injections", "50")]),
    (IN, "Laminectomy L4-5 with bilateral foraminotomy.", [("63047", "Laminectomy", "")]),
    # Digits, lids, vessels.
    (OUT, "A1 pulley release, right thumb.", [("26055", "A1 pulley release", "F5")]),
    (OUT, "Trigger finger release, left index finger.", [("26055", "Trigger finger release", "F1")]),
    (OUT, "Trigger finger release of the right little finger.", [("26055", "release", "F9")]),
    (OUT, "Trigger finger, left ring finger: sheath injected.", [("20550", "sheath injected", "F3")]),
    (OUT, "Right great toenail avulsed under digital block.", [("11730", "avulsed", "T5")]),
    (OUT, "Nail avulsion of the left 2nd toe.", [("11730", "Nail avulsion", "T1")]),
    (OUT, "Hammertoe correction 5th right, PIPJ.", [("28285", "Hammertoe correction", "T9")]),
    (OUT, "Matrixectomy, left hallux, lateral border.", [("11750", "Matrixectomy", "TA")]),
    (OUT, "Chalazion excised from the right lower lid.", [("67840", "excised", "E4")]),
    (OUT, "Ptosis repair, left upper eyelid, levator advancement.", [("67904", "Ptosis repair", "E1")]),
    (OUT, "Punctal plugs in both lower puncta.", [("68761", "plugs", "E2"), ("68761", "puncta", "E4")]),
    (IN, "DES to the proximal LAD.", [("92928", "DES", "LD")]),
    (IN, "Drug-eluting stent to the mid RCA for stable angina.", [("92928", "stent", "RC")]),
    (IN, "Stent placed in the circumflex.", [("92928", "Stent", "LC")]),
    # Visits beside procedures.
    (OUT, "Knee pain evaluated. Right knee injected.", [("99213", "", "25"), ("20610", "injected", "RT")]),
    (OUT, "Flu shot given today.", [("99213", "", "25"), ("90471", "Flu shot", ""), ("90686", "Flu shot", "")]),
    (OUT, "Well child, vaccines given.", [("99392", "", "25"), ("90460", "vaccines", "")]),
    (OUT, "Rapid strep positive.", [("99213", "", ""), ("87880", "Rapid strep", "")]),
    (OUT, "Visual field done, glaucoma.", [("99214", "", ""), ("92083", "Visual field", "")]),
    (OUT, "EKG done in clinic: sinus rhythm.", [("99214", "", "25"), ("93000", "EKG", "")]),
    (OUT, "Chest film read here: clear.", [("99213", "", ""), ("71046", "Chest film", "")]),
    (IN, "Appendicitis; operation today.", [("99223", "", "57"), ("44970", "operation", "")]),
    (OUT, "Toe fracture, treated closed, right great toe.", [("99203", "", "57"), ("28490", "fracture", "T5")]),
    (ED, "Chin laceration 2 cm closed.", [("99283", "", "25"), ("12011", "laceration", "")]),
    (OUT, "Annual exam; also knee pain treated.", [("99396", "", ""), ("99213", "", "25")]),
    (OUT, "Medicare wellness with flu shot.", [("G0439", "", ""), ("G0008", "flu shot", "")]),
    (IN, "Discharged home after thoracentesis, right.", [("99238", "", ""), ("32555", "thoracentesis", "RT")]),
    (OUT, "Seen within the global period of her hysterectomy for an unrelated sinus infection.", [("99213", "", "24")]),
    # Telehealth and admission.
    (OUT, "Visit by live audio and video; patient at home.", [("99214", "", "95")]),
    (OUT, "Telephone visit, audio only; patient has no video.", [("99213", "", "93")]),
    (OUT, "Seen in clinic. Follow up in 4 weeks by video.", [("99213", "", "")]),
    (OUT, "Seen in clinic. Phone visit in one week.", [("99213", "", "")]),
    (IN, "Consent covers bleeding, recurrence and need for second look. Colectomy done.", [("44140", "Colectomy", "")]),
    (IN, "Medicare patient admitted to my service for pneumonia.", [("99223", "", "AI")]),
    (IN, "Admitted for pneumonia, commercial insurance.", [("99223", "", "")]),
    # Components.
    (ED, "Limited bedside echo performed by me, no effusion, images saved.", [("93308", "bedside echo", "26")]),
    (OUT, "Chest film interpreted by me in the office.", [("71046", "Chest film", "")]),
    (ED, "Chest film: formal read by radiology.", [("71046", "Chest film", "")]),
    (ED, "ECG interpreted by me: sinus.", [("93010", "ECG", "")]),
    (OUT, "DXA done here, technical component only; sent to teleradiology for interpretation.", [("77080", "DXA", "TC")]),
    # How much, by whom.
    (IN, "Colectomy. Dense adhesions, four hours versus the usual two; modifier 22 supported.", [("44140", "Colectomy", "22")]),
    (OUT, "Colonoscopy advanced only to the transverse colon; procedure terminated, poor prep.", [("45378", "Colonoscopy", "53")]),
    (OUT, "Medication stopped because of rash. Right knee injected.", [("20610", "injected", "RT")]),
    (IN, "Spine exposure by co-surgeon Dr. Example; fusion L4-5 anterior.", [("22558", "fusion", "62")]),
    (IN, "I assisted Dr. Example; hysterectomy, abdominal.", [("58150", "hysterectomy", "80")]),
    (IN, "I assisted; no qualified resident was available. Open colectomy.", [("44140", "colectomy", "82")]),
    (IN, "I served as first assistant as a PA. Open colectomy.", [("44140", "colectomy", "AS")]),
    (IN, "No co-surgeon. Open colectomy.", [("44140", "colectomy", "")]),
    (IN, "I was present for the key portions of the resident's operation: open colectomy.", [("44140", "colectomy", "GC")]),
    # After another operation.
    (IN, "Returned to the OR for bleeding on the evening of surgery: neck explored.", [("35800", "explored", "78")]),
    (IN, "The patient was brought back to the operating room and placed supine. Colectomy; no bleeding.", [("44140", "Colectomy", "")]),
    (OUT, "Planned staged excision of the margin.", [("11602", "excision", "58")]),
    (OUT, "In the global period of a hernia repair; unrelated lipoma of the back excised.", [("11402", "excised", "79")]),
    # Distinct and repeated services.
    (OUT, "Snare of sigmoid polyp. Cold forceps biopsy of a separate rectal polyp.", [("45385", "Snare", ""), ("45380", "Cold forceps biopsy", "59")]),
    (OUT, "Calluses pared, four. Ten nails debrided; two class B findings.", [("11056", "Calluses pared", "Q8"), ("11721", "nails debrided", "59 Q8")]),
    (OUT, "Chemotherapy infused; B12 given IM.", [("96413", "infused", ""), ("96372", "given IM", "59")]),
    (OUT, "Actinic keratosis frozen on the ear. Separate lesion of the back biopsied by shave.", [("17000", "frozen", ""), ("11102", "biopsied", "59")]),
    (ED, "Chest film; repeat chest film after tube.", [("71045", "Chest film", ""), ("71045", "repeat chest film", "76")]),
    (ED, "Glucose 48, then 112 after D50.", [("82962", "Glucose", ""), ("82962", "112", "91")]),
    # Payers, drugs and therapy.
    (OUT, "Medicare, screening colonoscopy: polyp removed by snare.", [("45385", "snare", "PT")]),
    (OUT, "Screening colonoscopy: polyp removed by snare.", [("45385", "snare", "33")]),
    (OUT, "Colonoscopy for bleeding: polyp removed by snare.", [("45385", "snare", "")]),
    (OUT, "Annual wellness visit with advance care planning, 20 minutes.", [("G0439", "", ""), ("99497", "advance care planning", "33")]),
    (OUT, "CLIA-waived rapid strep in the office.", [("87880", "rapid strep", "QW")]),
    (OUT, "Urine dip without microscopy in the office, CLIA waived.", [("81002", "Urine dip", "")]),
    (OUT, "ABN signed for the skin tags; removed.", [("11200", "removed", "GA")]),
    (OUT, "No ABN. Skin tags removed.", [("11200", "removed", "")]),
    (OUT, "Botox 155 units injected, 45 units wasted.", [("64615", "injected", ""), ("J0585", "Botox", ""), ("J0585", "wasted", "JW")]),
    (OUT, "Medicare. Eylea 2 mg right eye, single-dose vial, no waste.", [("67028", "Eylea", "RT"), ("J0178", "Eylea", "JZ")]),
    (OUT, "PT: therapeutic exercise 30 minutes.", [("97110", "therapeutic exercise", "GP")]),
    (OUT, "OT: ADL training 15 minutes.", [("97535", "ADL training", "GO")]),
    (OUT, "Swallow therapy by SLP.", [("92526", "Swallow therapy", "GN")]),
    (OUT, "Exercise 30 minutes; KX modifier, threshold met.", [("97110", "Exercise", "GP KX")]),
    (OUT, "GETA for lap chole, ASA 3, anesthesiologist personally performed.", [("00790", "GETA", "AA P3")]),
    (OUT, "MAC for cataract, CRNA unsupervised, ASA 2.", [("00142", "MAC", "QZ QS P2")]),
    (IN, "Spinal for TKA, ASA III, medically directing three CRNAs. Femoral block, right, for postop pain.", [("01402", "Spinal", "QK P3"), ("64447", "Femoral block", "59 RT")]),
    (OUT, "Covering for Dr. Example as locum tenens. Sore throat.", [("99213", "", "Q6")]),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "text", "wanted"), CASES, ids=[case[1][:50] for case in CASES])
def test_modifiers_of_a_note(setting: str, text: str, wanted: list[tuple[str, str, str]]) -> None:
    counts: dict[str, int] = {}
    lines = []
    for code, words, _ in wanted:
        counts[code] = counts.get(code, 0) + 1
        lines.append(line(text, code, words, units=45 if "JW" in wanted[-1][2] else 1))
    found = modifiers(lines, [], SiteReader(read(text)), setting)
    given = [sorted(hint.modifier for hint in hints) for hints in found]
    if "JW" in wanted[-1][2]:
        given[1] = [modifier for modifier in given[1] if modifier != "JW"]
    assert given == [sorted(expected.split()) for _, _, expected in wanted]


def test_every_hint_gives_its_reason() -> None:
    text = "Right knee injected."
    [hints] = modifiers([line(text, "20610", "injected")], [], SiteReader(read(text)), "outpatient")
    assert [(hint.modifier, hint.reason) for hint in hints] == [
        ("RT", "The note names the right side.")
    ]


def test_an_installed_pair_gives_59_where_a_separate_site_is_documented() -> None:
    pairs = [Pair("11042", "97602", True, "")]
    for text, expected in (
        ("Ulcer debrided. Separate wound cleaned.", ["59"]),
        ("Ulcer debrided and cleaned.", []),
    ):
        lines = [line(text, "11042", "debrided"), line(text, "97602", "cleaned")]
        found = modifiers(lines, [], SiteReader(read(text)), "outpatient", pairs)
        assert [hint.modifier for hint in found[1]] == expected


def test_a_pair_that_no_modifier_allows_gives_none() -> None:
    text = "Ulcer debrided. Separate wound cleaned."
    lines = [line(text, "11042", "debrided"), line(text, "97602", "cleaned")]
    pairs = [Pair("11042", "97602", False, "")]
    assert modifiers(lines, [], SiteReader(read(text)), "outpatient", pairs)[1] == ()


def test_a_screening_diagnosis_makes_the_colonoscopy_one() -> None:
    from suggester.edits.lines import Diagnosis

    text = "Polyp removed by snare."
    lines = [line(text, "45385", "snare")]
    found = modifiers(lines, [Diagnosis("Z12.11", ())], SiteReader(read(text)), "outpatient")
    assert [hint.modifier for hint in found[0]] == ["33"]


def test_no_lines_no_modifiers() -> None:
    assert modifiers([], [], SiteReader(read("Well.")), "outpatient") == []


FACTS = {row[0] for row in rule_rows("documented_facts")}
GROUPS = {row[0] for row in rule_rows("code_groups")}


def test_rules_name_known_facts_and_groups() -> None:
    for rule in rules():
        assert {fact.lstrip("!") for fact in rule.facts} <= FACTS, rule
        named = {name.lstrip("!") for part in rule.lines.split() for name in part.split("|")}
        assert named <= GROUPS, rule
        assert rule.settings <= {"outpatient", "inpatient", "emergency"}
        assert rule.where in {"", "near", "beside"}
        assert rule.reason.endswith(".")
        assert len(rule.modifier) == 2


@pytest.mark.parametrize("row", rule_rows("documented_facts"), ids=lambda row: " ".join(row))
def test_every_phrase_is_found(row: list[str]) -> None:
    fact, phrase = row
    assert fact in read_documented(phrase.replace("~", "that one"))


def test_a_phrase_does_not_cross_a_sentence() -> None:
    assert "co_surgeon" not in read_documented("The co. Surgeon arrived.")
    assert "co_surgeon" not in read_documented("No co-surgeon was needed.")


@pytest.mark.parametrize("row", rule_rows("distinct_pairs"), ids=lambda row: f"{row[0]} {row[1]}")
def test_every_pair_has_codes_and_reasons(row: list[str]) -> None:
    first, second, needs, instead, reason = row
    for codes in (CodeSpans(first.split()), CodeSpans(second.split())):
        assert any(code in codes for code in starter())
    assert set(needs.split("|")) <= FACTS | {ALWAYS, APART}
    assert instead in {"XE", "XS", "XU", "XP"}
    assert reason


@pytest.mark.parametrize("row", rule_rows("code_groups"), ids=lambda row: f"{row[0]} {row[1][:20]}")
def test_every_group_has_codes(row: list[str]) -> None:
    for span in row[1].split():
        codes = CodeSpans([span])
        assert span.startswith("99") or any(code in codes for code in starter()), span


def test_site_modifiers_are_those_of_the_edits() -> None:
    assert {row[2] for row in rule_rows("site_modifiers")} - {"50"} <= PTP_MODIFIERS


def test_spans_keep_to_their_form() -> None:
    assert "drug" in groups_of("J1100")
    assert "drug" not in groups_of("11000")
    assert "J1100" not in CodeSpans(["11055-11057"])
