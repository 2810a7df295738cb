"""``suggester codes`` with CPT, HCPCS Level II and ICD-10-PCS: what a user types and sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli.codes import app
from suggester.errors import InputError, UnknownCodeError
from tests.codes.invented_files import cpt_files, hcpcs_file, pcs_codes, written


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return the paths of a CPT delivery, a HCPCS and a PCS file."""
    files = {"HCPC2031_JUL.txt": hcpcs_file(), "icd10pcs_codes_2031.txt": pcs_codes()}
    return [str(path) for path in written(tmp_path / "in", cpt_files() | files)]


@pytest.fixture
def installed(files: list[str]) -> None:
    """Install one release of each system."""
    shown("import", *files[:-2], "--name", "2031")
    shown("import", files[-2])
    shown("import", files[-1])


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


def shown(*args: str) -> str:
    result = run(*args)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def test_import_prints_counts(files: list[str]) -> None:
    text = shown("import", *files[:-2], "--name", "2031")
    assert text.startswith("Installed cpt 2031: 3 codes, 7 modifiers, in force from 2031-01-01 to")
    assert "LONGULT.txt, MEDU.txt" in text
    assert "replaced" not in text
    text = shown("import", files[-2], "--from", "2031-08-01", "--to", "2031-09-30")
    assert "Installed hcpcs 2031-07: 3 codes, 2 modifiers, in force from 2031-08-01 to" in text
    assert "It replaced the 2031-07 that was" in shown("import", files[-2], "--system", "hcpcs")
    text = shown("import", files[-2], "--name", "next", "--from", "2032-01-01")
    assert "in force from 2032-01-01; read" in text


def test_import_of_files_that_do_not_go_together(files: list[str]) -> None:
    assert "one code system at a time" in str(run("import", *files).exception)
    result = run("import", files[-1], "--system", "cpt")
    assert isinstance(result.exception, InputError)
    assert "is a file of ICD-10-PCS, not of CPT" in str(result.exception)
    assert run("import", files[-1], "--system", "icd11").exit_code == 2


@pytest.mark.usefixtures("installed")
def test_show_finds_the_system_by_the_form_of_the_code() -> None:
    text = shown("show", "00001")
    assert text.startswith("00001  Polishing of the left kneecap")
    assert "code, CPT 2031" in text
    assert "short: POLISH KNEECAP FEATHER" in text
    assert "consumer: Polishing of a kneecap" in text
    text = shown("show", "b0002")
    assert "code, HCPCS Level II 2031-07" in text
    assert "added 2001-07-01\nended 2025-12-31" in text
    assert "ICD-10-PCS FY2031" in shown("show", "000000A")
    assert "ICD-10-CM FY2026-04" in shown("show", "I10")
    assert "ICD-10-CM FY2026-04" in shown("show", "E1122")


@pytest.mark.usefixtures("installed")
def test_show_json_and_modifiers() -> None:
    found = json.loads(shown("show", "B0002", "--format", "json"))
    assert found["system"] == "hcpcs"
    assert (found["kind"], found["ended"], found["medium"]) == ("code", "2025-12-31", None)
    assert "modifier, CPT 2031" in shown("show", "p1", "--system", "cpt")
    found = json.loads(shown("show", "Z1", "--system", "hcpcs", "--format", "json"))
    assert found == {
        "system": "hcpcs",
        "release": "2031-07",
        "kind": "modifier",
        "code": "Z1",
        "title": "Service by a person with a hat",
    }


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("00003", "Nearest: 00001, 00002"),
        ("B0009", "is not a code of HCPCS Level II 2031-07. Nearest: B0001, B0002"),
        ("000000Z", "is not a code of ICD-10-PCS FY2031. Nearest: 000000A, 000000B"),
        ("Q99.Z", "is not a code of ICD-10-CM"),
    ],
)
def test_an_unknown_code_names_the_nearest(code: str, message: str) -> None:
    result = run("show", code)
    assert isinstance(result.exception, UnknownCodeError)
    assert message in str(result.exception)


def test_nothing_installed() -> None:
    for args in (("show", "0016070"), ("search", "teapot", "--system", "icd10pcs")):
        result = run(*args)
        assert isinstance(result.exception, InputError)
        assert "suggester codes import" in str(result.exception)
    assert "is not in the starter set of HCPCS" in str(run("show", "J0009").exception)
    message = shown("status", "--system", "cpt")
    assert "No release of CPT is installed" in message
    assert "The starter set of CPT is used." in message
    found = json.loads(shown("status", "--system", "cpt", "--format", "json"))
    assert (found["release"], found["in_force"], found["installed"]) == (None, False, [])


def test_the_starter_set_where_nothing_is_installed() -> None:
    assert "without gadolinium" in shown("show", "70551")
    assert "starter set of CPT" in shown("show", "44970")
    assert "Ketorolac" in shown("show", "j1885")
    assert "70553" in shown("search", "brain mri", "--system", "cpt", "--limit", "5")
    result = run("show", "47115")
    assert isinstance(result.exception, UnknownCodeError)
    for words in ("'47115' is not in the starter set of CPT", "not all there are", "Nearest: 4712"):
        assert words in str(result.exception)


@pytest.mark.usefixtures("installed")
def test_an_imported_release_takes_the_place_of_the_starter_set() -> None:
    assert "starter" not in shown("show", "00001")
    assert isinstance(run("show", "70551").exception, UnknownCodeError)
    assert "starter set of CPT" in shown("show", "70551", "--release", "starter")


@pytest.mark.usefixtures("installed")
def test_search() -> None:
    text = shown("search", "teapot", "cup", "--system", "hcpcs")
    assert "B0002" in text
    found = json.loads(shown("search", "teapot", "--system", "hcpcs", "--format", "json"))
    assert {hit["code"] for hit in found} == {"B0001", "B0002"}
    result = run("search", "xyzzyqqq", "--system", "icd10pcs")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No code of ICD-10-PCS FY2031 matches." in result.stderr


@pytest.mark.usefixtures("installed")
def test_status() -> None:
    text = shown("status", "--system", "hcpcs", "--date", "2031-09-01")
    assert "2031-07 is in force on 2031-09-01." in text
    assert "yes" in text
    found = json.loads(
        shown("status", "--system", "cpt", "--date", "2040-01-01", "--format", "json")
    )
    assert (found["release"], found["in_force"]) == ("2031", False)
    assert (found["installed"][0]["codes"], found["installed"][0]["modifiers"]) == (3, 7)


def test_show_of_a_code_that_two_systems_know(tmp_path: Path) -> None:
    data = hcpcs_file().replace(b"B0001", b"J1100")
    shown("import", *map(str, written(tmp_path, {"HCPC2031.txt": data})))
    result = run("show", "J1100")
    assert "J1100  Left-handed teapot" in result.stdout
    assert "J11.00, with the dot, is a code of ICD-10-CM" in result.stderr
    for args in (
        ("J1100", "--system", "icd10cm"),
        ("J1100", "--release", "FY2026-04"),
        ("J11.00",),
    ):
        assert "ICD-10-CM FY2026-04" in shown("show", *args)
    assert "Notice" not in run("show", "B0002").stderr
