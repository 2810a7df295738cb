"""The unit of coding: an encounter of one document or several."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suggester.errors import InputError

SETTINGS = ("outpatient", "inpatient", "emergency")
#: Longest encounter that is read, in characters (some 150,000 words).
MOST_CHARACTERS = 1_000_000
_JOINT = "\n\n"
_UNPAIRED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of an encounter; ``type`` is free text such as ``radiology report``."""

    id: str
    text: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where care was given, and what told so when it was not stated."""

    value: str
    inferred: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Encounter:
    """What is coded together: documents, and what is known about patient and visit.

    Attributes
    ----------
    age
        In completed years at the date of service.
    sex
        ``F`` or ``M`` as recorded for the claim.
    """

    id: str
    documents: tuple[Document, ...]
    setting: str | None = None
    age: int | None = None
    sex: str | None = None
    date_of_service: datetime.date | None = None

    @classmethod
    def of_text(cls, text: str, id: str = "note") -> Encounter:
        """Return an encounter of one note."""
        return cls(id, (Document(id, text),))

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any], fallback_id: str) -> Encounter:
        """Read an encounter from a JSON object: ``{"id", "text"}`` or ``{"id", "documents"}``.

        Raises
        ------
        InputError
            A field is missing or has a value that cannot be used; note text is never quoted.
        """
        identity = str(row.get("id", fallback_id))
        return cls(
            identity,
            _documents(row, identity),
            _choice(row, "setting", SETTINGS, identity),
            _age(row.get("age"), identity),
            _sex(row.get("sex"), identity),
            _date(row.get("date_of_service", row.get("date")), identity),
        )

    @property
    def text(self) -> str:
        """All documents joined, in order; a single document's text exactly as received."""
        return _JOINT.join(document.text for document in self.documents)

    def places(self) -> list[tuple[int, int]]:
        """Return start and end of each document within :attr:`text`."""
        out, position = [], 0
        for document in self.documents:
            out.append((position, position + len(document.text)))
            position += len(document.text) + len(_JOINT)
        return out

    def check(self) -> None:
        """Refuse what cannot be coded.

        Raises
        ------
        InputError
            The encounter is blank, longer than :data:`MOST_CHARACTERS`, or holds half a character.
        """
        if not any(document.text.strip() for document in self.documents):
            raise InputError(f"Note {self.id!r} is empty: there is nothing to code.")
        size = sum(len(document.text) for document in self.documents)
        if size > MOST_CHARACTERS:
            raise InputError(
                f"Note {self.id!r} has {size:,} characters; at most {MOST_CHARACTERS:,} are read. "
                "Split it into encounters."
            )
        if any(_UNPAIRED.search(document.text) for document in self.documents):
            raise InputError(
                f"Note {self.id!r} holds half a character (an unpaired surrogate); "
                "write it again as UTF-8."
            )

    def settled(self) -> Setting:
        """Return the stated setting, or the one its documents point to."""
        if self.setting is not None:
            return Setting(self.setting, False)
        return infer_setting(self)


_INPATIENT = re.compile(
    r"\b(?:discharge (?:diagnos[ie]s|summary|date|medications|instructions|disposition)|hospital course|admission diagnos[ie]s|"
    r"date of (?:admission|discharge)|admitted to the (?:hospital|icu|floor|service)|hospital day|post-?operative day|pod ?#?\d|"
    r"inpatient (?:stay|admission)|condition (?:on|at) discharge|reasons? for admission|"
    r"admitting diagnos[ie]s|final diagnos[ie]s|medications (?:on|at) (?:admission|discharge)|"
    r"examination on discharge|discharge (?:condition|note|plan))\b",
    re.IGNORECASE,
)
_EMERGENCY = re.compile(
    r"\b(?:emergency department|emergency room|ed course|er course|ed (?:note|provider|physician)|"
    r"(?:brought|arrived|presents|presented) (?:in )?(?:by|via) (?:ems|ambulance)|triage)\b",
    re.IGNORECASE,
)


def infer_setting(encounter: Encounter) -> Setting:
    """Infer the setting from document types, then from telling words; outpatient by default."""
    for document in encounter.documents:
        kind = document.type.lower()
        if "discharge" in kind or "inpatient" in kind:
            return Setting("inpatient", True, f"a document of type {document.type!r}")
        if "emergency" in kind or re.search(r"\bed\b", kind):
            return Setting("emergency", True, f"a document of type {document.type!r}")
    text = " ".join(encounter.text.split())  # wherever its lines end
    inpatient = {match.group().lower() for match in _INPATIENT.finditer(text)}
    if len(inpatient) >= 2 or inpatient & {
        "hospital course",
        "discharge diagnosis",
        "discharge diagnoses",
    }:
        return Setting(
            "inpatient", True, "the words " + ", ".join(repr(w) for w in sorted(inpatient)[:2])
        )
    emergency = {match.group().lower() for match in _EMERGENCY.finditer(text)}
    if (
        emergency & {"ed course", "er course", "ed note", "ed provider", "ed physician", "triage"}
        or len(emergency) >= 2
    ):
        return Setting(
            "emergency", True, "the words " + ", ".join(repr(w) for w in sorted(emergency)[:2])
        )
    return Setting(
        "outpatient", True, "nothing points to a hospital stay or an emergency department"
    )


def _documents(row: Mapping[str, Any], identity: str) -> tuple[Document, ...]:
    if "documents" in row:
        given = row["documents"]
        if not isinstance(given, list) or not given:
            raise InputError(
                f"Note {identity!r}: 'documents' must be a list of at least one document."
            )
        out = []
        for number, document in enumerate(given, 1):
            if not isinstance(document, Mapping) or not isinstance(document.get("text"), str):
                raise InputError(f"Note {identity!r}: document {number} has no 'text'.")
            out.append(
                Document(
                    str(document.get("id", number)),
                    document["text"],
                    str(document.get("type") or ""),
                )
            )
        if len({document.id for document in out}) < len(out):
            raise InputError(f"Note {identity!r}: two documents have the same 'id'.")
        return tuple(out)
    if not isinstance(row.get("text"), str):
        raise InputError(f"Note {identity!r} has no 'text' (a string).")
    return (Document(identity, row["text"], str(row.get("type") or "")),)


def _choice(
    row: Mapping[str, Any], key: str, allowed: tuple[str, ...], identity: str
) -> str | None:
    value = row.get(key)
    if value is None or value == "":
        return None
    low = str(value).strip().lower()
    if low not in allowed:
        raise InputError(f"Note {identity!r}: {key} must be one of {', '.join(allowed)}.")
    return low


def _age(value: Any, identity: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        age = int(float(value))
    except (TypeError, ValueError, OverflowError):
        age = -1
    if not 0 <= age <= 130:
        raise InputError(f"Note {identity!r}: age must be a number of years from 0 to 130.")
    return age


def _sex(value: Any, identity: str) -> str | None:
    if value is None or value == "":
        return None
    known = {"f": "F", "female": "F", "m": "M", "male": "M"}
    low = str(value).strip().lower()
    if low in {"u", "unknown", "other", "o", "x"}:
        return None
    if low not in known:
        raise InputError(f"Note {identity!r}: sex must be F, M or unknown.")
    return known[low]


def _date(value: Any, identity: str) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(
            f"Note {identity!r}: date_of_service must be a date written YYYY-MM-DD."
        ) from None
