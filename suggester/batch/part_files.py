"""Suggestions of a partition as the bytes of a file: JSON lines, or a Parquet table."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from suggester.suggestions import Evidence, Result, Suggestion

JSONL, PARQUET = "jsonl", "parquet"
_LIST = "list of strings"
#: Columns of a Parquet part and their Arrow types, in order.
COLUMNS = {
    "id": "string",
    "setting": "string",
    "rank": "int32",
    "system": "string",
    "code": "string",
    "description": "string",
    "confidence": "float64",
    "tier": "string",
    "billable": "bool_",
    "evidence": "string",
    "units": "int32",
    "modifiers": _LIST,
    "diagnoses": _LIST,
    "alerts": "string",
}


def jsonl_part(results: Iterable[Result]) -> bytes:
    """Return a line for each note: the JSON of one note, as everywhere."""
    return b"".join(
        json.dumps(result.to_dict(), ensure_ascii=False).encode() + b"\n" for result in results
    )


def parquet_part(results: Iterable[Result]) -> bytes:
    """Return a table with a row for each suggestion; a note without any has one, with its id alone.

    ``evidence`` is JSON with the places, without the words there; ``alerts`` is JSON.
    """
    import pyarrow
    from pyarrow import parquet

    strings = pyarrow.list_(pyarrow.string())
    schema = pyarrow.schema(
        [
            (name, strings if kind == _LIST else getattr(pyarrow, kind)())
            for name, kind in COLUMNS.items()
        ]
    )
    rows = [row for result in results for row in _rows(result)]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), out, compression="zstd")
    return out.getvalue()


#: Form → function that makes the bytes of a part.
PART_FILES: Mapping[str, Callable[[Iterable[Result]], bytes]] = {
    PARQUET: parquet_part,
    JSONL: jsonl_part,
}


def _rows(result: Result) -> Iterator[dict[str, Any]]:
    note = {"id": result.id, "setting": result.setting["value"]}
    if not result.suggestions:
        yield note
    for suggestion in result.suggestions:
        yield note | _row(suggestion)


def _row(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "rank": suggestion.rank,
        "system": suggestion.system,
        "code": suggestion.code,
        "description": suggestion.description,
        "confidence": suggestion.confidence,
        "tier": suggestion.tier,
        "billable": suggestion.billable,
        "evidence": json.dumps([_place(evidence) for evidence in suggestion.evidence]),
        "units": suggestion.units,
        "modifiers": None
        if suggestion.modifiers is None
        else [modifier.modifier for modifier in suggestion.modifiers],
        "diagnoses": None if suggestion.diagnoses is None else list(suggestion.diagnoses),
        "alerts": json.dumps(list(suggestion.alerts), ensure_ascii=False),
    }


def _place(evidence: Evidence) -> dict[str, Any]:
    place = {
        "start": evidence.start,
        "end": evidence.end,
        "section": evidence.section,
        "assertion": evidence.assertion,
    }
    return place if evidence.document is None else {**place, "document": evidence.document}
