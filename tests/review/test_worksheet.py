from __future__ import annotations

from typing import Any

import pytest

from suggester.errors import InputError
from suggester.review.events import KINDS, Event, read_event
from suggester.review.worksheet import Worksheet, check_event, fold

SUGGESTED = frozenset(
    {("icd10cm", "I10"), ("icd10cm", "I50.9"), ("icd10cm", "E11.9"), ("cpt", "99214")}
)


def dx(code: str) -> dict[str, Any]:
    return {"system": "icd10cm", "code": code}


def after(*rows: dict[str, Any]) -> Worksheet:
    """Return the worksheet after decisions, each checked as it would be when it is saved."""
    events: list[Event] = []
    for row in rows:
        event = read_event(row)
        check_event(event, fold(events, SUGGESTED), SUGGESTED)
        events.append(event)
    return fold(events, SUGGESTED)


def codes(sheet: Worksheet) -> list[str]:
    return [line.code for line in sheet.lines]


ACCEPT = {"kind": "accept", **dx("I10")}


def test_nothing_is_assigned_before_a_decision() -> None:
    assert fold([], SUGGESTED) == Worksheet()


def test_accepted_codes_stand_in_the_order_they_were_accepted() -> None:
    sheet = after(
        ACCEPT,
        {"kind": "accept", "system": "cpt", "code": "99214"},
        {"kind": "accept", **dx("E11.9")},
    )
    assert codes(sheet) == ["I10", "E11.9", "99214"]
    assert [line.origin for line in sheet.lines] == ["suggestion"] * 3


def test_a_replacement_takes_the_place_of_what_it_replaces() -> None:
    sheet = after(
        ACCEPT, {"kind": "accept", **dx("E11.9")}, {"kind": "replace", **dx("I10"), "with": "I11.0"}
    )
    assert codes(sheet) == ["I11.0", "E11.9"]
    assert (sheet.diagnoses[0].origin, sheet.diagnoses[0].replaces) == ("alternative", "I10")


def test_what_points_to_a_replaced_diagnosis_points_to_what_stands_in_its_place() -> None:
    sheet = after(
        {"kind": "replace", **dx("I50.9"), "with": "I50.20"},
        {"kind": "replace", **dx("I50.20"), "with": "I50.23"},
        ACCEPT,
    )
    assert sheet.pointed(["I50.9", "E11.9", "I10", "I50.23"]) == ("I50.23", "I10")


def test_a_suggestion_can_be_replaced_before_it_is_assigned() -> None:
    assert codes(after({"kind": "replace", **dx("I50.9"), "with": "I50.23"})) == ["I50.23"]


def test_a_rejected_suggestion_comes_off_and_keeps_its_reason() -> None:
    sheet = after(ACCEPT, {"kind": "reject", **dx("I10"), "reason": "not_current"})
    assert codes(sheet) == []
    assert sheet.rejected[0].reason == "not_current"


def test_accepting_after_rejecting_takes_the_rejection_back() -> None:
    sheet = after({"kind": "reject", **dx("I10"), "reason": "other"}, ACCEPT)
    assert (codes(sheet), sheet.rejected) == (["I10"], ())


def test_an_added_code_keeps_the_words_that_were_selected() -> None:
    place = {"document": "note", "start": 4, "end": 12}
    row = {"kind": "add", **dx("M10.9"), "origin": "selection", "evidence": [place]}
    line = after(row).diagnoses[0]
    assert (line.origin, line.evidence) == ("selection", (place,))


def test_typing_a_suggested_code_counts_as_taking_the_suggestion() -> None:
    assert (
        after({"kind": "add", **dx("I10"), "origin": "typed"}).diagnoses[0].origin == "suggestion"
    )


def test_moving_to_the_front_makes_it_first_listed() -> None:
    sheet = after(
        ACCEPT, {"kind": "accept", **dx("E11.9")}, {"kind": "move", **dx("E11.9"), "position": 0}
    )
    assert codes(sheet) == ["E11.9", "I10"]


def test_details_of_a_procedure_line_are_kept() -> None:
    line = {"system": "cpt", "code": "99214"}
    sheet = after(
        {"kind": "accept", **line},
        {"kind": "line", **line, "modifiers": ["25"], "pointers": ["I10"]},
    )
    assert (sheet.procedures[0].modifiers, sheet.procedures[0].pointers) == (("25",), ("I10",))
    assert sheet.procedures[0].units is None


