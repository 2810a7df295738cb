"""What only shows when the notes of a corpus are held against each other: copies and leaks.

A model measured on a note that it was trained on, or on a patient it knows, looks better than it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from suggester.corpus.copies import Copies, Copy
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.keyed import key_number


class Across:
    """Remember of each note what tells it from others, not its text."""

    def __init__(self, shared: float, wanted: Collection[str]) -> None:
        self._wanted = set(wanted)
        self._ids: list[str] = []
        self._splits: list[str] = []
        self._texts: dict[int, int] = {}
        self._same: list[tuple[int, int]] = []
        self._patients: dict[int, int] = {}
        self._shared_patients: list[tuple[int, int]] = []
        self._copies = Copies(shared)
        self._compared: list[int] = []

    def add(self, coded: CodedEncounter) -> None:
        """Remember the next note."""
        note = len(self._ids)
        self._ids.append(coded.encounter.id)
        self._splits.append(coded.split)
        if coded.patient and coded.split:
            first = self._patients.setdefault(key_number(coded.patient), note)
            if self._splits[first] != coded.split:
                self._shared_patients.append((first, note))
        if not self._wanted & {"duplicates", "copies", "leaks"}:
            return
        text = coded.encounter.text
        same = self._texts.setdefault(key_number("=" + " ".join(text.lower().split())), note)
        if same != note:
            self._same.append((same, note))
        elif self._wanted & {"copies", "leaks"}:
            self._compared.append(note)
            self._copies.add(text)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """Yield note, kind and message for what was found."""
        for first, second in self._same:
            yield self._told(first, second, "duplicates", "the same text as")
        if self._wanted & {"copies", "leaks"}:
            yield from self._near()
        for first, second in self._shared_patients:
            other = f"{self._ids[first]}, which is in the split {self._splits[first]}"
            yield self._ids[second], "patients", f"of the same patient as {other}"

    def _near(self) -> Iterator[tuple[str, str, str]]:
        found, templates = self._copies.pairs()
        by_second: dict[int, list[Copy]] = defaultdict(list)
        for copy in found:
            by_second[copy.second].append(copy)
        for second, copies in sorted(by_second.items()):
            # One line a note: of several that it is like, one of another split counts first.
            best = max(copies, key=lambda c: (self._apart(c), c.shared, -c.first))
            yield self._told(
                self._compared[best.first], self._compared[second], "copies", "nearly a copy of"
            )
        for note in templates:
            yield (
                self._ids[self._compared[note]],
                "copies",
                "nearly all of its wording stands in many other notes too",
            )

    def _apart(self, copy: Copy) -> bool:
        return self._split_apart(self._compared[copy.first], self._compared[copy.second])

    def _split_apart(self, first: int, second: int) -> bool:
        return "" != self._splits[first] != self._splits[second] != ""

    def _told(self, first: int, second: int, kind: str, said: str) -> tuple[str, str, str]:
        after = ""
        if self._split_apart(first, second):
            kind, after = "leaks", f", which is in the split {self._splits[first]}"
        return self._ids[second], kind, f"{said} {self._ids[first]}{after}"
