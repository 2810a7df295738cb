"""Sentences and the codes a coder would find for them; see ``specificity_cases.json``.

A case holds when each of its codes is the best leaf of some mention (rank 0) and none of the codes
under ``not`` is. ``assertion`` says how every mention of the codes must be meant.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from suggester.encounter import Document, Encounter
from suggester.engine import LanguageSide

CASES = Path(__file__).with_name("specificity_cases.json")

#: Cases that are not solved yet, with what stands in the way.
KNOWN_FAILURES: dict[str, str] = {
    "side-35": "R22.4- is not reached from 'swelling of the lower leg'",
    "side-39": "an unspecified conjunctivitis has no leaf with a side, the side must not lead to H10.3-",
    "inj-16": "'initial encounter' does not make a compression fracture traumatic",
    "uns-29": "'uncomplicated' is taken for the default before 'unspecified'",
}


@lru_cache(maxsize=1)
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(CASES.read_text("utf-8")))


def faults(case: dict[str, Any], language: LanguageSide) -> list[str]:
    encounter = Encounter(
        case["id"],
        (Document(case["id"], case["text"]),),
        setting=case.get("setting"),
        age=case.get("age"),
        sex=case.get("sex"),
    )
    best = {
        candidate.code: candidate
        for candidate in language.read(encounter).candidates
        if any(mention.rank == 0 for mention in candidate.mentions)
    }
    out = [
        f"{code} is missing among {', '.join(best)}" for code in case["codes"] if code not in best
    ]
    out += [f"{code} must not be there" for code in case.get("not", ()) if code in best]
    for code in set(case["codes"]) & set(best) if "assertion" in case else ():
        kinds = {mention.assertion.kind for mention in best[code].mentions}
        if kinds != {case["assertion"]}:
            out.append(f"{code} is {kinds}")
    return out


def test_specificity_cases_are_well_formed(language: LanguageSide) -> None:
    ids = [case["id"] for case in cases()]
    assert len(ids) >= 150
    assert len(set(ids)) == len(ids)
    assert set(ids) >= set(KNOWN_FAILURES)
    for case in cases():
        assert set(case) <= {"id", "text", "codes", "not", "assertion", "setting", "age", "sex"}
        for code in [*case["codes"], *case.get("not", ())]:
            assert language.codes.is_billable(code), (case["id"], code)


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["id"]))
def test_specificity_of_a_sentence(case: dict[str, Any], language: LanguageSide) -> None:
    found = faults(case, language)
    if case["id"] in KNOWN_FAILURES:
        assert found, f"{case['id']} is solved; take it out of KNOWN_FAILURES"
    else:
        assert not found, f"{case['text']}: {'; '.join(found)}"
