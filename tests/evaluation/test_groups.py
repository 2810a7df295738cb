"""Figures by group and by how often a code was seen, and what goes wrong where."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from suggester.evaluation.answered import Answered
from suggester.evaluation.groups import Members, band, measured, members
from suggester.evaluation.mistakes import Confusion, confusions, count_codes, outcomes, worst
from suggester.evaluation.scored import Scored


def row(
    id: str,
    gold: str,
    sure: str,
    more: str = "",
    facts: Mapping[str, str] | None = None,
    sections: Mapping[str, str] | None = None,
) -> Answered:
    """Return an encounter with gold, confident and further suggested codes."""
    codes = (*sure.split(), *more.split())
    scored = Scored(
        frozenset(gold.split()), codes, frozenset(sure.split()), dict.fromkeys(codes, 0.5)
    )
    return Answered(id, id, scored, facts or {}, sections or {})


def groups_of(
    rows: list[Answered], seen: dict[str, int] | None = None
) -> dict[tuple[str, str], Members]:
    return {(group.kind, group.name): group for group in members(rows, seen)}


@pytest.mark.parametrize(
    ("times", "name"),
    [(0, "never"), (1, "1–10"), (10, "1–10"), (11, "11–100"), (100, "11–100"), (101, "more than 100")],
)  # fmt: skip
def test_bands_of_frequency(times: int, name: str) -> None:
    assert band(times) == name


def test_codes_are_measured_in_their_band() -> None:
    rows = [row("a", "I10 E10.9", "I10 R05.9"), row("b", "I10", "I10 E10.9")] * 5
    groups = groups_of(rows, {"I10": 300, "R05.9": 4})
    assert {name for kind, name in groups if kind == "seen in training"} == {
        "never", "1–10", "more than 100",
    }  # fmt: skip
    patients = [one.id for one in rows]
    common = measured(groups["seen in training", "more than 100"], patients)
    # I10 is always right.
    assert (common.encounters, common.patients, common.codes) == (10, 2, 10)
    assert common.figures["micro_f1"].value == 1.0
    never = measured(groups["seen in training", "never"], patients)
    # E10.9 is missed in a and wrongly suggested in b.
    assert (never.encounters, never.codes, never.figures["micro_f1"].value) == (10, 5, 0.0)


def test_groups_of_encounters_have_the_figures_of_their_encounters() -> None:
    rows = [row(f"f{n}", "I10", "I10", facts={"sex": "female"}) for n in range(12)]
    rows += [row(f"m{n}", "I10", "", facts={"sex": "male"}) for n in range(9)]
    groups = groups_of(rows)
    patients = [one.id for one in rows]
    female = measured(groups["sex", "female"], patients, resamples=100)
    assert female.figures["micro_recall"].value == 1.0
    male = measured(groups["sex", "male"], patients)
    assert male.too_few
    assert (male.encounters, male.figures) == (9, {})


def test_sections_are_those_of_the_evidence() -> None:
    rows = [
        row(
            "a",
            "I10 R05.9 N18.9",
            "I10",
            "R05.9",
            sections={"I10": "assessment_plan", "R05.9": "hpi"},
        )
    ]
    groups = groups_of(rows)
    assert set(groups) == {
        ("section", "assessment plan"), ("section", "hpi"), ("section", "not suggested"),
    }  # fmt: skip
    assert groups["section", "hpi"].rows[0].gold == {"R05.9"}
    assert groups["section", "hpi"].rows[0].confident == frozenset()
    assert groups["section", "not suggested"].rows[0].gold == {"N18.9"}


def test_a_group_without_a_gold_code_has_no_figures() -> None:
    rows = [row(str(n), "I10", "I10 R05.9") for n in range(10)]
    group = groups_of(rows, {"I10": 1})["seen in training", "never"]
    found = measured(group, [one.id for one in rows])
    assert (found.encounters, found.codes, found.figures, found.too_few) == (10, 0, {}, False)


#: One: E11.9 for E11.65 (same category), J20.9 for J18.9 (same chapter), K21.9 missed, R05.9 too much.
MISTAKES = [
    row("one", "I10 E11.65 J18.9 K21.9", "I10 E11.9 J20.9 R05.9"),
    row("two", "I10 E11.65", "E11.9"),
]


def test_counts_of_codes_name_examples() -> None:
    counts = {one.code: one for one in count_codes(MISTAKES)}
    assert (counts["I10"].true_positive, counts["I10"].false_negative) == (1, 1)
    assert counts["I10"].missed_in == ("two",)
    assert counts["E11.9"].wrong_in == ("one", "two")
    assert counts["I10"].f1 == pytest.approx(2 / 3)
    # E11.65 and E11.9 twice, then by code.
    assert [one.code for one in worst(list(counts.values()), 3)] == ["E11.65", "E11.9", "I10"]


def test_categories_are_set_beside_each_other() -> None:
    assert confusions(MISTAKES) == (
        Confusion("E11", "E11", 2),
        Confusion("", "R05", 1),
        Confusion("I10", "", 1),
        Confusion("J18", "J20", 1),
        Confusion("K21", "", 1),
    )


def test_outcomes_of_chapters() -> None:
    assert outcomes(MISTAKES) == {
        "E00–E89": {"right": 0, "same category": 2, "same chapter": 0, "missed": 0},
        "I00–I99": {"right": 1, "same category": 0, "same chapter": 0, "missed": 1},
        "J00–J99": {"right": 0, "same category": 0, "same chapter": 1, "missed": 0},
        "K00–K95": {"right": 0, "same category": 0, "same chapter": 0, "missed": 1},
    }
