"""Encounters that somebody reviewed, for the tests of what is made of reviews."""

from __future__ import annotations

from typing import Any

from suggester.encounter import Encounter
from suggester.review.codings import Codings, CodingState
from suggester.review.database import Database
from suggester.review.events import read_event
from suggester.review.intake import Intake
from suggester.review.people import ADMIN, Person
from suggester.review.tables import Account
from suggester.review.trail import now


def person(database: Database, name: str, role: str = ADMIN) -> Person:
    """Return an account, made now."""
    with database.transaction() as session:
        account = Account(name=name, role=role, active=True, created_at=now())
        session.add(account)
        session.flush()
        return Person(name, role, account.id)


def offer(
    note: str, code: str, words: str = "", confidence: float = 0.8, system: str = "icd10cm"
) -> dict[str, Any]:
    """Return a suggestion in JSON form, its words found in the note."""
    start = note.index(words) if words else 0
    return {
        "system": system,
        "code": code,
        "rank": 1,
        "confidence": confidence,
        "tier": "confident" if confidence >= 0.5 else "candidate",
        "evidence": [{"start": start, "end": start + len(words), "text": words}] if words else [],
    }


def result(*suggestions: dict[str, Any]) -> dict[str, Any]:
    """Return what a model suggested."""
    return {
        "model": {"name": "default", "version": "1.0.0"},
        "code_sets": {"icd10cm": "FY2026-04"},
        "suggestions": [row | {"rank": n} for n, row in enumerate(suggestions, 1)],
    }


def reviewed(
    database: Database,
    who: Person,
    encounter: Encounter,
    suggested: dict[str, Any],
    *rows: dict[str, Any],
    finish: bool = True,
) -> int:
    """Put an encounter in, decide on it, finish it, and return its number."""
    intake = Intake(database)
    number = intake.add(encounter, who).id
    intake.keep_reading(number, len(encounter.documents), suggested, None)
    decide(database, who, number, *rows, *([{"kind": "finish"}] if finish else []))
    return number


def decide(database: Database, who: Person, number: int, *rows: dict[str, Any]) -> CodingState:
    """Take decisions, one after the other."""
    codings = Codings(database)
    state = codings.state(number)
    for row in rows:
        state = codings.decide(number, state.version, read_event(row), who)
    return state
