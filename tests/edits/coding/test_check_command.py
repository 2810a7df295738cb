"""``suggester check``: the rules from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester import Suggester
from suggester.cli import app
from suggester.edits.coding.catalogue import KINDS
from suggester.errors import SuggesterError

NOTE = (
    "Emergency department. 58-year-old woman with COPD, here with cough and fever. Chest film: right lower "
    "lobe pneumonia. Zebrafish-7 is her dog. Levofloxacin. Assessment: pneumonia, COPD."
)


def run(*args: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, ["check", *args], input=input)


def shown(*args: str, input: str | None = None) -> str:
    result = run(*args, input=input)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


@pytest.fixture
def _loaded(shipped: Suggester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggester.engine.Suggester.load", lambda *_, **__: shipped)


def test_codes_alone() -> None:
    text = shown("I10", "N18.30", "I50.9", "--age", "67")
    assert "I10 becomes I13.0" in text
    assert "I.C.9.a.3" in text
    assert "Claim order: I13.0 N18.30 I50.9" in text
    assert "First: I13.0 goes before N18.30" in text


def test_codes_in_any_spelling_and_nothing_to_say() -> None:
    text = shown("i10", "k219")
    assert "No rule speaks against these codes." in text
    assert "Claim order: I10 K21.9" in text


def test_json() -> None:
    found = json.loads(shown("E10.9", "O24.419", "Z3A.30", "--sex", "M", "--format", "json"))
    assert set(found) == {"alerts", "sequence", "derived", "first_listed_because", "flags"}
    sex = next(a for a in found["alerts"] if a["rule"] == "sex")
    assert set(sex) >= {"rule", "id", "severity", "codes", "message", "source"}
    found = json.loads(shown("J44.9", "J18.9", "--format", "json"))
    [alert] = [a for a in found["alerts"] if a["severity"] == "error"]
    assert alert["fix"] == {"replace": {"J44.9": "J44.0"}}
    assert alert["id"] == "combination:resp-001"
    assert found["derived"] == ["J44.0"]
    assert {"V24", "V28"} == {f["model"] for f in found["flags"] if f["code"] == "J44.0"}


@pytest.mark.usefixtures("_loaded")
def test_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    path.write_text(NOTE)
    assigned = ("J44.9", "J18.9", "R05.9", "R50.9")
    for words in (("--note", str(path)), ("--note", "-")):
        found = json.loads(
            shown(*assigned, *words, "--format", "json", input=NOTE if words[1] == "-" else None)
        )
        assert set(found["sequence"]) == {"J44.0", "J18.9"}
        [flag] = [f for f in found["flags"] if f["code"] == "J44.0" and f["model"] == "V28"]
        assert flag["supported"]
        for places in flag["support"].values():
            for place in places:
                assert NOTE[place["start"] : place["end"]].strip()


@pytest.mark.usefixtures("_loaded")
def test_evidence_is_a_place_of_the_note() -> None:
    found = json.loads(
        shown("I26.99", "--note", "-", "--format", "json", "--setting", "outpatient",
              input="Dyspnea for two days. Possible pulmonary embolism, CT angiogram this afternoon.")
    )  # fmt: skip
    [alert] = [a for a in found["alerts"] if a["rule"] == "uncertain"]
    [place] = alert["evidence"]
    assert (place["start"], place["end"]) == (31, 49)
    assert found["sequence"] == ["R06.00"]


def test_date_of_service_chooses_what_is_in_force() -> None:
    found = json.loads(shown("G35.A", "--date", "2025-08-01", "--format", "json"))
    assert any(a["rule"] == "validity" and "2025-10-01" in a["message"] for a in found["alerts"])
    assert not json.loads(shown("G35.A", "--date", "2026-05-01", "--format", "json"))["alerts"]


def test_a_deleted_code_names_its_successors() -> None:
    text = shown("I48.2")
    assert "heading" in text
    assert "deleted on 2016-10-01" in shown("H40.11X1")


def test_list_of_rules() -> None:
    text = shown("--list-rules")
    assert all(kind in text for kind in KINDS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name the codes to check"),
        (("99213",), "99213 is a CPT code"),
        (("E1",), "'E1' is not written like"),
        (("I10", "--note", "nowhere.txt"), "nowhere.txt"),
        (("I10", "--rules", "nowhere.toml"), "cannot be read"),
        (("I10", "--release", "FY1999"), "FY1999"),
        (("I10", "--note", "-"), "empty"),
    ],
)
def test_misuse_gets_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    result = run(*words, input="")
    assert isinstance(result.exception, SuggesterError), result.output
    assert sentence in str(result.exception)
    assert "\n" not in str(result.exception)


@pytest.mark.usefixtures("_loaded")
def test_note_text_stays_out_of_errors(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": NOTE}) + "\n" for i in range(2)))
    result = run("I10", "--note", str(path))
    assert "2 notes" in str(result.exception)
    assert "Zebrafish" not in str(result.exception) + result.output
