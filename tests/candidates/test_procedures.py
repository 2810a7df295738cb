"""Procedures as they are written down: the best code of its family, what follows, what is left out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from importlib.resources import files

import pytest

from suggester.candidates.procedures.bundled import bundled
from suggester.candidates.procedures.derived import Trigger, derive
from suggester.candidates.procedures.generate import ProcedureCandidate, ProcedureGenerator
from suggester.candidates.procedures.measures import sizes_in
from suggester.candidates.procedures.numbers import months_in, numbers_in
from suggester.candidates.procedures.rules import parse_condition, units_of
from suggester.candidates.procedures.units import drug_units
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.lexicon.procedure_rows import load_procedures
from suggester.preprocess.procedure_index import load_procedure_index
from suggester.preprocess.procedure_terms import ProcedureTermFinder


class Reader:
    """Read the candidates of a text."""

    def __init__(self, language: LanguageSide) -> None:
        lexicon = load_procedures()
        self._language = language
        self._finder = ProcedureTermFinder()
        self._finder.use(load_procedure_index(lexicon))
        self._generator = ProcedureGenerator(lexicon)

    def candidates(self, text: str) -> dict[str, ProcedureCandidate]:
        doc = self._finder(self._language.process(Encounter.of_text(text)))
        return {found.code.code: found for found in self._generator.generate(doc)}

    def best(self, text: str) -> set[str]:
        """Return the codes that are the best of their family somewhere."""
        found = self.candidates(text)
        return {code for code, c in found.items() if any(m.rank == 0 for m in c.mentions)}


@pytest.fixture(scope="module")
def reader(language: LanguageSide) -> Reader:
    return Reader(language)


CASES = [
    # teaching examples
    ("Laparoscopic appendectomy was performed without complication.", "44970"),
    ("MRI of the brain without contrast was obtained.", "70551"),
    ("MRI brain without and with gadolinium: no enhancing lesion.", "70553"),
    # described without a name
    ("Right lower quadrant incision. The appendix was ligated at its base and removed.", "44950"),
    (
        "Four ports. Cystic duct and artery clipped and divided, gallbladder taken off the liver bed.",
        "47562",
    ),
    ("Incarcerated ventral hernia, 4 cm defect, reduced and repaired with mesh.", "49594"),
    ("Lichtenstein repair of right inguinal hernia, cord structures preserved, age 44.", "49505"),
    ("Abscess of the forearm lanced, pus expressed.", "10060"),
    ("Thrombosed external hemorrhoid incised and the clot evacuated in the office.", "46083"),
    ("Internal hemorrhoid column, right posterior: one rubber band placed.", "46221"),
    ("Under CT guidance a 12 Fr pigtail was left in the pelvic abscess.", "49406"),
    ("Four liters of ascitic fluid removed through a catheter under ultrasound.", "49083"),
    # skin
    ("LN2 to 6 actinic keratoses on the scalp and ears.", "17000"),
    ("Sixteen AKs: 16 lesions frozen with liquid nitrogen.", "17004"),
    ("Two plantar warts treated with cryotherapy.", "17110"),
    ("Skin tags of the neck snipped with scissors, 9 lesions.", "11200"),
    ("Punch biopsy of pigmented lesion, left calf.", "11104"),
    (
        "Elliptical excision of a basal cell carcinoma of the cheek, 0.8 cm with 3 mm margins.",
        "11642",
    ),
    ("Epidermal inclusion cyst of the back excised, excised diameter 2.4 cm.", "11403"),
    ("4 cm laceration of the right forearm closed with 4-0 nylon in one layer.", "12002"),
    ("2 cm chin laceration closed with three simple 5-0 gut sutures.", "12011"),
    ("Hand laceration 3 cm repaired in layers, vicryl deep and nylon skin.", "12042"),
    ("Lateral border of the right great toenail avulsed under digital block.", "11730"),
    ("Ingrown nail: border removed and matrix treated with phenol.", "11750"),
    (
        "Sharp excisional debridement of sacral ulcer through subcutaneous tissue, 12 sq cm.",
        "11042",
    ),
    ("Splinter of the palm removed with forceps through a small incision.", "10120"),
    # bones and joints
    ("Right knee injected with 40 mg Kenalog and 4 mL lidocaine.", "20610"),
    ("Left shoulder subacromial injection with ultrasound guidance, 80 mg Depo-Medrol.", "20611"),
    ("Right trigger thumb injected with betamethasone.", "20550"),
    (
        "Closed reduction of distal radius fracture under hematoma block, sugar tong splint.",
        "25605",
    ),
    ("Intertrochanteric fracture fixed with a cephalomedullary nail.", "27245"),
    ("Femoral neck fracture, bipolar hemiarthroplasty.", "27236"),
    ("Total knee arthroplasty, cemented femoral and tibial components.", "27447"),
    ("Arthroscopy: medial meniscus tear trimmed with the shaver.", "29881"),
    ("The transverse carpal ligament was divided through a palmar incision.", "64721"),
    ("A1 pulley of the ring finger released.", "26055"),
    ("Anterior shoulder dislocation reduced with traction, no anesthesia.", "23650"),
    ("ACDF C5-6 with cage and plate.", "22551"),
    ("Right L5 transforaminal epidural steroid injection under fluoroscopy.", "64483"),
    ("Burr holes for left chronic subdural hematoma.", "61154"),
    # heart, lung, vessels
    ("12-lead EKG done in the office and read by me: sinus rhythm.", "93000"),
    ("I interpreted the ECG tracing: atrial fibrillation.", "93010"),
    ("Bruce treadmill, 10 METs, supervised and interpreted in our office, no ischemia.", "93015"),
    ("DES placed in the mid LAD.", "92928"),
    ("STEMI: culprit circumflex opened, one DES, TIMI 3.", "92941"),
    ("Synchronized shock 150 J, atrial fibrillation to sinus rhythm.", "92960"),
    ("Right IJ triple lumen catheter placed under ultrasound, age 60.", "36556"),
    ("RSI, 7.5 ETT passed through the cords with glidescope.", "31500"),
    ("Left pleural effusion: 900 mL removed by needle under ultrasound.", "32555"),
    ("EBUS-TBNA of stations 4R, 7 and 10L.", "31653"),
    ("Spirometry before and after albuterol.", "94060"),
    ("Transthoracic echo with Doppler and color flow, complete.", "93306"),
    # digestive endoscopy
    ("Colonoscopy to cecum: hot snare removal of 8 mm polyp.", "45385"),
    ("Colonoscopy to the cecum, cold forceps biopsy of sigmoid polyp.", "45380"),
    ("EGD with biopsies of the antrum.", "43239"),
    ("EGD: distal stricture dilated with an 18 mm balloon.", "43249"),
    ("Flexible sigmoidoscopy to 50 cm, no biopsies.", "45330"),
    # urology, gynecology, obstetrics
    ("Cystoscopy in the office: normal bladder.", "52000"),
    ("Foley catheter inserted, 600 mL of urine drained.", "51702"),
    ("Mirena IUD inserted after sounding to 7 cm.", "58300"),
    ("IUD strings grasped with ring forceps and the IUD removed intact.", "58301"),
    ("Nexplanon rod removed from the left arm and a new one placed.", "11983"),
    ("Colposcopy with cervical biopsies at 6 and 12 o'clock and ECC.", "57454"),
    ("Pipelle endometrial biopsy, two passes.", "58100"),
    ("Missed abortion at 10 weeks, suction curettage.", "59820"),
    ("LAVH with removal of tubes and ovaries, uterus 180 g.", "58552"),
    ("Low transverse hysterotomy, infant delivered, routine obstetric care.", "59510"),
    # eye, ear, nose, throat
    ("Cerumen impaction of both ears removed with curette.", "69210"),
    ("Ear lavage with warm water cleared the wax.", "69209"),
    ("Anterior epistaxis: septal vessel cauterized with silver nitrate.", "30901"),
    ("Tonsils and adenoids removed by coblation, age 6.", "42820"),
    ("Phacoemulsification with IOL in the bag, right eye.", "66984"),
    ("Cataract extraction with IOL, Malyugin ring for a small pupil.", "66982"),
    ("Eylea 2 mg injected intravitreally, left eye.", "67028"),
    ("YAG laser capsulotomy, right eye.", "66821"),
    # imaging
    ("Chest x-ray, PA and lateral: clear.", "71046"),
    ("Right ankle x-ray, three views: no fracture.", "73610"),
    ("CT abdomen and pelvis with IV contrast: appendicitis.", "74177"),
    ("Noncontrast head CT: no bleed.", "70450"),
    ("Screening mammogram, bilateral, with tomosynthesis.", "77067"),
    # laboratory, medicine, services
    ("Rapid strep: positive.", "87880"),
    ("Urine dip, automated, no microscopy: leukocytes.", "81003"),
    ("Nerve conduction study, 8 studies.", "95910"),
    ("In-lab PSG, split night: CPAP titrated to 9 cm, 52-year-old.", "95811"),
    ("Tobacco cessation counseling, 5 minutes.", "99406"),
    ("ESRD monthly note, in-center, 4 face-to-face visits, age 60.", "90960"),
    ("Bone marrow aspirate and core biopsy, left posterior iliac crest.", "38222"),
    # shorthand of wards and offices
    ("Pt's R ear canal was full of wax; I scooped it out with a loop under the otoscope.", "69210"),
    ("Bead fished out of left nostril with alligator forceps.", "30300"),
    ("Metal speck lifted off the cornea with a needle at the slit lamp.", "65222"),
    ("Fluctuant boil on buttock: lidocaine, stab incision, lots of pus, wick left.", "10060"),
    (
        "Dog bite forearm, two wounds 3 cm and 2 cm, loosely approximated with nylon sutures.",
        "12002",
    ),
    ("Brow lac 1.8 cm: deep 5-0 Vicryl, skin 6-0 nylon, layered.", "12051"),
    ("Thumb nail plate lifted off, nail bed laceration repaired with 6-0 chromic.", "11760"),
    ("Colles fx: hematoma block, pulled out to length, sugar tong applied.", "25605"),
    (
        "Patient's shoulder popped back in with Cunningham technique, pre and post films ok.",
        "23650",
    ),
    ("Toddler's elbow: hyperpronation, click felt, using arm.", "24640"),
    (
        "Gallbladder removed through the umbilical port after clipping duct and artery; cholangiogram normal.",
        "47563",
    ),
    ("Umbilical hernia 2 cm, fat reduced, primary closure.", "49591"),
    ("Appendix was perforated with pus; open appendectomy with drain.", "44960"),
    (
        "Rectal prolapse; hemorrhoids: stapled? no. Excisional hemorrhoidectomy, internal and external, two columns.",
        "46260",
    ),
    (
        "Scope passed to the cecum. 3 mm polyp removed with cold snare in ascending. Tattoo placed.",
        "45385",
    ),
    ("Scope to D2: bleeding ulcer, epi injected and two clips.", "43255"),
    (
        "Screening colonoscopy in a 70 yo Medicare pt with brother with colon cancer, normal.",
        "G0105",
    ),
    ("7 AKs on face frozen; 1 SK on back frozen because irritated.", "17000"),
    ("Shave of 0.9 cm papule on the shoulder.", "11301"),
    ("Excision 2.5 cm lipoma from upper back, subcutaneous.", "21930"),
    ("Suspicious mole on thigh, 4 mm punch, one suture.", "11104"),
    ("SCC in situ forearm, excised diameter 1.6 cm, intermediate closure 3 cm.", "11602"),
    ("Ulcer R heel debrided with scalpel down to and including bone, 8 sq cm.", "11044"),
    ("Kenalog 10 mg injected into 3 keloids on chest.", "11900"),
    ("Bilateral knee injections, Synvisc-One.", "20610"),
    ("US guided hip injection, 40 mg Depo-Medrol.", "20611"),
    ("Plantar fascia injected with dexamethasone.", "20550"),
    ("Left carpal tunnel injected with Kenalog.", "20526"),
    ("First MTP joint tapped, crystals sent.", "20600"),
    ("C5-6 and C6-7 ACDF, cages, plate.", "22551"),
    ("L5-S1 microdiscectomy, left.", "63030"),
    ("T12 kyphoplasty.", "22513"),
    ("Lap gastric sleeve.", "43775"),
    ("Roux-en-Y gastric bypass, laparoscopic.", "43644"),
    ("CABG x3, LIMA to LAD, vein to OM and RCA.", "33533"),
    ("AVR with tissue valve.", "33405"),
    ("TAVR via femoral access.", "33361"),
    ("Fem-pop bypass with vein.", "35556"),
    ("Right carotid endarterectomy with patch.", "35301"),
    ("Permacath placed R IJ tunneled with US and fluoro, age 60.", "36558"),
    ("PD catheter removed.", "49422"),
    ("Ureteral stent removed in the office by cystoscopy.", "52310"),
    ("ESWL right kidney.", "50590"),
    ("Circumcision of newborn with Gomco.", "54150"),
    ("Nasal packing both sides, posterior, for bleeding.", "30905"),
    ("Septoplasty with bilateral inferior turbinate reduction.", "30520"),
    ("Bilateral maxillary antrostomies and total ethmoidectomies endoscopic.", "31256"),
    ("Parotidectomy superficial with facial nerve dissection.", "42415"),
    ("Strabismus surgery, recession of both medial recti.", "67311"),
    ("Avastin 1.25 mg intravitreal OD.", "67028"),
    ("SLT right eye 360 degrees.", "65855"),
    ("Cath with stents to RCA during acute inferior STEMI.", "92941"),
    ("Nuclear stress test, exercise, SPECT with rest and stress.", "78452"),
    ("Stress echo with treadmill, interpreted.", "93351"),
    ("TTE limited.", "93308"),
    ("EP study with ablation of AV node reentry tachycardia.", "93653"),
    ("Watchman implanted.", "33340"),
    ("Ambulatory BP 24 h.", "93784"),
    ("Renal ultrasound complete.", "76770"),
    ("Thyroid ultrasound.", "76536"),
    # Described without a name, or told by its steps.
    (
        "Laparoscopic approach abandoned for dense scar; subcostal incision, gallbladder removed.",
        "47600",
    ),
    (
        "Preperitoneal space developed, recurrent direct inguinal defect, mesh laid over it.",
        "49651",
    ),
    ("Femoral sac opened, a knuckle of ileum stuck in the neck freed, McVay repair.", "49553"),
    ("Linear echoendoscope; pancreatic mass sampled with a 22-gauge needle.", "43242"),
    ("Sigmoidoscope to 40 cm after enemas, mucosa biopsied.", "45331"),
    ("RA 8, RV 40/6, PA 40/18, wedge 14. Left main and LAD clear, LVEDP 16.", "93460"),
    ("Basilic vein, 5 Fr PICC, ultrasound guidance with saved image. Age 50.", "36573"),
    ("Olive delivered, pylorus serosa split and spread until mucosa bulged.", "43520"),
    ("MRI lumbar spine: sagittal T1, T2, STIR, then post-gadolinium T1.", "72158"),
    ("CT-guided core biopsy of a right lower lobe nodule, 18 gauge coaxial.", "32408"),
    (
        "Procedure: all components removed from the infected knee, antibiotic spacer placed.",
        "27488",
    ),
    ("Kyphoplasty of T12 and L1, cement filled.", "22513"),
    ("Coronary angiography without left heart cath.", "93454"),
    ("EBUS-TBNA: station 4R, station 7 and station 11L sampled.", "31653"),
    ("Both medial recti recessed 5 mm from their insertions.", "67311"),
    ("Renal hilum stapled through the trocars, kidney taken with Gerota fascia.", "50545"),
    ("ICD can changed for depletion, three leads reconnected, CRT-D.", "33264"),
    ("Clotted loop graft cleared with the thrombectomy device, 7 mm balloon angioplasty.", "36905"),
    ("Testis in the inguinal pouch mobilized and fixed in a dartos pouch.", "54640"),
    ("Ruptured ampullary ectopic at laparoscopy, tube taken with the sealer.", "59151"),
]


@pytest.mark.parametrize(("text", "code"), CASES)
def test_the_best_code_is_found(reader: Reader, text: str, code: str) -> None:
    assert code in reader.best(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("LN2 to 6 actinic keratoses on the scalp.", {"17003": 5}),
        ("TFESI right L4 and L5 under fluoroscopy.", {"64484": 1}),
        ("Shingrix and Tdap given today in the deltoids, age 62.", {"90471": 1, "90472": 1}),
        ("Medicare: high-dose flu shot given today, left deltoid, age 71.", {"G0008": 1}),
        (
            "MMR given today, counseling by physician on each component, 12 months old.",
            {"90460": 1, "90461": 2},
        ),
        ("Ketorolac 60 mg IM given in the gluteus.", {"J1885": 4, "96372": 1}),
        ("Ceftriaxone 1 g IM given today.", {"J0696": 4, "96372": 1}),
        ("Right knee injected with 40 mg Kenalog.", {"J3301": 4}),
        ("Pembrolizumab 200 mg IV infused from 0900 to 0930.", {"96413": 1, "J9271": 200}),
        ("Nexplanon inserted in the left arm.", {"J7307": 1}),
        ("Moderate sedation by me, 40 minutes, midazolam.", {"99153": 2}),
    ],
)
def test_what_follows_is_added_with_its_units(
    reader: Reader, text: str, units: dict[str, int]
) -> None:
    found = reader.candidates(text)
    assert {code: found[code].units for code in units if code in found} == units
    follows = found[next(reversed(units))]
    assert bool(follows.rule) == bool(follows.derived_from)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Anoscopy, then rubber band ligation of an internal hemorrhoid was performed.", "46600"),
        ("Right SI joint injection under fluoroscopic guidance was performed.", "77002"),
        ("Lap cholecystectomy performed, cholangiogram was not needed.", "47563"),
        ("Cyst of the scalp excised, 1.2 cm, simple closure with nylon was performed.", "12001"),
        ("Colonoscopy with snare polypectomy performed.", "45378"),
        ("Greater occipital nerve block given today.", "64490"),
    ],
)
def test_what_is_included_or_denied_is_left_out(reader: Reader, text: str, absent: str) -> None:
    assert absent not in reader.best(text)


def test_an_add_on_code_never_stands_alone(reader: Reader) -> None:
    found = reader.best("Second breast lesion: ultrasound-guided core biopsy with clip, left.")
    assert "19083" in found


def test_sizes_that_are_worked_out() -> None:
    text = "1.4 cm lesion with 4 mm margins, layered closure 4.5 cm"
    assert sizes_in(text, 0, len(text)) == ([2.2], [4.5])
    text = "scalp laceration 3.0 cm and wrist laceration 2.4 cm"
    assert sizes_in(text, 0, len(text)) == ([], [5.4])
    text = "chin laceration 3.0 cm and wrist laceration 2.4 cm"
    assert sizes_in(text, 0, len(text)) == ([], [])


def test_numbers_of_stations_levels_and_clock() -> None:
    text = "stations 4R, 7 and 11L; left L3, L4 and L5; 0900-1205"
    found = numbers_in(text, 0, len(text))
    assert 3.0 in found["count"]
    assert found["roots"] == [3.0]
    assert found["minutes"] == [185.0]
    assert months_in("13 mo. old boy") == 13
    assert months_in("for 3 months she has") == 0


def test_units_and_conditions() -> None:
    assert units_of("count-1", {"count": {6.0: 2.0}}) == 5
    assert units_of("minutes-90/60", {"minutes": {185.0: 2.0}}) == 2
    assert units_of("count", {}) == 1
    assert drug_units("J1885", "ketorolac 30 mg im", 0, 9) == 2
    assert drug_units("J1885", "ketorolac im", 0, 9) == 1
    with pytest.raises(ValueError, match="no condition"):
        parse_condition("nonsense")
    with pytest.raises(ValueError, match="counts no units"):
        units_of("5/x", {})


def test_rules_name_codes_that_exist() -> None:
    known = {entry.code for entry in load_procedures().codes}
    flu = Trigger("90662", "influenza_vaccine", 0, 3, {}, done=True)
    follows = derive("medicare: flu shot given", [flu])
    assert {entry.code for entry in follows} <= known
    assert {entry.code for entry in follows} == {"G0008"}
    whole = Trigger("46221", "hemorrhoid_banding", 0, 4, {}, done=True)
    part = Trigger("46600", "anoscopy", 6, 9, {}, done=True)
    assert bundled("band anoscopy", [whole, part]) == {"46600": "46221"}


def test_descriptions_lead_to_families() -> None:
    lexicon = load_procedures()
    assert {row.phrase.family for row in lexicon.described} <= set(lexicon.families)
    assert all(row.groups for row in lexicon.described)


@pytest.mark.parametrize("table", ["derived", "bundled"])
def test_rules_name_codes_and_families_that_exist(table: str) -> None:
    lexicon = load_procedures()
    names = {entry.code for entry in lexicon.codes} | set(lexicon.families)
    text = files("suggester.candidates.procedures").joinpath(f"{table}.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    assert {len(row) for row in rows} == {5}
    said = {name for row in rows for name in row[0].split(";")}
    said |= {name for row in rows for name in row[2 if table == "derived" else 1].split(";")}
    unknown = {name for name in said if not any(fnmatchcase(known, name) for known in names)}
    assert unknown == set()


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("EGD: ring dilated with an 18 mm balloon, no biopsies today.", "43239"),
        ("Risks include conversion to open. Laparoscopic appendectomy performed.", "44950"),
        ("US-guided core biopsy of a breast mass 2:00, 5 passes.", "19084"),
        ("LP L3-4 in lateral decubitus, 20g needle, four tubes.", "36000"),
    ],
)
def test_words_the_index_leaves_out_still_count(reader: Reader, text: str, absent: str) -> None:
    assert absent not in reader.best(text)
