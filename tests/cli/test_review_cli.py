"""``suggester review`` as an administrator uses it: export, purge, verify and rekey from the command line."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from suggester import cli
from suggester.encounter import Encounter
from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.retention import purge
from suggester.review.reviewed import Finished, split_of
from suggester.review.sealing import Sealer, new_key, read_keys
from suggester.review.tables import AuditRow, Coding, DocumentRow, EventRow
from suggester.review.wiping import is_clean
from tests.review.finished_encounters import offer, person, result, reviewed

NOTE = "Assessment: hypertension, on lisinopril. Ankle oedema since June."
OLD, NEW = new_key(), new_key()
I10 = {"system": "icd10cm", "code": "I10"}


@dataclass
class Ended:
    """A command that ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``suggester review`` on the database, as the installed command does."""
    monkeypatch.setenv("SUGGESTER_DATABASE", url)
    monkeypatch.delenv("SUGGESTER_KEY", raising=False)

    def invoke(*words: str, key: str = "", answer: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["suggester", "review", *words])
        monkeypatch.setenv("SUGGESTER_KEY", key)
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert "lisinopril" not in told.out + told.err
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return invoke


@pytest.fixture
def ann(database: Database) -> Person:
    return person(database, "ann")


def review(database: Database, who: Person, name: str, *, finish: bool = True) -> int:
    return reviewed(
        database, who, Encounter.of_text(f"{NOTE} {name}", name),
        result(offer(NOTE, "I10", "hypertension"), offer(NOTE, "R60.0", "Ankle oedema")),
        {"kind": "accept", **I10},
        {"kind": "reject", "system": "icd10cm", "code": "R60.0", "reason": "integral"},
        {"kind": "add", "system": "icd10cm", "code": "Z79.899", "origin": "typed"},
        finish=finish,
    )  # fmt: skip


def test_an_export_is_a_file_of_its_owner_alone(
    run: Run, database: Database, ann: Person, tmp_path: Path
) -> None:
    for number in range(4):
        review(database, ann, f"v-{number}")
    review(database, ann, "open", finish=False)
    out = tmp_path / "reviewed.jsonl"
    done = run("export", str(out))
    assert (done.code, done.out) == (
        0, f"4 encounters are in {out}: 4 accepted, 4 added, 4 rejected.\n",
    )  # fmt: skip
    assert "keep it like a record" in done.err
    assert out.stat().st_mode & 0o777 == 0o600
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["v-0", "v-1", "v-2", "v-3"]
    assert all(row["codes"] == ["I10", "Z79.899"] for row in rows)
    # What was there is replaced, and what others could read of it they cannot any more.
    out.chmod(0o644)
    again = run("export", str(out), "--coder", "ann", "--state", "coded", "--split", "train")
    names = [row["id"] for row in map(json.loads, out.read_text("utf-8").splitlines())]
    assert names == [name for name in ("v-0", "v-1", "v-2", "v-3") if split_of(name) == "train"]
    assert f"{len(names)} encounters are in" in again.out
    assert out.stat().st_mode & 0o777 == 0o600
    with database.reading() as session:
        told = session.scalars(select(AuditRow).where(AuditRow.action == "exported corpus")).all()
    assert [(row.who, row.detail) for row in told] == [
        ("command line", {"encounters": 4}), ("command line", {"encounters": len(names)}),
    ]  # fmt: skip


def test_an_export_of_nothing_writes_nothing(
    run: Run, database: Database, ann: Person, tmp_path: Path
) -> None:
    review(database, ann, "v-0")
    out = tmp_path / "reviewed.jsonl"
    out.write_text("kept", "utf-8")
    for wanted in (
        ("--since", "2999-01-01"), ("--until", "2000-01-01"), ("--state", "audited"),
    ):  # fmt: skip
        done = run("export", str(out), *wanted)
        assert (done.code, done.err) == (
            2, "Error: No finished encounter fits; nothing was written.\n",
        )  # fmt: skip
    assert out.read_text("utf-8") == "kept"
    assert not list(tmp_path.glob(".reviewed*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--state", "new"), "A finished encounter is coded, audited or exported."),
        (("--split", "tests"), "Unknown split 'tests'; known: train, dev, test."),
        (("--split", "dev"), "split into train and test only"),
        (("--coder", "nobody"), "There is no account named 'nobody'."),
        (("--since", "yesterday"), "--since"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_said(
    run: Run, database: Database, ann: Person, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    review(database, ann, "v-0")
    done = run("export", str(tmp_path / "a.jsonl"), *words)
    assert done.code == 2
    assert said in done.err
    assert not list(tmp_path.glob("*.jsonl"))


def test_an_export_that_cannot_be_written_says_why(
    run: Run, database: Database, ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(database, ann, "v-0")
    (tmp_path / "folder.jsonl").mkdir()
    for out, said in (
        ("nowhere/a.jsonl", f"there is no folder {tmp_path / 'nowhere'}."),
        ("folder.jsonl", "is no file; give the name of one."),
        ("a.csv", "does not end in .jsonl"),
    ):
        done = run("export", str(tmp_path / out))
        assert done.code == 1
        assert said in done.err

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = run("export", str(tmp_path / "a.jsonl"))
    assert (done.code, done.err) == (
        1, f"Error: {tmp_path / 'a.jsonl'} cannot be written: No space left on device.\n",
    )  # fmt: skip
    assert not list(tmp_path.glob("*a.jsonl*"))


def test_notes_are_deleted_when_they_are_old_enough(
    run: Run, database: Database, ann: Person
) -> None:
    review(database, ann, "v-0")
    review(database, ann, "v-1")
    review(database, ann, "open", finish=False)
    assert run("purge", "--older-than", "30", "--yes").out == "There is no note to delete.\n"
    kept = run("purge", "--older-than", "0", answer="n\n")
    assert (kept.code, kept.out.strip()) == (1, "")
    assert "Delete the notes of 2 encounters for good?" in kept.err
    assert "Nothing was deleted." in kept.err
    assert len(list(Finished(database).rows())) == 2
    done = run("purge", "--older-than", "0", answer="y\n")
    assert (done.code, done.out.strip()) == (0, "The notes of 2 encounters were deleted.")
    assert list(Finished(database).rows()) == []
    more = run("purge", "--older-than", "0", "--state", "in_review", "--yes")
    assert more.out == "The notes of 1 encounter were deleted.\n"
    with database.reading() as session:
        assert session.scalars(select(DocumentRow)).all() == []
    # What was decided is whole.
    assert run("verify").out == "All decisions are as they were made.\n"


def test_a_state_that_is_none_and_a_number_that_is_none(run: Run, database: Database) -> None:
    done = run("purge", "--older-than", "0", "--state", "gone")
    assert (done.code, done.err) == (
        2,
        "Error: There is no state 'gone'; known: new, in_review, pending, coded, audited, exported.\n",
    )
    assert run("purge", "--older-than", "-1").code == 2
    assert run("purge").code == 2


def test_nobody_there_to_answer_deletes_nothing(run: Run, database: Database, ann: Person) -> None:
    review(database, ann, "v-0")
    assert run("purge", "--older-than", "0").code == 1
    assert len(list(Finished(database).rows())) == 1


def test_a_purge_that_was_interrupted_is_wiped_by_the_next(
    run: Run, database: Database, ann: Person, tmp_path: Path
) -> None:
    text_of = os.urandom(1500).hex()
    reviewed(
        database, ann, Encounter.of_text(f"{NOTE} {text_of}", "v-0"), result(offer(NOTE, "I10")),
        {"kind": "accept", **I10},
    )  # fmt: skip

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(database, 0, ann, progress=interrupt)
    assert not is_clean(database)
    done = run("purge", "--older-than", "0", "--yes")
    assert (done.code, done.out, done.err) == (0, "There is no note to delete.\n", "")
    assert is_clean(database)
    # The next one has nothing to do, and leaves the tables alone.
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(AuditRow))
        assert run("purge", "--older-than", "0", "--yes").out == "There is no note to delete.\n"
        assert session.scalar(select(func.count()).select_from(AuditRow)) == before


@pytest.mark.parametrize("how", ["changed", "left out", "taken off the end", "put in between"])
def test_tampering_is_found_and_the_encounter_named(
    run: Run, database: Database, ann: Person, how: str
) -> None:
    review(database, ann, "v-0")
    number = review(database, ann, "v-1")
    assert run("verify").code == 0
    with database.transaction() as session:
        # Whoever owns the tables can take off what else refuses every change.
        for trigger in ("event_no_update", "event_no_delete"):
            if database.is_sqlite:
                session.execute(text(f"DROP TRIGGER {trigger}"))
        if not database.is_sqlite:
            session.execute(text("DROP TRIGGER event_only_added ON event"))
        coding = session.scalar(select(Coding.id).where(Coding.encounter_id == number))
        second = (EventRow.coding_id == coding, EventRow.sequence == 2)
        match how:
            case "changed":
                fields = {"system": "icd10cm", "code": "R60.0", "reason": "other"}
                session.execute(update(EventRow).where(*second).values(fields=fields))
            case "left out":
                session.execute(
                    text("DELETE FROM event WHERE coding_id = :c AND sequence = 2"), {"c": coding}
                )
            case "taken off the end":
                session.execute(
                    text("DELETE FROM event WHERE coding_id = :c AND sequence = 4"), {"c": coding}
                )
            case _:
                row = session.scalar(select(EventRow).where(*second))
                assert row is not None
                values = {c.name: getattr(row, c.name) for c in EventRow.__table__.columns}
                session.add(EventRow(**{**values, "id": None, "sequence": 5}))
    done = run("verify")
    assert (done.code, done.err) == (
        1, f"Error: The decisions of 1 encounter are not as they were made: E{number}.\n",
    )  # fmt: skip


def test_keys_are_changed(run: Run, url: str, database: Database) -> None:
    old = Database(url, Sealer(read_keys(OLD)))
    ann = person(old, "ann")
    review(old, ann, "v-0")
    review(old, ann, "v-1")
    done = run("rekey", key=f"{NEW},{OLD}")
    assert (done.code, done.out) == (
        0, "Encrypted anew: 4. Encrypted with the newest key already: 0.\n",
    )  # fmt: skip
    assert run("rekey", key=NEW).out.endswith("already: 4.\n")
    assert len(list(Finished(Database(url, Sealer(read_keys(NEW)))).rows())) == 2


def test_a_wrong_key_changes_nothing_and_is_not_told(
    run: Run, url: str, database: Database, tmp_path: Path
) -> None:
    old = Database(url, Sealer(read_keys(OLD)))
    review(old, person(old, "ann"), "v-0")
    for words in (("rekey",), ("export", str(tmp_path / "a.jsonl"))):
        done = run(*words, key=NEW)
        assert done.code == 1
        assert "encrypted with a key that is not set; set SUGGESTER_KEY" in done.err
        assert NEW not in done.err
    assert not list(tmp_path.glob("*.jsonl*"))
    assert len(list(Finished(old).rows())) == 1
    done = run("rekey")
    assert done.code == 2
    assert "There is no key: set SUGGESTER_KEY" in done.err
    done = run("rekey", key="zebra")
    assert (done.code, "32 bytes" in done.err, "zebra" in done.err) == (2, True, False)


@pytest.mark.parametrize("command", [("verify",), ("purge", "--older-than", "0"), ("rekey",)])
def test_a_database_that_is_none_is_left_alone(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"this is a letter, not a database" * 40)
    done = run(*command, "--database", f"sqlite:///{path}")
    assert done.code == 1
    assert "is no SQLite database" in done.err
    assert path.read_bytes() == b"this is a letter, not a database" * 40
