"""Golden cases of the coding rules: codes with or without a note, and what an auditor says of them."""

from __future__ import annotations

import dataclasses
import datetime
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from suggester import Encounter, Suggester
from suggester.edits.coding import INFORMATION, Alert, Checker, CodedEncounter, Report

DATA = Path(__file__).with_name("data")
Case = dict[str, Any]


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """Return every case, single sets of codes first, then whole encounters."""
    return tuple(
        json.loads(line)
        for name in ("cases.jsonl", "encounters.jsonl")
        for line in (DATA / name).read_text("utf-8").splitlines()
    )


def checked(case: Case, shipped: Suggester, checker: Checker) -> Report:
    """Run the rules over a case, as the command line does."""
    day = datetime.date.fromisoformat(case["date"]) if case.get("date") else None
    if not case.get("note"):
        return checker.check(
            CodedEncounter(
                tuple(case["codes"]), None, case.get("age"), case.get("sex"), day, case["setting"]
            )
        )
    encounter = dataclasses.replace(
        Encounter.of_text(case["note"]),
        age=case.get("age"),
        sex=case.get("sex"),
        date_of_service=day,
        setting=case["setting"],
    )
    return shipped.check(case["codes"], encounter)


def problems(case: Case, report: Report) -> list[str]:
    """Return how a report differs from what an auditor says: alerts missing or not due, the claim."""
    raised = [alert for alert in report.alerts if alert.severity != INFORMATION]
    wanted = [alert for alert in case["alerts"] if alert["severity"] != INFORMATION]
    met: set[int] = set()
    found = []
    for alert in wanted:
        here = {i for i, one in enumerate(raised) if _is_meant(one, alert)}
        if not here:
            found.append(f"missing: {alert['rule']} {' '.join(alert['codes'])} {alert.get('fix')}")
        met |= here
    found += [
        f"not due: {alert.id} {' '.join(alert.codes)} {alert.mend.to_dict()}"
        for i, alert in enumerate(raised)
        if i not in met
    ]
    claim = case.get("claim") or case["sequence"]
    if list(report.claim) != claim:
        found.append(f"claim: {' '.join(report.claim)}, not {' '.join(claim)}")
    return found


def _is_meant(raised: Alert, wanted: dict[str, Any]) -> bool:
    fix = wanted.get("fix") or {}
    touched = {*fix.get("remove", ()), *fix.get("replace", {}), *fix.get("add", ())}
    touched |= {fix["first"]} if "first" in fix else set()
    if touched:
        return bool(touched & {*raised.mend.gone, *raised.mend.add, raised.mend.first})
    return bool(set(wanted["codes"]) & set(raised.codes)) and not raised.mend.gone
