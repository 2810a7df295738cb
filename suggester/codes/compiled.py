"""The compiled form of a code system: flat columns that load quickly and hold no objects."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Columns:
    """One code system as parallel lists; a *node* is a code or, after all codes, a heading.

    Codes stand in tabular order, each directly before everything below it, so the descendants of
    a node are a range. Nodes ``0 … len(codes) - 1`` are codes; the rest are blocks and chapters.

    Attributes
    ----------
    codes
        Codes as on a claim form, with dot.
    titles
        Official titles of the codes; empty for a 7th-character form whose title is that of its
        parent with the meaning of the character.
    headings, heading_titles
        Names and titles of the blocks and chapters.
    parents
        For each node its parent node, or -1.
    ends
        For each node the code after its last descendant.
    firsts
        For each heading its first code.
    meaning
        For each code that is a 7th-character form the position of its meaning, else -1.
    meanings
        Meanings of 7th characters.
    seventh_nodes, seventh_characters, seventh_meanings
        Definitions of 7th characters: the node, the characters, positions of their meanings.
    note_nodes, note_kinds, note_texts
        Notes in order of node: the node, position of the kind in ``KINDS``, the text.
    """

    codes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    heading_titles: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    meaning: list[int] = field(default_factory=list)
    meanings: list[str] = field(default_factory=list)
    seventh_nodes: list[int] = field(default_factory=list)
    seventh_characters: list[str] = field(default_factory=list)
    seventh_meanings: list[list[int]] = field(default_factory=list)
    note_nodes: list[int] = field(default_factory=list)
    note_kinds: list[int] = field(default_factory=list)
    note_texts: list[str] = field(default_factory=list)

    def is_sound(self) -> bool:
        """Tell whether the columns fit together, so that look-ups cannot leave them."""
        codes, nodes = len(self.codes), len(self.codes) + len(self.headings)
        return (
            len(self.titles) == len(self.meaning) == codes
            and len(self.heading_titles) == len(self.firsts) == len(self.headings)
            and len(self.parents) == len(self.ends) == nodes
            and len(self.note_nodes) == len(self.note_kinds) == len(self.note_texts)
            and len(self.seventh_nodes) == len(self.seventh_characters)
            and len(self.seventh_nodes) == len(self.seventh_meanings)
            and max(self.parents, default=-1) < nodes
            and max(self.ends, default=0) <= codes
        )
