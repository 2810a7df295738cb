"""What a coder decided about an encounter: codes in claim order, their evidence, what is not coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggester.corpus.decisions import Decision, read_decisions
from suggester.encounter import Encounter
from suggester.errors import InputError

#: Why a condition that is named is not coded, as in the annotation guide.
REASONS = (
    "negated",
    "family",
    "uncertain",
    "hypothetical",
    "historical",
    "integral",
    "not_addressed",
    "planned",
)
#: What a note is for.
SPLITS = ("train", "dev", "test")
#: Code systems beside diagnoses and procedures; their codes are kept and nothing is learned from them.
OTHER_SYSTEMS = ("icd10pcs", "icd9cm", "icd9cm_procedures")
_READ = {
    *("id", "text", "type", "documents", "setting", "age", "sex", "date_of_service", "date"),
    *("codes", "evidence", "not_coded", "optional", "also", "split", "procedures", "decisions"),
    *("patient", "specialty", *OTHER_SYSTEMS),
}
_READ_OF_PROCEDURES = {"codes", "optional", "also", "not_performed", "visit"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the note; offsets count code points of the encounter's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NotCodedSpan:
    """A condition named but rightly not coded."""

    start: int
    end: int
    reason: str
    cue: str = ""


@dataclass(frozen=True, slots=True)
class CodedProcedures:
    """CPT and HCPCS Level II codes of what was done at an encounter.

    Attributes
    ----------
    codes
        Visits aside, most extensive first.
    optional, also
        As for diagnoses.
    not_performed
        Codes of what is named and was not done here and now.
    visit
        E/M code of the visit, empty where none is reported, or None where that was not coded;
        ``visit_also`` may stand in its place.
    rest
        What else a row tells of them, such as claim lines: read by nothing, written again.
    """

    codes: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_performed: tuple[str, ...] = ()
    visit: str | None = None
    visit_also: tuple[str, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def neutral(self) -> frozenset[str]:
        """Codes that are neither right nor wrong."""
        stand_ins = {code for codes in self.also.values() for code in codes}
        return frozenset({*self.optional, *stand_ins} - set(self.codes))

    @classmethod
    def from_mapping(cls, given: Any, identity: str) -> CodedProcedures:
        """Read the ``procedures`` of a corpus row.

        Raises
        ------
        InputError
            A field is missing or unusable.
        """
        if not isinstance(given, Mapping) or "codes" not in given:
            raise InputError(f"Note {identity!r}: 'procedures' must be an object with 'codes'.")
        visit = given.get("visit") or {}
        if not isinstance(visit, Mapping):
            raise InputError(f"Note {identity!r}: 'visit' must be an object with 'code'.")
        return cls(
            tuple(dict.fromkeys(_codes(given["codes"], "procedures", identity))),
            _codes(given.get("optional") or [], "optional", identity),
            _also(given.get("also") or {}, identity),
            _codes(given.get("not_performed") or [], "not_performed", identity),
            _code(visit.get("code") or "") if "visit" in given else None,
            _codes(visit.get("also") or [], "also", identity),
            _left(given, _READ_OF_PROCEDURES) | {"visit": _left(visit, {"code", "also"})},
        )


@dataclass(frozen=True, slots=True)
class CodedEncounter:
    """An encounter with its gold codes.

    Attributes
    ----------
    codes
        ICD-10-CM codes in claim order.
    evidence
        Code → the places that support it.
    optional
        Codes another careful coder could add: they count neither way.
    also
        Gold code → codes that may stand in its place.
    split
        One of :data:`SPLITS`, or empty.
    procedures
        What was done, or None where that was not coded.
    diagnoses_coded
        Whether diagnoses were coded; where not, ``codes`` is empty and says nothing.
    decisions
        What a coder decided about each suggestion, where the codes come from a review.
    patient
        Tells which encounters are of one patient, so that none is in two splits; never shown.
    specialty
        In plain words, such as ``cardiology``.
    other_systems
        Some of :data:`OTHER_SYSTEMS` → their codes.
    rest
        Fields of the row that nothing here reads, written again as they are.
    """

    encounter: Encounter
    codes: tuple[str, ...]
    evidence: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    not_coded: tuple[NotCodedSpan, ...] = ()
    optional: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    split: str = ""
    procedures: CodedProcedures | None = None
    diagnoses_coded: bool = True
    decisions: tuple[Decision, ...] = ()
    patient: str = ""
    specialty: str = ""
    other_systems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def note_type(self) -> str:
        """Kind of the first document, such as ``discharge summary``; empty where it is not told."""
        return self.encounter.documents[0].type

    @property
    def neutral(self) -> frozenset[str]:
        """Codes that are neither right nor wrong for this encounter."""
        stand_ins = {code for codes in self.also.values() for code in codes}
        return frozenset({*self.optional, *stand_ins} - set(self.codes))

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any], fallback_id: str) -> CodedEncounter:
        """Read a corpus row: an encounter's fields plus ``codes`` and the optional rest.

        Raises
        ------
        InputError
            A field is missing or unusable; note text is never quoted.
        """
        encounter = Encounter.from_mapping(row, fallback_id)
        done = row.get("procedures")
        others = {
            system: tuple(dict.fromkeys(_codes(row[system], system, encounter.id)))
            for system in OTHER_SYSTEMS
            if row.get(system)
        }
        diagnosed = row.get("codes") is not None or (done is None and not others)
        codes = row.get("codes") if diagnosed else []
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise InputError(f"Note {encounter.id!r} has no 'codes' (a list of codes).")
        size = len(encounter.text)
        evidence: dict[str, list[Span]] = {}
        for item in _objects(row, "evidence", encounter.id):
            if not isinstance(item.get("code"), str):
                raise InputError(f"Note {encounter.id!r} has evidence without a 'code'.")
            evidence.setdefault(_code(item["code"]), []).append(
                Span(*_bounds(item, size, encounter.id))
            )
        not_coded = tuple(
            NotCodedSpan(
                *_bounds(item, size, encounter.id),
                str(item.get("reason", "")),
                str(item.get("cue", "")),
            )
            for item in _objects(row, "not_coded", encounter.id)
        )
        return cls(
            encounter,
            tuple(dict.fromkeys(_code(code) for code in codes)),
            {code: tuple(spans) for code, spans in evidence.items()},
            not_coded,
            _codes(row.get("optional") or [], "optional", encounter.id),
            _also(row.get("also") or {}, encounter.id),
            str(row.get("split") or ""),
            None if done is None else CodedProcedures.from_mapping(done, encounter.id),
            diagnosed,
            read_decisions(row.get("decisions") or [], size, encounter.id),
            str(row.get("patient") or ""),
            str(row.get("specialty") or ""),
            others,
            _left(row, _READ),
        )


def _left(given: Mapping[str, Any], read: set[str]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in read}


def _code(value: Any) -> str:
    return str(value).strip().upper()


def _bounds(item: Mapping[str, Any], size: int, identity: str) -> tuple[int, int]:
    start, end = item.get("start"), item.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= size:
        raise InputError(f"Note {identity!r} has a span outside its text.")
    return start, end


def _objects(row: Mapping[str, Any], key: str, identity: str) -> Sequence[Mapping[str, Any]]:
    given = row.get(key) or []
    if not isinstance(given, Sequence) or not all(isinstance(item, Mapping) for item in given):
        raise InputError(f"Note {identity!r}: {key!r} must be a list of objects.")
    return given


def _codes(given: Any, key: str, identity: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        raise InputError(f"Note {identity!r}: {key!r} must hold lists of codes.")
    return tuple(_code(code) for code in given)


def _also(given: Any, identity: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise InputError(f"Note {identity!r}: 'also' must be an object: code and its stand-ins.")
    return {_code(code): _codes(codes, "also", identity) for code, codes in given.items()}
