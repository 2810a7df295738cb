"""Kinds of conditions told in another sentence than their name: the table, and examples of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from suggester.candidates.told_types import told_types
from suggester.codes import CodeSet
from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.assertion import PRESENT

_BELOW = """HPI: Here for follow up.

ASSESSMENT AND PLAN
1. {name}.
- {detail}
- Return in 4 weeks.
2. Hypertension, controlled.
"""
_ELSEWHERE = """HPI: Here for follow up.

EXAM AND RESULTS: {detail}

IMPRESSION: {name}.

PLAN: Discussed with the patient, return in 4 weeks.
"""


def _examples() -> Iterator[tuple[str, str, str, str]]:
    for line in Path(__file__).with_name("told_types.tsv").read_text("utf-8").splitlines()[1:]:
        where, name, detail, code = line.split("\t")
        yield where, name, detail, code


def _meant(language: LanguageSide, note: str) -> set[str]:
    """Return the codes that some place of the note means first."""
    reading = language.read(Encounter.of_text(note), procedures=False)
    return {
        candidate.code
        for candidate in reading.candidates
        if any(m.rank == 0 and m.assertion.kind == PRESENT for m in candidate.mentions)
    }


def test_rows_lead_from_a_code_to_another_that_exists(codes: CodeSet) -> None:
    rows = told_types()
    assert len(rows) >= 900
    assert len({(row.codes, row.said, row.where, row.node) for row in rows}) == len(rows)
    for row in rows:
        assert row.where in {"problem", "note", "history"}, row
        assert row.node in codes, row
        assert all(code in codes for code in row.codes), row
        assert not any(row.node == code for code in row.codes), row
        re.compile(row.said)


def test_each_example_is_read_as_its_kind(language: LanguageSide) -> None:
    missed = [
        (name, detail, code)
        for where, name, detail, code in _examples()
        if code
        not in _meant(
            language,
            (_BELOW if where == "problem" else _ELSEWHERE).format(name=name, detail=detail),
        )
    ]
    assert not missed


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("ASSESSMENT\n1. Eczema.\n- No flexural lesions.\n", "L20.82"),
        ("ASSESSMENT\n1. Allergic rhinitis.\n- Possibly due to the cat.\n", "J30.81"),
        ("ASSESSMENT\n1. Eczema.\n2. Tinea cruris.\n- Flexural, of the groin.\n", "L20.82"),
        (
            "FAMILY HISTORY: Sister had a full thickness tear of the supraspinatus.\nIMPRESSION: Rotator cuff tear, right.\n",
            "M75.121",
        ),
        ("ASSESSMENT\n1. Multiple myeloma.\n- Not yet in remission.\n", "C90.01"),
    ],
)
def test_what_is_denied_doubted_or_told_of_others_names_no_kind(
    language: LanguageSide, note: str, code: str
) -> None:
    assert code not in _meant(language, note)


def test_a_kind_of_the_past_counts_where_the_table_says_so(language: LanguageSide) -> None:
    note = (
        "HPI: Bulge in the right groin. He had an open repair with mesh on this same side in 2011.\n"
        "IMPRESSION: Right inguinal hernia.\n"
    )
    assert "K40.91" in _meant(language, note)
