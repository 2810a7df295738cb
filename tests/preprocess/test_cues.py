"""The table of cues, and how a single cue acts."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from suggester.preprocess.assertion import NEGATED, PRESENT, SentenceCues
from suggester.preprocess.cues import FORWARD, KINDS, TOKEN, Cue, clean, find_cues
from suggester.preprocess.signs import checkbox

ROWS = files("suggester.preprocess").joinpath("data/cues.tsv").read_text("utf-8").splitlines()


def cues(text: str) -> list[Cue]:
    return find_cues([clean(match.group()) for match in TOKEN.finditer(text.lower())])[0]


def test_cues_table_rows() -> None:
    assert ROWS[0] == "cue\tassertion\tdirection\tgrade\treach"
    seen = set()
    for row in ROWS[1:]:
        cue, kind, direction, grade, reach = row.split("\t")
        assert cue == cue.lower().strip()
        assert kind in KINDS | {"pseudo", "affirmed", "stop"}, row
        if kind == "stop":
            assert direction == "both" or set(direction.split("/")) <= KINDS, row
        else:
            assert direction in {"forward", "backward"}, row
        assert (grade in {"1", "2", "3"}) == (kind == "uncertain"), row
        assert re.fullmatch(r"\d*", reach), row
        assert (cue, kind, direction) not in seen, row
        seen.add((cue, kind, direction))


def test_cues_pseudo_and_stop_rows_have_no_other_sense() -> None:
    senses: dict[str, set[str]] = {}
    for row in ROWS[1:]:
        cue, kind, *_ = row.split("\t")
        senses.setdefault(cue, set()).add(kind)
    assert not [cue for cue, kinds in senses.items() if "pseudo" in kinds and len(kinds) > 1]


def test_cues_longest_first() -> None:
    (cue,) = cues("no evidence of pneumonia")
    assert (cue.kind, cue.direction, cue.last - cue.first) == (NEGATED, FORWARD, 2)


@pytest.mark.parametrize(
    "text",
    [
        "no change in size",
        "gram-negative rods",
        "57-year-old woman",
        "two-week history of cough",
        "mother says",
    ],
)
def test_cues_that_are_none(text: str) -> None:
    assert cues(text) == []


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("[x] gout", True),
        ("[ ] gout", False),
        ("☐ gout", False),
        ("☑ gout", True),
        ("(X) gout", True),
        ("( ) gout", False),
        ("a gout", None),
    ],
)
def test_cues_check_boxes(text: str, ticked: bool | None) -> None:
    assert checkbox(text, text.index("gout")) is ticked


def test_cues_are_quoted_as_the_note_spells_them() -> None:
    text = "İ No Evidence  Of pneumonia"
    found = SentenceCues(text, 0, len(text)).judge(text.index("pneu"), len(text))
    assert (found.kind, found.cue) == (NEGATED, "No Evidence  Of")
    assert text[found.start : found.end] == found.cue


def test_cues_none_means_present() -> None:
    text = "pneumonia of the left lung"
    found = SentenceCues(text, 0, len(text))
    assert found.empty
    assert found.judge(0, 9).kind == PRESENT
