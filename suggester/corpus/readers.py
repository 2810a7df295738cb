"""Encounters and coded encounters from files: text, JSONL, JSON, CSV, Parquet, standard input."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.rows import (
    Row,
    Rows,
    csv_rows,
    is_note,
    json_rows,
    jsonl_rows,
    parquet_rows,
)
from suggester.corpus.text_files import (
    MOST_LINE,
    STDIN,
    Report,
    check_there,
    decoded,
    named,
    opened,
    read_text,
    refuse_binary,
    text_lines,
)
from suggester.encounter import Encounter
from suggester.errors import InputError

OnError = Literal["stop", "skip"]
_Built = TypeVar("_Built")
_MOST_ID = 200
_SEPARATORS = re.compile(r"[|,;\s]+")


def read_encounters(
    paths: Iterable[Path | str],
    on_error: OnError = "stop",
    report: Report = lambda _: None,
    formats: Mapping[str, Format] | None = None,
) -> Iterator[Encounter]:
    """Yield the encounters of all files, one held at a time.

    Parameters
    ----------
    paths
        ``.txt`` and ``.md`` (one note a file, named after it), ``.jsonl``, ``.ndjson``, ``.json``,
        ``.csv``, ``.parquet``; ``-`` is standard input, a note or JSONL.
    on_error
        ``skip`` reports what cannot be used and goes on; ``stop`` raises it.
    report
        Called with each notice and each error that was skipped.
    formats
        File ending → reader, in place of :data:`NOTE_FORMATS`.

    Raises
    ------
    InputError
        Something cannot be used: names the file and line, never quotes the note.
    """
    return _read([Path(p) for p in paths], formats or NOTE_FORMATS, _encounter, on_error, report)


def encounters_in(name: str, data: bytes, report: Report = lambda _: None) -> Iterator[Encounter]:
    """Yield the encounters of a file held in memory, such as an upload; what cannot be used is reported.

    ``name`` ends in ``.txt``, ``.md``, ``.jsonl``, ``.ndjson``, ``.json`` or ``.csv``.

    Raises
    ------
    InputError
        The file as a whole cannot be used; the note is never quoted.
    """
    path = Path(name)
    stream = io.BytesIO(data)
    match path.suffix.lower():
        case ".txt" | ".md":
            rows: Rows = iter(
                [Row(name, 1, {"id": path.stem, "text": read_text(stream, name, report)})]
            )
        case ".jsonl" | ".ndjson":
            rows = jsonl_rows(text_lines(stream, name, report), name)
        case ".json":
            rows = json_rows(decoded(data, name, report), name)
        case ".csv":
            rows = csv_rows(text_lines(stream, name, report), name)
        case _:
            raise InputError(
                "A file of notes that is uploaded ends in .txt, .md, .jsonl, .ndjson, .json, .csv or .xml."
            )
    seen: dict[str, str] = {}
    for row in rows:
        try:
            if isinstance(row, InputError):
                raise row
            _, encounter = _encounter(row, path.stem)
            _check(encounter, row, seen)
        except InputError as error:
            report(error)
        else:
            yield encounter


def read_corpus(
    paths: Iterable[Path | str],
    on_error: OnError = "stop",
    report: Report = lambda _: None,
    splits: Collection[str] = (),
) -> Iterator[CodedEncounter]:
    """Yield the coded encounters of ``.jsonl``, ``.csv`` and ``.parquet`` files and of folders.

    With ``splits``, only the notes of these splits. In CSV and Parquet the column ``codes`` holds a list, or codes separated by ``|``, space or
    comma. A folder gives all such files in it and below, sorted by path.

    Raises
    ------
    InputError
        Something cannot be used: names the file and line, never quotes the note.
    """
    files = [file for path in paths for file in _files(Path(path))]
    for coded in _read(files, CORPUS_FORMATS, _coded, on_error, report):
        if not splits or coded.split in splits:
            yield coded


def _read(
    paths: list[Path],
    formats: Mapping[str, Format],
    build: Callable[[Row, str], tuple[_Built, Encounter]],
    on_error: OnError,
    report: Report,
) -> Iterator[_Built]:
    if on_error == "stop":
        for path in paths:
            check_there(path)
    seen: dict[str, str] = {}
    for path in paths:
        rows = _rows(path, formats, report)
        while True:
            try:
                row = next(rows, None)
                if row is None:
                    break
                if isinstance(row, InputError):
                    raise row
                built, encounter = build(row, path.stem if path != STDIN else "note")
                _check(encounter, row, seen)
            except InputError as error:
                if on_error == "stop":
                    raise
                report(error)
            else:
                yield built


def _rows(path: Path, formats: Mapping[str, Format], report: Report) -> Rows:
    check_there(path)
    reader = formats.get(path.suffix.lower())
    if path == STDIN:
        reader = _stdin
    if reader is None:
        with opened(path) as stream:
            refuse_binary(stream.read(4096), named(path))
        endings = ", ".join(ending for ending in formats if ending)
        ending = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise InputError(f"{named(path)} {ending}; files that can be read end in {endings}.")
    empty = True
    for row in reader(path, report):
        empty = False
        yield row
    if empty:
        raise InputError(f"{named(path)} holds no notes.")


def _encounter(row: Row, stem: str) -> tuple[Encounter, Encounter]:
    fields = _with_id(row, stem)
    encounter = _built(row, Encounter.from_mapping, fields)
    return encounter, encounter


def _coded(row: Row, stem: str) -> tuple[CodedEncounter, Encounter]:
    fields = _with_id(row, stem)
    if isinstance(fields.get("codes"), str):
        fields["codes"] = [code for code in _SEPARATORS.split(fields["codes"]) if code]
    coded = _built(row, CodedEncounter.from_mapping, fields)
    return coded, coded.encounter


def _built(
    row: Row, make: Callable[[Mapping[str, Any], str], _Built], fields: dict[str, Any]
) -> _Built:
    try:
        return make(fields, fields["id"])
    except InputError as error:
        raise InputError(f"{row.place}: {error}") from None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        raise InputError(f"{row.place} has a field of the wrong kind.") from None


def _with_id(row: Row, stem: str) -> dict[str, Any]:
    given = row.fields.get("id")
    if given is None or given == "":
        given = f"{stem}-{row.number}"
    identity = str(given)
    if len(identity) > _MOST_ID or not identity.isprintable() or isinstance(given, dict | list):
        raise InputError(
            f"{row.place} has an 'id' that cannot be used: it must be one line of at most "
            f"{_MOST_ID} characters."
        )
    return {**row.fields, "id": identity}


def _check(encounter: Encounter, row: Row, seen: dict[str, str]) -> None:
    try:
        encounter.check()
    except InputError as error:
        raise InputError(f"{row.place}: {error}") from None
    if encounter.id in seen:
        raise InputError(
            f"{row.place} has the id {encounter.id!r}, which {seen[encounter.id]} has already; "
            "ids must differ."
        )
    seen[encounter.id] = row.place


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        p for p in path.rglob("[!.]*") if p.suffix.lower() in CORPUS_FORMATS and p.is_file()
    )
    if not found:
        raise InputError(f"The folder {named(path)} holds no {', '.join(CORPUS_FORMATS)} file.")
    return found


def _note(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield Row(name, 1, {"id": path.stem, "text": read_text(stream, name, report)})


def _jsonl(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield from jsonl_rows(text_lines(stream, name, report), name)


def _json(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield from json_rows(decoded(stream.read(), name, report), name)


def _csv(path: Path, report: Report) -> Rows:
    name = named(path)
    with opened(path) as stream:
        yield from csv_rows(text_lines(stream, name, report), name)


def _parquet(path: Path, report: Report) -> Rows:
    del report
    return parquet_rows(path, named(path))


def _stdin(path: Path, report: Report) -> Rows:
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
CORPUS_FORMATS: Mapping[str, Format] = _TABLES
NOTE_FORMATS: Mapping[str, Format] = {
    ".txt": _note,
    ".md": _note,
    "": _note,
    ".json": _json,
    **_TABLES,
}
