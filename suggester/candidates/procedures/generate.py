"""Turn the procedures a note names into candidate codes with their mentions."""

from __future__ import annotations

import re
from collections import defaultdict

from spacy.tokens import Doc

from suggester.candidates.procedures.attributes import AttributeReader, Told, share
from suggester.candidates.procedures.choice import choose
from suggester.candidates.procedures.consequences import settle
from suggester.candidates.procedures.denial import is_denied
from suggester.candidates.procedures.literal import says
from suggester.candidates.procedures.mention import ProcedureCandidate, ProcedureMention
from suggester.candidates.procedures.status import StatusReader
from suggester.candidates.senses import stands
from suggester.lexicon.procedure_rows import (
    AttributeCue,
    ProcedureLexicon,
    ProcedurePhrase,
)
from suggester.preprocess.assertion import HISTORICAL, PRESENT, judge_term
from suggester.preprocess.note_text import text_of
from suggester.preprocess.procedure_terms import ProcedureTerm
from suggester.preprocess.scope import Assertion, SentenceCues
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term

__all__ = ["ProcedureCandidate", "ProcedureGenerator", "ProcedureMention"]

#: What makes a condition history makes a procedure done: "cyst removed".
_DOING = re.compile(
    r"(?:was |were |been )?(?:removed|excised|resected|aspirated|drained|repaired|treated|released|extracted)[.,;]?",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b", re.IGNORECASE)
_NEXT = re.compile(r"\s+of\b", re.IGNORECASE)
#: What is not there; "no" may itself be what is needed.
_NO_SUCH = re.compile(r"\b(?:no|without|w/o|not)\s+(?:further|cold|any|random|other)?\s*[\w-]+")
#: What another does with the specimen hides nothing of how it was taken: "skin biopsy with pathology".
_OF_OTHERS = frozenset({"surgical_pathology"})
#: Codes of a family that are candidates beside the best one, and how far behind it they may be.
_MOST_OPTIONS, _FURTHEST = 3, 1.5
#: Families of which several codes are reported together, each for a technique that was told: more
#: of them are candidates, from further behind.
_TOGETHER = frozenset(
    "colonoscopy colonoscopy_stoma egd sigmoidoscopy bronchoscopy ercp esophagoscopy cystoscopy "
    "ureteroscopy shoulder_arthroscopy_surgical skin_biopsy hysteroscopy".split()
)
_MOST_TOGETHER, _FURTHEST_TOGETHER = 5, 3.5
#: Words inside a longer phrase that may be foreign to it and still leave a shorter one covered.
_MOST_GAP = 1


class ProcedureGenerator:
    """Generate procedure candidates from one lexicon."""

    def __init__(self, lexicon: ProcedureLexicon) -> None:
        self._lexicon = lexicon
        # A code of several families follows as its first.
        self._codes = {entry.code: entry for entry in reversed(lexicon.codes)}

    def generate(self, doc: Doc) -> list[ProcedureCandidate]:
        """Return the candidates of a processed note, by code."""
        places, cues = self._sort(doc)
        reader = AttributeReader(doc, cues, places)
        statuses = StatusReader(text_of(doc), doc._.procedure_sentences)
        found: dict[str, ProcedureCandidate] = {}
        families: dict[str, set[str]] = defaultdict(set)
        told: dict[str, Told] = {}
        scores: dict[str, float] = {}
        read = [reader.read(term, phrase) for term, phrase in places]
        share([phrase.family for _, phrase in places], read)
        for (term, phrase), details in zip(places, read, strict=True):
            options = choose(self._lexicon.families[phrase.family], details)
            sentence = doc._.procedure_sentences[term.sentence]
            assertion = _judge(doc, sentence, term)
            status = statuses.read(term.sentence, term.start, term.end)
            together = phrase.family in _TOGETHER
            most = _MOST_TOGETHER if together else _MOST_OPTIONS
            for rank, option in enumerate(options[:most]):
                told_of = together and option.agreed and not option.untold and not option.against
                if option.score < options[0].score - (_FURTHEST_TOGETHER if told_of else _FURTHEST):
                    continue
                code = option.code
                candidate = found.setdefault(code.code, ProcedureCandidate(code))
                candidate.mentions.append(
                    ProcedureMention(term, sentence, assertion, status, option, rank)
                )
                families[phrase.family].add(code.code)
                if option.score > scores.get(code.code, float("-inf")):
                    scores[code.code], told[code.code] = option.score, details
        settle(text_of(doc), found, told, self._codes)
        for members in ({*names} & found.keys() for names in families.values()):
            best = {name: max(m.option.score for m in found[name].mentions) for name in members}
            for name in members:
                others = [score for other, score in best.items() if other != name]
                found[name].rivals = max(found[name].rivals, len(others))
                if others:
                    found[name].rival = max(found[name].rival, *others)
        return [found[name] for name in sorted(found)]

    def _sort(
        self, doc: Doc
    ) -> tuple[list[tuple[Term, ProcedurePhrase]], list[tuple[Term, AttributeCue]]]:
        """Part the terms into procedures, as their context admits them, and attribute words."""
        text = text_of(doc)
        phrases, cues = self._lexicon.phrases, self._lexicon.cues
        places: list[tuple[Term, ProcedurePhrase]] = []
        details: list[tuple[Term, AttributeCue]] = []
        low: dict[int, str] = {}
        seen: set[tuple[object, ...]] = set()
        found: list[ProcedureTerm] = doc._.procedure_terms
        described: list[tuple[Term, ProcedurePhrase]] = []
        for term, row in found:
            if row >= len(phrases) + len(cues):
                described.append(
                    (term, self._lexicon.described[row - len(phrases) - len(cues)].phrase)
                )
                continue
            if row >= len(phrases):
                cue = cues[row - len(phrases)]
                if says(text, term.start, term.end, cue.cue, cue.key):
                    details.append((term, cue))
                continue
            phrase = phrases[row]
            if _runs_on(text, term) or not says(text, term.start, term.end, phrase.phrase):
                continue
            if phrase.needs or phrase.forbids:
                if term.sentence not in low:
                    sentence = doc._.procedure_sentences[term.sentence]
                    low[term.sentence] = (
                        f"{sentence.section.heading} {text[sentence.start : sentence.end]}".lower()
                    )
                said = low[term.sentence]
                if phrase.needs and not _has_one(phrase.needs, said):
                    continue
                if any(stands(word, said) for word in phrase.forbids):
                    continue
            if (place := (term.start, term.end, phrase.family, phrase.tells)) not in seen:
                seen.add(place)
                places.append((term, phrase))
        by_sentence: dict[int, list[Term]] = defaultdict(list)
        for term, phrase in places:
            if phrase.family not in _OF_OTHERS and not _is_denied(doc, term):
                by_sentence[term.sentence].append(term)
        kept = [
            (term, phrase)
            for term, phrase in places
            if not any(_covers(other, term) for other in by_sentence[term.sentence])
        ]
        return _undenied(doc, kept + described), details


def _has_one(needs: tuple[str, ...], said: str) -> bool:
    """Whether one of the words stands in a sentence, not denied: "no biopsies"."""
    told = _NO_SUCH.sub(" ", said)
    return any(stands(word, said if _NO_SUCH.match(word + " x") else told) for word in needs)


def _runs_on(text: str, term: Term) -> bool:
    """Whether a term takes the first word of the next of two: "film of the abdomen and ultrasound of …"."""
    return (
        _NEXT.match(text, term.end) is not None
        and _AND.search(text, term.start, term.end) is not None
    )


def _undenied(
    doc: Doc, places: list[tuple[Term, ProcedurePhrase]]
) -> list[tuple[Term, ProcedurePhrase]]:
    """Leave out the denied names of a family that is named without denial: "without left heart cath"."""
    denied = [_is_denied(doc, term) for term, _ in places]
    told = {phrase.family for (_, phrase), no in zip(places, denied, strict=True) if not no}
    return [
        place
        for place, no in zip(places, denied, strict=True)
        if not no or place[1].family not in told
    ]


def _is_denied(doc: Doc, term: Term) -> bool:
    sentence: Sentence = doc._.procedure_sentences[term.sentence]
    return is_denied(text_of(doc), sentence.start, sentence.end, term.start, term.end)


def _covers(longer: Term, term: Term) -> bool:
    return (
        term.words < longer.words
        and longer.first_word <= term.first_word
        and term.last_word <= longer.last_word
        and longer.gap <= _MOST_GAP
    )


def _judge(doc: Doc, sentence: Sentence, term: Term) -> Assertion:
    cues = SentenceCues(text_of(doc), sentence.start, sentence.end)
    judged = judge_term(text_of(doc), sentence.section, cues, term.start, term.end)
    if judged.kind == HISTORICAL and _DOING.fullmatch(judged.cue):
        return Assertion(PRESENT)
    return judged
