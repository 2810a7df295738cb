"""Write coded encounters as the project's own corpus: JSON lines or Parquet, one after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from suggester.corpus.decisions import Decision
from suggester.corpus.gold import CodedEncounter, CodedProcedures
from suggester.errors import OutputError

#: Endings of the files that can be written.
ENDINGS = (".jsonl", ".parquet")
_BATCH = 256
_AS_JSON = ("also", "procedures", "decisions")
Write = Callable[[CodedEncounter], None]


def row_of(coded: CodedEncounter) -> dict[str, Any]:
    """Return the row from which the same coded encounter is read again; what is empty is left out."""
    encounter = coded.encounter
    row: dict[str, Any] = {"id": encounter.id}
    first = encounter.documents[0]
    if len(encounter.documents) == 1 and first.id == encounter.id:
        row |= {"type": first.type, "text": first.text}
    else:
        row["documents"] = [
            {"id": d.id, "type": d.type, "text": d.text} for d in encounter.documents
        ]
    day = encounter.date_of_service
    row |= {
        "setting": encounter.setting,
        "age": encounter.age,
        "sex": encounter.sex,
        "date_of_service": day and day.isoformat(),
        "specialty": coded.specialty,
        "patient": coded.patient,
        "split": coded.split,
        "evidence": [
            {"code": code, "start": span.start, "end": span.end}
            for code, spans in coded.evidence.items()
            for span in spans
        ],
        "not_coded": [asdict(span) for span in coded.not_coded],
        "optional": list(coded.optional),
        "also": {code: list(others) for code, others in coded.also.items()},
        **{system: list(codes) for system, codes in coded.other_systems.items()},
        "decisions": [_decision(decision) for decision in coded.decisions],
    }
    out = {key: value for key, value in row.items() if value not in (None, "", [], {})}
    if coded.diagnoses_coded:
        out["codes"] = list(coded.codes)
    if coded.procedures is not None:
        out["procedures"] = _procedures(coded.procedures)
    return {**coded.rest, **out}


@contextmanager
def writer(out: Path, stream: BinaryIO) -> Iterator[Write]:
    """Give what writes encounters to ``stream``, in the form that the ending of ``out`` names.

    Raises
    ------
    OutputError
        The ending is none of :data:`ENDINGS`.
    """
    check_ending(out)
    if out.suffix.lower() == ".parquet":
        with _parquet(stream) as write:
            yield write
        return

    def write_line(coded: CodedEncounter) -> None:
        line = json.dumps(row_of(coded), ensure_ascii=False, default=str)
        stream.write(line.encode("utf-8", "backslashreplace") + b"\n")

    yield write_line


def check_ending(out: Path) -> None:
    """Refuse a file to which no corpus can be written.

    Raises
    ------
    OutputError
        The ending is none of :data:`ENDINGS`.
    """
    if out.suffix.lower() not in ENDINGS:
        raise OutputError(f"{out} must end in {' or '.join(ENDINGS)}, the forms that are written.")


@contextmanager
def _parquet(stream: BinaryIO) -> Iterator[Write]:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    text, codes = arrow.string(), arrow.list_(arrow.string())
    place = [("start", arrow.int64()), ("end", arrow.int64())]
    documents = arrow.list_(arrow.struct([("id", text), ("type", text), ("text", text)]))
    schema = arrow.schema(
        [
            *[(name, text) for name in ("id", "type", "text")],
            ("documents", documents),
            *[("setting", text), ("age", arrow.int16()), ("sex", text), ("date_of_service", text)],
            *[("specialty", text), ("patient", text), ("split", text), ("codes", codes)],
            ("evidence", arrow.list_(arrow.struct([("code", text), *place]))),
            ("not_coded", arrow.list_(arrow.struct([*place, ("reason", text), ("cue", text)]))),
            *[(name, codes) for name in ("optional", "icd10pcs", "icd9cm", "icd9cm_procedures")],
            *[(name, text) for name in _AS_JSON],
        ]
    )
    rows: list[Mapping[str, Any]] = []
    with parquet.ParquetWriter(stream, schema, compression="zstd") as file:

        def flush() -> None:
            file.write_batch(arrow.RecordBatch.from_pylist(rows, schema))
            rows.clear()

        def write(coded: CodedEncounter) -> None:
            # A column has one kind of value: what differs from row to row stands in it as JSON. What
            # nothing here reads has no column.
            row = row_of(coded)
            for key in _AS_JSON:
                if key in row:
                    row[key] = json.dumps(row[key], ensure_ascii=False, default=str)
            rows.append(row)
            if len(rows) == _BATCH:
                flush()

        yield write
        if rows:
            flush()


def _procedures(done: CodedProcedures) -> dict[str, Any]:
    details = dict(done.rest)
    visit = details.pop("visit", {})
    out: dict[str, Any] = {
        "codes": list(done.codes),
        "optional": list(done.optional),
        "also": {code: list(others) for code, others in done.also.items()},
        "not_performed": list(done.not_performed),
        **details,
    }
    if done.visit:
        out["visit"] = {"code": done.visit, "also": list(done.visit_also), **visit}
    elif done.visit is not None:
        out["visit"] = {"also": list(done.visit_also), **visit} if done.visit_also else None
    return out


def _decision(decision: Decision) -> dict[str, Any]:
    given = {
        "system": decision.system,
        "code": decision.code,
        "decision": decision.decision,
        "reason": decision.reason,
        "with": decision.instead,
        "confidence": decision.confidence,
        "evidence": [{"start": start, "end": end} for start, end in decision.evidence],
    }
    return {key: value for key, value in given.items() if value not in (None, "", [])}
