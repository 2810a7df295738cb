"""Tables of a corpus that has several: CSV, gzipped CSV or Parquet, read a row at a time."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggester.corpus.packed import ending_of, unpacked
from suggester.corpus.rows import parquet_batches, parquet_columns
from suggester.corpus.text_files import MOST_LINE, Report, named, text_lines
from suggester.errors import InputError

#: Endings of files that hold a table.
TABLE_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class TableRow:
    """Values of the columns asked for, in their order; empty where there is none."""

    number: int
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes
    ----------
    title
        What the layout calls it, such as ``NOTE``.
    quoted
        Whether a quote may open a field of a table parted by tabs; Athena writes none.
    """

    path: Path
    title: str
    quoted: bool = True

    @property
    def name(self) -> str:
        """How messages name it."""
        return named(self.path)

    def place(self, number: int) -> str:
        """Name a row as a message does."""
        return f"{self.name} {'row' if _is_parquet(self.path) else 'line'} {number}"

    def columns(self, report: Report = lambda _: None) -> tuple[str, ...]:
        """Return the names of the columns in small letters.

        Raises
        ------
        InputError
            The file cannot be read.
        """
        if _is_parquet(self.path):
            return tuple(name.lower() for name in parquet_columns(self.path, self.name))
        with unpacked(self.path) as stream:
            header = next(iter(text_lines(stream, self.name, report)), "")
        return _names(header)[0]

    def rows(
        self, needed: Sequence[str], wanted: Sequence[str] = (), report: Report = lambda _: None
    ) -> Iterator[TableRow | InputError]:
        """Yield the values of the columns ``needed``, then of those ``wanted``, of every row.

        Column names may be in any case. A row of the wrong length comes as an error.

        Raises
        ------
        InputError
            A needed column is missing, or the file cannot be read.
        """
        there = self.columns(report)
        for column in needed:
            if column not in there:
                raise InputError(
                    f"{self.name} has no column {column!r}, which the table {self.title} has; "
                    f"needed are {', '.join(needed)}."
                )
        asked = [*needed, *wanted]
        places = [there.index(column) if column in there else -1 for column in asked]
        if _is_parquet(self.path):
            yield from self._parquet_rows(asked, there)
            return
        with unpacked(self.path) as stream:
            lines = text_lines(stream, self.name, report)
            header = next(lines, "")
            yield from self._csv_rows(lines, _names(header)[1], places, len(there))

    def _csv_rows(
        self, lines: Iterator[str], delimiter: str, places: list[int], width: int
    ) -> Iterator[TableRow | InputError]:
        csv.field_size_limit(MOST_LINE)
        plain = not self.quoted and delimiter == "\t"
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            strict=True,
            quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
        )
        while True:
            first = reader.line_num + 2
            try:
                record = next(reader, None)
            except csv.Error:
                raise InputError(
                    f"{self.place(first)} is not CSV (a quote not closed or out of place); what "
                    "follows it is not read."
                ) from None
            if record is None:
                return
            if len(record) == width:
                yield TableRow(first, [record[at] if at >= 0 else "" for at in places])
            elif record:
                yield InputError(
                    f"{self.place(first)} has {len(record)} fields; the header names {width}."
                )

    def _parquet_rows(self, asked: list[str], there: tuple[str, ...]) -> Iterator[TableRow]:
        # Parquet tells columns apart by case; the first of a name in any case is taken.
        spelled = dict(
            zip(reversed(there), reversed(parquet_columns(self.path, self.name)), strict=True)
        )
        columns = [spelled[column] for column in dict.fromkeys(asked) if column in spelled]
        number = 0
        for batch in parquet_batches(self.path, self.name, columns):
            size = batch.num_rows
            lists = {name: batch.column(name).to_pylist() for name in columns}
            empty: list[Any] = [None] * size
            values = [lists[spelled[c]] if c in spelled else empty for c in asked]
            for record in zip(*values, strict=True):
                number += 1
                yield TableRow(number, [_text(value) for value in record])


def _names(header: str) -> tuple[tuple[str, ...], str]:
    delimiter = max(_DELIMITERS, key=header.count)
    fields = next(csv.reader([header], delimiter=delimiter), [])
    return tuple(field.strip().lower() for field in fields), delimiter


def _is_parquet(path: Path) -> bool:
    return ending_of(path) == ".parquet"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():  # A whole number with gaps, from pandas.
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return str(value)
