"""The audit trail as an auditor reads it: who, what, when, on which model, after which evidence."""

from __future__ import annotations

import ast
import csv
import datetime
import importlib
import io
from pathlib import Path

import pytest

from suggester.encounter import Document
from suggester.review.accounts import Accounts
from suggester.review.codings import Codings
from suggester.review.database import Database
from suggester.review.deeds import deed
from suggester.review.finished import Period
from suggester.review.intake import Intake
from suggester.review.login_sessions import Sessions
from suggester.review.people import Person
from suggester.review.quality import Quality
from suggester.review.retention import purge
from suggester.review.trail import note_down, now
from suggester.review.trail_entries import COLUMNS, Entry, entries, note_export, write_trail
from suggester.review.worklist import Worklist
from tests.review.desks import FINISH, accept, account, arrive, decide, read, second_coding

SECRET = "Zebrafish"


@pytest.fixture
def ann(database: Database) -> Person:
    return account(database, "ann")


@pytest.fixture
def olga(database: Database) -> Person:
    return account(database, "olga", "auditor")


def told(database: Database, *given: object, **named: object) -> list[Entry]:
    with database.reading() as session:
        return list(entries(session, *given, **named))  # type: ignore[arg-type]


def whats(found: list[Entry]) -> list[str]:
    return [entry.what for entry in found]


def test_a_decision_says_who_when_on_what_and_after_which_evidence(
    database: Database, ann: Person
) -> None:
    began = now()
    number = arrive(database, ann)
    Codings(database).show(number, [("icd10cm", "I10"), ("icd10cm", "E11.9")])
    decide(database, number, ann, *accept("I10"), seconds=4.2)
    read(database, number, {"M10.9": 0.7}, "1.1.0")
    decide(database, number, ann, {"kind": "reject", "code": "M10.9", "reason": "ruled_out"})
    added, first, second = told(database, encounter=number)
    assert (added.who, added.what) == ("ann", "put it in the worklist, with 1 document")
    assert (first.who, first.what, first.coding, first.number) == (
        "ann", "accepted I10", "first", 1,
    )  # fmt: skip
    assert began <= first.at <= second.at <= now()
    assert (first.model, first.code_set) == ("default 1.0.0", "FY2026-04")
    assert first.evidence_shown == (("icd10cm", "E11.9"), ("icd10cm", "I10"))
    assert first.seconds == 4.2
    assert len(first.digest) == 64
    assert (second.what, second.model) == (
        "rejected M10.9: ruled out, or uncertain", "default 1.1.0",
    )  # fmt: skip


def test_everything_around_decisions_stands_in_it(
    database: Database, ann: Person, olga: Person
) -> None:
    number = arrive(database, ann)
    Intake(database).add_document(number, Document("lab", "Creatinine 1.9."), ann)
    Worklist(database).claim_next(ann)
    decide(database, number, ann, *accept("I10"), FINISH)
    Quality(database).draw(1, 7, Period(), olga, ["olga"])
    decide(database, number, olga, *accept("I10"), FINISH, kind="second")
    Worklist(database).mark(number, "audited", olga)
    Worklist(database).mark(number, "exported", ann)
    purge(database, 0, olga)
    assert whats(told(database, encounter=number)) == [
        "put it in the worklist, with 1 document",
        "added a document; it has 2 documents now",
        "took it from the worklist",
        "accepted I10",
        "finished",
        "drew it for a second coding by olga",
        "accepted I10",
        "finished",
        "marked as audited",
        "marked as exported",
        "deleted the note for good, 2 documents",
    ]
    sessions = Sessions(database, datetime.timedelta(hours=1), datetime.timedelta(hours=9))
    sessions.open(ann, None, "10.0.0.7")
    note_export(database, olga, Period(datetime.date(2026, 3, 1)))
    everything = whats(told(database))
    assert "drew a sample: 100 % with seed 7, of all time; 1 given out" in everything
    assert "signed in from 10.0.0.7" in everything
    assert everything[-1] == "exported the trail, 2026-03-01 to today"


def test_accounts_and_models_stand_in_it(database: Database, olga: Person) -> None:
    boss = Person("root", "admin")
    accounts = Accounts(database)
    accounts.add("mia", "admin", "correct horse battery", boss)
    accounts.add("ben", "coder", "correct horse battery", boss)
    accounts.disable("ben", boss)
    with database.transaction() as session:
        note_down(session, boss, "model promoted", model="lab-2", before="default")
    assert [entry.what for entry in told(database) if entry.who == "root"][:3] == [
        "added account mia as admin",
        "added account ben as coder",
        "disabled account ben",
    ]
    assert told(database)[-1].what == "put model lab-2 in use, before it default"


