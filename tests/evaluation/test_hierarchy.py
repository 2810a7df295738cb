"""Chapters and ancestors of codes."""

from __future__ import annotations

import pytest

from suggester.codes import CodeSet
from suggester.evaluation.hierarchy import chapter, chapter_name, chapters, with_ancestors


def test_every_code_lies_in_one_chapter(codes: CodeSet) -> None:
    assert [code for code in codes.codes if chapter(code) is None] == []
    assert sorted(one.number for one in chapters()) == list(range(1, 23))
    for one, after in zip(chapters(), chapters()[1:], strict=False):
        assert one.first <= one.last < after.first


@pytest.mark.parametrize(
    ("code", "number"),
    [("A00.0", 1), ("C7A.1", 2), ("D49.9", 2), ("D50.0", 3), ("H59.0", 7), ("H60.0", 8),
     ("O9A.1", 15), ("T88.9XXA", 19), ("Y99.8", 20), ("Z00.00", 21), ("U07.1", 22)],
)  # fmt: skip
def test_chapter(code: str, number: int) -> None:
    found = chapter(code)
    assert found is not None
    assert found.number == number


def test_a_code_of_no_chapter_is_named_by_its_letter() -> None:
    assert chapter("99213") is None
    assert chapter("K99.9") is None
    assert (chapter_name("99213"), chapter_name("K99.9")) == ("9", "K")


def test_ancestors_are_category_and_chapter() -> None:
    assert with_ancestors(["I11.0"]) == {"I11.0", "I11", "I00–I99"}
    # A category that is itself a code, and a chapter, count once.
    assert with_ancestors(["I10", "I11.0"]) == {"I10", "I11.0", "I11", "I00–I99"}
    assert with_ancestors([]) == set()
