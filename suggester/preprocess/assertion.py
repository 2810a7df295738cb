"""Assertion: is a term present, negated, uncertain, hypothetical, historical, or a relative's?"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.cues import FAMILY, HISTORICAL, HYPOTHETICAL, NEGATED, UNCERTAIN
from suggester.preprocess.note_text import text_of
from suggester.preprocess.scope import PRESENT, Assertion, SentenceCues
from suggester.preprocess.sections import Section
from suggester.preprocess.signs import box_place, checkbox, line_start, minus_before

__all__ = [
    "FAMILY",
    "HISTORICAL",
    "HYPOTHETICAL",
    "NEGATED",
    "PRESENT",
    "UNCERTAIN",
    "Assertion",
    "AssertionJudge",
    "SentenceCues",
    "judge_term",
]

_REACTION = re.compile(
    r"(?:[-–:(=,]|\bcaus(?:es|ed|ing)|\breactions?|\bdevelop(?:s|ed)|\bgets|\bgives (?:him|her))[^.;\n]*$",
    re.IGNORECASE,
)


#: Headings of what is only thought of; what stands under them ends at a blank line.
_THOUGHT_OF = re.compile(r"differential|\bddx\b|provisional|tentative|rule.?out", re.IGNORECASE)


def judge_term(text: str, section: Section, cues: SentenceCues, start: int, end: int) -> Assertion:
    """Return how a term is meant, from its check-box or sign, the cues around it and its section."""
    ticked = checkbox(text, start, end)
    if ticked is not None:
        if ticked:
            return Assertion(PRESENT)
        begin, stop = box_place(text, start, end)
        return Assertion(NEGATED, text[begin:stop].strip(), begin, stop)
    minus = minus_before(text, section, start)
    if minus is not None:
        return Assertion(NEGATED, text[minus], minus, minus + 1)
    found = cues.judge(start, end)
    if section.kind == "family_history" and found.kind not in {NEGATED, FAMILY}:
        return _by_heading(FAMILY, section)
    if (
        section.kind == "preop_diagnosis"
        and found.kind == PRESENT
        and _THOUGHT_OF.search(section.heading)
        and text.find("\n\n", section.body_start, start) < 0
    ):
        return _by_heading(UNCERTAIN, section, 3)
    if (
        section.kind == "allergies"
        and found.kind == PRESENT
        and _is_reaction(text, section, start, end)
    ):
        return _by_heading(HISTORICAL, section)
    return found


def _by_heading(kind: str, section: Section, grade: int = 0) -> Assertion:
    end = section.start + len(section.heading)
    return Assertion(kind, section.heading, section.start, end, grade)


def _is_reaction(text: str, section: Section, start: int, end: int) -> bool:
    """Whether a term among the allergies names what a drug once did, not the allergy."""
    line = max(section.body_start, line_start(text, start))
    if re.search(r"allerg|intoleran", text[start:end], re.IGNORECASE):
        return False
    return _REACTION.search(text, line, start) is not None


for _name, _default in (("assertions", ()), ("cues", None)):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory(
    "suggester_assertion",
    requires=["doc._.sentences", "doc._.terms"],
    assigns=["doc._.assertions", "doc._.cues"],
)
def make_assertion(nlp: Language, name: str) -> AssertionJudge:
    """Create the component that fills ``doc._.assertions``, one for each term."""
    return AssertionJudge()


class AssertionJudge:
    """Judge how each term is meant."""

    def __call__(self, doc: Doc) -> Doc:
        """Judge the terms of ``doc`` and return it."""
        text = text_of(doc)
        every = doc._.sentences
        cues: dict[int, SentenceCues] = {}
        judged: dict[tuple[int, int], Assertion] = {}
        out: list[Assertion] = []
        words = doc._.words
        for term in doc._.terms:
            place = (term.start, term.end)
            if place not in judged:
                sentence = every[term.sentence]
                if term.sentence not in cues:
                    cues[term.sentence] = SentenceCues(text, sentence.start, sentence.end)
                known = cues[term.sentence]
                found = judge_term(text, sentence.section, known, term.start, term.end)
                if term.gap and found.kind == PRESENT:
                    # "Knee pain, possible ligament sprain": a cue inside holds for what it says.
                    last = words[term.last_word].start
                    inside = judge_term(text, sentence.section, known, last, term.end)
                    found = inside if inside.kind in {NEGATED, UNCERTAIN} else found
                judged[place] = found
            out.append(judged[place])
        doc._.assertions = out
        doc._.cues = cues
        return doc
