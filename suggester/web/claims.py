"""A finished worksheet as a claim: what was assigned, by whom, with which model and code sets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from suggester.errors import InputError
from suggester.exchange.claim import ClaimDiagnosis, ClaimLine, CodedClaim
from suggester.review.people import Person
from suggester.review.settled import settled
from suggester.review.tables import Account, Coding
from suggester.web.office import Office
from suggester.web.view import encounter_view, name_of


def coded_claim(office: Office, number: int, person: Person) -> CodedClaim:
    """Return the finished coding of an encounter as it goes on a claim.

    Raises
    ------
    UnknownEncounterError
        There is no such encounter.
    InputError
        It is not finished.
    """
    view = encounter_view(office, number, person)
    if not view["worksheet"]["finished"]:
        raise InputError(f"Encounter {name_of(number)} is not finished.")
    return claim_of_view(office, number, view)


def claim_of_view(office: Office, number: int, view: dict[str, Any]) -> CodedClaim:
    """Return what an encounter's view has assigned as a claim, finished or still a draft."""
    row, _ = office.encounter(number)
    with office.database.reading() as session:
        coder, finished = session.execute(
            select(Account.name, Coding.finished_at)
            .select_from(Coding)
            .outerjoin(Account, Account.id == Coding.coder_id)
            .where(Coding.encounter_id == number, Coding.kind == "first")
        ).one()
        if (last := settled(session, number)) is not None:
            coder, finished = last.by, last.at
    lines = view["worksheet"]["lines"]
    return CodedClaim(
        encounter_id=view["title"] or view["id"],
        diagnoses=tuple(
            ClaimDiagnosis(line["code"], line["description"])
            for line in lines
            if line["system"] == "icd10cm"
        ),
        lines=tuple(_line(line) for line in lines if line["system"] != "icd10cm"),
        coded_by=coder or "",
        coded_at=finished or row.waiting_since,
        age=row.age,
        sex=row.sex,
        date_of_service=row.date_of_service,
        setting=view["setting"]["value"],
        model=view["result"]["model"],
        code_sets=view["result"]["code_sets"],
    )


def _line(line: dict[str, Any]) -> ClaimLine:
    return ClaimLine(
        line["system"],
        line["code"],
        line["description"],
        line["units"],
        tuple(line["modifiers"]),
        tuple(line["pointers"]),
    )
