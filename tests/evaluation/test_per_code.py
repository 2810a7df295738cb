"""Codes that two models differ in, counted by hand."""

from __future__ import annotations

import pytest

from suggester.evaluation.paired import Answers
from suggester.evaluation.per_code import DIAGNOSIS, PROCEDURE, CodeChange, code_changes
from suggester.evaluation.scored import Scored


def scored(gold: str, confident: str) -> Scored:
    codes = tuple(confident.split())
    return Scored(frozenset(gold.split()), codes, frozenset(codes), dict.fromkeys(codes, 0.9))


def test_wins_and_losses_of_each_code() -> None:
    base = Answers((scored("I10 E78.5", "I10 R05.9"), scored("I10", "I10"), scored("J20.9", "")))
    other = Answers(
        (scored("I10 E78.5", "I10 E78.5"), scored("I10", "R07.9"), scored("J20.9", "J20.9"))
    )
    assert code_changes(base, other) == [
        CodeChange("E78.5", DIAGNOSIS, 1, found=1),
        CodeChange("J20.9", DIAGNOSIS, 1, found=1),
        CodeChange("R05.9", DIAGNOSIS, 0, avoided=1),
        CodeChange("I10", DIAGNOSIS, 2, missed=1),
        CodeChange("R07.9", DIAGNOSIS, 0, false=1),
    ]  # fmt: skip


def test_procedures_are_told_apart() -> None:
    base = Answers((), (scored("69210", ""),))
    [change] = code_changes(base, Answers((), (scored("69210", "69210"),)))
    assert (change.kind, change.wins, change.losses) == (PROCEDURE, 1, 0)


def test_the_same_answers_change_nothing() -> None:
    same = Answers((scored("I10", "I10 J90"),))
    assert code_changes(same, same) == []
    with pytest.raises(ValueError, match="shorter"):
        code_changes(same, Answers(()))
