"""Which reader reads which file: by its ending, and standard input."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from suggester.corpus.packed import unpacked
from suggester.corpus.rows import Row, Rows, csv_rows, is_note, json_rows, jsonl_rows, parquet_rows
from suggester.corpus.text_files import (
    MOST_LINE,
    Report,
    decoded,
    named,
    opened,
    read_text,
    text_lines,
)


def _note(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield Row(name, 1, {"id": path.stem, "text": read_text(stream, name, report)})


def _jsonl(path: Path, report: Report) -> Rows:
    name = named(path)
    with unpacked(path) as stream:
        yield from jsonl_rows(text_lines(stream, name, report), name)


def _json(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield from json_rows(decoded(stream.read(), name, report), name)


def _csv(path: Path, report: Report) -> Rows:
    name = named(path)
    with unpacked(path) as stream:
        yield from csv_rows(text_lines(stream, name, report), name)


def _parquet(path: Path, report: Report) -> Rows:
    del report
    return parquet_rows(path, named(path))


def read_stdin(path: Path, report: Report) -> Rows:
    """Yield the rows of standard input: a note, JSON, or JSON lines."""
    name = named(path)
    with opened(path) as stream:
        start = b""
        while line := stream.readline(MOST_LINE):
            start += line
            if line.strip():
                break
        if is_note(_json_value(line.decode("utf-8-sig", "replace"))):
            yield from jsonl_rows(text_lines(stream, name, report, start), name)
            return
        text = read_text(stream, name, report, start)
    first, _, rest = text.strip().partition("\n")
    if rest and is_note(_json_value(first)):
        yield from jsonl_rows(io.StringIO(text), name)
        return
    value = _json_value(text)
    if is_note(value) or (isinstance(value, list) and value and all(map(is_note, value))):
        yield from json_rows(text, name)
    else:
        yield Row(name, 1, {"id": "note", "text": text})


def _json_value(text: str) -> object:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


Format = Callable[[Path, Report], Rows]
_TABLES: dict[str, Format] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}
#: File ending → reader of a corpus, and of notes.
CORPUS_FORMATS: Mapping[str, Format] = {
    **_TABLES,
    ".jsonl.gz": _jsonl,
    ".ndjson.gz": _jsonl,
    ".csv.gz": _csv,
}
NOTE_FORMATS: Mapping[str, Format] = {
    ".txt": _note,
    ".md": _note,
    "": _note,
    ".json": _json,
    **_TABLES,
}
