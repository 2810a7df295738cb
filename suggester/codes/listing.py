"""What one published file of a code system says: codes with titles, modifiers, dates."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from suggester.errors import InputError


@dataclass(slots=True)
class Listing:
    """The contents of one file; readers fill it, one code after the other.

    Attributes
    ----------
    source
        The file's name.
    system
        The code system, such as ``"hcpcs"``.
    titles
        For each kind of title the text of each code.
    modifiers
        The titles of the modifiers.
    added, ended
        First and last day (``2024-07-01``) a code may be used, where the file says so.
    is_whole
        Whether the file holds every code of its release; one that does not only adds to others.
    """

    source: str
    system: str
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    modifiers: dict[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def codes(self) -> set[str]:
        """The codes that have a title of any kind."""
        return set().union(*self.titles.values())

    def keep(self, kind: str, code: str, text: str) -> None:
        """Keep the title of a code; a text without words is none.

        Raises
        ------
        InputError
            The code has a title of this kind already.
        """
        known = self.titles.setdefault(kind, {})
        if code in known:
            raise self.twice(code)
        text = " ".join(text.split())
        if text:
            known[code] = text

    def keep_dates(self, code: str, added: str, ended: str) -> None:
        """Keep the dates of a code, given as ``20240701`` or left blank.

        Raises
        ------
        InputError
            A date does not exist.
        """
        for dates, given in ((self.added, added.strip()), (self.ended, ended.strip())):
            if given:
                dates[code] = self._day(code, given)

    def twice(self, code: str) -> InputError:
        """Return the error of a file that holds a code twice."""
        return InputError(f"{self.source} holds the code {code} twice; download it again.")

    def _day(self, code: str, given: str) -> str:
        # A workbook may hold the date as a number.
        match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:\.0)?", given)
        try:
            if match is None:
                raise ValueError(given)
            return datetime.date(*map(int, match.groups())).isoformat()
        except ValueError as error:
            raise InputError(
                f"{self.source} has a date for {code} that does not exist ({given[:10]!r}); "
                "download it again."
            ) from error


def bad_line(number: int, source: str, what: str) -> InputError:
    """Return the error of a line that does not fit; ``what`` says what the file seems to be."""
    return InputError(f"Line {number} of {source} is not a line of {what}; download it again.")
