"""C-CDA documents: narrative as text, facts from the header, nothing of the patient's identity."""

from __future__ import annotations

import datetime

import pytest

from suggester.encounter import infer_setting
from suggester.errors import InputError
from suggester.exchange.ccda import is_ccda, read_ccda
from tests.exchange import ccda_documents as documents
from tests.exchange.ccda_documents import document, section, unstructured

HISTORY = """CHIEF COMPLAINT:
Shortness of breath for 3 days.

History of Present Illness:
67-year-old man with type 2 diabetes & hypertension.
No chest pain.
BNP > 900 pg/mL.

Past Medical History:
Known conditions
- Hypertension
- Diabetes
  1. Neuropathy
  2. Nephropathy, stage 3a
- Gout

Review of Systems:
General: no fever
Cardiac: orthopnea < 2 pillows & edema

Skin: clear

Assessment:

Problem 1:
Acute on chronic systolic heart failure"""
COURSE = """Hospital Course:
Treated for pneumonia.

Discharge Diagnosis:
Diagnoses
Problem | Status | Comment
Pneumonia | Resolved |
COPD | - Active; - Chronic | on; inhaler"""


def refused(data: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_ccda(data.encode() if isinstance(data, str) else data)
    return str(caught.value)


def body(text: str) -> str:
    return document(f"<structuredBody>{section('Impression', text)}</structuredBody>")


def test_history_and_physical() -> None:
    encounter = read_ccda(documents.HISTORY_AND_PHYSICAL.encode())
    assert encounter.text == HISTORY
    [only] = encounter.documents
    assert (encounter.id, only.id, only.type) == ("doc-4711", "doc-4711", "history and physical")
    assert (encounter.setting, encounter.sex, encounter.age) == ("outpatient", "M", 67)
    assert encounter.date_of_service == datetime.date(2026, 3, 4)


def test_discharge_summary_is_of_the_day_of_discharge() -> None:
    encounter = read_ccda(documents.DISCHARGE_SUMMARY.encode(), "stay-1")
    assert encounter.text == COURSE
    assert encounter.id == "stay-1"
    assert encounter.documents[0].type == "discharge summary"
    assert (encounter.setting, encounter.sex) == ("inpatient", "F")
    # The birthday lies within the stay.
    assert (encounter.date_of_service, encounter.age) == (datetime.date(2026, 3, 6), 68)


def test_encoding_is_that_of_the_declaration_and_what_is_unknown_stays_open() -> None:
    encounter = read_ccda(documents.LATIN)
    assert encounter.text == "Impression:\nMénière's disease, 38.5 °C"
    assert (encounter.setting, encounter.sex) == (None, None)
    assert (encounter.age, encounter.date_of_service) == (None, None)
    wide = documents.LATIN.decode("latin-1").replace("ISO-8859-1", "UTF-16").encode("utf-16")
    assert read_ccda(wide).text == encounter.text
    assert is_ccda(wide)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (documents.UNSTRUCTURED, documents.NOTE),
        (unstructured("Cough &lt; 3 days", 'mediaType="text/plain"'), "Cough < 3 days"),
        (unstructured("Cough.", ""), "Cough."),
        (
            unstructured(
                documents.in_base64("Angor, 38 °C", "latin-1"),
                'mediaType="text/plain; charset=ISO-8859-1" representation="B64"',
            ),
            "Angor, 38 °C",
        ),
        (
            unstructured(
                documents.in_base64("<h1>Impression</h1><p>Gout"),
                'mediaType="text/html" representation="B64"',
            ),
            "Impression\nGout",
        ),
    ],
)
def test_unstructured_documents(data: str, text: str) -> None:
    encounter = read_ccda(data.encode())
    assert encounter.text == text
    assert encounter.setting == "emergency"


def test_nothing_of_the_patients_identity_is_copied() -> None:
    for identity in (documents.RECORD_NUMBER, "quackenbush-note", "note 7\nZebulon", "x" * 70):
        data = document(
            f"<structuredBody>{section('Impression', 'Gout')}</structuredBody>", identity=identity
        )
        shown = repr(read_ccda(data.encode()))
        for secret in (
            documents.NAME,
            documents.FAMILY,
            documents.RECORD_NUMBER,
            "999-12",
            "Nowhere",
            "0199",
            "1958",
        ):
            assert secret.lower() not in shown.lower()
    assert read_ccda(data.encode()).documents[0].id == "document-1"


