"""``suggester corpus stats``: what a corpus is made of, in figures and pictures."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.destination import destination
from suggester.cli.progress import progress


class Format(StrEnum):
    """How the figures are printed."""

    text = "text"
    json = "json"


def stats(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: .jsonl, .csv, .parquet, or folders."),
    ],
    report: Annotated[
        Path | None, typer.Option(help="HTML file to write, complete in itself, with pictures.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.text,
) -> None:
    """Tell of notes, patients, lengths, codes and their frequency, evidence, sections, settings, age and sex."""
    from suggester.codes import load_icd10cm
    from suggester.corpus.readers import read_corpus
    from suggester.corpus.statistics import corpus_statistics
    from suggester.corpus.statistics_summary import summary

    with progress() as advance:
        counted = corpus_statistics(
            read_corpus(corpus, report=lambda message: typer.echo(f"Notice: {message}", err=True)),
            lambda done: advance("notes counted", done, 0),
        )
    codes = load_icd10cm()
    if report is not None:
        from suggester.corpus.statistics_report.page import statistics_page

        page = statistics_page(counted, codes, ", ".join(path.name for path in corpus))
        with destination(report) as stream:
            stream.write(page)
    found = summary(counted, codes)
    if format_ is Format.json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    codes, words, each = found["codes"], found["words"], found["codes_per_note"]
    visits = found["notes_per_patient"]
    patients = (
        f"{found['patients']:,}, {visits['mean']:.1f} notes each, {visits['most']:,} at most"
        if found["patients"]
        else "not given"
    )
    rows = {
        "Notes": f"{found['notes']:,}",
        "Patients": patients,
        "Words a note": f"{words['median']:,} median, {words['p5']:,} to {words['p95']:,} in 90 %, "
        f"{words['most']:,} at most",
        "Codes a note": f"{each['mean']:.1f} mean, {each['least']} to {each['most']}",
        "Codes assigned": f"{codes['assigned']:,}",
        "Different codes": f"{codes['different']:,}, {codes['of_billable']:.1%} of those billable in "
        f"{codes['release']}",
        "Most frequent": ", ".join(
            f"{row['code']} {row['notes']:,}" for row in codes["most_frequent"][:8]
        ),
        "Codes of one note": "{codes:,}, {of_codes:.1%} of codes, {of_assigned:.1%} of assigned".format(
            **codes["rare"][0]
        ),
        "100 codes cover": f"{codes['covered_by_most_frequent']['100']:.1%} of assigned",
        "Procedure codes": "{assigned:,}, {different:,} different".format(**found["procedures"]),
        "Evidence": f"{found['evidence']['of_assigned']:.1%} of assigned, "
        f"{found['evidence']['places']:,} places",
        "Not coded": _told(found["evidence"]["not_coded"]),
        "Settings": _told(found["settings"]),
        "Age": _told(found["ages"]),
        "Sex": _told(found["sexes"]),
        "Splits": _told(found["splits"]),
        "Sections": _told(dict(list(found["sections"].items())[:10])),
    }
    table = plain_table()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            table.add_row(name, value)
    console(sys.stdout).print(table)
    _print_chapters(codes)


def _print_chapters(codes: dict[str, Any]) -> None:
    table = plain_table()
    table.add_column("Chapter", no_wrap=True)
    table.add_column("", overflow="fold")
    for heading in ("Codes", "Assigned", "Share"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in codes["chapters"]:
        share = row["assigned"] / max(1, codes["assigned"])
        figures = (f"{row['codes']:,}", f"{row['assigned']:,}", f"{share:.1%}")
        table.add_row(row["chapter"], row["title"], *figures)
    if codes["chapters"]:
        typer.echo("")
        console(sys.stdout).print(table)


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in counts.items())
