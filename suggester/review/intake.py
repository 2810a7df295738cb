"""What comes into the worklist: encounters, their documents, and what a model suggests for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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
            The document is blank, or the encounter has one of its name.
        """
        Encounter(str(encounter_id), (document,)).check()
        with self._database.transaction() as session:
            row = found(session, encounter_id)
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
        UnknownEncounterError
            Its text was purged.
        """
        if row.purged_at is not None:
            raise UnknownEncounterError("The note of this encounter was purged.")
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
            row = found(session, encounter_id)
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


def last_reading(session: Session, encounter_id: int) -> Reading | None:
    """Return what was suggested last for an encounter."""
    return session.scalar(
        select(Reading)
        .where(Reading.encounter_id == encounter_id)
        .order_by(Reading.id.desc())
        .limit(1)
    )


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
