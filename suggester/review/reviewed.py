"""Finished encounters as rows of a corpus: gold codes with their evidence, and every decision."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from suggester.errors import InputError
from suggester.lexicon.visit_rows import load_visits
from suggester.review.codings import Codings, CodingState
from suggester.review.database import Database
from suggester.review.decided import Placed, decided
from suggester.review.intake import Intake, found, last_reading
from suggester.review.settled import settled
from suggester.review.tables import Account, Coding, EncounterRow
from suggester.review.worksheet import Line

#: States of an encounter whose coding is finished.
FINISHED = ("coded", "audited", "exported")
#: Halves of the finished encounters: to learn from, and held back.
HALVES = ("train", "test")
#: One encounter in so many is held back from training, to measure models on.
HELD_BACK_ONE_IN = 5
#: Reason of a rejection → reason of the corpus for what is named and rightly not coded.
_NOT_CODED = {
    "not_current": "historical",
    "ruled_out": "uncertain",
    "integral": "integral",
    "not_addressed": "not_addressed",
}
_NOT_PERFORMED = ("not_current", "ruled_out", "not_addressed")
_DIAGNOSIS, _INPATIENT = "icd10cm", "icd10pcs"
_BATCH = 200
_MOST_ID = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which finished encounters are wanted.

    Attributes
    ----------
    since, until
        First and last day on which they were finished, in UTC.
    coder
        Name of the account that coded them.
    states
        Some of :data:`FINISHED`.
    splits
        ``train`` and ``test``: those to learn from, and those held back; both where empty.
    """

    since: datetime.date | None = None
    until: datetime.date | None = None
    coder: str | None = None
    states: tuple[str, ...] = FINISHED
    splits: Collection[str] = ()


def split_of(name: str) -> str:
    """Return ``test`` for an encounter that is held back and ``train`` for the others.

    The name under which the encounter came in decides, so that it stays what it is for good, whatever
    else comes in and in whichever database.
    """
    digest = hashlib.sha256(b"held back" + name.encode("utf-8")).digest()
    return "test" if int.from_bytes(digest[:8], "big") % HELD_BACK_ONE_IN == 0 else "train"


