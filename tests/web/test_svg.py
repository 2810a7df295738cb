"""The pieces of charts: escaping, round numbers, legends."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from suggester.web.svg import element, image, label, legend, number, shorten, ticks, words


def test_text_is_escaped() -> None:
    assert words("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"


def test_what_xml_forbids_is_replaced() -> None:
    assert words("a\x00b\x1b\ud800\ufffec\t") == "a\ufffdb\ufffd\ufffd\ufffdc\t"
    assert words("naïve 😀") == "naïve 😀"


def test_attributes_are_escaped_and_numbers_short() -> None:
    assert element("rect", {"x": 1 / 3, "y": 2.0, "class": 'a"b'}) == (
        '<rect x="0.33" y="2" class="a&quot;b"/>'
    )
    assert "<i>" not in label(0, 0, "<i>")


def test_large_places_are_written_out() -> None:
    assert element("rect", {"y": 1234567.25}) == '<rect y="1234567.25"/>'


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 20, 40, 60, 80, 100]),
        (149, [0, 50, 100, 150]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (0.07, [0, 0.02, 0.04, 0.06, 0.08]),
    ],
)
def test_ticks_are_round_and_reach_the_largest(largest: float, expected: list[float]) -> None:
    assert ticks(largest) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (3.0, "3"), (1234, "1,234"), (0.5, "0.5"), (0.25, "0.25"), (12.34, "12.3")],
)
def test_numbers(value: float, expected: str) -> None:
    assert number(value) == expected


def test_long_labels_are_cut() -> None:
    assert shorten("short", 70) == "short"
    assert shorten("longer than ten", 70) == "longer th…"


def test_a_legend_breaks_into_rows() -> None:
    narrow, one_row = legend(["accepted", "edited"], 0, 0, 400)
    _, two_rows = legend(["accepted", "edited"], 0, 0, 100)
    assert len(narrow) == 4  # a swatch and a name each
    assert two_rows == 2 * one_row


def test_an_image_says_what_it_shows() -> None:
    tree = ElementTree.fromstring(image("a-1", "T & U", "D", 10, 20, []))
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "a-1-title a-1-desc"
    title, desc = tree[0], tree[1]
    assert (title.get("id"), title.text) == ("a-1-title", "T & U")
    assert (desc.get("id"), desc.text) == ("a-1-desc", "D")


@pytest.mark.parametrize("name", ["", "Weeks", "a b", "1a", 'a"', "a\n"])
def test_a_name_must_make_an_id(name: str) -> None:
    with pytest.raises(ValueError):
        image(name, "T", "D", 10, 20, [])
