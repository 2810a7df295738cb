from __future__ import annotations

import datetime
import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from suggester.encounter import Document, Encounter
from suggester.errors import InputError
from suggester.review.codings import Codings, ConflictError, LockedError
from suggester.review.database import Database
from suggester.review.events import read_event
from suggester.review.intake import Intake, UnknownEncounterError, found
from suggester.review.people import Person
from suggester.review.sealing import Sealer, SealError, new_key, read_keys
from suggester.review.tables import Account, AuditRow, Coding, DocumentRow, EventRow, Reading, Words
from suggester.review.trail import broken_chains, now
from suggester.review.worklist import Worklist

NOTE = "Assessment: hypertension, controlled on lisinopril. Heart failure, no oedema today."
RESULT: dict[str, Any] = {
    "model": {"name": "default", "version": "1.0.0"},
    "code_sets": {"icd10cm": "FY2026-04"},
    "suggestions": [
        {"system": "icd10cm", "code": "I10", "rank": 1, "confidence": 0.93, "tier": "confident"},
        {"system": "icd10cm", "code": "I50.9", "rank": 2, "confidence": 0.62, "tier": "confident"},
        {"system": "icd10cm", "code": "R60.0", "rank": 3, "confidence": 0.05, "tier": "candidate"},
    ],
}
ACCEPT = read_event({"kind": "accept", "system": "icd10cm", "code": "I10"})
SECOND = read_event({"kind": "accept", "system": "icd10cm", "code": "I50.9"})


def person(database: Database, name: str, role: str = "coder") -> Person:
    with database.transaction() as session:
        account = Account(name=name, role=role, active=True, created_at=now())
        session.add(account)
        session.flush()
        return Person(name, role, account.id)


@pytest.fixture
def ann(database: Database) -> Person:
    return person(database, "ann")


@pytest.fixture
def ben(database: Database) -> Person:
    return person(database, "ben")


@pytest.fixture
def waiting(database: Database, ann: Person) -> int:
    """An encounter that was read, waiting to be reviewed."""
    intake = Intake(database)
    number = intake.add(Encounter.of_text(NOTE, "visit-1"), ann).id
    intake.keep_reading(number, 1, RESULT, 0.02)
    return number


def test_an_encounter_comes_back_as_it_came_in(database: Database, ann: Person) -> None:
    given = Encounter(
        "E-7",
        (Document("note", NOTE, "office note"), Document("x-ray", "Chest: clear. µ – 𝛼\r\n", "radiology")),
        "outpatient", 67, "F", datetime.date(2026, 3, 4),
    )  # fmt: skip
    intake = Intake(database)
    number = intake.add(given, ann).id
    with database.reading() as session:
        assert intake.encounter(session, found(session, number)) == given


def test_the_same_encounter_twice_is_one(database: Database, ann: Person) -> None:
    intake = Intake(database)
    first = intake.add(Encounter.of_text(NOTE, "visit-1"), ann)
    again = intake.add(Encounter.of_text(NOTE, "visit-1"), ann)
    other = intake.add(Encounter.of_text(NOTE + " Gout.", "visit-1"), ann)
    assert (again.id, again.known) == (first.id, True)
    assert other.id != first.id


def test_an_encounter_that_is_not_there_is_said_so(database: Database) -> None:
    with pytest.raises(UnknownEncounterError, match="no encounter E99"):
        Codings(database).state(99)


def test_a_decision_is_kept(database: Database, waiting: int, ann: Person) -> None:
    state = Codings(database).decide(waiting, 0, ACCEPT, ann, seconds=4.5)
    assert (state.version, [line.code for line in state.sheet.diagnoses]) == (1, ["I10"])
    again = Codings(Database(database.engine.url.render_as_string(False))).state(waiting)
    assert again == state


def test_a_decision_on_an_old_version_is_refused_and_changes_nothing(
    database: Database, waiting: int, ann: Person
) -> None:
    codings = Codings(database)
    after = codings.decide(waiting, 0, ACCEPT, ann)
    with pytest.raises(ConflictError) as caught:
        codings.decide(waiting, 0, SECOND, ann)
    assert caught.value.version == 1
    assert codings.state(waiting) == after


def test_a_refused_decision_changes_nothing(database: Database, waiting: int, ann: Person) -> None:
    codings = Codings(database)
    with pytest.raises(InputError, match="was not suggested"):
        codings.decide(
            waiting, 0, read_event({"kind": "accept", "system": "icd10cm", "code": "Z00.00"}), ann
        )
    assert codings.state(waiting).version == 0


