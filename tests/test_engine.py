"""The Python API: the road from an encounter to ranked, explained suggestions."""

from __future__ import annotations

import datetime
import json
from itertools import pairwise
from pathlib import Path

import pytest

import suggester
from suggester import Document, Encounter, Suggester
from suggester.codes import CodeSet
from suggester.errors import InputError, UnknownModelError
from suggester.suggestions import CANDIDATE, CONFIDENT, Result

NOTE = (
    "HISTORY: 58-year-old man with chest pain. Denies fever.\r\n"
    "Mother had breast cancer.\r\n\r\n"
    "ASSESSMENT AND PLAN:\r\n"
    "1. Hypertension – continue lisinopril.\r\n"
    "2. Type 2 diabetes, A1c 7.1 %; metformin refilled.\r\n"
    "3. Possible pneumonia; chest x-ray ordered.\r\n"
)


@pytest.fixture(scope="module")
def result(shipped: Suggester) -> Result:
    return shipped.suggest(NOTE)


def test_public_names() -> None:
    assert set(suggester.__all__) == {"Document", "Encounter", "Suggester", "__version__"}
    assert suggester.Encounter is Encounter
    with pytest.raises(AttributeError, match="no attribute 'Coder'"):
        suggester.Coder  # noqa: B018


def test_suggestions_are_ranked(result: Result) -> None:
    assert result.suggestions == result.diagnoses + result.procedures
    for ranked in (result.diagnoses, result.procedures):
        assert [s.rank for s in ranked] == list(range(1, len(ranked) + 1))
        codes = [s.code for s in ranked]
        assert len(codes) == len(set(codes))
        for better, worse in pairwise(ranked):
            assert better.confidence >= worse.confidence
    assert all(0 <= s.confidence <= 1 for s in result.suggestions)


def test_suggestions_are_codes_of_the_code_set(result: Result, codes: CodeSet) -> None:
    assert {"I10", "E11.9"} <= {s.code for s in result.suggestions if s.tier == CONFIDENT}
    for s in result.diagnoses:
        assert s.system == "icd10cm"
        assert s.description == codes.title(s.code)
        assert s.billable == codes.is_billable(s.code)
        for other in s.alternatives:
            assert other.code != s.code
            assert other.description == codes.title(other.code)
            assert other.reason.startswith(("if ", "where "))


def test_no_evidence_no_suggestion(result: Result) -> None:
    for s in result.suggestions:
        assert s.evidence or s.derived_from
        for place in s.evidence:
            assert NOTE[place.start : place.end] == place.text
            assert place.document is None


def test_what_is_not_coded_and_why(result: Result, codes: CodeSet) -> None:
    refused = {r.text: (r.reason, r.cue) for r in result.not_coded}
    assert refused["fever"] == ("negated", "Denies")
    assert refused["breast cancer"] == ("family", "Mother")
    assert refused["pneumonia"] == ("uncertain", "Possible")
    for row in result.not_coded:
        assert NOTE[row.start : row.end] == row.text
        assert row.code in codes
    sure = {s.code[:3] for s in result.suggestions if s.tier == CONFIDENT}
    assert not sure & {"R50", "C50", "J18"}


def test_what_stands_around_the_suggestions(result: Result, shipped: Suggester) -> None:
    assert result.id == "note"
    assert result.model == {"name": shipped.model.name, "version": shipped.model.version}
    starters = {"cpt": "starter", "hcpcs": "starter"}
    assert result.code_sets == {"icd10cm": shipped.codes.release.name} | starters
    assert result.setting["value"] == "outpatient"
    assert result.setting["inferred"] is True
    assert result.setting["because"]


def test_as_json(result: Result) -> None:
    found = json.loads(json.dumps(result.to_dict()))
    assert set(found) == {
        "id",
        "model",
        "code_sets",
        "setting",
        "suggestions",
        "not_coded",
        "not_performed",
        "claim",
    }
    assert set(found["suggestions"][0]) - {"derived_from"} == {
        "rank",
        "system",
        "code",
        "description",
        "confidence",
        "tier",
        "billable",
        "evidence",
        "alternatives",
        "flags",
        "alerts",
    }
    assert set(found["suggestions"][0]["evidence"][0]) == {
        "start",
        "end",
        "text",
        "section",
        "assertion",
    }
    assert set(found["not_coded"][0]) == {"start", "end", "text", "reason", "cue", "code"}


