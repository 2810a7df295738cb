"""FHIR notes: grouped by encounter, completed from Patient and Encounter, nothing lost in silence."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from suggester.errors import InputError
from suggester.exchange.fhir_notes import Notes, read_fhir, read_fhir_resource
from tests.exchange import fhir_bundles as given
from tests.exchange.ccda_documents import BILLION_LAUGHS
from tests.exchange.fhir_bundles import AT_E1, PROGRESS, attachment, bundle, changed, reference
from tests.exchange.test_ccda import COURSE


def refused(value: Any) -> str:
    with pytest.raises(InputError) as caught:
        read_fhir_resource(value)
    return str(caught.value)


def test_bundle_is_one_encounter_of_several_documents() -> None:
    notes = read_fhir(json.dumps(given.STAY).encode())
    [stay] = notes.encounters
    assert (notes.problems, notes.notices) == ((), ())
    assert (stay.id, stay.setting, stay.sex, stay.age) == ("e1", "inpatient", "F", 76)
    assert stay.date_of_service == datetime.date(2026, 7, 4)
    told = [(d.id, d.type, d.text) for d in stay.documents]
    assert told == [
        ("progress", "progress note", PROGRESS),
        ("film", "chest x-ray", "IMPRESSION:\nLeft lower lobe pneumonia"),
        (
            "summary",
            "discharge summary",
            "Hospital Course:\nAntibiotics.\n\nDischarge Diagnosis:\n- Pneumonia",
        ),
    ]


def test_a_lone_document_reference() -> None:
    notes = read_fhir_resource(
        reference(id="d 1", context={"period": {"start": "2026-07-03"}}), "x"
    )
    [only] = notes.encounters
    assert (only.id, only.text) == ("x", PROGRESS)
    assert (only.setting, only.age, only.sex) == (None, None, None)
    assert only.date_of_service == datetime.date(2026, 7, 3)


def test_encounters_stay_apart() -> None:
    other: dict[str, Any] = {"context": {"encounter": [{"reference": "Encounter/e2"}]}}
    notes = read_fhir_resource(
        bundle(
            reference(id="a"),
            reference("Gout.", id="b", **other),
            reference("Cough.", id="c", **other),
            reference("Fever.", id="a", subject={}),
        )
    )
    assert [(e.id, len(e.documents)) for e in notes.encounters] == [("a", 1), ("e2", 2), ("a-2", 1)]


def test_contained_and_nested() -> None:
    inner = changed(given.ENCOUNTER, id="in", subject={"reference": "#kin"})
    inner["class"] = {"code": "EMER"}
    kin = changed(given.PATIENT, id="kin", gender="other")
    note = reference(
        contained=[inner, kin],
        subject={"reference": "#kin"},
        context={"encounter": [{"reference": "#in"}]},
    )
    [only] = read_fhir_resource(bundle(bundle(note))).encounters
    assert (only.setting, only.sex, only.age) == ("emergency", None, 75)


def test_attached_ccda_completes_what_fhir_does_not_say() -> None:
    for value in (given.ATTACHED_CCDA, changed(given.ATTACHED_CCDA, type={})):
        [only] = read_fhir_resource(value).encounters
        assert only.text == COURSE
        assert (only.id, only.setting, only.sex, only.age) == ("cda", "inpatient", "F", 68)
    assert only.documents[0].type == "discharge summary"
    unnamed = changed(given.ATTACHED_CCDA)
    del unnamed["content"][0]["attachment"]["contentType"]
    assert read_fhir_resource(unnamed).encounters[0].text == COURSE


def test_of_several_formats_the_plainest_that_can_be_read() -> None:
    pdf, html, plain = (
        {"attachment": attachment("%PDF-1.4", "application/pdf")},
        {"attachment": attachment("<p>Gout", "text/html; charset=utf-8")},
        {"attachment": attachment("Gout!")},
    )
    [only] = read_fhir_resource(reference(content=[pdf, html, plain])).encounters
    assert only.text == "Gout!"
    broken = {"attachment": {"contentType": "text/plain", "data": "!"}}
    notes = read_fhir_resource(reference(content=[pdf, broken, html]))
    assert (notes.encounters[0].text, notes.problems) == ("Gout", ())
    notes = read_fhir_resource(reference(content=[plain, plain]))
    assert "has 2 attachments of one kind" in notes.notices[0]


def test_encodings() -> None:
    for kind, data in (
        ("text/plain; charset=ISO-8859-1", "Ménière".encode("latin-1")),
        ('text/plain; charset="utf-16"', "Ménière".encode("utf-16")),
        ("text/plain;charset=utf-8", "Ménière".encode()),
        ("text/plain; charset=klingon", "Ménière".encode()),
        (None, "Ménière".encode()),
    ):
        notes = read_fhir_resource(reference(data, kind))
        assert (notes.encounters[0].text, notes.notices) == ("Ménière", ())
    notes = read_fhir_resource(reference("Ménière".encode("cp1252")))
    assert notes.encounters[0].text == "Ménière"
    assert notes.notices == (
        "The attachment of DocumentReference/progress is not UTF-8; it was read as Windows-1252.",
    )


def test_binary_of_the_same_bundle() -> None:
    binary = {
        "resourceType": "Binary",
        "id": "b1",
        "contentType": "text/plain",
        "data": given.in_base64("Gout."),
    }
    link = reference(content=[{"attachment": {"url": "https://ehr.example/Binary/b1"}}])
    assert read_fhir_resource(bundle(link, binary)).encounters[0].text == "Gout."
    assert "is only a link, which is not fetched" in refused(link)


def test_nothing_is_left_out_in_silence() -> None:
    other = changed(given.REPORT, id="stranger", subject={"reference": "Patient/p2"})
    notes = read_fhir_resource(
        bundle(
            given.PATIENT,
            given.ENCOUNTER,
            reference(**AT_E1),
            reference(id="copy", **AT_E1),
            reference(id="wrong", status="entered-in-error"),
            reference(id="link", content=[{"attachment": {"url": "https://x.example/1"}}]),
            reference(id="bare", content=[]),
            reference(id="nothing", content=[{"attachment": {}}]),
            reference(" \n", id="blank"),
            reference("x", id="pdf", kind="application/pdf"),
            other,
            changed(given.COMPOSITION, id="hollow", section=[]),
            {"resourceType": "Observation", "id": "o"},
            {"resourceType": "Observation"},
            {"resourceType": "Condition"},
        )
    )
    assert [e.id for e in notes.encounters] == ["e1"]
    expected = [
        "DocumentReference/wrong is entered-in-error",
        "DocumentReference/link is only a link, which is not fetched",
        "DocumentReference/bare has no attachment",
        "DocumentReference/nothing has no data",
        "DocumentReference/blank is empty",
        "DocumentReference/pdf is application/pdf, which is not read",
        "DiagnosticReport/stranger refers to another patient",
        "Composition/hollow is empty",
    ]
    assert len(notes.problems) == len(expected)
    for problem, words in zip(notes.problems, expected, strict=True):
        assert words in problem
    assert notes.notices == (
        "DocumentReference/copy repeats another document of its encounter; it was read once.",
        "Resources that hold no note were not read: Condition (1), Observation (2).",
    )


def test_ids_that_name_the_patient_are_not_used() -> None:
    visit = changed(given.ENCOUNTER, id="Snorkelton-7")
    at: dict[str, Any] = {"context": {"encounter": [{"reference": "Encounter/Snorkelton-7"}]}}
    notes = read_fhir_resource(
        bundle(given.PATIENT, visit, reference(id="MRN-5550001", **at)), "upload"
    )
    assert notes.encounters[0].id == "upload"
    assert notes.encounters[0].documents[0].id == "document-1"
    assert "1950" not in repr(read_fhir_resource(given.STAY))
    assert "Snorkelton" not in repr(read_fhir_resource(given.STAY))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is not FHIR"),
        ([], "is not FHIR"),
        ("secretword", "is not FHIR"),
        ({"text": "secretword"}, "is not FHIR"),
        ({"resourceType": "secretword 1"}, "is not FHIR"),
        ({"resourceType": "Bundle"}, "holds no note"),
        ({"resourceType": "Bundle", "entry": [{"resource": {}}]}, "has an entry 1 without"),
        ({"resourceType": "Bundle", "entry": "secretword"}, "holds no note"),
        ({"resourceType": "Patient", "id": "p"}, "holds no note"),
        (reference(content=[{"attachment": {"data": "secret word!"}}]), "is not base64"),
        (reference(content=[{"attachment": {"data": ["secretword"]}}]), "is not base64"),
        (reference(content="secretword"), "has no attachment"),
        (reference(BILLION_LAUGHS, "text/xml"), "declares a DTD"),
        (reference("secretword", "text/xml"), "not well-formed XML"),
        (reference(b"\0\1\2" * 50), "seems to be a binary file"),
        (reference(b"a\0b", "text/plain; charset=latin-1"), "seems to be a binary file"),
        (reference("secretword", "secretword"), "of a kind that is not named"),
        (reference("x" * 1_000_001), "1,000,001 characters"),
        (changed(given.COMPOSITION, section=[], status="cancelled"), "is cancelled"),
        (changed(given.REPORT, presentedForm=None), "has no attachment"),
        (
            bundle(reference("", id="a"), reference("", id="b")),
            "None of the 2 notes in The FHIR resource can be read. The attachment of",
        ),
    ],
)
def test_what_cannot_be_used_is_said(value: Any, words: str) -> None:
    sentence = refused(value)
    assert words in sentence
    assert "secretword" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"{secretword", "is not JSON: it breaks off at line 1, column 2"),
        (b"\xff\xfe\xfa", "is not JSON that can be read"),
        (b"[" * 100_000, "is not JSON"),
        (b"9" * 10_000, "is not JSON that can be read"),
        (b"7", "is not FHIR"),
    ],
)
def test_bytes_that_are_no_fhir(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_fhir(data)
    assert words in str(caught.value)
    assert "secretword" not in str(caught.value)


def test_depth_is_bounded() -> None:
    nested = reference()
    for _ in range(8):
        nested = bundle(nested)
    assert "nests Bundles more than 5 deep" in refused(nested)
    section: dict[str, Any] = {"title": "x"}
    for _ in range(60):
        section = {"title": "x", "section": [section]}
    assert "more than 50 deep" in refused(changed(given.COMPOSITION, section=[section]))


def test_notes_is_what_it_says() -> None:
    assert Notes(()).problems == ()
