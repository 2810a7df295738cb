"""The history of a coding: who did what when, with which model and code set."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from suggester.review.tables import Coding, EventRow
from suggester.review.timeline import summary
from suggester.web.office import Office


def told(office: Office, number: int, kind: str = "first") -> dict[str, Any]:
    """Return the decisions of a coding in words, the first first."""
    office.codings.state(number, kind)
    query = (
        select(EventRow)
        .join(Coding, Coding.id == EventRow.coding_id)
        .where(Coding.encounter_id == number, Coding.kind == kind)
        .order_by(EventRow.sequence)
    )
    with office.database.reading() as session:
        return {
            "events": [
                {
                    "at": row.at.isoformat(),
                    "who": row.who,
                    "kind": row.kind,
                    "summary": summary(row.kind, row.fields),
                    "model": row.model,
                    "code_set": row.code_set,
                }
                for row in session.scalars(query)
            ]
        }
