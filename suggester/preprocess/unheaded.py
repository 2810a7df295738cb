"""The conclusion of a note that has no heading for it: the list of problems after the exam, or the last paragraph.

Many notes go from "Exam: ..." straight to "1. Gout ... 2. Hypertension ...". What stands there would be read
as part of the exam, or of the family history, if that came last.
"""

from __future__ import annotations

import re

#: The first item of a list of problems, and the second.
_FIRST = re.compile(r"^[ \t]*(?:#?1[.):]|\(1\)|1 ?[-–—])[ \t]*(?=[A-Za-z])", re.MULTILINE)
_SECOND = re.compile(r"^[ \t]*(?:#?2[.):]|\(2\)|2 ?[-–—])[ \t]*(?=[A-Za-z])", re.MULTILINE)
#: Sections that hold lists of their own, until a blank line ends them.
_LISTING = frozenset(
    {"medications", "allergies", "pmh", "psh", "problem_list", "family_history", "instructions"}
)
#: Sections after which a note concludes.
_BEFORE = frozenset(
    {"exam", "results", "vitals", "pmh", "psh", "family_history", "social_history", "medications"}
    | {"allergies", "ros", "problem_list"}
)
#: Notes with one of these conclude in their own way.
_OTHERWISE = frozenset({"procedure", "preop_diagnosis", "findings", "hospital_course"})
_BLANK = re.compile(r"\n[ \t]*\n\s*")
#: So an author begins to conclude.
_CONCLUDING = re.compile(
    r"\b(?:I|we) (?:believe|think|suspect|regard|told|discussed|recommend|reviewed|explained|am starting|will)\b|"
    r"\b(?:return|follow[- ]?up|recheck|call) (?:if|in|for|as)\b",
    re.IGNORECASE,
)
#: So it says what it concludes.
_OPINION = re.compile(
    r"\bI (?:believe|think|regard)\b|\b(?:my|our) (?:impression|assessment|opinion|conclusions?|plan)\b|"
    r"\bdiagnos[ei]s (?:is|are)\b",
    re.IGNORECASE,
)
#: So a paragraph opens that concludes: "In summary, ...", "She therefore has ...".
_SUMMING = re.compile(
    r"(?:in|by way of) (?:summary|conclusion|short|sum)\b|to (?:summari[sz]e|sum up|conclude)\b|overall,|"
    r"(?:she|he|the patient|mr\.? \w+|mrs\.? \w+|ms\.? \w+|this (?:man|woman|lady|gentleman|child|patient)) "
    r"(?:therefore|thus|clearly|evidently|undoubtedly|certainly|appears to|seems to) (?:has|have|had|suffers)\b|"
    r"(?:my|our) (?:impression|assessment|opinion|conclusions?|feeling|view|diagnos[ei]s)\b|"
    r"I (?:think|believe|feel|consider|concluded?)\b",
    re.IGNORECASE,
)
#: A paragraph of findings: "VS normal, T 98.4", "138/82, 74, afebrile".
_OBSERVED = re.compile(
    r"(?:vs|vitals?|v/s|t ?\d|bp|p ?\d|hr|wt|weight|ht|exam|pe|o/e|oe|on exam\w*|labs?|\d{2,3}/\d{2,3}|afebrile)\b",
    re.IGNORECASE,
)
_FEWEST_PARAGRAPHS = 3
_FEWEST_WORDS, _MANY_WORDS = 8, 20
#: A list that begins before this share of the note is none of conclusions.
_EARLIEST = 0.3


def conclusion_start(text: str, sections: list[tuple[int, int, str]]) -> int | None:
    """Return where a note without such a heading begins to conclude, or None.

    ``sections`` are the start, the start of the body and the kind of each section, in order.
    """
    if not _OTHERWISE.isdisjoint(kind for _, _, kind in sections):
        return None
    return _list_start(text, sections) or _paragraph_start(text, sections)


def _list_start(text: str, sections: list[tuple[int, int, str]]) -> int | None:
    """Return the start of the last numbered list, where no other section holds it."""
    for first in reversed(list(_FIRST.finditer(text))):
        if first.start() < _EARLIEST * len(text) or not _SECOND.search(text, first.end()):
            continue
        _, body, kind = [section for section in sections if section[0] <= first.start()][-1]
        if kind in _LISTING and not _BLANK.search(text, body, first.start() + 1):
            continue
        return first.start()
    return None


def _paragraph_start(text: str, sections: list[tuple[int, int, str]]) -> int | None:
    """Return the start of what follows the last section, or of a last paragraph that concludes."""
    _, body, kind = sections[-1]
    if kind in _BEFORE and body <= text.find("\n", body) and text[body:].split("\n")[0].strip():
        ends = (blank.end() for blank in _BLANK.finditer(text.rstrip(), body))
        return next((end for end in ends if not _OBSERVED.match(text, end)), None)
    if len(sections) == 1:
        starts = [blank.end() for blank in _BLANK.finditer(text.rstrip())]
        if len(starts) + 1 < _FEWEST_PARAGRAPHS:
            return None
        halfway = len(text) // 2
        for start in starts:
            if start > halfway and _SUMMING.match(text, start):
                return start
        for start, end in zip(reversed(starts), [len(text), *reversed(starts)], strict=False):
            words = len(text[start:end].split())
            if words >= _FEWEST_WORDS and _OPINION.search(text, start, end):
                return start
            # "With kind regards." and "I will write again." close a letter.
            if words >= _MANY_WORDS:
                return start if _CONCLUDING.search(text, start, end) else None
    return None
