"""What words of a code's wording do not mean where they stand.

The table ``data/misread.tsv`` says of codes what their words are misread for, by what is said within
the term or near it. ``where`` is the reach of ``said`` and of ``unless``:

- ``within`` the term;
- ``before`` it, up to 40 characters;
- ``earlier``, up to 90 characters before it;
- ``up to`` its end, from 40 characters before it;
- ``beside`` it: within it or up to 24 characters behind it;
- ``note``: the whole of it.

A row without ``said`` holds wherever its ``unless`` is not told. One with ``unwritten`` leaves phrases of
the lexicon alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.preprocess.terms import Term

#: How far before and behind a term each reach goes, in characters; ``None`` for not at all.
_REACHES: dict[str, tuple[int | None, int | None]] = {
    "within": (0, 0),
    "before": (40, None),
    "earlier": (90, None),
    "up to": (40, 0),
    "beside": (0, 24),
}
_NOTE = "note"
#: What names a cause: "hypertension, well controlled with her medication" is not due to it.
_CAUSE = re.compile(
    r"\b(?:due|secondary|caused|because|induced|related|associated|from|by|after|following|2/2|d/t)\b|(?<=\w)-(?=\w)|/",
    re.IGNORECASE,
)
#: Two clauses and no wording: "Constipation may be playing a part, and a functional disorder".
_MODAL = re.compile(
    r"\b(?:may|might|could|would|should) (?:also |still |well )?(?:be|have)\b", re.IGNORECASE
)
#: What is secondary *to* a drug is an effect of it; a secondary drug is none.
_ADVERSE = re.compile(r"T(?:3[6-9]|4\d|50)\.")
_SECOND = re.compile(r"\bsecondary\b(?! to\b)", re.IGNORECASE)
#: "Anemia secondary to vitamin B12 deficiency" is due to no vitamin.
_LACKING = re.compile(r"[- ]*(?:deficien|resist|withdraw|lack)", re.IGNORECASE)
#: What is secondary *to* hypertension is no secondary hypertension.
_SECONDARY_TO = re.compile(r"\bsecondary to\b", re.IGNORECASE)
_SECONDARY_FORM = re.compile(r"I15|E21\.1|N25\.81|G21\.9|D75\.1|M18\.[45]|G44\.40")
#: A word that takes a number, and its number.
_NUMBERED = re.compile(r"\b(stage|type|grade|class|category)\W{0,2}(\w+)", re.IGNORECASE)
#: How many degrees a tear or burn has.
_DEGREE = re.compile(r"\b(\w+)[- ]degree", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(\d+)[ -]?(?:wks?|weeks?|days?|d|mos?|months?|yrs?|years?|hrs?|hours?|min|mg|mcg|ml|units?|cm|mm|kg|lbs?|pounds?|times|x)\b",
    re.IGNORECASE,
)


class Misreading(NamedTuple):
    """A row of the table: codes, and what is said where they are not meant."""

    codes: re.Pattern[str]
    unwritten: bool
    said: Said | None
    unless: Said | None

    def applies(self, code: str, term: Term, text: str, written: bool) -> bool:
        """Whether ``term`` of ``text`` is misread for ``code``."""
        return (
            self.codes.match(code) is not None
            and not (written and self.unwritten)
            and (self.said is None or self.said.about(term, text))
            and not (self.unless is not None and self.unless.about(term, text))
        )


class Said(NamedTuple):
    """Words, and where about a term they are looked for."""

    words: re.Pattern[str]
    where: str

    def about(self, term: Term, text: str) -> bool:
        """Whether the words stand about ``term``."""
        if self.where == _NOTE:
            return self.words.search(text) is not None
        before, behind = _REACHES[self.where]
        start = max(0, term.start - (before or 0))
        end = term.start if behind is None else term.end + behind
        return self.words.search(text, start, end) is not None


@cache
def misreadings() -> tuple[Misreading, ...]:
    """Return the rows of the table, in its order."""
    text = files("suggester.candidates").joinpath("data/misread.tsv").read_text("utf-8")
    out = []
    for line in text.splitlines()[1:]:
        codes, unwritten, said, where, unless, unless_where = line.split("\t")
        out.append(
            Misreading(
                re.compile(codes),
                bool(unwritten),
                _said(said, where),
                _said(unless, unless_where),
            )
        )
    return tuple(out)


def _said(words: str, where: str) -> Said | None:
    return Said(re.compile(words, re.IGNORECASE), where) if words else None


def misread(code: str, term: Term, text: str, phrase: str) -> bool:
    """Whether a term has the words of a code's wording, and other words say that it is not meant.

    ``phrase`` is the row of the lexicon that has these words; empty where none does.
    """
    written = bool(phrase)
    if term.gap and (
        (_CAUSE.search(phrase) and not _CAUSE.search(text, term.start, term.end))
        or _MODAL.search(text, term.start, term.end)
        or _of_another_number(term, text)
        or _counts_time(term, text)
    ):
        return True
    if code.startswith("Z3A"):  # "32-year-old ... at 38 weeks" is no 32nd week
        return term.gap > 0
    if _SECONDARY_FORM.match(code) and _SECONDARY_TO.search(text, term.start, term.end):
        return "secondary" in term.words
    if _ADVERSE.match(code):
        whole = term.coverage >= 0.999 and not term.gap and not _LACKING.match(text, term.end)
        if not written and (not whole or _SECOND.search(text, term.start, term.end)):
            return True
    return any(row.applies(code, term, text, written) for row in misreadings())


def _of_another_number(term: Term, text: str) -> bool:
    """Whether no number of a *stage*, *type* or *degree* is the term's: "stage 3, was 2.4 cm"."""
    others = False
    numbered = [(m[1], m[2]) for m in _NUMBERED.finditer(text, term.start, term.end)]
    numbered += [("degree", m[1]) for m in _DEGREE.finditer(text, term.start, term.end)]
    for name, number in numbered:
        if normal_form(name.lower()) in term.words:
            if normal_form(number.lower()) in term.words:
                return False
            others = True
    return others and any(word[:1].isdigit() for word in term.words)


def _counts_time(term: Term, text: str) -> bool:
    """Whether a number of the wording counts weeks or milligrams here: "F/u 1 wk leg, 4 wks DM"."""
    return not term.words.isdisjoint(
        match[1] for match in _COUNTED.finditer(text, term.start, term.end)
    )
