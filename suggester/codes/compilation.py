"""Turn a Tabular List and the official code list into the columns of a code set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from suggester.codes.code_list import CodeList
from suggester.codes.compiled import Columns
from suggester.codes.notes import KINDS
from suggester.codes.tabular import Heading, Tabular
from suggester.errors import InputError


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Codes on which the Tabular List and the code list contradict each other, without dot."""

    only_listed: tuple[str, ...] = ()
    not_listed: tuple[str, ...] = ()
    billable_differs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.only_listed or self.not_listed or self.billable_differs)

    def __str__(self) -> str:
        """Return the counts and the first few codes, for an error message."""
        parts = [
            f"{len(codes)} {what} ({', '.join(codes[:5])}{', …' if len(codes) > 5 else ''})"
            for what, codes in (
                ("only in the list", self.only_listed),
                ("only in the Tabular List", self.not_listed),
                ("billable in one of them only", self.billable_differs),
            )
            if codes
        ]
        return "; ".join(parts)


def compile_columns(tabular: Tabular, code_list: CodeList | None) -> Columns:
    """Lay the Tabular List out in columns, 7th-character forms included.

    The Tabular List defines 7th characters for whole categories, yet some of the forms do not
    exist (death has no subsequent encounter: ``S06.1X7D``). The code list decides: a form it does
    not hold is left out. Without a list every defined form is taken.

    Raises
    ------
    InputError
        A code occurs twice in the Tabular List.
    """
    return _Compilation(code_list).run(tabular)


def find_disagreement(columns: Columns, code_list: CodeList) -> Disagreement:
    """Return the codes on which compiled columns and the code list they came from differ."""
    compiled = {code.replace(".", "") for code in columns.codes}
    leaves = {
        code.replace(".", "") for i, code in enumerate(columns.codes) if columns.ends[i] == i + 1
    }
    expected = leaves if code_list.only_billable else compiled
    differs: set[str] = set()
    if code_list.billable is not None and not code_list.only_billable:
        differs = (leaves ^ code_list.billable) & compiled & code_list.codes
    return Disagreement(
        tuple(sorted(code_list.codes - expected)),
        tuple(sorted(expected - code_list.codes)),
        tuple(sorted(differs)),
    )


def dotted(code: str) -> str:
    """Write a code as on a claim form: ``S63501A`` becomes ``S63.501A``."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


class _Compilation:
    """The walk over the Tabular List; parents of codes under a heading are filled in at the end."""

    def __init__(self, code_list: CodeList | None) -> None:
        self.list = code_list
        self.columns = Columns()
        self.meanings: dict[str, int] = {}
        self.seen: set[str] = set()
        self.notes: list[tuple[int, int, str]] = []
        self.seventh: list[tuple[int, dict[str, str]]] = []
        # Headings are numbered after all codes, whose number is known only at the end; until
        # then heading h has the node number -2 - h.
        self.heading_parents: list[int] = []
        self.heading_ends: list[int] = []

    def run(self, tabular: Tabular) -> Columns:
        for chapter in tabular.chapters:
            self._heading(chapter, -1)
        columns = self.columns
        columns.ends += self.heading_ends
        columns.parents = [self._final(n) for n in columns.parents + self.heading_parents]
        for node, kind, text in sorted(
            ((self._final(node), kind, text) for node, kind, text in self.notes),
            key=lambda note: note[:2],
        ):
            columns.note_nodes.append(node)
            columns.note_kinds.append(kind)
            columns.note_texts.append(text)
        for node, definition in self.seventh:
            columns.seventh_nodes.append(self._final(node))
            columns.seventh_characters.append("".join(definition))
            columns.seventh_meanings.append([self._meaning(m) for m in definition.values()])
        columns.meanings = list(self.meanings)
        return columns

    def _final(self, node: int) -> int:
        return node if node >= -1 else len(self.columns.codes) - 2 - node

    def _heading(self, heading: Heading, parent: int) -> None:
        columns = self.columns
        position = len(columns.headings)
        node = -2 - position
        columns.headings.append(heading.name)
        columns.heading_titles.append(heading.title)
        columns.firsts.append(len(columns.codes))
        self.heading_parents.append(parent)
        self.heading_ends.append(0)
        self._keep_notes(node, heading)
        for child in heading.children:
            if child.kind == "block":
                self._heading(child, node)
            else:
                self._code(child, node, heading.seventh)
        self.heading_ends[position] = len(columns.codes)

    def _code(self, heading: Heading, parent: int, inherited: dict[str, str]) -> None:
        node = self._add(heading.name, heading.title, parent, -1)
        self._keep_notes(node, heading)
        seventh = heading.seventh or inherited
        for child in heading.children:
            self._code(child, node, seventh)
        if not heading.children:
            self._add_forms(heading.name, node, seventh.items())
        self.columns.ends[node] = len(self.columns.codes)

    def _add_forms(self, code: str, node: int, seventh: Iterable[tuple[str, str]]) -> None:
        base = code.replace(".", "")
        if len(base) == 7:
            return
        for character, meaning in seventh:
            form = base.ljust(6, "X") + character
            if self.list is None or form in self.list.codes:
                self._add(dotted(form), self._listed_title(form), node, self._meaning(meaning))

    def _listed_title(self, form: str) -> str:
        return self.list.titles.get(form, "") if self.list else ""

    def _add(self, code: str, title: str, parent: int, meaning: int) -> int:
        if code in self.seen:
            raise InputError(f"The Tabular List holds the code {code} twice.")
        self.seen.add(code)
        columns = self.columns
        columns.codes.append(code)
        columns.titles.append(title)
        columns.parents.append(parent)
        columns.meaning.append(meaning)
        columns.ends.append(len(columns.codes))
        return len(columns.codes) - 1

    def _meaning(self, meaning: str) -> int:
        return self.meanings.setdefault(meaning, len(self.meanings))

    def _keep_notes(self, node: int, heading: Heading) -> None:
        self.notes.extend((node, KINDS.index(kind), text) for kind, text in heading.notes)
        if heading.seventh:
            self.seventh.append((node, heading.seventh))