def test_same_note_same_result(shipped: Suggester, result: Result) -> None:
    shipped.suggest("Assessment: Asthma. Right knee pain.")
    assert shipped.suggest(NOTE) == result


def test_top_k(shipped: Suggester, result: Result) -> None:
    assert shipped.suggest(NOTE, top_k=2).diagnoses == result.diagnoses[:2]
    assert shipped.suggest(NOTE, top_k=2).procedures == result.procedures[:2]
    assert shipped.suggest(NOTE, top_k=1).not_coded == result.not_coded


def test_explain(shipped: Suggester, result: Result) -> None:
    assert not any(s.reasons for s in result.suggestions)
    explained = shipped.suggest(NOTE, explain=True)
    assert [s.code for s in explained.suggestions] == [s.code for s in result.suggestions]
    first = explained.suggestions[0]
    assert first.reasons
    effects = [abs(reason.effect) for reason in first.reasons]
    assert effects == sorted(effects, reverse=True)
    assert all(reason.statement for reason in first.reasons)
    row = explained.to_dict()["suggestions"][0]
    assert row["reasons"][0].keys() == {"statement", "effect"}


def test_suggest_many_yields_in_order_one_at_a_time(shipped: Suggester) -> None:
    read: list[int] = []

    def notes() -> object:
        for n in range(3):
            read.append(n)
            yield "Assessment: Asthma." if n else Encounter.of_text("Impression: Gout.", "mine")

    results = shipped.suggest_many(notes(), top_k=1)  # type: ignore[arg-type]
    first = next(results)
    assert (first.id, read) == ("mine", [0])
    assert [r.id for r in results] == ["note-2", "note-3"]
    assert first.suggestions[0].code[:3] == "M10"


def test_several_documents(shipped: Suggester) -> None:
    texts = {
        "er": "Presented with dyspnea.\r\nImpression: Hypertension.",
        "blank": "",
        "xr": "IMPRESSION: No pneumothorax. Acute bronchitis.\nHypertension. 😀 Right knee pain.",
    }
    encounter = Encounter("a", tuple(Document(name, text) for name, text in texts.items()))
    result = shipped.suggest(encounter)
    places = [(s.code, e) for s in result.suggestions for e in s.evidence]
    for _, place in places:
        assert place.document in texts
        assert texts[place.document][place.start : place.end] == place.text
    assert {place.document for code, place in places if code == "I10"} == {"er", "xr"}
    assert {place.document for code, place in places if code == "J20.9"} == {"xr"}
    knee = [place.text for code, place in places if code == "M25.561"]
    assert knee
    assert all(text.endswith("knee pain") for text in knee)
    [refused] = [r for r in result.not_coded if r.text == "pneumothorax"]
    assert refused.document == "xr"
    assert texts["xr"][refused.start : refused.end] == "pneumothorax"
    row = result.to_dict()["suggestions"][0]["evidence"][0]
    assert row["document"] in texts


UNCERTAIN = (
    "ASSESSMENT: Probable pneumonia.",
    "Impression: Suspected pulmonary embolism, CT pending.",
    "Assessment:\n1. Likely costochondritis.\n2. Possible GERD.",
    "Plan: Rule out deep vein thrombosis of the left leg.",
    "Impression: Questionable gout. Appears to be cellulitis vs. contact dermatitis.",
    "A/P: ?appendicitis, surgery consulted.",
)


@pytest.mark.parametrize("text", UNCERTAIN)
@pytest.mark.parametrize("setting", ["outpatient", "emergency"])
def test_uncertain_is_never_confident_outside_the_hospital(
    shipped: Suggester, text: str, setting: str
) -> None:
    encounter = Encounter("a", (Document("1", text),), setting=setting)
    assert [s.code for s in shipped.suggest(encounter).diagnoses if s.tier == CONFIDENT] == []


def test_uncertain_is_worth_more_at_discharge(shipped: Suggester) -> None:
    note = "DISCHARGE DIAGNOSES:\n1. Probable pneumonia.\n2. Hypertension.\n\nHOSPITAL COURSE: Treated."
    confidence = {}
    for setting in ("outpatient", "inpatient"):
        result = shipped.suggest(Encounter("a", (Document("1", note),), setting=setting))
        confidence[setting] = {s.code: s.confidence for s in result.suggestions}["J18.9"]
        assert result.setting == {"value": setting, "inferred": False}
    assert confidence["inpatient"] > confidence["outpatient"]