class Finished:
    """Tell finished encounters, one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._intake = Intake(database)
        self._codings = Codings(database)

    def count(self, chosen: Chosen = Chosen()) -> dict[str, int]:
        """Return how many encounters there are of each split, without opening one."""
        out = {"train": 0, "test": 0}
        with self._database.reading() as session:
            for _, name in session.execute(self._query(session, chosen)):
                out[split_of(name)] += 1
        return {s: n if not chosen.splits or s in chosen.splits else 0 for s, n in out.items()}

    def rows(self, chosen: Chosen = Chosen()) -> Iterator[dict[str, Any]]:
        """Yield corpus rows in the order the encounters came in, one encounter held at a time.

        Raises
        ------
        InputError
            A state, a split or an account is unknown.
        SealError
            A note cannot be opened with the keys at hand.
        """
        with self._database.reading() as session:
            query = self._query(session, chosen)
            repeated = set(
                session.scalars(
                    select(EncounterRow.external_id)
                    .group_by(EncounterRow.external_id)
                    .having(func.count() > 1)
                )
            )
        last = 0
        while True:
            with self._database.reading() as session:
                batch = session.execute(
                    query.where(EncounterRow.id > last).order_by(EncounterRow.id).limit(_BATCH)
                ).all()
            for number, name in batch:
                split = split_of(name)
                if not chosen.splits or split in chosen.splits:
                    row = self._row(number, _id(number, name, name in repeated), split)
                    if row is not None:
                        yield row
            if len(batch) < _BATCH:
                return
            last = batch[-1][0]

    def _query(self, session: Session, chosen: Chosen) -> Select[int, str]:
        unknown = sorted(set(chosen.states) - set(FINISHED))
        if unknown:
            raise InputError(f"A finished encounter is {', '.join(FINISHED[:-1])} or exported.")
        if set(chosen.splits) - set(HALVES):
            raise InputError("Finished encounters are split into train and test only.")
        query = (
            select(EncounterRow.id, EncounterRow.external_id)
            .join(Coding, Coding.encounter_id == EncounterRow.id)
            .where(
                Coding.kind == "first",
                Coding.finished_at.is_not(None),
                EncounterRow.purged_at.is_(None),
                EncounterRow.state.in_(chosen.states),
            )
        )
        if chosen.coder is not None:
            coder = session.scalar(select(Account.id).where(Account.name == chosen.coder))
            if coder is None:
                raise InputError(f"There is no account named {chosen.coder[:100]!r}.")
            query = query.where(Coding.coder_id == coder)
        if chosen.since is not None:
            query = query.where(Coding.finished_at >= _midnight(chosen.since))
        if chosen.until is not None:
            after = chosen.until + datetime.timedelta(days=1)
            query = query.where(Coding.finished_at < _midnight(after))
        return query

    def _row(self, number: int, identity: str, split: str) -> dict[str, Any] | None:
        with self._database.reading() as session:
            row = found(session, number)
            if row.purged_at is not None:  # Between the list and now.
                return None
            encounter = self._intake.encounter(session, row)
            reading = last_reading(session, number)
            sealed = reading and reading.sealed_result
            kinds = set(session.scalars(select(Coding.kind).where(Coding.encounter_id == number)))
            if settled(session, number) is None:
                kinds.discard("adjudication")
        result = self._database.sealer.open_json(sealed) if sealed else {"suggestions": []}
        states = {kind: self._codings.state(number, kind) for kind in sorted(kinds)}
        if not states["first"].sheet.finished:
            return None
        final = _settled(states)
        placed = Placed(encounter, result, final)
        out: dict[str, Any] = {"id": identity, "encounter": f"E{number}", "split": split}
        if len(encounter.documents) == 1:
            out |= {"type": encounter.documents[0].type, "text": encounter.text}
        else:
            out["documents"] = [
                {"id": d.id, "type": d.type, "text": d.text} for d in encounter.documents
            ]
        known = {
            "setting": row.setting,
            "age": row.age,
            "sex": row.sex,
            "date_of_service": row.date_of_service and row.date_of_service.isoformat(),
        }
        out |= {key: value for key, value in known.items() if value is not None}
        out |= _diagnoses(final, placed)
        out["optional"] = _optional(states)
        out |= _procedures(final, placed)
        out["decisions"] = decided(final, placed)
        return out


def _settled(states: dict[str, CodingState]) -> CodingState:
    """Return the coding that counts: what settled a difference between two, else the first."""
    return states.get("adjudication") or states["first"]


def _optional(states: dict[str, CodingState]) -> list[str]:
    """Return diagnoses that a second coder added, where nobody settled the difference."""
    second, final = states.get("second"), _settled(states)
    if second is None or not second.sheet.finished or final.kind == "adjudication":
        return []
    mine = {line.code for line in final.sheet.diagnoses}
    return [line.code for line in second.sheet.diagnoses if line.code not in mine]


def _diagnoses(state: CodingState, placed: Placed) -> dict[str, Any]:
    lines = state.sheet.diagnoses
    return {
        "codes": [line.code for line in lines],
        "evidence": _evidence(lines, placed),
        "not_coded": [
            {**place, "reason": _NOT_CODED[row.reason], "cue": ""}
            for row in state.sheet.rejected
            if row.system == _DIAGNOSIS and row.reason in _NOT_CODED
            for place in placed.offered(row.system, row.code)
        ],
    }


def _procedures(state: CodingState, placed: Placed) -> dict[str, Any]:
    """Return what was done; nothing where the coder took no decision about procedures."""
    sheet = state.sheet
    visits = {row.code for row in load_visits().codes}
    lines = [line for line in sheet.procedures if line.system != _INPATIENT]
    refused = [row for row in sheet.rejected if row.system not in (_DIAGNOSIS, _INPATIENT)]
    out: dict[str, Any] = {}
    if pcs := [line.code for line in sheet.procedures if line.system == _INPATIENT]:
        out["icd10pcs"] = pcs
    if not lines and not refused:
        return out
    done = [line for line in lines if line.code not in visits]
    visit = [line for line in lines if line.code in visits]
    procedures: dict[str, Any] = {
        "codes": list(dict.fromkeys(line.code for line in done)),
        "evidence": _evidence(done, placed),
        "lines": [placed.claim_line(line) for line in done],
        "not_performed": [
            row.code for row in refused if row.reason in _NOT_PERFORMED and row.code not in visits
        ],
    }
    if visit:
        procedures["visit"] = placed.claim_line(visit[0])
    elif any(row.code in visits for row in refused):
        procedures["visit"] = None
    return out | {"procedures": procedures}


def _evidence(lines: Collection[Line], placed: Placed) -> list[dict[str, Any]]:
    return [{"code": line.code, **place} for line in lines for place in placed.of_line(line)]


def _id(number: int, name: str, repeated: bool) -> str:
    if not repeated:
        return name
    longer = f"{name} (E{number})"
    return longer if len(longer) <= _MOST_ID else f"E{number}"


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
