"""The details of a procedure that the note tells: approach, contrast, site, views, size, minutes.

Each value carries a weight: how near to the procedure it stands. What the phrase itself says counts
most, then its sentence, its section, and the rest of the note.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

from spacy.tokens import Doc

from suggester.candidates.procedures.contrast import contrast_near
from suggester.candidates.procedures.denial import is_denied
from suggester.candidates.procedures.measures import wound_lengths
from suggester.candidates.procedures.numbers import months_in, numbers_in
from suggester.candidates.procedures.overruling import overrule
from suggester.lexicon.procedure_rows import NUMERIC, AttributeCue, ProcedurePhrase
from suggester.preprocess.modifiers import NoteFacts
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term

_PHRASE, _SENTENCE, _SHARED, _SECTION, _REPORT, _NOTE = 3.0, 2.0, 1.0, 1.0, 0.6, 0.25
#: Worth of a cue that is written for the family over one that holds for all.
_OWN = 0.2
#: Worth of the patient's age, sex and weeks of gestation, told anywhere.
_FACT = 1.5
_NUMBERS_NEAR, _NUMBERS_SECTION = 2.0, 0.8
#: Attributes whose general words ("limited", "complex") say nothing of another sentence's procedure.
_LOOSE = frozenset("extent complexity kind type with level technique".split())
#: Attributes that a procedure takes from where it is named again, and their weight there.
_SHARED_KEYS, _TAKEN = ("site", "length", "size", "behaviour"), 1.6
#: Attributes whose words keep their meaning after "no" and "without".
_TOLD_BY_DENIAL = frozenset({"contrast", "component", "preservative"})
#: Eras of codes that have ended, with the first day after each.
_ERAS = (
    ("before_2025_07", datetime.date(2025, 7, 1)),
    ("before_2026", datetime.date(2026, 1, 1)),
)
#: Sections that tell one procedure from beginning to end.
_REPORTS = frozenset({"procedure", "findings", "diagnosis", "preop_diagnosis", "body"})

Told = dict[str, dict[str | float, float]]


def eras_of(day: datetime.date | None) -> tuple[str, ...]:
    """Return the eras that a date of service falls in; codes that ended are marked with theirs."""
    if day is None:
        return ()
    return tuple(era for era, end in _ERAS if day < end) or ("now",)


class AttributeReader:
    """Read the details of the procedures of one note.

    Parameters
    ----------
    doc
        The processed note.
    cues
        Its attribute words, with what they tell.
    places
        The procedures it names: a cue between two of them belongs to the nearer.
    """

    def __init__(
        self,
        doc: Doc,
        cues: Sequence[tuple[Term, AttributeCue]],
        places: Sequence[tuple[Term, ProcedurePhrase]],
    ) -> None:
        self._text = text_of(doc)
        self._sentences: Sequence[Sentence] = doc._.procedure_sentences
        self._facts: NoteFacts = doc._.facts
        self._eras = eras_of(doc._.date_of_service)
        self._months = 0 if self._facts.age else months_in(self._text)
        self._general: list[tuple[Term, AttributeCue]] = []
        self._own: dict[str, list[tuple[Term, AttributeCue]]] = defaultdict(list)
        denied: dict[tuple[int, int], bool] = {}
        for term, cue in cues:
            place = (term.start, term.end)
            if place not in denied:
                sentence = self._sentences[term.sentence]
                denied[place] = is_denied(self._text, sentence.start, sentence.end, *place)
            if denied[place] and cue.key not in _TOLD_BY_DENIAL:
                continue
            if not cue.families:
                self._general.append((term, cue))
            for family in cue.families:
                self._own[family].append((term, cue))
        self._places: dict[int, list[tuple[Term, str]]] = defaultdict(list)
        for term, phrase in places:
            self._places[term.sentence].append((term, phrase.family))
        self._told_of: dict[str, list[tuple[Term, AttributeCue]]] = {}
        self._lengths: list[float] | None = None
        self._numbers: dict[tuple[int, int], dict[str, list[float]]] = {}

    def read(self, term: Term, phrase: ProcedurePhrase) -> Told:
        """Return attribute → value → weight for one procedure of the note."""
        told: Told = defaultdict(dict)
        for key, value in phrase.tells:
            _note(told, key, value, _PHRASE)
        sentence = self._sentences[term.sentence]
        for place, cue in self._cues_of(phrase.family):
            weight = self._weight(term, phrase.family, sentence, place)
            if weight and (weight > _SECTION or cue.families or cue.key not in _LOOSE):
                _note(told, cue.key, cue.value, weight + (_OWN if cue.families else 0.0))
        overrule(phrase.family, told)
        if "contrast" in told:
            shown = contrast_near(self._text, sentence.start, sentence.end, term.start)
            if shown is not None:
                told["contrast"] = {shown: _PHRASE}
        section = sentence.section
        for weight, start, end in (
            (_NUMBERS_NEAR, sentence.start, sentence.end),
            (_NUMBERS_SECTION, section.start, section.end),
        ):
            for key, numbers in self._numbers_in(start, end).items():
                for number in numbers:
                    told[key].setdefault(number, weight)
        facts = self._facts
        if views := self._numbers_in(sentence.start, sentence.end).get("views"):
            told["views"] = {max(views): _PHRASE}
        _whole(told)
        if "length" not in told:
            for length in self._wounds():
                told["length"][length] = _REPORT
        age = self._months / 12 if self._months else facts.age
        if age is not None:
            told["age"][float(age)] = _FACT
        if facts.weeks is not None:
            told["weeks"][float(facts.weeks)] = _FACT
        if facts.sex is not None:
            told["sex"][facts.sex] = _FACT
        for era in self._eras:
            told["era"][era] = _FACT
        return told

    def _cues_of(self, family: str) -> list[tuple[Term, AttributeCue]]:
        """Return the cues for a family without those inside a longer one of the same attribute."""
        if family not in self._told_of:
            cues = self._general + self._own.get(family, [])
            longest: dict[tuple[str, int], list[Term]] = defaultdict(list)
            for place, cue in cues:
                if place.last_word > place.first_word:
                    longest[cue.key, place.sentence].append(place)
            self._told_of[family] = [
                (place, cue)
                for place, cue in cues
                if not any(_inside(place, other) for other in longest[cue.key, place.sentence])
            ]
        return self._told_of[family]

    def _weight(self, term: Term, family: str, sentence: Sentence, cue: Term) -> float:
        if cue.sentence == term.sentence:
            return _SENTENCE if self._nearest(term, family, cue) else _SHARED
        section = self._sentences[cue.sentence].section
        if section.start == sentence.section.start:
            return _SECTION
        if section.kind in _REPORTS and sentence.section.kind in _REPORTS:
            return _REPORT
        return _NOTE

    def _nearest(self, term: Term, family: str, cue: Term) -> bool:
        """Whether no procedure of another family stands nearer to the cue."""
        mine = _distance(term, cue)
        return not any(
            other != family and _distance(place, cue) < mine
            for place, other in self._places[term.sentence]
        )

    def _numbers_in(self, start: int, end: int) -> dict[str, list[float]]:
        if (start, end) not in self._numbers:
            self._numbers[start, end] = numbers_in(self._text, start, end)
        return self._numbers[start, end]

    def _wounds(self) -> list[float]:
        """Return the lengths of the wounds that the note measures, in cm."""
        if self._lengths is None:
            self._lengths = wound_lengths(self._text)
        return self._lengths


def share(families: Sequence[str], read: Sequence[Told]) -> None:
    """Let a procedure that does not tell its site or size take those told where it is named again.

    ``read`` holds what each place tells, in the order of ``families``; it is changed in place.
    """
    strong: dict[tuple[str, str], dict[str | float, float]] = {}
    for family, told in zip(families, read, strict=True):
        for key in _SHARED_KEYS:
            near = {value for value, weight in told.get(key, {}).items() if weight >= _SENTENCE}
            strong.setdefault((family, key), {}).update(dict.fromkeys(near, _TAKEN))
    for family, told in zip(families, read, strict=True):
        for key in _SHARED_KEYS:
            taken = strong[family, key]
            if taken and max(told.get(key, {}).values(), default=0.0) < _SENTENCE:
                told[key] = dict(taken)


def _inside(place: Term, other: Term) -> bool:
    """Whether a cue is a part of another, all of whose words stand together."""
    return (
        place.words < other.words
        and other.first_word <= place.first_word
        and place.last_word <= other.last_word
        and not other.gap
    )


def _whole(told: Told) -> None:
    """Take the recording and its reading, told beside each other, for the whole service."""
    parts = {value for value, weight in told.get("component", {}).items() if weight >= _SENTENCE}
    if parts & {"tracing", "technical"} and parts & {"interpretation", "professional"}:
        told["component"] = {"global": _PHRASE}


def _distance(place: Term, cue: Term) -> float:
    """Return the words between a procedure and a cue; what follows a procedure is nearer to it."""
    if place.last_word < cue.first_word:
        return cue.first_word - place.last_word
    if cue.last_word < place.first_word:
        return place.first_word - cue.last_word + 0.5
    return 0


def _note(told: Told, key: str, value: str, weight: float) -> None:
    """Keep the greatest weight with which a value was told."""
    known = _value(key, value)
    told[key][known] = max(weight, told[key].get(known, 0.0))


def _value(key: str, value: str) -> str | float:
    if key in NUMERIC:
        try:
            return float(value)
        except ValueError:
            return value
    return value
