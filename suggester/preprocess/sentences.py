"""Sentences, list items and problem blocks.

A *line* of a note may be a paragraph, a list item or a heading-like title. A *block* is what belongs to
one problem: a numbered item, or a title line with the bullets and paragraphs under it. Sentences never
cross lines; those that are hard-wrapped have been joined in :mod:`suggester.preprocess.line_ends`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.line_ends import ITEM
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sections import (
    ANY_LABEL,
    CONCLUSIONS,
    Section,
    repeated_labels,
    section_at,
)

#: The label that opens a sub-point of a problem: no term is looked for in it.
LABEL = re.compile(
    r"[ \t]*(?:[-*•●▪◦·–>]+[ \t]*)?(?:\*\*)?(?:medical reasoning|additional testing|medical treatment|"
    r"patient education(?: and counseling)?|specialist referrals?|(?:treatment )?plan|treatment|follow[- ]?up|"
    r"reasoning|rationale|status|goals?|meds?|medications?|testing|counseling|monitoring|orders?|labs?|"
    r"imaging|referrals?|education|discussion|comments?|assessment|evaluation|management|rx|dx|tx)"
    r"(?:\*\*)?[ \t]*[:\-–]",
    re.IGNORECASE,
)
#: Sections in which problems stand under headings.
_HEADED = CONCLUSIONS | {"plan"}
_SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|(?<=[a-z)\]])\.(?=[A-Z][a-z])|;(?=\s)")
#: A mark before a finding (``? infiltrate``) or before its answer (``Weight loss? No``).
_NO_QUESTION_END = re.compile(
    r"(?:^|(?<=[\s:(]))\?(?=\s+\S)|\?\s+(?:yes|no|none|never|denies|negative|positive)\b",
    re.IGNORECASE,
)
_INLINE_NUMBER = re.compile(r"(?:(?<=[.;,:])|(?<=^))[ \t]+\(?\d{1,2}[.)][ \t]*(?=[A-Za-z?])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|vs|no|approx|etc|e\.g|i\.e|a\.m|p\.m|b\.i\.d|t\.i\.d|q\.i\.d|q\.d|q\.h\.s|"
    r"p\.o|p\.r\.n|i\.v|i\.m|fig|dept|jr|sr|inc|cf|al|wt|ht|temp|resp|lt|rt|hx|sx|dx|tx|cm|mm|mg|mcg|ml|"
    r"kg|lb|lbs|oz|q|h\.s|a\.c|n\.p\.o|u\.s|c\.c|s\.p|m\.d|d\.o|ph\.d|r\.n)|\b[A-Z])\.$",
    re.IGNORECASE,
)

#: More characters than any sentence with a stop has.
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item; offsets count characters of the note.

    ``block`` numbers the problem block it belongs to; ``title`` says that it stands alone like a
    problem heading, ``item`` that it opens a list item, ``order`` its place within its section.
    """

    start: int
    end: int
    section: Section
    block: int
    item: bool
    title: bool
    order: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    body: int
    end: int
    numbered: bool
    bulleted: bool
    label: bool
    after_blank: bool
    title: bool


def find_sentences(text: str, sections: tuple[Section, ...]) -> tuple[Sentence, ...]:
    """Cut ``text`` into sentences and number the problem blocks.

    Parameters
    ----------
    text
        The note exactly as received.
    sections
        Its sections, from :func:`suggester.preprocess.sections.find_sections`.
    """
    out: list[Sentence] = []
    block = 0
    opener = ""
    order = 0
    last_section: Section | None = None
    labels = repeated_labels(text)
    for line in _lines(text, sections):
        section = section_at(sections, line.body)
        if not line.label and section.kind in _HEADED and _labels(line, text, labels):
            line = replace(line, label=True, title=False)
        if section is not last_section:
            block, opener, order, last_section = block + 1, "", 0, section
        elif _opens_block(line, opener):
            block, opener = block + 1, ""
        if not opener:
            opener = (
                "number"
                if line.numbered
                else "bullet"
                if line.bulleted
                else "title"
                if line.title
                else "text"
            )
        for index, (start, end) in enumerate(_split(text, line.body, line.end)):
            item = index == 0 and (line.numbered or line.bulleted or line.title)
            out.append(Sentence(start, end, section, block, item, line.title and index == 0, order))
            order += 1
    return tuple(out)


def _labels(line: _Line, text: str, labels: frozenset[str]) -> bool:
    """Whether one of the labels that the note repeats under its problems opens a line."""
    match = ANY_LABEL.match(text, line.start, line.end)
    return match is not None and match["label"].lower() in labels


def _opens_block(line: _Line, opener: str) -> bool:
    if line.label:
        return False
    if line.numbered:
        return True
    if line.bulleted:
        return opener in {"bullet", "text"}
    return line.title or line.after_blank


