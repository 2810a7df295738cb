"""A code set in memory: codes, titles, hierarchy and instructional notes of one release."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from suggester.codes.compiled import Columns
from suggester.codes.notes import KINDS, Note, Notes
from suggester.codes.release import Release
from suggester.errors import UnknownCodeError

if TYPE_CHECKING:
    from suggester.codes.instructions import Instructions
    from suggester.codes.search import Hit, SearchIndex

Kind = Literal["chapter", "block", "category", "code"]
_HEADING = re.compile(r"\d{1,2}|[A-Z]\w\w-[A-Z]\w\w")
_INCLUSION = KINDS.index("inclusion_terms")
_INCLUDES = KINDS.index("includes")


@dataclass(frozen=True, slots=True)
class Code:
    """One code, block or chapter with its place in the hierarchy."""

    code: str
    title: str
    kind: Kind
    billable: bool
    parent: str | None
    children: tuple[str, ...]


class CodeSet:
    """One release of ICD-10-CM.

    Methods that take a code also take a block (``"S60-S69"``, ``"B20-B20"``) or a chapter
    (``"19"``), except :meth:`index` and ``in``, which know codes only. Codes may be written
    without dot and in small letters. An unknown code raises
    :class:`~suggester.errors.UnknownCodeError` with the nearest known ones.
    """

    def __init__(self, release: Release, columns: Columns, cache_key: str | None = None) -> None:
        self.release = release
        # Names what is derived from the columns, such as the search index, in the cache.
        self.cache_key = cache_key
        self.codes: Sequence[str] = columns.codes
        self._columns = columns
        self._below: dict[int, tuple[str, ...]] = {}
        self._nodes = dict(zip(columns.codes, range(len(columns.codes)), strict=True))
        self._headings = {name: len(columns.codes) + h for h, name in enumerate(columns.headings)}

    def __len__(self) -> int:
        """Return the number of codes, headings among them (``S63``) included."""
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        """Tell whether ``code``, in any spelling, is a code of this release."""
        return isinstance(code, str) and self.normalise(code) in self._nodes

    def __repr__(self) -> str:
        """Return a short description for a developer."""
        return f"<CodeSet {self.release.system} {self.release.name}, {len(self)} codes>"

    @cached_property
    def billable_count(self) -> int:
        """The number of billable codes."""
        return sum(end == i for i, end in enumerate(self._columns.ends[: len(self)], 1))

    def normalise(self, text: str) -> str:
        """Return a code as written on a claim form: ``" s63501a"`` becomes ``"S63.501A"``."""
        text = text.strip().upper()
        if text in self._nodes or _HEADING.fullmatch(text):
            return text
        text = text.replace(".", "").replace(" ", "").rstrip("-")
        return f"{text[:3]}.{text[3:]}" if len(text) > 3 else text

    def index(self, code: str) -> int:
        """Return the position of a code in :attr:`codes`."""
        index = self._nodes.get(code)
        if index is None:
            index = self._nodes.get(self.normalise(code))
        if index is None:
            raise self._unknown(code)
        return index

    def get(self, code: str) -> Code:
        """Return a code, block or chapter with its title and neighbours."""
        node = self._node(code)
        return Code(
            self._name(node),
            self._title(node),
            self._kind(node),
            self._is_leaf(node),
            self._parent_name(node),
            tuple(self._name(child) for child in self._children(node)),
        )

    def title(self, code: str) -> str:
        """Return the full official title."""
        return self._title(self._node(code))

    def parent(self, code: str) -> str | None:
        """Return the code, block or chapter directly above; ``None`` for a chapter."""
        return self._parent_name(self._node(code))

    def children(self, code: str) -> tuple[str, ...]:
        """Return what stands directly below, 7th-character forms included."""
        node = self._node(code)
        if node not in self._below:
            self._below[node] = tuple(map(self._name, self._children(node)))
        return self._below[node]

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return everything above, nearest first, ending with blocks and the chapter."""
        return tuple(self._name(node) for node in self._path(self._node(code))[1:])

    def descendants(self, code: str) -> tuple[str, ...]:
        """Return every code below in tabular order."""
        node = self._node(code)
        start, end = self._range(node)
        return tuple(self.codes[start + (node < len(self)) : end])

    def leaves(self, code: str) -> tuple[str, ...]:
        """Return the billable codes below in tabular order, or the code itself if billable."""
        start, end = self._range(self._node(code))
        ends = self._columns.ends
        return tuple(self.codes[i] for i in range(start, end) if ends[i] == i + 1)

    def is_billable(self, code: str) -> bool:
        """Tell whether the code may stand on a claim: no code is below it."""
        return self._is_leaf(self._node(code))

    def category(self, code: str) -> str:
        """Return the category, the first three characters of a known code."""
        return self.codes[self.index(code)][:3]

    def notes(self, code: str, inherited: bool = True) -> Notes:
        """Return the instructional notes that hold for a code.

        With ``inherited`` the notes of every heading above are included, nearest first; inclusion
        terms always belong to their own code alone.
        """
        found: dict[str, list[Note]] = {}
        path = self._path(self._node(code))
        for node in path if inherited else path[:1]:
            for kind, text in self._own_notes(node):
                if kind != _INCLUSION or node == path[0]:
                    found.setdefault(KINDS[kind], []).append(Note(text, self._name(node)))
        return Notes(**{kind: tuple(notes) for kind, notes in found.items()})

    def own_notes(self) -> Iterator[tuple[str, str, str]]:
        """Yield every note as heading, kind and text, the notes of one heading together."""
        columns = self._columns
        for node, kind, text in zip(
            columns.note_nodes, columns.note_kinds, columns.note_texts, strict=True
        ):
            yield self._name(node), KINDS[kind], text

    @cached_property
    def instructions(self) -> Instructions:
        """The notes that name other codes: what excludes, precedes or goes with what."""
        from suggester.codes.instructions import Instructions

        return Instructions(self)

    def own_inclusion_terms(self) -> Iterator[tuple[int, str]]:
        """Yield every inclusion term with the index of the code it is printed under."""
        yield from self._wordings(_INCLUSION)

    def own_wordings(self) -> Iterator[tuple[int, str]]:
        """Yield every inclusion term, then every *includes* note, with the index of its code."""
        yield from self._wordings(_INCLUSION)
        yield from self._wordings(_INCLUDES)

    def is_seventh_character_form(self, code: str) -> bool:
        """Tell whether the code is another with a 7th character added."""
        node = self._node(code)
        return node < len(self) and self._columns.meaning[node] >= 0

    def seventh_characters(self, code: str) -> dict[str, str]:
        """Return the 7th characters that exist for a code, with their meanings.

        For a heading above such codes it is the definition in force there, and for a form that
        has its 7th character already, the choices it was made from. Empty when the code takes
        none.
        """
        node = self._node(code)
        columns = self._columns
        if self.is_seventh_character_form(code):
            node = columns.parents[node]
        forms = [n for n in self._children(node) if n < len(self) and columns.meaning[n] >= 0]
        if forms:
            return {self.codes[n][-1]: columns.meanings[columns.meaning[n]] for n in forms}
        if self._is_leaf(node):
            return {}
        for above in self._path(node):
            if above in columns.seventh_nodes:
                at = columns.seventh_nodes.index(above)
                texts = (columns.meanings[m] for m in columns.seventh_meanings[at])
                return dict(zip(columns.seventh_characters[at], texts, strict=True))
        return {}

    def search(self, query: str, limit: int = 20, billable_only: bool = False) -> list[Hit]:
        """Return the codes that fit a code prefix or words best, best first.

        Words may come in any order, the last one may be unfinished, and misspelled words are
        matched with the nearest word that official titles and inclusion terms use.
        """
        return self._search_index.search(query, limit, billable_only)

    @cached_property
    def _search_index(self) -> SearchIndex:
        from suggester.codes.search import SearchIndex

        return SearchIndex(self)

    def _wordings(self, wanted: int) -> Iterator[tuple[int, str]]:
        columns = self._columns
        for node, kind, text in zip(
            columns.note_nodes, columns.note_kinds, columns.note_texts, strict=True
        ):
            if kind == wanted and node < len(self):
                yield node, text

    def _node(self, code: str) -> int:
        node = self._nodes.get(code)
        if node is not None:
            return node
        name = self.normalise(code)
        node = self._nodes.get(name, self._headings.get(name))
        if node is None:
            raise self._unknown(code)
        return node

    def _name(self, node: int) -> str:
        beyond = node - len(self.codes)
        return self.codes[node] if beyond < 0 else self._columns.headings[beyond]

    def _title(self, node: int) -> str:
        columns = self._columns
        if node >= len(self):
            return columns.heading_titles[node - len(self)]
        if columns.titles[node]:
            return columns.titles[node]
        return f"{columns.titles[columns.parents[node]]}, {columns.meanings[columns.meaning[node]]}"

    def _kind(self, node: int) -> Kind:
        if node < len(self):
            return "category" if len(self.codes[node]) == 3 else "code"
        return "chapter" if self._columns.parents[node] < 0 else "block"

    def _parent_name(self, node: int) -> str | None:
        parent = self._columns.parents[node]
        return None if parent < 0 else self._name(parent)

    def _path(self, node: int) -> list[int]:
        path = []
        while node >= 0:
            path.append(node)
            node = self._columns.parents[node]
        return path

    def _range(self, node: int) -> tuple[int, int]:
        start = node if node < len(self) else self._columns.firsts[node - len(self)]
        return start, self._columns.ends[node]

    def _is_leaf(self, node: int) -> bool:
        return node < len(self) and self._columns.ends[node] == node + 1

    def _children(self, node: int) -> list[int]:
        parents, ends = self._columns.parents, self._columns.ends
        start, end = self._range(node)
        found = []
        if node >= len(self):
            blocks = [n for n in self._headings.values() if parents[n] == node]
            if blocks:
                return blocks
        else:
            start += 1
        while start < end:
            found.append(start)
            start = ends[start]
        return found

    def _own_notes(self, node: int) -> Iterator[tuple[int, str]]:
        columns = self._columns
        at = bisect_left(columns.note_nodes, node)
        while at < len(columns.note_nodes) and columns.note_nodes[at] == node:
            yield columns.note_kinds[at], columns.note_texts[at]
            at += 1

    def _unknown(self, code: str) -> UnknownCodeError:
        from suggester.codes.nearest import nearest_codes

        near = nearest_codes(self.normalise(code), self.codes)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        return UnknownCodeError(
            f"{code.strip()[:20]!r} is not a code of ICD-10-CM {self.release.name}.{hint}"
        )
