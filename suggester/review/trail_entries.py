"""The audit trail as it is read: decisions and everything else that was done, in order of time."""

from __future__ import annotations

import csv
import datetime
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from suggester.exchange.claim_csv import safe_cell
from suggester.review.database import Database
from suggester.review.deeds import deed
from suggester.review.finished import Period
from suggester.review.people import Person
from suggester.review.tables import AuditRow, Coding, EncounterRow, EventRow
from suggester.review.timeline import summary
from suggester.review.trail import note_down

#: Columns of the trail as CSV.
COLUMNS = (
    "at", "who", "action", "what", "encounter", "encounter_name", "coding", "number", "model",
    "code_set", "evidence_shown", "seconds", "digest",
)  # fmt: skip
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done; never a word of a note, nor what a coder wrote.

    Attributes
    ----------
    action, what
        The kind of decision or deed, and the same in words.
    coding, number
        For a decision: which coding of the encounter, and which of its decisions.
    model, code_set
        What suggested, at the time of a decision.
    evidence_shown
        Codes whose evidence the coder had been shown when deciding, as system and code.
    digest
        SHA-256 that chains a decision to those before it.
    """

    at: datetime.datetime
    who: str
    action: str
    what: str
    encounter: int | None = None
    name: str = ""
    coding: str = ""
    number: int | None = None
    model: str = ""
    code_set: str = ""
    evidence_shown: tuple[tuple[str, str], ...] = ()
    seconds: float | None = None
    digest: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "at": self.at.isoformat(),
            "who": self.who,
            "action": self.action,
            "what": self.what,
            "encounter": None if self.encounter is None else f"E{self.encounter}",
            "encounter_name": self.name,
            "coding": self.coding or None,
            "number": self.number,
            "model": self.model or None,
            "code_set": self.code_set or None,
            "evidence_shown": [list(pair) for pair in self.evidence_shown],
            "seconds": self.seconds,
            "digest": self.digest or None,
        }


def entries(
    session: Session,
    period: Period = Period(),  # noqa: B008
    encounter: int | None = None,
    reader: Person | None = None,
) -> Iterator[Entry]:
    """Yield what was done in a period, the earliest first, without holding all of it at once.

    Parameters
    ----------
    encounter
        Only what was done to this one.
    reader
        Who reads it: encounters that they have yet to code blind are left out.
    """
    decided, done = _decisions(period), _deeds(period)
    if encounter is not None:
        decided = decided.where(Coding.encounter_id == encounter)
        done = done.where(AuditRow.encounter_id == encounter)
    if reader is not None:
        hidden = _blind(reader)
        decided = decided.where(Coding.encounter_id.not_in(hidden))
        done = done.where(AuditRow.encounter_id.is_(None) | AuditRow.encounter_id.not_in(hidden))
    streamed = {"yield_per": _AT_ONCE}
    yield from heapq.merge(
        map(_deed, session.execute(done, execution_options=streamed)),
        map(_decision, session.execute(decided, execution_options=streamed)),
        key=lambda entry: entry.at,
    )


def write_trail(out: TextIO, found: Iterable[Entry], headings: bool = True) -> int:
    """Write entries as CSV that a spreadsheet opens safely, and return how many there were."""
    rows = csv.writer(out, lineterminator="\r\n")
    if headings:
        rows.writerow(COLUMNS)
    written = 0
    for entry in found:
        rows.writerow([safe_cell(cell) for cell in _cells(entry)])
        written += 1
    return written


def note_export(database: Database, person: Person, period: Period) -> None:
    """Add to the trail that it was exported."""
    with database.transaction() as session:
        days = period.to_dict()
        note_down(session, person, "exported trail", since=days["since"], until=days["until"])


def _cells(entry: Entry) -> Iterator[str | int | None]:
    yield from (entry.at.isoformat(), entry.who, entry.action, entry.what)
    yield None if entry.encounter is None else f"E{entry.encounter}"
    yield from (entry.name, entry.coding, entry.number, entry.model, entry.code_set)
    yield " ".join(code for _, code in entry.evidence_shown)
    yield None if entry.seconds is None else f"{entry.seconds:.3f}"
    yield entry.digest


def _decisions(period: Period) -> Any:
    return (
        select(EventRow, Coding.encounter_id, Coding.kind.label("coding"), EncounterRow.external_id)
        .join(Coding, Coding.id == EventRow.coding_id)
        .join(EncounterRow, EncounterRow.id == Coding.encounter_id)
        .where(*period.clauses(EventRow.at))
        .order_by(EventRow.at, EventRow.id)
    )


def _deeds(period: Period) -> Any:
    return (
        select(AuditRow, EncounterRow.external_id)
        .outerjoin(EncounterRow, EncounterRow.id == AuditRow.encounter_id)
        .where(*period.clauses(AuditRow.at))
        .order_by(AuditRow.at, AuditRow.id)
    )


def _blind(reader: Person) -> Select[int]:
    return select(Coding.encounter_id).where(
        Coding.kind == "second", Coding.finished_at.is_(None), Coding.coder_id == reader.id
    )


def _decision(row: Any) -> Entry:
    event: EventRow = row[0]
    return Entry(
        event.at,
        event.who,
        event.kind,
        summary(event.kind, event.fields),
        row.encounter_id,
        row.external_id,
        row.coding,
        event.sequence,
        event.model,
        event.code_set,
        tuple((system, code) for system, code in event.shown),
        event.seconds,
        event.digest,
    )


def _deed(row: Any) -> Entry:
    done: AuditRow = row[0]
    what = deed(done.action, done.detail)
    return Entry(done.at, done.who, done.action, what, done.encounter_id, row.external_id or "")
