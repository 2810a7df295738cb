"""A finished coding as what a printed claim sheet shows."""

from __future__ import annotations

from typing import Any

from suggester.exchange.claim import CodedClaim, claim_problems, diagnosis_letter


def claim_sheet(claim: CodedClaim) -> dict[str, Any]:
    """Return the parts of a claim sheet, ready to print: every value a string, a number or None.

    ``diagnoses`` carry the letters that ``pointers`` of the lines name, as on a claim form;
    ``problems`` are the sentences of :func:`suggester.exchange.claim.claim_problems`.
    """
    return {
        "encounter": claim.encounter_id,
        "type": claim.type,
        "setting": claim.setting,
        "age": claim.age,
        "sex": claim.sex,
        "date_of_service": claim.date_of_service.isoformat() if claim.date_of_service else None,
        "diagnoses": [
            {
                "position": place + 1,
                "letter": diagnosis_letter(place),
                "code": diagnosis.code,
                "description": diagnosis.description,
                "first_listed": place == 0,
            }
            for place, diagnosis in enumerate(claim.diagnoses)
        ],
        "lines": [
            {
                "position": place,
                "system": line.system,
                "code": line.code,
                "description": line.description,
                "units": line.units,
                "modifiers": list(line.modifiers),
                "pointers": "".join(claim.pointer_letters(line)),
            }
            for place, line in enumerate(claim.lines, 1)
        ],
        "model": dict(claim.model),
        "code_sets": dict(claim.code_sets),
        "coded_by": claim.coded_by,
        "coded_at": claim.coded_at.isoformat(timespec="minutes"),
        "problems": list(claim_problems(claim)),
    }
