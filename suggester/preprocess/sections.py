"""Sections: which part of the note each character stands in.

Headings are recognised in capitals, with a colon, in bold or Markdown, as a line of their own, or
in the middle of a dictated line (``… normal. ALLERGIES: none.``). The table ``data/headings.tsv``
names what each heading means; names of body parts open an exam sub-section only where an exam can
stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.header_lines import end_at_their_line
from suggester.preprocess.heading_words import by_words
from suggester.preprocess.note_text import text_of
from suggester.preprocess.unheaded import conclusion_start

#: Sections of which every note of a visit or a stay has one, and no report of a study or an operation.
_OF_VISITS = frozenset({"hpi", "ros", "assessment_plan", "plan", "hospital_course"})
#: Sections of which a report of a study or an operation has at least one.
_OF_REPORTS = frozenset({"findings", "procedure", "indication", "preop_diagnosis"})
#: Sections in which the author states what was diagnosed and done about it.
CONCLUSIONS = frozenset({"assessment", "assessment_plan", "diagnosis", "plan"})

#: Headings whose section depends on the one they stand in.
_OF_ITS_SECTION = frozenset({"exam_part", "habit"})
#: Sections whose names open the lines of tables: "EKG  atrial fibrillation", "TOBACCO  none".
_NAMED_IN_TABLES = _OF_ITS_SECTION | {"results", "vitals", "social_history", "administrative"}
_KEEPS_BODY_PARTS = CONCLUSIONS | {"hospital_course", "findings", "results", "procedure"}
_LINE_HEADING = re.compile(
    r"^[ \t\u00a0]*(?:[*_#>•●▪\-–=]+[ \t]*|[0-9IVX]{1,4}[.)][ \t]+)?"
    r"(?P<h>[A-Za-z][A-Za-z0-9 /&,'’()\-]{0,60}?)"
    r"[ \t]*(?:\*\*|__)?[ \t]*(?P<sep>:|(?:\.[ \t]?){3,}|\.(?=[ \t]|$)|[ \t][-–—][ \t]|=+|-{2,}|[ \t]{2,}(?=\S)|$)"
    r"[ \t]*(?:\*\*|__)?",
    re.MULTILINE,
)
_INLINE_HEADING = re.compile(
    r"(?<=[.;!?)\]])[ \t]+(?P<h>[A-Z][A-Za-z /&'\-]{1,40}?)[ \t]*:(?=[ \t\n]|$)"
)
#: The first letter of a line, and the share of capitals among them in a note written in lower case.
_OPENING = re.compile(r"^[^A-Za-z\n]{0,4}([A-Za-z])", re.MULTILINE)
_FEW_CAPITALS = 0.1
#: Words of the longest note that is nothing but a conclusion.
_A_FEW_WORDS = 60
_SPACE = re.compile(r"\s+")


#: A label that opens a line and goes on in it.
ANY_LABEL = re.compile(
    r"^[ \t]*(?:[-*•●▪◦·–>]+[ \t]*)?(?P<label>[A-Z][A-Za-z'’/ ]{1,35})[ \t]*:[ \t]+(?=\S)",
    re.MULTILINE,
)

_PARAGRAPH = re.compile(r"\S.*(?:\n[ \t]*\S.*)*")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the note under one heading; offsets count characters of the note.

    ``alone`` marks a few words that are the whole note: there is no conclusion but they.
    """

    kind: str
    heading: str
    start: int
    body_start: int
    end: int
    alone: bool = False


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    """Return the table of headings: normalised heading → section kind."""
    text = files("suggester.preprocess").joinpath("data/headings.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:] if line)


@lru_cache(maxsize=1)
def _exam_parts() -> frozenset[str]:
    text = files("suggester.preprocess").joinpath("data/exam_parts.tsv").read_text("utf-8")
    return frozenset(text.splitlines()[1:])


#: The letters of a SOAP note as headings of their own.
_SOAP = re.compile(
    r"^[ \t]*(?P<h>[SOAP])(?:[ \t]*[-–—:]+(?=\s)|[ \t]*$|[ \t]{2,}(?=\S))[ \t]*", re.MULTILINE
)
_SOAP_KINDS = {"S": "hpi", "O": "exam", "A": "assessment", "P": "plan"}
_FEWEST_LETTERS = 3


def _normalise(heading: str) -> str:
    return _SPACE.sub(" ", heading.lower().replace("’", "'")).strip(" -")


@lru_cache(maxsize=20_000)
def heading_kind(heading: str) -> str | None:
    """Return the section a heading opens, or None.

    ``"exam_part"`` is a body part, ``"habit"`` tobacco and the like: what they open depends on the
    section they stand in.
    """
    low = _normalise(heading)
    known = headings()
    for form in (
        low,
        re.sub(r"\s*\([^)]*\)", "", low),
        low.replace("&", "and"),
        low.replace(" / ", "/"),
    ):
        if form in known:
            return known[form]
    if low in _exam_parts():
        return "exam_part"
    return by_words(low)


def find_sections(text: str) -> tuple[Section, ...]:
    """Cut ``text`` into sections that cover it without gaps; the first may have no heading.

    Parameters
    ----------
    text
        The note exactly as received.

    Returns
    -------
    tuple of Section
        In order; a part before any heading has kind ``"body"``.
    """
    found = _without_labels(sorted(_candidates(text), key=lambda hit: hit[0]), text)
    sections: list[Section] = []
    current = "body"
    opened: list[tuple[int, int, str, str]] = [(0, 0, "", "body")]
    taken = -1
    for start, body, heading, kind, inline in found:
        if start < taken:
            continue
        new = _settle(kind, current, inline)
        if new is None:
            continue
        current, taken = new, body
        opened.append((start, body, heading, new))
    opened = end_at_their_line(opened, text)
    if not any(kind in CONCLUSIONS for *_, kind in opened):
        places = [(start, body, kind) for start, body, _, kind in opened]
        if (at := conclusion_start(text, places)) is not None:
            opened = [row for row in opened if row[0] < at]
            opened.append((at, at, "", "assessment_plan"))
    for (start, body, heading, kind), nxt in zip(
        opened, [*opened[1:], (len(text),) * 2], strict=False
    ):
        end = int(nxt[0])
        if end > start or heading:
            sections.append(Section(kind, heading, start, body, end))
    if len(sections) == 1 and not sections[0].heading:
        sections[0] = replace(sections[0], alone=len(text.split()) <= _A_FEW_WORDS)
    return tuple(sections) or (Section("body", "", 0, 0, len(text)),)


def repeated_labels(text: str) -> frozenset[str]:
    """Return the labels, in lower case, that open several lines of a note and go on in them.

    Under every problem of a plan stand the same ones ("Discussion: ...", "What we will do: ...").
    """
    counts = Counter(match["label"].lower() for match in ANY_LABEL.finditer(text))
    return frozenset(label for label, count in counts.items() if count > 1)


def _without_labels(
    found: list[tuple[int, int, str, str, bool]], text: str
) -> list[tuple[int, int, str, str, bool]]:
    """Leave out headings that only label the parts of each problem of a conclusion.

    With one that is repeated go the others of its paragraph: "Follow up: ..." below "Discussion: ...".
    Capitals are headings: a report of two operations has two "OPERATION:".
    """
    concluding = next((hit[0] for hit in found if hit[3] in CONCLUSIONS), len(text))
    labels = repeated_labels(text[concluding:])
    parts = [
        match.span()
        for match in _PARAGRAPH.finditer(text, concluding)
        if any(m["label"].lower() in labels for m in ANY_LABEL.finditer(text, *match.span()))
    ]
    return [
        hit
        for hit in found
        if hit[0] <= concluding
        or hit[3] == "exam_part"
        or hit[2].isupper()
        or not any(start < hit[0] < end for start, end in parts)
    ]


def _settle(kind: str, current: str, inline: bool) -> str | None:
    """Return the section a heading really opens here, or None where it opens none."""
    if kind == "habit":  # among the problems it is one of them
        return None if current in CONCLUSIONS else "social_history"
    if kind != "exam_part":
        return kind
    if current in _KEEPS_BODY_PARTS or (inline and current not in {"exam", "ros", "vitals"}):
        return None
    return "ros" if current == "ros" else "exam"


def _candidates(text: str) -> list[tuple[int, int, str, str, bool]]:
    out = _soap(text)
    lower = _in_lower_case(text)
    for match in _LINE_HEADING.finditer(text):
        heading, sep = match["h"].strip(), match["sep"]
        if not heading:
            continue
        kind = heading_kind(heading)
        if kind is None:
            continue
        sep = ":" if sep.count(".") > 1 else sep  # "Diagnosis after surgery . . . Gout"
        capitals = heading.isupper()
        listed = any(c.isalnum() for c in text[match.start() : match.start("h")])
        guessed = not _in_table(heading)
        if (listed or guessed) and not capitals and (sep != ":" or (listed and guessed)):
            continue  # "1. Seasonal allergies" is a problem, not the heading of a section
        if sep and not sep.strip():  # "ASSESSMENT  Gout"
            if not (capitals and len(heading) > 1) or kind in _NAMED_IN_TABLES:
                continue
            sep = ":"
        alone = sep in {"", "."} or sep.startswith(("=", "--"))
        rest_empty = not text[match.end() : _line_end(text, match.end())].strip(" \t*_=-")
        if sep != ":" and len(heading) < 3 and not (capitals and rest_empty and len(heading) > 1):
            continue
        if alone and sep == "." and not capitals and (listed or guessed or kind in _OF_ITS_SECTION):
            continue
        capital = heading[0].isupper() or (lower and not guessed)
        if alone and sep != "." and not (capital and rest_empty):
            continue
        if sep.strip() in {"-", "–", "—"} and not (capitals or "diagnos" in heading.lower()):
            continue
        if kind == "exam_part" and sep != ":" and not (capitals and rest_empty):
            continue
        if sep == ":" and heading.islower() and heading not in headings():
            continue
        out.append((match.start("h"), match.end(), heading, kind, False))
    for match in _INLINE_HEADING.finditer(text):
        heading = match["h"].strip()
        kind = heading_kind(heading)
        if kind is None or (len(heading) < 3 and not heading.isupper()) or len(heading) < 2:
            continue
        if not heading.isupper() and heading.lower() not in headings():
            continue
        out.append((match.start("h"), match.end(), heading, kind, True))
    return out


def _in_lower_case(text: str) -> bool:
    """Whether the lines of a note open without a capital, its headings among them."""
    openings = [str(match[1]).isupper() for match in _OPENING.finditer(text)]
    return openings.count(True) < len(openings) * _FEW_CAPITALS


def _soap(text: str) -> list[tuple[int, int, str, str, bool]]:
    """Return the sections that single letters open, where the note has an A beside two others."""
    hits = list(_SOAP.finditer(text))
    if "A" not in (letters := {match["h"] for match in hits}) or len(letters) < _FEWEST_LETTERS:
        return []
    return [
        (match.start("h"), match.end(), match["h"], _SOAP_KINDS[match["h"]], False)
        for match in hits
    ]


def _in_table(heading: str) -> bool:
    """Whether a heading is known word for word, not guessed from telling words."""
    low = _normalise(heading)
    return (
        low in headings()
        or low.replace("&", "and") in headings()
        or low.replace(" / ", "/") in headings()
        or low in _exam_parts()
    )


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def section_at(sections: Sequence[Section], position: int) -> Section:
    """Return the section that holds the character at ``position``."""
    index = bisect_right(sections, position, key=lambda section: section.start) - 1
    return sections[max(index, 0)]


for _name, _default in (("sections", ()), ("parts", None)):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory("suggester_sections", assigns=["doc._.sections"])
def make_sections(nlp: Language, name: str) -> SectionFinder:
    """Create the component that fills ``doc._.sections``."""
    return SectionFinder()


class SectionFinder:
    """Fill ``doc._.sections`` with the sections of the note."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the sections of ``doc`` and return it."""
        parts = doc._.parts or [(0, len(text_of(doc)))]
        found: list[Section] = []
        for number, (start, end) in enumerate(parts):
            stop = parts[number + 1][0] if number + 1 < len(parts) else len(text_of(doc))
            found.extend(
                replace(
                    section,
                    start=section.start + start,
                    body_start=section.body_start + start,
                    end=section.end + start if section.end < end - start else stop,
                )
                for section in find_sections(text_of(doc)[start:end])
            )
        doc._.sections = tuple(found)
        return doc


def is_report(sections: Iterable[Section]) -> bool:
    """Whether a note reports a study or an operation, and not a visit or a stay.

    Its findings are the diagnoses; nobody goes on to say what was assessed. A terse note without
    headings, or a piece of one, is no report.
    """
    kinds = {section.kind for section in sections}
    return not kinds & _OF_VISITS and bool(kinds & _OF_REPORTS)
