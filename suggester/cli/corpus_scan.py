"""``suggester corpus scan-phi``: does a corpus look as if it named real persons?"""

from __future__ import annotations

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suggester.cli.destination import destination
from suggester.cli.progress import progress

if TYPE_CHECKING:
    from suggester.corpus.phi.scan import Place, Scan
    from suggester.encounter import Document

#: Score from which a place counts, as in ``suggester.corpus.phi.scan``; kept here for a quick ``--help``.
_THRESHOLD = 0.4


class Format(StrEnum):
    """How what was found is printed."""

    text = "text"
    json = "json"


def scan_phi(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: .jsonl, .csv, .parquet, or folders."),
    ],
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Score from which a place counts.")
    ] = _THRESHOLD,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="A kind not to look for, such as date; may be repeated."),
    ] = None,
    show_text: Annotated[
        bool,
        typer.Option("--show-text", help="Print the words found; they may identify patients."),
    ] = False,
    report: Annotated[
        bool,
        typer.Option(
            help="Write CORPUS.phi.json beside each file: numbers and the SHA-256, for training."
        ),
    ] = True,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.text,
) -> None:
    """Say where a corpus looks identifying: a guard, not a de-identifier; fail where it does."""
    from suggester.corpus.phi.scan import WHAT_IT_IS, check_kinds, said_of, scan_file
    from suggester.corpus.readers import corpus_files

    ignored = check_kinds(ignore or ())
    files = [file for path in corpus for file in corpus_files(path)]
    scans: list[Scan] = []
    by_note: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []

    def take(places: list[tuple[Place, Document]]) -> None:
        mine = [_row(place, document, show_text) for place, document in places]
        by_note[mine[0]["note"]] += len(mine)
        if format_ is Format.json:
            rows.extend(mine)
        else:
            typer.echo(_lines(mine))

    for file in files:
        with progress() as advance:
            scans.append(
                scan_file(
                    file,
                    threshold,
                    ignored,
                    take,
                    lambda done: advance("notes scanned", done, 0),
                    lambda message: typer.echo(f"Notice: {message}", err=True),
                )
            )
        if report:
            _write_report(scans[-1])
    if format_ is Format.json:
        typer.echo(json.dumps(_all(scans, by_note, rows), ensure_ascii=False, indent=2))
    else:
        for scan in scans:
            typer.echo(said_of(scan))
        typer.echo(WHAT_IT_IS)
    if not all(scan.passed for scan in scans):
        raise typer.Exit(1)


def _row(place: Place, document: Document, show_text: bool) -> dict[str, Any]:
    found = place.finding
    row: dict[str, Any] = {
        "note": place.note,
        "document": place.document,
        "kind": found.kind,
        "start": found.start,
        "end": found.end,
        "score": found.score,
    }
    if show_text:
        row["text"] = document.text[found.start : found.end]
    return row


def _lines(rows: list[dict[str, Any]]) -> str:
    """Return what is printed of one note: a line, or with the words a line for each place."""
    note = rows[0]["note"]
    parts = []
    for row in rows:
        where = "" if row["document"] == note else f"{row['document']} "
        words = f" {json.dumps(row['text'], ensure_ascii=False)}" if "text" in row else ""
        parts.append(
            f"{row['kind']} {where}{row['start']}–{row['end']} ({row['score']:.2f}){words}"
        )
    number = f"{note}: {len(rows)} place{'s' if len(rows) > 1 else ''}"
    between = "\n    " if "text" in rows[0] else "; "
    return number + (between if "text" in rows[0] else ": ") + between.join(parts)


def _all(scans: list[Scan], by_note: Counter[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    from suggester.corpus.phi.report import report_of

    return {
        "files": [report_of(scan) for scan in scans],
        "notes": dict(by_note.most_common()),
        "places": rows,
    }


def _write_report(scan: Scan) -> None:
    from suggester.corpus.phi.report import report_of, report_path

    with destination(report_path(scan.file)) as stream:
        stream.write(json.dumps(report_of(scan), ensure_ascii=False, indent=1) + "\n")
