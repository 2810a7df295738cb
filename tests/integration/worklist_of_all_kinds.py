"""A worklist with something of every kind: what requests made up from the interface's document meet."""

from __future__ import annotations

from typing import Any

from suggester.encounter import Encounter
from suggester.review.jobs import DONE
from suggester.review.people import Person
from suggester.review.retention import purge
from suggester.review.retraining import KIND
from suggester.review.tables import Coding
from suggester.web.office import Office

#: Name of a model that the one job made.
MODEL = "learned-2026-11-02"
_NOTES = (
    "Impression: Gout, on allopurinol. Hypertension, at goal.",
    "ASSESSMENT: Type 2 diabetes mellitus with chronic kidney disease stage 3b. Refilled metformin.",
    "ASSESSMENT: Acute on chronic systolic heart failure. Hypertension.",
    "Impression: Primary osteoarthritis of the left knee. No evidence of pneumonia.",
    "ASSESSMENT: Asthma, mild persistent. Allergic rhinitis.",
    "Impression: Hypothyroidism, continue levothyroxine.",
)
_GOUT, _PRESSURE = ("icd10cm", "M10.9"), ("icd10cm", "I10")


def fill(office: Office) -> None:
    """Add E1 finished, E2 begun, E3 to code again, E4 to settle, E5 exported, E6 purged, and job 1."""
    person = office.local_person()
    for number, text in enumerate(_NOTES, 1):
        encounter = Encounter.from_mapping({"id": f"visit {number}", "text": text, "age": 67}, "")
        office.result(office.intake.add(encounter, person).id, encounter)
    for number in (1, 3, 4, 5, 6):
        _code(office, number, person, _GOUT, _PRESSURE, finish=True)
    _code(office, 2, person, _GOUT, finish=False)
    _second(office, 3, person)
    _second(office, 4, person)
    _code(office, 4, person, _GOUT, finish=True, kind="second")
    office.worklist.mark(6, "exported", person)
    purge(office.database, 0, person, ("exported",))
    office.worklist.mark(5, "exported", person)
    _job(office, person)


def _code(
    office: Office,
    number: int,
    person: Person,
    *codes: tuple[str, str],
    finish: bool,
    kind: str = "first",
) -> None:
    rows: list[dict[str, Any]] = [
        {"kind": "add", "system": system, "code": code, "origin": "typed"} for system, code in codes
    ]
    for row in rows:
        _, state = office.decide(
            number, office.codings.state(number, kind).version, row, person, kind
        )
    encounter = office.encounter(number)[1]
    checked = office.rules(encounter, state, office.result(number, encounter))
    for key, alert in checked.alerts.items() if finish else ():
        if alert.severity == "warning":
            row = {"kind": "acknowledge", "alert": key, "word": "as documented"}
            _, state = office.decide(number, state.version, row, person, kind)
    if finish:
        office.decide(number, state.version, {"kind": "finish"}, person, kind)


def _second(office: Office, number: int, person: Person) -> None:
    with office.database.transaction() as session:
        session.add(
            Coding(encounter_id=number, kind="second", coder_id=person.id, version=0, seconds=0.0)
        )


def _job(office: Office, person: Person) -> None:
    jobs = office.retraining.jobs
    row = {
        "metric": "micro_f1", "base": 0.8, "base_bounds": [0.7, 0.9], "other": 0.82,
        "other_bounds": [0.72, 0.92], "low": 0.0, "high": 0.04,
    }  # fmt: skip
    change = {
        "code": "I10", "kind": "diagnosis", "gold": 9, "found": 2, "missed": 0, "avoided": 1, "false": 0
    }  # fmt: skip
    comparison = {
        "base": "default", "other": MODEL, "encounters": 40, "learned_from": 400, "rows": [row],
        "codes": [change], "verdict": "Not surely better.",
    }  # fmt: skip
    outcome = {"model": MODEL, "against": "default", "comparison": comparison}
    jobs.end(jobs.begin(KIND, person), DONE, outcome)
