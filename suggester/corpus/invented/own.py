"""Invented notes in the project's own layout: JSON Lines or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

_BATCH = 1000


def write_jsonl(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    """Write one JSON object a line."""
    stream.writelines(json.dumps(_own(row), ensure_ascii=False) + "\n" for row in rows)


def write_parquet(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write a Parquet file, some notes at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    place = {"start": pa.int64(), "end": pa.int64()}
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("id", "patient", "type", "setting")),
            ("age", pa.int64()),
            *((name, pa.string()) for name in ("sex", "date_of_service", "text")),
            ("codes", pa.list_(pa.string())),
            ("evidence", pa.list_(pa.struct({"code": pa.string(), **place}))),
            ("not_coded", pa.list_(pa.struct({**place, "reason": pa.string()}))),
        ]
    )
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _own(row: Mapping[str, Any]) -> dict[str, Any]:
    # Procedures are ICD-10-PCS there; the own layout holds CPT and HCPCS.
    return {key: value for key, value in row.items() if key != "procedures_icd"}


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    given = iter(rows)
    while batch := [_own(row) for row in islice(given, _BATCH)]:
        yield batch
