"""Where a line stands in the note: its sentences, its section, and what is documented there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from spacy.tokens import Doc

from suggester.edits.documented import read_documented
from suggester.edits.lines import Line, Places
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sections import section_at
from suggester.preprocess.sentences import Sentence

Stretch = tuple[int, int]
#: How near to a line something has to be documented: in its section, or in its problem block.
NEAR, BESIDE = "near", "beside"


class Surroundings:
    """Look up what stands around the evidence of a line.

    Parameters
    ----------
    doc
        The processed note.
    """

    def __init__(self, doc: Doc) -> None:
        self.text = text_of(doc)
        self._sections = doc._.sections
        self._sentences: Sequence[Sentence] = doc._.sentences
        self._starts = [sentence.start for sentence in self._sentences]
        self._blocks: dict[tuple[int, int], Stretch] = {}

    @cached_property
    def facts(self) -> dict[str, list[int]]:
        """What the note documents for modifiers, with the offsets of the phrases that tell it."""
        return read_documented(self.text)

    def sentence(self, offset: int) -> Stretch:
        """Return the sentence at an offset; a heading belongs to the first sentence under it."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and offset < self._sentences[at].end:
            return self._sentences[at].start, self._sentences[at].end
        section = section_at(self._sections, offset)
        following = at + 1
        if following < len(self._starts) and self._starts[following] < section.end:
            return min(offset, section.start), self._sentences[following].end
        return section.start, section.end

    def block(self, offset: int) -> Stretch:
        """Return the problem block or, where there is none, the section at an offset."""
        section = section_at(self._sections, offset)
        at = bisect_right(self._starts, offset) - 1
        if at < 0 or self._sentences[at].block < 0:
            return section.start, section.end
        number = self._sentences[at].block
        known = self._blocks.get((number, section.start))
        if known is None:
            of_block = [
                sentence
                for sentence in self._sentences
                if sentence.block == number and sentence.section.start == section.start
            ]
            known = (
                (of_block[0].start, of_block[-1].end) if of_block else (section.start, section.end)
            )
            self._blocks[number, section.start] = known
        return known

    def section_kind(self, offset: int) -> str:
        """Return the kind of section at an offset."""
        return section_at(self._sections, offset).kind

    def sections(self, kinds: frozenset[str]) -> list[Stretch]:
        """Return the sections of some kinds, in the order of the note."""
        return [(s.start, s.end) for s in self._sections if s.kind in kinds]

    def documents(self, fact: str, line: Line, where: str = "") -> bool:
        """Tell whether a fact is documented: ``near`` or ``beside`` the line, or anywhere.

        Near is in the section of its evidence, beside in its problem block; a line without evidence
        is beside everything.
        """
        offsets = self.facts.get(fact, ())
        if not where or not line.places:
            return bool(offsets)
        stretch = self.section if where == NEAR else self.block
        stretches = [stretch(start) for start, _ in line.places]
        return any(start <= offset < end for offset in offsets for start, end in stretches)

    def section(self, offset: int) -> Stretch:
        """Return the section at an offset."""
        section = section_at(self._sections, offset)
        return section.start, section.end

    def apart(self, one: Places, other: Places) -> bool:
        """Whether no sentence names two services together, though the note names both."""
        mine = {self.sentence(start) for start, _ in one}
        theirs = {self.sentence(start) for start, _ in other}
        return bool(mine and theirs) and not mine & theirs
