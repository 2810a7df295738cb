"""Rows of JSONL, JSON, CSV and Parquet files, one at a time, each with its place in the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from suggester.corpus.text_files import MOST_LINE
from suggester.errors import InputError

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Row:
    """Fields of one note; ``place`` names file and line as a message does."""

    place: str
    number: int
    fields: Mapping[str, Any]


#: What the functions here yield: a row, or the error of one that can be skipped.
Rows = Iterator[Row | InputError]


def jsonl_rows(lines: Iterable[str], name: str) -> Rows:
    """Yield a row for each line that is not blank."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name} line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield InputError(f"{place} is not JSON; each line must be one complete object.")
            continue
        yield _row(value, place, number)


def json_rows(text: str, name: str) -> Rows:
    """Yield the row of one JSON object, or a row for each object of a list.

    Raises
    ------
    InputError
        The text is not JSON.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        hint = (
            " One object a line belongs in a .jsonl file." if error.msg.startswith("Extra") else ""
        )
        raise InputError(
            f"{name} is not JSON: it breaks off at line {error.lineno}, column {error.colno}.{hint}"
        ) from None
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not JSON that can be read.") from None
    if not isinstance(value, list):
        yield _row(value, name, 1)
        return
    for number, item in enumerate(value, 1):
        yield _row(item, f"{name} item {number}", number)


def csv_rows(lines: Iterable[str], name: str) -> Rows:
    """Yield a row for each record of a CSV file with a header; ``,``, ``;`` or tab separates.

    Raises
    ------
    InputError
        The header lacks ``text``, or quotes are not closed.
    """
    lines = iter(lines)
    header = next(lines, "")
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MOST_LINE)
    names = [field.strip().lower() for field in next(csv.reader([header], delimiter=delimiter), [])]
    if "text" not in names:
        # The header found is not shown: a file without one starts with a note.
        raise InputError(
            f"{name} has no column 'text'; its first line must name the columns, such as "
            "id,text,setting,age,sex,date_of_service."
        )
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 2
        try:
            record = next(reader, None)
        except csv.Error:
            raise InputError(
                f"{name} line {first} is not CSV (a quote not closed or out of place, or a stray "
                "line end); what follows it is not read."
            ) from None
        if record is None:
            return
        place = f"{name} line {first}"
        if len(record) > len(names):
            yield InputError(f"{place} has {len(record)} fields; the header names {len(names)}.")
        elif record:
            yield Row(place, first, dict(zip(names, record, strict=False)))


def parquet_rows(path: Path, name: str) -> Rows:
    """Yield a row for each row of a Parquet file; empty fields are left out.

    Raises
    ------
    InputError
        pyarrow is not installed, the file is no Parquet, or it lacks ``text`` and ``documents``.
    """
    if not {"text", "documents"} & set(parquet_columns(path, name)):
        raise InputError(f"{name} has no column 'text'.")
    number = 0
    for batch in parquet_batches(path, name):
        for fields in batch.to_pylist():
            number += 1
            yield Row(f"{name} row {number}", number, _without_gaps(fields))


def parquet_columns(path: Path, name: str) -> list[str]:
    """Return the names of the columns of a Parquet file, or of a folder of such files.

    Raises
    ------
    InputError
        pyarrow is not installed, or the file is no Parquet.
    """
    parquet, error = _arrow(name)
    try:
        with parquet.ParquetFile(_parts(path)[0]) as file:
            return list(file.schema_arrow.names)
    except (error, OSError, ValueError):
        raise InputError(f"{name} is not a Parquet file that can be read.") from None


def parquet_batches(path: Path, name: str, columns: list[str] | None = None) -> Iterator[Any]:
    """Yield the rows of a Parquet file, or of a folder of such files, in batches of Arrow.

    Raises
    ------
    InputError
        pyarrow is not installed, or the file is no Parquet.
    """
    parquet, error = _arrow(name)
    try:
        for part in _parts(path):
            with parquet.ParquetFile(part) as file:
                yield from file.iter_batches(batch_size=_BATCH, columns=columns)
    except (error, OSError, ValueError):
        raise InputError(f"{name} is not a Parquet file that can be read.") from None


def _arrow(name: str) -> tuple[Any, type[Exception]]:
    try:
        return import_module("pyarrow.parquet"), import_module("pyarrow").ArrowException
    except ImportError:
        raise InputError(f"To read {name} install pyarrow: pip install pyarrow.") from None


def _parts(path: Path) -> list[Path]:
    return (sorted(path.glob("[!._]*.parquet")) or [path]) if path.is_dir() else [path]


def is_note(value: object) -> bool:
    """Tell whether a JSON value can be an encounter."""
    return isinstance(value, dict) and ("text" in value or "documents" in value)


def _row(value: object, place: str, number: int) -> Row | InputError:
    if not isinstance(value, dict):
        return InputError(f"{place} is not an object with 'id' and 'text'.")
    if not is_note(value):
        return InputError(f"{place} has no 'text' (or 'documents').")
    return Row(place, number, value)


def _without_gaps(fields: Mapping[str, Any]) -> dict[str, Any]:
    # pandas writes a missing number as NaN, the one value that differs from itself.
    return {key: value for key, value in fields.items() if value is not None and value == value}
