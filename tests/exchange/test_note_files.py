"""C-CDA and FHIR files on the command line: read as notes, and written as suggestions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.errors import InputError
from tests.cli.conftest import engine
from tests.cli.fake_engine import FakeSuggester
from tests.exchange import ccda_documents, fhir_bundles
from tests.exchange.fhir_checks import check_fhir

__all__ = ["engine"]


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["suggest", *map(str, args)])


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    path = tmp_path / "visit.xml"
    path.write_text(ccda_documents.HISTORY_AND_PHYSICAL, "utf-8")
    return path


@pytest.fixture
def stay(tmp_path: Path) -> Path:
    path = tmp_path / "stay.json"
    path.write_text(json.dumps(fhir_bundles.STAY), "utf-8")
    return path


def bundle(result: Result) -> Any:
    assert result.exit_code == 0, (result.output, result.exception)
    value = json.loads(result.stdout)
    check_fhir(value)
    return value


def test_ccda_in_fhir_out(engine: FakeSuggester, visit: Path) -> None:
    found = bundle(run(visit, "--format", "fhir"))
    assert found["identifier"]["value"] == "visit"
    codes = [
        entry["resource"]["code"]["coding"][0]["code"]
        for entry in found["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    ]
    assert codes == ["I10", "E11.9"]
    [seen] = engine.seen
    assert (seen.setting, seen.age, seen.sex) == ("outpatient", 67, "M")
    assert str(seen.date_of_service) == "2026-03-04"


def test_bundle_of_bundles_for_several(engine: FakeSuggester, visit: Path, stay: Path) -> None:
    found = bundle(run(visit, stay, "--format", "fhir"))
    inner = [entry["resource"] for entry in found["entry"]]
    assert [b["identifier"]["value"] for b in inner] == ["visit", "e1"]
    assert [len(seen.documents) for seen in engine.seen] == [1, 3]


@pytest.mark.usefixtures("engine")
def test_what_was_not_read_is_said(tmp_path: Path) -> None:
    good, bad = fhir_bundles.reference("Cough.", id="good"), fhir_bundles.reference("", id="bad")
    path = tmp_path / "some.json"
    path.write_text(json.dumps(fhir_bundles.bundle(good, bad, {"resourceType": "Observation"})))
    stopped = run(path)
    assert isinstance(stopped.exception, InputError)
    assert str(stopped.exception).endswith(
        "some.json: The attachment of DocumentReference/bad is empty: there is nothing to code."
    )
    skipped = run(path, "--on-error", "skip", "--format", "fhir")
    assert skipped.exit_code == 1
    assert json.loads(skipped.stdout)["identifier"]["value"] == "good"
    assert "Notice: " in skipped.stderr
    assert "Resources that hold no note were not read: Observation (1)." in skipped.stderr
    assert "1 note was skipped, 1 coded." in skipped.stderr
    path.write_text(json.dumps(bad))
    nothing = run(path, "--on-error", "skip", "--format", "fhir")
    assert json.loads(nothing.stdout) == {"resourceType": "Bundle", "type": "collection"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.xml", "<a>secretword</a>", "a.xml is XML but no C-CDA document"),
        ("a.xml", "", "a.xml is empty"),
        ("a.xml", ccda_documents.EXTERNAL_ENTITY, "a.xml declares a DTD"),
        ("a.json", '{"resourceType": "Patient"}', "a.json holds no note"),
        ("a.json", '{"secretword', "a.json is not JSON"),
        ("a.json", '{"id": "secretword"}', "has no 'text'"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    caught = run(tmp_path / name).exception
    assert isinstance(caught, InputError)
    assert words in str(caught)
    assert "secretword" not in str(caught)


@pytest.mark.usefixtures("engine")
def test_other_json_is_read_as_before(tmp_path: Path, visit: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text(json.dumps([{"id": "n", "text": "Cough."}]))
    assert bundle(run(path, "--format", "fhir"))["identifier"]["value"] == "n"
    twice = run(visit, visit).exception
    assert "has the id 'visit'" in str(twice)