def test_a_mend_is_one_decision_and_is_undone_as_one() -> None:
    events = [
        read_event(ACCEPT),
        read_event({"kind": "accept", **dx("I50.9")}),
        Event(
            "mend", {"alert": "k", "rule": "assumed-link", "mend": {"replace": {"I10": "I11.0"}}}
        ),
    ]
    sheet = fold(events, SUGGESTED)
    assert codes(sheet) == ["I11.0", "I50.9"]
    assert (sheet.diagnoses[0].origin, sheet.diagnoses[0].rule) == ("rule", "assumed-link")
    assert codes(fold([*events, Event("undo", {})], SUGGESTED)) == ["I10", "I50.9"]


def test_undo_goes_back_step_by_step() -> None:
    undo = {"kind": "undo"}
    rows = [ACCEPT, {"kind": "accept", **dx("E11.9")}, {"kind": "remove", **dx("I10")}]
    assert codes(after(*rows)) == ["E11.9"]
    assert codes(after(*rows, undo)) == ["I10", "E11.9"]
    assert codes(after(*rows, undo, undo)) == ["I10"]
    assert after(*rows, undo, undo, undo) == Worksheet()


def test_undo_does_not_reach_behind_a_finish() -> None:
    sheet = after(ACCEPT, {"kind": "finish"}, {"kind": "reopen", "reason": "late report"})
    assert not sheet.can_undo
    with pytest.raises(InputError, match="nothing to undo"):
        after(ACCEPT, {"kind": "finish"}, {"kind": "reopen", "reason": "x"}, {"kind": "undo"})


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"kind": "accept", **dx("Z99.9")}], "was not suggested"),
        ([ACCEPT, ACCEPT], "assigned already"),
        ([{"kind": "remove", **dx("I10")}], "is not assigned"),
        ([{"kind": "replace", **dx("Q00.0"), "with": "I10"}], "neither"),
        ([{"kind": "undo"}], "nothing to undo"),
        ([{"kind": "resume"}], "not pending"),
        ([{"kind": "reopen", "reason": "x"}], "not finished"),
        ([{"kind": "finish"}, ACCEPT], "reopen"),
    ],
)
def test_what_makes_no_sense_is_refused(rows: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        after(*rows)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"kind": "delete everything"},
        {"kind": "accept"},
        {"kind": "accept", "system": "icd11", "code": "I10"},
        {"kind": "accept", "system": "icd10cm", "code": ["I10"]},
        {"kind": "reject", **dx("I10"), "reason": "because"},
        {"kind": "add", **dx("I10"), "origin": "guess"},
        {"kind": "add", **dx("I10"), "evidence": [{"document": "a", "start": 9, "end": 3}]},
        {"kind": "move", **dx("I10"), "position": -1},
        {"kind": "move", **dx("I10"), "position": True},
        {"kind": "line", **dx("I10"), "units": 2},
        {"kind": "line", "system": "cpt", "code": "99214", "units": 0},
        {"kind": "acknowledge", "alert": "k", "word": "  "},
        {"kind": "query", "text": "a\x00b"},
        {"kind": "pend"},
        {"kind": "accept_many", "codes": []},
        {"kind": "replace", **dx("I10"), "with": "I10"},
    ],
)
def test_a_decision_that_cannot_be_read_is_refused_in_a_sentence(row: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        read_event(row)
    assert str(caught.value).endswith(".")


def test_every_kind_of_decision_can_be_folded() -> None:
    whole = {
        **dx("I10"), "codes": [["icd10cm", "E11.9"]], "with": "I11.0", "reason": "other",
        "position": 0, "alert": "k", "word": "seen", "text": "Please clarify.",
    }  # fmt: skip
    for kind in KINDS:
        row = whole | {"kind": kind}
        if kind == "line":
            row |= {"system": "cpt", "code": "99214"}
        if kind == "query":
            row.pop("codes")
        before = [] if kind != "undo" else [read_event(ACCEPT)]
        assert isinstance(fold([*before, read_event(row)], SUGGESTED), Worksheet)
