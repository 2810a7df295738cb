"""Read the visit a note documents: its code, and the reasons for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from suggester.candidates.mentions import Candidate
from suggester.candidates.visits.data import read_data
from suggester.candidates.visits.kinds import Kind, read_kind
from suggester.candidates.visits.levels import decide, further_time, settle
from suggester.candidates.visits.patients import PatientStatus, read_patient
from suggester.candidates.visits.places import VisitNote
from suggester.candidates.visits.problems import read_problems
from suggester.candidates.visits.risk import read_risk
from suggester.candidates.visits.times import Spent, find_times
from suggester.candidates.visits.visit import Column, Element, Visit
from suggester.lexicon.visit_rows import VisitCode, load_visits

#: Kinds whose codes tell new patients from established ones.
_BY_PATIENT = frozenset({"office", "home", "preventive"})
_BY_DECISIONS = frozenset(
    "office home consultation_office consultation_inpatient hospital_initial hospital_subsequent "
    "hospital_same_day nursing_initial nursing_subsequent emergency transition".split()
)
_DISCHARGES = {
    "hospital_discharge": ("99238", "99239"),
    "nursing_discharge": ("99315", "99316"),
}
_LONG_DISCHARGE = 31
_RECORD = re.compile(
    r"\b(?:principal physician of record|attending of record|admitting physician of record|physician of record)\b",
    re.IGNORECASE,
)
_WELCOME = re.compile(r"welcome to medicare|\bippe\b|initial preventive", re.IGNORECASE)
_FIRST_WELLNESS = re.compile(r"\binitial (?:medicare )?(?:annual )?wellness|\bfirst (?:annual )?wellness|\bG0438\b", re.IGNORECASE)  # fmt: skip
_BORN_TODAY = re.compile(r"\bday of life 0|\bdol ?#?0|\bborn (?:today|this)|newborn (?:h&p|history|admission)|admission|initial|\bh&p\b", re.IGNORECASE)  # fmt: skip
_LEAVES = re.compile(r"\bdischarge", re.IGNORECASE)
_NEONATE, _SMALL_CHILD, _CHILD = 0, 2, 6
_REASONS = {
    "video": ("95", "live audio and video"),
    "audio": ("93", "audio only"),
}


def read_visit(doc: Doc, setting: str, problems_coded: Sequence[Candidate] = ()) -> Visit | None:
    """Return the visit a processed note documents, ``None`` where it documents none of its own.

    Parameters
    ----------
    doc
        The note after the pipeline.
    setting
        ``outpatient``, ``inpatient`` or ``emergency``.
    problems_coded
        ICD-10-CM candidates of the same note; those concluded on are problems addressed.

    Notes
    -----
    Levels follow the 2021 and 2023 E/M guidelines: two of problems, data and risk, or total time
    where the kind of visit allows it.
    """
    if not doc._.sentences:
        return None
    note = VisitNote.of(doc, setting)
    times = find_times(note.text)
    kind = read_kind(note, times)
    if kind is None:
        return None
    patient = read_patient(note)
    if kind.kind in _BY_DECISIONS:
        return _by_decisions(note, kind, patient, times, problems_coded)
    return _by_kind(note, kind, patient, times)


def _by_decisions(
    note: VisitNote,
    kind: Kind,
    patient: PatientStatus,
    times: Sequence[Spent],
    coded: Sequence[Candidate],
) -> Visit | None:
    columns: dict[str, Column] = {
        "problems": read_problems(note, coded),
        "data": read_data(note),
        "risk": read_risk(note, kind.kind),
    }
    if not kind.hits and not columns["problems"].elements:
        return None
    billed = _billed(kind, columns)
    status = (patient.status or "established") if billed in _BY_PATIENT else "any"
    settled = settle(billed, status, columns, times)
    elements = [e for column in columns.values() for e in column.elements]
    if settled.spent:
        place = settled.spent
        elements.append(
            Element("time", settled.level if settled.basis == "time" else "", place.meaning, place.start, place.end)
        )  # fmt: skip
    others = list(settled.others)
    if billed != kind.kind or kind.kind.startswith("consultation"):
        others += _other_payer(kind, billed, patient, columns, times)
    if kind.mode:
        rows = load_visits().of_kind(f"telehealth_{kind.mode}", status)
        others += [row.code for row in rows if row.level == settled.level]
    return Visit(
        settled.code,
        tuple(dict.fromkeys(code for code in others if code != settled.code)),
        billed,
        patient.status if status != "any" else "",
        settled.basis,
        settled.level,
        (*elements, *_proof(kind, patient if status != "any" else None)),
        settled.minutes,
        settled.missing,
        _modifiers(note, kind),
        further_time(settled.code, settled.minutes if settled.basis == "time" else None),
        bool(kind.hits) + (status == "any" or patient.certain),
    )


def _billed(kind: Kind, columns: dict[str, Column]) -> str:
    """Return the kind that is billed.

    Medicare takes no consultation codes; care after discharge asks for at least moderate decisions.
    """
    if kind.kind == "transition" and decide(columns) not in {"moderate", "high"}:
        return "office"
    if kind.medicare and kind.kind == "consultation_office":
        return "office"
    if kind.medicare and kind.kind == "consultation_inpatient":
        return "hospital_initial"
    return kind.kind


def _other_payer(
    kind: Kind,
    billed: str,
    patient: PatientStatus,
    columns: dict[str, Column],
    times: Sequence[Spent],
) -> list[str]:
    other = kind.kind
    if billed == kind.kind:
        other = "office" if kind.kind == "consultation_office" else "hospital_initial"
    status = (patient.status or "new") if other == "office" else "any"
    return [settle(other, status, columns, times).code]


def _by_kind(
    note: VisitNote, kind: Kind, patient: PatientStatus, times: Sequence[Spent]
) -> Visit | None:
    status, basis, minutes, row = "", "kind", None, None
    others: tuple[str, ...] = ()
    missing, spent = "", None
    if kind.kind == "critical_care":
        spent = max(
            (s for s in times if s.meaning == "critical_care_time"), key=lambda s: s.minutes
        )
        minutes, basis = spent.minutes, "time"
        row = _critical(note, status := "initial", note.doc._.facts.age)
        if row.code == "99291":
            status = ""
    elif kind.kind in _DISCHARGES:
        spent = _discharge_time(times)
        basis = "time" if spent else "kind"
        minutes = (spent.minutes or None) if spent else None
        short, long = _DISCHARGES[kind.kind]
        claimed = spent is not None and spent.meaning == "discharge_over_30"
        row = _coded(long if claimed or (minutes or 0) >= _LONG_DISCHARGE else short)
        if row.code == short:
            said = f"{minutes} minutes are documented" if spent else "no time is documented"
            missing = f"{long} asks for more than 30 minutes of discharge work; {said}."
    elif kind.kind == "preventive":
        status, basis = patient.status or "established", "age"
        row = _by_age(load_visits().of_kind("preventive", status), note.doc._.facts.age)
    elif kind.kind == "wellness":
        status = "welcome" if _WELCOME.search(note.text) else "subsequent"
        if status == "subsequent" and _FIRST_WELLNESS.search(note.text):
            status = "initial"
        row = load_visits().of_kind("wellness", status)[0]
    elif kind.kind == "newborn":
        status, row = _newborn(note)
    elif kind.kind == "staff_only":
        status, row = "established", _coded("99211")
    if row is None:
        return None
    elements = list(_proof(kind, patient if status in {"new", "established"} else None))
    if spent:
        elements.append(Element("time", "", spent.meaning, spent.start, spent.end))
    told = patient.certain if kind.kind == "preventive" else True
    return Visit(
        row.code,
        others,
        kind.kind,
        patient.status if kind.kind == "preventive" else status,
        basis,
        row.level,
        tuple(elements),
        minutes,
        missing,
        _modifiers(note, kind),
        further_time(row.code, minutes),
        bool(kind.hits) + told,
    )


def _coded(code: str) -> VisitCode:
    return next(row for row in load_visits().codes if row.code == code)


def _critical(note: VisitNote, status: str, age: int | None) -> VisitCode:
    """Return the code of critical care: by the day for small children in a bed, else by minutes."""
    if note.setting != "inpatient" or age is None or age >= _CHILD:
        return _coded("99291")
    kind = (
        "newborn_critical"
        if age == _NEONATE and "neonat" in note.text.lower()
        else "pediatric_critical"
    )
    rows = load_visits().of_kind(kind, status)
    return rows[0] if age < _SMALL_CHILD else rows[-1]


def _discharge_time(times: Sequence[Spent]) -> Spent | None:
    found = [s for s in times if s.meaning in {"discharge_time", "total_time", "discharge_over_30"}]
    longest = max((s for s in found if s.minutes), key=lambda s: s.minutes, default=None)
    claimed = next((s for s in found if s.meaning == "discharge_over_30"), None)
    return (
        claimed if claimed and (longest is None or longest.minutes < _LONG_DISCHARGE) else longest
    )


def _by_age(rows: Sequence[VisitCode], age: int | None) -> VisitCode | None:
    if age is None:
        return None
    return next(
        (r for r in rows if (r.age_from or 0) <= age and (r.age_to is None or age <= r.age_to)),
        None,
    )


def _newborn(note: VisitNote) -> tuple[str, VisitCode]:
    if _LEAVES.search(note.text[:200]):
        return "discharge", _coded("99238")
    status = "initial" if _BORN_TODAY.search(note.text[:300]) else "subsequent"
    return status, _coded("99460" if status == "initial" else "99462")


def _modifiers(note: VisitNote, kind: Kind) -> tuple[tuple[str, str], ...]:
    out = []
    if kind.mode:
        out.append(_REASONS[kind.mode])
    if kind.kind in {"hospital_initial", "nursing_initial"} and _RECORD.search(note.text):
        out.append(("AI", "principal physician of record"))
    return tuple(out)


def _proof(kind: Kind, patient: PatientStatus | None) -> list[Element]:
    out = [Element("kind", "", kind.kind, hit.start, hit.end) for hit in kind.hits]
    if patient is not None and patient.hit is not None:
        hit = patient.hit
        out.append(Element("patient", "", patient.status, hit.start, hit.end))
    return out
