"""Encounters that were decided on, for the tests of what is made of decisions."""

from __future__ import annotations

from typing import Any

from suggester.encounter import Encounter
from suggester.review.codings import Codings
from suggester.review.database import Database
from suggester.review.events import Event, read_event
from suggester.review.intake import Intake
from suggester.review.people import Person
from suggester.review.tables import Account, Coding
from suggester.review.trail import now

Code = tuple[str, str]
SUGGESTED = {"I10": 0.93, "I50.9": 0.62, "E11.9": 0.55, "R60.0": 0.05}


def account(database: Database, name: str, role: str = "coder", can_sign_in: bool = True) -> Person:
    with database.transaction() as session:
        row = Account(
            name=name,
            role=role,
            active=True,
            created_at=now(),
            password="x" if can_sign_in else None,
        )
        session.add(row)
        session.flush()
        return Person(name, role, row.id)


def read(
    database: Database, number: int, suggested: dict[str, float], version: str = "1.0.0",
    unknown: float | None = None,
) -> None:  # fmt: skip
    """Keep a reading of an encounter."""
    rows = [
        {"system": "icd10cm", "code": code, "rank": rank, "confidence": confidence, "tier": "confident"}
        for rank, (code, confidence) in enumerate(suggested.items(), 1)
    ]  # fmt: skip
    result = {
        "model": {"name": "default", "version": version}, "code_sets": {"icd10cm": "FY2026-04"},
        "suggestions": rows,
    }  # fmt: skip
    Intake(database).keep_reading(number, 1, result, unknown)


def arrive(
    database: Database, person: Person, name: str = "visit", unknown: float | None = None,
    suggested: dict[str, float] | None = None,
) -> int:  # fmt: skip
    number = Intake(database).add(Encounter.of_text(f"Note of {name}.", name), person).id
    read(database, number, SUGGESTED if suggested is None else suggested, unknown=unknown)
    return number


def second_coding(database: Database, number: int, coder: Person) -> None:
    with database.transaction() as session:
        row = Coding(encounter_id=number, kind="second", coder_id=coder.id, version=0, seconds=0.0)
        session.add(row)


def decide(
    database: Database, number: int, person: Person, *rows: dict[str, Any] | Event,
    kind: str = "first", seconds: float = 5,
) -> None:  # fmt: skip
    """Take decisions one after the other."""
    codings = Codings(database)
    for row in rows:
        event = row if isinstance(row, Event) else read_event({"system": "icd10cm", **row})
        version = codings.state(number, kind).version
        codings.decide(number, version, event, person, kind=kind, seconds=seconds)


def accept(*codes: str) -> list[dict[str, Any]]:
    return [{"kind": "accept", "code": code} for code in codes]


def mend(**what: Any) -> Event:
    """A mend as the workbench keeps it: with what it did."""
    return Event("mend", {"alert": "a", "rule": "r", "mend": what})


FINISH = {"kind": "finish"}
