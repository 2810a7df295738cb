"""What C-CDA and FHIR say of patient and visit, in the words of an :class:`Encounter`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection

#: HL7 ActCode of an encounter → setting. Observation and virtual visits are billed as outpatient.
SETTING_OF_CLASS = {
    "AMB": "outpatient",
    "OBSENC": "outpatient",
    "VR": "outpatient",
    "EMER": "emergency",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
}
#: LOINC code of a document → its kind in plain words.
DOCUMENT_KINDS = {
    "11488-4": "consultation note",
    "11502-2": "laboratory report",
    "11504-8": "operative note",
    "11506-3": "progress note",
    "11526-1": "pathology report",
    "18726-0": "radiology report",
    "18748-4": "radiology report",
    "18761-7": "transfer summary",
    "18842-5": "discharge summary",
    "28570-0": "procedure note",
    "34109-9": "note",
    "34111-5": "emergency department note",
    "34117-2": "history and physical",
    "34133-9": "continuity of care document",
    "34746-8": "nursing note",
    "57133-1": "referral note",
    "68604-8": "radiology report",
}
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_SEXES = {"m": "M", "male": "M", "f": "F", "female": "F"}
_ID = re.compile(r"[A-Za-z0-9\-._:]{1,64}")
#: Shortest part of an identifier that a document id may not repeat.
_SHORTEST = 4


def date_of(value: object) -> datetime.date | None:
    """Return the day of an HL7 (``20260304…``) or FHIR (``2026-03-04…``) time, None if not to the day."""
    match = _DATE.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError:
        return None


def age_on(birth: datetime.date | None, day: datetime.date | None) -> int | None:
    """Return the completed years from birth to a day, None where they are not known or not possible."""
    if birth is None or day is None:
        return None
    years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return years if 0 <= years <= 130 else None


def sex_of(value: object) -> str | None:
    """Return ``F`` or ``M`` for an administrative gender, None for any other."""
    return _SEXES.get(value.strip().lower()) if isinstance(value, str) else None


def service_day(
    setting: str | None, start: datetime.date | None, end: datetime.date | None
) -> datetime.date | None:
    """Return the day whose codes are in force: of discharge for a hospital stay, else of the visit.

    ICD-10-CM releases are "for discharges and encounters" from their first day on.
    """
    if setting == "inpatient" and end is not None:
        return end
    return start or end


def safe_id(given: object, private: Collection[str], fallback: str) -> str:
    """Return an id as it was given, or ``fallback`` where it is no id or repeats what is private.

    ``private`` are the patient's names and identifiers.
    """
    if not isinstance(given, str) or not _ID.fullmatch(given):
        return fallback
    low = given.lower()
    if any(len(part) >= _SHORTEST and part.lower() in low for part in private):
        return fallback
    return given
