"""Two models on the same notes: the verdict, the groups, the codes won and lost, their words."""

from __future__ import annotations

import pytest

from suggester.corpus.gold import CodedEncounter, Span
from suggester.encounter import Encounter
from suggester.evaluation.answered import Answered
from suggester.evaluation.comparison import changes, compare_answers
from suggester.evaluation.quotes import quotes
from tests.evaluation.test_groups import row

FEMALE, MALE = {"sex": "female"}, {"sex": "male"}
#: The second model finds diabetes where the first does not, and takes a cough that is none.
BASE = [row(f"{n}", "I10 E11.9", "I10", facts=FEMALE if n % 2 else MALE) for n in range(20)]
OTHER = [
    row(f"{n}", "I10 E11.9", "I10 E11.9 R05.9" if n < 6 else "I10 E11.9", facts=one.facts)
    for n, one in enumerate(BASE)
]


def test_a_clear_difference() -> None:
    found = compare_answers(("old", "new"), BASE, OTHER, {"I10": 500, "E11.9": 3})
    # 20 of 40, none wrong: 40/60; 40 of 40, 6 wrong: 80/86.
    assert found.main.base == pytest.approx(2 / 3)
    assert found.main.other == pytest.approx(80 / 86)
    assert found.main.better == 1.0
    assert found.sentence.startswith(
        "new is better than old, more than chance explains: micro-F1 0.930 against 0.667 on 20"
    )
    precision = next(one for one in found.rows if one.metric == "micro_precision")
    assert precision.other == pytest.approx(40 / 46)
    assert precision.verdict == "worse"
    groups = {(one.kind, one.name): one for one in found.groups}
    assert groups["sex", "female"].row is not None
    rare, common = (groups["seen in training", name] for name in ("1–10", "more than 100"))
    assert rare.row is not None
    assert (rare.row.base, rare.row.other, rare.encounters) == (0.0, 1.0, 20)
    assert common.row is not None
    assert common.row.verdict == "unclear"
    # R05.9 was never seen: 6 encounters are too few, and it is gold in none.
    assert groups["seen in training", "never"].row is None


def test_the_same_model_twice() -> None:
    found = compare_answers(("a", "b"), BASE, BASE)
    assert found.sentence.startswith(
        "The difference may be chance: b has micro-F1 0.667 against 0.667"
    )
    assert (found.codes, found.won, found.lost) == ((), (), ())


def test_codes_won_and_lost() -> None:
    found = compare_answers(("old", "new"), BASE, OTHER)
    assert [(one.code, one.won, one.lost) for one in found.codes] == [
        ("E11.9", 20, 0), ("R05.9", 0, 6),
    ]  # fmt: skip
    assert found.won[0].won_in == ("0", "1", "2")
    assert found.lost[0].lost_in == ("0", "1", "2")


def test_different_encounters_are_refused() -> None:
    with pytest.raises(ValueError, match="same encounters"):
        compare_answers(("a", "b"), BASE, OTHER[::-1])


def test_words_of_examples_are_those_a_coder_marked() -> None:
    text = (
        "Impression: " + "well controlled " * 5 + "type 2 diabetes, and a dry cough since Monday."
    )
    start = text.index("type 2")
    coded = CodedEncounter(
        Encounter.of_text(text, "n"), ("E11.9",), {"E11.9": (Span(start, start + 15),)}
    )
    base = Answered("n", "n", row("n", "E11.9", "").scored, gold_spans=coded.evidence)
    cough = text.index("cough")
    other = Answered(
        "n", "n", row("n", "E11.9", "E11.9 R05.9").scored,
        spans={"E11.9": (Span(0, 10),), "R05.9": (Span(cough, cough + 5),)},
        gold_spans=coded.evidence,
    )  # fmt: skip
    found = quotes(changes([base], [other]), [coded], [base], [other])
    assert set(found) == {("n", "E11.9"), ("n", "R05.9")}
    assert "type 2 diabetes" in found["n", "E11.9"]
    assert found["n", "E11.9"].startswith("…")
    assert found["n", "R05.9"].endswith("cough since Monday.")
