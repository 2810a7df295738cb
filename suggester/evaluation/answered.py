"""What a model suggested for one coded encounter, and what is known about it; without its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from suggester.corpus.gold import CodedEncounter, Span
from suggester.encounter import Encounter
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import counted_as, settle
from suggester.suggestions import CONFIDENT, Evidence, Suggestion

#: Age bands: first year and name.
AGE_BANDS = (
    (0, "0–1"),
    (2, "2–17"),
    (18, "18–44"),
    (45, "45–64"),
    (65, "65–79"),
    (80, "80 and over"),
)
NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True)
class Answered:
    """One coded encounter with its suggestions.

    Attributes
    ----------
    patient
        Which encounters are of one patient; the encounter's id where the corpus does not tell.
    facts
        Kind of group → the one the encounter is in: ``setting``, ``note type``, ``specialty``,
        ``age``, ``sex``.
    sections
        Suggested code → section of its first evidence; codes are named as in ``scored``.
    spans, gold_spans
        Code → places in the text of the encounter that support it, as suggested and as coded.
    """

    id: str
    patient: str
    scored: Scored
    facts: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    gold_spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


def answered(coded: CodedEncounter, suggestions: Sequence[Suggestion]) -> Answered:
    """Return the suggested diagnoses of a coded encounter beside its gold codes."""
    confidence = {row.code: row.confidence for row in suggestions}
    sure = {row.code for row in suggestions if row.tier == CONFIDENT}
    counted = counted_as(coded, list(confidence))
    evidence = {counted[row.code]: row.evidence for row in suggestions if row.code in counted}
    starts = _starts(coded.encounter)
    return Answered(
        coded.encounter.id,
        patient_of(coded),
        settle(coded, list(confidence), sure, confidence),
        facts_of(coded),
        {code: rows[0].section if rows else "" for code, rows in evidence.items()},
        {code: tuple(_places(rows, starts)) for code, rows in evidence.items()},
        coded.evidence,
    )


def patient_of(coded: CodedEncounter) -> str:
    """Return what tells the patient of an encounter: its own id where the corpus does not."""
    return f"patient {coded.patient}" if coded.patient else f"encounter {coded.encounter.id}"


def facts_of(coded: CodedEncounter) -> dict[str, str]:
    """Return the group an encounter is in, for each kind of group."""
    encounter = coded.encounter
    return {
        "setting": encounter.settled().value,
        "note type": encounter.documents[0].type.strip().lower() or NOT_TOLD,
        "specialty": coded.specialty.strip().lower() or NOT_TOLD,
        "age": NOT_TOLD if encounter.age is None else age_band(encounter.age),
        "sex": {"F": "female", "M": "male"}.get(encounter.sex or "", NOT_TOLD),
    }


def age_band(age: int) -> str:
    """Return the name of the age band of a person of so many years."""
    return next(name for first, name in reversed(AGE_BANDS) if age >= first)


def _starts(encounter: Encounter) -> dict[str | None, int]:
    """Return where each document begins in the text of the encounter."""
    places = encounter.places()
    starts: dict[str | None, int] = {None: 0}
    for document, (start, _) in zip(encounter.documents, places, strict=True):
        starts[document.id] = start
    return starts


def _places(evidence: Iterable[Evidence], starts: Mapping[str | None, int]) -> Iterable[Span]:
    for row in evidence:
        begin = starts[row.document]
        yield Span(begin + row.start, begin + row.end)
