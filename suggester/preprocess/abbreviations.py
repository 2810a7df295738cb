"""Abbreviations a note defines for itself: ``granulomatosis with polyangiitis (GPA)``.

The long form is found as Schwartz and Hearst (2003) do it: the shortest run of words before the
parenthesis that holds the letters of the short form in order and starts with its first letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.note_text import text_of
from suggester.preprocess.terms import Term, Word

_DEFINITION = re.compile(r"\((?P<short>[A-Z][A-Za-z0-9&/-]{1,9})\)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form the note defines, with the span of its long form."""

    short: str
    start: int
    end: int


def find_definitions(text: str) -> list[Definition]:
    """Return the abbreviations that ``text`` defines in parentheses after their long form."""
    out = []
    for match in _DEFINITION.finditer(text):
        short = match["short"]
        if sum(c.isupper() for c in short) < 2:
            continue
        window_start = max(0, text.rfind("\n", 0, match.start()) + 1, match.start() - 90)
        start = _long_form(short, text[window_start : match.start()])
        if start is not None:
            out.append(Definition(short, window_start + start, match.start()))
    return out


def _long_form(short: str, before: str) -> int | None:
    letters = [c.lower() for c in short if c.isalnum()]
    position = len(before)
    for i, letter in enumerate(reversed(letters)):
        first = i == len(letters) - 1
        position -= 1
        while position >= 0 and (
            before[position].lower() != letter
            or (first and position > 0 and before[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return None
    if len(before[position:].split()) > min(len(letters) + 5, len(letters) * 2):
        return None
    return position


def expand(text: str, words: list[Word], terms: list[Term]) -> list[Term]:
    """Let later uses of a defined short form mean what its long form means.

    Terms that the short form alone had matched otherwise are dropped: the note's own definition
    wins.
    """
    definitions = find_definitions(text)
    if not definitions:
        return terms
    out = list(terms)
    for definition in definitions:
        meant = [
            t
            for t in terms
            if definition.start <= t.start and definition.end - 2 <= t.end <= definition.end
        ]
        if not meant:
            continue
        longest = max(t.end - t.start for t in meant)
        meant = [t for t in meant if t.end - t.start == longest]
        places = [i for i, word in enumerate(words) if word.text == definition.short]
        spans = {(words[i].start, words[i].end) for i in places}
        out = [t for t in out if (t.start, t.end) not in spans]
        out.extend(
            replace(
                term,
                start=words[i].start,
                end=words[i].end,
                sentence=words[i].sentence,
                first_word=i,
                last_word=i,
            )
            for i in places
            for term in meant
        )
    return out


@Language.factory(
    "suggester_abbreviations",
    requires=["doc._.words", "doc._.terms"],
    assigns=["doc._.terms"],
)
def make_abbreviations(nlp: Language, name: str) -> AbbreviationExpander:
    """Create the component that gives the note's own abbreviations their meaning."""
    return AbbreviationExpander()


class AbbreviationExpander:
    """Let the short forms a note defines stand for their long forms in ``doc._.terms``."""

    def __call__(self, doc: Doc) -> Doc:
        """Expand the abbreviations of ``doc`` and return it."""
        doc._.terms = expand(text_of(doc), doc._.words, doc._.terms)
        return doc
