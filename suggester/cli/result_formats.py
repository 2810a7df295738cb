"""Results as data: JSON, one JSON line a note, CSV, FHIR; one writer a format."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TextIO

from suggester.cli.result_table import TableWriter

if TYPE_CHECKING:
    from suggester.suggestions import Result

COLUMNS = (
    "id",
    "rank",
    "system",
    "code",
    "description",
    "confidence",
    "tier",
    "evidence",
    "start",
    "end",
    "section",
)


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    fhir = "fhir"


class Writer(Protocol):
    """Writes results as they come, and what belongs after the last."""

    def write(self, result: Result) -> None:
        """Write one note's result."""

    def close(self) -> None:
        """Write what follows the last result."""


class JsonWriter:
    """One object for one note, a list for several."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        # The first waits: whether a bracket comes before it shows only with the second.
        self._first: str | None = None
        self._count = 0

    def write(self, result: Result) -> None:
        """Write one note's result, the first once a second follows."""
        text = json.dumps(result.to_dict(), ensure_ascii=False, indent=2)
        self._count += 1
        if self._count == 1:
            self._first = text
            return
        if self._first is not None:
            self._stream.write(f"[\n{self._first}")
            self._first = None
        self._stream.write(f",\n{text}")

    def close(self) -> None:
        """Write a lone result, or close the list."""
        if self._count == 0:
            self._stream.write("[]\n")
        elif self._first is not None:
            self._stream.write(f"{self._first}\n")
        else:
            self._stream.write("\n]\n")


class JsonLinesWriter:
    """One line a note, sent on at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, result: Result) -> None:
        """Write one note's result as a line."""
        self._stream.write(json.dumps(result.to_dict(), ensure_ascii=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Finish; lines need nothing."""


class CsvWriter:
    """One row a suggestion with its first evidence, below a header."""

    def __init__(self, stream: TextIO) -> None:
        self._rows = csv.writer(stream, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def write(self, result: Result) -> None:
        """Write a row for each suggestion of a note."""
        for s in result.suggestions:
            first = s.evidence[0] if s.evidence else None
            place = (first.text, first.start, first.end, first.section) if first else ("",) * 4
            self._rows.writerow(
                (result.id, s.rank, s.system, s.code, s.description, s.confidence, s.tier, *place)
            )

    def close(self) -> None:
        """Finish; rows need nothing."""


class FhirWriter:
    """A FHIR Bundle for one note; a Bundle of Bundles for several, or for none."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        # As with JSON, what comes before the first shows only with the second.
        self._first: str | None = None
        self._count = 0

    def write(self, result: Result) -> None:
        """Write one note's Bundle, the first once a second follows."""
        from suggester.exchange.fhir_suggestions import suggestions_bundle

        bundle = suggestions_bundle(result, recorded=datetime.datetime.now(datetime.UTC))
        text = json.dumps(bundle, ensure_ascii=False, indent=2)
        self._count += 1
        if self._count == 1:
            self._first = text
            return
        if self._first is not None:
            self._stream.write(f'{{{_COLLECTION}, "entry": [\n{{"resource": {self._first}}}')
            self._first = None
        self._stream.write(f',\n{{"resource": {text}}}')

    def close(self) -> None:
        """Write a lone Bundle, or close the Bundle of Bundles."""
        if self._count == 0:
            self._stream.write(f"{{{_COLLECTION}}}\n")
        elif self._first is not None:
            self._stream.write(f"{self._first}\n")
        else:
            self._stream.write("\n]}\n")


_COLLECTION = '"resourceType": "Bundle", "type": "collection"'
_DATA: dict[Format, Callable[[TextIO], Writer]] = {
    Format.json: JsonWriter,
    Format.jsonl: JsonLinesWriter,
    Format.csv: CsvWriter,
    Format.fhir: FhirWriter,
}


def writer(format_: Format, stream: TextIO, all_candidates: bool) -> Writer:
    """Return the writer of a format; a table hides weak candidates unless all are wanted."""
    if format_ is Format.table:
        return TableWriter(stream, all_candidates)
    return _DATA[format_](stream)
