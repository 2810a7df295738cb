"""Charts: what is drawn, what the table says, and that nothing breaks the content security policy."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import suggester.web.charts
from suggester.web.chart_parts import COLOURS, Chart, Line, Series
from suggester.web.charts import histogram, horizontal_bars, stacked_bars
from suggester.web.line_charts import line_chart

STYLES = Path(suggester.web.charts.__file__).parent / "static/css/charts.css"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert(1)</script>&\"'\x00"
TWO = (Series("accepted", (3, 0)), Series("rejected", (1, 4)))
WEEKS = ("2026-W30", "2026-W31")


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg)


def bars(chart: Chart) -> list[ElementTree.Element]:
    """Return the bars that say a value; a legend's swatches say none."""
    return [r for r in parsed(chart).iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]


def said(chart: Chart) -> list[str | None]:
    return [rect.findtext(f"{SVG}title") for rect in bars(chart)]


def texts(chart: Chart) -> list[str | None]:
    return [text.text for text in parsed(chart).iter(f"{SVG}text")]


def every_chart(text: str) -> list[Chart]:
    series = (Series(text, (1, 2)), Series(text, (2, 1)))
    return [
        stacked_bars("a", text, text, (text, text), series),
        horizontal_bars("b", text, text, (text, text), series),
        line_chart("c", text, text, (text, text), [Line(text, ((0, 1), (1, 0.5)))], True),
        histogram("d", text, text, (0, 0.5, 1), series),
        stacked_bars("e", text, text, (), ()),
    ]


def test_stacked_bars_stand_on_each_other() -> None:
    chart = stacked_bars("weeks", "Decisions", "By week", WEEKS, TWO)
    assert said(chart) == [
        "2026-W30, accepted: 3",
        "2026-W30, rejected: 1",
        "2026-W31, rejected: 4",
    ]
    low, high, other = bars(chart)
    assert float(low.get("y", "")) == pytest.approx(
        float(high.get("y", "")) + float(high.get("height", ""))
    )
    # 3 and 1 are as high as 4, and the scale ends at 4: the whole plot of 220.
    assert [float(b.get("height", "")) for b in (low, high, other)] == [165, 55, 220]
    # Colour and hatching are those of the series.
    assert [b.get("fill") for b in (low, high)] == ["url(#weeks-1)", "url(#weeks-2)"]
    fills = {p.get("id"): [n.get("class") for n in p] for p in parsed(chart).iter(f"{SVG}pattern")}
    assert fills == {
        "weeks-1": ["chart-fill chart-1"], "weeks-2": ["chart-fill chart-2", "chart-hatch"],
    }  # fmt: skip


def test_the_table_says_the_same() -> None:
    chart = stacked_bars("weeks", "Decisions", "By week", WEEKS, TWO)
    assert chart.columns == ("", "accepted", "rejected")
    assert chart.rows == (("2026-W30", "3", "1"), ("2026-W31", "0", "4"))
    assert chart.title == "Decisions"


def test_labels_of_many_weeks_do_not_overlap() -> None:
    weeks = [f"2026-W{n:02d}" for n in range(1, 53)]
    chart = stacked_bars("weeks", "T", "D", weeks, [Series("accepted", (1.0,) * 52)])
    shown = [text for text in texts(chart) if text and text.startswith("2026")]
    assert 5 <= len(shown) <= 12
    assert len(chart.rows) == 52


def test_lying_bars_follow_each_other_and_end_in_their_total() -> None:
    chart = horizontal_bars("codes", "T", "D", ("I10", "E11.9"), TWO)
    first, second, _ = bars(chart)
    assert float(second.get("x", "")) == pytest.approx(
        float(first.get("x", "")) + float(first.get("width", "")), abs=0.02
    )
    assert texts(chart)[-5:] == ["I10", "4", "E11.9", "4", None]


def test_a_long_label_is_cut_in_the_picture_and_whole_in_the_table() -> None:
    name = "J44.9 Chronic obstructive pulmonary disease, unspecified"
    chart = horizontal_bars("codes", "T", "D", (name,), (Series("accepted", (1,)),))
    assert name not in texts(chart)
    assert said(chart) == [f"{name}, accepted: 1"]
    assert chart.rows[0][0] == name