def _lines(text: str, sections: tuple[Section, ...]) -> list[_Line]:
    """Return the lines, heading text left out."""
    bounds = {section.start: section.body_start for section in sections if section.heading}
    starts = sorted({section.start for section in sections})
    out: list[_Line] = []
    position, blank = 0, True
    size = len(text)
    while position < size:
        newline = text.find("\n", position)
        end = size if newline < 0 else newline
        cut = bisect_right(starts, position)
        if cut < len(starts) and starts[cut] < end:
            end = starts[cut]
        start = bounds.get(position, position)
        if start > end:
            position = start
            continue
        raw = text[start:end]
        if not raw.strip():
            blank = blank or start == position
            position = end + 1 if end in {newline, size} else end
            blank = True if start == position else blank
            continue
        item = ITEM.match(text, start, end)
        body = item.end() if item else start + len(raw) - len(raw.lstrip())
        stop = start + len(raw.rstrip())
        label = LABEL.match(text, start, end) is not None
        out.append(
            _Line(
                start,
                body,
                stop,
                bool(item and item["number"]),
                bool(item and item["bullet"]),
                label,
                blank,
                not label and _title_like(text[body:stop]),
            )
        )
        blank = False
        position = end + 1 if end in {newline, size} else end
    return out


def _title_like(line: str) -> bool:
    """Tell a short noun phrase standing alone, such as ``Hypothyroidism.``, from a sentence."""
    stripped = line.strip().rstrip(".:*")
    count = len(stripped.split())
    if not 1 <= count <= 12 or ". " in stripped:
        return False
    low = f" {stripped.lower()} "
    return not any(verb in low for verb in _VERBS) and not stripped.endswith("?")


_VERBS = tuple(
    f" {verb} "
    for verb in (
        "is are was were will has have had does do did can may should would continue continued start "
        "started denies reports states follow return call take takes discussed reviewed advised order "
        "ordered recommend recommended we he she they i you please"
    ).split()
)


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split one logical line into sentences, abbreviations and decimals respected."""
    cuts = []
    for match in _SENTENCE_END.finditer(text, start, end):
        stop = match.end()
        if match.group() == "?" and _NO_QUESTION_END.search(
            text, max(start, match.start() - 1), min(end, stop + 12)
        ):
            continue
        if match.group() == "." and _ABBREVIATION.search(text, max(start, stop - 9), stop):
            rest = text[stop:end].lstrip()
            if not rest or not rest[0].isupper() or text[stop - 2 : stop - 1].isupper():
                continue
            if re.search(
                r"\b(?:dr|mr|mrs|ms|st|vs)\.$", text[max(start, stop - 5) : stop], re.IGNORECASE
            ):
                continue
        cuts.append(stop)
    cuts.extend(match.start() for match in _INLINE_NUMBER.finditer(text, start, end))
    pieces = []
    previous = start
    for cut in [*sorted(set(cuts)), end]:
        for stop in (*_breaths(text, previous, cut), cut):
            piece = text[previous:stop]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                pieces.append((previous + lead, previous + len(piece.rstrip())))
            previous = stop
    return pieces


def _breaths(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where words dictated without a stop are cut: at a comma, or else between two words.

    The time that a sentence takes grows with the square of its length.
    """
    while end - start > _LONGEST:
        half = start + _LONGEST // 2
        stop = text.rfind(", ", half, start + _LONGEST)
        start = 1 + (stop if stop >= 0 else text.rfind(" ", half, start + _LONGEST))
        if start <= half:  # no space at all
            return
        yield start


def sentence_at(sentences: tuple[Sentence, ...], position: int) -> int | None:
    """Return the number of the sentence that holds the character at ``position``, or None."""
    number = bisect_right(sentences, position, key=lambda sentence: sentence.start) - 1
    if number < 0 or position >= sentences[number].end:
        return None
    return number


if not Doc.has_extension("sentences"):
    Doc.set_extension("sentences", default=())


@Language.factory(
    "suggester_sentences",
    requires=["doc._.sections"],
    assigns=["doc._.sentences", "token.is_sent_start"],
)
def make_sentences(nlp: Language, name: str) -> SentenceFinder:
    """Create the component that fills ``doc._.sentences`` and sets sentence starts."""
    return SentenceFinder()


class SentenceFinder:
    """Fill ``doc._.sentences`` and mark the tokens at which sentences start."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the sentences of ``doc`` and return it."""
        sentences = find_sentences(text_of(doc), doc._.sections)
        doc._.sentences = sentences
        if len(doc):
            lengths: Any = doc.to_array(["LENGTH", "SPACY"])
            places = np.concatenate([[0], lengths.astype(np.int64).sum(axis=1).cumsum()[:-1]])
            first = np.searchsorted(places, [sentence.start for sentence in sentences])
            # One array, not one token at a time: spaCy looks through the whole document each time.
            marks = np.full(len(doc), -1, dtype=np.int64)
            marks[first[first < len(doc)]] = 1
            marks[0] = 1
            column: Any = marks.reshape(-1, 1).astype(np.uint64)
            doc.from_array(["SENT_START"], column)
        return doc
