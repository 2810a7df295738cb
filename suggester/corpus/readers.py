"""Encounters and coded encounters from files: text, JSONL, JSON, CSV, Parquet, standard input."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from suggester.corpus.formats import CORPUS_FORMATS, NOTE_FORMATS, Format, read_stdin
from suggester.corpus.gold import OTHER_SYSTEMS, CodedEncounter
from suggester.corpus.identifiers import SeenIds
from suggester.corpus.layouts.layout import Layout, Reading
from suggester.corpus.layouts.recognition import AUTO, LAYOUTS, sources
from suggester.corpus.packed import ending_of, name_without_ending
from suggester.corpus.rows import Row, Rows, csv_rows, json_rows, jsonl_rows
from suggester.corpus.text_files import (
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
# Fields that one cell of a table holds as JSON; without them a cell may be empty.
_NESTED = ("documents", "evidence", "not_coded", "also", "procedures", "decisions")


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


def read_encounters_and_errors(
    paths: Iterable[Path | str],
    report: Report = lambda _: None,
    formats: Mapping[str, Format] | None = None,
) -> Iterator[Encounter | InputError]:
    """Yield the encounters of all files, and in its place an error for each that cannot be used.

    Parameters are those of :func:`read_encounters`; ``report`` is called with notices only.
    """
    seen = SeenIds()
    for path in map(Path, paths):
        rows = rows_of(path, formats or NOTE_FORMATS, report)
        yield from _each(rows, _stem(path), _encounter, seen)


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
    seen = SeenIds()
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
    *,
    layout: str = AUTO,
    icd_version: int = 10,
    layouts: Mapping[str, Layout] = LAYOUTS,
) -> Iterator[CodedEncounter]:
    """Yield the coded encounters of files and folders, one held at a time.

    Parameters
    ----------
    paths
        ``.jsonl``, ``.csv`` (both also gzipped) and ``.parquet`` files with a row a note, folders of
        them, and files or folders of a layout. In CSV and Parquet the column ``codes`` holds a list,
        or codes separated by ``|``, space or comma, and what is nested may be JSON.
    on_error, report
        As for :func:`read_encounters`.
    splits
        Only the notes of these; all where empty.
    layout
        Name of the layout of all ``paths``, ``rows`` for the project's own; it is recognised where
        none is named.
    icd_version
        Which version is read where a corpus has codes of ICD-9 and of ICD-10; they are never mixed.
    layouts
        Name → layout, in place of :data:`~suggester.corpus.layouts.recognition.LAYOUTS`.

    Raises
    ------
    InputError
        Something cannot be used, or the layout is not known or not clear.
    """
    reading = Reading(icd_version, report)
    seen = SeenIds()
    for source in sources([Path(path) for path in paths], layout, layouts):
        if source.layout is not None and source.found is not None:
            rows = source.layout.read(source.found, reading)
            found = _built_from(rows, "note", _coded, on_error, report, seen)
            # A row may be left out with a notice: that there is nothing else is told by its reader.
        else:
            found = _read(corpus_files(source.path), CORPUS_FORMATS, _coded, on_error, report, seen)
        for coded in found:
            if not splits or coded.split in splits:
                yield coded


def _read(
    paths: list[Path],
    formats: Mapping[str, Format],
    build: Callable[[Row, str], tuple[_Built, Encounter]],
    on_error: OnError,
    report: Report,
    seen: SeenIds | None = None,
) -> Iterator[_Built]:
    if on_error == "stop":
        for path in paths:
            check_there(path)
    seen = seen or SeenIds()
    for path in paths:
        rows = rows_of(path, formats, report)
        yield from _built_from(rows, _stem(path), build, on_error, report, seen)


def _stem(path: Path) -> str:
    """Return what ids begin with that are not given."""
    if path == STDIN:
        return "note"
    return name_without_ending(path) if ending_of(path).endswith(".gz") else path.stem


def _built_from(
    rows: Rows,
    stem: str,
    build: Callable[[Row, str], tuple[_Built, Encounter]],
    on_error: OnError,
    report: Report,
    seen: SeenIds,
) -> Iterator[_Built]:
    for one in _each(rows, stem, build, seen):
        if not isinstance(one, InputError):
            yield one
        elif on_error == "stop":
            raise one
        else:
            report(one)


def _each(
    rows: Rows, stem: str, build: Callable[[Row, str], tuple[_Built, Encounter]], seen: SeenIds
) -> Iterator[_Built | InputError]:
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            if isinstance(row, InputError):
                raise row
            built, encounter = build(row, stem)
            _check(encounter, row, seen)
        except InputError as error:
            yield error
        else:
            yield built


def rows_of(path: Path, formats: Mapping[str, Format], report: Report) -> Rows:
    """Yield the rows of one file, read by its ending.

    Raises
    ------
    InputError
        It is missing, of no known ending, damaged, or holds no rows.
    """
    check_there(path)
    reader = formats.get(ending_of(path))
    if path == STDIN:
        reader = read_stdin
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


def read_corpus_rows(
    paths: Iterable[Path | str],
    on_error: OnError = "stop",
    report: Report = lambda _: None,
) -> Iterator[tuple[Mapping[str, Any], CodedEncounter]]:
    """Yield each row of a corpus as it stands in its file, its ``id`` filled in, and what it says.

    Raises
    ------
    InputError
        As :func:`read_corpus`.
    """

    def both(row: Row, stem: str) -> tuple[tuple[Mapping[str, Any], CodedEncounter], Encounter]:
        coded, encounter = _coded(row, stem)
        return (_with_id(row, stem), coded), encounter

    files = [file for path in paths for file in corpus_files(Path(path))]
    return _read(files, CORPUS_FORMATS, both, on_error, report, SeenIds())


def _coded(row: Row, stem: str) -> tuple[CodedEncounter, Encounter]:
    fields = _with_id(row, stem)
    for key in _NESTED:
        value = fields.get(key)
        if value == "":
            del fields[key]
        elif isinstance(value, str) and value.lstrip().startswith(("{", "[")):
            fields[key] = _nested(value, key, row)
    for key in ("codes", *OTHER_SYSTEMS):
        if isinstance(fields.get(key), str):
            fields[key] = [code for code in _SEPARATORS.split(fields[key]) if code]
    coded = _built(row, CodedEncounter.from_mapping, fields)
    return coded, coded.encounter


def _nested(text: str, key: str, row: Row) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{row.place} has a field {key!r} that is not JSON.") from None


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


def _check(encounter: Encounter, row: Row, seen: SeenIds) -> None:
    try:
        encounter.check()
    except InputError as error:
        raise InputError(f"{row.place}: {error}") from None
    before = seen.place_of(encounter.id, row.place)
    if before:
        raise InputError(
            f"{row.place} has the id {encounter.id!r}, which {before} has already; ids must differ."
        )


def corpus_files(path: Path) -> list[Path]:
    """Return the corpus files a path stands for: itself, or all in a folder and below, sorted.

    Raises
    ------
    InputError
        The folder holds none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("[!.]*") if ending_of(p) in CORPUS_FORMATS and p.is_file())
    if not found:
        raise InputError(f"The folder {named(path)} holds no {', '.join(CORPUS_FORMATS)} file.")
    return found
