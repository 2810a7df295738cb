"""Which ids of notes were there already, in a few bytes each."""

from __future__ import annotations

from suggester.corpus.keyed import key_number


class SeenIds:
    """Remember ids with the place each was first seen at, without the texts of either."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._files: list[str] = []
        self._numbers: dict[str, int] = {}

    def place_of(self, identity: str, place: str) -> str:
        """Return the place at which this id was seen before; where it is new, remember ``place``."""
        key = key_number(identity)
        before = self._places.get(key)
        if before is not None:
            return self._written(before)
        # A place is a file and a number at its end, such as "notes.csv line 12".
        file, _, last = place.rpartition(" ")
        number = int(last) + 1 if last.isdecimal() and file else 0
        prefix = file if number else place
        at = self._numbers.setdefault(prefix, len(self._files))
        if at == len(self._files):
            self._files.append(prefix)
        self._places[key] = number << 32 | at
        return ""

    def _written(self, packed: int) -> str:
        file, number = self._files[packed & 0xFFFFFFFF], packed >> 32
        return f"{file} {number - 1}" if number else file
