"""Which coding of an encounter counts: the first, or what an auditor settled after it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from suggester.review.tables import Coding, EventRow

_KIND = "adjudication"


@dataclass(frozen=True, slots=True)
class Settled:
    """Who settled what two coders differed in, and when."""

    by: str
    at: datetime.datetime


def settled_encounters(session: Session) -> set[int]:
    """Return the encounters whose differences are settled."""
    first, last = aliased(Coding), aliased(Coding)
    query = select(last.encounter_id).join(first, _stands(first, last))
    return set(session.scalars(query))


def settled(session: Session, encounter: int) -> Settled | None:
    """Return who settled an encounter; None where the first coding is what counts.

    A first coding that was reopened and finished again counts once more, until it is settled again.
    """
    first, last = aliased(Coding), aliased(Coding)
    query = (
        select(EventRow.who, last.finished_at)
        .select_from(last)
        .join(first, _stands(first, last))
        .join(EventRow, and_(EventRow.coding_id == last.id, EventRow.sequence == last.version))
        .where(last.encounter_id == encounter)
    )
    row = session.execute(query).first()
    return None if row is None or row.finished_at is None else Settled(row.who, row.finished_at)


def _stands(first: type[Coding], last: type[Coding]) -> ColumnElement[bool]:
    return and_(
        first.encounter_id == last.encounter_id,
        first.kind == "first",
        last.kind == _KIND,
        first.finished_at < last.finished_at,
    )
