"""Modifiers of the part of the body: LT, RT, 50, fingers, toes, eyelids and coronary vessels.

Rules: CPT Appendix A and CMS, NCCI Policy Manual for Medicare Services, chapter I.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from spacy.tokens import Doc

from suggester.edits.code_groups import groups_of
from suggester.edits.lines import Line, ModifierHint
from suggester.edits.rule_tables import rule_rows
from suggester.edits.site_marks import BOTH, DIGIT, LEFT, LID, RIGHT, SIDE, VESSEL, Mark, read_marks
from suggester.edits.surroundings import Stretch, Surroundings

#: Sections that name what was done, and where, before those that tell the story.
_HEADLINES = frozenset({"procedure", "preop_diagnosis", "diagnosis", "indication"})
#: A mark behind the end of a sentence is as far as this many characters more.
_NEXT_SENTENCE = 200
#: So is one in a sentence of what was done before, will be done, or was left alone.
_ANOTHER_TIME = 400
_OTHER_DAY = re.compile(
    r"\b(?:history|hx|s/p|status post|prior|previous(?:ly)?|done (?:in|on|last|\d)|(?:19|20)\d\d|last (?:week|month|year)|"
    r"will be|to be done|scheduled|planned|in (?:\w+ )?(?:weeks?|months?)|later|not (?:studied|imaged|done|treated|injected|"
    r"touched|performed|examined)|deferred|untreated|next (?:week|month|year|visit)|ago)\b",
    re.IGNORECASE,
)
_TOE = re.compile(r"\b(?:toes?|hallux|foot|feet|toenails?|hammertoe)\b", re.IGNORECASE)
_FINGER = re.compile(r"\b(?:fingers?|thumb|trigger|hand|fingernail)\b", re.IGNORECASE)
_KINDS = {"finger": DIGIT, "toe": DIGIT, "eyelid": LID}


class SiteReader:
    """Read the part of the body that each line of one note was done on."""

    def __init__(self, doc: Doc) -> None:
        #: Where the lines stand in the note.
        self.view = view = Surroundings(doc)
        self._marks = read_marks(view.text)
        self._another_time = [
            view.sentence(match.start()) for match in _OTHER_DAY.finditer(view.text)
        ]

    def hints(self, lines: Sequence[Line]) -> list[tuple[ModifierHint, ...]]:
        """Return the site modifiers of each line; lines of one code share out the sites named."""
        same: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            same[line.code].append(number)
        out: list[tuple[ModifierHint, ...]] = [()] * len(lines)
        for numbers in same.values():
            sites = [self._sites(lines[number]) for number in numbers]
            sites = (
                _shared_out(sites) if len(numbers) > 1 else [_alone(lines[numbers[0]], *sites[0])]
            )
            for number, (kind, found) in zip(numbers, sites, strict=True):
                out[number] = tuple(_hint(kind, site) for site in found)
        return out

    def _sites(self, line: Line) -> tuple[str, list[str]]:
        """Return the kind of site a line is told by and the sites, best first."""
        groups = groups_of(line.code)
        kind = line.sides or ("side" if "takes_side" in groups else "")
        if groups & {"drug", "no_side"}:
            return "", []
        if kind == "coronary" or "takes_vessel" in groups:
            return "coronary", self._values(line, VESSEL)[:1]
        if "takes_digit" in groups and (found := self._digits(line)):
            return found
        if kind in {"finger", "toe", "eyelid"}:
            sites = self._combined(line, _KINDS[kind])
            return (kind, sites) if sites else ("side", self._side(line))
        return (kind, self._side(line)) if kind == "side" else ("", [])

    def _digits(self, line: Line) -> tuple[str, list[str]] | None:
        """Return the digit named in the very sentence of a procedure of no digit of its own."""
        for start, _ in line.places:
            said = self.view.text[slice(*self.view.sentence(start))]
            kind = "toe" if _TOE.search(said) else "finger" if _FINGER.search(said) else ""
            if kind and (sites := self._combined(line, DIGIT, sentence_only=True)):
                return kind, sites[:1]
        return None

    def _side(self, line: Line) -> list[str]:
        return self._values(line, SIDE)[:1]

    def _combined(self, line: Line, kind: str, *, sentence_only: bool = False) -> list[str]:
        """Return sides joined with digits or lids: ``LA``; both sides give a site each."""
        parts = self._values(line, kind, sentence_only=sentence_only)
        whole = [part for part in parts if len(part) > 1]
        sides = self._values(line, SIDE)
        if whole or not sides:
            return whole
        pair = [RIGHT, LEFT] if sides[0] == BOTH else sides[:1]
        if sides[0] == BOTH and kind == LID:
            pair = [LEFT, RIGHT]
        return [side + part for part in parts for side in pair]

    def _values(self, line: Line, kind: str, *, sentence_only: bool = False) -> list[str]:
        """Return the values of the marks of one kind that hold for a line, nearest first."""
        marks = [mark for mark in self._marks if mark.kind == kind]
        if not marks:
            return []
        for stretch_of in (self.view.sentence, self.view.block, self.view.section):
            near: list[tuple[int, str]] = []
            for start, end in line.places:
                inside = _within(marks, stretch_of(start))
                near += [(self._distance(start, end, mark), mark.value) for mark in inside]
            if near:
                if any(value == BOTH for _, value in near[:6]) and kind == SIDE and len(near) > 1:
                    return self._both_or_nearest(near)
                return _unique(value for _, value in sorted(near))
            if sentence_only:
                return []
        for stretch in self.view.sections(_HEADLINES):
            if inside := _within(marks, stretch):
                return _unique(mark.value for mark in inside)
        values = _unique(mark.value for mark in marks)
        # Far from the line, only a note of one side tells which side it was.
        return values if len(values) == 1 or kind != SIDE else []

    def _both_or_nearest(self, near: list[tuple[int, str]]) -> list[str]:
        """Both sides named together hold over the one that stands inside them."""
        nearest = min(distance for distance, _ in near)
        both = min(distance for distance, value in near if value == BOTH)
        ordered = _unique(value for _, value in sorted(near))
        if both <= nearest + 1:
            return [BOTH, *(value for value in ordered if value != BOTH)]
        return ordered

    def _distance(self, start: int, end: int, mark: Mark) -> int:
        first, last = min(end, mark.end), max(start, mark.start)
        between = self.view.text[first:last]
        far = max(0, last - first)
        if re.search(r"[.;]\s", between):
            far += _NEXT_SENTENCE
        if any(first <= mark.start < last for first, last in self._another_time):
            far += _ANOTHER_TIME
        return far


def _within(marks: Iterable[Mark], stretch: Stretch) -> list[Mark]:
    return [mark for mark in marks if stretch[0] <= mark.start < stretch[1]]


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _alone(line: Line, kind: str, sites: list[str]) -> tuple[str, list[str]]:
    """Keep as many sites as the line has units; one line of both sides is bilateral."""
    sides = {site[0] for site in sites}
    if kind in _KINDS and line.units == 1 and {LEFT, RIGHT} <= sides and len(sites) > 1:
        return "side", [BOTH]
    return kind, sites[: max(1, line.units)]


def _shared_out(sites: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Give each of several lines of one code a site of its own, as far as the note names them."""
    kind = sites[0][0]
    named = _unique(site for _, found in sites for site in found)
    if kind == "side" and named[:1] == [BOTH]:
        named = [RIGHT, LEFT]
    if len(named) < 2:
        return [(kind, found[:1]) for kind, found in sites]
    return [(kind, named[i : i + 1]) for i in range(len(sites))]


@lru_cache(maxsize=1)
def _modifiers() -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (kind, site): (modifier, words)
        for kind, site, modifier, words in rule_rows("site_modifiers")
    }


def _hint(kind: str, site: str) -> ModifierHint:
    modifier, words = _modifiers()[kind, site]
    return ModifierHint(modifier, f"The note names the {words}.")
