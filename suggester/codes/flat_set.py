"""A code system without hierarchy in memory: codes, their titles and the modifiers of a release."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from suggester.codes.flat_columns import TITLES, FlatColumns
from suggester.codes.release import Release, covers
from suggester.errors import UnknownCodeError

if TYPE_CHECKING:
    from suggester.codes.code_set import CodeSet
    from suggester.codes.search import Hit, SearchIndex

#: The code systems that come as lists of codes, with what they are called.
FLAT_SYSTEMS = {"cpt": "CPT", "hcpcs": "HCPCS Level II", "icd10pcs": "ICD-10-PCS"}


@dataclass(frozen=True, slots=True)
class FlatCode:
    """One code with its titles, of which any may be missing.

    Attributes
    ----------
    title
        The long title, else the medium one, else the short one.
    added, ended
        First and last day the code may be used, where the release says so.
    """

    code: str
    title: str
    short: str | None
    medium: str | None
    long: str | None
    consumer: str | None
    added: datetime.date | None
    ended: datetime.date | None

    def in_force(self, day: datetime.date) -> bool:
        """Tell whether the code may be used for a service on ``day``."""
        return covers(self.added or datetime.date.min, self.ended, day)


class FlatCodeSet:
    """One release of CPT, HCPCS Level II or ICD-10-PCS.

    Codes may be written in small letters. An unknown code raises
    :class:`~suggester.errors.UnknownCodeError` with the nearest known ones.

    Attributes
    ----------
    release
        The system, name and dates of the release.
    codes
        All codes, sorted.
    modifiers
        The two-character modifiers of the release with their titles.
    """

    def __init__(self, release: Release, columns: FlatColumns) -> None:
        self.release = release
        self.system = release.system
        self.codes: Sequence[str] = columns.codes
        self.modifiers: Mapping[str, str] = MappingProxyType(columns.modifiers)
        # Names the search index in the cache.
        self.cache_key = f"{release.system}-{release.sha256[:24]}"
        self._columns = columns
        self._positions = dict(zip(columns.codes, range(len(columns.codes)), strict=True))

    def __len__(self) -> int:
        """Return the number of codes, modifiers not included."""
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        """Tell whether ``code``, in any spelling, is a code of this release."""
        return isinstance(code, str) and self.normalise(code) in self._positions

    def __repr__(self) -> str:
        """Return a short description for a developer."""
        return f"<FlatCodeSet {self.system} {self.release.name}, {len(self)} codes>"

    @property
    def label(self) -> str:
        """The system and release in words: ``"HCPCS Level II 2024-07"``."""
        return f"{FLAT_SYSTEMS[self.system]} {self.release.name}"

    def normalise(self, text: str) -> str:
        """Return a code as written on a claim form: ``" j1100"`` becomes ``"J1100"``."""
        return text.strip().upper().replace(" ", "")

    def get(self, code: str) -> FlatCode:
        """Return a code with all its titles and dates."""
        at = self._position(code)
        columns = self._columns
        texts = {kind: self._text(kind, at) or None for kind in TITLES}
        return FlatCode(
            self.codes[at],
            self._title(at),
            texts["short"],
            texts["medium"],
            texts["long"],
            texts["consumer"],
            _date(columns.added, at),
            _date(columns.ended, at),
        )

    def title(self, code: str) -> str:
        """Return the long title of a code, else the medium one, else the short one."""
        return self._title(self._position(code))

    def nearest(self, code: str, limit: int = 3) -> tuple[str, ...]:
        """Return up to ``limit`` known codes that ``code`` may have been meant as, best first."""
        from suggester.codes.nearest import nearest_codes

        return nearest_codes(self.normalise(code), self.codes, limit)

    def search(self, words: str, limit: int = 20) -> list[Hit]:
        """Return the codes that begin so, or whose titles fit the words best, best first.

        Words may come in any order, the last one may be unfinished, and misspelled words are
        matched with the nearest word that a title uses.
        """
        return self._by_prefix(words, limit) or self._search_index.search(words, limit)

    def own_wordings(self) -> Iterator[tuple[int, str]]:
        """Yield every title that is not the main one, with the position of its code."""
        for kind in TITLES:
            for at, text in enumerate(self._columns.titles.get(kind, ())):
                if text and text.casefold() != self._title(at).casefold():
                    yield at, text

    def is_billable(self, code: str) -> bool:
        """Tell whether a code may stand on a claim: every known one may."""
        return code in self

    def is_seventh_character_form(self, code: str) -> bool:
        """Tell whether the code repeats another: none does in these systems."""
        del code
        return False

    @cached_property
    def _search_index(self) -> SearchIndex:
        from suggester.codes.search import SearchIndex

        # The index asks for titles and wordings only, which both kinds of code set have.
        return SearchIndex(cast("CodeSet", self))

    def _by_prefix(self, words: str, limit: int) -> list[Hit]:
        from suggester.codes.search import Hit

        prefix = self.normalise(words)
        if len(words.split()) != 1 or not any(character.isdigit() for character in prefix):
            return []
        start = bisect_left(self.codes, prefix)
        found = []
        for code in self.codes[start : start + max(limit, 0)]:
            if not code.startswith(prefix):
                break
            found.append(Hit(code, self.title(code), round(len(prefix) / len(code), 3), True))
        return found

    def _position(self, code: str) -> int:
        at = self._positions.get(code)
        if at is None:
            at = self._positions.get(self.normalise(code))
        if at is None:
            raise self._unknown(code)
        return at

    def _text(self, kind: str, at: int) -> str:
        texts = self._columns.titles.get(kind)
        return texts[at] if texts else ""

    def _title(self, at: int) -> str:
        return next(filter(None, (self._text(kind, at) for kind in TITLES)), "")

    def _unknown(self, code: str) -> UnknownCodeError:
        given = code.strip()[:20]
        if self.normalise(code) in self.modifiers:
            return UnknownCodeError(f"{given!r} is a modifier of {self.label}, not a code.")
        near = self.nearest(code)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        return UnknownCodeError(f"{given!r} is not a code of {self.label}.{hint}")


def _date(days: list[str], at: int) -> datetime.date | None:
    return datetime.date.fromisoformat(days[at]) if days and days[at] else None