def test_of_many_decisions_at_once_on_one_version_exactly_one_is_kept(
    database: Database, waiting: int, ann: Person
) -> None:
    codings, kept, refused = Codings(database), [], []
    gate = threading.Barrier(8)

    def decide(number: int) -> None:
        event = read_event(
            {"kind": "add", "system": "icd10cm", "code": f"Z00.0{number}", "origin": "typed"}
        )
        gate.wait()
        try:
            kept.append(codings.decide(waiting, 0, event, ann))
        except ConflictError as conflict:
            refused.append(conflict)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(kept), len(refused)) == (1, 7)
    assert len(codings.state(waiting).sheet.lines) == 1


def test_a_lock_keeps_others_out_until_it_runs_out(
    database: Database, waiting: int, ann: Person, ben: Person
) -> None:
    codings = Codings(database)
    codings.take(waiting, ann)
    codings.take(waiting, ann)
    with pytest.raises(LockedError, match="Another coder"):
        codings.take(waiting, ben)
    with pytest.raises(LockedError):
        codings.decide(waiting, 0, ACCEPT, ben)
    codings.release(waiting, ben)
    with pytest.raises(LockedError):
        codings.take(waiting, ben)
    with database.transaction() as session:
        session.execute(update(Coding).values(locked_until=now() - datetime.timedelta(seconds=1)))
    codings.take(waiting, ben)
    codings.release(waiting, ben)
    assert codings.state(waiting).lock is None


def test_states_follow_the_decisions(database: Database, waiting: int, ann: Person) -> None:
    codings, worklist = Codings(database), Worklist(database)

    def state_after(version: int, **row: Any) -> str:
        codings.decide(waiting, version, read_event(row), ann)
        return worklist.items()[0].state

    assert worklist.items()[0].state == "new"
    assert state_after(0, kind="accept", system="icd10cm", code="I10") == "in_review"
    assert state_after(1, kind="pend", reason="echo report missing") == "pending"
    assert state_after(2, kind="undo") == "in_review"
    assert state_after(3, kind="pend", reason="echo report missing") == "pending"
    assert state_after(4, kind="resume") == "in_review"
    assert state_after(5, kind="finish") == "coded"
    worklist.mark(waiting, "exported", ann)
    assert state_after(6, kind="reopen", reason="addendum") == "in_review"
    with pytest.raises(InputError, match="not finished"):
        worklist.mark(waiting, "audited", ann)


