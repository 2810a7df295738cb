"""Assertion: is a term present, negated, uncertain, hypothetical, historical, or a relative's?"""

from __future__ import annotations

import re
from collections import defaultdict

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.cues import FAMILY, HISTORICAL, HYPOTHETICAL, NEGATED, UNCERTAIN
from suggester.preprocess.denied import is_result
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

#: Sections that state diagnoses, and what may stand before the first on its line.
_STATED = frozenset({"assessment", "assessment_plan", "diagnosis"})
_MARK = re.compile(r"[^\n:]{0,30}:[ \t]*|[ \t]*(?:[-*•#]+|\d{1,2}[.)])?[ \t]*", re.IGNORECASE)
_WITHOUT = "without"
_WHOLE = 0.999
#: "... without fever, chills or cough": a list of what is denied.
_GOES_ON = re.compile(r"[^.;\n]*\b(?:or|nor)\b", re.IGNORECASE)

#: A line that opens a list: "Call your doctor if you have:", "When to seek medical care:".
_BULLET = re.compile(r"[ \t]*(?:[-*•●▪–]|\d{1,2}[.)])[ \t]*")
_WHEN_TO = re.compile(
    r"(?:when|reasons?) to (?:seek|call|return|go|come|contact|get)\b|\bwarning signs\b"
    r"|\bred flags?\b|\breturn (?:criteria|precautions)\b",
    re.IGNORECASE,
)
_FACTORS = re.compile(r"risk factor|\bscreen", re.IGNORECASE)
#: No list is followed further back than this many characters, nor is its opening line longer.
_LIST, _OPENING = 600, 120
#: Headings of what is no longer there.
_CLOSED = re.compile(r"resolved|inactive", re.IGNORECASE)

#: What this operation took away: "Polyp of the rectum, removed" below POST-PROCEDURE DX.
_TAKEN = re.compile(r"(?:(?:was|were) )?(?:removed|resected|excised)")
_AFTERWARDS = re.compile(r"\bpost", re.IGNORECASE)

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
    if found.kind == NEGATED and section.kind in _STATED and _leads(text, found, start, end):
        return Assertion(PRESENT)
    if found.kind == HISTORICAL and _taken(section, found):
        return Assertion(PRESENT)
    if found.kind == PRESENT:
        found = _by_opening(text, start, end) or found
        if section.kind == "pmh" and found.kind == PRESENT and _CLOSED.search(section.heading):
            return _by_heading(HISTORICAL, section)
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


def _taken(section: Section, found: Assertion) -> bool:
    """Whether what is told as removed was removed in the operation that the note reports."""
    reports = section.kind == "procedure" or (
        section.kind == "diagnosis" and _AFTERWARDS.search(section.heading) is not None
    )
    return reports and _TAKEN.fullmatch(found.cue.lower()) is not None


def _leads(text: str, found: Assertion, start: int, end: int) -> bool:
    """Whether a term is a diagnosis before a list of tests: "Influenza A, COVID and RSV negative"."""
    line = line_start(text, start)
    return (
        found.start > end
        and is_result(found.cue.lower().rstrip(".").split())
        and _MARK.fullmatch(text, line, start) is not None
        and "," in text[end : found.start]
    )


def _by_opening(text: str, start: int, end: int) -> Assertion | None:
    """Return how a term of a bulleted list is meant, by the line that opens the list.

    Only denial and condition are carried on: "Patient denies:", "Return if you notice:".
    """
    line = line_start(text, start)
    first = _BULLET.match(text, line, start)
    if first is None:
        return None
    earliest = max(0, start - _LIST)
    while line > earliest:
        below, line = line, max(earliest, text.rfind("\n", earliest, line - 1) + 1)
        if _BULLET.match(text, line, below - 1) is None:
            break
    else:
        return None
    opening = text[line : below - 1].rstrip()
    if not opening.endswith(":") or len(opening) > _OPENING or _FACTORS.search(opening):
        return None
    if _WHEN_TO.search(opening):
        return Assertion(HYPOTHETICAL, opening, line, line + len(opening))
    # As though the term stood right behind the line.
    joined = f"{opening} {text[start:end]}"
    found = SentenceCues(joined, 0, len(joined)).judge(len(opening) + 1, len(joined))
    if found.kind not in {NEGATED, HYPOTHETICAL} or found.start >= len(opening):
        return None
    return Assertion(found.kind, found.cue, line + found.start, line + found.start + len(found.cue))


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
        named = defaultdict(list)
        for term in doc._.terms:
            if (
                _WITHOUT in term.words
                and term.coverage >= _WHOLE
                and not _GOES_ON.match(text, term.end, every[term.sentence].end)
            ):
                named[term.sentence].append((term.start, term.end))
        for term in doc._.terms:
            place = (term.start, term.end)
            if place not in judged:
                sentence = every[term.sentence]
                if term.sentence not in cues:
                    cues[term.sentence] = SentenceCues(text, sentence.start, sentence.end)
                    cues[term.sentence].names = named.get(term.sentence, [])
                known = cues[term.sentence]
                found = judge_term(text, sentence.section, known, term.start, term.end)
                if term.gap and found.kind == PRESENT:
                    # "Knee pain, possible ligament sprain": a cue inside holds for what it says.
                    last = words[term.last_word].start
                    inside = judge_term(text, sentence.section, known, last, term.end)
                    found = inside if inside.kind in {NEGATED, UNCERTAIN} else found
                    # "Iron deficiency ruled out with a ferritin": so does one that looks back.
                    head = words[term.first_word].end
                    before = judge_term(text, sentence.section, known, term.start, head)
                    found = before if before.kind == NEGATED else found
                judged[place] = found
            out.append(judged[place])
        doc._.assertions = out
        doc._.cues = cues
        return doc