@pytest.mark.parametrize(
    ("visit", "setting"),
    [
        ("IMP", "inpatient"),
        ("ACUTE", "inpatient"),
        ("EMER", "emergency"),
        ("OBSENC", "outpatient"),
        ("VR", "outpatient"),
        ("HH", None),
        ("amb", "outpatient"),
        ("", None),
    ],
)
def test_settings(visit: str, setting: str | None) -> None:
    data = document(
        f"<structuredBody>{section('Impression', 'Gout')}</structuredBody>",
        visit=f'<code code="{visit}"/><effectiveTime value="20260304"/>',
    )
    assert read_ccda(data.encode()).setting == setting


def test_kind_of_document_helps_where_the_class_is_missing() -> None:
    data = documents.DISCHARGE_SUMMARY.replace("<translation", "<other").encode()
    encounter = read_ccda(data)
    assert encounter.setting is None
    assert infer_setting(encounter).value == "inpatient"
    unknown = document(
        f"<structuredBody>{section('Impression', 'Gout')}</structuredBody>", code="1-1"
    )
    assert read_ccda(unknown.encode()).documents[0].type == "some note"


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("20260304", 0),
        ("19580304", 68),
        ("1958", None),
        ("20270101", None),
        ("17000101", None),
        ("19581399", None),
        ("195803041200-0500", 68),
    ],
)
def test_age_in_completed_years(birth: str, age: int | None) -> None:
    data = document(
        f"<structuredBody>{section('Impression', 'Gout')}</structuredBody>", birth=birth
    )
    assert read_ccda(data.encode()).age == age


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("secretword", "not well-formed XML: it breaks off at line 1, column 1"),
        (documents.HISTORY_AND_PHYSICAL[:2500], "not well-formed XML"),
        (documents.BILLION_LAUGHS, "declares a DTD or entities"),
        (documents.EXTERNAL_ENTITY, "declares a DTD or entities"),
        (documents.EXTERNAL_DTD, "declares a DTD or entities"),
        ("<note>secretword</note>", "no C-CDA document"),
        ("<ClinicalDocument>secretword</ClinicalDocument>", "no C-CDA document"),
        (b'<?xml version="1.0" encoding="klingon"?><a>secretword</a>', "XML|encoding"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>secretword \xff</a>', "not well-formed"),
        (document(""), "has no body"),
        (document("<structuredBody/>"), "holds no narrative"),
        (body(" <paragraph> </paragraph>"), "holds no narrative"),
        (body("<list><item>" * 120 + "secretword" + "</item></list>" * 120), "more than 100 deep"),
        (
            unstructured("secretword!", 'mediaType="text/plain" representation="B64"'),
            "is not base64",
        ),
        (unstructured("", 'mediaType="text/plain" representation="B64"'), "is empty"),
        (
            unstructured("c2VjcmV0d29yZA==", 'mediaType="application/pdf" representation="B64"'),
            "is application/pdf, which is not read",
        ),
        (unstructured("secretword", 'mediaType="secretword"'), "of a kind that is not named"),
        (
            unstructured("JVBERi0xLjQK", 'mediaType="text/plain" representation="B64"'),
            "seems to be a PDF file",
        ),
        (
            unstructured('<reference value="note.pdf"/>', 'mediaType="application/pdf"'),
            "only links to its note, which is not fetched",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence(data: str | bytes, words: str) -> None:
    sentence = refused(data)
    assert any(word in sentence for word in words.split("|")), sentence
    assert "secretword" not in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggester.exchange.ccda.MOST_BYTES", 10)
    assert "larger than 10 bytes" in refused(documents.UNSTRUCTURED)


def test_deep_sections() -> None:
    inner = ""
    for _ in range(120):
        inner = section("Impression", "Gout", inner)
    assert "sections more than 100 deep" in refused(
        document(f"<structuredBody>{inner}</structuredBody>")
    )