def test_a_period_is_chosen_by_the_day(database: Database, ann: Person) -> None:
    arrive(database, ann)
    today = now().date()
    assert len(told(database, Period(today, today))) == 1
    assert told(database, Period(until=today - datetime.timedelta(days=1))) == []


def test_what_is_coded_blind_is_left_out_until_it_is_coded(
    database: Database, ann: Person, olga: Person
) -> None:
    number = arrive(database, ann)
    decide(database, number, ann, *accept("I10"), FINISH)
    second_coding(database, number, olga)
    assert told(database, reader=olga) == []
    assert len(told(database, reader=account(database, "otto", "auditor"))) == 3
    decide(database, number, olga, *accept("E11.9"), FINISH, kind="second")
    assert len(told(database, reader=olga)) == 5


def test_no_word_of_a_note_or_of_a_coder_is_in_it(database: Database, ann: Person) -> None:
    number = arrive(database, ann, "visit")
    Intake(database).add_document(number, Document("late", f"{SECRET} seen."), ann)
    read(database, number, {"I10": 0.9})
    decide(
        database, number, ann,
        {"kind": "pend", "reason": SECRET}, {"kind": "resume"},
        {"kind": "query", "text": f"{SECRET}?"},
        {"kind": "reject", "code": "I10", "reason": "other", "note": SECRET},
        {"kind": "add", "code": "M10.9", "origin": "selection",
         "evidence": [{"document": "late", "start": 0, "end": 9}]},
        FINISH,
        {"kind": "reopen", "reason": SECRET},
    )  # fmt: skip
    out = io.StringIO()
    assert write_trail(out, told(database)) == 9
    assert SECRET not in out.getvalue()
    assert "wrote a query to the provider" in out.getvalue()


def test_csv_holds_every_column_and_no_formula(database: Database, ann: Person) -> None:
    number = arrive(database, account(database, "@eve"), "=1+1")
    Codings(database).show(number, [("icd10cm", "I10")])
    decide(database, number, ann, *accept("I10"))
    out = io.StringIO(newline="")
    write_trail(out, told(database))
    added, accepted = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert tuple(added) == COLUMNS
    assert (added["who"], added["encounter_name"]) == ("'@eve", "'=1+1")
    assert (accepted["encounter"], accepted["coding"], accepted["number"]) == (
        f"E{number}", "first", "1",
    )  # fmt: skip
    assert (accepted["evidence_shown"], accepted["seconds"]) == ("I10", "5.000")
    assert datetime.datetime.fromisoformat(accepted["at"]).utcoffset() == datetime.timedelta()


def test_what_an_adjudication_took_is_said(database: Database, ann: Person) -> None:
    from suggester.review.timeline import summary

    first, second = ["icd10cm", "E11.9"], ["icd10cm", "E11.65"]
    rows = [
        {"first": first, "second": second, "took": "second", "code": None},
        {"first": first, "second": None, "took": "second", "code": None},
        {"first": first, "second": second, "took": "other", "code": ["icd10cm", "E11.8"]},
    ]
    assert summary("finish", {"choices": rows}) == (
        "settled: of E11.9 or E11.65 took E11.65; of E11.9 took no code; "
        "of E11.9 or E11.65 took E11.8"
    )


ROOT = Path(__file__).resolve().parents[2]


def actions() -> set[str]:
    """Return every action that the code writes down by name."""
    found = set()
    for path in (ROOT / "suggester").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note_down":
                action = node.args[2]
                if isinstance(action, ast.Constant):
                    found.add(str(action.value))
                elif isinstance(action, ast.Name):
                    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                    found.add(getattr(importlib.import_module(name), action.id, ""))
    found.discard("")
    return found


def test_every_action_has_words() -> None:
    from suggester.review.deeds import _WORDS

    assert {"signed in", "purged", "sampled"} <= actions()
    silent = {"signed out", "signed out everywhere"}  # They say it themselves.
    assert actions() - silent <= set(_WORDS)


def test_what_an_older_version_wrote_is_told_as_it_stands() -> None:
    assert deed("sampled", {}) == "sampled"
    assert deed("retrain started", {"job": 3}) == "retrain started"
