"""Each line points to the diagnoses that justify it."""

from __future__ import annotations

import pytest

from suggester.codes import load_icd10cm
from suggester.edits.code_groups import CodeSpans
from suggester.edits.pointers import MOST_POINTERS, pointers, rows_for
from suggester.edits.rule_tables import rule_rows
from suggester.edits.sites import SiteReader
from tests.edits.note_lines import diagnosis, line, read, starter

# Note, diagnoses with their words, the line with its words, and what it points to.
Case = tuple[str, list[tuple[str, str]], tuple[str, str], tuple[str, ...]]
CASES: list[Case] = [
    ("Knee arthritis injected. Hypertension stable.", [("I10", "Hypertension"), ("M17.11", "Knee arthritis")], ("20610", "injected"), ("M17.11",)),
    ("Flu shot given; diabetes.", [("E11.9", "diabetes"), ("Z23", "")], ("90471", "Flu shot"), ("Z23",)),
    ("A1c 8.9; lipids high.", [("E11.65", ""), ("E78.5", "lipids")], ("83036", "A1c"), ("E11.65",)),
    ("Screening colonoscopy, adenoma snared. Gout.", [("M10.9", "Gout"), ("Z12.11", "Screening"), ("D12.3", "adenoma")], ("45385", "snared"), ("Z12.11", "D12.3")),
    ("Wart frozen. Acne.", [("L70.0", "Acne"), ("B07.9", "Wart")], ("17110", "frozen"), ("B07.9",)),
    ("Pneumonia on film. Gout.", [("M10.9", "Gout"), ("J18.9", "Pneumonia")], ("71046", "film"), ("J18.9",)),
    ("Ear wax removed. Asthma.", [("J45.909", "Asthma"), ("H61.23", "Ear wax")], ("69210", "removed"), ("H61.23",)),
    ("Strep test positive. Eczema.", [("L30.9", "Eczema"), ("J02.0", "Strep")], ("87880", "Strep test"), ("J02.0",)),
    ("Reactive NST for GDM. Rash.", [("R21", "Rash"), ("O24.410", "GDM")], ("59025", "NST"), ("O24.410",)),
    ("Smoker counselled. COPD.", [("J44.9", "COPD"), ("F17.210", "Smoker")], ("99406", "counselled"), ("F17.210",)),
    ("Appendectomy for appendicitis. Obesity.", [("E66.9", "Obesity"), ("K35.80", "appendicitis")], ("44970", "Appendectomy"), ("K35.80",)),
    ("Cataract removed. Diabetes.", [("E11.9", "Diabetes"), ("H25.12", "Cataract")], ("66984", "removed"), ("H25.12",)),
    # Nothing in the table, but said in one sentence.
    ("Rash looked at. Hearing aid check for tinnitus.", [("R21", "Rash"), ("H93.13", "tinnitus")], ("92592", "Hearing aid check"), ("H93.13",)),
    # Nothing at all: the first-listed diagnosis.
    ("Migraine. Supplies handed out.", [("G43.909", "Migraine")], ("99070", "Supplies"), ("G43.909",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told", "service", "wanted"), CASES, ids=[c[0] for c in CASES])
def test_a_service_points_to_what_justifies_it(
    text: str, told: list[tuple[str, str]], service: tuple[str, str], wanted: tuple[str, ...]
) -> None:
    diagnoses = [diagnosis(text, code, words) for code, words in told]
    assert set(pointers([line(text, *service)], diagnoses, SiteReader(read(text)))[0]) == set(
        wanted
    )


def test_a_visit_points_to_four_problems_and_no_circumstance() -> None:
    codes = ["Z23", "Z79.4", "E11.9", "I10", "W19.XXXA", "E78.5", "N18.31"]
    found = pointers(
        [line("", "99214")], [diagnosis("", code) for code in codes], SiteReader(read("Seen."))
    )
    assert found == [("E11.9", "I10", "E78.5", "N18.31")]


def test_a_drug_points_to_what_its_injection_does() -> None:
    text = "Trigger finger injected with triamcinolone. Knee arthritis."
    lines = [line(text, "J3301", "triamcinolone"), line(text, "20550", "injected")]
    told = [diagnosis(text, "M17.11", "Knee"), diagnosis(text, "M65.341", "Trigger finger")]
    assert pointers(lines, told, SiteReader(read(text))) == [("M65.341",), ("M65.341",)]


def test_a_sided_service_points_to_its_side() -> None:
    text = "Arthritis of both knees. Left knee injected."
    told = [diagnosis(text, code, "Arthritis") for code in ("M17.11", "M17.12")]
    assert pointers([line(text, "20610", "injected")], told, SiteReader(read(text))) == [
        ("M17.12",)
    ]


def test_never_more_than_four() -> None:
    codes = ["R07.9", "I48.91", "R00.2", "R55", "R06.02", "I49.9"]
    told = [diagnosis("", code) for code in codes]
    [found] = pointers([line("", "93000")], told, SiteReader(read("ECG.")))
    assert 1 <= len(found) <= MOST_POINTERS


def test_without_diagnoses_nothing_is_pointed_to() -> None:
    assert pointers([line("", "93000")], [], SiteReader(read("ECG."))) == [()]


def test_only_a_vaccine_is_still_pointed_to_by_a_visit() -> None:
    assert pointers([line("", "99213")], [diagnosis("", "Z23")], SiteReader(read("Seen."))) == [
        ("Z23",)
    ]


def test_narrow_rows_come_first() -> None:
    widths = [row.high - row.low for row in rows_for("93010")]
    assert widths == sorted(widths)
    assert len(widths) > 1


def test_every_row_has_codes_of_the_starter_set_and_diagnoses_that_exist() -> None:
    known = load_icd10cm()
    prefixes = {code[:length] for code in known.codes for length in range(1, len(code) + 1)}
    rows = rule_rows("pointers")
    assert len(rows) >= 500
    for spans, patterns in rows:
        codes = CodeSpans(spans.split())
        assert any(code in codes for code in starter()), spans
        assert len(set(patterns.split())) == len(patterns.split()), (spans, patterns)
        for pattern in patterns.split():
            assert set(pattern.split("-")) <= prefixes, (spans, pattern)


def test_no_span_is_written_twice() -> None:
    spans = [row[0] for row in rule_rows("pointers")]
    assert len(spans) == len(set(spans))