def test_lines_run_from_corner_to_corner() -> None:
    chart = line_chart(
        "c", "T", "D", ("Coverage", "Precision"), [Line("1.0", ((0, 0), (1, 1)))], diagonal=True
    )
    tree = parsed(chart)
    (drawn,) = tree.iter(f"{SVG}polyline")
    (diagonal,) = [e for e in tree.iter(f"{SVG}line") if e.get("class") == "chart-diagonal"]
    start, end = drawn.get("points", "").split()
    assert [float(v) for v in start.split(",")] == [
        float(diagonal.get("x1", "")),
        float(diagonal.get("y1", "")),
    ]
    assert [float(v) for v in end.split(",")] == [
        float(diagonal.get("x2", "")),
        float(diagonal.get("y2", "")),
    ]
    assert chart.columns == ("Line", "Coverage", "Precision")
    assert chart.rows == (("1.0", "0 %", "0 %"), ("1.0", "100 %", "100 %"))


def test_lines_are_told_apart_by_more_than_colour() -> None:
    lines = [Line(str(n), ((0, 0), (1, n / 10))) for n in range(COLOURS)]
    drawn = parsed(line_chart("c", "T", "D", ("x", "y"), lines)).iter(f"{SVG}polyline")
    assert len({line.get("stroke-dasharray") for line in drawn}) == COLOURS


def test_few_points_say_their_value_and_many_do_not() -> None:
    few = Line("few", ((0.5, 0.905),))
    many = Line("many", tuple((n / 100, 1.0) for n in range(100)))
    chart = line_chart("c", "T", "D", ("Coverage", "Precision"), [few, many])
    assert said(chart) == ["few, Coverage 50 %: Precision 90.5 %"]
    assert len(chart.rows) == 101


def test_histogram_bars_touch_and_further_series_are_outlines() -> None:
    series = (Series("before", (1, 2)), Series("now", (2, 1)))
    chart = histogram("h", "T", "D", (0, 0.1, 1), series)
    one, two = bars(chart)
    assert float(one.get("x", "")) + float(one.get("width", "")) == float(two.get("x", ""))
    drawn = [p.get("class") for p in parsed(chart).iter(f"{SVG}polyline")]
    assert drawn == ["chart-casing", "chart-line chart-2"]
    assert chart.rows == (("0–0.1", "1", "2"), ("0.1–1", "2", "1"))


@pytest.mark.parametrize(
    "chart",
    [
        stacked_bars("a", "T", "D", (), ()),
        stacked_bars("b", "T", "D", WEEKS, (Series("accepted", (0, 0)),)),
        horizontal_bars("c", "T", "D", (), (Series("accepted", ()),)),
        line_chart("d", "T", "D", ("x", "y"), []),
        histogram("e", "T", "D", (0, 1), (Series("n", (0,)),)),
    ],
    ids=lambda chart: chart.svg[60:75],
)
def test_nothing_to_show_is_said(chart: Chart) -> None:
    assert texts(chart) == ["Nothing to show yet"]


def test_seven_series_have_no_colour() -> None:
    with pytest.raises(ValueError, match="6 colours"):
        stacked_bars("a", "T", "D", ("x",), [Series(str(n), (1,)) for n in range(7)])


@pytest.mark.parametrize("make", [stacked_bars, horizontal_bars])
def test_each_label_needs_a_value(make: type) -> None:
    with pytest.raises(ValueError, match="accepted: 1 values for 2 labels"):
        make("a", "T", "D", WEEKS, [Series("accepted", (1,))])


@pytest.mark.parametrize("chart", every_chart(HOSTILE), ids=lambda c: c.svg[60:75])
def test_no_text_becomes_markup(chart: Chart) -> None:
    tags = {node.tag.removeprefix(SVG) for node in parsed(chart).iter()}
    assert tags <= {
        "svg",
        "title",
        "desc",
        "rect",
        "line",
        "polyline",
        "text",
        "defs",
        "pattern",
        "path",
    }
    assert "\x00" not in chart.svg


@pytest.mark.parametrize("chart", every_chart("plain"), ids=lambda c: c.svg[60:75])
def test_charts_hold_the_content_security_policy_and_say_what_they_show(chart: Chart) -> None:
    tree = parsed(chart)
    names = {name for node in tree.iter() for name in node.attrib}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert tree.get("role") == "img"
    assert tree[0].tag == f"{SVG}title"
    assert tree[1].tag == f"{SVG}desc"
    assert chart.__html__() == chart.svg


def test_every_class_has_a_rule() -> None:
    drawn = " ".join(chart.svg for chart in every_chart("x"))
    used = {name for names in re.findall(r'class="([^"]*)"', drawn) for name in names.split()}
    css = STYLES.read_text("utf-8")
    assert used <= set(re.findall(r"\.(chart[a-z0-9-]*)", css))
