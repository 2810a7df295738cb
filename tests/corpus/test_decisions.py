from __future__ import annotations

from typing import Any

import pytest

from suggester.corpus.decisions import DECISIONS, Decision
from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError

ROW = {"id": "n", "text": "Gout of the knee. Cough.", "codes": ["M10.9"]}


def read(*decisions: Any) -> tuple[Decision, ...]:
    return CodedEncounter.from_mapping({**ROW, "decisions": list(decisions)}, "n").decisions


def test_decisions_are_read() -> None:
    rejected = {
        "system": "icd10cm", "code": "r05.9 ", "decision": "rejected", "reason": "integral",
        "confidence": 0.4, "evidence": [{"start": 18, "end": 23}], "label": 0, "rank": 2,
    }  # fmt: skip
    replaced = {"system": "icd10cm", "code": "M10.00", "decision": "replaced", "with": "M10.9"}
    assert read(rejected, replaced) == (
        Decision("icd10cm", "R05.9", "rejected", "integral", "", 0.4, ((18, 23),)),
        Decision("icd10cm", "M10.00", "replaced", "", "M10.9"),
    )


def test_a_corpus_needs_none() -> None:
    assert CodedEncounter.from_mapping(ROW, "n").decisions == ()


def test_accepted_and_added_codes_are_right() -> None:
    made = {kind: Decision("icd10cm", "I10", kind).positive for kind in DECISIONS}
    assert made == {
        "accepted": True, "added": True, "replaced": False, "rejected": False, "left": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        "accepted",
        {"system": "icd10cm", "code": "I10"},
        {"system": "icd10cm", "code": "I10", "decision": "perhaps"},
        {"system": "icd9", "code": "I10", "decision": "accepted"},
        {"system": "icd10cm", "code": 1, "decision": "accepted"},
    ],
)
def test_what_is_no_decision_is_refused(row: Any) -> None:
    with pytest.raises(InputError, match="'decisions' has 'system', 'code' and 'decision'"):
        read(row)


@pytest.mark.parametrize("place", [{"start": 3, "end": 99}, {"start": 5}, 7])
def test_a_place_outside_the_note_is_refused(place: Any) -> None:
    with pytest.raises(InputError, match="span outside its text") as caught:
        read({"system": "icd10cm", "code": "I10", "decision": "accepted", "evidence": [place]})
    assert "Gout" not in str(caught.value)


def test_decisions_are_a_list() -> None:
    with pytest.raises(InputError, match="'decisions' must be a list"):
        CodedEncounter.from_mapping({**ROW, "decisions": {"a": 1}}, "n")