def test_the_next_encounter_goes_to_one_coder_only(
    database: Database, ann: Person, ben: Person
) -> None:
    intake, worklist = Intake(database), Worklist(database)
    numbers = [intake.add(Encounter.of_text(f"{NOTE} {n}", f"v{n}"), ann).id for n in range(6)]
    gate, claimed = threading.Barrier(2), []

    def claim(who: Person) -> None:
        gate.wait()
        for _ in range(3):
            claimed.append(worklist.claim_next(who))
            taken = claimed[-1]
            if taken is not None:
                Codings(database).decide(taken, 0, read_event({"kind": "finish"}), who)

    threads = [threading.Thread(target=claim, args=(who,)) for who in (ann, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filter(None, claimed)) == numbers
    assert worklist.claim_next(ann) is None
    assert worklist.counts()["coded"] == 6


def test_the_worklist_is_filtered_and_sorted(database: Database, ann: Person, ben: Person) -> None:
    intake, worklist = Intake(database), Worklist(database)
    for name, sure in (("knee", 0.9), ("chest_pain", 0.4), ("100%", 0.6)):
        number = intake.add(Encounter.of_text(NOTE, name), ann).id
        row = RESULT["suggestions"][0] | {"confidence": sure}
        intake.keep_reading(number, 1, RESULT | {"suggestions": [row]}, None)
    lead = person(database, "lead", "admin")
    worklist.assign(1, "ben", lead)

    def titles(**by: Any) -> list[str]:
        return [item.title for item in worklist.items(**by)]

    assert titles() == ["knee", "chest_pain", "100%"]
    assert titles(order="confidence") == ["chest_pain", "100%", "knee"]
    assert titles(words="CHEST") == ["chest_pain"]
    assert titles(words="%") == ["100%"]
    assert titles(words="e2") == ["chest_pain"]
    assert titles(assigned="ben") == ["knee"]
    assert titles(assigned="-") == ["chest_pain", "100%"]
    assert titles(state="coded") == []
    with pytest.raises(InputError, match="no account"):
        worklist.assign(1, "carla", lead)


def test_a_late_document_keeps_what_was_decided(
    database: Database, waiting: int, ann: Person
) -> None:
    intake, codings = Intake(database), Codings(database)
    codings.decide(waiting, 0, ACCEPT, ann)
    intake.add_document(waiting, Document("x-ray", "Chest: clear."), ann)
    later = {
        "system": "icd10cm",
        "code": "J18.9",
        "rank": 1,
        "confidence": 0.8,
        "tier": "confident",
    }
    intake.keep_reading(waiting, 2, RESULT | {"suggestions": [later]}, None)
    state = codings.state(waiting)
    assert [line.code for line in state.sheet.diagnoses] == ["I10"]
    assert {("icd10cm", "J18.9"), ("icd10cm", "I50.9")} <= state.suggested
    with pytest.raises(InputError, match="already"):
        intake.add_document(waiting, Document("x-ray", "again"), ann)


def test_what_was_shown_is_kept_with_each_decision(
    database: Database, waiting: int, ann: Person
) -> None:
    codings = Codings(database)
    codings.show(waiting, [("icd10cm", "I10"), ("icd10cm", "Z99.9")])
    codings.show(waiting, [("icd10cm", "I10")])
    codings.decide(waiting, 0, ACCEPT, ann)
    with database.reading() as session:
        row = session.scalars(select(EventRow)).one()
        assert (row.shown, row.model, row.code_set) == (
            [["icd10cm", "I10"]], "default 1.0.0", "FY2026-04",
        )  # fmt: skip


@pytest.mark.parametrize("table", ["event", "audit"])
@pytest.mark.parametrize("act", ["UPDATE {} SET who = 'eve'", "DELETE FROM {}"])
def test_the_database_itself_keeps_decisions_and_trail_from_change(
    database: Database, waiting: int, ann: Person, table: str, act: str
) -> None:
    Codings(database).decide(waiting, 0, ACCEPT, ann)
    with pytest.raises(DBAPIError, match="only ever added"), database.transaction() as session:
        session.execute(text(act.format(table)))


def test_a_changed_trail_is_found_even_when_the_database_was_made_to_allow_it(
    database: Database, waiting: int, ann: Person
) -> None:
    codings = Codings(database)
    codings.decide(waiting, 0, ACCEPT, ann)
    codings.decide(waiting, 1, SECOND, ann)
    with database.transaction() as session:
        assert broken_chains(session) == []
        for name in ("event_only_added",) if not database.is_sqlite else ("event_no_update",):
            session.execute(
                text(f"DROP TRIGGER {name}" + ("" if database.is_sqlite else " ON event"))
            )
        session.execute(text("UPDATE event SET who = 'eve' WHERE sequence = 1"))
    with database.reading() as session:
        assert broken_chains(session) == [waiting]


def test_the_words_of_a_coder_stand_apart_and_sealed(
    database: Database, waiting: int, ann: Person
) -> None:
    sealed = Database(database.engine.url.render_as_string(False), Sealer(read_keys(new_key())))
    codings = Codings(sealed)
    codings.decide(
        waiting, 0, read_event({"kind": "pend", "reason": "ask about zebra stripes"}), ann
    )
    assert codings.state(waiting).sheet.pending == "ask about zebra stripes"
    with database.reading() as session:
        assert session.scalars(select(EventRow)).one().fields == {}
        assert b"zebra" not in session.scalars(select(Words)).one().sealed


def test_notes_are_encrypted_when_a_key_is_set(database: Database, ann: Person) -> None:
    key, newer = new_key(), new_key()
    url = database.engine.url.render_as_string(False)
    locked = Database(url, Sealer(read_keys(key)))
    intake = Intake(locked)
    number = intake.add(Encounter.of_text(NOTE, "v"), ann).id
    intake.keep_reading(number, 1, RESULT, None)
    with database.reading() as session:
        kept = [session.scalars(select(DocumentRow)).one().sealed_text]
        kept.append(session.scalars(select(Reading)).one().sealed_result or b"")
        assert all(data[:1] == b"\x01" for data in kept)
        row = found(session, number)
        with pytest.raises(SealError, match="SUGGESTER_KEY"):
            Intake(database).encounter(session, row)
        rotated = Database(url, Sealer(read_keys(f"{newer},{key}")))
        assert Intake(rotated).encounter(session, row).text == NOTE


def test_the_trail_tells_who_did_what(database: Database, waiting: int, ann: Person) -> None:
    Worklist(database).assign(waiting, "ann", ann)
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [(row.who, row.action, row.encounter_id) for row in rows] == [
        ("ann", "added", waiting), ("ann", "assigned", waiting),
    ]  # fmt: skip


def test_tables_are_what_the_migrations_made(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from suggester.review.tables import Base

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_several_processes_may_bring_one_database_up_to_date(url: str) -> None:
    program = (
        "import sys\n"
        "from suggester.review.database import Database\n"
        "Database(sys.argv[1]).upgrade()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    from suggester.review.database import DatabaseError

    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version"):
        database.upgrade()
