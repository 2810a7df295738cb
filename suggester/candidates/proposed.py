"""Codes that per-code models of a corpus see in a note, each with the words that speak for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from suggester.candidates.code_models import Said, Scores, column_of, said_in
from suggester.candidates.mentions import TAUGHT, Mention, taught_at
from suggester.preprocess.assertion import FAMILY, NEGATED, PRESENT, Assertion
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import sentence_at
from suggester.preprocess.terms import Term

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Codes that the models may propose for a note, and words shown for each.
MOST_PROPOSED, MOST_WORDS = 40, 3
#: A word must add this much to a code's score to be shown as evidence.
_LEAST_PART = 0.02
#: Words that are looked at for a code, to find some that are not negated.
_LOOKED_AT = 8
_SAID = Assertion(PRESENT)


def proposed(
    doc: Doc, scores: Scores, known: Collection[str], codes: CodeSet
) -> dict[str, list[Mention]]:
    """Return the codes that rank first and are not ``known``, with the words that speak for each.

    A code for which no word stands is left out, and so is one that is not billable in the code set.
    """
    wanted = [
        code
        for code in scores.best(MOST_PROPOSED)
        if code not in known and code in codes and codes.is_billable(code)
    ]
    if not wanted:
        return {}
    places = _places(doc)
    found: dict[str, list[Mention]] = {}
    for code in wanted:
        mentions: list[Mention] = []
        for column, part in scores.words_for(code, _LOOKED_AT):
            if part < _LEAST_PART or len(mentions) == MOST_WORDS:
                break
            said = places.get(column)
            if said is not None and not any(_overlap(said, m.term) for m in mentions):
                mentions.extend(_mention(doc, said, code))
        if mentions:
            found[code] = mentions
    return found


def _places(doc: Doc) -> dict[int, Said]:
    """Return for each column the first place where its words stand and are not denied."""
    denied = [
        (term.start, term.end)
        for term, assertion in zip(doc._.terms, doc._.assertions, strict=True)
        if assertion.kind in {NEGATED, FAMILY}
    ]
    places: dict[int, Said] = {}
    for said in said_in(text_of(doc)):
        if not any(start < said.end and said.start < end for start, end in denied):
            places.setdefault(column_of(said.name), said)
    return places


def _overlap(said: Said, term: Term) -> bool:
    return said.start < term.end and term.start < said.end


def _mention(doc: Doc, said: Said, code: str) -> list[Mention]:
    number = sentence_at(doc._.sentences, said.start)
    inside = [i for i, word in enumerate(doc._.words) if said.start <= word.start < said.end]
    if number is None or not inside:
        return []
    term = Term(
        start=said.start,
        end=said.end,
        slot=-1,
        sentence=number,
        first_word=inside[0],
        last_word=inside[-1],
        coverage=0.0,
        gap=0,
        words=frozenset(doc._.words[i].normal for i in inside),
    )
    return [taught_at(code, TAUGHT, term, doc._.sentences[number], _SAID)]
