"""The report is one page that opens from disk, holds the numbers of the JSON, and no note text."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest

from suggester.codes import CodeSet
from suggester.corpus.gold import Span
from suggester.evaluation.answered import Answered
from suggester.evaluation.comparison import compare_answers
from suggester.evaluation.evaluate import Evaluation
from suggester.evaluation.findings import Beside, Findings, find
from suggester.evaluation.metrics import METRICS, compute
from suggester.evaluation.mistakes import count_codes
from suggester.evaluation.procedures import ProcedureEvaluation
from suggester.evaluation.report.comparison_page import comparison_page
from suggester.evaluation.report.evaluation_page import evaluation_page
from suggester.evaluation.report.page import glossary
from suggester.evaluation.scored import Scored
from suggester.evaluation.spans import FIGURES


class Page(HTMLParser):
    """What a page holds: its tags, and text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def encounter(n: int, kind: str = "office visit") -> Answered:
    codes = {"I10": 0.97, "E11.9": 0.7 - n / 100, "R05.9": 0.2}
    gold = {"I10", "E11.65" if n % 4 == 0 else "E11.9"}
    scored = Scored(frozenset(gold), tuple(codes), frozenset({"I10", "E11.9"}), codes)
    facts = {"setting": "outpatient", "note type": kind, "sex": "female" if n % 2 else "male"}
    sections = dict.fromkeys(codes, "assessment_plan")
    spans = {"I10": (Span(0, 12),)}
    return Answered(f"note-{n}", f"patient-{n // 2}", scored, facts, sections, spans, spans)


ANSWERED = [encounter(n) for n in range(24)] + [encounter(n, "<b>$odd$</b>") for n in range(24, 27)]
NONE = [Scored(row.scored.gold, (), frozenset(), {}) for row in ANSWERED]


def findings(procedures: ProcedureEvaluation | None = None) -> Findings:
    rows = [row.scored for row in ANSWERED]
    found = Evaluation(
        len(rows), compute(rows), compute(NONE), count_codes(ANSWERED), procedures, tuple(ANSWERED)
    )
    beside = [Beside("Look-up", "official titles, found word for word", "", NONE)]
    return find(found, ("ours", "2.0"), beside, {"I10": 200, "E11.9": 5}, resamples=100)


@pytest.fixture(scope="module")
def found() -> Findings:
    return findings()


@pytest.fixture(scope="module")
def page(found: Findings, codes: CodeSet) -> str:
    return evaluation_page(found, codes)


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    parsed = Page(page)
    assert {"script", "link", "iframe", "object", "embed"}.isdisjoint(tag for tag, _ in parsed.tags)
    for image in parsed.all("img"):
        assert str(image["src"]).startswith("data:image/svg+xml;base64,")
        data = base64.b64decode(str(image["src"]).partition(",")[2]).decode("utf-8")
        assert "<script" not in data
        # Namespaces are names, not addresses that are opened.
        assert not re.search(r'(?:href|src)="(?!#)', data)
    assert not re.search(r"url\(|@import", re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1])  # type: ignore[index]
    assert "default-src 'none'" in page


def test_pictures_and_tables_can_be_heard(page: str) -> None:
    parsed = Page(page)
    assert len(parsed.all("img")) >= 5
    assert all(str(image["alt"]).endswith(".") for image in parsed.all("img"))
    assert parsed.all("html")[0]["lang"] == "en"
    assert all("scope" in head for head in parsed.all("th"))
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert len(parsed.all("h1")) == 1
    targets = {str(link["href"]).removeprefix("#") for link in parsed.all("a")}
    assert targets <= {str(head.get("id")) for head in parsed.all("h2")}


def test_the_page_shows_the_numbers_of_the_json(found: Findings, page: str) -> None:
    words = Page(page).text
    told = found.to_dict()
    assert told["metrics"] == pytest.approx(compute([row.scored for row in ANSWERED]))
    for name, value in found.columns[0].metrics.items():
        assert told["columns"][0]["metrics"][name] == {
            "value": round(value.value, 4), "low": round(value.low, 4), "high": round(value.high, 4)
        }  # fmt: skip
        shown = f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"
        assert f"{glossary()[name][0]} {shown}" in words
    assert "ours 2.0" in words
    assert "27 encounters of 14 patients" in words


def test_the_summary_comes_first_and_in_plain_words(page: str) -> None:
    # Of 54 gold codes 27 + 20 are found (E11.65 is missed in 7), of 54 confident ones 47 are right.
    words = Page(page).text.replace("\u00a0", " ")
    assert "ours 2.0 confidently suggests 87 % of the codes" in words
    assert "and 87 % of what it confidently suggests is right." in words
    assert words.index("confidently suggests 87 %") < words.index("Hierarchical precision")
    assert "The baseline reaches micro-F1: Look-up 0.000. The model's interval lies above." in words


def test_what_a_corpus_calls_its_notes_is_escaped(page: str) -> None:
    assert "<b>$odd$</b>" not in page
    assert "&lt;b&gt;$odd$&lt;/b&gt; (3)" in page


def test_the_same_findings_give_the_same_page(found: Findings, page: str, codes: CodeSet) -> None:
    assert evaluation_page(findings(), codes) == page


def test_procedures_have_a_part_where_they_were_coded(codes: CodeSet) -> None:
    done = ProcedureEvaluation(2, {"map": 0.66}, 0.5, 1.0, 3, 1, 2, 1)
    words = Page(evaluation_page(findings(done), codes)).text
    assert "2 encounters whose procedures were coded" in words
    assert "Not performed, yet confident 1 of 3" in words


def test_notes_with_procedures_alone(codes: CodeSet) -> None:
    done = ProcedureEvaluation(2, {}, 0.5, 1.0, 3, 1, 2, 1)
    right = Scored(frozenset({"69210"}), ("69210",), frozenset({"69210"}), {"69210": 0.9})
    wrong = Scored(frozenset({"93000"}), ("71046",), frozenset({"71046"}), {"71046": 0.8})
    rows = (("patient a", right), ("patient b", wrong))
    found = find(
        Evaluation(0, {}, {}, (), done, procedure_rows=rows), ("ours", "2.0"), resamples=100
    )
    # One of two codes found, one of two lines right; drawn twice, either patient gives 1 or 0.
    assert found.procedure_metrics["micro_f1"].to_dict() == {"value": 0.5, "low": 0.0, "high": 1.0}
    page = Page(evaluation_page(found, codes))
    assert "confidently suggests 50\u00a0% of the procedures" in " ".join(page.words)
    assert "No diagnoses were coded" in page.text
    assert page.all("img") == []


def test_a_comparison_shows_ids_and_words_only_when_they_are_given(codes: CodeSet) -> None:
    worse = [
        Answered(row.id, row.patient, NONE[n], row.facts) if n < 20 else row
        for n, row in enumerate(ANSWERED)
    ]
    compared = compare_answers(("old 1.0", "new 2.0"), worse, ANSWERED, {"I10": 3}, resamples=100)
    bare = comparison_page(compared, codes, {})
    assert "new 2.0 is better than old 1.0" in Page(bare).text
    assert "note-0" in bare
    assert "<blockquote>" not in bare
    quoting = comparison_page(compared, codes, {("note-0", "I10"): "BP <high> again"})
    assert "<blockquote>BP &lt;high&gt; again</blockquote>" in quoting
    assert "This page quotes notes" in quoting
    assert all(str(image["alt"]) for image in Page(quoting).all("img"))


def test_every_figure_is_explained() -> None:
    assert set(glossary()) == {*METRICS, *FIGURES}
    assert all(meaning.endswith(".") for _, meaning in glossary().values())
