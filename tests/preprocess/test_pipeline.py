"""The whole pipeline: offsets are exact, and every character keeps its place, whatever the text is made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from suggester.encounter import Document, Encounter
from suggester.engine import LanguageSide
from suggester.preprocess.line_ends import plain
from suggester.preprocess.pipeline import COMPONENTS

NOTE = (
    "CHIEF COMPLAINT: Cough.\n\nHPI: Denies fever. No evidence of pneumonia.\n\n"
    "FAMILY HISTORY: Mother had breast cancer.\n\n"
    "ASSESSMENT AND PLAN:\n1. Hypertension - continue lisinopril.\n2. Right knee osteoarthritis.\n"
)


def check_offsets(doc: Doc, note: str) -> None:
    text = plain(note)
    assert doc.text == text
    assert len(text) == len(note)
    sentences = doc._.sentences
    for word in doc._.words:
        assert text[word.start : word.end] == word.text
        home = sentences[word.sentence]
        assert home.start <= word.start < word.end <= home.end
    for term in doc._.terms:
        words = doc._.words[term.first_word : term.last_word + 1]
        assert (term.start, term.end) == (words[0].start, words[-1].end)
        assert {word.sentence for word in words} == {term.sentence}
    assert len(doc._.assertions) == len(doc._.terms)
    for assertion in doc._.assertions:
        if assertion.cue:
            assert text[assertion.start : assertion.end].strip() == assertion.cue


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(". ", ".\u2003"),
        lambda text: "🙂🙂 " + text,
        lambda text: text.replace("Mother", "Mère 🙂"),
        lambda text: "İİİ İstanbul Kliniği\n" + text,
        lambda text: text.replace("\n\n", "\n \t\n"),
        lambda text: "\ufeff" + text + "\x00",
    ],
    ids="same crlf tab nbsp double em emoji accent dotted-i blank bom".split(),
)
def test_pipeline_offsets_are_exact(change: object, language: LanguageSide) -> None:
    assert callable(change)
    text = change(NOTE)
    reading = language.read(Encounter.of_text(text))
    check_offsets(reading.doc, text)
    found = {text[m.term.start : m.term.end] for c in reading.candidates for m in c.mentions}
    assert {"Hypertension", "Cough"} <= found
    refused = {text[row.start : row.end]: row.reason for row in reading.not_coded}
    assert refused["fever"] == "negated"
    assert refused["pneumonia"] == "negated"


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "HPI: ",
                "A/P:\n",
                "\n",
                "\r\n",
                "\t",
                "\u00a0",
                "İ",
                "🙂",
                "no ",
                "fever",
                " right knee pain",
                "(CHF)",
                "[ ] ",
                "+",
                "-",
                "1) ",
                "mother had ",
                "gout",
                ". ",
                "? ",
                "hypertension",
                "HTN ",
                "2010",
                " history of ",
                "é",
                "'s ",
                "BMI 41",
            ]
        ),
        st.text(max_size=5),
    ),
    min_size=1,
    max_size=25,
).map("".join)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_PIECES.filter(str.strip))
def test_pipeline_offsets_are_exact_for_any_text(text: str, language: LanguageSide) -> None:
    reading = language.read(Encounter.of_text(text))
    check_offsets(reading.doc, text)
    for row in reading.not_coded:
        assert 0 <= row.start < row.end <= len(text)


def test_pipeline_sections_of_several_documents(language: LanguageSide) -> None:
    documents = (Document("a", "Plan: rest.\nAllergies: latex"), Document("b", "Cough. No fever."))
    encounter = Encounter("x", documents)
    doc = language.read(encounter).doc
    assert doc.text == encounter.text
    check_offsets(doc, encounter.text)
    assert [s.section.kind for s in doc._.sentences] == ["plan", "allergies", "body", "body"]


def test_pipeline_components_are_registered_factories(language: LanguageSide) -> None:
    assert language.pipeline.pipe_names == list(COMPONENTS)
    analysis = language.pipeline.analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values())
