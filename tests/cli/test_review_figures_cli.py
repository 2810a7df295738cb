"""``suggester review stats``, ``agreement`` and ``trail`` over a database of a few encounters."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.intake import UnknownEncounterError
from suggester.review.trail import now
from tests.review.desks import FINISH, accept, account, arrive, decide, second_coding


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["review", *args])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'r.db'}"


@pytest.fixture
def worked(url: str) -> str:
    """Two finished encounters of ann's; ben coded one of them again."""
    database = Database(url)
    database.upgrade()
    ann, ben = account(database, "ann"), account(database, "ben")
    typed = {"kind": "add", "code": "M10.9", "origin": "typed"}
    refused = {"kind": "reject", "code": "R60.0", "reason": "ruled_out"}
    first = arrive(database, ann, "one", 0.2)
    decide(database, first, ann, *accept("I10", "E11.9"), typed, refused, FINISH, seconds=10)
    other = arrive(database, ann, "two", 0.0)
    decide(database, other, ann, *accept("I10"), FINISH, seconds=20)
    second_coding(database, first, ben)
    decide(database, first, ben, *accept("I10", "E11.9"), FINISH, kind="second")
    database.close()
    return url


def test_stats_as_a_table(worked: str) -> None:
    done = run("stats", "--database", worked)
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line.split() for line in done.output.splitlines() if line.split()}
    assert done.output.startswith("2 encounters finished, ")
    # accepted edited rejected added typed left: 3 accepted, R60.0 rejected once, M10.9 added.
    assert lines["ann"][1:7] == ["3", "0", "1", "1", "0", "4"]
    assert lines["ann"][7:] == ["75.0", "37.5", "75.0"]
    assert lines["I10"][1:7] == ["2", "0", "0", "0", "0", "0"]
    # 5 steps of 10 s, 2 of 20 s: 50 and 40.
    assert "Seconds a note: median 45," in done.output
    assert "Notes with more than 10.0 % unknown words: 50.0 %" in done.output


def test_stats_as_json_and_for_one_coder_and_model(worked: str) -> None:
    whole = json.loads(run("stats", "--database", worked, "--format", "json").output)
    assert whole["encounters"] == 2
    assert whole["outcomes"]["accepted"] == 3
    assert [row["group"] for row in whole["coders"]] == ["ann"]
    for more in (["--coder", "ben"], ["--model", "other 2"]):
        found = json.loads(run("stats", "--database", worked, "--format", "json", *more).output)
        assert found["encounters"] == 0


def test_agreement_as_a_table_and_as_json(worked: str) -> None:
    done = run("agreement", "--database", worked)
    assert done.exit_code == 0, done.output
    [pair] = [line.split() for line in done.output.splitlines() if line.startswith("ann / ben")]
    # I10 E11.9 both, M10.9 first only, I50.9 R60.0 neither: F1 4/5; by chance (3·2 + 2·3) / 25: kappa (20 - 12) / (25 - 12).
    assert pair[3:] == ["1", "0.0", "%", "80.0", "%", "80.0", "%", "100.0", "%", "0.62"]
    assert "To settle: E1" in done.output
    found = json.loads(run("agreement", "--database", worked, "--format", "json").output)
    assert found["all"]["decisions"]["kappa"] == pytest.approx(8 / 13)
    assert found["pairs"][0]["second_coder"] == "ben"
    none = run("agreement", "--database", worked, "--first-coder", "ben")
    assert none.output == "No encounter was coded twice in this period.\n"


def test_without_data(url: str) -> None:
    assert "0 encounters finished" in run("stats", "--database", url).output
    assert "No encounter was coded twice" in run("agreement", "--database", url).output


@pytest.mark.parametrize("command", ["stats", "agreement", "trail"])
def test_wrong_days_are_refused(url: str, command: str) -> None:
    done = run(command, "--database", url, "--since", "03/01/2026")
    assert isinstance(done.exception, InputError)
    assert "A day is written as YYYY-MM-DD" in str(done.exception)
    done = run(command, "--database", url, "--since", "2026-03-02", "--until", "2026-03-01")
    assert isinstance(done.exception, InputError)
    assert "ends before it begins" in str(done.exception)


def test_the_trail_is_written_to_a_file(worked: str, tmp_path: Path) -> None:
    out = tmp_path / "trail.csv"
    done = run("trail", str(out), "--database", worked, "--since", now().date().isoformat())
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # Two came in; 5 decisions, 2 and 3.
    assert len(rows) == 12
    assert done.output == f"12 entries are in {out}.\n"
    assert {row["who"] for row in rows} == {"ann", "ben"}
    assert "Note of" not in out.read_text("utf-8")


def test_the_trail_of_one_encounter_or_of_no_day(worked: str) -> None:
    done = run("trail", "--database", worked, "--encounter", "e2")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["what"] for row in rows] == [
        "put it in the worklist, with 1 document", "accepted I10", "finished",
    ]  # fmt: skip
    before = (now().date() - datetime.timedelta(days=2)).isoformat()
    assert run("trail", "--database", worked, "--until", before).stdout.count("\n") == 1
    exported = run("trail", "--database", worked).stdout.splitlines()[-1]
    assert "command line,exported trail" in exported


@pytest.mark.parametrize("name", ["two", "E0x", "99"])
def test_an_encounter_is_named_by_its_number(worked: str, name: str) -> None:
    done = run("trail", "--database", worked, "--encounter", name)
    assert isinstance(done.exception, InputError)
    assert "such as E12" in str(done.exception)


def test_an_encounter_that_is_not_there_is_said(worked: str, tmp_path: Path) -> None:
    out = tmp_path / "trail.csv"
    done = run("trail", str(out), "--database", worked, "--encounter", "E99")
    assert isinstance(done.exception, UnknownEncounterError)
    assert "E99" in str(done.exception)
    assert not out.exists()
