"""Seal everything in the database anew with the newest key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.tables import Base, DocumentRow, EncounterRow
from suggester.review.trail import note_down
from suggester.review.wiping import SEALED, SEALED_ANEW, wipe

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How much was sealed anew, how much was so already, and whether the file was cleaned at once."""

    renewed: int
    already: int
    wiped: bool


def rekey(
    database: Database,
    person: Person,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rekeyed:
    """Seal with the newest key all that was sealed with an older one, or with none.

    It goes on batch by batch, each kept as soon as it is done: after an interruption the next call
    passes over what has the newest key already. The service may run meanwhile, if it knows the keys.

    Raises
    ------
    SealError
        Something was sealed with a key that is not at hand; what came before it was sealed anew.
    """
    tables = [Base.metadata.tables[name] for name in SEALED]
    with database.reading() as session:
        total = sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)
    renewed = already = 0
    for table in tables:
        last = -1
        while True:
            seen, changed, end = _batch(database, table, last)
            renewed, already = renewed + changed, already + seen - changed
            progress(renewed + already, total)
            if seen < _BATCH:
                break
            last = end
    _renew_fingerprints(database)
    with database.transaction() as session:
        note_down(session, person, SEALED_ANEW, rows=renewed)
    # Also where nothing was left to seal: the last call may have been interrupted just before.
    return Rekeyed(renewed, already, wipe(database, person))


def _batch(database: Database, table: Table, last: int) -> tuple[int, int, int]:
    """Seal the next rows of a table anew; return how many there were, were changed, and the last."""
    [key] = table.primary_key.columns
    columns = [table.c[name] for name in SEALED[table.name]]
    sealer, changed = database.sealer, 0
    with database.transaction() as session:
        query = select(key, *columns).where(key > last).order_by(key).limit(_BATCH)
        rows = session.execute(query.with_for_update()).all()
        for number, *sealed in rows:
            new = {
                column.name: sealer.seal(sealer.open(value))
                for column, value in zip(columns, sealed, strict=True)
                if value is not None and not sealer.is_newest(value)
            }
            if new:
                session.execute(update(table).where(key == number).values(new))
                changed += 1
    return len(rows), changed, rows[-1][0] if rows else last


def _renew_fingerprints(database: Database) -> None:
    """Let notes that came in under an older key be known again when they come in once more."""
    last = 0
    while True:
        with database.transaction() as session:
            query = select(EncounterRow).where(
                EncounterRow.id > last, EncounterRow.purged_at.is_(None)
            )
            rows = session.scalars(query.order_by(EncounterRow.id).limit(_BATCH)).all()
            for row in rows:
                documents = session.scalars(
                    select(DocumentRow)
                    .where(DocumentRow.encounter_id == row.id)
                    .order_by(DocumentRow.position)
                ).all()
                renewed = _renewed(database, row.digest, documents)
                if renewed != row.digest and not _is_taken(session, row.external_id, renewed):
                    row.digest = renewed
        if len(rows) < _BATCH:
            return
        last = rows[-1].id


def _is_taken(session: Session, name: str, digest: str) -> bool:
    # The same note may have come in once more under the new key.
    same = select(EncounterRow.id).where(
        EncounterRow.external_id == name, EncounterRow.digest == digest
    )
    return session.scalar(same) is not None


def _renewed(database: Database, digest: str, documents: Sequence[DocumentRow]) -> str:
    # The fingerprint is that of the documents the encounter came in with: the first so many.
    parts: list[str] = []
    for document in documents:
        parts += [document.name, database.sealer.open(document.sealed_text)]
        if digest in database.sealer.old_fingerprints(*parts):
            return database.sealer.fingerprint(*parts)
    return digest
