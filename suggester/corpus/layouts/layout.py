"""What a layout is: the files it is made of, and the rows of a corpus read from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suggester.corpus.packed import ending_of, name_without_ending
from suggester.corpus.rows import Row
from suggester.corpus.tables import TABLE_ENDINGS, Table
from suggester.corpus.text_files import Report, named
from suggester.errors import InputError

#: Versions of ICD of which one is read from a corpus that has both.
ICD_VERSIONS = (9, 10)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a corpus is read: which version of ICD, and who is told of notices."""

    icd_version: int = 10
    report: Report = lambda _: None


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a layout within those given.

    Attributes
    ----------
    files
        Role, such as the name of a table → its file.
    missing
        Where a part is missing that cannot be done without: the sentence that says so.
    """

    files: Mapping[str, Sequence[Path]]
    missing: str = ""

    def table(self, title: str, quoted: bool = True) -> Table | None:
        """Return the table of this title where it is there."""
        return Table(self.files[title][0], title, quoted) if self.files.get(title) else None


@dataclass(frozen=True, slots=True)
class Layout:
    """A way in which a corpus lies in files.

    Attributes
    ----------
    name
        What the option ``--layout`` calls it.
    title
        What a message calls it.
    expects
        The files it is made of, in words that follow "It is made of".
    find
        Takes files and returns those of the layout, None where it is another.
    read
        Yields a row of the corpus for every encounter; the error of one that can be skipped.
    """

    name: str
    title: str
    expects: str
    find: Callable[[Sequence[Path]], Found | None]
    read: Callable[[Found, Reading], Iterator[Row | InputError]]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a layout: title → the name of its file without ending, in small letters.

    Attributes
    ----------
    needed
        Tables it cannot be read without.
    marks
        Columns that tell a needed table from a file of the same name with something else in it.
    wanted
        Tables that are read where they are there.
    """

    title: str
    needed: Mapping[str, str]
    marks: Mapping[str, Sequence[str]]
    wanted: Mapping[str, str] = field(default_factory=dict)

    def find(self, files: Sequence[Path]) -> Found | None:
        """Return the tables among ``files``, None where none that is needed is there.

        Raises
        ------
        InputError
            A table is there twice.
        """
        found: dict[str, list[Path]] = {}
        for title, stem in {**self.needed, **self.wanted}.items():
            mine = [
                path
                for path in files
                if ending_of(path) in TABLE_ENDINGS and name_without_ending(path) == stem
            ]
            if mine:
                found[title] = mine
        there = [title for title in self.needed if title in found]
        if not there or (len(there) < len(self.needed) and not self._marked(found, there)):
            return None
        for title, paths in found.items():
            if len(paths) > 1:
                raise InputError(
                    f"There are two tables {title} of {self.title}: {named(paths[0])} and "
                    f"{named(paths[1])}; give the folder of one."
                )
        absent = [title for title in self.needed if title not in found]
        if not absent:
            return Found(found)
        return Found(
            found,
            f"{named(found[there[0]][0])} is a table of {self.title}, and the table {absent[0]} is "
            f"missing: a file {self.needed[absent[0]]}.csv, .csv.gz or .parquet must be in a folder "
            "that is given too.",
        )

    def _marked(self, found: Mapping[str, Sequence[Path]], there: Sequence[str]) -> bool:
        for title in there:
            columns = Table(found[title][0], title).columns()
            if set(self.marks[title]) <= set(columns) and "codes" not in columns:
                return True
        return False
