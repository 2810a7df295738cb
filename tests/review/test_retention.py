from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from suggester.encounter import Document, Encounter
from suggester.errors import InputError
from suggester.review.codings import Codings
from suggester.review.database import Database
from suggester.review.events import read_event
from suggester.review.intake import Intake, PurgedEncounterError, found
from suggester.review.people import Person
from suggester.review.retention import due, purge
from suggester.review.reviewed import Finished
from suggester.review.tables import (
    AuditRow,
    DocumentRow,
    EncounterRow,
    EventRow,
    Reading,
    Suggested,
    Words,
)
from suggester.review.trail import broken_chains, now
from suggester.review.worklist import Worklist
from tests.review.finished_encounters import decide, offer, person, result, reviewed

NOTE = "Assessment: hypertension, on lisinopril. Canary bird at home: " + os.urandom(600).hex()
I10 = {"system": "icd10cm", "code": "I10"}
REJECT = {"kind": "reject", "system": "icd10cm", "code": "J90", "reason": "other"}


@pytest.fixture
def ann(database: Database) -> Person:
    return person(database, "ann")


@pytest.fixture
def visit(database: Database, ann: Person) -> int:
    return reviewed(
        database, ann, Encounter.of_text(NOTE, "visit"),
        result(offer(NOTE, "I10", "hypertension"), offer(NOTE, "J90")),
        {"kind": "pend", "reason": f"asked about {NOTE[60:400]}"},
        {"kind": "resume"},
        {"kind": "accept", **I10},
        REJECT | {"note": f"not in {NOTE[60:500]}"},
    )  # fmt: skip


def blobs(database: Database) -> list[bytes]:
    """Return a middle piece of everything sealed."""
    found = []
    with database.reading() as session:
        for column in (DocumentRow.sealed_text, Reading.sealed_result, Words.sealed):
            found += [blob[20:60] for blob in session.scalars(select(column)) if blob]
    return found


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("review.db*")))


def test_a_note_is_gone_and_the_decisions_stay(database: Database, ann: Person, visit: int) -> None:
    assert purge(database, 0, ann).encounters == 1
    with database.reading() as session:
        row = found(session, visit)
        assert row.purged_at is not None
        assert session.scalars(select(DocumentRow)).all() == []
        assert session.scalars(select(Words)).all() == []
        assert [r.sealed_result for r in session.scalars(select(Reading))] == [None]
        assert len(session.scalars(select(EventRow)).all()) == 5
        assert len(session.scalars(select(Suggested)).all()) == 2
        assert broken_chains(session) == []
        told = session.scalar(select(AuditRow).where(AuditRow.action == "purged"))
        assert told is not None
        assert (told.who, told.encounter_id) == ("ann", visit)
        with pytest.raises(PurgedEncounterError, match=f"The note of E{visit} was deleted"):
            Intake(database).encounter(session, row)
    sheet = Codings(database).state(visit).sheet
    assert [line.code for line in sheet.lines] == ["I10"]
    assert [(row.code, row.reason) for row in sheet.rejected] == [("J90", "other")]


def test_a_purged_encounter_takes_nothing_more_and_is_not_handed_out(
    database: Database, ann: Person
) -> None:
    number = reviewed(
        database, ann, Encounter.of_text(NOTE, "open"), result(offer(NOTE, "I10")),
        {"kind": "accept", **I10}, {"kind": "acknowledge", "alert": "a", "word": "kept"},
        finish=False,
    )  # fmt: skip
    assert purge(database, 0, ann).encounters == 0
    assert purge(database, 0, ann, ("in_review",)).encounters == 1
    with pytest.raises(PurgedEncounterError):
        Codings(database).decide(number, 2, read_event({"kind": "finish"}), ann)
    with pytest.raises(PurgedEncounterError):
        Codings(database).take(number, ann)
    with pytest.raises(PurgedEncounterError):
        Intake(database).add_document(number, Document("late", "Gout."), ann)
    with pytest.raises(PurgedEncounterError):
        Intake(database).keep_reading(number, 1, result(), None)
    assert Worklist(database).claim_next(ann) is None
    assert Worklist(database).items() == []
    assert Worklist(database).counts()["in_review"] == 0
    assert list(Finished(database).rows()) == []


def test_the_same_note_may_come_in_again(database: Database, ann: Person, visit: int) -> None:
    purge(database, 0, ann)
    again = Intake(database).add(Encounter.of_text(NOTE, "visit"), ann)
    assert (again.known, again.id == visit) == (False, False)


def test_only_what_is_old_enough_goes(database: Database, ann: Person, visit: int) -> None:
    assert due(database, 30) == []
    with database.transaction() as session:
        long_ago = now() - datetime.timedelta(90)
        session.execute(update(EncounterRow).values(created_at=long_ago))
    # It came in long ago, but was decided on today.
    assert due(database, 30) == []
    assert due(database, 0) == [visit]
    assert due(database, 0, ("new", "pending")) == []
    with pytest.raises(InputError, match="no state 'gone'"):
        due(database, 0, ("gone",))


def test_an_encounter_taken_up_again_meanwhile_stays(
    database: Database, ann: Person, visit: int
) -> None:
    numbers: list[int] = []

    def reopen(done: int, total: int) -> None:
        numbers.append(total)
        if done == 1:
            decide(database, ann, second, {"kind": "reopen", "reason": "again"})

    second = reviewed(
        database, ann, Encounter.of_text(NOTE, "second"), result(offer(NOTE, "I10")),
        {"kind": "accept", **I10},
    )  # fmt: skip
    assert purge(database, 0, ann, progress=reopen).encounters == 1
    assert numbers == [2, 2]
    assert Codings(database).state(second).sheet.finished is False
    with database.reading() as session:
        assert found(session, second).purged_at is None


def test_nothing_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'review.db'}")
    database.upgrade()
    ann = person(database, "ann")
    for number in range(30):
        reviewed(
            database, ann, Encounter.of_text(f"{NOTE} {os.urandom(3000 * (number % 3)).hex()}", f"v-{number}"),
            result(offer(NOTE, "I10", "hypertension")),
            {"kind": "accept", **I10}, {"kind": "pend", "reason": os.urandom(300).hex()}, {"kind": "resume"},
        )  # fmt: skip
    kept = blobs(database)
    before = files(tmp_path)
    assert len(kept) == 90
    assert all(piece in before for piece in kept)
    assert (tmp_path / "review.db-wal").exists()
    done = purge(database, 0, ann)
    assert (done.encounters, done.wiped) == (30, True)
    after = files(tmp_path)
    assert not [piece for piece in kept if piece in after]
    database.close()


def test_a_reader_of_an_older_state_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'review.db'}")
    database.upgrade()
    ann = person(database, "ann")
    reviewed(
        database, ann, Encounter.of_text(NOTE, "v"), result(offer(NOTE, "I10")),
        {"kind": "accept", **I10},
    )  # fmt: skip
    other = Database(f"sqlite:///{tmp_path / 'review.db'}")
    with other.reading() as session:
        session.execute(text("SELECT count(*) FROM document")).all()
        assert not purge(database, 0, ann).wiped
    assert purge(database, 0, ann).wiped
