from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from suggester.encounter import Document, Encounter
from suggester.review import rekeying
from suggester.review.database import Database
from suggester.review.intake import Intake
from suggester.review.people import Person
from suggester.review.rekeying import rekey
from suggester.review.reviewed import Finished
from suggester.review.sealing import Sealer, SealError, new_key, read_keys
from suggester.review.tables import DocumentRow, Reading, Words
from tests.review.finished_encounters import offer, person, result, reviewed

NOTE = "Assessment: hypertension, on lisinopril."
OLD, NEW = new_key(), new_key()


def keyed(url: str, *keys: str) -> Database:
    return Database(url, Sealer(read_keys(",".join(keys))))


def fill(database: Database, ann: Person, number: int) -> None:
    reviewed(
        database, ann, Encounter.of_text(f"{NOTE} {number}", f"v-{number}"),
        result(offer(NOTE, "I10", "hypertension")),
        {"kind": "accept", "system": "icd10cm", "code": "I10"},
        {"kind": "query", "text": f"Which type? {number}"},
    )  # fmt: skip


def sealed(database: Database) -> list[bytes]:
    with database.reading() as session:
        return [
            blob
            for column in (DocumentRow.sealed_text, Reading.sealed_result, Words.sealed)
            for blob in session.scalars(select(column).order_by(column))
            if blob is not None
        ]


@pytest.mark.parametrize("before", [(), (OLD,)], ids=["no key", "an older key"])
def test_everything_opens_with_the_newest_key_alone(
    database: Database, url: str, before: tuple[str, ...]
) -> None:
    old = keyed(url, *before)
    ann = person(old, "ann")
    for number in range(3):
        fill(old, ann, number)
    rows = list(Finished(old).rows())
    done = rekey(keyed(url, NEW, *before), ann)
    assert (done.renewed, done.already, done.wiped) == (9, 0, True)
    new = keyed(url, NEW)
    assert list(Finished(new).rows()) == rows
    with pytest.raises(SealError):
        list(Finished(old).rows())
    again = rekey(keyed(url, NEW, *before), ann)
    assert (again.renewed, again.already) == (0, 9)


def test_the_same_note_is_still_known(database: Database, url: str) -> None:
    old = keyed(url, OLD)
    ann = person(old, "ann")
    fill(old, ann, 1)
    late = Intake(old).add(Encounter.of_text(NOTE, "two"), ann).id
    Intake(old).add_document(late, Document("film", "Chest film: clear."), ann)
    rekey(keyed(url, NEW, OLD), ann)
    intake = Intake(keyed(url, NEW))
    assert intake.add(Encounter.of_text(f"{NOTE} 1", "v-1"), ann).known
    assert intake.add(Encounter.of_text(NOTE, "two"), ann).known


def test_an_interrupted_change_of_keys_goes_on_where_it_stopped(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekeying, "_BATCH", 2)
    old = keyed(url, OLD)
    ann = person(old, "ann")
    for number in range(5):
        fill(old, ann, number)

    def interrupt(done: int, total: int) -> None:
        assert total == 15
        if done >= 4:
            raise KeyboardInterrupt

    both = keyed(url, NEW, OLD)
    with pytest.raises(KeyboardInterrupt):
        rekey(both, ann, interrupt)
    newest = sum(map(both.sealer.is_newest, sealed(both)))
    assert newest == 4
    assert len(list(Finished(both).rows())) == 5
    done = rekey(both, ann)
    assert (done.renewed, done.already) == (11, 4)
    assert all(map(both.sealer.is_newest, sealed(both)))


def test_a_key_that_is_not_at_hand_stops_it_with_a_sentence(database: Database, url: str) -> None:
    old = keyed(url, OLD)
    ann = person(old, "ann")
    fill(old, ann, 1)
    before = sealed(old)
    with pytest.raises(SealError, match="key that is not set"):
        rekey(keyed(url, NEW), ann)
    assert sealed(old) == before


def test_what_was_sealed_with_the_old_key_is_gone_from_the_files(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'review.db'}"
    old = keyed(url, OLD)
    old.upgrade()
    ann = person(old, "ann")
    for number in range(20):
        fill(old, ann, number)
    pieces = [blob[20:50] for blob in sealed(old)]
    old.close()
    new = keyed(url, NEW, OLD)
    assert rekey(new, ann).wiped
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("review.db*"))
    assert not [piece for piece in pieces if piece in kept]
