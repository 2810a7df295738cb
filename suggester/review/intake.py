"""What comes into the worklist: encounters, their documents, and what a model suggests for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from suggester.encounter import Document, Encounter
from suggester.errors import InputError, SuggesterError
from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.tables import (
    Coding,
    DocumentRow,
    EncounterRow,
    Reading,
    Suggested,
)
from suggester.review.trail import note_down, now

_MOST_NAME = 200


class UnknownEncounterError(SuggesterError):
    """An encounter that is not in the database, or not for this account."""

    code = "unknown_encounter"
    exit_code = 2


class PurgedEncounterError(UnknownEncounterError):
    """An encounter whose note was deleted after its time of retention."""

    code = "purged"

    def __init__(self, encounter_id: int) -> None:
        super().__init__(
            f"The note of E{encounter_id} was deleted when its time of retention was over; what was "
            "decided about it is kept in its timeline."
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an encounter that came in.

    ``known`` tells that the same text was there already under the same name; nothing was added then.
    """

    id: int
    known: bool = False


class Intake:
    """Take encounters in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, encounter: Encounter, person: Person) -> Arrival:
        """Put an encounter into the worklist; the same one again is not put in twice.

        Raises
        ------
        InputError
            It is blank, too long, or its name or that of a document is.
        """
        encounter.check()
        _check_names(encounter)
        parts = [part for document in encounter.documents for part in (document.id, document.text)]
        digest = self._database.sealer.fingerprint(*parts)
        try:
            return self._add(encounter, digest, person)
        except IntegrityError:  # The same encounter came in twice at once.
            return self._add(encounter, digest, person)

    def _add(self, encounter: Encounter, digest: str, person: Person) -> Arrival:
        with self._database.transaction() as session:
            known = session.scalar(
                select(EncounterRow.id).where(
                    EncounterRow.external_id == encounter.id,
                    EncounterRow.digest == digest,
                )
            )
            if known is not None:
                return Arrival(known, known=True)
            moment = now()
            row = EncounterRow(
                external_id=encounter.id,
                digest=digest,
                state="new",
                age=encounter.age,
                sex=encounter.sex,
                date_of_service=encounter.date_of_service,
                setting=encounter.setting,
                created_at=moment,
                waiting_since=moment,
                documents=0,
                characters=0,
                suggestions=0,
            )
            session.add(row)
            session.flush()
            for document in encounter.documents:
                self._put(session, row, document)
            session.add(Coding(encounter_id=row.id, kind="first", version=0, seconds=0.0))
            note_down(session, person, "added", row.id, documents=len(encounter.documents))
            return Arrival(row.id)

    def add_document(self, encounter_id: int, document: Document, person: Person) -> None:
        """Put a document that arrived later to an encounter; what was decided stays.

        Raises
        ------
        UnknownEncounterError
            There is no such encounter.
        InputError
            The document is blank, or its name cannot be used or is that of another one.
        """
        late = Encounter(str(encounter_id), (document,))
        late.check()
        _check_names(late)
        with self._database.transaction() as session:
            row = unpurged(session, encounter_id)
            if row.state in ("coded", "audited", "exported"):
                raise InputError("The encounter is finished; reopen it before a document is added.")
            taken = session.scalar(
                select(func.count())
                .select_from(DocumentRow)
                .where(DocumentRow.encounter_id == row.id, DocumentRow.name == document.id)
            )
            if taken:
                raise InputError(f"The encounter has a document named {document.id!r} already.")
            self._put(session, row, document)
            note_down(session, person, "document added", row.id, documents=row.documents)

    def encounter(self, session: Session, row: EncounterRow) -> Encounter:
        """Return an encounter with its documents opened.

        Raises
        ------
        PurgedEncounterError
            Its text was purged.
        """
        if row.purged_at is not None:
            raise PurgedEncounterError(row.id)
        documents = session.scalars(
            select(DocumentRow)
            .where(DocumentRow.encounter_id == row.id)
            .order_by(DocumentRow.position)
        )
        opened = tuple(
            Document(kept.name, self._database.sealer.open(kept.sealed_text), kept.type)
            for kept in documents
        )
        return Encounter(
            row.external_id, opened, row.setting, row.age, row.sex, row.date_of_service
        )

    def keep_reading(
        self, encounter_id: int, documents: int, result: dict[str, Any], unknown_share: float | None
    ) -> int:
        """Keep what a model suggested for the first ``documents`` documents, and return its id."""
        suggestions = result["suggestions"]
        with self._database.transaction() as session:
            row = unpurged(session, encounter_id)
            reading = Reading(
                encounter_id=row.id,
                made_at=now(),
                model=result["model"]["name"],
                model_version=result["model"]["version"],
                code_sets=result["code_sets"],
                documents=documents,
                sealed_result=self._database.sealer.seal_json(result),
            )
            session.add(reading)
            session.flush()
            session.add_all(_suggested(reading.id, suggestions))
            confident = [s["confidence"] for s in suggestions if s["tier"] == "confident"]
            row.suggestions = len(suggestions)
            row.least_confidence = min(confident, default=0.0)
            row.unknown_share = unknown_share
            return reading.id

    def _put(self, session: Session, row: EncounterRow, document: Document) -> None:
        session.add(
            DocumentRow(
                encounter_id=row.id,
                name=document.id,
                type=document.type,
                position=row.documents,
                sealed_text=self._database.sealer.seal(document.text),
                arrived_at=now(),
            )
        )
        row.documents += 1
        row.characters += len(document.text)


def found(session: Session, encounter_id: int) -> EncounterRow:
    """Return the row of an encounter.

    Raises
    ------
    UnknownEncounterError
        There is none.
    """
    row = session.get(EncounterRow, encounter_id)
    if row is None:
        raise UnknownEncounterError(f"There is no encounter E{encounter_id}.")
    return row


def unpurged(session: Session, encounter_id: int) -> EncounterRow:
    """Return the row of an encounter whose note is still there.

    Raises
    ------
    UnknownEncounterError
        There is none, or its note was purged.
    """
    row = found(session, encounter_id)
    if row.purged_at is not None:
        raise PurgedEncounterError(row.id)
    return row


def last_reading(session: Session, encounter_id: int) -> Reading | None:
    """Return what was suggested last for an encounter; its result is opened by who asks for it."""
    return session.scalar(
        select(Reading)
        .options(defer(Reading.sealed_result))
        .where(Reading.encounter_id == encounter_id)
        .order_by(Reading.id.desc())
        .limit(1)
    )


def last_kept(session: Session, encounter_id: int, documents: int) -> int | None:
    """Return the id of the last reading, where its result is kept and covers that many documents."""
    row = session.execute(
        select(Reading.id, Reading.documents, Reading.sealed_result.is_not(None))
        .where(Reading.encounter_id == encounter_id)
        .order_by(Reading.id.desc())
        .limit(1)
    ).first()
    if row is None or not row[2] or row[1] != documents:
        return None
    return int(row[0])


def _suggested(reading_id: int, suggestions: Sequence[dict[str, Any]]) -> list[Suggested]:
    rows: dict[tuple[str, str], Suggested] = {}
    for row in suggestions:
        rows.setdefault(
            (row["system"], row["code"]),
            Suggested(
                reading_id=reading_id,
                system=row["system"],
                code=row["code"],
                rank=row["rank"],
                confidence=row["confidence"],
                tier=row["tier"],
            ),
        )
    return list(rows.values())


def _check_names(encounter: Encounter) -> None:
    for name in (encounter.id, *(document.id for document in encounter.documents)):
        if not name or len(name) > _MOST_NAME or not name.isprintable():
            raise InputError(
                f"The id of an encounter or document has 1 to {_MOST_NAME} printable characters."
            )
    if any(len(document.type) > _MOST_NAME for document in encounter.documents):
        raise InputError(f"The type of a document has at most {_MOST_NAME} characters.")
