"""``suggester codes``: what a user types and sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli.codes import app
from suggester.errors import SuggesterError
from tests.codes.tiny_release import new_tabular, old_tabular, order_file


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUGGESTER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("COLUMNS", "120")
        yield


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


def shown(*args: str) -> str:
    result = run(*args)
    assert result.exit_code == 0, result.output
    return result.output


def test_show_prints_everything_about_a_code() -> None:
    text = shown("show", "s63501")
    assert "S63.501  Unspecified sprain of right wrist" in text
    assert "code, not billable, ICD-10-CM FY2026-04" in text
    for part in ("S60-S69  Injuries", "initial encounter", "Excludes2", "strain of muscle"):
        assert part in text
    assert "S63.501A" in text


def test_show_block_and_plain_code() -> None:
    assert "T20-T32  Burns and corrosions" in shown("show", "T20-T25")
    assert "Rheumatic" not in shown("show", "I10")


def test_show_json() -> None:
    found = json.loads(shown("show", "E11.22", "--format", "json"))
    assert found["code"] == "E11.22"
    assert found["ancestors"][-1]["code"] == "4"
    assert found["notes"]["use_additional"][0] == {
        "text": "code to identify stage of chronic kidney disease (N18.1-N18.6)",
        "source_node": "E11.22",
    }


def test_show_unknown_code() -> None:
    result = run("show", "S63.501Q")
    assert isinstance(result.exception, SuggesterError)
    assert result.exception.exit_code == 2
    assert "Nearest: S63.501" in str(result.exception)


def test_search_table_and_json() -> None:
    assert "E11" in shown("search", "diabtes", "--limit", "3")
    found = json.loads(
        shown("search", "right", "wrist", "sprain", "--billable", "--format", "json")
    )
    assert found[0]["code"] == "S63.501A"
    assert all(hit["billable"] for hit in found)
    assert "diabetes NOS" in shown("search", "diabetes")


def test_search_without_a_hit() -> None:
    result = run("search", "xyzzyqqq")
    assert result.exit_code == 0
    assert "No code of FY2026-04 matches." in result.stderr
    assert result.stdout == ""


def test_status() -> None:
    text = shown("status", "--date", "2026-05-01")
    assert "FY2026-04 is in force on 2026-05-01." in text
    assert "suggester codes import" in shown("status", "--date", "2026-10-01")
    found = json.loads(shown("status", "--format", "json"))
    assert found["release"] == "FY2026-04"
    assert found["installed"][0]["effective_to"] == "2026-09-30"


@pytest.mark.parametrize(
    "args",
    [
        ("status", "--date", "yesterday"),
        ("search",),
        ("search", "x", "--limit", "0"),
        ("import",),
        ("diff", "FY2026-04"),
        ("show", "I10", "--format", "xml"),
    ],
)
def test_bad_use_exits_with_2(args: tuple[str, ...]) -> None:
    assert run(*args).exit_code == 2


def test_import_then_status_show_and_diff(tmp_path: Path) -> None:
    for year, xml in ((2029, old_tabular()), (2030, new_tabular())):
        path, order = tmp_path / f"tabular{year}.xml", tmp_path / f"order{year}.txt"
        path.write_bytes(xml)
        order.write_bytes(order_file(xml))
        text = shown("import", str(path), str(order))
        assert f"Installed FY{year}: " in text
        assert f"in force {year - 1}-10-01 to {year}-09-30" in text
    assert "FY2030 is in force" in shown("status", "--date", "2030-01-01")
    assert "Typhoid fever, unspecified" in shown("show", "A01.9", "--release", "FY2030")
    text = shown("diff", "FY2029", "FY2030")
    assert "3 added, 5 deleted, 1 retitled, 1 re-parented." in text
    assert "no likely successor" in text
    found = json.loads(shown("diff", "FY2029", "FY2030", "--format", "json"))
    assert found["deleted"][0]["successor"]["code"] == "A01.9"
    assert "0 added" in shown("diff", "FY2030", str(tmp_path / "tabular2030.xml"))


def test_import_with_dates(tmp_path: Path) -> None:
    path, order = tmp_path / "t.xml", tmp_path / "order.txt"
    path.write_bytes(new_tabular())
    order.write_bytes(order_file(new_tabular()))
    dates = ("--from", "2029-10-01", "--to", "2030-03-31", "--name", "first-half")
    text = shown("import", str(path), str(order), *dates)
    assert "in force 2029-10-01 to 2030-03-31" in text


def test_import_of_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "t.xml"
    path.write_text("hello")
    result = run("import", str(path))
    assert isinstance(result.exception, SuggesterError)


def test_help_names_every_command() -> None:
    text = shown("--help")
    for command in ("show", "search", "status", "import", "diff"):
        assert command in text