def test_a_date_after_the_release_gives_a_notice(shipped: Suggester) -> None:
    for day, count in ((datetime.date(2026, 9, 30), 0), (datetime.date(2026, 10, 1), 1)):
        encounter = Encounter("a", (Document("1", "Asthma."),), date_of_service=day)
        notices = shipped.suggest(encounter).notices
        assert len(notices) == count
        for notice in notices:
            assert "ended on 2026-09-30" in notice
            assert "suggester codes import" in notice


def test_nothing_to_suggest(shipped: Suggester) -> None:
    result = shipped.suggest("Call back later.")
    assert (result.suggestions, result.not_coded) == ((), ())


def test_a_blank_note(shipped: Suggester) -> None:
    with pytest.raises(InputError, match="is empty"):
        shipped.suggest(" \n")


def test_unknown_release_and_model(shipped: Suggester) -> None:
    with pytest.raises(InputError, match="No ICD-10-CM release named 'FY1999'"):
        Suggester.load(shipped.model.folder, "FY1999")
    with pytest.raises(UnknownModelError, match="There is no model 'nowhere'"):
        Suggester.load(Path("nowhere"))


def test_tiers_follow_the_threshold(shipped: Suggester, result: Result) -> None:
    threshold = shipped.model.ranker.threshold("outpatient")
    for s in result.suggestions:
        if s.tier == CONFIDENT:
            assert s.confidence >= round(threshold, 4)
        else:
            assert s.tier == CANDIDATE


def test_reports_have_a_threshold_of_their_own(shipped: Suggester) -> None:
    thresholds = shipped.model.ranker.thresholds
    assert thresholds["report"] != thresholds["outpatient"]
    report = shipped.suggest(
        "EXAM: CT abdomen.\nREASON FOR EXAM: Flank pain.\nFINDINGS: A 6 mm stone in the left ureter, mild "
        "hydronephrosis, hepatic steatosis and a hiatal hernia.\nIMPRESSION: Left ureteral stone."
    )
    for s in report.suggestions:
        if s.tier == CONFIDENT:
            assert s.confidence >= round(thresholds["report"], 4)


def test_words_of_a_note_are_forgotten(shipped: Suggester) -> None:
    text = "Assessment: Gout. Seen with her neighbour, {}."
    shipped.suggest(text.format("Quellamore"))
    strings = shipped._language.pipeline.vocab.strings
    assert "Quellamore" in strings
    before = len(strings)
    with shipped.forgetting():
        found = shipped.suggest(text.format("Zanthorpe")).to_dict()
    assert len(strings) == before
    assert "Zanthorpe" not in strings
    assert found == shipped.suggest(text.format("Zanthorpe")).to_dict()


def test_a_stage_goes_with_the_code_that_takes_in_both_conditions(shipped: Suggester) -> None:
    note = "ASSESSMENT AND PLAN:\nHTN, CKD 4, and chronic systolic heart failure"
    confident = {s.code for s in shipped.suggest(note).diagnoses if s.tier == "confident"}
    assert confident == {"I13.0", "I50.22", "N18.4"}


def test_of_a_title_and_its_denial_only_one_is_confident(shipped: Suggester) -> None:
    note = "ASSESSMENT:\nLumbar spinal stenosis L3-5 with neurogenic claudication"
    confident = {s.code for s in shipped.suggest(note).diagnoses if s.tier == "confident"}
    assert confident == {"M48.062"}


def test_a_complaint_of_some_weeks_is_no_history(shipped: Suggester) -> None:
    note = (
        "ASSESSMENT AND PLAN\n60-year-old woman with a two-week history of low back pain who presents for "
        "evaluation. Start naproxen."
    )
    first = shipped.suggest(note).diagnoses[0]
    assert (first.code, first.tier) == ("M54.50", CONFIDENT)


def test_less_of_a_drug_than_prescribed(shipped: Suggester) -> None:
    note = "ASSESSMENT\n1. Underdosing of levetiracetam due to cost.\n2. Breakthrough seizure."
    codes = {s.code for s in shipped.suggest(note).diagnoses}
    assert {"T42.6X6A", "Z91.120"} <= codes


def test_a_drug_that_is_not_taken_is_no_long_term_drug(shipped: Suggester) -> None:
    note = "HPI: She does not take blood thinners.\nASSESSMENT: Sciatica, right side."
    assert "Z79.01" not in {s.code for s in shipped.suggest(note).diagnoses}
