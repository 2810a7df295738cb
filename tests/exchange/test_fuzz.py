"""Damaged documents never raise anything but a sentence, and never one with the note in it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.errors import SuggesterError
from suggester.exchange.ccda import read_ccda
from suggester.exchange.fhir_notes import read_fhir, read_fhir_resource
from suggester.exchange.html_text import html_to_text
from tests.exchange import ccda_documents, fhir_bundles

CCDA = [
    ccda_documents.HISTORY_AND_PHYSICAL.encode(),
    ccda_documents.DISCHARGE_SUMMARY.encode(),
    ccda_documents.UNSTRUCTURED.encode(),
    ccda_documents.LATIN,
    ccda_documents.BILLION_LAUGHS.encode(),
]
FHIR = [fhir_bundles.STAY, fhir_bundles.ATTACHED_CCDA, fhir_bundles.REPORT]
PIECES = [
    b"",
    b"\0",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"&#0;",
    b"\xff",
    b'"',
    b"{",
    b"[",
    b"\\ud800",
]
PIECES += [b"<text>", b"</text>", b"<td>", b"<list>", b"null", b"1e999", b"-", b"<!DOCTYPE a>"]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"reference": "#"}),
    st.just([{"attachment": {"data": "YQ==", "contentType": "text/html"}}]),
    st.just("2026-02-30"),
    st.just("\ud800"),
)
WORDS = ("Pneumonia", "diabetes", "Antibiotics", "Acute", "secretword")


@st.composite
def damaged(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Return one of some documents, cut and spliced in places."""
    data = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 8, 60, 100_000])))
        data = data[:start] + draw(st.sampled_from(PIECES) | st.binary(max_size=4)) + data[end:]
    return data


def replace_somewhere(draw: st.DrawFn, value: Any) -> Any:
    """Return a JSON value with junk in the place of one part, at whatever depth."""
    if not value or not isinstance(value, dict | list) or draw(st.integers(0, 7)) == 0:
        return copy.deepcopy(draw(JUNK))
    places = list(value) if isinstance(value, dict) else range(len(value))
    place = draw(st.sampled_from(places))
    value[place] = replace_somewhere(draw, value[place])
    return value


@st.composite
def damaged_json(draw: st.DrawFn) -> Any:
    """Return one of some resources with junk in a few places."""
    value: Any = copy.deepcopy(draw(st.sampled_from(FHIR)))
    for _ in range(draw(st.integers(1, 4))):
        value = replace_somewhere(draw, value)
    return value


def quiet(error: SuggesterError) -> None:
    sentence = str(error)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert not any(word in sentence for word in WORDS)


@settings(max_examples=300, deadline=None)
@given(data=damaged(CCDA))
def test_ccda(data: bytes) -> None:
    try:
        encounter = read_ccda(data)
        encounter.check()
        assert ccda_documents.RECORD_NUMBER not in encounter.id
    except SuggesterError as error:
        quiet(error)


@settings(max_examples=300, deadline=None)
@given(data=damaged([json.dumps(value).encode() for value in FHIR]))
def test_fhir_bytes(data: bytes) -> None:
    try:
        read_fhir(data)
    except SuggesterError as error:
        quiet(error)


@settings(max_examples=500, deadline=None)
@given(value=damaged_json())
def test_fhir_values(value: Any) -> None:
    try:
        notes = read_fhir_resource(value)
    except SuggesterError as error:
        quiet(error)
    else:
        for encounter in notes.encounters:
            encounter.check()
            assert len({document.id for document in encounter.documents}) == len(
                encounter.documents
            )


@settings(max_examples=300, deadline=None)
@given(
    html=st.lists(
        st.sampled_from(
            "<p> </p> <table> <tr> <td> </td> </tr> </table> <li> <ul> </ul> <ol> <br> <pre> </pre> <![ "
            "<!-- --> <? > & &#x0; &lt <script> </script> word <h1> </h1> <!DOCTYPE".split(" ")
        )
        | st.text(max_size=3),
        max_size=40,
    ).map("".join)
)
def test_html(html: str) -> None:
    try:
        html_to_text(html)
    except SuggesterError as error:
        quiet(error)


@pytest.mark.parametrize("length", range(0, 4000, 97))
def test_truncated(length: int) -> None:
    for data in CCDA:
        if length < len(data):
            with pytest.raises(SuggesterError):
                read_ccda(data[:length])
