"""Notes of many files in partitions of equal size, and what is wrong with the rows that are none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suggester.corpus.formats import Format
from suggester.corpus.readers import read_encounters_and_errors
from suggester.corpus.text_files import Report
from suggester.encounter import Encounter
from suggester.errors import InputError


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was set aside: why, never what it says.

    ``coding`` tells that it was read well, and that coding it failed.
    """

    reason: str
    id: str | None = None
    coding: bool = False

    def to_dict(self, partition: int) -> dict[str, Any]:
        """Return the JSON form, a line of ``bad.jsonl``."""
        said = {} if self.id is None else {"id": self.id}
        step = "coding" if self.coding else "reading"
        return {"partition": partition, **said, "step": step, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows one after another: the notes among them, and those that cannot be used."""

    number: int
    encounters: tuple[Encounter, ...] = field(repr=False)
    bad: tuple[BadRow, ...] = ()


def partitions(
    paths: Iterable[Path],
    formats: Mapping[str, Format],
    size: int,
    done: Collection[int] = (),
    report: Report = lambda _: None,
) -> Iterator[Partition]:
    """Yield the rows of all files in partitions of ``size``, those that are ``done`` left out.

    The same files give the same partitions. Those left out are read all the same: an id in one of
    them may come again. A bad row counts as a row.
    """
    number = 0
    encounters: list[Encounter] = []
    bad: list[BadRow] = []
    for one in read_encounters_and_errors(paths, report, formats):
        if isinstance(one, InputError):
            bad.append(BadRow(str(one)))
        else:
            encounters.append(one)
        if len(encounters) + len(bad) == size:
            if number not in done:
                yield Partition(number, tuple(encounters), tuple(bad))
            number += 1
            encounters, bad = [], []
    if (encounters or bad) and number not in done:
        yield Partition(number, tuple(encounters), tuple(bad))
